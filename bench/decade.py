"""
A ledger ten years old: 1,000 guilds, ten million journal entries. `python -m bench.decade [--postgresql]`.

Builds it in SQL (a minute or two), then measures what people wait for: the reports' queries, and a hold beside
a bare commit on the same disk. Writes docs/bench/ledger-ENGINE.md with the plans the engine chose.
"""

import argparse
import asyncio
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from bench.booking import a_server
from bot.database import Database, Tx, open_database
from bot.ledger import Expenses, Held, Ledger, Limits, expenses
from bot.outcome import Scope
from bot.quota import HOST_USD, Leg

GUILDS, MONTHS, PER_NOTE = 1_000, 120, 5
PAGE = Path(__file__).parents[1] / "docs" / "bench"
ROUNDS, HOLDS = 200, 300
_LIMIT = 10**12

# Every tenth note is the busiest guild's. A month's notes follow each other, as they would have come.
_NOTES = """
WITH RECURSIVE counted(i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM counted WHERE i < :notes - 1),
dated AS (SELECT i, i * :months / :notes AS m, CASE WHEN i % 10 = 0 THEN 0 ELSE i % :guilds END AS g FROM counted),
note AS (
    SELECT i, CAST(1000000000 + i AS TEXT) || '-abcd/1' AS key, 'guild:' || CAST(g AS TEXT) AS guild, g,
        CAST(2017 + m / 12 AS TEXT) || CASE WHEN m % 12 < 9 THEN '-0' ELSE '-' END || CAST(m % 12 + 1 AS TEXT) AS period
    FROM dated
)
"""
_STEPS = (
    "INSERT INTO charge SELECT key, 'settled', 1, 1, i, i FROM note",
    "INSERT INTO account SELECT guild, period, 2, 0, :limit, 0, 15000 * count(*) FROM note GROUP BY guild, period",
    "INSERT INTO account SELECT 'host:usd', period, 4, 1, :limit, 0, 1500 * count(*) FROM note GROUP BY period",
    """
INSERT INTO entry (key, account, period, kind, fence, era, piece, attempt, held_d, committed_d, at_ms)
SELECT key, CASE WHEN hosts = 1 THEN 'host:usd' ELSE guild END, period, kind, 1, 1, piece, 0, held_d, committed_d, i
FROM note CROSS JOIN (
    SELECT 'hold' AS kind, 0 AS hosts, -1 AS piece, 20000 AS held_d, 0 AS committed_d UNION ALL
    SELECT 'hold', 1, -1, 1500, 0 UNION ALL SELECT 'call', 1, 0, -1500, 1500 UNION ALL
    SELECT 'bill', 0, 0, -15000, 15000 UNION ALL SELECT 'settle', 0, -1, -5000, 0
) AS step""",
    """
INSERT INTO expense
SELECT key, guild, period, i % 28 + 1, g * 1000 + i % 97, g * 100 + i % 13, i,
    CASE WHEN i % 11 = 0 THEN 'Repeat' ELSE 'Transcript' END, 20000, 15000, 1500 FROM note""",
)


async def build(url: str, notes: int) -> float:
    """Migrate an empty database and fill its books; seconds it took."""
    began = time.perf_counter()
    values = {"notes": notes, "months": MONTHS, "guilds": GUILDS, "limit": _LIMIT}
    async with open_database(url) as database:
        if database.engine == "postgresql":
            async with database.tx() as tx:
                await tx.execute("SET LOCAL session_replication_role = replica")  # past the checks of foreign keys
                for step in _STEPS:
                    await tx.execute(f"{_NOTES} {step}", **values)
            async with database.pool.acquire() as connection:
                await connection.execute("VACUUM ANALYZE")
    if url.startswith("sqlite:"):
        await asyncio.to_thread(_build_sqlite, url.removeprefix("sqlite:///"), values)
    return time.perf_counter() - began


def _build_sqlite(file: str, values: dict[str, int]) -> None:
    books = sqlite3.connect(file, isolation_level=None)
    for line in ("foreign_keys = OFF", "journal_mode = OFF", "synchronous = OFF", "cache_size = -500000"):
        books.execute(f"PRAGMA {line}")
    books.execute("BEGIN")
    for step in _STEPS:
        books.execute(f"{_NOTES} {step}", values)
    for line in ("ANALYZE", "COMMIT", "PRAGMA journal_mode = WAL"):
        books.execute(line)
    books.close()


def questions() -> dict[str, Callable[[Tx, str, str], Awaitable[object]]]:
    """What /usage, /quota and `python -m bot usage` ask, each about one guild's month."""
    bill, ledger, limits = Expenses(), Ledger(), Limits()
    return {
        "balance": lambda tx, guild, month: ledger.usage(tx, guild, month, default_limit=1),
        "by member": lambda tx, guild, month: bill.shares(tx, guild, month, "member"),
        "by channel": lambda tx, guild, month: bill.shares(tx, guild, month, "channel"),
        "by day": lambda tx, guild, month: bill.shares(tx, guild, month, "day"),
        "one member's": lambda tx, guild, month: bill.shares(tx, guild, month, "day", member_id=1),
        "by month, a year of them": lambda tx, guild, _: bill.shares(tx, guild, "2026-01", "month"),
        "saved": bill.saved,
        "every line": bill.lines,
        "all guilds": lambda tx, _, month: bill.accounts(tx, month, rank=2),
        "decisions": lambda tx, _, __: limits.history(tx, 1, limit=10),
    }


