"""
"Forget me" after ten thousand notes, and how long a claim waits while rows are erased: `python -m bench.forgetting`.

Over PostgreSQL, which is started for it and waits for its disk. Writes the table of docs/reliability.md. Fails where
somebody is forgotten in more than FORGOTTEN_S, or where a claim waits for longer than CLAIM_S.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path

import asyncpg

from bench.booking import a_server
from bot.database import Database, DatabaseError, open_database
from bot.database.postgresql import PostgresDatabase
from tests.charges import NOW
from tests.inbox import another, claimed, finish, opened
from tests.pages.section import Section
from tests.test_erasing import CHANNEL, MINA, a_long_life, mentions
from tests.wall_house import House

FORGOTTEN_S, CLAIM_S = 5.0, 1.0
CLAIMERS = 4
CALM_S = 5.0
_SCRUB_S = 0.5
DAY_MS = 24 * 3_600_000
SECTION = Section(Path(__file__).parents[1] / "docs" / "reliability.md", "waits", "`python -m bench.forgetting`")
NUMBERS = count(100_000)


@dataclass
class Claims:
    """How long each claim took, in seconds, from asking for a connection to its commit; and whole notes."""

    claims: list[float] = field(default_factory=list)
    notes: list[float] = field(default_factory=list)


async def answer(database: Database, seen: Claims) -> None:
    """A note of somebody else, from its wish to its end."""
    began = time.perf_counter()
    note, ask = another(next(NUMBERS))
    await opened(database, note, ask)
    asked = time.perf_counter()
    async with database.tx() as tx:
        mine = await claimed(tx, note.key)
    seen.claims.append(time.perf_counter() - asked)
    async with database.tx() as tx:
        await finish(tx, mine)
    seen.notes.append(time.perf_counter() - began)


@asynccontextmanager
async def others(url: str) -> AsyncIterator[Claims]:
    """People whose notes are answered meanwhile, by a process with a pool of its own."""
    seen = Claims()
    async with open_database(url) as database:

        async def go_on() -> None:
            while True:
                await answer(database, seen)

        tasks = [asyncio.create_task(go_on()) for _ in range(CLAIMERS)]
        yield seen
        for task in tasks:
            task.cancel()
        done, _ = await asyncio.wait(tasks)
        if broken := [task.exception() for task in done if not task.cancelled()]:
            raise RuntimeError("somebody was not answered") from broken[0]


@asynccontextmanager
async def snapshot(url: str) -> AsyncIterator[None]:
    """A report that was begun before, and goes on."""
    reader = await asyncpg.connect(url)
    async with reader.transaction(isolation="repeatable_read"):
        await reader.fetchval("SELECT count(*) FROM note")
        yield
    await reader.close()


@asynccontextmanager
async def backup(url: str) -> AsyncIterator[None]:
    """What `pg_dump` does: it holds every table for as long as it takes."""
    reader = await asyncpg.connect(url)
    async with reader.transaction(isolation="repeatable_read"):
        await reader.execute("LOCK TABLE note, ask, reply, heard, decided, charge, entry, account IN ACCESS SHARE MODE")
        await reader.fetchval("SELECT count(*) FROM entry")
        yield
    await reader.close()


@asynccontextmanager
async def nobody(_: str) -> AsyncIterator[None]:
    """Nobody else has the database."""
    yield


async def scrubbing(database: Database, url: str, until: asyncio.Event) -> None:
    """Write the tables with words anew twice a second: sixty times as often as all processes together do."""
    assert isinstance(database, PostgresDatabase)
    while not until.is_set():
        await asyncio.sleep(_SCRUB_S)
        async with database.tx() as tx:
            await tx.execute("UPDATE chore SET at_ms = 0")
        with suppress(DatabaseError):  # it gives up where somebody reads them, and so it shall
            await PostgresDatabase(database.pool, url).scrub()  # one that has had no turn yet


Beside = Callable[[str], AbstractAsyncContextManager[None]]
BESIDE: dict[Beside, str] = {nobody: "nobody", snapshot: "an old snapshot", backup: "a backup"}


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    beside: str
    took_s: float
    seen: Claims

    @property
    def cells(self) -> list[str]:
        """As it is written."""
        claims, notes = sorted(self.seen.claims), sorted(self.seen.notes)
        middle = claims[len(claims) // 2] * 1_000
        figures = [f"{middle:.0f} ms", f"{claims[-1]:.2f} s", f"{notes[-1]:.2f} s"]
        return [self.what, self.beside, f"{self.took_s:.1f} s", f"{len(notes):,}", *figures]


async def forgetting(url: str, folder: Path, beside: Beside, name: str) -> Row:
    """Somebody with ten thousand old notes, and twenty in work, is forgotten, while words are scrubbed too."""

    async def forget(house: House) -> None:
        if not await house.privacy.forget(MINA):
            raise RuntimeError("it was put off")

    row = await erasing(url, folder, beside, ("forget me: 10,000 notes, 20 in work", name), forget)
    async with open_database(url) as database:
        if left := await mentions(database, MINA, CHANNEL, ":v"):
            raise RuntimeError(f"left behind: {sorted(left)[:3]}")
    return row


async def purging(url: str, folder: Path, beside: Beside, name: str) -> Row:
    """Ten thousand notes grow old at once, and are purged while words are scrubbed too."""

    async def purge(house: House) -> None:
        house.pass_time(11 * DAY_MS)
        while not await house.privacy.purge():
            pass

    return await erasing(url, folder, beside, ("purge: 10,000 notes", name), purge)


async def erasing(
    url: str, folder: Path, beside: Beside, names: tuple[str, str], work: Callable[[House], Awaitable[None]]
) -> Row:
    """That work over a long life, and what others wait meanwhile."""
    async with open_database(url) as database:
        await a_long_life(database)
        house, over = House(database, {}, folder, NOW), asyncio.Event()
        async with beside(url), others(url) as seen:
            scrubs = asyncio.create_task(scrubbing(database, url, over))
            began = time.perf_counter()
            await work(house)
            took_s = time.perf_counter() - began
            over.set()
            await scrubs
    return Row(*names, took_s, seen)


async def calm(url: str) -> Row:
    """Nobody erases anything."""
    async with others(url) as seen:
        await asyncio.sleep(CALM_S)
    return Row("nothing", "nobody", CALM_S, seen)


async def measure() -> list[Row]:
    """Every line, each on a server of its own."""
    rows: list[Row] = []

    async def on_server(work: Callable[[str], Awaitable[Row]]) -> None:
        async with a_server() as url:
            rows.append(await work(url))
            print(" | ".join(rows[-1].cells), flush=True)

    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        await on_server(calm)
        for beside, told in BESIDE.items():
            await on_server(partial(forgetting, folder=folder, beside=beside, name=told))
            await on_server(partial(purging, folder=folder, beside=beside, name=told))
    return rows


def page(rows: list[Row]) -> str:
    """The part of docs/reliability.md."""
    heads = ["erased", "beside", "took", "notes of others answered", "a claim, median", "longest claim", "longest note"]
    table = [f"| {' | '.join(cells)} |" for cells in (heads, *(row.cells for row in rows))]
    table.insert(1, f"|{'---|' * len(heads)}")
    load = f"Load of the machine when it ended: {os.getloadavg()[1]:.0f} on {os.cpu_count()} processors."
    return "\n".join([*table, "", load])


def main() -> int:
    """Measure, write, and fail beyond the aims."""
    rows = asyncio.run(measure())
    SECTION.write(page(rows))
    forgot = max(row.took_s for row in rows if row.what.startswith("forget"))
    claim = max(max(row.seen.claims) for row in rows)
    print(f"forgotten in {forgot:.2f} s (aim {FORGOTTEN_S:.0f}), longest claim {claim:.2f} s (aim {CLAIM_S:.0f})")
    return int(forgot > FORGOTTEN_S or claim > CLAIM_S)


if __name__ == "__main__":
    sys.exit(main())
