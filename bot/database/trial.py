"""
Whether SQLite could make a database where there is none yet.

Hides a folder that is gone afterwards. Promises: nothing new lies beside where the database is to be.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.database.advice import unwritable

_SQLITE = "sqlite:///"


@contextmanager
def trial(url: str) -> Iterator[str]:
    """The address itself; or, where a SQLite file is absent, one beside it that is gone again. Raises DatabaseError."""
    path = Path(url.removeprefix(_SQLITE))
    if not url.startswith(_SQLITE) or not path.name or path.exists():
        yield url
        return
    try:
        folder = tempfile.mkdtemp(prefix=".earshot-", dir=path.parent)
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        yield f"{_SQLITE}{Path(folder) / path.name}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
