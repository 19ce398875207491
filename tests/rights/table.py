"""The tables as docs/features.md shows them: written by the long test, read by the quick one."""

import re
from collections.abc import Mapping
from pathlib import Path

from tests.pages.section import Section
from tests.rights.cells import KINDS, MODES, RIGHTS

SECTION = Section(Path(__file__).parents[2] / "docs" / "features.md", "rights", "tests/test_rights.py")
TEXT = """
Each permission is taken away in turn, each kind of message is posted, and the words are wished for in each way. Every
cell was driven through the real bot in a channel of its own; it says what the one who posted saw. *reply*: the words
below the note; *message*: the words in the channel, not as a reply; *answer*: the words as the answer to the command;
*alone*: the words, seen by that person only; *5 times*: in so many messages; *with file*: its beginning, and the whole
as `transcript.txt`; *told why*: no words, but what is missing and who can mend it; *nothing*: Discord does not tell the
bot of messages in channels it cannot view. No words were lost in any cell. Where a missing right moves
the words, the people who manage the server are told once (`test_what_may_not_stand_there_stands_below_the_note`).
"""
Cell = tuple[str, str, str]  # the names of mode, right and kind


def write(cells: Mapping[Cell, str]) -> None:
    """Put the tables into their section."""
    SECTION.write(page(cells))


def page(cells: Mapping[Cell, str]) -> str:
    """One table for each way to wish for words."""
    text = TEXT.lstrip()
    for mode in MODES:
        text += f"\n### {mode.name}\n\nAfter the note is posted, {mode.told}.\n\n"
        text += f"| without | {' | '.join(kind.name for kind in KINDS)} |\n|---{'|---' * len(KINDS)}|\n"
        for right in RIGHTS:
            row = [cells[mode.name, right.name, kind.name] for kind in KINDS]
            text += f"| {right.name} | {' | '.join(row)} |\n"
    return text


def read() -> dict[Cell, str]:
    """The cells that stand on the page."""
    found: dict[Cell, str] = {}
    for mode, body in re.findall(r"^### ([^\n]+)\n(.*?)(?=^### |\Z)", SECTION.read(), re.MULTILINE | re.DOTALL):
        head, _, *rows = [
            [cell.strip() for cell in line.strip("|").split("|")] for line in body.split("\n") if line.startswith("|")
        ]
        found |= {(mode, row[0], kind): cell for row in rows for kind, cell in zip(head[1:], row[1:], strict=True)}
    return found
