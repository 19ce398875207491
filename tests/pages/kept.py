"""docs/privacy.md, "What is kept": a line for each reason, as bot/kept.py has it."""

from pathlib import Path

from bot.kept import LINES
from tests.pages.section import Section

PAGE = Path(__file__).parents[2] / "docs" / "privacy.md"
SECTION = Section(PAGE, "what is kept", "`make pages` from bot/kept.py")


def table() -> str:
    """The table, in Markdown."""
    lines = ["| what | why | how long |", "| --- | --- | --- |"]
    return "\n".join([*lines, *(f"| {line.what} | {line.why} | {line.how_long} |" for line in LINES.values())])
