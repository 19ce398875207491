"""
Answers that only one person saw, read back for that person while Discord lets us.

Hides the tokens by which they are read. Promises: these rest in memory alone, and only as long as they are worth
anything (14 minutes); nobody but the one who was answered is read to.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp
import discord

from bot.notes import Ask
from bot.outcome import Repeat
from bot.post.fetching import is_allowed
from bot.post.line import age_ms
from bot.post.refusals import REFUSED, Meaning, meaning_of, why_of
from bot.reply import File, Reply
from bot.request import Later, QuoteGone

_MESSAGE_LIMIT = 2000  # Discord: "Create Message", content
_MOST_BYTES = 4 * 1024 * 1024  # of a transcript: a day of speech is less

TOKEN_MS = 14 * 60_000  # Discord: "Interaction tokens are valid for 15 minutes"; one is kept in hand


@dataclass(frozen=True, slots=True)
class _Whisper:
    ask: Ask
    message_id: int


class Whispers:
    """Who was told what in private, and where it can be read."""

    def __init__(self, client: discord.Client, session: aiohttp.ClientSession, hosts: tuple[str, ...]) -> None:
        self._client = client
        self._session = session
        self._hosts = hosts
        self._kept: dict[tuple[str, int], _Whisper] = {}

    def keep(self, ask: Ask, message_id: int) -> None:
        """That answer stands there."""
        self._kept = {whose: one for whose, one in self._kept.items() if age_ms(one.ask.id) < TOKEN_MS}
        self._kept[ask.note_key, ask.member_id] = _Whisper(ask, message_id)

    def for_all(self, asks: Sequence[Ask]) -> list[Repeat]:
        """What can be read back to everybody who asks: they all asked in private, and are one person."""
        found = {self._kept.get((ask.note_key, ask.member_id)) if ask.private else None for ask in asks}
        return (
            [Repeat(one.ask.channel_id, one.message_id) for one in found if one is not None] if len(found) == 1 else []
        )

    async def quoting(self, ask: Ask, repeat: Repeat, reply: Reply) -> Reply | None:
        """The earlier answer with `reply` below it; None where it was no private one. Raises QuoteGone."""
        known = self._kept.get((ask.note_key, ask.member_id))
        if known is None or not ask.private or known.message_id != repeat.message_id:
            return None
        hook = discord.Webhook.partial(known.ask.application_id or 0, known.ask.token or "", client=self._client)
        try:
            message = await hook.fetch_message(known.message_id)
        except REFUSED as gone:
            if meaning_of(gone) is Meaning.PASSES:
                raise Later(f"Discord did not show what is to be quoted ({why_of(gone)})") from gone
            del self._kept[ask.note_key, ask.member_id]
            raise QuoteGone from gone
        files = [File(each.filename, await self._read(each.url)) for each in message.attachments]
        whole = f"{message.content}\n{reply.parts[0]}"
        return Reply((whole if len(whole) <= _MESSAGE_LIMIT else message.content,), tuple(files))

    async def _read(self, url: str) -> bytes:
        if not is_allowed(url, self._hosts):
            raise QuoteGone
        async with self._session.get(url, allow_redirects=False) as answer:
            answer.raise_for_status()
            return await answer.content.read(_MOST_BYTES)
