"""
Numbered steps from an empty database to the current schema.

Hides the files in bot/migrations: `0001_start.sql` is plain SQL that both engines accept;
`0001_start.sqlite.sql` and `0001_start.postgresql.sql` follow it with what each must say in its
own words (triggers). Promises: every step runs once, in order; a database that has seen a step
we do not know is refused.
"""

import logging
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.database.base import DatabaseError, DatabaseTooNew, Engine

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent.parent / "migrations"

CREATE_VERSION = "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY, name TEXT NOT NULL)"
READ_VERSIONS = "SELECT version FROM schema_version"


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered change of the schema."""

    version: int
    name: str
    script: str

    @property
    def record(self) -> str:
        """The statement that remembers this step was made."""
        return f"INSERT INTO schema_version (version, name) VALUES ({self.version}, '{self.name}')"  # noqa: S608  # both come from our own file's name


def steps(engine: Engine, folder: Path = FOLDER) -> list[Step]:
    """Every step for this engine, in order."""
    found = []
    for shared in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql")):
        if shared.stem.count("."):
            continue
        own = shared.with_suffix(f".{engine}.sql")
        script = shared.read_text(encoding="utf-8") + (own.read_text(encoding="utf-8") if own.exists() else "")
        number, _, name = shared.stem.partition("_")
        found.append(Step(int(number), name, script))
    return found


def pending(known: list[Step], made: Collection[int]) -> list[Step]:
    """
    The steps a database still needs that has seen the steps `made`; raises DatabaseTooNew.

    Not "all above the highest": a step that was written first may be merged last.
    """
    newest = max((step.version for step in known), default=0)
    if strange := set(made) - {step.version for step in known}:
        raise DatabaseTooNew(
            f"The database has schema {max(strange)}, this Earshot knows only {newest}: "
            "start the newer Earshot, or restore a backup from before its upgrade"
        )
    return [step for step in known if step.version not in made]


def refuse_older(known: list[Step], made: Collection[int]) -> None:
    """Raise DatabaseError for a database that lacks steps, for who may only read it; DatabaseTooNew as `pending`."""
    if pending(known, made):
        raise DatabaseError(
            f"The database has schema {max(made, default=0)}, this Earshot needs {known[-1].version}: "
            "start the bot once, it brings it up to date"
        )


def lacking(known: list[Step], made: Collection[int]) -> tuple[int, int] | None:
    """The schema a database has, and the one it would be brought to; None where that is the same. As `pending`."""
    return (max(made, default=0), known[-1].version) if pending(known, made) else None


def tell(made: Collection[int], added: Collection[Step]) -> None:
    """Log that a database was changed; one that was just made has nothing to tell."""
    if made and added:
        new = max(*made, *(step.version for step in added))
        log.info("Database changed from schema %s to %s", max(made), new, extra={"action": "migrated"})


def statements(script: str) -> Iterator[str]:
    """A script's statements, for SQLite: executescript would commit first, and a trigger holds semicolons."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
