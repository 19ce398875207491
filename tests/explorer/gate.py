"""
Where an app can be stopped: before each statement, each commit, and each act on the world outside.

Hides how a task finds its gate. Promises: the database stays the real one, and its statements too; whatever else
belongs to a stopped verb waits with it; a statement that waits for a lock can be told from one that is merely slow.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

import asyncpg

from bot.database import Database, Tx
from bot.database.postgresql import CONNECTIONS, PostgresDatabase
from bot.database.sqlite import SqliteDatabase

T = TypeVar("T")
WORLD = "the world outside"

_SETTINGS = {
    "application_name": "explorer",
    "default_transaction_isolation": "read committed",
    "deadlock_timeout": "20ms",  # whoever waits in a circle should not wait long
    "synchronous_commit": "off",
    "plan_cache_mode": "force_generic_plan",  # few rows, the same statements over and over
    "jit": "off",
}
_WRITES = re.compile(r"\s*(WITH .*?)?\b(INSERT|UPDATE|DELETE)\b", re.IGNORECASE | re.DOTALL)
# Before a transaction's first statement nothing has happened that had not happened before it began.
_COMMITS, _ENDS = ("COMMIT", "COMMIT;"), ("COMMIT", "COMMIT;", "ROLLBACK", "ROLLBACK;")
_NO_STEP = re.compile(r"\s*(BEGIN|SELECT pg_advisory|ROLLBACK)", re.IGNORECASE)


_WRITTEN = re.compile(r"\b(?:INSERT INTO|(?<!DO )(?<!FOR )UPDATE|DELETE FROM)\s+(?:ONLY\s+)?([a-z_]+)", re.IGNORECASE)
_NAMED = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE|VACUUM)\s+(?:\(FULL\)\s+)?([a-z_]+)", re.IGNORECASE)
_LOCKING = re.compile(r"\bFOR (?:NO KEY )?(?:UPDATE|(?:KEY )?SHARE)\b", re.IGNORECASE)
# Whose rows point at whose: writing the one asks for the other.
_POINTS_AT = {"ask": {"note"}, "reply": {"ask"}, "heard": {"note"}, "decided": {"note"}, "entry": {"charge", "account"}}


@dataclass(frozen=True, slots=True)
class Touched:
    """Which tables a statement reads, and which it writes or locks; the world outside counts as one."""

    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()

    def __or__(self, other: "Touched") -> "Touched":
        return Touched(self.reads | other.reads, self.writes | other.writes)

    def meets(self, other: "Touched") -> bool:
        """Whether it matters which of the two comes first."""
        return bool(self.writes & (other.reads | other.writes) or self.reads & other.writes)


@lru_cache(maxsize=4096)
def touched(sql: str) -> Touched:
    """By the words of a statement; more than it touches is no fault, less would be."""
    named = frozenset(name.lower() for name in _NAMED.findall(sql))
    writes = frozenset(name.lower() for name in _WRITTEN.findall(sql))
    if _LOCKING.search(sql) or "VACUUM" in sql:
        writes |= named
    beside = {of for name in writes for of in _POINTS_AT.get(name, ())}
    beside |= {name for name, pointed in _POINTS_AT.items() if pointed & writes}
    return Touched(named | beside, writes)


class Died(BaseException):
    """The process has ended here: nothing of it runs any more."""


@dataclass
class Gate:
    """
    What one verb passes step by step; it stops before step `stop_at` (from 1) until `go` is set.

    `steps` are the first words of every step; `flying` the server's processes that run a statement of this verb now;
    once `dies_when` is true, no further step is made.
    """

    stop_at: int | None = None
    steps: list[str] = field(default_factory=list)
    touches: list[Touched] = field(default_factory=list)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)
    flying: dict[int, int] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    has_written: bool = False
    dies_when: Callable[[], Awaitable[bool]] | None = None
    is_dead: bool = False
    _dying: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def step(self, what: str, touches: Touched = Touched(writes=frozenset({WORLD}))) -> None:  # frozen
        """The next step; returns when it may be made."""
        self.steps.append(what)
        self.touches.append(touches)
        if self.dies_when is not None:
            async with self._dying:
                self.is_dead = self.is_dead or await self.dies_when()
            if self.is_dead:
                raise Died
        if len(self.steps) == self.stop_at:
            self.stopped.set()
        if self.stopped.is_set():
            await self.go.wait()

    @property
    def stands_at(self) -> str:
        """Before which step it stopped."""
        return self.steps[self.stop_at - 1] if self.stop_at and len(self.steps) >= self.stop_at else "its end"


GATE: ContextVar[Gate | None] = ContextVar("gate", default=None)


async def outside(what: str) -> None:
    """Something is about to be done in the world outside, where no transaction reaches."""
    if (gate := GATE.get()) is not None:
        await gate.step(f"[{what}]")


class GatedConnection(asyncpg.Connection):
    """A real connection whose every statement passes the gate of the verb it belongs to."""

    _wrote = False
    _touched = Touched()

    async def execute(self, query: str, *args: Any, **more: Any) -> Any:
        """See asyncpg."""
        return await self._gated(query, super().execute, query, *args, **more)

    async def executemany(self, command: str, args: Any, **more: Any) -> Any:
        """See asyncpg."""
        return await self._gated(command, super().executemany, command, args, **more)

    async def fetch(self, query: str, *args: Any, **more: Any) -> Any:
        """See asyncpg."""
        return await self._gated(query, super().fetch, query, *args, **more)

    async def fetchval(self, query: str, *args: Any, **more: Any) -> Any:
        """See asyncpg."""
        return await self._gated(query, super().fetchval, query, *args, **more)

    async def fetchrow(self, query: str, *args: Any, **more: Any) -> Any:
        """See asyncpg."""
        return await self._gated(query, super().fetchrow, query, *args, **more)

    async def _gated(self, sql: str, run: Callable[..., Awaitable[T]], *args: Any, **more: Any) -> T:
        gate = GATE.get()
        if gate is None:
            return await run(*args, **more)
        is_write = bool(_WRITES.match(sql))
        # The end of a transaction that wrote nothing is as good as the beginning of the next.
        if not (_NO_STEP.match(sql) or (sql in _COMMITS and not self._wrote)):
            self._touched = touched(sql) | self._touched if sql not in _COMMITS else self._touched
            await gate.step(" ".join(sql.split())[:70], self._touched if sql in _COMMITS else touched(sql))
        if sql in _ENDS or not self.is_in_transaction():
            self._touched = Touched()
        self._wrote = is_write or (self._wrote and sql not in _ENDS)
        gate.has_written |= is_write
        pid = self.get_server_pid()
        gate.flying[pid] = len(gate.steps)
        try:
            return await run(*args, **more)
        except asyncpg.PostgresError as error:
            gate.troubles.append(f"{type(error).__name__}: {error}")
            raise
        finally:
            gate.flying.pop(pid, None)


class StagedPostgres(PostgresDatabase):
    """The real database on a pool of gated connections, with the clock of the scene."""

    def __init__(self, pool: Any, url: str, now: Callable[[], int]) -> None:
        super().__init__(pool, url)
        self._now = now

    async def now_ms(self) -> int:
        """The scene's time."""
        return self._now()

    def scrubbed(self, *, lately: bool) -> None:
        """Whether words were scrubbed a moment ago, so that nobody scrubs again for half a minute; or never."""
        self._scrubbed_s = asyncio.get_running_loop().time() if lately else float("-inf")


