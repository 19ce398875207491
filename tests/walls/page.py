"""The table of docs/security.md: what a decoder that was taken over reaches, wall by wall."""

from collections.abc import Iterator
from pathlib import Path

from tests.pages.section import Section
from tests.walls.decoder import TRIES
from tests.walls.trial import COLUMNS, ROWS, Column, reached

SECTION = Section(Path(__file__).parents[2] / "docs" / "security.md", "the walls", "`python -m tests.walls`")
WHO = {"user": "an ordinary user", "container": "a container's user", "root": "root"}
HEAD = """
{tries} tries of a decoder that somebody has taken over, on Linux {kernel} (Landlock {landlock}):

| The bot runs as | Walls | What it reaches |
| --- | --- | --- |
"""


def page(kernel: str, landlock: int) -> str:
    """What stands between the marks."""
    return HEAD.lstrip().format(tries=len(TRIES), kernel=kernel, landlock=landlock) + "\n".join(_rows()) + "\n"


def line(column: Column, found: frozenset[str]) -> str:
    """One row: the rows of tries by name, in which something was reached."""
    names = [name for name, tries in ROWS.items() if found & set(tries)]
    walls = str(column).partition(": ")[2]
    said = "; ".join(names) if names else "nothing"
    if not column.walls:
        said = f"{len(found)} of them: {said}"
    return f"| {WHO[column.who]} | {walls} | {said} |"


def _rows() -> Iterator[str]:
    for column in COLUMNS:
        yield line(column, reached(column))
