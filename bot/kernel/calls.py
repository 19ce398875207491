"""System calls by name, through the C library's `syscall`."""

import ctypes
import errno
import os
import sys

from bot.kernel.numbers import NUMBERS

_MACHINES = ("x86_64", "aarch64")
_SYSCALL = ctypes.CDLL(None, use_errno=True).syscall
_SYSCALL.restype = ctypes.c_long


def machine() -> int | None:
    """Which column of the numbers is this machine's; None for other machines, and for other systems than Linux."""
    if sys.platform != "linux" or sys.maxsize < 1 << 32 or sys.byteorder != "little":
        return None
    name = os.uname().machine
    return _MACHINES.index(name) if name in _MACHINES else None


def number(name: str) -> int | None:
    """A system call's number here, None where there is no such call. Raises KeyError for a name that is not listed."""
    column = machine()
    return None if column is None else NUMBERS[name][column]


def call(name: str, *arguments: int | bytes | None) -> int:
    """What the kernel answers; bytes are handed over by address. Raises OSError, also where there is no such call."""
    at = number(name)
    if at is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), name)
    words = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
    answer = int(_SYSCALL(ctypes.c_long(at), *words))
    if answer < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), name)
    return answer


def prctl(option: int, *arguments: int | bytes) -> int:
    """`prctl(2)` with zeros for what is not said, which newer options insist on."""
    return call("prctl", option, *arguments, *(0,) * (4 - len(arguments)))
