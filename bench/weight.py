"""What processes weigh, as the kernel counts it: proportional set size, a shared page in parts."""

from contextlib import suppress
from pathlib import Path


def pss_of(pid: int) -> int:
    """A process's proportional set size in bytes, as the kernel counts it; 0 once it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def family_pss_of(pid: int) -> int:
    """The same of it and all that it started; a child that is about to become another program is still its parent."""
    return pss_of(pid) + sum(family_pss_of(child) for child in children_of(pid) if _stack_of(child) != _stack_of(pid))


def family_of(pid: int) -> list[int]:
    """A process and all that descend from it."""
    return [pid, *(one for child in children_of(pid) for one in family_of(child))]


def children_of(pid: int) -> list[int]:
    """The processes it has started that have not ended."""
    found: list[int] = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # the thread has ended meanwhile
            found += map(int, children.read_text().split())
    return found


def _stack_of(pid: int) -> str | None:
    """Where its stack begins: after a vfork at the same place as its parent's, since it is the same memory."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[25]
    except OSError:
        return None
