"""A SQLite connection that can look and not touch."""

import sqlite3

from bot.database.migrations import READ_VERSIONS, lacking, refuse_older, steps

_LOOKING = {sqlite3.SQLITE_READ, sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_TRANSACTION}
_VERSIONED = "SELECT 1 FROM sqlite_master WHERE name = 'schema_version'"


def only_reading(connection: sqlite3.Connection) -> None:
    """
    Refuse every statement that changes something; `PRAGMA query_only` would refuse BEGIN IMMEDIATE as well.

    Nor can it bring the schema up to date: raises DatabaseError where that is older, DatabaseTooNew where newer.
    """
    refuse_older(steps("sqlite"), _made(connection))
    _refuse_changes(connection)


def look_and_not_touch(connection: sqlite3.Connection) -> tuple[int, int] | None:
    """
    The same, of whatever schema it is: that, and the one a start would bring it to; None where it is today's.

    Raises DatabaseTooNew.
    """
    lacks = lacking(steps("sqlite"), _made(connection))
    _refuse_changes(connection)
    return lacks


def _made(connection: sqlite3.Connection) -> list[int]:
    is_ours = connection.execute(_VERSIONED).fetchone() is not None
    rows = connection.execute(READ_VERSIONS).fetchall() if is_ours else []
    return [row["version"] for row in rows]


def _refuse_changes(connection: sqlite3.Connection) -> None:
    connection.set_authorizer(lambda act, *_: sqlite3.SQLITE_OK if act in _LOOKING else sqlite3.SQLITE_DENY)
