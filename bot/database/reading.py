"""A SQLite connection that can look and not touch."""

import sqlite3

_LOOKING = {sqlite3.SQLITE_READ, sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_TRANSACTION}


def only_reading(connection: sqlite3.Connection) -> None:
    """Refuse every statement that changes something; `PRAGMA query_only` would refuse BEGIN IMMEDIATE as well."""
    connection.set_authorizer(lambda act, *_: sqlite3.SQLITE_OK if act in _LOOKING else sqlite3.SQLITE_DENY)
