"""
`python -m tests.chaos.table FILE`: what `make chaos` recorded, as the table in docs/reliability.md.

Promises: writes only between its own two marks.
"""

import json
import sys
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- chaos: written by `make chaos` -->", "<!-- end of chaos -->"


def table(lines: list[dict[str, str]]) -> str:
    """Fault, what was tried, what survived."""
    rows = [f"| {line['group']} | {line['fault']} | {line['tried']} | {line['survived']} |" for line in lines]
    seeds, sizes = (", ".join(sorted({str(line[name]) for line in lines})) for name in ("seed", "size"))
    said = f"Seed {seeds}; {sizes} % of the full runs." if lines else "Nothing was run."
    return "\n".join(
        [said, "", "| group | fault | what was tried | what survived |", "|---|---|---|---|", *sorted(rows)]
    )


def main(record: Path) -> None:
    """Read the record, rewrite the section."""
    lines = [json.loads(line) for line in record.read_text("utf-8").splitlines()] if record.exists() else []
    text = DOCS.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    DOCS.write_text(f"{before}{BEGIN}\n{table(lines)}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
