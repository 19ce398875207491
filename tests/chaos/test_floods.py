"""Very many notes at once (group 6): nobody waits for a stranger's flood, and the one process stays on its feet."""

import asyncio
import itertools

from bench.weight import family_pss_of
from tests.chaos.conftest import LIMITS, NOTE, Crowd, Stopwatch, record
from tests.chaos.invariants import assert_answered_once, assert_sound
from tests.chaos.settings import sized
from tests.conftest import World
from tests.world.bot import BotProcess, start
from tests.world.discord import Answer
from tests.world.discord.clock import moment_of

FEW = 5
PROVIDER_S = 4.0
MOST_LATE_S = 1.0
MOST_BYTES = 500_000_000
_WEIGHED_S = 2.0  # reading what a process weighs stops it for a moment


async def last_s(notes: list[Answer], seconds: float = 900) -> float:
    """Seconds from the first of these notes until the last of them was answered, by Discord's own ids."""
    for note in notes:
        await note.wait(seconds=seconds)
    posted = [note.message.id for note in notes if note.message is not None]
    answered = [note.messages[0].id for note in notes]
    return (moment_of(max(answered)) - moment_of(min(posted))) / 1000


async def weighed(bot: BotProcess, weights: list[int]) -> None:
    """The bot's memory and that of all it starts, again and again."""
    while True:
        weights.append(await asyncio.to_thread(lambda: family_pss_of(bot.pid)))
        await asyncio.sleep(_WEIGHED_S)


async def test_nobody_waits_for_another_guild_s_flood(world: World, crowd: Crowd) -> None:
    """Guild A posts 1,000 notes at once, then B posts 5: they wait for the calls under way, for no note of A's."""
    elsewhere = world.discord.guild("Elsewhere")
    quiet, guest, neighbour = elsewhere.channel("quiet"), elsewhere.member("Guest"), world.home.member("Neighbour")
    flooding, beside = crowd.people[0], world.home.channel("beside")
    world.openai.delay_s = PROVIDER_S
    bot = await start(world.env(**LIMITS))
    await bot.until("action=ready")
    idle_s = await last_s([await guest.voice_note(quiet, NOTE) for _ in range(FEW)])
    flood = [await flooding.voice_note(crowd.rooms[number % 20], NOTE) for number in range(sized(1000, 100))]
    others = [await guest.voice_note(quiet, NOTE) for _ in range(FEW)]
    neighbours = [await neighbour.voice_note(beside, NOTE) for _ in range(FEW)]
    other_s, neighbour_s, flood_s = await last_s(others), await last_s(neighbours), await last_s(flood)
    code = await bot.stop()
    await assert_sound(f"sqlite:///{world.database}", world.openai)

    assert code == 0
    assert_answered_once([*flood, *others, *neighbours], len(flood) + 2 * FEW)
    assert other_s <= idle_s + 1.5 * PROVIDER_S
    assert neighbour_s < max(flood_s / 2, idle_s + 3 * PROVIDER_S), "of one guild, who posts little waits little"
    record(
        "6 Limits",
        "a guild that floods",
        f"{len(flood)} notes of one member at once, then 5 of another guild, then 5 of another member; the provider "
        f"takes {PROVIDER_S:.0f} s",
        f"the other guild's last answer after {other_s:.1f} s ({idle_s:.1f} s on an idle bot), the other member's "
        f"after {neighbour_s:.1f} s, the flood's after {flood_s:.0f} s",
    )


async def test_a_thousand_notes_at_once_in_one_process(world: World, crowd: Crowd) -> None:
    """1,000 notes at once: no heartbeat is late by more than 1 s, memory is bounded, all are answered."""
    count, watch = sized(1000, 100), Stopwatch()
    world.openai.delay_s = 0.5
    world.discord.gateway.heartbeat_ms = 1_000
    weights: list[int] = []
    bot = await start(world.env(**LIMITS))
    await bot.until("action=ready")
    weighing = asyncio.create_task(weighed(bot, weights))
    await crowd.post(count)
    await crowd.until(count)
    weighing.cancel()
    code = await bot.stop()
    books = await assert_sound(f"sqlite:///{world.database}", world.openai)
    late_s = max(later - sooner for sooner, later in itertools.pairwise(world.discord.gateway.beats)) - 1.0

    assert code == 0
    assert_answered_once(crowd.answers, count)
    assert books.answered == count
    assert late_s <= MOST_LATE_S
    assert max(weights) <= MOST_BYTES
    record(
        "6 Limits",
        "very many notes at once",
        f"{count} notes at once in one process, in {watch.s:.0f} s",
        f"all answered once; heartbeats, one a second, late by {max(late_s, 0):.2f} s at most; "
        f"memory with all children {weights[0] / 1e6:.0f} MB before, {max(weights) / 1e6:.0f} MB at most",
    )
