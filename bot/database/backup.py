"""
A copy of a SQLite database while the bot works on it, and the way back.

Hides SQLite's online copy. Promises: a copy is whole (checked) or not there; readable by its owner only;
nobody's words and no token are in its bytes; what a restore replaces is kept beside it.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from bot.database.base import DatabaseError
from bot.database.lock import take
from bot.database.migrations import READ_VERSIONS, pending, steps

_PATIENCE_S = 10.0
_BESIDE = ("", "-wal", "-shm")
_STAMP = """
INSERT INTO chore (name, at_ms) VALUES ('backup', ?) ON CONFLICT (name) DO UPDATE SET at_ms = excluded.at_ms
"""


def back_up(url: str, to: Path, *, forget: Sequence[str], now_ms: int) -> int:
    """
    Copy the database to the new file `to`, run the statements `forget` on the copy; its size in bytes.

    The copy says when it was made.

    The bot may run meanwhile, and is not kept waiting. Raises DatabaseError.
    """
    source = _file(url)
    if not source.is_file():
        raise DatabaseError(f"There is no database at {source} yet: start the bot once, or set DATABASE_URL")
    if to.exists():
        raise DatabaseError(f"{to} exists already: name a new file, so that no backup is overwritten")
    draft = to.with_name(to.name + ".unfinished")
    with _ours(to):
        try:
            os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        except OSError as error:
            raise DatabaseError(_no_place(to, source, error)) from error
        try:
            _copy(source, draft, forget)
            _stamp(draft, now_ms)
            draft.rename(to)
        finally:
            draft.unlink(missing_ok=True)
    return to.stat().st_size


def bring_back(url: str, backup: Path) -> Path | None:
    """
    Put a backup in the database's place; where the old one lies now, None if there was none.

    The bot must be stopped. Raises DatabaseInUse while it is not, DatabaseTooNew, DatabaseError.
    """
    target = _file(url)
    if not backup.is_file():
        raise DatabaseError(f"There is no backup at {backup}")
    lock = take(target)
    draft = target.with_name(target.name + ".restoring")
    try:
        with _ours(backup):
            _check(backup)
            draft.unlink(missing_ok=True)
            os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            _copy(backup, draft, ())
            kept = _set_aside(target)
            draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)
        os.close(lock)
    return kept


def moments(backup: Path) -> tuple[int | None, int]:
    """
    When a backup was made, and the moment of the last wish it knows; milliseconds since 1970, 0: none.

    Of a backup by a release that did not write it down, the latest moment in its journal; None: it has none. Raises
    DatabaseError.
    """
    if not backup.is_file():
        raise DatabaseError(f"There is no backup at {backup}")
    with _ours(backup), closing(sqlite3.connect(f"{backup.resolve().as_uri()}?mode=ro", uri=True)) as copy:
        tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        known = dict(copy.execute("SELECT name, at_ms FROM chore")) if "chore" in tables else {}
        latest = copy.execute("SELECT max(at_ms) FROM entry").fetchone()[0] if "entry" in tables else None
    return known.get("backup", latest), known.get("wishes", 0)


def _stamp(copy: Path, now_ms: int) -> None:
    """Have a copy say when it was made; one of a release that has no place for it says nothing."""
    with closing(sqlite3.connect(copy)) as books:
        if books.execute("SELECT 1 FROM sqlite_master WHERE name = 'chore'").fetchone() is not None:
            books.execute(_STAMP, (now_ms,))
            books.commit()


def _no_place(to: Path, source: Path, error: OSError) -> str:
    better = source.resolve().parent / to.name
    advice = f"Name a file in a folder it may write in, such as {better}"
    if better == to.resolve():
        advice = "Name a file in a folder that is there, and that it may write in"
    return f"{to} cannot be written: {error.strerror}. {advice}"


def _file(url: str) -> Path:
    if not url.startswith("sqlite:///"):
        raise DatabaseError("This is for SQLite; with PostgreSQL use pg_dump and pg_restore, see docs/backup.md")
    return Path(url.removeprefix("sqlite:///"))


def _copy(source: Path, to: Path, forget: Sequence[str]) -> None:
    address = f"{source.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=_PATIENCE_S)) as old, closing(sqlite3.connect(to)) as new:
        old.backup(new, pages=-1)  # in one read: in parts, each write of the bot's would begin it anew
        new.execute("PRAGMA journal_mode = DELETE")
        new.execute("PRAGMA secure_delete = ON")
        for statement in forget:
            new.execute(statement)
        new.commit()
        new.execute("VACUUM")
    _check(to)


def _check(path: Path) -> None:
    """Raise DatabaseError where a file is no sound database of ours, or a newer Earshot's."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as copy:
        (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            raise DatabaseError(f"{path} is damaged: {verdict}")
        pending(steps("sqlite"), [version for (version,) in copy.execute(READ_VERSIONS)])


def _set_aside(target: Path) -> Path | None:
    """Move the database away with what SQLite keeps beside it; an old log would spoil the new file."""
    number = next(n for n in range(1, 10_000) if not target.with_name(f"{target.name}.old{n}").exists())
    kept = target.with_name(f"{target.name}.old{number}")
    for ending in _BESIDE:
        old = target.with_name(target.name + ending)
        if old.exists():
            old.rename(kept.with_name(kept.name + ending))
    return kept if kept.exists() else None


@contextmanager
def _ours(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise DatabaseError(f"SQLite: {path}: {error}") from error
    except OSError as error:
        raise DatabaseError(f"{path} cannot be written: {error.strerror}") from error
