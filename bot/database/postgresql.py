"""
PostgreSQL behind the face of `Database`.

Hides asyncpg, its pool and its `$1` parameters. Promises: one connection per transaction, READ
COMMITTED; every value is cast by its own type, because PostgreSQL would otherwise deduce a
parameter's type from each use and refuse those that differ.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import lru_cache
from typing import Any

import asyncpg

from bot.database.advice import misread, unreached
from bot.database.base import Database, DatabaseDown, DatabaseError, Engine, Look, Row, Tx
from bot.database.migrations import CREATE_VERSION, READ_VERSIONS, lacking, pending, refuse_older, steps, tell

CONNECTIONS = 10
# "earshot" in ASCII: several processes may start at once, one of them migrates.
MIGRATION_LOCK = 0x65617273686F74
# A process that stops in the middle of a transaction must not keep the host's account locked.
IDLE_TRANSACTION = "60s"
_SETTINGS = {
    "application_name": "earshot",
    "idle_in_transaction_session_timeout": IDLE_TRANSACTION,
    # Whatever the server's default: under a stricter one notes, which share the host's balance, throw each other out.
    "default_transaction_isolation": "read committed",
}
_ROLLBACK_S = 10.0
_SCRUB_EVERY_S = 30.0
_SCRUB_WAITS_MS = 300
# Of all processes on this database one has the turn, and the next one not before so many milliseconds.
_TURN = """
INSERT INTO chore (name, at_ms) VALUES ('scrub', floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint)
ON CONFLICT (name) DO UPDATE SET at_ms = excluded.at_ms WHERE abs(excluded.at_ms - chore.at_ms) >= $1 RETURNING 1
"""
# Whether there is anything to write anew: pages of the tables with words, and of what PostgreSQL puts beside them.
_PAGES = """
SELECT sum(pg_relation_size(oid) + CASE WHEN reltoastrelid = 0 THEN 0 ELSE pg_relation_size(reltoastrelid) END)
FROM pg_class WHERE oid IN ('heard'::regclass, 'decided'::regclass)
"""


@lru_cache(maxsize=512)
def _translated(sql: str, casts: tuple[tuple[str, str], ...]) -> tuple[str, tuple[str, ...]]:
    """`:name` as `$1::bigint`, and the names in the order of their numbers."""
    cast_of = dict(casts)
    names: list[str] = []

    def number(match: re.Match[str]) -> str:
        name = match[1]
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}{cast_of[name]}"

    return re.sub(r"(?<![:\w]):([a-z_]\w*)", number, sql), tuple(names)


def _bound(sql: str, params: Row) -> tuple[str, list[Any]]:
    text, names = _translated(sql, tuple((name, _cast(value)) for name, value in params.items()))
    return text, [params[name] for name in names]


def _cast(value: object) -> str:
    if isinstance(value, int):
        return "::bigint"
    return "::text" if isinstance(value, str) else ""


# InternalClientError: what asyncpg says when a connection dies between two of its messages.
_PASSING = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,  # a deadlock, or (elsewhere) a serialization that failed
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,  # a primary that has just become a standby
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.ForeignKeyViolationError,  # what it refers to was erased, or got another name, a moment ago
)
_TROUBLES = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)


@contextmanager
def _ours() -> Iterator[None]:
    try:
        yield
    except _TROUBLES as error:
        if isinstance(error, asyncpg.PostgresError):
            # "Failing row contains (...)": nobody who tells of the error, or of what it was caused by, may quote a row.
            error.detail = None
        # A rule that was broken stays broken; all else may pass.
        broken = isinstance(error, asyncpg.PostgresError) and not isinstance(error, _PASSING)
        raise (DatabaseError if broken else DatabaseDown)(f"PostgreSQL: {error or type(error).__name__}") from error


class PostgresTx(Tx):
    """A transaction on one connection of the pool."""

    def __init__(self, connection: Any) -> None:
        super().__init__()
        self.connection = connection
        self._failed = False

    async def execute(self, sql: str, /, **params: Any) -> int:
        """See Tx."""
        self.keeps_order(sql, params)
        text, values = _bound(sql, params)
        status: str = await self._run("execute", text, *values)
        touched = status.rpartition(" ")[2]
        return int(touched) if touched.isdecimal() else 0  # CREATE TABLE and the like touch no rows

    async def all(self, sql: str, /, **params: Any) -> list[Row]:
        """See Tx."""
        self.keeps_order(sql, params)
        text, values = _bound(sql, params)
        return [dict(record) for record in await self._run("fetch", text, *values)]

    async def each(self, sql: str, rows: Sequence[Row], /) -> None:
        """See Tx."""
        self.keeps_order(sql, *rows)
        bound = [_bound(sql, row) for row in rows]
        if bound:
            await self._run("executemany", bound[0][0], [values for _, values in bound])

    async def _run(self, verb: str, *arguments: Any) -> Any:
        try:
            with _ours():  # getting at a verb of a lost connection fails already
                return await getattr(self.connection, verb)(*arguments)
        except DatabaseError:
            self._failed = True
            raise

    async def finish(self) -> None:
        """What belongs to the transaction, and comes last in it."""
        for last in self._last:
            await last()

    async def commit(self) -> None:
        """Make it last. PostgreSQL would answer a failed transaction's COMMIT with a silent rollback."""
        if self._failed:
            raise DatabaseError("PostgreSQL: this transaction has failed and cannot be committed")
        await self.connection.execute("COMMIT")


