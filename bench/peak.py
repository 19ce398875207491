"""
The peak hour of 100,000 guilds: 100,000 notes through ledger and queue on PostgreSQL. `python -m bench.peak`.

Starts a PostgreSQL that waits for its disk, gateways and workers (`bench.hour`), and runs as fast as the machine can;
afterwards the books must be sound and each note answered once, or it fails. Writes docs/bench/peak.md.
"""

import argparse
import asyncio
import itertools
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import record
from bench.booking import a_server
from bench.hour import posts
from bench.server import Load, together_s, watched
from bot.database import Database, DatabaseError, Tx, open_database
from bot.notes import Notes
from tests.chaos.invariants import findings
from tests.world.bot import BotProcess, start

HOUR_S = 3_600
GATEWAYS, WORKERS = 1, 2
_TELL_S = 15.0
_ENV = {
    # Nobody is asked at these addresses: the stand-ins answer in the worker's own process.
    "DISCORD_TOKEN": "no.bot.token",
    "DISCORD_API_URL": "http://127.0.0.1:9/api",
    "OPENAI_API_KEY": "none",
    "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
    "EARSHOT_LISTEN__AUTOMATIC": "true",
    "EARSHOT_QUOTA__HOST_USD": "1000000",
    # An hour in minutes: what a member may post in one of them is not what is asked here.
    "EARSHOT_RATE__MEMBER_PER_MINUTE": "100000",
    "EARSHOT_RATE__GUILD_PER_MINUTE": "100000",
    "EARSHOT_LOG__LEVEL": "warning",
}
_ENDINGS = """
SELECT coalesce(ending, state) AS what, count(*) AS n FROM note GROUP BY 1
UNION ALL SELECT 'refused: ' || ending, count(*) FROM refusal WHERE early = 1 GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Call:
    """One the stand-in for the provider wrote down."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Diaries:
    """What the stand-ins wrote down: calls really made, notes really answered."""

    paid: Sequence[Call]
    sent: Counter[str]

    @classmethod
    def read(cls, folder: Path) -> "Diaries":
        """Of all workers."""
        lines = [line for path in folder.glob("*.diary") for line in path.read_text("utf-8").splitlines()]
        paid = [Call(float(line.split()[1])) for line in lines if line.startswith("call ")]
        return cls(paid, Counter(line.split()[1] for line in lines if line.startswith("sent ")))


@dataclass(frozen=True, slots=True)
class Cast:
    """Who takes part."""

    gateways: list[BotProcess]
    workers: list[BotProcess]

    async def end(self) -> None:
        """Nobody is left."""
        await asyncio.gather(*(one.kill() for one in (*self.gateways, *self.workers)))


@asynccontextmanager
async def cast(url: str, folder: Path, size: argparse.Namespace) -> AsyncIterator[Cast]:
    """Workers first, then gateways, that have begun to post when this returns."""
    env = {**_ENV, "DATABASE_URL": url, "TMPDIR": str(folder)}
    people = Cast([], [])
    try:
        for number in range(size.workers):
            words = ("-m", "bench.hour", "worker", str(folder), str(folder / f"{number}.diary"))
            people.workers.append(await start(env, *words))
            await people.workers[-1].until("action=ready")
        for number in range(size.gateways):
            share = f"{number}/{size.gateways}"
            numbers = (size.notes, size.guilds, size.seed, share, size.minutes)
            people.gateways.append(await start(env, "-m", "bench.hour", "gateway", *map(str, numbers)))
        for one in people.gateways:
            await one.until("action=ready")
        yield people
        if any(await asyncio.gather(*(one.stop() for one in people.workers))):
            raise RuntimeError("\n".join(line for one in people.workers for line in one.lines[-20:]))
    finally:
        await people.end()


async def played(database: Database, people: Cast) -> tuple[int, int]:
    """Until all is posted and answered; tells how far it is. How many were posted, and the most that waited at once."""
    ended = asyncio.gather(*(one.wait(24 * HOUR_S) for one in people.gateways))
    most, told_s, began_s = 0, 0.0, time.monotonic()
    while True:
        async with database.tx() as tx:
            row = await tx.one("SELECT count(*) AS n, (SELECT count(*) FROM expense) AS done FROM note WHERE state <> 'done'") or {}  # fmt: skip
        most = max(most, row["n"])
        if ended.done() and not row["n"]:
            if any(await ended):
                raise RuntimeError("\n".join(line for one in people.gateways for line in one.lines[-20:]))
            taken = [int(line.split()[1]) for one in people.gateways for line in one.lines if line.startswith("taken ")]
            return sum(taken), most
        if time.monotonic() - told_s > _TELL_S:
            told_s = time.monotonic()
            print(f"{told_s - began_s:6.0f} s: {row['done']} answered, {row['n']} wait", flush=True)
        await asyncio.sleep(1)


async def afterwards_ms(database: Database) -> dict[str, float]:
    """What each process asks every minute, with all these notes in the books; the median of five."""
    notes, took = Notes(), {}
    questions: dict[str, Callable[[Tx], Awaitable[object]]] = {
        "waiting": lambda tx: notes.waiting(tx, limit=1_000),
        "queued": notes.queued,
        "tokens": lambda tx: notes.forget_tokens(tx, before_ms=0),
    }
    for name, question in questions.items():
        times = []
        for _ in range(5):
            async with database.tx() as tx:
                began = time.perf_counter()
                await question(tx)
                times.append(1_000 * (time.perf_counter() - began))
        took[name] = sorted(times)[2]
    return took


