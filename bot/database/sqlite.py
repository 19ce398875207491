"""
SQLite behind the face of `Database`.

Hides the thread that alone touches the connection, the write-ahead log and the instance lock.
Promises: transactions run one after another; nothing blocks the event loop; a cancelled task
leaves no transaction behind; what is committed survives a power cut (synchronous=FULL).
"""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from bot.database.base import Database, DatabaseError, Engine, Row, Tx
from bot.database.lock import take
from bot.database.migrations import CREATE_VERSION, READ_VERSIONS, pending, statements, steps, tell
from bot.database.reading import look_and_not_touch, only_reading
from bot.database.sqlite_tx import SqliteLook, SqliteTx, at_once, driven, ours, rollback
from bot.database.thread import Thread

P = ParamSpec("P")
T = TypeVar("T")

# Somebody may look into the file with another program; writing waits for it this long.
BUSY_SECONDS = 10.0

_PRAGMAS = (
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
)


class SqliteDatabase(Database):
    """One connection, one thread, one transaction at a time."""

    engine: Engine = "sqlite"

    def __init__(self, thread: Thread, connection: sqlite3.Connection) -> None:
        self._thread = thread
        self._connection = connection
        self._turn = asyncio.Lock()
        self._owner: asyncio.Task[Any] | None = None
        self._written = 0
        self._scrubbed = 0

    @asynccontextmanager
    async def tx(self) -> AsyncIterator[Tx]:
        """See Database."""
        async with self._my_turn():
            transaction = SqliteTx(self._thread.submit, self._connection)
            self.watch(transaction)
            try:
                yield transaction
            except BaseException:
                transaction.abandon()
                raise
            self._written += 1
            await transaction.commit()
        await transaction.ring()

    async def run(self, verb: Callable[Concatenate[Tx, P], Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """See Database."""
        transaction = SqliteTx(at_once, self._connection)
        self.watch(transaction)

        async def whole() -> T:
            try:
                result = await verb(transaction, *args, **kwargs)
            except BaseException:
                transaction.undo()
                raise
            await transaction.commit()
            return result

        async with self._my_turn():
            self._written += 1
            result = await self._thread.submit(lambda: driven(whole()))
        await transaction.ring()
        return result

    @asynccontextmanager
    async def look(self) -> AsyncIterator[Tx]:
        """See Database."""
        async with self._my_turn():
            yield SqliteLook(self._thread.submit, self._connection)

    @asynccontextmanager
    async def _my_turn(self) -> AsyncIterator[None]:
        if self._owner is not None and self._owner is asyncio.current_task():
            raise RuntimeError("A transaction inside a transaction would wait for itself for ever")
        async with self._turn:
            self._owner = asyncio.current_task()
            try:
                yield
            finally:
                self._owner = None

    async def scrub(self) -> None:
        """See Database. Waiting callers share one checkpoint."""
        wanted = self._written
        async with self._my_turn():
            if self._scrubbed >= wanted:
                return
            written = self._written
            await self._thread.submit(self._checkpoint)
            self._scrubbed = written

    def _checkpoint(self) -> None:
        with ours():
            self._connection.execute("PRAGMA busy_timeout = 0")  # nobody else has a turn: readers are not waited for
            busy = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()["busy"]
            self._connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")
        if busy:
            raise DatabaseError("SQLite: another program reads the file, so erased words still rest in its log")


@asynccontextmanager
async def open_sqlite(path: str, *, to_read: bool = False, as_it_is: bool = False) -> AsyncIterator[SqliteDatabase]:
    """The database in the file `path`, made if absent (readable by its owner only), migrated; or as it is, to read."""
    thread, file = Thread(), _File(Path(path), to_read=to_read, as_it_is=as_it_is)
    try:
        connection = await thread.submit(file.open)
        database = SqliteDatabase(thread, connection)
        database.lacks = file.lacks
        yield database
    finally:
        closed = thread.submit(file.close)
        thread.stop()
        await closed


class _File:
    """The connection and the instance lock beside it; both are opened and closed in the thread."""

    def __init__(self, path: Path, *, to_read: bool, as_it_is: bool) -> None:
        self._path, self._to_read, self._as_it_is = path, to_read, as_it_is
        self.lacks: tuple[int, int] | None = None
        self._lock: int | None = None
        self._connection: sqlite3.Connection | None = None

    def open(self) -> sqlite3.Connection:
        path = self._path
        if self._to_read and not path.exists():
            raise DatabaseError(f"SQLite: there is no {path} yet; the bot makes it when it starts")
        self._lock = None if self._to_read else take(path)
        with suppress(OSError):  # SQLite says better than we could why it cannot open a file
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        with ours(path):
            self._connection = connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS)
            connection.row_factory = _row
            mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()["journal_mode"]
            if mode != "wal":
                raise DatabaseError(f"SQLite: {path} lies on a file system without a write-ahead log")
            for pragma in _PRAGMAS:
                connection.execute(pragma)
            if self._as_it_is:
                self.lacks = look_and_not_touch(connection)
            else:
                (only_reading if self._to_read else _migrate)(connection)
        return connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._lock is not None:
            os.close(self._lock)


def _row(cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> Row:
    return dict(zip((column[0] for column in cursor.description), values, strict=True))


def _migrate(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(CREATE_VERSION)
        made = [row["version"] for row in connection.execute(READ_VERSIONS)]
        added = pending(steps("sqlite"), made)
        for step in added:
            for statement in statements(step.script):
                connection.execute(statement)
            connection.execute(step.record)
        connection.execute("COMMIT")
    except BaseException:
        rollback(connection)
        raise
    tell(made, added)