class PostgresLook(Look):
    """Statements of their own on one connection of the pool: no BEGIN, no COMMIT."""

    def __init__(self, connection: Any) -> None:
        super().__init__()
        self.connection = connection

    async def all(self, sql: str, /, **params: Any) -> list[Row]:
        """See Tx."""
        text, values = _bound(sql, params)
        with _ours():
            return [dict(record) for record in await self.connection.fetch(text, *values)]


class PostgresDatabase(Database):
    """A pool of connections."""

    engine: Engine = "postgresql"

    def __init__(self, pool: Any, url: str) -> None:
        self.pool = pool
        self.patience_s = 10.0  # for whoever still uses a connection when we close
        self._url = url
        self._scrubbed_s = -_SCRUB_EVERY_S

    @asynccontextmanager
    async def tx(self) -> AsyncIterator[Tx]:
        """See Database."""
        with _ours():
            connection = await self.pool.acquire()
        try:
            tx = PostgresTx(connection)
            self.watch(tx)
            try:
                with _ours():
                    await connection.execute("BEGIN")
                yield tx
                with _ours():
                    await tx.finish()
                    await tx.commit()
            except BaseException:
                await _rolled_back(connection)
                raise
        finally:
            await self.pool.release(connection)
        await tx.ring()

    @asynccontextmanager
    async def look(self) -> AsyncIterator[Tx]:
        """See Database."""
        with _ours():
            connection = await self.pool.acquire()
        try:
            yield PostgresLook(connection)
        finally:
            await self.pool.release(connection)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """See Database."""
        with _ours():
            connection = await asyncpg.connect(self._url, server_settings=_SETTINGS)
        try:
            with _ours():
                yield connection
        finally:
            with suppress(*_TROUBLES):
                await connection.close(timeout=self.patience_s)

    @asynccontextmanager
    async def alone(self, name: str) -> AsyncIterator[None]:
        """See Database."""
        async with self.connection() as connection:  # the lock ends with it, however we end
            with _ours():
                await connection.execute("SELECT pg_advisory_lock(hashtextextended($1, 0))", name)
            yield

    async def now_ms(self) -> int:
        """See Database."""
        with _ours():
            return int(await self.pool.fetchval("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"))

    async def scrub(self) -> None:
        """
        See Database.

        What VACUUM frees keeps its bytes, so the tables are written anew: they hold only notes in work.
        """
        now_s = asyncio.get_running_loop().time()
        if now_s - self._scrubbed_s < _SCRUB_EVERY_S:
            return
        self._scrubbed_s = now_s
        with _ours():
            async with self.pool.acquire() as connection:
                if not await connection.fetchval(_PAGES):
                    return
                if not await connection.fetchval(_TURN, int(_SCRUB_EVERY_S * 1000)):
                    return  # words erased since then wait for the next turn
                try:
                    # Whoever works now goes first; meanwhile claims stand in line behind us, and may not for long.
                    await connection.execute(f"SET lock_timeout = '{_SCRUB_WAITS_MS}ms'")
                    await connection.execute("VACUUM (FULL) heard, decided")
                finally:
                    await connection.execute("RESET lock_timeout")


async def _rolled_back(connection: Any) -> None:
    """
    End what was begun, if it was: whoever is cancelled while BEGIN is on its way cannot know.

    Not cut off itself, however often its task is cancelled: the pool would find a transaction in the connection, and
    have it told as an error.
    """
    work = asyncio.ensure_future(_roll_back(connection))
    cut: asyncio.CancelledError | None = None
    while not work.done():
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError as error:
            cut = error
    if cut is not None:
        raise cut


async def _roll_back(connection: Any) -> None:
    with suppress(DatabaseError), _ours():  # a lost connection has rolled back by itself
        await connection.execute("ROLLBACK", timeout=_ROLLBACK_S)


async def _afresh(connection: Any) -> None:
    """
    Make a connection ready for the next, which is nothing: nobody leaves anything in its session.

    asyncpg's own way costs each transaction one more round trip, and the server one more transaction.
    """
    del connection


@asynccontextmanager
async def open_postgresql(
    url: str, *, to_read: bool = False, as_it_is: bool = False
) -> AsyncIterator[PostgresDatabase]:
    """The database of that server, migrated; or as it is (`to_read`: if its schema is today's), and not changed."""
    try:
        with _ours():
            pool = await asyncpg.create_pool(
                url, min_size=1, max_size=CONNECTIONS, server_settings=_SETTINGS, reset=_afresh
            )
    except DatabaseError as trouble:
        raise unreached(trouble) from trouble
    except ValueError:  # it may quote a password that was taken for a port
        raise misread() from None
    database = PostgresDatabase(pool, url)
    try:
        with _ours():
            if not (to_read or as_it_is):
                await _migrate(pool)
            else:
                made = await _made(pool)
                database.lacks = lacking(steps("postgresql"), made)
                if to_read:
                    refuse_older(steps("postgresql"), made)
        yield database
    finally:
        try:
            async with asyncio.timeout(database.patience_s):
                await pool.close()
        except TimeoutError:
            pool.terminate()


async def _made(pool: Any) -> list[int]:
    is_ours = await pool.fetchval("SELECT to_regclass('schema_version') IS NOT NULL")
    return [row["version"] for row in (await pool.fetch(READ_VERSIONS) if is_ours else [])]


async def _migrate(pool: Any) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", MIGRATION_LOCK)
        await connection.execute(CREATE_VERSION)
        made = [row["version"] for row in await connection.fetch(READ_VERSIONS)]
        added = pending(steps("postgresql"), made)
        for step in added:
            await connection.execute(step.script)
            await connection.execute(step.record)
    tell(made, added)
