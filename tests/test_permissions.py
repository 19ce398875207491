"""Discord's arithmetic of permissions, as far as reading goes: as discord.py has it, and for whole servers at once."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, combinations
from typing import Any

import discord
import pytest

from bot.post.permissions import Channel, Member, Server, is_no_wider, may_read, permissions_of

VIEW = discord.Permissions(view_channel=True).value
HISTORY = discord.Permissions(read_message_history=True).value
CONNECT = discord.Permissions(connect=True).value
ADMINISTRATOR = discord.Permissions(administrator=True).value
MANAGE_THREADS = discord.Permissions(manage_threads=True).value
READING = VIEW | HISTORY
BITS = (VIEW, HISTORY, CONNECT)
TEXT, VOICE, STAGE, THREAD, PRIVATE = 0, 2, 13, 11, 12
HOME, OWNER = 100, 1


def channel(number: int = 7, overwrites: dict[int, tuple[int, int]] | None = None, kind: int = TEXT) -> Channel:
    """A channel that is no thread."""
    return Channel(number, HOME, kind, None, kind, overwrites or {}, is_age_gated=False)


def thread(kind: int, overwrites: dict[int, tuple[int, int]] | None = None) -> Channel:
    """A thread of a text channel."""
    return Channel(8, HOME, kind, 7, TEXT, overwrites or {}, is_age_gated=False)


def some(chance: random.Random, *, share: float = 0.5) -> int:
    """Some of the permissions."""
    return sum(bit for bit in BITS if chance.random() < share)


def drawn(chance: random.Random, ids: list[int]) -> dict[int, tuple[int, int]]:
    """Overwrites for some of these roles and members."""
    found = {}
    for one in ids:
        if chance.random() < 0.5:
            allowed = some(chance, share=0.3)
            found[one] = (allowed, some(chance, share=0.3) & ~allowed)
    return found


class Discord:
    """The same server for discord.py, without a connection."""

    def __init__(self, server: Server, members: list[Member]) -> None:
        self.state: Any = discord.Client(intents=discord.Intents.none())._connection
        roles: Any = [self._role(*one) for one in server.roles.items()]
        shape: Any = {"id": str(server.id), "name": "Home", "roles": roles, "owner_id": str(server.owner_id)}
        self.guild = discord.Guild(data=shape, state=self.state)
        self.members = {one.id: self._member(one) for one in members}

    def may(self, of: Channel, member: Member) -> int:
        """What discord.py says that member may do there."""
        overwrites = [
            {"id": str(who), "type": int(who in self.members), "allow": str(allow), "deny": str(deny)}
            for who, (allow, deny) in of.overwrites.items()
        ]
        shape: Any = {"id": str(of.id), "type": VOICE, "name": "room", "position": 0}
        shape |= {"permission_overwrites": overwrites, "bitrate": 64_000, "user_limit": 0}
        room = discord.VoiceChannel(state=self.state, guild=self.guild, data=shape)
        return room.permissions_for(self.members[member.id]).value

    def _role(self, role_id: int, granted: int) -> dict[str, Any]:
        plain = {"color": 0, "colors": {"primary_color": 0}, "hoist": False, "managed": False, "mentionable": False}
        return {"id": str(role_id), "name": f"role {role_id}", "permissions": str(granted), "position": 0, **plain}

    def _member(self, one: Member) -> discord.Member:
        until = (datetime.now(UTC) + timedelta(hours=1)).isoformat() if one.is_timed_out else None
        user = {"id": str(one.id), "username": "x", "discriminator": "0", "avatar": None}
        shape: Any = {"user": user, "roles": [str(role) for role in one.role_ids], "joined_at": None, "flags": 0}
        shape |= {"deaf": False, "mute": False, "communication_disabled_until": until}
        return discord.Member(data=shape, guild=self.guild, state=self.state)


def subsets(ids: list[int]) -> Iterator[tuple[int, ...]]:
    """Every set of them."""
    return chain.from_iterable(combinations(ids, size) for size in range(len(ids) + 1))


@pytest.mark.parametrize("seed", range(40))
def test_the_sum_of_roles_and_overwrites_is_discords(seed: int) -> None:
    """For any roles, overwrites and time-outs a member may what discord.py says that they may."""
    chance = random.Random(seed)  # noqa: S311 -- no secret
    roles = {HOME: some(chance)} | {number: some(chance) for number in (201, 202, 203)}
    roles[203] |= ADMINISTRATOR if chance.random() < 0.2 else 0
    server = Server(HOME, OWNER, roles)
    members = [
        Member(number, tuple(role for role in (201, 202, 203) if chance.random() < 0.5), chance.random() < 0.3)
        for number in (OWNER, 2, 3)
    ]
    room = channel(overwrites=drawn(chance, [HOME, 201, 202, 203, 2, 3]))
    beside = Discord(server, members)

    for member in members:
        theirs = beside.may(room, member) & sum(BITS)
        ours = permissions_of(server, room, member) & sum(BITS)
        assert ours == (theirs if theirs & VIEW else 0)


@pytest.mark.parametrize("seed", range(80))
def test_no_wider_holds_for_everybody_who_could_be_there(seed: int) -> None:
    """What is called no wider is so for every member with any roles; what is not, is not for one of them."""
    chance = random.Random(seed)  # noqa: S311 -- no secret
    roles = {HOME: some(chance)} | {number: some(chance, share=0.3) for number in (201, 202, 203, 204)}
    roles[204] |= ADMINISTRATOR if chance.random() < 0.3 else 0
    server = Server(HOME, OWNER, roles)
    kinds = chance.choice(((TEXT, TEXT), (TEXT, VOICE), (TEXT, STAGE)))
    ids = [HOME, 201, 202, 203, 2]
    here, there = channel(7, drawn(chance, ids), kinds[0]), channel(8, drawn(chance, ids), kinds[1])
    everybody = [Member(who, mine) for who in (OWNER, 2, 3) for mine in subsets([201, 202, 203, 204])]
    wider = [one for one in everybody if permissions_of(server, here, one) & VIEW and not may_read(server, there, one)]

    assert is_no_wider(server, here, there) == (not wider)


def test_what_it_takes_to_read() -> None:
    """Voice and stage channels need Connect, private threads somebody who lets one in; in time-out one still reads."""
    server = Server(HOME, OWNER, {HOME: READING, 201: CONNECT, 202: MANAGE_THREADS})
    plain, joined, warden = Member(2), Member(3, (201,)), Member(4, (202,))

    assert may_read(server, channel(), plain)
    assert may_read(server, channel(), Member(2, is_timed_out=True))
    assert not any(may_read(server, channel(kind=kind), plain) for kind in (VOICE, STAGE))
    assert all(may_read(server, channel(kind=kind), joined) for kind in (VOICE, STAGE))
    assert may_read(server, thread(THREAD), plain)
    assert not may_read(server, thread(PRIVATE), plain)
    assert may_read(server, thread(PRIVATE), plain, is_in_thread=True)
    assert may_read(server, thread(PRIVATE), warden)
    assert may_read(server, thread(PRIVATE), Member(OWNER))
    assert not may_read(server, thread(THREAD, {HOME: (0, VIEW)}), plain)


def test_where_in_doubt_it_is_wider() -> None:
    """Private threads, other servers and age gates are read by fewer, whatever their overwrites say."""
    server = Server(HOME, OWNER, {HOME: READING})
    gated = Channel(9, HOME, TEXT, None, TEXT, {}, is_age_gated=True)
    foreign = Channel(9, 300, TEXT, None, TEXT, {}, is_age_gated=False)

    assert is_no_wider(server, channel(7), channel(8))
    assert is_no_wider(server, gated, gated)
    assert is_no_wider(server, gated, channel(8))
    assert not is_no_wider(server, channel(7), gated)
    assert not is_no_wider(server, channel(7), thread(PRIVATE))
    assert is_no_wider(server, thread(PRIVATE), thread(PRIVATE))
    assert not is_no_wider(server, channel(7), foreign)
    assert not is_no_wider(server, foreign, channel(7))


def test_the_bot_is_nobody_who_reads_along() -> None:
    """That the bot itself sees a channel by a right of its own opens it to nobody."""
    shut = {HOME: (0, VIEW), 99: (VIEW, 0), 201: (VIEW, 0)}
    server = Server(HOME, OWNER, {HOME: READING, 201: 0}, frozenset({99, 201}))

    assert is_no_wider(server, channel(7, shut), channel(8, {HOME: (0, VIEW)}))
    assert not is_no_wider(Server(HOME, OWNER, server.roles), channel(7, shut), channel(8, {HOME: (0, VIEW)}))
