"""/quota: who may change which limit, within which bound, and what is written down about it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import World
from tests.test_usage import read
from tests.world.discord import NotOffered, Person, Room


def host(world: World) -> Person:
    """The account that owns the application at Discord."""
    return Person(world.discord.world, next(user for user in world.discord.world.users.values() if not user.bot))


async def test_managers_limit_their_server_within_the_hosts_bound(world: World) -> None:
    """A manager lowers the server's month and takes that back; more than the host allows is refused with the bound."""
    async with world.bot(quota__guild_minutes="60"):
        above = await (await world.admin.slash("quota set", world.general, minutes=61)).wait(seconds=30)
        lower = await (await world.admin.slash("quota set", world.general, minutes=20)).wait(seconds=30)
        page = await (await world.admin.slash("usage", world.general)).wait(seconds=30)
        back = await (await world.admin.slash("quota clear", world.general)).wait(seconds=30)

    assert "The host allows this server 1 hour a month" in above.content
    assert all(told.ephemeral for told in (above, lower, back))
    assert "This server: 20 minutes this month" in lower.content
    assert "- This server, by its managers: 20 minutes every month" in lower.content
    assert f"<@{world.admin.id}>: This server, by its managers: 20 minutes every month" in lower.content
    assert "of 20 minutes" in read(page)
    assert "1 hour this month" in back.content
    assert f"<@{world.admin.id}>: This server, by its managers: taken back" in back.content
    assert not any(message.pings for told in (lower, back) for message in told.messages)
    journal = world.rows("SELECT account, kind, amount, by_id FROM decision ORDER BY id")
    own = f"guild:{world.home.id}:own"
    assert journal == [(own, "limit", 1_200_000, world.admin.id), (own, "clear", 0, world.admin.id)]


async def test_members_and_roles_get_a_share(world: World) -> None:
    """Caps of each member, one member and a role stand side by side and bind whoever asks for their own."""
    role = world.admin.member.roles[0]
    async with world.bot():
        await (await world.admin.slash("quota cap", world.general, minutes=30)).wait(seconds=30)
        await (await world.admin.slash("quota cap", world.general, minutes=10, member=world.mina)).wait(seconds=30)
        capped = await (await world.admin.slash("quota cap", world.general, minutes=45, role=role)).wait(seconds=30)
        both = await (
            await world.admin.slash("quota cap", world.general, minutes=1, role=role, member=world.mina)
        ).wait()
        more = await (await world.admin.slash("quota grant", world.general, minutes=5, member=world.mina)).wait(
            seconds=30
        )
        own = await (await world.mina.slash("usage", world.general)).wait(seconds=30)
        theirs = await (await world.admin.slash("usage", world.general, whose="me")).wait(seconds=30)
        other = await (await world.home.member("Jun").slash("usage", world.general)).wait(seconds=30)

    assert "- Each member: 30 minutes every month" in capped.content
    assert f"- <@{world.mina.id}>: 10 minutes every month" in capped.content
    assert f"- <@&{role.id}>: 45 minutes every month" in capped.content
    assert "either a member, or a role" in both.content
    assert f"<@{world.mina.id}>: 5 minutes more in" in more.content
    assert "Your share: 0 seconds of 15 minutes" in own.content
    assert "Your share: 0 seconds of 30 minutes" in other.content
    assert f"Share of <@&{role.id}>: 0 seconds of 45 minutes" in theirs.content
    assert "Left to you here: 30 minutes" in theirs.content


async def test_the_host_decides_everywhere(world: World) -> None:
    """The application's owner sets and grants any server's month by its id, and in private that of all servers."""
    owner, server = host(world), str(world.home.id)
    async with world.bot(quota__guild_minutes="60"):
        raised = await (await owner.slash("quota set", owner.dm(), minutes=120, server=server)).wait(seconds=30)
        granted = await (await owner.slash("quota grant", owner.dm(), minutes=30, server=server)).wait(seconds=30)
        money = await (await owner.slash("quota set", owner.dm(), dollars=7.5)).wait(seconds=30)
        within = await (await world.admin.slash("quota set", world.general, minutes=149)).wait(seconds=30)

    assert "This server: 2 hours this month" in raised.content
    assert "2 hours 30 minutes this month" in granted.content
    assert "All servers, in dollars: $7.50 this month" in money.content
    assert "2 hours 29 minutes this month" in within.content, "a grant widens the bound"
    assert "All servers" not in within.content, "the host's budget is the host's business"


async def test_nobody_else_changes_a_limit(world: World) -> None:
    """Members are not offered the command; managers may not touch other servers, grants, or the host's money."""
    elsewhere = str(world.discord.guild("Elsewhere").id)
    async with world.bot():
        with pytest.raises(NotOffered):
            await world.mina.slash("quota show", world.general)
        wishes: dict[str, list[tuple[str, Room, dict[str, Any]]]] = {
            "only the people who run": [
                ("quota show", world.general, {"server": elsewhere}),
                ("quota set", world.general, {"dollars": 1.0}),
                ("quota set", world.admin.dm(), {"minutes": 1}),
                ("quota grant", world.general, {"minutes": 1}),
            ],
            "either minutes or dollars": [("quota set", world.general, {})],
            "have no cap": [("quota grant", world.general, {"minutes": 1, "member": world.mina})],
        }
        told = {
            why: [(await (await world.admin.slash(name, where, **given)).wait()).content for name, where, given in each]
            for why, each in wishes.items()
        }
        for command in world.discord.world.commands[None].values():
            command |= {"default_member_permissions": None}
        opened = await (await world.mina.slash("quota show", world.general)).wait(seconds=30)

    assert [(why, text) for why, texts in told.items() for text in texts if why.lower() not in text.lower()] == []
    assert "Only people with the permission Manage Server" in opened.content
    assert world.rows("SELECT count(*) FROM decision") == [(0,)]


