"""The ways a voice note reaches the desk: by itself, by menu, by command."""

import asyncio
import logging
from dataclasses import replace
from weakref import WeakValueDictionary

import discord
from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.choices import Choice, Place
from bot.desk import Desk, Missed, OnDemand, Queued, Refused, Switches, in_the_end
from bot.outcome import Door, Failed, Fault, NothingHere, Outcome
from bot.post import (
    DiscordCourier,
    Link,
    Source,
    asked_for,
    is_guest,
    is_here,
    language_of,
    left_out,
    link_in,
    linked,
    may_post,
    may_post_elsewhere,
    parent_of,
    passes,
    payer_of,
    request_of,
    requests_in,
    roles_of,
)
from bot.reply import render
from bot.request import Request
from bot.words import Words

log = logging.getLogger(__name__)

_EVERYWHERE = app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
_BY_ANYBODY = app_commands.allowed_installs(guilds=True, users=True)  # a server installs us, or its user alone
# Notes of one server taken in at once, each of another member: a flood must not stand before everybody else's note.
_AT_THE_DOOR = 2
_LOOK_BACK = 50  # messages searched for the latest voice note


class Voice(commands.Cog):
    """Three doors, one desk."""

    def __init__(self, desk: Desk, switches: Switches, missed: Missed, courier: DiscordCourier, *, locale: str) -> None:
        self._desk = desk
        self._missed = missed
        self._switches = switches
        self._courier = courier
        self._locale = locale
        self._warned: set[int] = set()
        self._doors: WeakValueDictionary[int, asyncio.Semaphore] = WeakValueDictionary()  # while somebody is there
        self.menus = [
            app_commands.ContextMenu(name=locale_str("Transcribe", key="command.menu.name"), callback=self.menu)
        ]

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Every message people post; what holds no sound is let go at once."""
        if not _is_spoken(message):
            return
        sounds = [one for one in requests_in(message, default_locale=self._locale) if one.media is not None]
        if sounds:
            guild_id = message.guild.id if message.guild else None
            self._missed.arrives(guild_id, message.channel.id, message.id, len(sounds))
        for request in sounds:
            await in_the_end(self._take, message, request)
            self._missed.taken(message.channel.id, message.id)

    def _door(self, whose: int, at_once: int) -> asyncio.Semaphore:
        """Where a member's notes, and a server's, wait for each other before they are taken in."""
        return self._doors.setdefault(whose, asyncio.Semaphore(at_once))

    async def _take(self, message: discord.Message, request: Request) -> None:
        place = message.guild.id if message.guild else message.channel.id
        async with self._door(message.author.id, 1), self._door(place, _AT_THE_DOOR):
            if not await self._may_answer(message, request):
                return
            if message.guild is not None and not isinstance(message.author, discord.Member):
                # Read back: Discord tells of the author, and not of their roles.
                roles = await self._courier.access.roles_of(message.guild.id, message.author)
                request = replace(request, role_ids=roles)
            answer = await self._desk.accept(request)
        if isinstance(answer, Refused):
            await self._courier.refuse(request, answer)
        elif isinstance(answer, Queued):
            await self._courier.acknowledge(request)
        elif isinstance(answer, OnDemand):
            await self._offer(request)

    @app_commands.command(
        name=locale_str("transcribe", key="command.transcribe.name"),
        description=locale_str("Turn a voice message or sound file into text", key="command.transcribe.description"),
    )
    @app_commands.rename(
        file=locale_str("file", key="command.transcribe.file.name"),
        message=locale_str("message", key="command.transcribe.message.name"),
        private=locale_str("private", key="command.transcribe.private.name"),
    )
    @app_commands.describe(
        file=locale_str("A sound or video file", key="command.transcribe.file.description"),
        message=locale_str("A link to a message with sound in it", key="command.transcribe.message.description"),
        private=locale_str("Show the answer only to you", key="command.transcribe.private.description"),
    )
    @_EVERYWHERE
    @_BY_ANYBODY
    async def transcribe(
        self,
        interaction: discord.Interaction,
        file: discord.Attachment | None = None,
        message: str | None = None,
        private: bool = False,  # noqa: FBT001, FBT002 -- Discord's option
    ) -> None:
        """A file, a linked message, or the latest voice note of the channel."""
        link = link_in(message) if message else None
        is_near = link is None or is_here(interaction, link)
        if slip := await self._slip(interaction, file, message, link):
            await interaction.response.send_message(Words(interaction.locale.value)(slip), ephemeral=True)
            return
        choice = await self._choice(interaction)
        is_for_all = link is None or await self._is_told(interaction, link)
        private = private or choice.place is Place.PRIVATE or not is_for_all
        words = Words(language_of(interaction, private=private, chosen=choice.locale))
        await interaction.response.defer(thinking=True, ephemeral=private)
        place = await linked(self._courier.access, interaction, link) if link is not None else None
        if isinstance(place, str):
            await interaction.edit_original_response(content=words(place))
            return
        if file is not None:
            await self._ask(interaction, [_upload(interaction, file, private=private)], words)
            return
        try:
            found = await place.fetch() if isinstance(place, discord.PartialMessage) else await _latest(interaction)
        except discord.NotFound as refusal:
            if passes(refusal):
                raise
            await interaction.edit_original_response(content=words("transcribe.not_visible"))
            return
        except discord.Forbidden as refusal:
            log.warning(
                "No right to read the channel: give the bot View Channel and Read Message History there (%s)",
                refusal.text,
                extra={
                    "action": "no_permission",
                    "note": _ref(interaction),
                    "guild": interaction.guild_id,
                    "channel": place.channel.id
                    if isinstance(place, discord.PartialMessage)
                    else interaction.channel_id,
                },
            )
            await _say(interaction, Failed(Fault.NO_PERMISSION), words)
            return
        source = None if is_near or link is None else await self._source(interaction, link)
        requests = asked_for(found, interaction, door=Door.SLASH, private=private, source=source) if found else []
        if not requests and interaction.guild is not None and not interaction.client.intents.message_content:
            await interaction.edit_original_response(content=words("transcribe.unread"))
            return
        await self._ask(interaction, requests, words)

    @_EVERYWHERE
    @_BY_ANYBODY
    async def menu(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """The menu of a message: every sound in it."""
        if not await self._courier.access.may_read_here(interaction, author_id=message.author.id):
            await interaction.response.send_message(
                Words(interaction.locale.value)("transcribe.no_history"), ephemeral=True
            )
            return
        choice = await self._choice(interaction)
        private = choice.place is Place.PRIVATE
        words = Words(language_of(interaction, private=private, chosen=choice.locale))
        await interaction.response.defer(thinking=True, ephemeral=private)
        requests = asked_for(message, interaction, door=Door.MENU, private=private)
        if rest := left_out(message, interaction):
            told = words("transcribe.left_out", taken=len(requests), rest=rest)
            await interaction.edit_original_response(content=told)
        await self._ask(interaction, requests, words)

    async def _ask(self, interaction: discord.Interaction, requests: list[Request], words: Words) -> None:
        """Hand the wishes to the desk; only a refusal is answered here, words come from the worker."""
        if not requests:
            # Without that right Discord shows a channel as empty.
            is_blind = interaction.guild is not None and not interaction.app_permissions.read_message_history
            await _say(interaction, Failed(Fault.NO_PERMISSION) if is_blind else NothingHere(), words)
        for request in requests:
            answer = await self._desk.accept(request)
            if isinstance(answer, Refused):
                await self._courier.refuse(request, answer)

    async def _offer(self, request: Request) -> None:
        """One button for a message, however many sounds hang on it and however often its event is told."""
        if request.message_id is None or not await self._switches.offer(
            request.message_id, request.channel_id, request.guild_id
        ):
            return
        choice = await self._switches.of(request)
        said = replace(request, locale=choice.locale or request.locale)
        offer_id = await self._courier.offer(said, private=choice.place is Place.PRIVATE)
        if offer_id is not None and not await self._switches.offered(request.message_id, offer_id):
            await self._courier.delete(request.channel_id, offer_id)

    async def _slip(
        self, interaction: discord.Interaction, file: discord.Attachment | None, message: str | None, link: Link | None
    ) -> str | None:
        """What is wrong with how it was asked for; None where nothing is."""
        if file is None and is_guest(interaction):
            return "transcribe.guest"
        if message and (file is not None or link is None):
            return "transcribe.not_a_link" if file is None else "transcribe.either"
        is_near = link is None or is_here(interaction, link)
        if file is None and is_near and not await self._courier.access.may_read_here(interaction):
            return "transcribe.no_history"
        return None

    async def _is_told(self, interaction: discord.Interaction, link: Link) -> bool:
        """Whether what a link leads to may be said before everybody here: they could all read it there."""
        here = interaction.channel_id or 0
        if is_here(interaction, link):
            return True
        access = self._courier.access
        there = access.known(link.channel_id) if link.guild_id == interaction.guild_id else None
        if there is None or not await access.is_no_wider(here, there.id):
            return False
        return (await self._switches.at(there.guild_id, there.ruled_by)).place is not Place.PRIVATE

    async def _source(self, interaction: discord.Interaction, link: Link) -> Source:
        """Where the message of a link stands, with the roles there of whoever asks."""
        access = self._courier.access
        channel = await access.channel(link.channel_id)
        roles = await access.roles_of(link.guild_id, interaction.user) if link.guild_id is not None else ()
        return Source(link.guild_id, channel.parent_id if channel else None, roles or ())

    async def _choice(self, interaction: discord.Interaction) -> Choice:
        """What was decided where somebody asks."""
        return await self._switches.at(
            interaction.guild_id, parent_of(interaction.channel) or interaction.channel_id or 0
        )

    async def _may_answer(self, message: discord.Message, request: Request) -> bool:
        """Nothing is paid for where we could not post the words; the member is told once a channel."""
        if message.guild is None or may_post(message.channel, message.guild):
            return True
        choice = await self._switches.of(request)
        if not choice.waits and await may_post_elsewhere(self._courier.access, message, choice):
            return True
        if message.channel.id not in self._warned:
            self._warned.add(message.channel.id)
            await self._courier.tell_no_permission(request)
            await self._desk.lacks(message.guild.id, message.channel.id, "send")
        return False


def _upload(interaction: discord.Interaction, file: discord.Attachment, *, private: bool) -> Request:
    return request_of(
        file,
        id=interaction.id,
        ask_id=interaction.id,
        door=Door.SLASH,
        is_voice=file.is_voice_message(),
        guild_id=payer_of(interaction),
        channel_id=interaction.channel_id or 0,
        message_id=None,
        author_id=interaction.user.id,
        member_id=interaction.user.id,
        locale=language_of(interaction, private=private),
        parent_id=parent_of(interaction.channel),
        asked_under=parent_of(interaction.channel),
        role_ids=roles_of(interaction.user),
        private=private,
        application_id=interaction.application_id,
        token=interaction.token,
    )


async def _latest(interaction: discord.Interaction) -> discord.Message | None:
    """The newest message of this channel that people posted with sound in it."""
    channel = interaction.channel
    if not isinstance(channel, discord.abc.Messageable):
        return None
    async for message in channel.history(limit=_LOOK_BACK):
        if _is_spoken(message) and any(request.media for request in requests_in(message)):
            return message
    return None


def _is_spoken(message: discord.Message) -> bool:
    """Whether a person posted it: machines could talk to each other for ever."""
    return not message.author.bot and message.webhook_id is None


def _ref(interaction: discord.Interaction) -> str:
    """The id in an answer that needed no note, and in its log line."""
    return f"{interaction.id % 100_000:05}"


async def _say(interaction: discord.Interaction, outcome: Outcome, words: Words) -> None:
    """An answer that needed no note."""
    reply = render(outcome, words, ref=_ref(interaction), guild_id=interaction.guild_id)
    await interaction.edit_original_response(content=reply.parts[0], allowed_mentions=discord.AllowedMentions.none())
