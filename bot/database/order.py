"""
The one order in which transactions take locks, and the check that each keeps to it.

Two transactions that lock the same rows in different orders can wait for each other for ever. Only PostgreSQL would
show it, and only under load; a database that `watched` saw opened shows it in every test. Promises: a table without a
place in the order, a note locked after one with a later key, a row of a note whose note is not locked: each is a
RuntimeError before the statement runs.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

# Tables by the turn in which a transaction may lock their rows. What is read without a lock has no turn.
ORDER = (
    *("lease", "chore", "leaving", "left_guild", "opted_out", "choice", "calendar"),
    "note",  # by key, the smaller one first; then its own rows, in any order: who has the note has them
    *("offer", "trace", "unwanted"),
    *("original", "charge", "account", "entry", "expense"),  # within the ledger see there
    *("breaker", "decision", "allowance", "hashed", "forgotten"),
    *("refusal", "pace", "told", "seen"),
)
_APPENDED = frozenset({"refusal", "pace"})  # no key: whoever adds a row waits for nobody
OF_NOTE = frozenset({"ask", "reply", "heard", "decided"})
# One row, and nothing with it; and the queue engine's books of what is over.
_FREE = frozenset({"schema_version", "pgqueuer_log", "pgqueuer_statistics"})
_RANK = {table: rank for rank, table in enumerate(ORDER)}
# The first such word of a statement, which may begin with a table of its own (WITH).
_WRITES = re.compile(r"\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+(\w+)", re.IGNORECASE)
_LOCKS = re.compile(r"\bFROM\s+(\w+)\b.*\bFOR\s+UPDATE\b", re.IGNORECASE | re.DOTALL)
_NAMES = re.compile(r"(?<![:\w]):(key|note_key|k\d+)\b")

_WATCHED: ContextVar[bool] = ContextVar("watched", default=False)


@contextmanager
def watched() -> Iterator[None]:
    """Every database that is opened meanwhile has the order of its locks checked."""
    token = _WATCHED.set(True)
    try:
        yield
    finally:
        _WATCHED.reset(token)


def is_watched() -> bool:
    """Whether a database that is opened now is to be checked."""
    return _WATCHED.get()


@lru_cache(maxsize=1024)
def locked_by(sql: str) -> tuple[str, tuple[str, ...]] | None:
    """The table whose rows a statement locks, and the parameters that name notes; None where it locks nothing."""
    if (found := _WRITES.search(sql)) is not None:
        how, table = found[1].upper(), found[2].lower()
    elif (found := _LOCKS.search(sql)) is not None:
        how, table = "SELECT", found[1].lower()
    else:
        return None
    if table in _FREE or (table in _APPENDED and how.startswith("INSERT")):
        return None
    return table, tuple(dict.fromkeys(_NAMES.findall(sql)))


class Order:
    """What one transaction has locked so far."""

    def __init__(self) -> None:
        self._notes: set[str] = set()
        self._tables: dict[str, int] = {}

    def check(self, sql: str, rows: Sequence[Any]) -> None:
        """Raise RuntimeError for a statement that locks out of turn; `rows` are its parameters, once for each run."""
        if (found := locked_by(sql)) is None or not rows:
            return
        table, names = found
        keys = sorted({str(row[name]) for row in rows for name in names if row.get(name) is not None})
        if table in OF_NOTE:
            self._of_note(table, keys)
        elif table == "note":
            self._lock_notes(keys)
        elif not (table == "expense" and all(self._is_line_of_note(row) for row in rows)):
            self._in_turn(table)

    def _lock_notes(self, keys: Sequence[str]) -> None:
        new = [key for key in keys if key not in self._notes]
        if not new and self._notes:
            return
        self._in_turn("note")
        if self._notes and new and new[0] < max(self._notes):
            raise RuntimeError(f"note {new[0]} must be locked before note {max(self._notes)}")
        self._notes.update(new)

    def _of_note(self, table: str, keys: Sequence[str]) -> None:
        if stray := set(keys) - self._notes or (not self._notes and not keys):
            raise RuntimeError(f"{table} is locked, and its note is not: {stray or 'none is'}")

    def _is_line_of_note(self, row: Any) -> bool:
        return re.split("[/@]", str(row.get("id", "")))[0] in self._notes

    def _in_turn(self, table: str) -> None:
        if table not in _RANK:
            raise RuntimeError(f"the table {table} has no place in the order of locks (bot/database/order.py)")
        latest = max(self._tables, key=lambda name: self._tables[name], default=None)
        if latest is not None and _RANK[table] < self._tables[latest] and table not in self._tables:
            raise RuntimeError(f"{table} must be locked before {latest}")
        if table == "note" and latest is not None and _RANK[table] < self._tables[latest]:
            raise RuntimeError(f"another note is locked after {latest}")
        self._tables[table] = _RANK[table]