@asynccontextmanager
async def open_staged(url: str, now: Callable[[], int]) -> AsyncIterator[StagedPostgres]:
    """A migrated database at `url`, gated."""
    pool = await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=CONNECTIONS,
        server_settings=_SETTINGS,
        connection_class=GatedConnection,
        reset=_afresh,
    )
    try:
        yield StagedPostgres(pool, url, now)
    finally:
        pool.terminate()


async def _afresh(connection: Any) -> None:
    if connection.is_in_transaction():
        await connection.execute("ROLLBACK")


class StagedSqlite(Database):
    """A real SQLite database, gated before each transaction: inside of one nobody else can be."""

    engine = "sqlite"

    def __init__(self, real: SqliteDatabase, now: Callable[[], int]) -> None:
        self.real = real
        self._now = now

    @asynccontextmanager
    async def tx(self) -> AsyncIterator[Tx]:
        """See Database."""
        await outside("transaction")
        async with self.real.tx() as tx:
            yield tx

    async def run(self, verb: Any, /, *args: Any, **kwargs: Any) -> Any:
        """See Database."""
        await outside(f"transaction {getattr(verb, '__name__', '')}")
        return await self.real.run(verb, *args, **kwargs)

    @asynccontextmanager
    async def look(self) -> AsyncIterator[Tx]:
        """See Database."""
        await outside("look")
        async with self.real.look() as tx:
            yield tx

    async def now_ms(self) -> int:
        """The scene's time."""
        return self._now()

    async def scrub(self) -> None:
        """See Database."""
        await outside("scrub")
        await self.real.scrub()

    def scrubbed(self, *, lately: bool) -> None:
        """SQLite scrubs whenever something was written."""


class Watcher:
    """Asks the server whether somebody waits for a lock."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._turn = asyncio.Lock()

    async def is_blocked(self, gate: Gate) -> bool:
        """Whether every statement of that verb under way waits for a lock, and there is one."""
        flying = list(gate.flying)
        if not flying:
            return False
        async with self._turn:
            waiting = await self._connection.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY($1::int[]) AND wait_event_type = 'Lock'", flying
            )
        return bool(waiting) and waiting == len(flying) == len(gate.flying)
