"""
seccomp: which system calls a process may make.

Hides BPF. Promises: calls of another machine's numbering end the process, those of x32 do not exist; what is taken
away cannot be given back. Linux: Documentation/userspace-api/seccomp_filter.rst.
"""

from __future__ import annotations

import ctypes
import errno
import struct

from bot.kernel.calls import machine, number, prctl

TYPE_CHECKING = False  # typing's own would load `typing`
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2  # prctl.h, seccomp.h
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_AUDIT_ARCH = (0xC000003E, 0xC00000B7)  # audit.h
_X32 = 0x40000000
_LOAD, _JUMP_EQUAL, _JUMP_ABOVE, _JUMP_BITS, _MASK, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06  # bpf_common.h
_NUMBER_AT, _ARCH_AT, _ARGUMENTS_AT = 0, 4, 16  # struct seccomp_data

Check = bytes
"""Instructions that end with a verdict about one call, by its arguments."""

REFUSED = _ERROR | errno.EPERM
ABSENT = _ERROR | errno.ENOSYS
ALLOWED = _ALLOW


def verdict(value: int) -> Check:
    """Always the same."""
    return _step(_RETURN, value)


def one_of(argument: int, values: Iterable[int]) -> Check:
    """Allowed if the argument's low half is one of these."""
    tests = b"".join(_step(_JUMP_EQUAL, value, 0, 1) + verdict(_ALLOW) for value in values)
    return _load(argument) + tests + verdict(REFUSED)


def no_bits(argument: int, bits: int) -> Check:
    """Allowed if none of these bits is set in the argument's low half."""
    return _load(argument) + _step(_JUMP_BITS, bits, 1, 0) + verdict(_ALLOW) + verdict(REFUSED)


def exactly(argument: int, mask: int, value: int) -> Check:
    """Allowed if the argument's low half, behind the mask, is this."""
    return _load(argument) + _step(_MASK, mask) + _step(_JUMP_EQUAL, value, 0, 1) + verdict(_ALLOW) + verdict(REFUSED)


def nothing(argument: int) -> Check:
    """Allowed if both halves of the argument are 0: no address."""
    high = _step(_LOAD, _ARGUMENTS_AT + 8 * argument + 4) + _step(_JUMP_EQUAL, 0, 0, 1) + verdict(_ALLOW)
    return _load(argument) + _step(_JUMP_EQUAL, 0, 0, len(high) // 8) + high + verdict(REFUSED)


def confine(checks: Mapping[str, Check], *, otherwise: int) -> None:
    """
    Judges every system call of this thread from now on: by its check, or as `otherwise` says.

    Raises OSError where there is no seccomp, on another machine than x86_64 and aarch64, or before `renounce`.
    """
    column = machine()
    if column is None:
        raise OSError(errno.ENOSYS, "no list of system calls for this machine")
    program = _step(_LOAD, _ARCH_AT) + _step(_JUMP_EQUAL, _AUDIT_ARCH[column], 1, 0) + verdict(_KILL)
    program += _step(_LOAD, _NUMBER_AT) + _step(_JUMP_ABOVE, _X32, 0, 1) + verdict(ABSENT)
    for name, check in checks.items():
        if (at := number(name)) is not None:
            program += _step(_JUMP_EQUAL, at, 0, len(check) // 8) + check
    program += verdict(otherwise)
    kept = ctypes.create_string_buffer(program, len(program))
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, struct.pack("@HP", len(program) // 8, ctypes.addressof(kept)))


def _load(argument: int) -> bytes:
    return _step(_LOAD, _ARGUMENTS_AT + 8 * argument)


def _step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    """One instruction: `then` and `otherwise` say how many to skip."""
    return struct.pack("=HBBI", code, then, otherwise, value)
