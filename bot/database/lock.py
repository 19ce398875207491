"""
The lock beside a SQLite file: one Earshot process works on it at a time.

Two of them would take over each other's notes and holds. Hides flock. Promises: the kernel lets go of it when the
process ends, however it ends.
"""

import fcntl
import os
from pathlib import Path

from bot.database.advice import unwritable
from bot.database.base import DatabaseInUse


def take(path: Path) -> int:
    """
    Lock the database at `path` for this process; the descriptor to close when it is done.

    Raises DatabaseInUse, or DatabaseError where nothing can be written.
    """
    lock = path.with_name(path.name + ".lock")
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise unwritable(lock, error) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise DatabaseInUse(f"Another Earshot works on {path}; stop it first, or name another file") from error
    return descriptor
