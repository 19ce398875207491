"""Workers that fall silent, die of a note, or lose their queue (group 8)."""

import asyncio
import os
import signal

from tests.chaos.conftest import LENGTH_MS, NOTE, Crowd, Solo, Stopwatch, record
from tests.chaos.invariants import assert_answered_once, assert_sound
from tests.chaos.settings import sized
from tests.conftest import WORDS, World
from tests.stores import Server
from tests.world.fleet import Fleet

pytest_plugins = ["tests.stores"]

ATTEMPTS = 3


async def test_a_worker_that_slept(world: World, crowd: Crowd, fleet: Fleet, url: str) -> None:
    """SIGSTOP for longer than its lease, then SIGCONT: two workers heard the notes, one answers, one bill."""
    count, watch = sized(20, 3), Stopwatch()
    gate = world.openai.hold()
    await fleet.gateway()
    sleeper = await fleet.start("sleeper", "worker", EARSHOT_WORK__LEASE_SECONDS="5")
    await crowd.post(count)
    await gate.wait_for(count)
    os.kill(sleeper.pid, signal.SIGSTOP)
    await fleet.start("waker", "worker", EARSHOT_WORK__LEASE_SECONDS="5")
    await gate.wait_for(2 * count)
    gate.release()
    await crowd.until()
    os.kill(sleeper.pid, signal.SIGCONT)
    await sleeper.until("action=taken_over")
    codes = await fleet.stop()
    books = await assert_sound(url, world.openai)

    assert set(codes.values()) == {0}
    assert_answered_once(crowd.answers, count)
    assert (books.calls, books.bills) == (2 * count, count)
    assert books.billed_ms == count * LENGTH_MS
    record(
        "8 Workers",
        "SIGSTOP for longer than the lease, then SIGCONT",
        f"{count} notes in its hands, in {watch.s:.0f} s",
        f"{books.calls} calls, all on the host's books; {books.bills} bills, {count} answers",
    )


async def test_a_note_that_kills(crowd: Crowd, solo: Solo) -> None:
    """A note at which the process dies each time is given up after the host's attempts; the others are answered."""
    await solo.start(work__attempts=str(ATTEMPTS))
    await crowd.mark()
    await solo.bot.stop()
    poison = await crowd.people[0].voice_note(crowd.rooms[0], NOTE)
    deaths = 0
    while not poison.messages:
        killer = ("-m", "tests.world.killer", "fetched")
        bot = await solo.launch(*killer, work__attempts=str(ATTEMPTS), log__level="debug")
        ends = {asyncio.ensure_future(bot.wait()), asyncio.ensure_future(poison.wait(seconds=60))}
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        deaths += not poison.messages
        await bot.kill()
        for end in ends:
            end.cancel()
    await solo.start()
    await crowd.post(sized(20, 2))
    await crowd.until()
    books = await solo.books()

    assert deaths == ATTEMPTS
    assert WORDS not in poison.content
    assert_answered_once([poison, *crowd.answers], 1 + len(crowd.answers))
    assert books.billed_ms == len(crowd.answers) * LENGTH_MS
    record(
        "8 Workers",
        "a note at which the process dies",
        f"work.attempts = {ATTEMPTS}",
        f"{deaths} deaths, then the member is told; nothing billed, everybody else answered",
    )


async def test_a_queue_that_is_emptied(world: World, crowd: Crowd, fleet: Fleet, url: str, postgresql: Server) -> None:
    """Every row of the queue engine gone while notes wait: the inbox refills it within about a minute."""
    count, watch = sized(200, 40), Stopwatch()  # more than a worker takes into its hands before it has the time
    gate = world.openai.hold()
    await fleet.gateway()
    await fleet.start("worker", "worker", EARSHOT_WORK__PARALLEL="2")
    await crowd.post(count)
    await gate.wait_for(2)
    await postgresql.until(url, f"SELECT count(*) = {count} FROM note")  # noqa: S608 -- a number
    await postgresql.until(url, "SELECT count(*) > 0 FROM pgqueuer WHERE status = 'queued'")
    await postgresql.run("TRUNCATE pgqueuer", url)
    gate.release()
    await crowd.until()
    took_s = watch.s
    codes = await fleet.stop()
    books = await assert_sound(url, world.openai)

    assert set(codes.values()) == {0}
    assert_answered_once(crowd.answers, count)
    assert books.bills == len(crowd.answers)
    record(
        "8 Workers",
        "the queue engine's tables emptied",
        f"{count} notes, 2 in work and the rest waiting",
        f"the inbox rang for all of them again; answered after {took_s:.0f} s",
    )
