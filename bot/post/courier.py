"""The courier on Discord: shows that work goes on, and takes answers back."""

import logging
from collections.abc import Sequence
from pathlib import Path

import aiohttp
import discord

from bot.desk import Refused
from bot.notes import Ask, Note
from bot.notice import MissingRight, Notice, Place
from bot.outcome import Door, Failed, Fault, Outcome, Repeat, Stage, Transcript, kind
from bot.post.access import Access
from bot.post.announcing import announce
from bot.post.back import read_back
from bot.post.deleting import TROUBLE as _TROUBLE
from bot.post.fetching import fetch
from bot.post.following import ORIGINAL, edit_answer, follow_up
from bot.post.glimpses import Glimpses
from bot.post.line import Lines, nonce_of
from bot.post.looking import Looking
from bot.post.offering import offer
from bot.post.placing import brought_back, linked, may_stand, opened
from bot.post.posting import NOBODY, Posting, files_of
from bot.post.quoting import may_quote, quoting
from bot.post.typing import Typing
from bot.post.whispers import Whispers
from bot.reply import Reply, fix, render
from bot.request import Delivery, Fetched, Glimpse, Later, Request, ref_of
from bot.words import Words

log = logging.getLogger(__name__)

_UNKNOWN_MESSAGE = 10008


