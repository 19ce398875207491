"""Rights that are missing, kinds of messages, ways to wish for words: what people see in each combination."""

import logging
import os
from collections.abc import AsyncIterator
from itertools import product

import pytest

from tests.conftest import World
from tests.rights.cells import KINDS, MODES, RIGHTS
from tests.rights.drive import FREELY, Mouth, Progress, Stage
from tests.rights.table import read, write

EVERY = list(product(MODES, RIGHTS, KINDS))
SOME = [
    (MODES[0], RIGHTS[6], KINDS[5]),
    (MODES[1], RIGHTS[5], KINDS[0]),
    (MODES[2], RIGHTS[2], KINDS[0]),
    (MODES[4], RIGHTS[3], KINDS[0]),
]


@pytest.fixture
async def stage(world: World) -> AsyncIterator[Stage]:
    """The bot at work, and rooms to watch it in."""
    world.openai.ears = Mouth()
    # Whoever waits for Discord to show something is woken by what the bot logs, too.
    progress = Progress(world.discord.world.clock.bell)
    logging.getLogger("bot").addHandler(progress)
    async with world.bot(world.env(**FREELY)):
        stage = Stage(world, world.folder, progress)
        await stage.set()
        yield stage
    logging.getLogger("bot").removeHandler(progress)


def test_the_page_has_every_cell() -> None:
    """docs/features.md says for each right, kind and way what a person sees; silence is what Discord itself keeps."""
    cells = read()

    assert set(cells) == {(mode.name, right.name, kind.name) for mode, right, kind in EVERY}
    assert all(cells.values())
    assert {right for (_, right, _), seen in cells.items() if seen == "nothing"} == {"View Channel"}


async def test_the_page_is_fresh(stage: Stage) -> None:
    """A few cells, driven anew, are as the page says."""
    cells = read()
    seen = await stage.cells(SOME)

    assert seen == {cell: cells[cell] for cell in seen}


@pytest.mark.long
@pytest.mark.timeout(1_200)
async def test_every_cell_is_as_the_page_says(stage: Stage) -> None:
    """All of them; with WRITE_RIGHTS set the page is written instead."""
    seen = await stage.cells(EVERY)
    if os.environ.get("WRITE_RIGHTS"):
        write(seen)

    assert seen == read()
