"""
Posting and editing the parts of an answer in a channel.

Hides nonces, references to notes that are gone, and looking for what an earlier try may have posted. Promises: one
message at a time in each channel; a part stands once.
"""

import asyncio
import io
import logging
from collections.abc import Sequence

import discord

from bot.notes import Ask, Note
from bot.outcome import Outcome, kind
from bot.post.buttons import custom_id, view_of
from bot.post.line import Lines, nonce_of
from bot.post.refusals import Meaning, legible, meaning_of
from bot.reply import File, Reply, fix
from bot.request import Delivery, ref_of
from bot.words import Words

log = logging.getLogger(__name__)

NOBODY = discord.AllowedMentions.none()

_LOOK_BACK = 200  # messages read when looking for an answer an earlier try may have posted
_NO_HISTORY = 160002  # "Cannot reply without permission to read message history"
_INVALID_FORM = 50035
_GONE = "unknown message"  # of a form's errors: the message that is replied to is no longer there


class Posting:
    """Puts parts into channels, each as a reply that pings nobody."""

    def __init__(self, client: discord.Client, lines: Lines) -> None:
        self._client = client
        self._lines = lines
        self._finding = asyncio.Lock()  # two notes of one message may have the same words, and only one is found

    async def post(  # one answer in one place
        self, note: Note, ask: Ask, reply: Reply, delivery: Delivery, *, way: str, resumed: bool
    ) -> list[int] | None:
        """
        The parts not yet delivered, one after the other; None once all stand.

        A live part becomes the first of them. Otherwise the messages nobody wants any more, to be deleted. `way` names
        the try: what another one posted, and took back, is not what Discord may give back to this one.
        """
        if ask.is_live and ask.sent:
            is_only = len(reply.parts) == 1
            await self.edit(ask, ask.sent[0], _piece(reply, 0), note.key)
            log_posted(ask, 0)
            if not await delivery.sent(_number(ask, 0), ask.sent[0]):
                return [ask.sent[0]]
            if is_only:
                return None
        for number in range(len(ask.sent), len(reply.parts)):
            part = _piece(reply, number)
            message_id, is_wanted = await self.stand(note, ask, number, part, delivery, way=way, resumed=resumed)
            if message_id is None:
                return []
            if not is_wanted:
                return [message_id]
        return None

    async def stand(
        self,
        note: Note,
        ask: Ask,
        number: int,
        part: Reply,
        delivery: Delivery,
        *,
        resumed: bool,
        way: str = "usual",
        is_live: bool = False,
    ) -> tuple[int | None, bool]:
        """One message, found where an earlier try left it, or posted: its id, None without its note; is it wanted?"""
        if resumed:
            async with self._finding:
                message_id = await self._find(note, ask, part, delivery)
                if message_id is not None:
                    return message_id, await delivery.sent(_number(ask, number), message_id, is_live=is_live)
        message_id = await self._send(note, ask, number, part, delivery, way=way, is_live=is_live)
        if message_id is None:
            return None, False
        log_posted(ask, number)
        return message_id, await delivery.sent(_number(ask, number), message_id, is_live=is_live)

    async def _send(  # as `stand`
        self, note: Note, ask: Ask, number: int, part: Reply, delivery: Delivery, *, way: str, is_live: bool
    ) -> int | None:
        """Post one message; its id, or None where the note it answers is gone."""
        guild_id = None if ask.place == "direct" else note.guild_id
        channel = self._client.get_partial_messageable(ask.channel_id, guild_id=guild_id)
        reference = (
            None
            if ask.message_id is None or ask.place != "reply"
            else discord.MessageReference(message_id=ask.message_id, channel_id=ask.channel_id, guild_id=note.guild_id)
        )
        while True:
            try:
                async with self._lines.of(ask.channel_id):
                    with legible():
                        message = await channel.send(
                            part.parts[0],
                            files=files_of(part.files),
                            reference=reference,  # type: ignore[arg-type] # None is what leaves it out
                            nonce=nonce_of(ask.id, note.key, number, "" if way == "usual" else way),
                            allowed_mentions=NOBODY,
                            suppress_embeds=True,
                            view=view_of(part.buttons, note.key) or discord.utils.MISSING,
                        )
            except discord.HTTPException as refusal:
                is_about_source = refusal.code == _INVALID_FORM and "message_reference" in refusal.text
                if is_about_source and _GONE in refusal.text.lower():
                    # Whoever deletes a note doesn't want its words to stay behind.
                    log.info(
                        "The note was deleted; its answer is dropped",
                        extra={"action": "undeliverable", "note": ref_of(note.key), "guild": note.guild_id},
                    )
                    return None
                if not (refusal.code == _NO_HISTORY or is_about_source) or reference is None:
                    raise
                reference = None
                if refusal.code == _NO_HISTORY and note.guild_id is not None:
                    await delivery.lacks(note.guild_id, ask.channel_id, "history")
            else:
                # By its nonce Discord may give back what an earlier try posted there: a glimpse, not the answer. But
                # what a glimpse is given back may be the answer of whoever has the note by now.
                if message.content.strip() != part.parts[0].strip() and not is_live:
                    await self.edit(ask, message.id, part, note.key)
                return message.id

    async def edit(self, ask: Ask, message_id: int, part: Reply, key: str) -> None:
        """Have a message of ours say this instead."""
        message = self._client.get_partial_messageable(ask.channel_id).get_partial_message(message_id)
        async with self._lines.of(ask.channel_id):
            with legible():
                await message.edit(
                    content=part.parts[0],
                    attachments=files_of(part.files),
                    allowed_mentions=NOBODY,
                    view=view_of(part.buttons, key),
                )

    async def _find(self, note: Note, ask: Ask, part: Reply, delivery: Delivery) -> int | None:
        """
        A part that an earlier try posted without living to say so; a glimpse becomes it.

        Discord forgets nonces within minutes, so the channel itself is asked.
        """
        channel = self._client.get_partial_messageable(ask.channel_id)
        after = discord.Object(ask.message_id or ask.id)
        content = part.parts[0].strip()
        found: dict[int, bool] = {}
        try:
            with legible():
                async for message in channel.history(after=after, limit=_LOOK_BACK, oldest_first=True):
                    is_ours = self._client.user is not None and message.author.id == self._client.user.id
                    is_here = message.reference is None or message.reference.message_id == ask.message_id
                    if is_ours and is_here and (message.content.strip() == content or _is_glimpse(message, note.key)):
                        found[message.id] = message.content.strip() == content
        except discord.HTTPException as refusal:
            if meaning_of(refusal) is Meaning.PASSES:
                raise
            return None
        taken = await delivery.taken(list(found)) if found else set()
        first = next((message_id for message_id in found if message_id not in taken), None)
        if first is not None and not found[first]:
            await self.edit(ask, first, part, note.key)
        return first


