"""What people decide about limits: it counts at once, adds up as they meant, and stays in the books."""

from dataclasses import replace

import pytest

from bot.database import Database, DatabaseError
from bot.ledger import Calendar, Decision, Limits
from bot.outcome import Scope
from bot.quota import HOST_USD, Leg, Zone, day_of, guild_account, member_account, month_in, own_limit, role_account
from bot.quota import snowflake_at as at

pytest_plugins = ["tests.stores"]

GUILD, MEMBER, ROLE = 7, 70, 700
MONTH = "2026-11"
NOW = 1_795_000_000_000  # a day in November 2026
LIMITS, CALENDAR = Limits(), Calendar()
WISH = Decision(1, guild_account(GUILD), "limit", 10, by_id=MEMBER, at_ms=NOW, guild_id=GUILD)
HOURS = 3_600_000
DECEMBER = 1_796_083_200_000  # 2026-12-01 00:00 UTC


def leg(scope: Scope, account: str, limit: int) -> Leg:
    """A leg whose limit nobody has decided about."""
    return Leg(scope, account, MONTH, money=scope is Scope.HOST, limit=limit, amount=1, resets_at_ms=0)


LEGS = (
    leg(Scope.MEMBER, member_account(GUILD, MEMBER), -1),
    leg(Scope.ROLE, role_account(GUILD, ROLE), -1),
    leg(Scope.GUILD, guild_account(GUILD), 60),
    leg(Scope.HOST, HOST_USD, 500),
)


async def decided(database: Database, *wishes: Decision) -> dict[str, int]:
    """The limits that count once people wished so, one after the other."""
    async with database.tx() as tx:
        for number, wish in enumerate(wishes):
            await LIMITS.decide(tx, replace(wish, id=wish.id + number))
        return {leg.account: leg.limit for leg in await LIMITS.in_force(tx, LEGS, guild_id=GUILD)}


async def test_without_a_decision_the_configuration_counts(database: Database) -> None:
    """A guild and the host have the configured limits; members and roles have none, and draw on no account."""
    assert await decided(database) == {guild_account(GUILD): 60, HOST_USD: 500}


async def test_a_limit_lasts_and_a_grant_is_for_one_month(database: Database) -> None:
    """A limit counts every month; grants add to it, each other's too, but only in their month."""
    grant = replace(WISH, kind="grant", amount=5, period=MONTH)
    elsewhen = replace(grant, period="2026-12", amount=1_000)

    limits = await decided(database, replace(WISH, amount=100), grant, grant, elsewhen)

    assert limits[guild_account(GUILD)] == 110


async def test_caps_bring_members_and_roles_into_the_bill(database: Database) -> None:
    """Once somebody caps a member or a role, a note of theirs draws on those accounts, too; cleared, no more."""
    member = replace(WISH, account=member_account(GUILD, MEMBER), amount=3)
    role = replace(WISH, account=role_account(GUILD, ROLE), amount=0)

    limits = await decided(database, member, role)
    assert (limits[member.account], limits[role.account]) == (3, 0)
    assert role.account not in await decided(database, replace(role, id=9, kind="clear"))


async def test_a_guild_may_only_lower_its_own_limit(database: Database) -> None:
    """What a guild's managers decide lies under what the host lets them have."""
    own = replace(WISH, account=own_limit(GUILD))

    assert (await decided(database, replace(own, amount=20)))[guild_account(GUILD)] == 20
    assert (await decided(database, replace(own, id=5, amount=900)))[guild_account(GUILD)] == 60
    assert (await decided(database, replace(WISH, id=6, amount=90)))[guild_account(GUILD)] == 90


async def test_a_wish_counts_once(database: Database) -> None:
    """The same wish said again (Discord repeats events) changes nothing and stands in the journal once."""
    grant = replace(WISH, kind="grant", amount=5, period=MONTH)
    async with database.tx() as tx:
        assert await LIMITS.decide(tx, grant)
        assert not await LIMITS.decide(tx, grant)

        assert await LIMITS.history(tx, GUILD, limit=10) == (grant,)
        assert [allowance.amount for allowance in await LIMITS.of_guild(tx, GUILD)] == [5]


async def test_decisions_are_journalled_for_good(database: Database) -> None:
    """Who decided what and when is told newest first, and not even the database lets anybody change it."""
    host = replace(WISH, account=HOST_USD, guild_id=None)
    await decided(database, WISH, host, replace(WISH, kind="clear"))

    async with database.tx() as tx:
        told = await LIMITS.history(tx, GUILD, limit=10)
        assert [(one.kind, one.by_id, one.at_ms) for one in told] == [("clear", MEMBER, NOW), ("limit", MEMBER, NOW)]
        assert [one.account for one in await LIMITS.history(tx, None, limit=10)] == [HOST_USD]
    changes = [
        "UPDATE decision SET amount = 0",
        "DELETE FROM decision",
        "UPDATE decision SET by_id = 71",
        "UPDATE decision SET account = 'guild:2' WHERE account LIKE 'guild:%'",
    ]
    for change in changes:
        with pytest.raises(DatabaseError, match="append-only"):
            async with database.tx() as tx:
                await tx.execute(change)


@pytest.mark.parametrize(
    ("zone", "ends_ms", "first_day"),
    [("Asia/Seoul", DECEMBER, 1), ("America/Los_Angeles", DECEMBER + 8 * HOURS, 30)],
)
async def test_a_changed_zone_counts_from_the_next_month(
    database: Database, zone: str, ends_ms: int, first_day: int
) -> None:
    """The month that has begun ends in the old zone; one that would begin anew because of that just goes on."""
    async with database.tx() as tx:
        before = await CALENDAR.keep(tx, GUILD, chosen="UTC", at=at(NOW))
        after = await CALENDAR.keep(tx, GUILD, chosen=zone, at=at(NOW + 1))
        assert await CALENDAR.keep(tx, GUILD, chosen=zone, at=at(NOW + 2)) == after
        assert await CALENDAR.zones(tx, GUILD, chosen="UTC") == after

    now, then = month_in(at(NOW), after), month_in(at(DECEMBER + 1), after)
    assert before == (Zone("UTC", 0),)
    assert (now.name, now.starts_ms, now.ends_ms) == (MONTH, month_in(at(NOW), before).starts_ms, ends_ms)
    assert then.name == ("2026-12" if first_day == 1 else MONTH)
    assert day_of(at(DECEMBER + 1), after) == first_day


async def test_a_zone_changed_back_changes_nothing(database: Database) -> None:
    """Until the month ends a choice can be taken back or replaced; only the last one counts."""
    async with database.tx() as tx:
        first = await CALENDAR.keep(tx, GUILD, chosen="UTC", at=at(NOW))
        await CALENDAR.keep(tx, GUILD, chosen="Asia/Seoul", at=at(NOW + 1))
        await CALENDAR.keep(tx, GUILD, chosen="Asia/Tokyo", at=at(NOW + 2))

        assert await CALENDAR.keep(tx, GUILD, chosen="UTC", at=at(NOW + 3)) == first
        assert await CALENDAR.zones(tx, None, chosen="Asia/Seoul") == (Zone("Asia/Seoul", 0),)
