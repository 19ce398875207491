"""
Landlock: a process that may touch the files on a list, and nothing else.

Hides versions: what this kernel's Landlock cannot forbid stays allowed. Promises: besides files, no TCP where it knows
it (version 4), and no signals and abstract sockets outwards (version 6); processes outside cannot be traced or read.
Linux: Documentation/userspace-api/landlock.rst, include/uapi/linux/landlock.h.
"""

from __future__ import annotations

import os
import struct

from bot.kernel.calls import call

TYPE_CHECKING = False  # typing's own would load `typing`
if TYPE_CHECKING:
    from collections.abc import Iterable

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_DIR, MAKE_REG, MAKE_SYM, TRUNCATE = 1 << 7, 1 << 8, 1 << 12, 1 << 14
ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE  # all others are rights on folders
READ = READ_FILE | READ_DIR
RUN = READ | EXECUTE
CHANGE = READ | WRITE_FILE | TRUNCATE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_SYM
_FILE_RIGHTS = (0, 13, 14, 15, 15, 16)  # how many there are, by version
_NETWORK, _SCOPES = 4, 6  # the versions that brought them
_ALL_TCP, _ALL_SCOPES = 0b11, 0b11
_ASK_VERSION, _PATH_BENEATH = 1, 1
_KIND, _FOLDER = 0o170000, 0o040000  # inode(7)


def version() -> int:
    """Which Landlock this kernel has; 0 for none."""
    try:
        return call("landlock_create_ruleset", None, 0, _ASK_VERSION)
    except OSError:
        return 0


def confine(rules: Iterable[tuple[str, int]]) -> int:
    """
    Leaves this thread the rights named for each path (and for what is below it); paths that are not there are left out.

    The version that took hold. Raises OSError where there is no Landlock, or before `renounce`.
    """
    abi = call("landlock_create_ruleset", None, 0, _ASK_VERSION)
    handled = (1 << _FILE_RIGHTS[min(abi, len(_FILE_RIGHTS) - 1)]) - 1
    fields = [handled, _ALL_TCP if abi >= _NETWORK else 0, _ALL_SCOPES if abi >= _SCOPES else 0]
    known = 3 if abi >= _SCOPES else 2 if abi >= _NETWORK else 1
    ruleset = call("landlock_create_ruleset", struct.pack(f"={known}Q", *fields[:known]), known * 8, 0)
    try:
        for path, rights in rules:
            _allow(ruleset, path, rights & handled)
        call("landlock_restrict_self", ruleset, 0)
    finally:
        os.close(ruleset)
    return abi


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        is_folder = os.fstat(place).st_mode & _KIND == _FOLDER
        rule = struct.pack("=Qi", rights if is_folder else rights & ON_FILES, place)
        call("landlock_add_rule", ruleset, _PATH_BENEATH, rule, 0)
    finally:
        os.close(place)
