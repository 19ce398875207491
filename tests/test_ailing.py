"""What a bot says of itself while something is broken: alive, what it misses, and what it could not read."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, suppress
from functools import partial
from pathlib import Path

import asyncpg
import pytest

from bot.audio import ffmpeg_of
from tests import stores
from tests.ailing import SECTION, asked, keep
from tests.conftest import PATIENCE_S, SPEECH, World
from tests.scrapes import Page, Watch, value
from tests.test_health import free_port
from tests.world.bot import start
from tests.world.openai.script import Hang
from tests.world.small_disk import bot_on, inside, may_mount

pytest_plugins = ["tests.stores"]

PARK = SPEECH / "park.ogg"


def lost(part: str) -> Callable[[Page], bool]:
    """Whether a page says that this part does not do its work."""
    return lambda page: value(page, "earshot_ready", part=part) == 0


@asynccontextmanager
async def silent_provider(world: World, watch: Watch, env: dict[str, str]) -> AsyncIterator[None]:
    """It takes every call, and answers none."""
    world.openai.listing = Hang()
    world.openai.script(Hang(), forever=True)
    async with world.bot(env | {"EARSHOT_WORK__SHUTDOWN_SECONDS": "1"}):
        await world.mina.voice_note(world.general, PARK)
        await world.openai.wait_for_calls(1)
        await watch.once(lambda page: value(page, "earshot_ready", part="speech_key") == 1)
        yield


@asynccontextmanager
async def locked_database(world: World, watch: Watch, env: dict[str, str]) -> AsyncIterator[None]:
    """Another program writes in it, and does not end."""
    async with world.bot(env):
        await watch.quiet()
        with closing(sqlite3.connect(world.database, isolation_level=None, check_same_thread=False)) as books:
            await asyncio.to_thread(books.execute, "BEGIN IMMEDIATE")
            await watch.once(lambda page: lost("database")(page) and value(page, "earshot_queue_notes") is None)
            yield
            books.execute("ROLLBACK")


@asynccontextmanager
async def ffmpeg_is(script: str | None, world: World, watch: Watch, env: dict[str, str]) -> AsyncIterator[None]:
    """It does its work at the start; later such a script lies there, or nothing."""
    program = world.folder / "ffmpeg"
    program.symlink_to(ffmpeg_of("bundled"))
    async with world.bot(env | {"EARSHOT_AUDIO__FFMPEG": str(program)}):
        await watch.quiet()
        await world.diary.until("start_check")  # the sandbox was tried with it, too
        program.unlink()
        if script is not None:
            program.write_text(f"#!/bin/sh\n{script}\n")
            program.chmod(0o700)
        await watch.once(lost("ffmpeg"))
        yield


@asynccontextmanager
async def full_disk(world: World, watch: Watch, env: dict[str, str]) -> AsyncIterator[None]:
    """Where the sounds in work lie nothing can be written any more."""
    small = world.folder / "small"
    small.mkdir()
    if not may_mount(small):
        pytest.skip("no disk can be mounted here")
    bot = await start(env | {"TMPDIR": str(small)}, *bot_on(small, "2m"), program="unshare")
    try:
        await world.discord.ready(seconds=PATIENCE_S)
        await watch.quiet()
        with suppress(OSError), (inside(bot, small) / "filler").open("wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass
        await watch.once(lost("disk"))
        yield
    finally:
        await bot.stop()


@asynccontextmanager
async def stopped_queue(
    world: World, watch: Watch, env: dict[str, str], *, server: stores.Server
) -> AsyncIterator[None]:
    """Nobody gets anything out of the queue's table, which another program keeps for itself."""
    url = await server.begin()
    async with world.bot(env | {"DATABASE_URL": url}):
        await watch.quiet()
        other = await asyncpg.connect(url)
        async with other.transaction():
            await other.execute("LOCK TABLE pgqueuer IN ACCESS EXCLUSIVE MODE")
            await watch.once(lost("queue"))
            yield
        await other.close()
    await server.drop(url)


Broken = Callable[[World, Watch, dict[str, str]], AbstractAsyncContextManager[None]]
FAULTS: dict[str, Broken] = {
    "the provider takes calls and never answers": silent_provider,
    "the database (SQLite) is locked by another program": locked_database,
    "ffmpeg is deleted while the bot runs": partial(ffmpeg_is, None),
    "ffmpeg is replaced by one that does not run": partial(ffmpeg_is, "exit 3"),
    "ffmpeg is replaced by one that hangs": partial(ffmpeg_is, "exec sleep 600"),
    "the disk for sounds is full": full_disk,
}
QUEUE = "the queue (PostgreSQL) is stopped"


async def holds(broken: str, world: World, watch: Watch, during: AbstractAsyncContextManager[None]) -> None:
    """What the pages say is what docs/observe.md says that they say; or, where it is to be written, is kept."""
    async with during:
        row = await asked(broken, watch.port, world.folder)
    if record := os.environ.get("AILING_RECORD"):
        keep(row, Path(record))
    else:
        assert row.text in SECTION.read().splitlines()
    assert row.healthz == "200"
    assert row.live.startswith("exit 0")


@pytest.mark.long
@pytest.mark.parametrize("broken", FAULTS)
async def test_the_page_tells_what_the_bot_says(world: World, tmp_path: Path, broken: str) -> None:
    """While that is broken the bot is alive, says what it misses, and answers every page in time."""
    watch = Watch(free_port(), tmp_path, "")
    await holds(broken, world, watch, FAULTS[broken](world, watch, world.env(health__port=str(watch.port))))


@pytest.mark.long
async def test_the_page_tells_of_a_stopped_queue(world: World, tmp_path: Path, postgresql: stores.Server) -> None:
    """A queue that gives nothing away is noticed within seconds, though the database can be read and written."""
    watch = Watch(free_port(), tmp_path, "")
    env = world.env(health__port=str(watch.port))
    await holds(QUEUE, world, watch, stopped_queue(world, watch, env, server=postgresql))


def test_the_page_knows_no_other_fault() -> None:
    """Each line of the table is a fault that is made here."""
    told = [line.split("|")[1].strip() for line in SECTION.read().splitlines()[2:]]

    assert told == sorted([*FAULTS, QUEUE])
