"""Many notes at once against a month that is nearly over: the limit holds, and only what fits is ever sent."""

import asyncio
from collections import Counter
from collections.abc import Callable

import pytest

from tests.conftest import WORDS, World
from tests.world.discord import Answer

MANY = {"EARSHOT_RATE__MEMBER_PER_MINUTE": "1000", "EARSHOT_RATE__GUILD_PER_MINUTE": "1000"}
MINUTE_MS = 60_000


async def rush(world: World, notes: list[bytes], *, seconds: float | None) -> list[Answer]:
    """Everybody posts at once, each in a channel of their own; their answers."""
    world.discord.rates.off()
    rooms = [world.home.channel(f"room-{number}") for number in range(len(notes))]
    posted = [
        await world.mina.voice_note(room, (f"{number}.ogg", data), seconds=seconds)
        for number, (room, data) in enumerate(zip(rooms, notes, strict=True))
    ]
    await asyncio.gather(*(note.wait(seconds=60) for note in posted))
    return posted


async def test_sixty_four_notes_race_for_ten_minutes(world: World, spoken: Callable[[int], bytes]) -> None:
    """Of 64 notes of a minute each, with ten minutes left, ten are heard; 54 are refused before any call."""
    async with world.bot(world.env(quota__guild_minutes="10") | MANY):
        # Declared as a second each: the early gate lets them all pass, so the hold itself is what they race for.
        answers = await rush(world, [spoken(60)] * 64, seconds=1)

    told = Counter("heard" if WORDS in one.content else "over" for one in answers if one.content)
    assert told == {"heard": 10, "over": 54}
    assert all("This server's month is not enough" in one.content for one in answers if WORDS not in one.content)
    assert len(world.openai.calls) == 10
    assert world.minutes == (10 * MINUTE_MS, 0)
    assert world.rows("SELECT count(*) FROM refusal WHERE ending = 'OverQuota'") == [(54,)]


async def test_notes_that_tell_the_truth_race_as_well(world: World, spoken: Callable[[int], bytes]) -> None:
    """The same with honest lengths: what the early gate already knows to be too much is not even downloaded."""
    async with world.bot(world.env(quota__guild_minutes="3") | MANY):
        first = await rush(world, [spoken(60)] * 3, seconds=None)
        before = len(world.discord.cdn.requests)
        late = await (await world.mina.voice_note(world.general, ("late.ogg", spoken(60)))).wait()

    assert all(WORDS in one.content for one in first)
    assert "not enough" in late.content
    assert len(world.discord.cdn.requests) == before
    assert len(world.openai.calls) == 3


@pytest.mark.long
async def test_mixed_lengths_never_pass_the_limit(world: World, spoken: Callable[[int], bytes]) -> None:
    """Notes of many lengths fill the month up, and whatever their order its limit is never passed, held or used."""
    lengths = [7, 13, 29, 41, 60] * 6
    async with world.bot(world.env(quota__guild_minutes="5") | MANY):
        peak = 0

        def watch() -> bool:
            nonlocal peak
            peak = max(peak, sum(world.minutes))
            return False

        watching = asyncio.create_task(world.discord.clock.bell.until(watch, 600))
        answers = await rush(world, [spoken(length) for length in lengths], seconds=1)
        watching.cancel()
        await asyncio.wait({watching})

    heard = sum(1000 * length for one, length in zip(answers, lengths, strict=True) if WORDS in one.content)
    used, held = world.minutes
    assert (used, held) == (heard, 0)
    assert 5 * MINUTE_MS - 7_000 < used <= 5 * MINUTE_MS, "another note of seven seconds would have fitted"
    assert 0 < peak <= 5 * MINUTE_MS
    assert len(world.openai.calls) == sum(WORDS in one.content for one in answers)
