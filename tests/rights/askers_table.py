"""The table of who may read what as docs/features.md shows it: written by the long test, read by the quick one."""

from collections.abc import Mapping
from pathlib import Path

from tests.pages.section import Section
from tests.rights.askers import ASKERS, DOORS

SECTION = Section(Path(__file__).parents[2] / "docs" / "features.md", "askers", "tests/test_rights_askers.py")
TEXT = """
Somebody posts a voice note in a channel. Mina asks for its words, in each way (columns), with each right to that
channel (rows); Jun may not see the channel, and reads along wherever she asks. What a row takes away is taken once the
note is there and, for buttons, once she has the button before her. Each cell was driven through the real bot; it says
what she saw. *words*: for everybody there; *words, alone*: seen by her only; *told why*: no words, but what is missing;
*not offered*: Discord shows her no such command; *quoted*: the earlier answer with its link, where the author posts the
same sound once more; *heard anew*: no trace of it; *other channel*, *below the note*: where words go that the server
sends into another channel; *nothing*: what is switched off says nothing by itself. **In no cell did anybody read what
they may not**: each message that Mina or Jun could see was held against the stand-in's own arithmetic of permissions.
"""


def write(cells: Mapping[tuple[str, str], str]) -> None:
    """Put the table into its section."""
    head = " | ".join(door.name for door in DOORS)
    text = f"{TEXT.strip()}\n\n| who asks | {head} |\n|---{'|---' * len(DOORS)}|\n"
    for asker in ASKERS:
        text += f"| {asker.name} | {' | '.join(cells[asker.name, door.name] for door in DOORS)} |\n"
    SECTION.write(text)


def read() -> dict[tuple[str, str], str]:
    """The cells that stand on the page."""
    lines = [line for line in SECTION.read().split("\n") if line.startswith("|")]
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {(row[0], door): cell for row in rows for door, cell in zip(head[1:], row[1:], strict=True)}
