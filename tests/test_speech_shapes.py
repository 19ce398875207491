"""Each shape in which servers answer: the calls made, the words delivered, the cause told; docs/backends.md says so."""

import re
from pathlib import Path

import pytest

from bot.words import Words
from tests.conftest import World
from tests.world.openai.shapes import HALVES, SAID, SOUND, TABLES, Shape

PAGE = Path(__file__).parents[1] / "docs" / "backends.md"
TABLE = re.compile(r"^\| (It [^|]+) \| Calls \| Words \| Told \|\n\|[-:| ]+\|\n((?:\|.*\n)+)", re.MULTILINE)
EN = Words("en")


async def found(world: World, shape: Shape) -> tuple[int, str, str]:
    """The calls made for a note, which of its words are delivered, and the cause told to the host."""
    world.openai.script(shape.step, forever=True)

    def is_over() -> bool:  # a note for which nobody can pay waits until somebody can
        return bool(world.diary.of("note")) or "spend_limit" in [one.fault for one in world.diary.of("call_failed")]

    async with world.bot(live__enabled=str(shape.streams), live__from_seconds="1"):
        note = await world.mina.voice_note(world.general, SOUND)
        await world.diary.when(is_over)
        words = "all" if SAID in note.content else "some" if HALVES[0] in note.content else "none"
    failed = world.diary.of("call_failed")
    told = EN(f"brief.fault.{failed[-1].fault}") if failed else "—"
    return len(world.openai.calls), words, told


def rows() -> dict[str, dict[str, tuple[int, str, str]]]:
    """The tables of the page: of each, what it says of each shape."""
    told: dict[str, dict[str, tuple[int, str, str]]] = {}
    for head, body in TABLE.findall(PAGE.read_text("utf-8")):
        told[head] = {}
        for line in body.splitlines():
            name, calls, words, cause = (cell.strip() for cell in line.strip("|").split("|"))
            told[head][name] = (int(calls), words, cause)
    return told


CASES = [(head, name) for head, shapes in TABLES.items() for name in shapes]


@pytest.mark.parametrize(("head", "name"), CASES, ids=[name for _, name in CASES])
async def test_each_shape_ends_as_the_page_says(world: World, head: str, name: str) -> None:
    """So many calls, such words and such a cause are what the page promises of a server that answers so."""
    assert await found(world, TABLES[head][name]) == rows()[head][name]


def test_the_page_knows_every_shape() -> None:
    """Each table of the page has the shapes that are tried, in their order, and no others."""
    assert {head: list(shapes) for head, shapes in rows().items()} == {
        head: list(shapes) for head, shapes in TABLES.items()
    }
