"""
What a machine runs out of: room on a disk, open files, memory, processes.

Promises: tells trouble of that kind, which passes and is no note's fault, from every other.
"""

import errno
import os

# A file system that was made read-only, or answers with errors, is what SQLite, too, is asked again for.
_SHORT = frozenset(
    {
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOMEM,
        errno.EAGAIN,  # fork and new threads: no more processes
        errno.EROFS,
        errno.EIO,
    }
)
_NO_THREAD = "can't start new thread"  # CPython raises a plain RuntimeError


def shortage_of(trouble: BaseException) -> int | None:
    """What the machine is short of, as an error number, if that alone is the trouble; None for all else."""
    if isinstance(trouble, BaseExceptionGroup):
        found = [shortage_of(each) for each in trouble.exceptions]
        return found[0] if all(found) else None
    if isinstance(trouble, OSError):
        return trouble.errno if trouble.errno in _SHORT else None
    if isinstance(trouble, MemoryError):
        return errno.ENOMEM
    if isinstance(trouble, RuntimeError) and _NO_THREAD in str(trouble):
        return errno.EAGAIN
    return None


def shortage_in(text: str) -> int | None:
    """The error number that a program's last words name, if they are about a shortage."""
    return next((code for code in sorted(_SHORT - {errno.EIO}) if os.strerror(code) in text), None)
