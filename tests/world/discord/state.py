"""
What Discord remembers: guilds, channels, roles, members, messages, files, commands, interactions.

Plain values without a wire: the gateway learns of changes through `World.emit`, people wait on
the world's bell, REST reads and writes here. Ids come from the world's clock.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

from tests.world.discord.clock import Clock
from tests.world.discord.permissions import EVERYBODY, NONE, Permission, allowed

Json = dict[str, Any]


class Kind(IntEnum):
    """Channel types this stand-in has ("Channel Types", docs)."""

    TEXT = 0
    DM = 1
    VOICE = 2
    GROUP = 3
    CATEGORY = 4
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    THREAD = 11
    PRIVATE_THREAD = 12
    STAGE = 13
    FORUM = 15
    MEDIA = 16


class Flag(IntEnum):
    """Message flags ("Message Flags", docs)."""

    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SILENT = 1 << 12
    VOICE = 1 << 13
    SNAPSHOT = 1 << 14
    COMPONENTS_V2 = 1 << 15


class AttachmentFlag(IntEnum):
    """Attachment flags ("Attachment Flags", docs)."""

    SPOILER = 1 << 3


@dataclass(eq=False, repr=False)
class User:
    """An account. `installed`: has added the app to it, so that user-installed commands are theirs everywhere."""

    id: int
    name: str
    bot: bool = False
    locale: str = "en-US"
    installed: bool = False
    refuses_dms: bool = False
    is_webhook: bool = False


@dataclass(eq=False, repr=False)
class Role:
    """A role of a guild."""

    id: int
    name: str
    permissions: Permission = NONE
    position: int = 1
    managed: bool = False


@dataclass(eq=False, repr=False)
class Member:
    """A user in a guild; in time-out until `timed_out_ms`."""

    user: User
    guild: "Guild"
    roles: list[Role] = field(default_factory=list)
    joined_ms: int = 0
    timed_out_ms: int = 0

    @property
    def is_timed_out(self) -> bool:
        """Whether a moderator has silenced them for now."""
        return self.timed_out_ms > 0 and self.timed_out_ms > self.guild.world.clock.now_ms()


@dataclass(frozen=True)
class Filters:
    """What a server blocks: words (`*` at an end: any rest of the word), hosts of links; `answers`: in those too."""

    words: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    answers: bool = False


@dataclass(eq=False, repr=False)
class Guild:
    """A server. `has_bot` False: the app was never added to it, only people use it there."""

    world: "World"
    id: int
    name: str
    owner_id: int
    locale: str = "en-US"
    has_bot: bool = True
    system_channel_id: int | None = None
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, "Channel"] = field(default_factory=dict)
    filters: Filters = Filters()

    @property
    def everyone(self) -> Role:
        """The role everybody has; its id is the guild's."""
        return self.roles[self.id]


@dataclass(eq=False, repr=False)
class Channel:
    """
    A channel of a guild, a thread (`parent`), a DM or a group DM (`recipients`).

    `slow_s`: its slow mode, held against bots too if `slows_bots`; `spoke_ms`: when whom it counts spoke last.
    `joined`: who is in a thread, by id; the app is taken to be let into every private one.
    """

    world: "World"
    id: int
    kind: Kind
    name: str
    guild: Guild | None = None
    parent: "Channel | None" = None
    recipients: list[User] = field(default_factory=list)
    overwrites: dict[int, tuple[Permission, Permission]] = field(default_factory=dict)
    messages: dict[int, "Message"] = field(default_factory=dict)
    last_message_id: int | None = None
    owner_id: int = 0
    category: "Channel | None" = None
    nsfw: bool = False
    slow_s: int = 0
    slows_bots: bool = False
    spoke_ms: dict[int, int] = field(default_factory=dict)
    archived: bool = False
    locked: bool = False
    archived_ms: int | None = None
    joined: set[int] = field(default_factory=set)

    @property
    def is_thread(self) -> bool:
        """Whether this is a thread under another channel."""
        return self.kind in (Kind.ANNOUNCEMENT_THREAD, Kind.THREAD, Kind.PRIVATE_THREAD)

    @property
    def is_vocal(self) -> bool:
        """Whether people talk here, beside the chat that belongs to it."""
        return self.kind in (Kind.VOICE, Kind.STAGE)

    @property
    def has_messages(self) -> bool:
        """Whether messages are posted here, not only below it."""
        return self.kind not in (Kind.CATEGORY, Kind.FORUM, Kind.MEDIA)

    def allowed(self, user: User) -> Permission:
        """What a user may do here; nothing, if they aren't in this place."""
        if self.guild is None:
            return allowed(None, self) if user in self.recipients else NONE
        member = self.guild.members.get(user.id)
        return NONE if member is None else allowed(member, self)

    def is_open_to(self, user: User) -> bool:
        """Whether a user sees what is said here; a voice channel must be entered, a private thread joined for that."""
        wanted = Permission.VIEW_CHANNEL | (Permission.CONNECT if self.is_vocal else NONE)
        granted = self.allowed(user)
        is_in = user.id in self.joined or user is self.world.bot or bool(granted & Permission.MANAGE_THREADS)
        return granted & wanted == wanted and (is_in or self.kind != Kind.PRIVATE_THREAD)

    def members(self) -> list[User]:
        """Everybody who sees what is said in this channel."""
        users = self.recipients if self.guild is None else [member.user for member in self.guild.members.values()]
        return [user for user in users if self.is_open_to(user)]