async def test_slips_are_explained(world: World) -> None:
    """An id that is none, and a member named outside of a server, are answered with what to do."""
    owner = host(world)
    async with world.bot():
        odd = await (await owner.slash("quota show", owner.dm(), server="Home")).wait(seconds=30)
        whose = await (await owner.slash("quota cap", owner.dm(), minutes=1, member=world.mina)).wait(seconds=30)
        alone = await (await owner.slash("quota clear", owner.dm())).wait(seconds=30)

    assert "Copy Server ID" in odd.content
    assert "say which one with its id" in whose.content
    assert "All servers, in dollars: $5.00 this month" in alone.content


async def test_what_was_granted_or_limited_is_taken_back(world: World) -> None:
    """The host takes back time and dollars, limits and grants; managers the grants of shares, not their server's."""
    owner, role = host(world), world.admin.member.roles[0]
    async with world.bot(quota__guild_minutes="60"):

        async def tell(who: Person, where: Room, name: str, **given: Any) -> tuple[str, str]:
            told = (await (await who.slash(f"quota {name}", where, **given)).wait(seconds=30)).content
            now, _, changes = told.partition("Latest changes:")
            return now, changes

        await tell(owner, owner.dm(), "set", minutes=90)
        more_time = await tell(owner, owner.dm(), "grant", minutes=10)
        more_money = await tell(owner, owner.dm(), "grant", dollars=2.0)
        less_time = await tell(owner, owner.dm(), "clear", what="grants")
        less_money = await tell(owner, owner.dm(), "clear", what="dollar_grants")
        none = await tell(owner, owner.dm(), "clear")
        await tell(world.admin, world.general, "cap", minutes=10, role=role)
        given = await tell(world.admin, world.general, "grant", minutes=5, role=role)
        taken = await tell(world.admin, world.general, "clear", what="grants", role=role)
        theirs = await tell(world.admin, world.general, "clear", what="grants")
        dollars = await tell(world.admin, world.general, "clear", what="dollars")

    assert "All servers, in time: 1 hour 40 minutes this month" in more_time[0]
    assert "All servers, in dollars: $7.00 this month" in more_money[0]
    assert "All servers, in time: 1 hour 30 minutes this month" in less_time[0]
    assert "All servers, in time: grants of" in less_time[1]
    assert "All servers, in dollars: $5.00 this month" in less_money[0]
    assert "in time" not in none[0], "without a limit nothing is counted"
    assert f"<@&{role.id}>: 5 minutes more in" in given[0]
    assert "more in" not in taken[0]
    assert "or take that back" in theirs[0]
    assert "Only the people who run this bot" in dollars[0]


async def test_a_refusal_names_the_limit(world: World, spoken: Callable[[int], bytes]) -> None:
    """Set by /quota, each limit refuses by its own name, with what is needed, what is left and when it resets."""
    owner, role = host(world), world.admin.member.roles[0]
    jun = world.home.member("Jun")
    seoul = world.discord.guild("Seoul", locale="ko")
    mia, room = seoul.member("Mia"), seoul.channel("suda")
    notes = iter(range(9))

    async def told(person: Person, room: Room) -> str:
        note = (f"{next(notes)}.ogg", spoken(61))
        return (await (await person.voice_note(room, note, seconds=1)).wait()).content

    async with world.bot(quota__guild_minutes="60"):
        await (await world.admin.slash("quota cap", world.general, minutes=1, member=world.mina)).wait(seconds=30)
        await (await world.admin.slash("quota cap", world.general, minutes=1, role=role)).wait(seconds=30)
        of_member = await told(world.mina, world.general)
        of_role = await told(world.admin, world.general)
        await (await owner.slash("quota set", owner.dm(), minutes=1)).wait(seconds=30)
        in_time, in_korean = await told(jun, world.general), await told(mia, room)
        await (await owner.slash("quota clear", owner.dm())).wait(seconds=30)
        await (await owner.slash("quota set", owner.dm(), dollars=0.001)).wait(seconds=30)
        in_dollars = await told(jun, world.general)
        await (await owner.slash("quota clear", owner.dm(), what="dollars")).wait(seconds=30)
        await told(jun, world.general)
        await world.idle()

    needs = "this note needs 1 minute 1 second, and only 1 minute is left"
    assert f"Your share of this month is not enough: {needs} to you. It starts anew on <t:" in of_member
    assert f"This month's share of <@&{role.id}> is not enough: {needs}. It starts anew on <t:" in of_role
    assert f"This bot's budget for all servers is not enough this month: {needs}. It starts anew on <t:" in in_time
    assert "모든 서버에 쓸 수 있는 예산이 모자라요. 이 음성에는 1분 1초가 필요한데, 1분밖에 남지" in in_korean
    assert "needs $0.004575, and only $0.001 is left. It starts anew on <t:" in in_dollars
    assert world.minutes == (61_000, 0), "without a limit in the way it is heard"
    assert len(world.openai.calls) == 1