async def ask(database: Database, rounds: int) -> list[tuple[str, float, float]]:
    """Each question with its median and 95th percentile in milliseconds; every other time about the busiest guild."""
    dice, rows = random.Random(7), []  # noqa: S311  # the same months each time
    for name, question in questions().items():
        took = []
        for number in range(rounds):
            guild = f"guild:{0 if number % 2 else dice.randrange(GUILDS)}"
            month = f"{dice.randrange(2017, 2027)}-{dice.randrange(1, 13):02}"
            async with database.tx() as tx:
                began = time.perf_counter()
                await question(tx, guild, month)
                took.append(1000 * (time.perf_counter() - began))
        took.sort()
        rows.append((name, took[rounds // 2], took[rounds * 95 // 100]))
    return rows


async def hold_beside_commit(database: Database) -> tuple[float, float]:
    """Median milliseconds of a hold on two accounts and of a bare commit, taken in turn."""
    ledger, holds, commits = Ledger(), [], []
    for number in range(HOLDS):
        legs = (
            Leg(Scope.GUILD, f"guild:{number % GUILDS}", "2026-12", False, _LIMIT, 4_000, 0),  # noqa: FBT003
            Leg(Scope.HOST, HOST_USD, "2026-12", True, _LIMIT, 300, 0),  # noqa: FBT003
        )
        began = time.perf_counter()
        async with database.tx() as tx:
            held = await ledger.hold(tx, f"new{number}", legs, now_ms=number, expires_ms=10**9)
        between = time.perf_counter()
        async with database.tx() as tx:
            await tx.execute("INSERT INTO seen (channel_id, message_id) VALUES (:number, 1)", number=number)
        if not isinstance(held, Held):
            raise TypeError("the limit is far away, and yet nothing was held")
        holds.append(1000 * (between - began))
        commits.append(1000 * (time.perf_counter() - between))
    return sorted(holds)[HOLDS // 2], sorted(commits)[HOLDS // 2]


async def plans(database: Database) -> list[tuple[str, list[str]]]:
    """What the engine does for each report, in its own words."""
    explain = "EXPLAIN QUERY PLAN " if database.engine == "sqlite" else "EXPLAIN "
    known = {"account": "guild:0", "period": "2026-06", "limit": 1000, "member_id": None, "rank": 2}
    found = []
    async with database.tx() as tx:
        for name, sql in expenses.QUERIES.items():
            rows = await tx.all(explain + sql, **known, silence="Silence", repeat="Repeat")
            found.append((name, [str(row.get("detail") or row.get("QUERY PLAN")) for row in rows]))
    return found


def page(engine: str, entries: int, built_s: float, rows: Sequence[tuple[str, float, float]], pair: tuple[float, float],
         found: Sequence[tuple[str, list[str]]]) -> str:  # fmt: skip
    """docs/bench/ledger-ENGINE.md."""
    hold, commit = pair
    lines = [
        f"# A ledger ten years old, {engine}",
        "",
        f"Written by `python -m bench.decade`: {GUILDS:,} guilds, {MONTHS} months, {entries:,} journal entries, every tenth note",
        f"the busiest guild's. Built in {built_s:.0f} s; {ROUNDS} rounds a question, every other one about the busiest guild.",
        "",
        "| question about one month | median | p95 | under 100 ms |",
        "|---|---|---|---|",
        *(
            f"| {name} | {median:.2f} ms | {p95:.2f} ms | {'yes' if p95 < 100 else 'no'} |"
            for name, median, p95 in rows
        ),
        "",
        f"A hold on two accounts takes {hold:.2f} ms, a bare commit on the same disk, in turn with it, {commit:.2f} ms:",
        f"{hold / commit:.2f} times as long (aim: at most 3).",
        "",
        "## What the engine does",
        "",
    ]
    for name, steps in found:
        lines += [f"{name}:", "", "```", *steps, "```", ""]
    return "\n".join(lines)


async def measure(url: str, entries: int) -> str:
    """Build, ask, write the page; its name."""
    built_s = await build(url, entries // PER_NOTE)
    async with open_database(url) as database:
        rows = await ask(database, ROUNDS)
        pair = await hold_beside_commit(database)
        text = page(database.engine, entries, built_s, rows, pair, await plans(database))
        target = PAGE / f"ledger-{database.engine}.md"
        await asyncio.to_thread(target.write_text, text, "utf-8")
        return target.name


async def on_postgresql(entries: int) -> str:
    """The same on a server that is started for it."""
    async with a_server() as url:
        return await measure(url, entries)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.decade", description="Measure a ledger ten years old.")
    parser.add_argument("url", nargs="?", help="an empty database (default: a SQLite file that is removed afterwards)")
    parser.add_argument("--entries", type=int, default=10_000_000)
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL of its own")
    options = parser.parse_args()
    if options.postgresql:
        print(f"written to {asyncio.run(on_postgresql(options.entries))}")
        return 0
    with tempfile.TemporaryDirectory(prefix="decade-") as folder:
        print(f"written to {asyncio.run(measure(options.url or f'sqlite:///{folder}/old.db', options.entries))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