class DiscordCourier(Looking):
    """
    Fetches and delivers through one logged-in `discord.Client`; a gateway connection is not needed.

    `hosts` are the only places bytes come from (see `fetching.is_allowed`).
    """

    def __init__(
        self, client: discord.Client, session: aiohttp.ClientSession, *, hosts: Sequence[str], locale: str = "en"
    ) -> None:
        self.access = Access(client)
        self._client = client
        self._locale = locale
        self._session = session
        self._hosts = tuple(hosts)
        self._typing = Typing(client)
        self._lines = Lines()
        self._posting = Posting(client, self._lines, self._lack)
        self._whispers = Whispers(client, session, self._hosts)
        self._glimpses = Glimpses(client, self._lines, self._posting, self.access)

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

    async def glimpse(self, note: Note, ask: Ask, glimpse: Glimpse, delivery: Delivery) -> bool:
        """See `Courier.glimpse`: no faster than Discord lets a channel's messages be edited."""
        return await self._glimpses.show(note, ask, glimpse, delivery)

    async def deliver(self, note: Note, ask: Ask, outcome: Outcome, delivery: Delivery, *, resumed: bool) -> bool:
        """See `Courier.deliver`."""
        words, ref = Words(ask.locale), ref_of(note.key)
        self._glimpses.turns.end(ask)
        _tell_host(outcome, ref)
        # More than one message was posted of what would be one with a file: files were not allowed there.
        reply = render(outcome, words, ref=ref, guild_id=note.guild_id, may_attach=len(ask.sent) <= 1)
        try:
            if isinstance(outcome, Repeat):
                whispered = await self._whispers.quoting(ask, outcome, reply)
                reply = whispered or await quoting(self._client, self.access, ask, outcome, reply)
            if ask.token is not None and ask.application_id is not None:
                # One message, also when it comes too late to be an edit: an earlier try may have edited it in already.
                reply = reply if len(reply.parts) == 1 else render(outcome, words, ref=ref, most_parts=1)
                if (message_id := await self._through_token(ask, reply, delivery)) is not None:
                    if ask.private and isinstance(outcome, Transcript):
                        self._whispers.keep(ask, message_id)
                    return True
            if ask.private:
                # Never anywhere else: whoever asked in private does not want it read by others.
                log.warning("The private answer came too late", extra=_tag(note, "undeliverable"))
                return False
            return await self._where_wished(note, ask, outcome, reply, delivery, resumed=resumed)
        except _TROUBLE as trouble:
            raise Later(f"Discord did not take the answer ({type(trouble).__name__})") from trouble
        except discord.Forbidden as refusal:
            await self._lack(note, ask, delivery, "send")
            return await self._tell_in_private(note, ask, reply, words, refusal)
        except discord.HTTPException as refusal:
            # Gone, locked, or against a rule we do not know: it would be refused again, and the words may not wait.
            log.warning("Discord refused the answer: %s", refusal.text, extra=_tag(note, "undeliverable"))
        return False

    async def offer(self, request: Request, *, private: bool) -> int | None:
        """A button below a note nobody asked for: its message's id, or None where none can be."""
        return await offer(self._client, self._lines, request, private=private)

    async def may_quote(self, ask: Ask, repeat: Repeat) -> bool:
        """See `Courier.may_quote`."""
        return await may_quote(self._client, self.access, ask, repeat)

    def whispered(self, asks: Sequence[Ask]) -> list[Repeat]:
        """See `Courier.whispered`."""
        return self._whispers.for_all(asks)

    async def announce(self, notice: Notice, place: Place) -> bool:
        """See `Courier.announce`."""
        return await announce(self._client, notice, place, locale=self._locale)

    async def read_back(self, message: discord.Message, message_ids: tuple[int, ...]) -> str | None:
        """The words of an answer of ours without markdown; see `back`."""
        try:
            return await read_back(self._client, self._session, message, message_ids, hosts=self._hosts)
        except _TROUBLE as trouble:
            log.warning("An answer could not be read back: %s", trouble, extra={"action": "unread"})
            return None

    def files(self, reply: Reply) -> list[discord.File]:
        """The files of a reply as Discord takes them."""
        return files_of(reply.files)

    async def refuse(self, request: Request, refused: Refused) -> None:
        """Say at once what needs no note; nothing is kept, and what can't be said is logged."""
        outcome, ref = refused.outcome, refused.ref
        _tell_host(outcome, ref)
        reply = render(outcome, Words(refused.locale), ref=ref, guild_id=request.guild_id, most_parts=1)
        try:
            if request.token is not None and request.application_id is not None:
                hook = discord.Webhook.partial(request.application_id, request.token, client=self._client)
                if request.follows:
                    await hook.send(reply.parts[0], allowed_mentions=NOBODY, ephemeral=request.private)
                else:
                    await hook.edit_message(ORIGINAL, content=reply.parts[0], allowed_mentions=NOBODY)
            elif request.door is Door.AUTO:
                channel = self._client.get_partial_messageable(request.channel_id, guild_id=request.guild_id)
                source = discord.MessageReference(
                    message_id=request.message_id or 0, channel_id=request.channel_id, fail_if_not_exists=False
                )
                nonce = nonce_of(request.ask_id, ref, 0)
                async with self._lines.of(request.channel_id):
                    await channel.send(reply.parts[0], reference=source, nonce=nonce, allowed_mentions=NOBODY)
        except (discord.HTTPException, *_TROUBLE) as trouble:
            log.warning("The refusal could not be said: %s", trouble, extra={"action": "undeliverable", "note": ref})

    async def tell_no_permission(self, request: Request) -> None:
        """Tell a member in private, and the host in the log, that nothing can be posted in that channel."""
        ref = f"{request.channel_id % 100_000:05}"
        outcome = Failed(Fault.NO_PERMISSION)
        _tell_host(outcome, ref)
        try:
            direct = await self._client.create_dm(discord.Object(request.member_id))
            await direct.send(render(outcome, Words(request.locale), ref=ref).parts[0], allowed_mentions=NOBODY)
        except (discord.HTTPException, *_TROUBLE) as closed:
            log.info("Nor could it be said in private: %s", closed, extra={"action": "undeliverable", "note": ref})

    # -- ways to deliver -----------------------------------------------------------------------

    async def _through_token(self, ask: Ask, reply: Reply, delivery: Delivery) -> int | None:
        if ask.follows:
            return await follow_up(self._client, ask, reply, delivery)
        return await edit_answer(self._client, ask, reply, delivery)

    async def _where_wished(
        self, note: Note, ask: Ask, outcome: Outcome, reply: Reply, delivery: Delivery, *, resumed: bool
    ) -> bool:
        """Below the note, in its thread, in another channel; what may not stand there stands below the note."""
        if not ask.sent and not await may_stand(self.access, ask):
            await self._lack(note, ask, delivery, "readers")
            ask = await brought_back(ask, delivery)
        try:
            await opened(self._client, ask, Words(ask.locale))
            return await self._with_files(note, ask, outcome, linked(reply, note, ask), delivery, resumed=resumed)
        except (discord.Forbidden, discord.NotFound) as refusal:
            if ask.place == "reply" or ask.sent or refusal.code == _UNKNOWN_MESSAGE:
                raise
            await self._lack(note, ask, delivery, ask.place)
        back = await brought_back(ask, delivery)
        return await self._with_files(note, back, outcome, reply, delivery, resumed=resumed)

    async def _with_files(
        self, note: Note, ask: Ask, outcome: Outcome, reply: Reply, delivery: Delivery, *, resumed: bool
    ) -> bool:
        """In few messages and a file; where files may not be, in as many messages as it takes."""
        try:
            return await self._post(note, ask, reply, delivery, resumed=resumed)
        except discord.Forbidden:
            if not reply.files:
                raise
        ref, words = ref_of(note.key), Words(ask.locale)
        whole = render(outcome, words, ref=ref, guild_id=note.guild_id, may_attach=False)
        posted = await self._post(note, ask, linked(whole, note, ask), delivery, resumed=resumed)
        await self._lack(note, ask, delivery, "attach")
        return posted

    async def lack(self, right: str, channel_id: int, place: Place | None) -> None:
        """Tell the people who manage a server what is missing; `place` is None where they were told already."""
        if place is not None:
            await self.announce(MissingRight(channel_id, right), place)

    async def _lack(self, note: Note, ask: Ask, delivery: Delivery, right: str) -> None:
        channel_id = ask.channel_id if ask.place == "channel" else ask.asked_in or ask.channel_id
        if note.guild_id is not None:
            await self.lack(right, channel_id, await delivery.lacks(note.guild_id, channel_id, right))

    async def _post(self, note: Note, ask: Ask, reply: Reply, delivery: Delivery, *, resumed: bool) -> bool:
        """The parts not yet delivered; what nobody wants any more is taken back."""
        unwanted = await self._posting.post(note, ask, reply, delivery, resumed=resumed)
        for message_id in unwanted or ():
            await self.delete(ask.channel_id, message_id)
        return unwanted is None

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
                    files=files_of(reply.files) if number == len(notice.parts) + len(reply.parts) - 1 else [],
                    nonce=nonce_of(ask.id, note.key, number, "direct"),
                    allowed_mentions=NOBODY,
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


def _tag(note: Note, action: str) -> dict[str, object]:
    return {"action": action, "note": ref_of(note.key), "guild": note.guild_id}
