"""The table as docs/reliability.md shows it: written by the long test, read by the quick one."""

from collections.abc import Mapping
from pathlib import Path

from tests.pages.section import Section
from tests.refusals.cells import SHAPES, STEPS

SECTION = Section(Path(__file__).parents[2] / "docs" / "reliability.md", "refusals", "tests/test_refusals.py")


def write(cells: Mapping[tuple[str, str], str]) -> None:
    """Put the table into its section."""
    SECTION.write(page(cells))


def page(cells: Mapping[tuple[str, str], str]) -> str:
    """A row for each way to be refused, a column for each step."""
    text = f"| Discord says | meaning | {' | '.join(STEPS)} |\n|---|---{'|---' * len(STEPS)}|\n"
    for shape in SHAPES:
        row = [cells[shape.name, step] for step in STEPS]
        text += f"| {shape.name} | {shape.meaning} | {' | '.join(row)} |\n"
    return text


def read() -> dict[tuple[str, str], str]:
    """The cells that stand on the page."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in SECTION.read().split("\n") if line]
    return {(row[0], step): cell for row in rows[2:] for step, cell in zip(STEPS, row[2:], strict=True)}
