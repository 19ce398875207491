"""Balances are held against the journal while the bot runs: every month, however it is called."""

import asyncio

from bot.balances import Balances
from bot.database import Database
from bot.ledger import Ledger, compare, months
from bot.outcome import Scope
from bot.quota import Leg
from tests.conftest import PATIENCE_S, World
from tests.test_health import OFF_MS, OFF_USD, free_port, measured, value_of

pytest_plugins = ["tests.stores"]

NOW = 1_796_083_200_000  # 2026-12-01 00:00 UTC; in Samoa it is another day
MONTHS = ("2025-12", "2026-09", "2026-10", "2026-11", "2026-12")


def leg(period: str, account: str, *, money: bool = False) -> Leg:
    """A leg of a charge that takes a hundred."""
    return Leg(Scope.HOST if money else Scope.GUILD, account, period, money, 1_000_000, 100, NOW)


async def charge(database: Database, period: str, *accounts: str) -> None:
    """Hold a hundred on each account in that month, and on the host's in dollars."""
    legs = [leg(period, account) for account in accounts] + [leg(period, "host:usd", money=True)]
    key = f"note-{period}-{accounts[0]}"
    await database.run(Ledger().hold, key, legs, now_ms=NOW, expires_ms=NOW)


async def comes_to(database: Database, off: dict[str, int]) -> bool:
    """Whether that is told of the books, once each month has been compared."""
    balances = Balances(database, lambda: NOW)
    comparing = asyncio.create_task(balances.keep_comparing())
    async with asyncio.timeout(PATIENCE_S):
        while balances.off != off:
            async with database.look() as tx:  # it rings no bell
                await months(tx)
    comparing.cancel()
    await asyncio.wait({comparing})
    return True


async def test_the_balances_of_every_month_are_compared(database: Database) -> None:
    """What was written into accounts of months long past, and of months other zones have, is told by its unit."""
    for month in MONTHS:
        await charge(database, month, "guild:1")
    assert await comes_to(database, {"ms": 0, "usd_micros": 0})
    async with database.tx() as tx:
        for number, month in enumerate(MONTHS):
            await tx.execute(
                "UPDATE account SET committed = :ms WHERE period = :month AND money = 0", ms=10**number, month=month
            )
            await tx.execute("UPDATE account SET held = 98 WHERE period = :month AND money = 1", month=month)

    assert await comes_to(database, {"ms": 11_111, "usd_micros": 2 * len(MONTHS)})


async def test_a_month_of_many_accounts_is_compared_bit_by_bit(database: Database) -> None:
    """No statement looks at more than some accounts; none is left out, none is counted twice."""
    await charge(database, "2026-12", *(f"guild:{number:04}" for number in range(450)))
    async with database.tx() as tx:
        await tx.execute("UPDATE account SET held = held + 1 WHERE money = 0")
        steps, after = 0, ""
        off_ms = off_usd_micros = 0
        while True:
            some = await compare(tx, "2026-12", after=after)
            steps, off_ms, off_usd_micros = steps + 1, off_ms + some.off_ms, off_usd_micros + some.off_usd_micros
            if some.last is None:
                break
            after = some.last

    assert (steps, off_ms, off_usd_micros) == (3, 450, 0)


async def test_months_are_named_newest_first(database: Database) -> None:
    """Months with accounts, months of the journal, each once."""
    for each in MONTHS:
        await charge(database, each, "guild:1", "guild:2")
    async with database.tx() as tx:
        await tx.execute(
            "INSERT INTO account (account, period, rank, money, ceiling) VALUES ('guild:3', '1999-01', 2, 0, 5)"
        )

        assert await months(tx) == [*sorted(MONTHS, reverse=True), "1999-01"]


PAST = (
    "INSERT INTO charge (key, state, fence, era, expires_ms, changed_ms) VALUES ('old', 'settled', 1, 1, 1, 1)",
    "INSERT INTO account VALUES ('guild:8', '2025-03', 2, 0, 100, 0, 100)",
    "INSERT INTO entry VALUES ('old', 'guild:8', '2025-03', 'hold', 1, 1, -1, 0, 100, 0, 1)",
    "INSERT INTO entry VALUES ('old', 'guild:8', '2025-03', 'bill', 1, 1, 0, 0, -100, 100, 1)",
)


async def test_a_past_month_is_watched_while_the_bot_runs(world: World) -> None:
    """What is changed in a month that is long over, beside the running bot, is in /metrics soon, and so is its end."""
    port = free_port()
    async with world.bot(health__port=str(port)):
        await world.write(*PAST, "UPDATE account SET committed = 42, held = 1 WHERE period = '2025-03'")
        off = await measured(port, OFF_MS, 59)
        await world.write("UPDATE account SET committed = 100, held = 0 WHERE period = '2025-03'")
        await measured(port, OFF_MS, 0)

    assert value_of(off, OFF_USD) == 0


async def test_a_journal_whose_account_is_gone_is_seen(world: World) -> None:
    """A program that minds no references can delete an account: what its journal says is missed, by check, too."""
    port = free_port()
    async with world.bot(health__port=str(port)):
        await world.write(*PAST, "PRAGMA foreign_keys = OFF", "DELETE FROM account WHERE period = '2025-03'")
        await measured(port, OFF_MS, 100)
    slips = await world.audit()
    with world.books() as books:
        books.execute(PAST[1])

    assert slips == ["guild:8 in 2025-03: held 0 and committed 0, but the journal says 0 and 100"]
