"""
Two verbs beside each other on one PostgreSQL: the first stops before one of its statements, the second runs as far as
it can, then the first goes on.

(PYTEST_DONT_REWRITE: imported by tests only.)
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import asyncpg

from bot.database import Database, Row, Tx

WAITS = """
SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
"""


class Gate:
    """Stops before the statement number `at` (from 1) until `go` is set."""

    def __init__(self, at: int) -> None:
        self.at, self.count = at, 0
        self.stopped, self.go = asyncio.Event(), asyncio.Event()

    async def step(self) -> None:
        """The next statement."""
        self.count += 1
        if self.count == self.at:
            self.stopped.set()
            await self.go.wait()


class GatedTx(Tx):
    """A real transaction whose statements pass a gate."""

    def __init__(self, tx: Tx, gate: Gate) -> None:
        super().__init__()
        self._tx, self._gate, self.connection = tx, gate, tx.connection

    async def execute(self, sql: str, /, **params: Any) -> int:
        """See Tx."""
        await self._gate.step()
        return await self._tx.execute(sql, **params)

    async def all(self, sql: str, /, **params: Any) -> list[Row]:
        """See Tx."""
        await self._gate.step()
        return await self._tx.all(sql, **params)

    async def each(self, sql: str, rows: Sequence[Row], /) -> None:
        """See Tx."""
        await self._gate.step()
        await self._tx.each(sql, rows)


class Gated(Database):
    """A real database; every statement, and every commit, passes `gate`."""

    def __init__(self, real: Database, gate: Gate | None = None) -> None:
        self.real, self.engine, self.gate = real, real.engine, gate or Gate(0)

    @property
    def is_watched(self) -> bool:
        """As the real one."""
        return self.real.is_watched

    @is_watched.setter
    def is_watched(self, value: bool) -> None:
        self.real.is_watched = value

    @asynccontextmanager
    async def tx(self) -> AsyncIterator[Tx]:
        """See Database."""
        async with self.real.tx() as tx:
            yield GatedTx(tx, self.gate)
            await self.gate.step()

    def look(self) -> AbstractAsyncContextManager[Tx]:
        """See Database."""
        return self.real.look()

    async def scrub(self) -> None:
        """Nothing: what is read afterwards is rows."""


async def beside(url: str, gate: Gate, first: Awaitable[Any], second: Callable[[], Awaitable[Any]]) -> list[Any] | None:
    """What `first`, stopped at its gate, and `second` beside it came to; None: the first never stopped."""
    one = asyncio.ensure_future(first)
    stopping = asyncio.ensure_future(gate.stopped.wait())
    await asyncio.wait({one, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if one.done():
        one.result()
        return None
    other = asyncio.ensure_future(second())
    waiting = asyncio.ensure_future(_until_waits(url))
    await asyncio.wait({other, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    await asyncio.wait({waiting})
    gate.go.set()
    return list(await asyncio.gather(one, other, return_exceptions=True))


async def _until_waits(url: str) -> None:
    """Return once somebody waits for a lock in that database."""
    connection = await asyncpg.connect(url)
    try:
        while not await connection.fetchval(WAITS):  # noqa: ASYNC110 -- nobody rings
            await asyncio.sleep(0.005)
    finally:
        connection.terminate()
