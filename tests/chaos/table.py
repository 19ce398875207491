"""
`python -m tests.chaos.table FILE...`: what runs of `make chaos` recorded, as the table in docs/reliability.md.

Promises: writes only between its own two marks; of a fault tried more than once the largest run is told, and every
seed and size with which it was survived.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.pages.section import Section

SECTION = Section(Path(__file__).parents[2] / "docs" / "reliability.md", "chaos", "`make chaos-table`")
HEADS = ("group", "fault", "what was tried", "what survived", "seeds, at so many % of the full size")

Line = dict[str, Any]


def told(runs: Sequence[Line]) -> str:
    """One fault, whatever it was tried with."""
    most = max(runs, key=lambda run: run["size"])
    sizes = sorted({run["size"] for run in runs})
    seeds = {size: sorted({run["seed"] for run in runs if run["size"] == size}) for size in sizes}
    held = "; ".join(f"{', '.join(map(str, seeds[size]))} at {size}" for size in sizes)
    return f"| {most['group']} | {most['fault']} | {most['tried']} | {most['survived']} | {held} |"


def table(lines: Iterable[Line]) -> str:
    """A row for each fault."""
    faults: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        faults.setdefault((line["group"], line["fault"]), []).append(line)
    rows = [told(faults[fault]) for fault in sorted(faults)]
    return "\n".join([f"| {' | '.join(HEADS)} |", f"|{'---|' * len(HEADS)}", *rows])


def main(records: Sequence[Path]) -> None:
    """Read the records, rewrite the section."""
    lines = [json.loads(line) for record in records for line in record.read_text("utf-8").splitlines()]
    SECTION.write(table(lines))


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
