"""
Whose voice it is, and whether they may be heard.

Promises: asks our own notes first, Discord only for a forward that nobody here knows; a voice of unknown origin is
heard for whoever asks, never by itself.
"""

from dataclasses import replace

from bot.database import Database
from bot.desk.accept import Ignored
from bot.notes import Note, People
from bot.outcome import Door, OptedOut, Outcome
from bot.request import Courier, Request


class Consent:
    """The wishes of those who speak, asked at the door and again before the work."""

    def __init__(self, database: Database, courier: Courier) -> None:
        self._database = database
        self._courier = courier
        self._people = People()

    async def _named(self, request: Request) -> Request:
        """The request with its author: a forward says only where its original was."""
        if request.author_id is not None or request.door is Door.TERMINAL:
            return request
        async with self._database.look() as tx:
            author_id = await self._people.author_of(tx, request.attachment_id)
        if author_id is None and request.origin is not None:
            author_id = await self._courier.author_of(*request.origin)
        return replace(request, author_id=author_id)

    async def asked(self, request: Request, refusal: Outcome | None) -> tuple[Request, Outcome | Ignored | None]:
        """The request with its author, if anybody knows; and a refusal: the speaker's, else the one there was."""
        request = await self._named(request)
        async with self._database.look() as tx:
            is_against = await self._people.refuses(tx, request.author_id, request.attachment_id)
        if is_against:
            return request, Ignored("opted out") if request.door is Door.AUTO else OptedOut()
        # In a direct message it was sent to nobody but us: that is a wish.
        if request.author_id is None and request.door is Door.AUTO and request.guild_id is not None:
            return request, Ignored("nobody knows who speaks")
        return request, refusal

    async def withheld(self, note: Note, sha256: str | None = None) -> bool:
        """Whether the one who speaks in a note has opted out since, as far as it, or its bytes, tell who that is."""
        async with self._database.look() as tx:
            return await self._people.refuses(tx, note.author_id, note.attachment_id, sha256 or note.sha256)
