"""What processes weigh, as the kernel counts it: proportional set size, a shared page in parts."""

from pathlib import Path


def pss_of(pid: int) -> int:
    """A process's proportional set size in bytes, as the kernel counts it; 0 once it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def family_of(pid: int) -> list[int]:
    """A process and all that descend from it, but for who is about to become another program: that is still it."""
    found = [pid]
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                if _stack_of(int(child)) != _stack_of(pid):
                    found += family_of(int(child))
    except OSError:
        pass
    return found


def _stack_of(pid: int) -> str:
    """Where the stack of a process begins: after a vfork at the same place, since it is the same memory."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[25]
