"""Clocks that are wrong, and months that end (group 5)."""

import asyncio
import signal
import time
from datetime import UTC, datetime, timedelta

from tests.chaos.conftest import LENGTH_MS, LIMITS, NOTE, Crowd, Solo, Stopwatch, record
from tests.chaos.invariants import assert_answered_once, assert_sound
from tests.chaos.settings import sized
from tests.conftest import WORDS, World
from tests.world.bot import start
from tests.world.discord import open_discord
from tests.world.discord.clock import Clock
from tests.world.fleet import Fleet

pytest_plugins = ["tests.stores"]

HOUR_S, DAY_S = 3_600, 86_400
SHIFTED = ("-m", "tests.world.shifted")
PERIODS = "SELECT DISTINCT period FROM entry WHERE account NOT LIKE 'host%'"


async def test_a_clock_that_jumps(world: World, crowd: Crowd, solo: Solo) -> None:
    """The machine's clock jumps while notes are in work, back an hour and on a day: all are answered, billed once."""
    count, watch, jumps = sized(20, 3), Stopwatch(), (0, -HOUR_S, DAY_S, 0)
    await solo.start(*SHIFTED, "run", *map(str, jumps))
    for number in range(len(jumps)):
        gate = world.openai.hold()
        await crowd.post(count)
        await gate.wait_for(count)
        if number < len(jumps) - 1:
            solo.send(signal.SIGUSR1)
        gate.release()
        await crowd.until()
        asked = await world.mina.slash("transcribe", world.general, file=NOTE, private=True)
        await asked.wait(seconds=60)
        assert WORDS in asked.content, f"after the jump to {jumps[min(number + 1, len(jumps) - 1)]} s"
    books = await solo.books()

    assert_answered_once(crowd.answers, count * len(jumps))
    assert all(WORDS in answer.content for answer in crowd.answers)
    assert books.billed_ms == (len(crowd.answers) + len(jumps)) * LENGTH_MS
    record(
        "5 Time",
        "the machine's clock jumps: an hour back, a day on, and home",
        f"{count} notes in work at each jump, in {watch.s:.0f} s",
        "all heard, billed once; private answers of commands too",
    )


async def test_workers_that_disagree_about_the_time(world: World, crowd: Crowd, fleet: Fleet, url: str) -> None:
    """Workers an hour behind and a day ahead, which are killed: their notes do not wait for their clocks."""
    count, watch = sized(100, 10), Stopwatch()
    await fleet.gateway()
    gate = world.openai.hold()
    for name, shift_s in (("behind", -HOUR_S), ("ahead", DAY_S)):
        await (await fleet.launch(name, *SHIFTED, "worker", str(shift_s))).until("action=ready")
    await crowd.post(count)
    await gate.wait_for(count)
    for name in ("behind", "ahead"):
        await fleet.kill(name)
    gate.release()
    await (await fleet.launch("late", *SHIFTED, "worker", str(-HOUR_S))).until("action=ready")
    await crowd.until()
    codes = await fleet.stop()
    books = await assert_sound(url, world.openai)

    assert set(codes.values()) == {0}
    assert_answered_once(crowd.answers, count)
    assert books.billed_ms == count * LENGTH_MS
    record(
        "5 Time",
        "workers whose clocks are an hour behind and a day ahead",
        f"killed with {count} notes in their hands",
        f"another, an hour behind, answered all within {watch.s:.0f} s; billed once",
    )


async def test_a_month_ends_between_hold_and_bill(world: World) -> None:
    """What was held in the last second of a month is billed in that month, whenever its words come."""
    now = datetime.now(tz=UTC)
    month_end = (now.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    ahead_s = month_end.timestamp() - time.time() - 10
    async with open_discord(
        clock=Clock(start_ms=round((time.time() + ahead_s) * 1000)), validate=False, strict=False
    ) as discord:
        place = World(discord, world.openai, world.folder, world.diary)
        bot = await start(place.env(**LIMITS), *SHIFTED, "run", str(ahead_s))
        try:
            await bot.until("action=ready")
            gate = world.openai.hold()
            old = await place.mina.voice_note(place.general, NOTE)
            await gate.wait_for(1)
            discord.clock.advance(seconds=20)
            young = await place.mina.voice_note(place.general, NOTE)
            await gate.wait_for(2)
            gate.release()
            await asyncio.gather(old.wait(seconds=60), young.wait(seconds=60))
            code = await bot.stop()
        finally:
            await bot.kill()
    books = await assert_sound(f"sqlite:///{world.database}", world.openai)
    months = sorted(period for (period,) in world.rows(PERIODS))

    assert code == 0
    assert_answered_once([old, young], 2)
    assert books.billed_ms == 2 * LENGTH_MS
    assert months == [(month_end - timedelta(days=1)).strftime("%Y-%m"), month_end.strftime("%Y-%m")]
    record("5 Time", "the month ends between hold and bill", "a note each side of midnight", "each billed in its month")


async def test_last_year_s_message(world: World) -> None:
    """Asked for today, a note posted a year ago is paid in this month: its own has an untouched limit."""
    year_ago_ms = round((time.time() - 365 * DAY_S) * 1000)
    async with open_discord(clock=Clock(start_ms=year_ago_ms), validate=False, strict=False) as discord:
        place = World(discord, world.openai, world.folder, world.diary)
        forgotten = await place.mina.voice_note(place.general, NOTE)
        discord.clock.advance(days=365)
        bot = await start(place.env(**LIMITS))
        try:
            await bot.until("action=ready")
            assert forgotten.message is not None
            asked = await place.admin.menu("Transcribe", forgotten.message)
            new = await place.mina.voice_note(place.general, NOTE)
            await asyncio.gather(asked.wait(seconds=60), new.wait(seconds=60))
            code = await bot.stop()
        finally:
            await bot.kill()
    books = await assert_sound(f"sqlite:///{world.database}", world.openai)

    assert code == 0
    assert all(WORDS in answer.content for answer in (asked, new))
    assert_answered_once([asked, new], 2)
    assert books.billed_ms == 2 * LENGTH_MS
    assert world.rows(PERIODS) == [(datetime.now(tz=UTC).strftime("%Y-%m"),)]
    record("5 Time", "an old snowflake", "`/transcribe` on a message of last year", "paid in the month of asking")
