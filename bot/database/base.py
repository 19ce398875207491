"""
What both engines promise: a database that hands out transactions.

Hides which engine is behind it. Promises: leaving `tx()` commits, an exception rolls back, and so
does a cancelled task; after a failed statement nothing more can be written in that transaction.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

from bot.database.order import Order

P = ParamSpec("P")
T = TypeVar("T")

Row = Mapping[str, Any]
Engine = Literal["sqlite", "postgresql"]


class DatabaseError(Exception):
    """The database cannot do its work now: unreachable, full, read-only, or its rules were broken."""


class DatabaseDown(DatabaseError):
    """It was reached no more, was busy, full or read-only: the same may well be done later, and perhaps it was done."""


class DatabaseInUse(DatabaseError):
    """Another Earshot process works on the same SQLite file."""


class DatabaseTooNew(DatabaseError):
    """A newer Earshot has already changed the schema; this one would damage it."""


class Tx(ABC):
    """
    One transaction. Parameters are `:name` in the SQL and keywords in the call.

    Values are int (BIGINT), str (TEXT) or None; extra parameters are ignored. A SELECT that ends with FOR UPDATE locks
    its rows until the end; on SQLite, where nobody else can write meanwhile, it is a SELECT.
    """

    connection: Any = None
    """The asyncpg connection on PostgreSQL, for the queue engine's own statements; None on SQLite."""
    order: Order | None = None
    """What was locked so far, where the order of locks is checked."""

    def __init__(self) -> None:
        self._locked: set[tuple[int, str, str]] = set()
        self._bells: list[Callable[[], Awaitable[object]]] = []
        self._last: list[Callable[[], Awaitable[object]]] = []

    def together(self, last: Callable[[], Awaitable[object]]) -> None:
        """Run `last` inside the transaction, right before its commit (PostgreSQL only)."""
        self._last.append(last)

    def afterwards(self, bell: Callable[[], Awaitable[object]]) -> None:
        """Ring `bell` once the transaction is committed, and never if it is not."""
        self._bells.append(bell)

    async def ring(self) -> None:
        """What the database does after its commit."""
        for bell in self._bells:
            await bell()

    def keeps_order(self, sql: str, *rows: Row) -> None:
        """Raise RuntimeError where the order of locks is checked, and the statement does not keep to it."""
        if self.order is not None:
            self.order.check(sql, rows)

    @abstractmethod
    async def execute(self, sql: str, /, **params: Any) -> int:
        """Run one statement; the number of rows it touched."""

    @abstractmethod
    async def all(self, sql: str, /, **params: Any) -> list[Row]:
        """Run one statement; every row it returns, by column name."""

    @abstractmethod
    async def each(self, sql: str, rows: Sequence[Row], /) -> None:
        """Run one statement for every row of parameters, in order, in one go."""

    async def one(self, sql: str, /, **params: Any) -> Row | None:
        """Run one statement; the first row it returns, or None."""
        rows = await self.all(sql, **params)
        return rows[0] if rows else None

    def lock_in_order(self, lock: tuple[int, str, str]) -> None:
        """
        Declare a row about to be locked; RuntimeError if a later one is locked already.

        Two transactions that lock the same rows in different orders can wait for each other for
        ever. Only PostgreSQL would show it, and only under load: here every test shows it.
        """
        if lock not in self._locked:
            if any(lock < other for other in self._locked):
                raise RuntimeError(f"{lock} must be locked before {max(self._locked)}")
            self._locked.add(lock)


class Look(Tx):
    """What `Database.look` hands out."""

    async def execute(self, sql: str, /, **params: Any) -> int:
        """Nothing is written."""
        del params
        raise RuntimeError(f"this was to be looked at only: {sql}")

    async def each(self, sql: str, rows: Sequence[Row], /) -> None:
        """Nothing is written."""
        del rows
        await self.execute(sql)


class Database(ABC):
    """An open database; `open_database` makes one and closes it."""

    engine: Engine
    pool: Any = None
    """The asyncpg pool on PostgreSQL, for the queue engine; None on SQLite."""
    lacks: tuple[int, int] | None = None
    """Where it was opened as it is: the schema it has, and the one this Earshot would bring it to; None: today's."""
    is_watched = False
    """Whether every transaction is checked for the order of its locks (see `order`); slow, and meant for tests."""

    def watch(self, tx: Tx) -> None:
        """Have a transaction that begins checked, if this database is watched."""
        tx.order = Order() if self.is_watched else None

    @abstractmethod
    def tx(self) -> AbstractAsyncContextManager[Tx]:
        """A transaction for the length of an `async with`."""

    async def run(self, verb: Callable[Concatenate[Tx, P], Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """
        A whole transaction in one go: `verb(tx, ...)`, which waits for nothing but `tx`; what it returns.

        SQLite does it in one visit to its thread, where `tx` takes one for each statement. There a caller who is
        cancelled does not stop it: it is committed all the same. Whoever must know uses `tx`.
        """
        async with self.tx() as tx:
            return await verb(tx, *args, **kwargs)

    @abstractmethod
    def look(self) -> AbstractAsyncContextManager[Tx]:
        """
        As `tx`, to read and nothing else: each statement for itself sees what was committed before it began.

        A transaction that only reads promises no more, and costs three times as much. Writing raises RuntimeError.
        """

    def connection(self) -> AbstractAsyncContextManager[Any]:
        """A driver's connection of one's own, outside the pool; PostgreSQL only."""
        raise DatabaseError("SQLite has one connection, and nobody else may have it")

    def alone(self, name: str) -> AbstractAsyncContextManager[None]:
        """Be the only one, over all processes on this database, who does what `name` says; PostgreSQL only."""
        raise DatabaseError(f"SQLite has no lock for {name}: there is only one process")

    async def now_ms(self) -> int | None:
        """The server's clock, in milliseconds since 1970; None on SQLite, which has none of its own."""
        return None

    @abstractmethod
    async def scrub(self) -> None:
        """
        Make words that a committed transaction erased unreadable in the file too.

        SQLite: the write-ahead log is emptied into the file, whose freed bytes are zeroes
        (secure_delete). PostgreSQL: the tables in which words rest are written anew, at most once in
        half a minute; its write-ahead log and its backups keep what they have (docs/reliability.md).
        """
