"""The bill's lines: each answered note leaves one, and the reports are their sums."""

from dataclasses import replace

from bot.database import Database
from bot.ledger import Expense, Expenses, Share
from bot.ledger.expenses import QUERIES

pytest_plugins = ["tests.stores"]

GUILD, MONTH = "guild:7", "2026-11"
LINE = Expense("a/1", GUILD, MONTH, 3, 70, 700, 1, "Transcript", 4_000, 4_000, 300)
LINES = (
    LINE,
    replace(LINE, id="b/1", day=4, member_id=71, length_ms=9_000, billed_ms=9_000, usd_micros=675),
    replace(LINE, id="c/1", day=4, channel_id=701, ending="Repeat", billed_ms=0, usd_micros=0),
    replace(LINE, id="d/1", day=9, ending="Silence", length_ms=2_000, billed_ms=0, usd_micros=150),
    replace(LINE, id="e/1", account="guild:8", billed_ms=1_000_000),
    replace(LINE, id="f/1", period="2026-10", billed_ms=1),
)
BILL = Expenses()


async def written(database: Database) -> None:
    """A month of one guild, and lines beside it."""
    async with database.tx() as tx:
        for line in LINES:
            await BILL.write(tx, line)


async def test_a_month_is_shared_out(database: Database) -> None:
    """By member and channel the dearest comes first, days and months go by time; other guilds and months stay out."""
    await written(database)
    async with database.tx() as tx:
        members = await BILL.shares(tx, GUILD, MONTH, "member")
        channels = await BILL.shares(tx, GUILD, MONTH, "channel")
        days = await BILL.shares(tx, GUILD, MONTH, "day")
        own = await BILL.shares(tx, GUILD, MONTH, "day", member_id=71)
        months = await BILL.shares(tx, GUILD, "2026-01", "month")

    assert members == (Share(71, 1, 9_000, 675), Share(70, 3, 4_000, 450))
    assert [(one.of, one.billed_ms) for one in channels] == [(700, 13_000), (701, 0)]
    assert [(one.of, one.notes) for one in days] == [(3, 1), (4, 2), (9, 1)]
    assert own == (Share(4, 1, 9_000, 675),)
    assert [(one.of, one.billed_ms) for one in months] == [(MONTH, 13_000), ("2026-10", 1)]


async def test_what_was_saved_and_every_line(database: Database) -> None:
    """Silence and repeats are told with their lengths; a line that ends anew replaces itself."""
    await written(database)
    async with database.tx() as tx:
        saved = await BILL.saved(tx, GUILD, MONTH)
        await BILL.write(tx, replace(LINES[2], ending="Transcript", billed_ms=4_000, usd_micros=300))
        lines = await BILL.lines(tx, GUILD, MONTH)
        total = sum(one.billed_ms for one in await BILL.shares(tx, GUILD, MONTH, "day"))

    assert [(one.ending, one.notes, one.length_ms) for one in saved] == [("Repeat", 1, 4_000), ("Silence", 1, 2_000)]
    assert [one.id for one in lines] == ["a/1", "b/1", "c/1", "d/1"]
    assert total == 17_000


async def test_every_report_uses_an_index(database: Database) -> None:
    """No report reads all lines there are: a ledger ten years old answers like a young one."""
    known = {"account": GUILD, "period": MONTH, "limit": 1, "member_id": None, "rank": 2}
    async with database.tx() as tx:
        if database.engine == "postgresql":
            await tx.execute("SET LOCAL enable_seqscan = off")  # the table is too small for the planner to care
        word = "EXPLAIN QUERY PLAN" if database.engine == "sqlite" else "EXPLAIN"
        for name, sql in QUERIES.items():
            rows = await tx.all(f"{word} {sql}", **known, silence="Silence", repeat="Repeat")
            plan = " / ".join(str(value) for row in rows for value in row.values())
            assert "expense_" in plan, f"{name}: {plan}"
            assert "Seq Scan on expense" not in plan, f"{name}: {plan}"
