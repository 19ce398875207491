"""A SQLite connection that can look and not touch."""

import sqlite3

from bot.database.migrations import READ_VERSIONS, refuse_older, steps

_LOOKING = {sqlite3.SQLITE_READ, sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_TRANSACTION}
_VERSIONED = "SELECT 1 FROM sqlite_master WHERE name = 'schema_version'"


def only_reading(connection: sqlite3.Connection) -> None:
    """
    Refuse every statement that changes something; `PRAGMA query_only` would refuse BEGIN IMMEDIATE as well.

    Nor can it bring the schema up to date: raises DatabaseError where that is older, DatabaseTooNew where newer.
    """
    is_ours = connection.execute(_VERSIONED).fetchone() is not None
    rows = connection.execute(READ_VERSIONS).fetchall() if is_ours else []
    refuse_older(steps("sqlite"), [row["version"] for row in rows])
    connection.set_authorizer(lambda act, *_: sqlite3.SQLITE_OK if act in _LOOKING else sqlite3.SQLITE_DENY)