@dataclass(eq=False, repr=False)
class File:
    """An attachment: its bytes rest here, people get a signed address."""

    id: int
    channel_id: int
    filename: str
    content_type: str | None
    data: bytes | Path
    size: int
    duration_secs: float | None = None
    waveform: str | None = None
    description: str | None = None
    ephemeral: bool = False
    title: str | None = None
    flags: int = 0

    @property
    def is_spoiler(self) -> bool:
        """Whether clients blur it: by its flag, or, as they always did, by its name."""
        return bool(self.flags & AttachmentFlag.SPOILER) or self.filename.startswith("SPOILER_")

    def read(self) -> bytes:
        """All its bytes."""
        return self.data if isinstance(self.data, bytes) else self.data.read_bytes()


@dataclass(eq=False, repr=False)
class Message:
    """A message. `pings`: whom it would have notified; `only_for`: the one person who sees it (ephemeral)."""

    id: int
    channel: Channel
    author: User
    content: str = ""
    files: list[File] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    flags: int = 0
    type: int = 0
    reference: "tuple[int, Message | None, int] | None" = None  # (id, message, 0 reply or 1 forward)
    snapshots: list[Json] = field(default_factory=list)
    edited_ms: int | None = None
    nonce: str | int | None = None
    mentions: list[User] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    pings: frozenset[int] = frozenset()
    reactions: dict[str, list[User]] = field(default_factory=dict)
    interaction: "Interaction | None" = None
    only_for: User | None = None
    thread: Channel | None = None
    replies: "list[Message]" = field(default_factory=list)
    edits: int = 0

    @property
    def thinking(self) -> bool:
        """Whether people see "... is thinking" instead of words."""
        return bool(self.flags & Flag.LOADING)

    @property
    def is_voice(self) -> bool:
        """Whether it was recorded in the app."""
        return bool(self.flags & Flag.VOICE)

    @property
    def replies_to(self) -> int | None:
        """The id of the message this one is a reply to."""
        return self.reference[0] if self.reference and self.reference[2] == 0 else None


@dataclass(eq=False, repr=False)
class Interaction:
    """One press, command, or form; and what the app answered."""

    id: int
    token: str
    type: int
    user: User
    channel: Channel
    created_ms: int
    owners: dict[str, str]
    command: str | None = None
    message: Message | None = None
    callback: int | None = None
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    modal: Json | None = None
    choices: list[Json] = field(default_factory=list)
    forced_ephemeral: bool = False


@dataclass(frozen=True)
class Event:
    """Something the gateway may tell a bot; `needs`: intents of which one suffices (0: everybody is told)."""

    name: str
    body: Json
    needs: int = 0
    guild: Guild | None = None
    channel: Channel | None = None
    message: Message | None = None


@dataclass(eq=False, repr=False)
class World:
    """Everything there is, and the app that lives in it."""

    clock: Clock
    bot: User
    cdn_address: Callable[[File], str]
    privileged: int
    users: dict[int, User] = field(default_factory=dict)
    guilds: dict[int, Guild] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    files: dict[int, File] = field(default_factory=dict)
    commands: dict[int | None, dict[int, Json]] = field(default_factory=lambda: {None: {}})
    interactions: dict[str, Interaction] = field(default_factory=dict)
    nonces: dict[tuple[int, int, str], Message] = field(default_factory=dict)
    nonce_window_ms: int = 180_000  # docs: "the past few minutes"
    answer_ms: int = 3_000  # docs: the first answer to an interaction; a test on a crowded machine may be patient
    most_threads: int = 1_000  # active ones of a guild; not documented, what people met
    most_announcement_threads: int = 1_000  # not documented
    new_dms_left: int | None = None  # how many direct messages the app may still open; None: any number
    listeners: list[Callable[[Event], None]] = field(default_factory=list)
    channel_type: type[Channel] = Channel

    def emit(self, event: Event) -> None:
        """Tell the gateway, wake the people."""
        for listener in self.listeners:
            listener(event)
        self.clock.bell.ring()

    def user(self, name: str, *, bot: bool = False, locale: str = "en-US") -> User:
        """A new account."""
        made = User(self.clock.snowflake(), name, bot, locale)
        self.users[made.id] = made
        return made

    def channel(self, kind: Kind, name: str, guild: Guild | None = None, **more: Any) -> Channel:
        """A new channel; not announced yet."""
        made = self.channel_type(self, self.clock.snowflake(), kind, name, guild, **more)
        self.channels[made.id] = made
        if guild is not None:
            guild.channels[made.id] = made
        return made

    def is_reachable(self, user: User) -> bool:
        """Whether the app may write to somebody: it is theirs, or they share a guild."""
        shared = (each for each in self.guilds.values() if each.has_bot and user.id in each.members)
        return user.bot or user.installed or any(True for _ in shared)

    def found(self, channel_id: int, message_id: int) -> Message | None:
        """The message, if it still exists."""
        channel = self.channels.get(channel_id)
        return channel.messages.get(message_id) if channel else None

    def join(self, guild: Guild, user: User, permissions: Permission = NONE) -> Member:
        """A user enters a guild, with a role of their own if they may do more than everybody."""
        member = Member(user, guild, joined_ms=self.clock.now_ms())
        if permissions:
            role = Role(self.clock.snowflake(), user.name, permissions, len(guild.roles), managed=user.bot)
            guild.roles[role.id] = role
            member.roles.append(role)
        guild.members[user.id] = member
        return member

    def found_guild(self, guild: Guild) -> None:
        """A guild comes into being, with @everyone in it."""
        guild.roles[guild.id] = Role(guild.id, "@everyone", EVERYBODY, 0)
        self.guilds[guild.id] = guild

    def remove_bot(self, guild: Guild) -> None:
        """The app is no longer in this guild."""
        self.emit(Event("GUILD_DELETE", {"id": str(guild.id)}, 1, guild))
        guild.has_bot = False
        guild.members.pop(self.bot.id, None)
