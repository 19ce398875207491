"""What to do when a database cannot be opened: a sentence for each of the common reasons; no password is in any."""

import os
import pwd
from pathlib import Path

from bot.database.base import DatabaseDown, DatabaseError


def unwritable(path: Path, error: OSError) -> DatabaseError:
    """SQLite needs to write `path`, and cannot."""
    folder = path.parent.resolve()
    if isinstance(error, FileNotFoundError):
        why = f"there is no folder {folder}. Make it, or name another file in DATABASE_URL"
    elif isinstance(error, PermissionError):
        why = f"the user {_me()} may not write in the folder {folder}. Give it to that user, or change DATABASE_URL"
    else:
        why = f"{error.strerror} (DATABASE_URL says where the file is)"
    return DatabaseError(f"SQLite: {path} cannot be written: {why}")


def no_database(path: Path) -> DatabaseError:
    """What lies there is something else, or was damaged."""
    return DatabaseError(
        f"SQLite: {path} is not a database, or a damaged one: restore a backup (python -m bot restore FILE), "
        "or move the file away and start anew"
    )


def unreached(error: DatabaseError) -> DatabaseError:
    """PostgreSQL did not let us in, or was not there."""
    if isinstance(error, DatabaseDown):
        return DatabaseDown(f"{error}. Is it running? DATABASE_URL says where it is looked for")
    return DatabaseError(f"{error}. DATABASE_URL names the user, the password and the database")


def misread() -> DatabaseError:
    """The address cannot be taken apart; most often a password stands in it as it is."""
    return DatabaseError(
        "PostgreSQL: DATABASE_URL cannot be read. Write it as postgresql://user:password@host:5432/database; "
        "signs such as @ : / # in the password are written %40 %3A %2F %23"
    )


def _me() -> str:
    number = os.geteuid()
    try:
        return f"{pwd.getpwuid(number).pw_name} ({number})"
    except KeyError:  # in a container nobody need have a name
        return str(number)
