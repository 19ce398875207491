"""The ledger on SQLite: a hold and its settling, beside a bare commit on the same disk."""

import sqlite3
import time
from pathlib import Path

from bench.report import Figure
from bot.database import open_database
from bot.ledger import Held, Ledger
from bot.outcome import Scope
from bot.quota import Leg

NOTES = 300


def bare(folder: Path) -> float:
    """Commits a second of one inserted row, synchronous and logged ahead as ours are."""
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS row (number BIGINT)")
    began = time.perf_counter()
    for number in range(2 * NOTES):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO row VALUES (?)", (number,))
        connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    return 2 * NOTES / took


async def ours(folder: Path) -> float:
    """Notes a second, each held and settled in a transaction of its own."""
    ledger = Ledger()
    legs = (
        Leg(Scope.GUILD, "guild:1", "2026-11", money=False, limit=10**9, amount=4_000, resets_at_ms=0),
        Leg(Scope.HOST, "host:usd", "2026-11", money=True, limit=10**9, amount=300, resets_at_ms=0),
    )
    async with open_database(f"sqlite:///{folder}/booking-{time.monotonic_ns()}.db") as database:
        began = time.perf_counter()
        for number in range(NOTES):
            async with database.tx() as tx:
                held = await ledger.hold(tx, str(number), legs, now_ms=number, expires_ms=10**9)
            if not isinstance(held, Held):
                raise TypeError("the limit is far away, and yet nothing was held")
            async with database.tx() as tx:
                await ledger.settle(tx, str(number), held.fence, now_ms=number)
        return NOTES / (time.perf_counter() - began)


async def booking(folder: Path, rounds: int) -> list[Figure]:
    """Both, in turn; the floor is a bare commit for each of the two transactions."""
    rates, floors = [], []
    for _ in range(rounds):
        floors.append(bare(folder) / 2)
        rates.append(await ours(folder))
    return [
        Figure(
            "notes held and settled, SQLite, one after the other", max(rates), "a second", "", None,
            max(floors), "(two bare commits each)",
        )
    ]  # fmt: skip
