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
    """A process and all that descend from it."""
    found = [pid]
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += family_of(int(child))
    except OSError:
        pass
    return found
