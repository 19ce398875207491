"""The event loop of the bot, a process of its own, is as punctual under a flood of words as under ordinary ones."""

import pytest

from bench.late import INPUTS, measure

pytestmark = [pytest.mark.long]


@pytest.mark.parametrize("name", ["terms", "commas", "million"])
async def test_the_loop_is_as_punctual_under_a_flood_of_words(name: str) -> None:
    """Notes shown live that are made to hold the loop up hold it for no 50 ms longer than those of ordinary speech."""
    assert name in INPUTS
    assert await measure([name], rounds=2, notes=6) == 0
