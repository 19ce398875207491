"""
Discord's arithmetic of permissions, as far as reading goes.

Hides roles, overwrites and their order (Discord: "Permissions", "Permission Hierarchy"). Promises: pure; a permission
that is not known to be granted is denied.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations_with_replacement

import discord

_ADMINISTRATOR = discord.Permissions(administrator=True).value
_MANAGE_THREADS = discord.Permissions(manage_threads=True).value
_VIEW = discord.Permissions(view_channel=True).value
_HISTORY = discord.Permissions(read_message_history=True).value
_CONNECT = discord.Permissions(connect=True).value
_EVERYTHING = ~0
# Discord: "Time Outs": all that is left to a member, unless they own or administer the server.
_TIMED_OUT = _VIEW | _HISTORY
_VOICE = (discord.ChannelType.voice.value, discord.ChannelType.stage_voice.value)
PRIVATE_THREAD = discord.ChannelType.private_thread.value
THREADS = (discord.ChannelType.public_thread.value, discord.ChannelType.news_thread.value, PRIVATE_THREAD)

Overwrite = tuple[int, int]
"""What is allowed and what is denied, as bits."""
_NOTHING: Overwrite = (0, 0)


@dataclass(frozen=True, slots=True)
class Server:
    """
    Whose it is, and what each role may; the role of everybody has the server's own id.

    `ours` are the bot's own account and the role that nobody else can have.
    """

    id: int
    owner_id: int
    roles: Mapping[int, int]
    ours: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a server, with their roles."""

    id: int
    role_ids: tuple[int, ...] = ()
    is_timed_out: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """
    A channel or a thread. A thread's `type` is its own; overwrites, voice and age gate are those of its parent.

    `overwrites` are by the id of a role or a member.
    """

    id: int
    guild_id: int
    type: int
    parent_id: int | None
    parent_type: int
    overwrites: Mapping[int, Overwrite]
    is_age_gated: bool

    @property
    def ruled_by(self) -> int:
        """The channel whose decisions hold here: a thread's parent."""
        return self.parent_id or self.id

    @property
    def needs(self) -> int:
        """What it takes to read it. Discord, "Get Channel Messages": in voice and stage channels Connect as well."""
        return needs_of(self.parent_type)


def needs_of(channel_type: int) -> int:
    """What it takes to read a channel of that type."""
    return _VIEW | _HISTORY | (_CONNECT if channel_type in _VOICE else 0)


def permissions_of(server: Server, channel: Channel, member: Member) -> int:
    """All that a member may do in a channel."""
    roles = {server.id, *member.role_ids}
    granted = 0
    for role_id in roles:
        granted |= server.roles.get(role_id, 0)
    if member.id == server.owner_id or granted & _ADMINISTRATOR:
        return _EVERYTHING
    own = [channel.overwrites.get(role_id, _NOTHING) for role_id in roles - {server.id}]
    granted = _resolved(granted, channel.overwrites.get(server.id, _NOTHING), own, channel.overwrites.get(member.id))
    if not granted & _VIEW:
        return 0
    return granted & _TIMED_OUT if member.is_timed_out else granted


def may_read(server: Server, channel: Channel, member: Member, *, is_in_thread: bool = False) -> bool:
    """Whether a member may read what was posted there; into a private thread somebody lets them (`is_in_thread`)."""
    granted = permissions_of(server, channel, member)
    is_open = channel.type != PRIVATE_THREAD or is_in_thread or bool(granted & _MANAGE_THREADS)
    return granted & channel.needs == channel.needs and is_open


def is_no_wider(server: Server, here: Channel, there: Channel) -> bool:
    """
    Whether everybody who can see `here` may read `there` as well, whoever they are.

    Nobody knows all members and their roles, so every set of roles counts that somebody could have. Two roles tell:
    one that opens `here`, and one that shuts `there`; whoever has more of them is no worse.
    """
    if here.id == there.id:
        return True
    if here.guild_id != server.id or there.guild_id != server.id or there.type == PRIVATE_THREAD:
        return False
    if there.is_age_gated and not here.is_age_gated:
        return False
    return all(not _opens(server, here, there, bit) for bit in (_VIEW, _HISTORY, _CONNECT) if bit & there.needs)


def _opens(server: Server, here: Channel, there: Channel, bit: int) -> bool:
    """Whether somebody could see `here` who has not that permission `there`."""
    roles = {
        (granted & _VIEW, granted & bit, _of(here, role_id, _VIEW), _of(there, role_id, bit))
        for role_id, granted in server.roles.items()
        if role_id not in (server.id, *server.ours) and not granted & _ADMINISTRATOR
    }
    # Nobody in particular, and those with overwrites of their own.
    named = {0, *here.overwrites, *there.overwrites} - set(server.roles) - {server.owner_id} - server.ours
    members = {(_of(here, one, _VIEW), _of(there, one, bit)) for one in named}
    granted = server.roles.get(server.id, 0)
    if granted & _ADMINISTRATOR:
        return False
    first, second = _of(here, server.id, _VIEW), _of(there, server.id, bit)
    for some in _sets(roles):
        base_here, base_there = granted & _VIEW, granted & bit
        for role in some:
            base_here, base_there = base_here | role[0], base_there | role[1]
        seen = [role[2] for role in some]
        read = [role[3] for role in some]
        for own_here, own_there in members:
            can_see = _resolved(base_here, first, seen, own_here)
            if can_see and not _resolved(base_there, second, read, own_there):
                return True
    return False


_Role = tuple[int, int, Overwrite, Overwrite]


def _sets(roles: Iterable[_Role]) -> Iterator[tuple[_Role, ...]]:
    """No role, each role, every two of them."""
    yield ()
    yield from combinations_with_replacement(sorted(roles), 2)


def _of(channel: Channel, who: int, bit: int) -> Overwrite:
    allowed, denied = channel.overwrites.get(who, _NOTHING)
    return allowed & bit, denied & bit


def _resolved(granted: int, everyone: Overwrite, roles: Iterable[Overwrite], own: Overwrite | None) -> int:
    """First what holds for everybody, then for the roles together (allowed goes before denied), then for the one."""
    allowed = denied = 0
    for allow, deny in roles:
        allowed, denied = allowed | allow, denied | deny
    for allow, deny in (everyone, (allowed, denied), own or _NOTHING):
        granted = granted & ~deny | allow
    return granted
