"""What a PostgreSQL server does while something runs: its processor time, its log, what its clients wait for."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from bench.ceiling import cpu_s
from bench.weight import family_of

_LOOK_S = 0.25
_WAITS = """
SELECT wait_event_type AS kind, wait_event AS what FROM pg_stat_activity
WHERE state = 'active' AND pid <> pg_backend_pid() AND application_name = 'earshot' AND wait_event_type IS NOT NULL
    AND query NOT ILIKE 'LISTEN%'
"""
_SUMS = """
SELECT xact_commit + xact_rollback AS transactions, deadlocks, pg_database_size(current_database()) AS bytes,
    pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint AS wal_bytes FROM pg_stat_database
WHERE datname = current_database()
"""


@dataclass(slots=True)
class Load:
    """What happened on the server between two moments, and what its busy clients were seen waiting for."""

    cpu_s: float = 0.0
    transactions: int = 0
    deadlocks: int = 0
    bytes: int = 0
    wal_bytes: int = 0
    looks: int = 0
    waits: Counter[str] = field(default_factory=Counter)

    @property
    def wait(self) -> tuple[str, float]:
        """What clients were seen waiting for most, and how many of them at a time."""
        what, seen = self.waits.most_common(1)[0] if self.waits else ("nothing", 0)
        return what, seen / max(1, self.looks)


def together_s(pids: Iterable[int]) -> float:
    """Seconds of CPU these processes and all they started have used; those that have ended count for their parent."""
    used = 0.0
    for pid in {one for parent in pids for one in family_of(parent)}:
        try:
            used += cpu_s(pid)
        except OSError:
            continue
    return used


async def postmaster(connection: Any) -> int:
    """The server's own process."""
    backend = await connection.fetchval("SELECT pg_backend_pid()")
    status = await asyncio.to_thread(Path(f"/proc/{backend}/status").read_text, "utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("PPid:")).split()[1])


@asynccontextmanager
async def watched(url: str) -> AsyncIterator[Load]:
    """Fills in the load when the block ends."""
    load, connection = Load(), await asyncpg.connect(url)
    try:
        parent = await postmaster(connection)
        before, used_s = dict(await connection.fetchrow(_SUMS) or {}), together_s([parent])

        async def look() -> None:
            while True:
                for row in await connection.fetch(_WAITS):
                    load.waits[f"{row['kind']}: {row['what']}"] += 1
                load.looks += 1
                await asyncio.sleep(_LOOK_S)

        looking = asyncio.create_task(look())
        try:
            yield load
        finally:
            looking.cancel()
            await asyncio.wait({looking})
        await connection.close()
        connection = await asyncpg.connect(url)  # a query that was cancelled leaves the old one unusable
        load.cpu_s = together_s([parent]) - used_s
        for name, value in dict(await connection.fetchrow(_SUMS) or {}).items():
            setattr(load, name, int(value - before[name]))
    finally:
        await connection.close()
