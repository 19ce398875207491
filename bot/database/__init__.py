"""
One SQL text on two engines: SQLite in one file, or PostgreSQL.

Hides both drivers, the thread SQLite needs, parameter styles, pools, locks and migrations; no
other room opens a connection. Promises: `open_database` hands out a database whose schema is
current, and closes it; a SQLite file has one Earshot process at a time; a failure is a
`DatabaseError` with a sentence for people. The drivers are imported only when used.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.database.base import Database, DatabaseDown, DatabaseError, DatabaseInUse, DatabaseTooNew, Row, Tx
from bot.database.order import is_watched, watched

__all__ = [
    "Database",
    "DatabaseDown",
    "DatabaseError",
    "DatabaseInUse",
    "DatabaseTooNew",
    "Row",
    "Tx",
    "open_database",
    "watched",
]


@asynccontextmanager
async def open_database(url: str, *, to_read: bool = False, as_it_is: bool = False) -> AsyncIterator[Database]:
    """
    Open `sqlite:///relative.db`, `sqlite:////absolute.db` or `postgresql://...` and migrate it.

    `to_read` opens it beside the bot that works on it: its schema must be today's; on SQLite nothing can be written.
    `as_it_is` opens it to look at, whatever its schema (`Database.lacks`), and changes nothing.

    SQLite in memory is refused: bills and open notes must survive a restart. Raises
    DatabaseInUse, DatabaseTooNew or DatabaseError.
    """
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite" and rest.startswith("/"):
        path = rest[1:]
        if path in {"", ":memory:"}:
            raise DatabaseError(
                "DATABASE_URL: SQLite in memory would forget bills and open notes; name a file, like sqlite:///earshot.db"
            )
        from bot.database.sqlite import open_sqlite  # noqa: PLC0415  # a PostgreSQL run never loads it

        async with open_sqlite(path, to_read=to_read, as_it_is=as_it_is) as database:
            database.is_watched = is_watched()
            yield database
    elif scheme in {"postgresql", "postgres"}:
        from bot.database.postgresql import open_postgresql  # noqa: PLC0415  # asyncpg costs a SQLite run nothing

        async with open_postgresql(url, to_read=to_read, as_it_is=as_it_is) as database:
            database.is_watched = is_watched()
            yield database
    else:
        raise DatabaseError(
            "DATABASE_URL: begin with sqlite:/// (a file, like sqlite:///earshot.db) or postgresql:// (a server)"
        )
