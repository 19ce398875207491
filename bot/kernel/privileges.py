"""Privileges given up for good, and the memory that no longer shows."""

import os
import struct
import sys

from bot.kernel.calls import call, prctl

PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 4, 24, 38, 47  # prctl.h
PR_CAP_AMBIENT_CLEAR_ALL = 4
CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWNET = 0x08000000, 0x10000000, 0x40000000  # sched.h
CAP_DAC_READ_SEARCH = 2  # capability.h
CAPABILITY_VERSION_3 = 0x20080522
CAPABILITIES = 64


def hide_memory() -> bool:
    """
    Makes the process one whose memory and environment no other process of its user can open; whether that worked.

    It then leaves no core dump, and debuggers and profilers need root: prctl(2), PR_SET_DUMPABLE. A program that it
    starts is not hidden by it.
    """
    if sys.platform != "linux":
        return False
    try:
        prctl(PR_SET_DUMPABLE, 0)
    except OSError:
        return False
    return True


def renounce() -> None:
    """No program started from here gets more rights by being started (no-new-privs). Raises OSError."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def leave_network() -> None:
    """
    Goes where there is no network and no memory shared with others: new namespaces, for one thread alone.

    Users other than root need a user namespace for it, in which they stay who they are. Raises OSError where the kernel
    or a container's rules forbid it.
    """
    uid, gid = os.geteuid(), os.getegid()
    if uid == 0:
        call("unshare", CLONE_NEWNET | CLONE_NEWIPC)
        return
    call("unshare", CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC)
    for name, line in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(line)


def drop_capabilities() -> None:
    """
    Gives up root's powers one by one, and those a user namespace brought. Raises OSError.

    Root keeps reading what others own: a host may have files put to the bot that are not root's.
    """
    kept = 1 << CAP_DAC_READ_SEARCH if os.geteuid() == 0 else 0
    for capability in range(CAPABILITIES):
        if not kept >> capability & 1:
            try:
                prctl(PR_CAPBSET_DROP, capability)
            except OSError:  # the kernel knows fewer, or there is nothing to drop
                break
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    header = struct.pack("=Ii", CAPABILITY_VERSION_3, 0)
    try:
        call("capset", header, struct.pack("=6I", kept, kept, 0, 0, 0, 0))
    except OSError:  # a container's root never had it
        call("capset", header, bytes(24))
