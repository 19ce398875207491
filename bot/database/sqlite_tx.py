"""
What is done to the SQLite connection in its thread: transactions, and statements of their own.

Hides BEGIN, COMMIT and what SQLite's errors mean. Promises: a failed transaction stays failed; none is left open.
"""

import re
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

from bot.database.advice import no_database
from bot.database.base import DatabaseDown, DatabaseError, Look, Row, Tx

T = TypeVar("T")

_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})  # these, and what a disk says, are no note's fault
_PASSING = _BUSY | {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}

_SPOILT = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}


@lru_cache(maxsize=512)
def _spoken(sql: str) -> str:
    """A statement without what only others must be told: whoever has begun to write here is alone."""
    return re.sub(r"\s+FOR\s+UPDATE\s*$", "", sql)


@contextmanager
def ours(path: Path | None = None) -> Iterator[None]:
    """SQLite's errors as ours; with a `path`, also what to do about a file that is no database."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest says more than is asked here
        if path is not None and code in _SPOILT:
            raise no_database(path) from error
        raise (DatabaseDown if code in _PASSING else DatabaseError)(f"SQLite: {error}") from error


class Submit(Protocol):
    """Has a job done in the thread of the connection."""

    def __call__(self, job: Callable[[], T], /) -> Awaitable[T]:
        """The result of the job, once it is done."""


class SqliteTx(Tx):
    """A transaction; its BEGIN travels with its first statement, so an unused one costs nothing."""

    def __init__(self, submit: Submit, connection: sqlite3.Connection) -> None:
        super().__init__()
        self._submit = submit
        self._connection = connection
        self._begun = False
        self._failed = False

    async def execute(self, sql: str, /, **params: Any) -> int:
        """See Tx."""
        self.keeps_order(sql, params)
        return max(0, await self._run(lambda: self._connection.execute(sql, params).rowcount))

    async def all(self, sql: str, /, **params: Any) -> list[Row]:
        """See Tx."""
        self.keeps_order(sql, params)
        return await self._run(lambda: self._connection.execute(_spoken(sql), params).fetchall())

    async def each(self, sql: str, rows: Sequence[Row], /) -> None:
        """See Tx."""
        self.keeps_order(sql, *rows)
        await self._run(lambda: self._connection.executemany(sql, rows))

    async def _run(self, statement: Callable[[], T]) -> T:
        def job() -> T:
            # After a full disk SQLite has rolled back by itself; a later statement would then
            # commit alone. Once failed, a transaction stays failed.
            if self._failed:
                raise DatabaseError("SQLite: this transaction has failed; nothing more can be done in it")
            try:
                with ours():
                    if not self._begun:
                        self._begun = True
                        rollback(self._connection)  # there is nothing to do, unless the last one failed
                        self._connection.execute("BEGIN IMMEDIATE")
                    return statement()
            except BaseException:
                self._failed = True
                raise

        return await self._submit(job)

    async def commit(self) -> None:
        """Make it last; on failure nothing of it stays."""
        if self._begun:
            await self._submit(self._commit)

    def _commit(self) -> None:
        if self._failed:
            self.undo()
            raise DatabaseError("SQLite: this transaction has failed and cannot be committed")
        try:
            with ours():
                self._connection.execute("COMMIT")
        except DatabaseError:
            self.undo()
            raise

    def abandon(self) -> None:
        """Queue the rollback; the next transaction's BEGIN stands behind it, so nobody has to wait."""
        if self._begun:
            with suppress(DatabaseDown):  # closed, it has rolled back by itself
                self._submit(self.undo)

    def undo(self) -> None:
        """Roll back, in the thread."""
        with suppress(sqlite3.Error):  # the next BEGIN tries again
            rollback(self._connection)


class SqliteLook(Look):
    """Statements of their own; whoever has the turn is alone on the connection."""

    def __init__(self, submit: Submit, connection: sqlite3.Connection) -> None:
        super().__init__()
        self._submit = submit
        self._connection = connection

    async def all(self, sql: str, /, **params: Any) -> list[Row]:
        """See Tx."""

        def job() -> list[Row]:
            with ours():
                rollback(self._connection)  # as in SqliteTx
                return self._connection.execute(sql, params).fetchall()

        return await self._submit(job)


async def at_once(job: Callable[[], T], /) -> T:
    """For who is in the thread already."""
    return job()


def driven(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that never has to wait: no event loop is needed for it, and there is none here."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]  # what the coroutine returns
    work.close()
    raise RuntimeError("inside `run` nothing may be waited for but the transaction")


def rollback(connection: sqlite3.Connection) -> None:
    """Undo what is open, if anything is."""
    # A full disk rolls back by itself; a second ROLLBACK would hide the real error.
    if connection.in_transaction:
        connection.execute("ROLLBACK")
