"""
Plays another machine, then becomes the program named: `python kernels.py '{"missing": [...], "uid": ...}' PROGRAM ...`.

A kernel without a wall answers its system calls with an error; so does a filter that is put below the program. A
container has no user namespaces, no powers, no new privileges and a root that is read only.
"""

import errno
import json
import os
import sys

from bot.kernel import call, drop_capabilities, renounce, seccomp

NEWNS, PRIVATE, BIND, REMOUNT_READ_ONLY = 0x00020000, 0x44000, 0x1000, 0x1021


def unless(argument: int, value: int, code: int) -> seccomp.Check:
    """An error where the argument is this; all others are let through."""
    equal = seccomp._step(seccomp._JUMP_EQUAL, value, 0, 1)
    return seccomp._load(argument) + equal + failing(code) + seccomp.verdict(seccomp.ALLOWED)


def failing(code: int) -> seccomp.Check:
    """An error, whatever is asked."""
    return seccomp.verdict(seccomp.REFUSED & ~0xFFFF | code)


LACKING = {
    "Landlock": {"landlock_create_ruleset": failing(errno.ENOSYS)},
    "seccomp": {"prctl": unless(0, 22, errno.EINVAL)},
    "namespaces": {"unshare": failing(errno.EPERM)},
    "hidden memory": {"prctl": unless(0, 4, errno.EINVAL)},
    "no capabilities": {"capset": failing(errno.EPERM)},
}


def play(missing: list[str], uid: int, *, container: str) -> None:
    """From here on this process is on such a machine, as that user."""
    if container and os.geteuid() == 0:
        call("unshare", NEWNS)
        call("mount", b"none", b"/", None, PRIVATE, None)
        place = container.encode()
        call("mount", place, place, None, BIND, None)
        call("mount", b"none", b"/", None, REMOUNT_READ_ONLY, None)
    if uid != os.geteuid():
        drop = [*missing, "namespaces"] if container else missing
        filters(drop)
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    else:
        renounce()
        filters(missing)
    if container:
        renounce()
        drop_capabilities()


def filters(missing: list[str]) -> None:
    """One below the other: each is asked."""
    for name in sorted(missing, key="seccomp".__eq__):  # after that one there are no more
        seccomp.confine(LACKING[name], otherwise=seccomp.ALLOWED)


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    play(given["missing"], given["uid"], container=given["container"])
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - our own words
