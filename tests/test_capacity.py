"""What servers and members share: the queue, notes at work, conversions, calls and the disk."""

import asyncio
import subprocess
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from bot import audio
from bot.database import Database
from bot.jobs import Jobs
from bot.request import key_of, ref_of
from tests.conftest import SPEECH, WORDS, World
from tests.test_jobs import Handler, ring
from tests.world.discord import Person, Room

pytest_plugins = ["tests.stores"]

PARK = SPEECH / "park.ogg"


def bot(world: World, **settings: str) -> AbstractAsyncContextManager[None]:
    """The bot, in which nobody is too fast."""
    return world.bot(world.env(rate__member_per_minute="100", rate__guild_per_minute="100", **settings))


def elsewhere(world: World, name: str) -> tuple[Person, Room]:
    """A member of another server, and a channel there."""
    server = world.discord.guild(name)
    return server.member(f"Member of {name}"), server.channel("den")


def made(path: Path, *words: str) -> Path:
    """A file made by ffmpeg."""
    subprocess.run([str(audio.ffmpeg_of("bundled")), "-v", "error", *words, str(path)], check=True)  # noqa: S603 -- our own words
    return path


async def told(person: Person, room: Room) -> str:
    """What is answered at once to one more note."""
    return (await (await person.voice_note(room, PARK)).wait()).content


async def test_whoever_fills_the_queue_refuses_nobody_else(world: World) -> None:
    """Other members, and other servers, are let into a full queue; who has most in it is told how many these are."""
    jun, ada = world.home.member("Jun"), world.home.member("Ada")
    (lea, den), (tom, attic), (eve, cellar) = (elsewhere(world, name) for name in ("One", "Two", "Three"))
    async with bot(world, rate__queue="5"):
        gate = world.openai.hold()
        waiting = [await world.mina.voice_note(world.general, PARK) for _ in range(5)]
        await world.diary.until("opened", 5)
        mine = await told(world.mina, world.general)
        for number, person in enumerate((jun, ada), 6):
            waiting.append(await person.voice_note(world.general, PARK))
            await world.diary.until("opened", number)
        ours = await told(world.admin, world.general)
        waiting.append(await lea.voice_note(den, PARK))
        await world.diary.until("opened", 8)
        theirs = await told(lea, den)
        waiting.append(await tom.voice_note(attic, PARK))
        await world.diary.until("opened", 9)
        everybody = await told(eve, cellar)
        fixes = {record.getMessage() for record in world.diary.of("fix")}
        gate.release()
        answers = [await note.wait() for note in waiting]

    assert "these of yours are among them: 5." in mine
    assert "these of this server are among them: 7." in ours
    assert "these of yours are among them: 1." in theirs
    assert "Too many notes are waiting for me right now. Try again" in everybody
    assert all(WORDS in answer.content for answer in answers)
    assert len(fixes) == 1
    assert "rate.queue" in fixes.pop()


async def test_outside_of_servers_everybody_has_a_queue_of_their_own(world: World) -> None:
    """Direct messages of one person leave room for those of another."""
    lea, _ = elsewhere(world, "One")
    async with bot(world, rate__queue="3"):
        gate = world.openai.hold()
        waiting = [await world.mina.voice_note(world.mina.dm(), PARK) for _ in range(3)]
        await world.diary.until("opened", 3)
        mine = await told(world.mina, world.mina.dm())
        waiting.append(await lea.voice_note(lea.dm(), PARK))
        await world.diary.until("opened", 4)
        gate.release()
        answers = [await note.wait() for note in waiting]

    assert "these of yours are among them: 3." in mine
    assert all(WORDS in answer.content for answer in answers)


async def test_late_notes_leave_room_at_work_for_early_ones(database: Database) -> None:
    """However many notes of a flood wait, a quarter of those at work are of servers with few: on either engine."""
    jobs, handler = Jobs(parallel=8, database=database), Handler(is_open=False)
    await jobs.prepare()
    async with jobs.work(handler):
        await ring(database, jobs, *(f"flood {number}" for number in range(20)), priority=-400)
        await handler.until(6)
        await ring(database, jobs, "early", "earlier", priority=-1)
        at_work = list(await handler.until(8))
        handler.gate.set()
        heard = await handler.until(22)

    assert sorted(at_work[6:8]) == ["earlier", "early"]
    assert len(set(heard)) == 22


async def test_a_newcomer_s_call_does_not_wait_for_a_flood(world: World) -> None:
    """While one server has all calls in flight that it may have, the next to start is another server's."""
    lea, den = elsewhere(world, "One")
    async with bot(world, speech__parallel="10", live__enabled="false"):
        gate = world.openai.hold()
        flood = [await world.mina.voice_note(world.general, PARK) for _ in range(12)]
        await gate.wait_for(9)
        await world.diary.until("held", 12)
        note = await lea.voice_note(den, PARK)
        await gate.wait_for(10)
        started = [record.note for record in world.diary.of("call_started")]
        gate.release()
        await note.wait()
        for each in flood:
            await each.wait()

    assert note.message is not None
    (attachment,) = note.message.files
    assert started[9:] == [ref_of(key_of(attachment.id, model="gpt-transcribe", language=None))]
    assert world.openai.most_at_once == 10


async def test_an_honest_sound_does_not_wait_for_long_ones(world: World, tmp_path: Path) -> None:
    """While one member's long files take all conversions there are, another server's is converted beside them."""
    lea, den = elsewhere(world, "One")
    noise = ("-f", "lavfi", "-i", "anoisesrc=d=600:r=16000:seed=1")
    long = await asyncio.to_thread(made, tmp_path / "long.flac", *noise)
    short = await asyncio.to_thread(made, tmp_path / "short.m4a", "-i", str(PARK))
    async with bot(world, audio__processes="1"):
        flood = [await world.mina.upload(world.general, long) for _ in range(4)]
        await world.diary.until("fetched", 4)
        answer = await (await lea.upload(den, short)).wait()
        before = len(world.diary.of("converted")) - 1
        for note in flood:
            await note.wait(seconds=100)

    assert WORDS in answer.content
    assert before <= 2


def test_room_is_asked_for_all_that_is_laid_down() -> None:
    """A sound's bytes, its pieces, and the piece in work: more for longer sounds, and never without end."""
    rules = audio.UploadRules()
    hiss = audio.room_of(7_000_000, rules)

    assert audio.room_of(0, rules) == 0
    assert audio.room_of(100_000_000, rules) - hiss == 93_000_000
    assert hiss > 7_000_000 + 7_200_000 * 4  # 32 kbit/s of two hours
    assert audio.room_of(30_000, rules) < 4_000_000


async def test_a_budget_of_bytes_delays_and_loses_nothing(world: World, spoken: Callable[[int], bytes]) -> None:
    """A sound larger than all that may lie on the disk is worked alone; those after it are fetched once it has gone."""
    lea, den = elsewhere(world, "One")
    async with bot(world, audio__disk_megabytes="1", live__enabled="false"):
        gate = world.openai.hold()
        big = await world.mina.voice_note(world.general, ("big.ogg", spoken(600)))
        await gate.wait_for(1)
        small = await lea.voice_note(den, ("small.ogg", spoken(120)))
        await world.diary.until("claimed", 2)
        gate.release()
        answers = [await big.wait(), await small.wait()]

    actions = [getattr(record, "action", None) for record in world.diary.records]
    assert all(WORDS in answer.content for answer in answers)
    assert actions.index("fetched", actions.index("fetched") + 1) > actions.index("settled")
