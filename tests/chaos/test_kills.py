"""Processes that die: one by one, at any moment, while others work (groups 1, 8 and 9)."""

import asyncio

import pytest

from tests.chaos.conftest import LENGTH_MS, LIMITS, Crowd, Stopwatch, record
from tests.chaos.invariants import assert_answered_once, assert_sound, cost_of
from tests.chaos.settings import dice, sized
from tests.conftest import World
from tests.world.bot import BotProcess, start
from tests.world.fleet import Fleet

pytest_plugins = ["tests.stores"]


async def test_a_fleet_whose_processes_are_killed(world: World, crowd: Crowd, fleet: Fleet, url: str) -> None:
    """1 gateway and 4 workers, 2,000 notes, 40 times SIGKILL: each note is answered once and billed once."""
    notes, kills = sized(2000, 20), sized(40, 2)
    chance, watch = dice("fleet"), Stopwatch()
    world.openai.delay_s = 0.2
    await asyncio.gather(fleet.gateway(), fleet.workers(4))
    await crowd.mark()

    async def post() -> None:
        while len(crowd.answers) < notes:
            await crowd.post(min(10, notes - len(crowd.answers)))
            await crowd.until(len(crowd.answers) - 80)  # so that the kills fall between

    async def kill() -> None:
        for number in range(kills):
            await crowd.until(notes * number // (kills + 1))
            name = chance.choice(["gateway", *(f"worker-{worker}" for worker in range(4))])
            await fleet.kill(name)
            await (fleet.gateway() if name == "gateway" else fleet.workers(1, first=int(name[-1])))

    await asyncio.gather(post(), kill())
    await crowd.until(notes)
    codes = await fleet.stop()
    books = await assert_sound(url, world.openai)

    assert set(codes.values()) == {0}
    assert_answered_once(crowd.answers, notes)
    assert books.billed_ms == notes * LENGTH_MS
    record(
        "1 Crashes",
        "SIGKILL of gateways and workers over PostgreSQL",
        f"1 gateway + 4 workers, {notes} notes, {kills} kills at chance moments, in {watch.s:.0f} s",
        f"every note answered once and billed once, no hold left; host's books {books.spent_usd_micros} micro-dollars "
        f"for {books.calls} calls, calls that reached the provider cost {cost_of(world.openai)}",
    )


async def test_one_process_that_is_killed(world: World, crowd: Crowd) -> None:
    """One process on SQLite, 500 notes, 20 times SIGKILL of the whole bot."""
    notes, kills = sized(500, 20), sized(20, 2)
    chance, watch = dice("sqlite"), Stopwatch()
    env = world.env(**LIMITS)
    world.openai.delay_s = 0.2
    bot = await start(env)
    await bot.until("action=ready")
    await crowd.mark()
    for number in range(kills):
        await crowd.post((notes - len(crowd.answers)) // (kills - number))
        await crowd.until(crowd.answered + chance.randrange(1, 5))
        await bot.kill()
        bot = await start(env)
    await crowd.until(len(crowd.answers))
    code = await bot.stop()
    books = await assert_sound(f"sqlite:///{world.database}", world.openai)

    assert code == 0
    assert_answered_once(crowd.answers, notes)
    assert books.billed_ms == notes * LENGTH_MS
    record(
        "1 Crashes",
        "SIGKILL of the one process on SQLite",
        f"{notes} notes, {kills} kills, in {watch.s:.0f} s",
        f"every note answered once and billed once; {books.calls} calls counted, {len(world.openai.paid)} made",
    )


@pytest.mark.parametrize("shape", ["one process", "a worker"])
async def test_told_to_stop_with_forty_in_flight(
    world: World, crowd: Crowd, fleet: Fleet, url: str, shape: str
) -> None:
    """SIGTERM with 40 notes in work: all are answered within the grace time, the exit code is 0."""
    gate = world.openai.hold()
    bot: BotProcess
    more = {"EARSHOT_WORK__PARALLEL": "60", "EARSHOT_SPEECH__PARALLEL": "60"}
    if shape == "a worker":
        await fleet.gateway()
        bot = await fleet.start("worker-0", "worker", **more)
    else:
        url = f"sqlite:///{world.database}"
        bot = await start({**world.env(**LIMITS), **more})
        await bot.until("action=ready")
    await crowd.post(40)
    await gate.wait_for(40)
    watch = Stopwatch()
    stopping = asyncio.create_task(bot.stop())
    await bot.until("Stopping")
    gate.release()
    code = await stopping
    took_s = watch.s
    if shape == "a worker":
        fleet.processes.pop("worker-0")
        await fleet.stop()
    await assert_sound(url, world.openai)

    assert code == 0
    assert took_s < 30, "the grace time is 20 s"
    assert_answered_once(crowd.answers, 40)
    record("9 Stopping", f"SIGTERM with 40 in flight, {shape}", "once", f"exit 0 after {took_s:.1f} s, all answered")


async def test_told_twice_it_ends_at_once(world: World, crowd: Crowd) -> None:
    """A second SIGTERM does not wait for anybody; the next start answers what was left, once."""
    gate = world.openai.hold()
    bot = await start(world.env(**LIMITS))
    await bot.until("action=ready")
    await crowd.post(5)
    await gate.wait_for(5)
    stopping = asyncio.create_task(bot.stop())
    await bot.until("Stopping")
    watch = Stopwatch()
    code = await bot.stop()
    took_s = watch.s
    await stopping
    gate.release()
    bot = await start(world.env(**LIMITS))
    await crowd.until(5)
    await bot.stop()
    await assert_sound(f"sqlite:///{world.database}", world.openai)

    assert code == 128 + 15
    assert took_s < 3
    assert_answered_once(crowd.answers, 5)
    record(
        "9 Stopping",
        "a second SIGTERM",
        "5 notes in work",
        f"ended after {took_s:.1f} s, all answered by the next start",
    )
