"""The courier on Discord: shows that work goes on, and takes answers back."""

import asyncio
import io
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiohttp
import discord

from bot.notes import Ask, Note
from bot.notice import Notice, Place
from bot.outcome import Door, Failed, Fault, Outcome, Repeat, Stage, kind
from bot.post.announcing import announce
from bot.post.deleting import TROUBLE as _TROUBLE
from bot.post.deleting import delete
from bot.post.fetching import fetch
from bot.post.line import Lines, age_ms, nonce_of
from bot.post.offering import offer
from bot.post.typing import Typing
from bot.reply import Reply, fix, render
from bot.request import Delivery, Fetched, Later, QuoteGone, Request, ref_of
from bot.words import Words

log = logging.getLogger(__name__)

_TOKEN_MS = 14 * 60_000  # Discord: "Interaction tokens are valid for 15 minutes"; one is kept in hand
_MESSAGE_LIMIT = 2000  # Discord: "Create Message", content
_LOOK_BACK = 200  # messages read when looking for an answer an earlier try may have posted

_INVALID_TOKEN = 50027
_NO_TOKEN = (10008, 10015, _INVALID_TOKEN)  # "Unknown Message", "Unknown Webhook"
_NO_HISTORY = 160002  # no right to read the history
_INVALID_FORM = 50035
_NOBODY = discord.AllowedMentions.none()
_ORIGINAL: Any = "@original"  # Discord's name for an interaction's first answer, where others have a number