def files_of(files: Sequence[File]) -> list[discord.File]:
    """Files as discord.py sends them."""
    return [discord.File(io.BytesIO(file.data), filename=file.name) for file in files]


def tell_host(outcome: Outcome, ref: str) -> None:
    """The host's line for what the host can mend, under the id the member sees."""
    if advice := fix(outcome, Words("en")):
        log.warning(advice, extra={"action": "fix", "note": ref, "outcome": kind(outcome)})


def log_posted(ask: Ask, part: int) -> None:
    """The moment in which Discord knows of a part and our books do not yet."""
    log.debug("Part posted", extra={"action": "posted", "note": ref_of(ask.note_key), "part": part})


def _number(ask: Ask, part: int) -> int:
    """As which part of the answer a message is remembered: what only one person was sent is quoted to nobody."""
    return part + (ask.place == "direct")


def _piece(reply: Reply, number: int) -> Reply:
    """One message of a reply; the last one has its files and buttons."""
    is_last = number == len(reply.parts) - 1
    files, buttons = (reply.files, reply.buttons) if is_last else ((), ())
    return Reply((reply.parts[number],), files, buttons)


def _is_glimpse(message: discord.Message, key: str) -> bool:
    """Whether a message of ours still offers to stop the work on that note."""
    stop = custom_id("stop", key)
    rows = (row for row in message.components if isinstance(row, discord.ActionRow))
    return any(getattr(one, "custom_id", None) == stop for row in rows for one in row.children)
