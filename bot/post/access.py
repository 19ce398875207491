"""
Who may read what: asked in one place by every command, link, quote, button and panel.

Hides where servers, channels and members are known from: the gateway's cache, or else REST (a worker has no gateway,
and nobody is told of all members). Promises: in doubt nobody may. Trouble of Discord's is raised as `Later`.
"""

import time
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping
from typing import Any, Generic, TypeVar, cast

import discord

from bot.post.permissions import PRIVATE_THREAD, THREADS, Channel, Member, Server, is_no_wider, may_read, needs_of
from bot.post.refusals import REFUSED, Meaning, legible, meaning_of, told_of
from bot.request import Later

_PLACES_S = 15.0  # what no gateway tells us of is asked again after that
_ROLES_S = 60.0
_MOST_KNOWN = 10_000
_Known = TypeVar("_Known")


class Access:
    """Answers for one logged-in client."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._places = _Memory[Channel | None](_PLACES_S)
        self._servers = _Memory[Server | None](_PLACES_S)
        self._roles = _Memory[tuple[int, ...] | None](_ROLES_S)

    async def may_read_here(self, interaction: discord.Interaction, *, author_id: int | None = None) -> bool:
        """
        Whether somebody may read the channel they are in, by what Discord itself says of them there.

        Without Read Message History one's own (`author_id`) is all they have a right to.
        """
        kind = interaction.channel.type if interaction.channel is not None else discord.ChannelType.voice
        if interaction.guild_id is None:
            return kind in (discord.ChannelType.private, discord.ChannelType.group)  # whoever is in it reads it
        granted, needs = interaction.permissions, discord.Permissions(needs_of(kind.value))
        needs.read_message_history = author_id != interaction.user.id
        if not granted.is_superset(needs):
            return False
        is_open = kind.value != PRIVATE_THREAD or granted.manage_threads
        return is_open or await self._is_in_thread(interaction.channel_id or 0, interaction.user.id)

    async def may_be_told(self, interaction: discord.Interaction, channel_id: int) -> bool:
        """Whether somebody may read in that channel, and be told here of what was posted there."""
        return await self.may_read(interaction.user, channel_id) and await self.is_of_age(interaction, channel_id)

    async def is_of_age(self, interaction: discord.Interaction, channel_id: int) -> bool:
        """Whether that channel is for everybody, or people here had to say that they are of age, too."""
        channel = await self.channel(channel_id)
        if channel is None or not channel.is_age_gated:
            return channel is not None
        here = await self.channel(interaction.channel_id or 0)
        return here is not None and here.is_age_gated

    async def may_read(self, user: discord.abc.User | int, channel_id: int) -> bool:
        """Whether they may read what was posted in that channel of a server, now."""
        channel = await self.channel(channel_id)
        server = await self._server(channel.guild_id) if channel is not None else None
        if channel is None or server is None:
            return False
        member = self._shown(user, channel.guild_id) or await self._member(channel.guild_id, _id(user))
        if member is None:
            return False
        if may_read(server, channel, member):
            return True
        if channel.type != PRIVATE_THREAD or not may_read(server, channel, member, is_in_thread=True):
            return False
        return await self._is_in_thread(channel.id, member.id)

    async def _is_in_thread(self, thread_id: int, user_id: int) -> bool:
        return await self._told(self._client.http.get_thread_member(thread_id, user_id)) is not None

    async def is_no_wider(self, here: int, there: int) -> bool:
        """Whether everybody who can see the channel `here` may read the channel `there` as well."""
        if here == there:
            return True
        first, second = await self.channel(here), await self.channel(there)
        if first is None or second is None or first.guild_id != second.guild_id:
            return False
        server = await self._server(first.guild_id)
        return server is not None and is_no_wider(server, first, second)

    async def roles_of(self, guild_id: int, user: discord.abc.User | int) -> tuple[int, ...] | None:
        """Somebody's roles in a server, as of a minute ago at most; None if they are no member of it."""
        if (shown := self._shown(user, guild_id)) is not None:
            return shown.role_ids

        async def ask() -> tuple[int, ...] | None:
            member = await self._member(guild_id, _id(user))
            return None if member is None else member.role_ids

        return await self._roles.get((guild_id, _id(user)), ask)

    async def channel(self, channel_id: int) -> Channel | None:
        """A channel or thread of a server, if there is one that we may see."""
        return self.known(channel_id) or await self._places.get(channel_id, lambda: self._asked(channel_id))

    def known(self, channel_id: int) -> Channel | None:
        """The same, as far as it can be said at once: interactions have to be answered within three seconds."""
        known = self._client.get_channel(channel_id)
        if not isinstance(known, discord.abc.GuildChannel | discord.Thread) or known.guild.unavailable:
            return None
        parent = known.parent if isinstance(known, discord.Thread) else known
        return None if parent is None else _seen(known, parent)

    async def _asked(self, channel_id: int) -> Channel | None:
        found = await self._told(self._client.http.get_channel(channel_id))
        if found is None or "guild_id" not in found:
            return None
        parent = found
        if found["type"] in THREADS:
            parent = await self._told(self._client.http.get_channel(int(found["parent_id"] or 0)))
        return None if parent is None else _read(found, parent)

    async def _server(self, guild_id: int) -> Server | None:
        guild = self._client.get_guild(guild_id)
        if guild is not None and not guild.unavailable and guild.owner_id is not None:
            roles = {role.id: role.permissions.value for role in guild.roles}
            own = [guild.self_role.id] if guild.self_role is not None else []
            return Server(guild_id, guild.owner_id, roles, self._ours(own))

        async def ask() -> Server | None:
            found = await self._told(self._client.http.get_guild(guild_id, with_counts=False))
            if found is None:
                return None
            roles = {int(role["id"]): int(role["permissions"]) for role in found["roles"]}
            bots = {int(role["id"]): role.get("tags", {}).get("bot_id") for role in found["roles"]}
            own = [role_id for role_id, bot in bots.items() if bot is not None and int(bot) in self._ours()]
            return Server(guild_id, int(found["owner_id"]), roles, self._ours(own))

        return await self._servers.get(guild_id, ask)

    def _ours(self, role_ids: Iterable[int] = ()) -> frozenset[int]:
        return frozenset([*role_ids, *([self._client.user.id] if self._client.user is not None else [])])

    def _shown(self, user: discord.abc.User | int, guild_id: int) -> Member | None:
        """What Discord has told along with a message or an interaction; None where it told of no member there."""
        # Of a server that is not in the cache discord.py drops the roles.
        if (
            not isinstance(user, discord.Member)
            or user.guild.id != guild_id
            or self._client.get_guild(guild_id) is None
        ):
            return None
        return Member(user.id, tuple(role.id for role in user.roles), user.is_timed_out())

    async def _member(self, guild_id: int, user_id: int) -> Member | None:
        found = await self._told(self._client.http.get_member(guild_id, user_id))
        if found is None:
            return None
        until = discord.utils.parse_time(found.get("communication_disabled_until"))
        is_timed_out = until is not None and until > discord.utils.utcnow()
        member = Member(user_id, (guild_id, *map(int, found["roles"])), is_timed_out)
        self._roles.put((guild_id, user_id), member.role_ids)
        return member

    async def _told(self, asked: Awaitable[Any]) -> Any | None:
        """What Discord answers; None for what is not there, or not ours to see."""
        try:
            with legible():
                return await asked
        except REFUSED as refusal:
            if meaning_of(refusal) is Meaning.PASSES:
                raise Later(f"Discord did not say who may read ({told_of(refusal)})") from refusal
            return None


