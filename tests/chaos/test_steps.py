"""Workers and gateways that die at a step of their own choosing, over PostgreSQL (group 1; SQLite: test_crash.py)."""

import signal
import subprocess
from pathlib import Path

from bot.audio import ffmpeg_of
from tests.chaos.conftest import LENGTH_MS, NOTE, Crowd, Stopwatch, record
from tests.chaos.invariants import assert_answered_once, assert_sound
from tests.chaos.settings import dice, sized
from tests.conftest import WORDS, World
from tests.test_crash import STEPS
from tests.world.bot import BotProcess
from tests.world.fleet import Fleet

pytest_plugins = ["tests.stores"]

REPEATS = 99  # of the note, for one that is heard in several pieces


def long_note(folder: Path) -> Path:
    """Six minutes of speech."""
    path = folder / "long.ogg"
    loop = ("-stream_loop", str(REPEATS), "-i", str(NOTE), "-c", "copy")
    subprocess.run([str(ffmpeg_of("auto")), "-v", "error", *loop, str(path)], check=True)  # noqa: S603 -- our own words
    return path


async def doomed(fleet: Fleet, action: str, count: int = 1) -> BotProcess:
    """A process that will end itself at that step: a gateway where notes enter the books, else a worker."""
    role = "gateway" if action == "opened" else "worker"
    return await fleet.launch(
        f"doomed-{action}",
        *("-m", "tests.world.killer", action, str(count), role),
        EARSHOT_LOG__LEVEL="debug",
        EARSHOT_AUDIO__CONVERT="always",
        EARSHOT_SPEECH__PARALLEL="1",
        EARSHOT_WORK__LEASE_SECONDS="5",
    )


async def test_processes_that_die_at_each_step(world: World, crowd: Crowd, fleet: Fleet, url: str) -> None:
    """SIGKILL after each step, in any order, and between the pieces of a long note: answered once, billed once."""
    chance, watch, most = dice("steps"), Stopwatch(), sized(20, 2)
    order = chance.sample(list(STEPS), len(STEPS))
    await fleet.gateway()
    await fleet.workers(1)
    await crowd.mark()
    await fleet.kill("worker-0")
    long = await crowd.people[0].upload(crowd.rooms[0], long_note(world.folder))
    for action, count in (("heard", 1), ("call_answered", 2)):
        assert await (await doomed(fleet, action, count)).wait() == -signal.SIGKILL
    for action in order:
        if action == "opened":
            await fleet.kill("gateway")
        process = await doomed(fleet, action)
        if action == "opened":
            await world.discord.ready(seconds=60)
        await crowd.post(chance.randint(1, most))
        assert await process.wait() == -signal.SIGKILL, process.lines[-20:]
        if action == "opened":
            await fleet.gateway()
    await fleet.workers(2)
    await crowd.until()
    await long.wait(seconds=120)
    codes = await fleet.stop()
    books = await assert_sound(url, world.openai)

    assert set(codes.values()) == {0, -signal.SIGKILL}
    assert_answered_once(crowd.answers, len(crowd.answers))
    parts = [one.content for one in long.messages]
    assert len(parts) == len(set(parts)), "no part of the long answer stands twice"
    assert sum(part.startswith(WORDS) for part in parts) == 1
    short_ms = len(crowd.answers) * LENGTH_MS
    assert abs(books.billed_ms - short_ms - (REPEATS + 1) * 3_620) < 2_000
    record(
        "1 Crashes",
        f"SIGKILL after {', '.join(STEPS)}; between the pieces of a long note",
        f"a process for each over PostgreSQL, {len(crowd.answers)} notes, in {watch.s:.0f} s",
        f"every note answered once and billed once; {books.calls} calls counted, {len(world.openai.paid)} made",
    )
