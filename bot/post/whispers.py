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
from bot.post.fetching import NotAllowed, read_attachment
from bot.post.line import age_ms
from bot.post.refusals import REFUSED, Meaning, legible, meaning_of, told_of
from bot.reply import File, Reply, file_name, repeated
from bot.request import Later, QuoteGone
from bot.whole_body import BodyTooLarge

_INVALID_TOKEN = 50027  # which comes as 401, not as 404

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
        """
        The earlier answer, whole, with `reply` below it; None where it was no private one.

        `reply` alone, which leads to that answer, where its files can never be read; raises QuoteGone where it is gone
        itself, and discord's, aiohttp's or a connection's errors while there is trouble.
        """
        known = self._kept.get((ask.note_key, ask.member_id))
        if known is None or not ask.private or known.message_id != repeat.message_id:
            return None
        hook = discord.Webhook.partial(known.ask.application_id or 0, known.ask.token or "", client=self._client)
        try:
            with legible():
                message = await hook.fetch_message(known.message_id)
        except REFUSED as gone:
            if meaning_of(gone) is Meaning.PASSES:
                raise Later(f"Discord did not show what is to be quoted ({told_of(gone)})") from gone
            del self._kept[ask.note_key, ask.member_id]
            raise QuoteGone from gone
        try:
            files = [await self._read(each, repeat) for each in message.attachments]
        except (NotAllowed, BodyTooLarge):
            return reply
        text = repeated(message.content, reply.parts[0], is_spoiler=repeat.is_spoiler)
        return Reply((text,), tuple(files))

    async def _read(self, attachment: discord.Attachment, repeat: Repeat) -> File:
        name = file_name(attachment.filename, is_spoiler=repeat.is_spoiler or attachment.is_spoiler())
        return File(name, await read_attachment(self._session, attachment, hosts=self._hosts))
