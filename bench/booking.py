"""The ledger on both engines: a hold and its settling, beside a bare commit on the same disk, in one run."""

import asyncio
import shutil
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from bench.report import Figure
from bot.database import open_database
from bot.ledger import Held, Ledger
from bot.outcome import Scope
from bot.quota import Leg
from tests.stores import Server

NOTES = 300
_FLOOR = "(two bare commits each)"


def bare_sqlite(folder: Path) -> float:
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


async def bare_postgresql(url: str) -> float:
    """The same on PostgreSQL: one connection, one row a transaction."""
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE IF NOT EXISTS bare (number BIGINT)")
    began = time.perf_counter()
    for number in range(2 * NOTES):
        async with connection.transaction():
            await connection.execute("INSERT INTO bare VALUES ($1)", number)
    took = time.perf_counter() - began
    await connection.close()
    return 2 * NOTES / took


async def ours(url: str, *, at_once: int = 1) -> float:
    """Notes a second, each held and settled in a transaction of its own, by so many at once."""
    ledger = Ledger()
    legs = (
        Leg(Scope.GUILD, "guild:1", "2026-11", money=False, limit=10**9, amount=4_000, resets_at_ms=0),
        Leg(Scope.HOST, "host:usd", "2026-11", money=True, limit=10**9, amount=300, resets_at_ms=0),
    )
    run = f"{time.monotonic_ns()}"
    async with open_database(url) as database:

        async def work(first: int) -> None:
            for number in range(first, NOTES, at_once):
                key = f"{run}/{number}"
                held = await database.run(ledger.hold, key, legs, now_ms=number, expires_ms=10**9)
                if not isinstance(held, Held):
                    raise TypeError("the limit is far away, and yet nothing was held")
                await database.run(ledger.settle, key, held.fence, now_ms=number)

        began = time.perf_counter()
        await asyncio.gather(*(work(first) for first in range(at_once)))
        return NOTES / (time.perf_counter() - began)


@asynccontextmanager
async def a_server() -> AsyncIterator[str]:
    """A PostgreSQL that waits for the disk as one in use does; the address of an empty database."""
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="earshot-"))
    server = await asyncio.to_thread(Server, folder, durable=True)
    try:
        yield await server.create()
    finally:
        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def booking(folder: Path, rounds: int) -> list[Figure]:
    """Both engines, in turn with their floors: a bare commit for each of the two transactions."""
    lite: list[float] = []
    lite_floor: list[float] = []
    post: list[float] = []
    post_floor: list[float] = []
    many: list[float] = []
    async with a_server() as url:
        for _ in range(rounds):
            lite_floor.append(bare_sqlite(folder) / 2)
            lite.append(await ours(f"sqlite:///{folder}/booking-{time.monotonic_ns()}.db"))
            post_floor.append(await bare_postgresql(url) / 2)
            post.append(await ours(url))
            many.append(await ours(url, at_once=8))
    one = "one after the other"
    return [
        _figure(f"notes held and settled, SQLite, {one}", lite, lite_floor),
        _figure(f"notes held and settled, PostgreSQL, {one}", post, post_floor),
        _figure("notes held and settled, PostgreSQL, eight at once in one server", many, post_floor),
    ]


def _figure(name: str, rates: list[float], floors: list[float]) -> Figure:
    return Figure(name, max(rates), "a second", "", None, max(floors), _FLOOR)