class _Memory(Generic[_Known]):
    """What was asked for, for some seconds and not without end."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._known: dict[Hashable, tuple[float, _Known]] = {}

    async def get(self, key: Hashable, ask: Callable[[], Awaitable[_Known]]) -> _Known:
        now = time.monotonic()
        at, known = self._known.get(key, (None, None))
        if at is not None and now - at < self._seconds:
            return cast("_Known", known)
        self.put(key, found := await ask())
        return found

    def put(self, key: Hashable, found: _Known) -> None:
        self._known.pop(key, None)
        while len(self._known) >= _MOST_KNOWN:
            del self._known[next(iter(self._known))]  # the oldest
        self._known[key] = (time.monotonic(), found)


def _id(user: discord.abc.User | int) -> int:
    return user if isinstance(user, int) else user.id


def _seen(channel: Any, parent: Any) -> Channel:
    """A channel of the cache."""
    overwrites = {}
    for whose, overwrite in parent.overwrites.items():
        allowed, denied = overwrite.pair()
        overwrites[whose.id] = (allowed.value, denied.value)
    is_thread = channel is not parent
    return Channel(
        channel.id,
        channel.guild.id,
        channel.type.value,
        parent.id if is_thread else None,
        parent.type.value,
        overwrites,
        is_age_gated=bool(getattr(parent, "nsfw", False)),
    )


def _read(channel: Mapping[str, Any], parent: Mapping[str, Any]) -> Channel:
    """A channel as REST tells of it."""
    overwrites = {
        int(one["id"]): (int(one["allow"]), int(one["deny"])) for one in parent.get("permission_overwrites", ())
    }
    return Channel(
        int(channel["id"]),
        int(channel["guild_id"]),
        channel["type"],
        int(parent["id"]) if channel is not parent else None,
        parent["type"],
        overwrites,
        is_age_gated=bool(parent.get("nsfw", False)),
    )
