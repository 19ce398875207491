"""
A folder for sounds in work, which does not outlive its process for long.

Hides locks and names. Promises: the folder is its owner's alone; it is gone when the block is left; what a process
that was killed left behind is gone when the next command of ours starts, whichever it is; a folder of a living process
is never touched. Sounds keep their names meanwhile: the decoder, in a process of its own, opens them by path.
"""

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "earshot-"
_LOCK = ".in-use"


@contextmanager
def open_scratch(parent: Path | None = None) -> Iterator[Path]:
    """A new private folder below `parent` (the system's temporary one); those of the dead there are removed first."""
    parent = parent or Path(tempfile.gettempdir())
    clear_the_dead(parent)
    with tempfile.TemporaryDirectory(dir=parent, prefix=_PREFIX) as made:
        folder = Path(made)
        # The kernel lets go of the lock when the process ends, however it ends. Renamed once locked: whoever sees
        # the file by its name can trust the lock on it.
        lock = os.open(folder / f"{_LOCK}-soon", os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            (folder / f"{_LOCK}-soon").rename(folder / _LOCK)
            yield folder
        finally:
            os.close(lock)


def clear_the_dead(parent: Path | None = None) -> None:
    """Remove what our killed processes left below `parent` (the system's temporary folder); raises nothing."""
    with suppress(OSError):
        for folder in (parent or Path(tempfile.gettempdir())).glob(f"{_PREFIX}*"):
            _remove_if_dead(folder)


def _remove_if_dead(folder: Path) -> None:
    """Nobody else's folder, none without our lock in it, and none whose lock somebody holds."""
    with suppress(OSError):
        facts = folder.lstat()
        if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid():
            return
        lock = os.open(folder / _LOCK, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(lock)