async def checked(database: Database, diaries: Diaries, notes: int) -> tuple[dict[str, int], list[str]]:
    """How the notes ended, and everything that must not be."""
    async with database.tx() as tx:
        endings = {row["what"]: row["n"] for row in await tx.all(_ENDINGS)}
    wrong = await findings(database, diaries)
    if twice := [key for key, times in diaries.sent.items() if times != 1]:
        wrong.append(f"{len(twice)} notes were answered more than once: {twice[:5]}")
    if (missing := sum(endings.values()) - notes) or endings.keys() & {"open", "heard"}:
        wrong.append(f"{missing} notes too many, or some are open: {endings}")
    answered = sum(count for name, count in endings.items() if not name.startswith("refused: "))
    if answered != len(diaries.sent):
        wrong.append(f"{answered} notes ended and {len(diaries.sent)} were answered")
    return endings, wrong


async def measure(size: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    """The whole hour; the figures, and what must not be."""
    with tempfile.TemporaryDirectory(prefix="peak-") as name:
        folder = Path(name)
        async with a_server() as url, open_database(url) as database:
            load: Load
            async with watched(url) as load, cast(url, folder, size) as people:
                began = time.monotonic()
                posted, most = await played(database, people)
                took_s = time.monotonic() - began
                workers_s = together_s(one.pid for one in people.workers)
            minutely = await afterwards_ms(database)
            try:
                endings, wrong = await checked(database, Diaries.read(folder), posted)
            except DatabaseError as trouble:
                endings, wrong = {}, [str(trouble)]
    heard = endings.get("Transcript", 0)
    played_ones = itertools.islice(posts(size.notes, size.guilds, size.seed), posted)
    guilds = Counter(post.guild_id for post in played_ones)
    figures = {
        "notes": posted, "hour": size.notes, "guilds": size.guilds, "guilds_that_posted": len(guilds), "busiest": max(guilds.values()),
        "gateways": size.gateways, "workers": size.workers, "seed": size.seed, "seconds": round(took_s, 1),
        "a_second": round(posted / took_s, 1), "heard": heard, "endings": endings, "most_waiting": most,
        "database_cpu_ms": round(1_000 * load.cpu_s / posted, 2),
        "worker_cpu_ms": round(1_000 * workers_s / max(1, heard), 2),
        "transactions": round(load.transactions / posted, 1), "deadlocks": load.deadlocks,
        "wal_bytes": load.wal_bytes // posted, "bytes": load.bytes // posted,
        "waits": load.wait[0], "waiting_clients": round(load.wait[1], 2),
        "minutely_ms": {name: round(ms, 1) for name, ms in minutely.items()},
    }  # fmt: skip  # one table reads as one table
    return figures, wrong


def page(got: dict[str, Any]) -> list[str]:
    """docs/bench/peak.md."""
    faster = got["a_second"] * HOUR_S / got["hour"]
    endings = ", ".join(f"{name} {count:,}" for name, count in sorted(got["endings"].items(), key=lambda one: -one[1]))
    rows = {
        "notes, guilds": f"{got['notes']:,} of the hour's {got['hour']:,}; {got['guilds']:,} guilds, of which {got['guilds_that_posted']:,} posted, the busiest {got['busiest']:,}",
        "processes": f"gateways: {got['gateways']}, workers: {got['workers']}, one PostgreSQL, on {got['machine']}, beside whatever else that machine did",
        "time": f"{got['seconds'] / 60:.1f} min, {got['a_second']:.0f} notes a second: {faster:.1f} times as fast as the hour",
        "how they ended": endings,
        "most that waited at once": f"{got['most_waiting']:,}",
        "CPU of the database, each note": f"{got['database_cpu_ms']:.1f} ms",
        "CPU of the workers, each note heard (without download, decoding, HTTP)": f"{got['worker_cpu_ms']:.1f} ms",
        "transactions, each note": f"{got['transactions']:.1f}; deadlocks in all: {got['deadlocks']}",
        "write-ahead log, each note": f"{got['wal_bytes'] / 1e3:.1f} kB",
        "disk, each note": f"{got['bytes'] / 1e3:.1f} kB",
        "busy clients waited most for": f"{got['waits']} ({got['waiting_clients']:.1f} of them at a time)",
        "asked every minute, by each process": ", ".join(f"{name} {ms:.1f} ms" for name, ms in got["minutely_ms"].items()),
    }  # fmt: skip  # one table reads as one table
    return [
        "# The peak hour of 100,000 guilds",
        "",
        "Written by `python -m bench.peak`; nothing here is typed by hand. Ledger, inbox, queue and desk are the bot's own, over a",
        "PostgreSQL that waits for its disk; Discord and the provider answer at once, in the workers' own processes. Afterwards the",
        "books were read: the invariants I1 to I10 of `tests/chaos/invariants.py` held, and each note was answered once.",
        "",
        "| | |",
        "|---|---|",
        *(f"| {name} | {value} |" for name, value in rows.items()),
    ]


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.peak", description="Play the peak hour of many guilds.")
    parser.add_argument("--notes", type=int, default=100_000)
    parser.add_argument("--guilds", type=int, default=100_000)
    parser.add_argument("--gateways", type=int, default=GATEWAYS)
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=90, help="post no longer than that")
    parser.add_argument("--dry", action="store_true", help="write nothing")
    size = parser.parse_args()
    figures, wrong = asyncio.run(measure(size))
    print(figures)
    if wrong:
        print("\n".join(wrong))
        return 1
    if not size.dry:
        record.keep("peak", figures)
        print(f"written to {record.write('peak.md', page(record.kept()['peak']))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
