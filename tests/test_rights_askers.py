"""Who may read what, and how they ask: in each combination people see what they may, and nobody sees more."""

import logging
import os
from collections.abc import AsyncIterator
from itertools import product

import pytest

from tests.conftest import World
from tests.rights.askers import ASKERS, DOORS, Watch
from tests.rights.askers_table import read, write
from tests.rights.drive import FREELY, Progress

EVERY = list(product(ASKERS, DOORS))
SOME = [cell for number, cell in enumerate(EVERY) if number % 17 == 3]


@pytest.fixture
async def watch(world: World) -> AsyncIterator[Watch]:
    """The bot at work, and somebody who watches who reads what."""
    progress = Progress(world.discord.clock.bell)
    logging.getLogger("bot").addHandler(progress)
    world.discord.rates.off()
    async with world.bot(world.env(**FREELY, quota__repeat_hours="24")):
        yield Watch(world, world.folder, progress)
    logging.getLogger("bot").removeHandler(progress)


def test_the_page_has_every_asker_and_door() -> None:
    """docs/features.md says for each right and each way to ask what a person sees."""
    cells = read()

    assert set(cells) == {(asker.name, door.name) for asker, door in EVERY}
    assert all(cells.values())


async def test_some_who_ask_see_what_the_page_says(watch: Watch) -> None:
    """A few cells, driven anew, are as the page says, and nobody reads what they may not."""
    cells = read()
    seen = await watch.cells(SOME)

    assert seen == {cell: cells[cell] for cell in seen}


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_nobody_reads_what_they_may_not(watch: Watch) -> None:
    """All of them; with WRITE_RIGHTS set the page is written instead."""
    seen = await watch.cells(EVERY)
    if os.environ.get("WRITE_RIGHTS"):
        write(seen)

    assert seen == read()
