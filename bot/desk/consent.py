"""
Whose voice it is, and whether they may be heard.

Promises: asks our own notes first, Discord only for a forward that nobody here knows; a voice of unknown origin is
heard for whoever asks, never by itself. A name that our notes alone knew goes into no new row once those are erased.
"""

from dataclasses import dataclass, replace

from bot.database import Database, Tx
from bot.desk.accept import Ignored
from bot.notes import Note, People
from bot.outcome import Door, OptedOut, Outcome
from bot.request import Courier, Request


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with its author, if anybody knows; what is against it; `is_recalled`: our notes alone told who."""

    request: Request
    refusal: Outcome | Ignored | None
    is_recalled: bool = False


class Consent:
    """The wishes of those who speak, asked at the door and again before the work."""

    def __init__(self, database: Database, courier: Courier) -> None:
        self._database = database
        self._courier = courier
        self._people = People()

    async def asked(self, request: Request, refusal: Outcome | None) -> Asked:
        """Who speaks in it, and the speaker's refusal, else the one there was."""
        named, is_recalled = await self._named(request)
        async with self._database.look() as tx:
            is_against = await self._people.refuses(tx, named.author_id, named.attachment_id)
        if is_against:
            return Asked(named, Ignored("opted out") if named.door is Door.AUTO else OptedOut())
        return Asked(named, _of_whom(named) or refusal, is_recalled)

    async def still(self, tx: Tx, asked: Asked, key: str) -> Asked:
        """
        The same as part of the transaction that opens the note `key`: nobody erases what it says meanwhile.

        Where the notes that knew who speaks were erased since, nobody knows it any more.
        """
        request = asked.request
        if not asked.is_recalled or await self._people.still_knows(tx, request.author_id, request.attachment_id, key):
            return asked
        nameless = replace(request, author_id=None)
        return Asked(nameless, _of_whom(nameless) or asked.refusal)

    async def _named(self, request: Request) -> tuple[Request, bool]:
        """The request with its author, and whether our notes told: a forward says only where its original was."""
        if request.author_id is not None or request.door is Door.TERMINAL:
            return request, False
        async with self._database.look() as tx:
            author_id = await self._people.author_of(tx, request.attachment_id)
        if author_id is not None:
            return replace(request, author_id=author_id), True
        if request.origin is not None:
            author_id = await self._courier.author_of(*request.origin)
        return replace(request, author_id=author_id), False

    async def withheld(self, note: Note, sha256: str | None = None) -> bool:
        """Whether the one who speaks in a note has opted out since, as far as it, or its bytes, tell who that is."""
        async with self._database.look() as tx:
            return await self._people.refuses(tx, note.author_id, note.attachment_id, sha256 or note.sha256)


def _of_whom(request: Request) -> Ignored | None:
    # In a direct message it was sent to nobody but us: that is a wish.
    is_unknown = request.author_id is None and request.door is Door.AUTO and request.guild_id is not None
    return Ignored("nobody knows who speaks") if is_unknown else None
