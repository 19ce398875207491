"""A database that is busy, full, read-only, restarted, deadlocked, or whose COMMIT is never confirmed (group 4)."""

import asyncio
import signal
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path

import asyncpg
import pytest

from tests.chaos.conftest import LENGTH_MS, LIMITS, Crowd, Solo, Stopwatch, record
from tests.chaos.invariants import assert_answered_once, assert_sound
from tests.chaos.settings import dice, sized
from tests.conftest import WORDS, World
from tests.stores import Server
from tests.world.bot import start
from tests.world.fleet import Fleet
from tests.world.wire_cutter import open_wire

pytest_plugins = ["tests.stores"]

CRAMPED = ("-m", "tests.world.cramped")
TROUBLE = {"a full disk": signal.SIGUSR1, "a read-only disk": signal.SIGUSR2}


def _all_heard(crowd: Crowd) -> bool:
    return all(WORDS in answer.content for answer in crowd.answers)


async def test_a_file_that_is_busy(world: World, crowd: Crowd, solo: Solo) -> None:
    """Another program keeps the file's lock for longer than we wait for it: notes wait too, none is lost."""
    count, patience, watch = sized(50, 5), sized(3), Stopwatch()
    await solo.start()
    await crowd.post(count)
    with closing(sqlite3.connect(world.database, isolation_level=None, timeout=30, check_same_thread=False)) as other:
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        await crowd.post(count)
        held = Stopwatch()
        await solo.bot.until("action=database_away", 120, count=patience)
        held_s = held.s
        other.execute("ROLLBACK")
    await crowd.until()
    books = await solo.books()

    assert _all_heard(crowd)
    assert_answered_once(crowd.answers, 2 * count)
    assert books.billed_ms == len(crowd.answers) * LENGTH_MS
    record(
        "4 Store",
        f"SQLITE_BUSY for {held_s:.0f} s",
        f"{count} notes in work and {count} posted meanwhile",
        f"all heard and billed once, in {watch.s:.0f} s",
    )


@pytest.mark.parametrize("trouble", TROUBLE)
async def test_a_disk_in_trouble(world: World, crowd: Crowd, solo: Solo, trouble: str) -> None:
    """Nothing can be written for a while, with notes in work and notes that come: none is lost, none billed twice."""
    count, watch = sized(100, 10), Stopwatch()
    await solo.start(*CRAMPED, work__lease_seconds="5")
    gate = world.openai.hold()
    await crowd.post(count)
    await gate.wait_for(min(count, 10))
    solo.send(TROUBLE[trouble])
    gate.release()
    await crowd.post(count)
    await solo.bot.until("action=put_off")
    solo.send(signal.SIGHUP)
    await crowd.until()
    books = await solo.books()

    assert _all_heard(crowd)
    assert_answered_once(crowd.answers, 2 * count)
    assert books.billed_ms == len(crowd.answers) * LENGTH_MS
    record(
        "4 Store",
        trouble,
        f"{count} notes in work and {count} posted meanwhile",
        f"all heard and billed once after it was well again, in {watch.s:.0f} s; {books.calls} calls counted, "
        f"{len(world.openai.paid)} made",
    )


async def test_a_start_without_a_disk(world: World, crowd: Crowd, solo: Solo) -> None:
    """A second process on the same file is refused with a sentence, and the first works on."""
    await solo.start()
    await crowd.post(sized(20, 3))
    second = await start(world.env(**LIMITS))
    code = await second.wait()
    await crowd.until()
    await solo.books()

    assert code != 0
    assert any("Another Earshot works on" in line for line in second.lines), second.lines
    assert_answered_once(crowd.answers, sized(20, 3))
    record("4 Store", "two processes on one file", "the second started in the middle of work", "it said so and ended")


