"""A machine that runs out of something amid calls: what is paid is kept, what was not called is free."""

import asyncio
import resource
import sys
import time
from collections import Counter
from typing import Any

import pytest

from bot import audio
from tests.conftest import PATIENCE_S, SPEECH, WORDS, World
from tests.test_crash import long_note
from tests.test_invented import recorded
from tests.world.bot import BotProcess, start
from tests.world.openai import Fault, Scripted
from tests.world.openai.script import INVENTED

PARK = SPEECH / "park.ogg"
UNBEGUN = "this machine could not begin the call"

needs_limits = pytest.mark.skipif(sys.platform != "linux", reason="limits of another process as Linux has them")


def starve(bot: BotProcess, world: World, *, at: int) -> tuple[int, int]:
    """From the call of that number on the bot can open nothing, and the call fails; returns its limits until then."""
    limits = resource.prlimit(bot.pid, resource.RLIMIT_NOFILE)

    def now(_: Any) -> bool:
        if len(world.openai.calls) != at:
            return False
        resource.prlimit(bot.pid, resource.RLIMIT_NOFILE, (3, limits[1]))
        return True

    world.openai.script(Fault(503), when=now)
    return limits


async def put_off_for(world: World, *, attempts: int, more_than_s: float) -> float:
    """For how many seconds, and more than that, the only note waits, once it has so many counted tries."""
    sql = f"SELECT leased_until_ms FROM note WHERE attempts = {attempts:d}"  # noqa: S608 -- a number
    async with asyncio.timeout(PATIENCE_S):
        while True:
            rows = await asyncio.to_thread(world.rows, sql)
            if rows and (seconds := rows[0][0] / 1000 - time.time()) > more_than_s:
                return float(seconds)


@needs_limits
async def test_a_call_that_cannot_begin_is_not_billed(world: World) -> None:
    """Where the sound cannot be opened to be sent no call is counted, however often that is tried."""
    bot = await start(world.env())
    try:
        await world.discord.ready(seconds=PATIENCE_S)
        limits = starve(bot, world, at=1)
        note = await world.mina.voice_note(world.general, PARK)
        await bot.until(UNBEGUN)
        await bot.until("action=put_off")
        resource.prlimit(bot.pid, resource.RLIMIT_NOFILE, limits)
        answer = await note.wait(seconds=PATIENCE_S)
    finally:
        await bot.stop()

    assert WORDS in answer.content
    assert len(world.openai.calls) == 2
    assert world.dollars == (2 * 4 * 75, 0), "four seconds, once for the call that failed"


@needs_limits
async def test_nobody_waits_for_ever_for_a_machine_in_need(world: World) -> None:
    """A note of yesterday counts the tries that are put off, and is put off for a minute; today's does neither."""
    bot = await start(world.env())
    try:
        await world.discord.ready(seconds=PATIENCE_S)
        limits = starve(bot, world, at=1)
        await world.mina.voice_note(world.general, PARK)
        await bot.until("action=put_off")
        new_s = await put_off_for(world, attempts=0, more_than_s=0)
        await world.write("UPDATE note SET created_ms = created_ms - 25 * 3600000")
        await bot.until("action=put_off", count=2)
        old_s = await put_off_for(world, attempts=1, more_than_s=30)  # longer than whoever works at it has it
        resource.prlimit(bot.pid, resource.RLIMIT_NOFILE, limits)
    finally:
        await bot.stop()

    assert new_s < 15
    assert old_s <= 60


@needs_limits
async def test_one_piece_s_need_costs_no_other_its_words(world: World) -> None:
    """Where one piece cannot be sent, the others under way are heard to their end, kept, and not paid again."""
    gate = world.openai.hold()
    bot = await start(world.env(audio__convert="always", speech__parallel="2", speech__attempts="2"))
    try:
        await world.discord.ready(seconds=PATIENCE_S)
        limits = starve(bot, world, at=2)
        note = await world.mina.upload(world.general, long_note(world.folder))
        await gate.wait_for(1)
        await bot.until(UNBEGUN)
        gate.release()
        await bot.until("action=put_off")
        resource.prlimit(bot.pid, resource.RLIMIT_NOFILE, limits)
        await bot.until("action=note ")
        answer = await note.wait(seconds=PATIENCE_S)
        told = Counter(call.sha256 for call in world.openai.paid)
    finally:
        await bot.stop()

    assert WORDS in answer.content
    assert len(told) > 1
    assert set(told.values()) == {1}, "no piece is paid twice"


async def test_words_whose_sound_cannot_be_measured_are_believed(world: World) -> None:
    """Where ffmpeg has gone once a doubtful answer is there, it is passed on: it is paid, and may be true."""
    ffmpeg = world.folder / "ffmpeg"
    ffmpeg.symlink_to(audio.ffmpeg_of("bundled"))
    world.openai.ears = Scripted(INVENTED["en"])
    gate = world.openai.hold()
    async with world.bot(audio__ffmpeg=str(ffmpeg)):
        note = await world.mina.voice_note(world.general, ("rain.ogg", recorded(world, "rain")))
        await gate.wait_for(1)
        ffmpeg.unlink()
        gate.release()
        answer = await note.wait()

    assert INVENTED["en"] in answer.content
    assert len(world.openai.paid) == 1
    assert [line.levelname for line in world.diary.of("unmeasured")] == ["WARNING"]
    assert INVENTED["en"].rstrip("!") not in world.diary.text