class DiscordCourier:
    """
    Fetches and delivers through one logged-in `discord.Client`; a gateway connection is not needed.

    `hosts` are the only places bytes come from (see `fetching.is_allowed`).
    """

    def __init__(
        self, client: discord.Client, session: aiohttp.ClientSession, *, hosts: Sequence[str], locale: str = "en"
    ) -> None:
        self._client = client
        self._locale = locale
        self._session = session
        self._hosts = tuple(hosts)
        self._typing = Typing(client)
        self._lines = Lines()
        self._finding = asyncio.Lock()  # two notes of one message may have the same words, and only one is found

    async def fetch(self, note: Note, to: Path, *, max_bytes: int) -> Fetched | Outcome:
        """See `Courier.fetch`."""
        return await fetch(self._client, self._session, note, to, hosts=self._hosts, max_bytes=max_bytes)

    async def progress(self, note: Note, ask: Ask, stage: Stage) -> None:
        """Typing, once in a while and channel; who asked by command sees Discord's own "thinking"."""
        if stage is not Stage.FETCHING or ask.token is not None:
            return
        await self._typing.show(note.channel_id, ref_of(note.key))

    async def acknowledge(self, request: Request) -> None:
        """Be seen at once, before any worker has the note: also where the queue is long."""
        if request.token is None:
            await self._typing.show(request.channel_id, "")

    async def deliver(self, note: Note, ask: Ask, outcome: Outcome, delivery: Delivery, *, resumed: bool) -> bool:
        """See `Courier.deliver`."""
        words, ref = Words(ask.locale), ref_of(note.key)
        _tell_host(outcome, ref)
        # More than one message was posted of what would be one with a file: files were not allowed there.
        reply = render(outcome, words, ref=ref, guild_id=note.guild_id, may_attach=len(ask.sent) <= 1)
        try:
            if isinstance(outcome, Repeat):
                reply = await self._quoting(outcome, reply)
            if ask.token is not None and ask.application_id is not None:
                # One message, also when it comes too late to be an edit: an earlier try may have edited it in already.
                reply = reply if len(reply.parts) == 1 else render(outcome, words, ref=ref, most_parts=1)
                if await self._edit_answer(ask, reply, delivery):
                    return True
            if ask.private:
                # Never anywhere else: whoever asked in private does not want it read by others.
                log.warning("The private answer came too late", extra=_tag(note, "undeliverable"))
                return False
            try:
                return await self._post(note, ask, reply, delivery, resumed=resumed)
            except discord.Forbidden:
                if not reply.files:
                    raise
                reply = render(outcome, words, ref=ref, may_attach=False)
                return await self._post(note, ask, reply, delivery, resumed=resumed)
        except _TROUBLE as trouble:
            raise Later(f"Discord did not take the answer ({type(trouble).__name__})") from trouble
        except discord.Forbidden as refusal:
            return await self._tell_in_private(note, ask, reply, words, refusal)
        except discord.HTTPException as refusal:
            # Gone, locked, or against a rule we do not know: it would be refused again, and the words may not wait.
            log.warning("Discord refused the answer: %s", refusal.text, extra=_tag(note, "undeliverable"))
            return False

    async def delete(self, channel_id: int, message_id: int) -> None:
        """Take one of our replies back; one that is gone already is no trouble."""
        await delete(self._client, channel_id, message_id)

    async def offer(self, request: Request, *, private: bool) -> int | None:
        """A button below a note nobody asked for: its message's id, or None where none can be."""
        return await offer(self._client, self._lines, request, private=private)

    async def announce(self, notice: Notice, place: Place) -> bool:
        """See `Courier.announce`."""
        return await announce(self._client, notice, place, locale=self._locale)

    async def refuse(self, request: Request, outcome: Outcome, ref: str) -> None:
        """Say at once what needs no note; nothing is kept, and what can't be said is logged."""
        _tell_host(outcome, ref)
        reply = render(outcome, Words(request.locale), ref=ref, guild_id=request.guild_id, most_parts=1)
        try:
            if request.token is not None and request.application_id is not None:
                hook = discord.Webhook.partial(request.application_id, request.token, client=self._client)
                await hook.edit_message(_ORIGINAL, content=reply.parts[0], allowed_mentions=_NOBODY)
            elif request.door is Door.AUTO:
                channel = self._client.get_partial_messageable(request.channel_id, guild_id=request.guild_id)
                source = discord.MessageReference(
                    message_id=request.message_id or 0, channel_id=request.channel_id, fail_if_not_exists=False
                )
                nonce = nonce_of(request.ask_id, ref, 0)
                async with self._lines.of(request.channel_id):
                    await channel.send(reply.parts[0], reference=source, nonce=nonce, allowed_mentions=_NOBODY)
        except (discord.HTTPException, *_TROUBLE) as trouble:
            log.warning("The refusal could not be said: %s", trouble, extra={"action": "undeliverable", "note": ref})

    async def tell_no_permission(self, request: Request) -> None:
        """Tell a member in private, and the host in the log, that nothing can be posted in that channel."""
        ref = f"{request.channel_id % 100_000:05}"
        outcome = Failed(Fault.NO_PERMISSION)
        _tell_host(outcome, ref)
        try:
            direct = await self._client.create_dm(discord.Object(request.member_id))
            await direct.send(render(outcome, Words(request.locale), ref=ref).parts[0], allowed_mentions=_NOBODY)
        except (discord.HTTPException, *_TROUBLE) as closed:
            log.info("Nor could it be said in private: %s", closed, extra={"action": "undeliverable", "note": ref})

    # -- ways to deliver -----------------------------------------------------------------------

    async def _quoting(self, repeat: Repeat, reply: Reply) -> Reply:
        """The earlier reply read back, with the link to it; the link alone where it would grow too long."""
        try:
            message = await self._client.http.get_message(repeat.channel_id, repeat.message_id)
        except (discord.NotFound, discord.Forbidden) as gone:
            raise QuoteGone from gone
        whole = f"{message['content']}\n{reply.parts[0]}"
        return Reply((whole,)) if len(whole) <= _MESSAGE_LIMIT else reply

    async def _edit_answer(self, ask: Ask, reply: Reply, delivery: Delivery) -> bool:
        """The deferred answer, edited once: trying again changes nothing. False when its token is spent."""
        if age_ms(ask.id) > _TOKEN_MS or ask.application_id is None or ask.token is None:
            return False
        hook = discord.Webhook.partial(ask.application_id, ask.token, client=self._client)
        try:
            message = await hook.edit_message(
                _ORIGINAL,
                content=reply.parts[0],
                attachments=_files(reply),
                allowed_mentions=_NOBODY,
            )
        except discord.NotFound as gone:
            if gone.code in _NO_TOKEN:
                return False
            raise
        except discord.HTTPException as refusal:
            if refusal.code == _INVALID_TOKEN:
                return False
            raise
        _log_posted(ask, 0)
        if not await delivery.sent(0, message.id):
            await hook.delete_message(_ORIGINAL)
        return True

    async def _post(self, note: Note, ask: Ask, reply: Reply, delivery: Delivery, *, resumed: bool) -> bool:
        """The parts not yet delivered, one after the other, as replies that ping nobody."""
        for number in range(len(ask.sent), len(reply.parts)):
            content = reply.parts[number]
            last = number == len(reply.parts) - 1
            message_id, is_wanted = None, False
            if resumed:
                async with self._finding:
                    message_id = await self._find(ask, content, delivery)
                    is_wanted = message_id is not None and await delivery.sent(number, message_id)
            if message_id is None:
                message_id = await self._send(note, ask, number, content, _files(reply) if last else [])
                if message_id is None:
                    return False
                _log_posted(ask, number)
                is_wanted = await delivery.sent(number, message_id)
            if not is_wanted:
                await self.delete(ask.channel_id, message_id)
                return False
        return True

    async def _send(self, note: Note, ask: Ask, number: int, content: str, files: list[discord.File]) -> int | None:
        channel = self._client.get_partial_messageable(ask.channel_id, guild_id=note.guild_id)
        reference = (
            None
            if ask.message_id is None
            else discord.MessageReference(message_id=ask.message_id, channel_id=ask.channel_id, guild_id=note.guild_id)
        )
        while True:
            try:
                async with self._lines.of(ask.channel_id):
                    message = await channel.send(
                        content,
                        files=files,
                        reference=reference,  # type: ignore[arg-type] # None is what leaves it out
                        nonce=nonce_of(ask.id, note.key, number),
                        allowed_mentions=_NOBODY,
                        suppress_embeds=True,
                    )
            except discord.HTTPException as refusal:
                if refusal.code == _INVALID_FORM and "message_reference" in refusal.text:
                    # Whoever deletes a note doesn't want its words to stay behind.
                    log.info("The note was deleted; its answer is dropped", extra=_tag(note, "undeliverable"))
                    return None
                if refusal.code != _NO_HISTORY or reference is None:
                    raise
                reference = None
            else:
                return message.id

    async def _find(self, ask: Ask, content: str, delivery: Delivery) -> int | None:
        """
        A part that an earlier try posted without living to say so.

        Discord forgets nonces within minutes, so the channel itself is asked.
        """
        channel = self._client.get_partial_messageable(ask.channel_id)
        after = discord.Object(ask.message_id or ask.id)
        try:
            candidates = [
                message.id
                async for message in channel.history(after=after, limit=_LOOK_BACK, oldest_first=True)
                if self._client.user is not None
                and message.author.id == self._client.user.id
                and message.content.strip() == content.strip()
                and (message.reference is None or message.reference.message_id == ask.message_id)
            ]
        except discord.Forbidden:
            return None
        taken = await delivery.taken(candidates) if candidates else set()
        return next((candidate for candidate in candidates if candidate not in taken), None)

    async def _tell_in_private(
        self, note: Note, ask: Ask, reply: Reply, words: Words, refusal: discord.Forbidden
    ) -> bool:
        """We may not write there: the one who is waiting gets the answer as a direct message."""
        outcome = Failed(Fault.NO_PERMISSION)
        _tell_host(outcome, ref_of(note.key))
        log.info("Discord said: %s", refusal.text, extra={**_tag(note, "no_permission"), "channel": ask.channel_id})
        notice = render(outcome, words, ref=ref_of(note.key), guild_id=note.guild_id)
        try:
            direct = await self._client.create_dm(discord.Object(ask.member_id))
            for number, content in enumerate((*notice.parts, *reply.parts)):
                await direct.send(
                    content,
                    files=_files(reply) if number == len(notice.parts) + len(reply.parts) - 1 else [],
                    nonce=nonce_of(ask.id, note.key, number, "direct"),
                    allowed_mentions=_NOBODY,
                    suppress_embeds=True,
                )
        except _TROUBLE as trouble:
            raise Later(f"Discord did not take the direct message ({type(trouble).__name__})") from trouble
        except discord.HTTPException as closed:
            log.warning("Nor as a direct message: %s", closed.text, extra=_tag(note, "undeliverable"))
            return False
        return True


def _tell_host(outcome: Outcome, ref: str) -> None:
    """The host's line for what the host can mend, under the id the member sees."""
    if advice := fix(outcome, Words("en")):
        log.warning(advice, extra={"action": "fix", "note": ref, "outcome": kind(outcome)})


def _log_posted(ask: Ask, part: int) -> None:
    """The moment in which Discord knows of a part and our books do not yet."""
    log.debug("Part posted", extra={"action": "posted", "note": ref_of(ask.note_key), "part": part})


def _files(reply: Reply) -> list[discord.File]:
    return [discord.File(io.BytesIO(file.data), filename=file.name) for file in reply.files]


def _tag(note: Note, action: str) -> dict[str, object]:
    return {"action": action, "note": ref_of(note.key), "guild": note.guild_id}
