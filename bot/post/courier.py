"""The courier on Discord: shows that work goes on, and takes answers back."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

import aiohttp
import discord

from bot.desk import Refused
from bot.notes import Ask, Note
from bot.notice import Notice, Place
from bot.outcome import Door, Failed, Fault, Outcome, Repeat, Stage
from bot.post.access import Access
from bot.post.announcing import announce
from bot.post.answering import Answering
from bot.post.back import read_back
from bot.post.fetching import fetch
from bot.post.following import ORIGINAL
from bot.post.glimpses import Glimpses
from bot.post.line import Lines, nonce_of
from bot.post.looking import Looking
from bot.post.offering import offer
from bot.post.posting import NOBODY, Posting, files_of, tell_host
from bot.post.quoting import may_quote
from bot.post.refusals import REFUSED, patiently, why_of
from bot.post.typing import Typing
from bot.post.whispers import Whispers
from bot.reply import Reply, Unread, render
from bot.request import Delivery, Fetched, Glimpse, Request, Untold, ref_of
from bot.words import Words

log = logging.getLogger(__name__)


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
        self._posting = Posting(client, self._lines)
        self._whispers = Whispers(client, session, self._hosts)
        self._answering = Answering(client, self._posting, self._whispers, self.access)
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

    async def deliver(
        self, note: Note, ask: Ask, outcome: Outcome, delivery: Delivery, *, resumed: bool, is_last: bool = False
    ) -> Untold | None:
        """See `Courier.deliver`."""
        self._glimpses.turns.end(ask)
        tell_host(outcome, ref_of(note.key))
        return await self._answering.answer(note, ask, outcome, delivery, resumed=resumed, is_last=is_last)

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

    async def read_back(self, message: discord.Message, message_ids: tuple[int, ...], note: Note) -> str | Unread:
        """The words of an answer of ours without markdown; see `back`."""
        return await read_back(self._client, self._session, message, message_ids, note, hosts=self._hosts)

    def files(self, reply: Reply) -> list[discord.File]:
        """The files of a reply as Discord takes them."""
        return files_of(reply.files)

    async def refuse(self, request: Request, refused: Refused) -> None:
        """Say at once what needs no note; nothing is kept, and what can't be said is logged."""
        outcome, ref = refused.outcome, refused.ref
        tell_host(outcome, ref)
        reply = render(outcome, Words(refused.locale), ref=ref, guild_id=request.guild_id, most_parts=1)

        if request.token is not None and request.application_id is not None:
            # Where the answer may not be edited another one may be given, and else the person is written to.
            hook = discord.Webhook.partial(request.application_id, request.token, client=self._client)
            hook.type = discord.WebhookType.application  # only of those discord.py believes that they can whisper
            edit = partial(hook.edit_message, ORIGINAL, content=reply.parts[0], allowed_mentions=NOBODY)
            follow = partial(hook.send, reply.parts[0], allowed_mentions=NOBODY, ephemeral=request.private)
            ways: list[Callable[[], Awaitable[object]]] = [follow] if request.follows else [edit, follow]
            ways.append(partial(self._say_in_private, request.member_id, reply.parts[0]))
        elif request.door is Door.AUTO:
            ways = [partial(self._say_below, request, reply.parts[0], ref)]
        else:
            return
        for way in ways:
            try:
                await patiently(way)
            except REFUSED as refusal:
                fields = {"action": "undeliverable", "note": ref, "reason": why_of(refusal)}
                log.warning("The refusal could not be said: %s", why_of(refusal), extra=fields)
            else:
                return

    async def _say_below(self, request: Request, text: str, ref: str) -> None:
        channel = self._client.get_partial_messageable(request.channel_id, guild_id=request.guild_id)
        source = discord.MessageReference(
            message_id=request.message_id or 0, channel_id=request.channel_id, fail_if_not_exists=False
        )
        nonce = nonce_of(request.ask_id, ref, 0)
        async with self._lines.of(request.channel_id):
            await channel.send(text, reference=source, nonce=nonce, allowed_mentions=NOBODY)

    async def _say_in_private(self, member_id: int, text: str) -> None:
        direct = await self._client.create_dm(discord.Object(member_id))
        await direct.send(text, allowed_mentions=NOBODY)

    async def tell_no_permission(self, request: Request) -> None:
        """Tell a member in private, and the host in the log, that nothing can be posted in that channel."""
        ref = f"{request.channel_id % 100_000:05}"
        outcome = Failed(Fault.NO_PERMISSION)
        tell_host(outcome, ref)

        text = render(outcome, Words(request.locale), ref=ref).parts[0]
        try:
            await patiently(partial(self._say_in_private, request.member_id, text))
        except REFUSED as closed:
            fields = {"action": "undeliverable", "note": ref, "reason": why_of(closed)}
            log.info("Nor could it be said in private: %s", why_of(closed), extra=fields)