async def test_a_server_that_restarts(world: World, crowd: Crowd, fleet: Fleet, url: str, postgresql: Server) -> None:
    """PostgreSQL crashes and comes back while notes are in work, are posted and are answered: none is lost."""
    rounds, count, chance, watch = sized(20, 2), sized(50, 5), dice("restart"), Stopwatch()
    world.openai.delay_s = 0.3
    await fleet.gateway()
    await fleet.workers(2)
    await crowd.mark()
    for number in range(rounds):
        await crowd.post(count)
        await crowd.until(crowd.answered + chance.randrange(count))
        await asyncio.to_thread(postgresql.stop, chance.choice([signal.SIGINT, signal.SIGQUIT]))
        await crowd.post(count)
        await fleet.processes["worker-0"].until("action=queue_lost", count=number + 1)
        postgresql.start()  # by this thread: the server ends with the one that started it
    await crowd.until()
    codes = await fleet.stop()
    books = await assert_sound(url, world.openai)

    assert set(codes.values()) == {0}
    assert _all_heard(crowd)
    assert_answered_once(crowd.answers, len(crowd.rooms) + 2 * count * rounds)
    assert books.billed_ms == len(crowd.answers) * LENGTH_MS
    record(
        "4 Store",
        "PostgreSQL stopped (cleanly or as by a crash) and started",
        f"{rounds} times, {2 * count} notes around each, in {watch.s:.0f} s",
        f"all heard and billed once; {books.calls} calls counted, {len(world.openai.paid)} made",
    )


# What a server says to one of two transactions it cannot put into an order, here at chance.
THROW = """
CREATE FUNCTION throw() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF random() < 0.1 THEN RAISE EXCEPTION 'thrown out' USING ERRCODE = 'serialization_failure'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER throw BEFORE UPDATE ON account FOR EACH ROW EXECUTE FUNCTION throw()
"""


async def test_transactions_that_are_thrown_out(
    world: World, crowd: Crowd, fleet: Fleet, url: str, postgresql: Server
) -> None:
    """Deadlocks with another program, serialization errors, ended connections: the note is tried again."""
    count, watch = sized(100, 20), Stopwatch()
    name = url.partition("?")[0].rpartition("/")[2]
    await postgresql.run(f"ALTER DATABASE {name} SET deadlock_timeout = '20ms'")  # so that it is never the other one
    await fleet.gateway()
    await fleet.workers(3)
    await crowd.mark()
    ended = asyncio.Event()

    async def bother() -> None:
        other = await asyncpg.connect(url)
        await other.execute("SET deadlock_timeout = '1min'")
        await other.execute(THROW)
        while not ended.is_set():
            with suppress(asyncpg.DeadlockDetectedError):
                async with other.transaction():  # the host's row before the guild's: the wrong way round
                    await other.execute("SELECT 1, pg_sleep(0.05) FROM account WHERE money = 1 FOR UPDATE")
                    await other.execute("SELECT 1 FROM account WHERE money = 0 FOR UPDATE")
            await other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1"
            )
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), 0.3)
        await other.close()

    async with asyncio.TaskGroup() as group:
        group.create_task(bother())
        await crowd.post(count)
        await crowd.until(seconds=900)
        ended.set()
    codes = await fleet.stop()
    books = await assert_sound(url, world.openai)
    put_off = sum("action=put_off" in line for process in fleet.processes.values() for line in process.lines)

    assert set(codes.values()) == {0}
    assert _all_heard(crowd)
    assert_answered_once(crowd.answers, len(crowd.rooms) + count)
    assert books.billed_ms == len(crowd.answers) * LENGTH_MS
    record(
        "4 Store",
        "deadlocks, serialization errors, connections ended by the server",
        f"{count} notes, 3 workers, in {watch.s:.0f} s; put off {put_off} times",
        f"all heard and billed once; {books.calls} calls counted, {len(world.openai.paid)} made",
    )


async def test_commits_nobody_confirms(world: World, crowd: Crowd, fleet: Fleet, url: str, postgresql: Server) -> None:
    """The connection is lost after COMMIT was sent and done: whatever it was is not done twice."""
    count, watch = sized(300, 20), Stopwatch()
    with tempfile.TemporaryDirectory(prefix="earshot-") as folder:  # a socket's path may not be long
        async with open_wire(Path(folder), postgresql.folder, share=0.08, chance=dice("commits")) as wire:
            fleet.env = {**fleet.env, "DATABASE_URL": wire.url(url)}
            await fleet.gateway()
            await fleet.workers(2)
            await crowd.mark()
            await crowd.post(count)
            await crowd.until()
            codes = await fleet.stop()
    books = await assert_sound(url, world.openai)

    assert set(codes.values()) == {0}
    assert wire.cut
    assert _all_heard(crowd)
    assert_answered_once(crowd.answers, len(crowd.rooms) + count)
    assert books.billed_ms == len(crowd.answers) * LENGTH_MS
    record(
        "4 Store",
        "the connection lost after COMMIT was sent",
        f"{wire.cut} of {wire.commits} commits never confirmed, {len(crowd.answers)} notes, in {watch.s:.0f} s",
        f"all heard and billed once; {books.calls} calls counted, {len(world.openai.paid)} made",
    )
