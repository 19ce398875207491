"""The bot as its host runs it: what passes by itself, what is sent, what is logged, how it stops."""

import asyncio
import hashlib
import json
import re

import pytest

from tests.conftest import PATIENCE_S, SPEECH, WORDS, World
from tests.world.bot import BotProcess, start
from tests.world.discord import Answer
from tests.world.openai import Answer as Say
from tests.world.openai import CutConnection, Fault, Garbage

PARK = SPEECH / "park.ogg"
LENGTH_MS = 3_610
SECRET_WORDS = "xylophone quasar marmalade periwinkle zeppelin rhubarb obelisk"


# What passes by itself.


@pytest.mark.parametrize(
    "trouble",
    [
        Fault(500),
        Fault(429, "rate_limit_exceeded", retry_after=1),
        CutConnection(),
        CutConnection(before=True),
    ],
    ids=["broken", "limited", "cut", "hung up"],
)
async def test_the_provider_in_trouble_is_asked_again(world: World, trouble: Fault | CutConnection) -> None:
    """One failed call is followed by another, after the pause the provider asked for; members see only the words."""
    world.openai.script(trouble)
    async with world.bot():
        answer = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)

    first, second = world.openai.calls
    assert WORDS in answer.content
    assert len(answer.messages) == 1
    assert world.minutes == (LENGTH_MS, 0)
    if isinstance(trouble, Fault) and trouble.retry_after:
        assert second.started_s - first.started_s >= 1


async def test_a_refused_form_is_recoded_once(world: World) -> None:
    """Bytes the provider calls unsupported are sent once more as mp3; those are heard."""
    world.openai.script(Fault(400, message="Audio file might be corrupted or unsupported"))
    async with world.bot():
        answer = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)

    first, second = world.openai.calls
    assert WORDS in answer.content
    assert (first.filename, second.filename) == ("voice.ogg", "clip.mp3")
    assert world.minutes == (LENGTH_MS, 0)


async def test_an_answer_that_is_none_is_not_shown(world: World) -> None:
    """Whatever a broken proxy answers in place of a transcription never reaches a member as words."""
    world.openai.script(Garbage(), forever=True)
    async with world.bot():
        answer = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)

    assert "html" not in answer.content
    assert "something else than words" in answer.content
    assert world.minutes == (0, 0)


# What is sent.


async def test_a_voice_note_goes_out_as_it_came(world: World) -> None:
    """An ordinary voice note needs no conversion: the provider gets the very bytes, under a name it accepts."""
    async with world.bot():
        await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)
        await (await world.mina.upload(world.general, SPEECH / "report.m4a")).wait(seconds=PATIENCE_S)

    note, file = world.openai.calls
    assert note.sha256 == hashlib.sha256(PARK.read_bytes()).hexdigest()
    assert (note.filename, note.content_type) == ("voice.ogg", "audio/ogg")
    assert file.sha256 != hashlib.sha256((SPEECH / "report.m4a").read_bytes()).hexdigest()
    assert file.filename == "clip.ogg"


@pytest.mark.parametrize(("form", "name"), [("opus", "clip.ogg"), ("mp3", "clip.mp3")])
async def test_audio_convert_always_converts_everything(world: World, form: str, name: str) -> None:
    """With audio.convert = "always" a voice note too goes through pydub, into the form the host chose."""
    async with world.bot(audio__convert="always", audio__format=form):
        answer = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)

    (call,) = world.openai.calls
    assert WORDS in answer.content
    assert call.sha256 != hashlib.sha256(PARK.read_bytes()).hexdigest()
    assert call.filename == name
    assert call.seconds is not None
    assert abs(call.seconds - LENGTH_MS / 1000) < 0.2
    assert world.minutes == (LENGTH_MS, 0)


# What is logged.


async def spoken_in(world: World, **settings: str) -> tuple[BotProcess, Answer]:
    """A process that has answered one note by itself and one by command, at the noisiest level."""
    world.openai.script(Say(SECRET_WORDS), forever=True)
    bot = await start(world.env(log__level="debug", log__format="json", **settings))
    try:
        await world.discord.ready(seconds=PATIENCE_S)
        note = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)
        asked = await (await world.mina.slash("transcribe", world.general, file=PARK)).wait(seconds=PATIENCE_S)
        assert SECRET_WORDS in note.content
    finally:
        assert await bot.stop() == 0
    return bot, asked


async def test_the_log_keeps_secrets(world: World) -> None:
    """At no level does the log hold a word of a transcript, a token, a key or a signed address."""
    bot, asked = await spoken_in(world)

    log = "\n".join(bot.lines)
    assert asked.interaction is not None
    assert [json.loads(line) for line in bot.lines], "every line is JSON"
    for secret in (*SECRET_WORDS.split(), world.discord.token, world.openai.key, asked.interaction.token, "hm=", "ex="):
        assert secret not in log, secret


async def test_one_line_tells_of_a_note(world: World) -> None:
    """Each note has one line at the default level: id, guild, seconds, model, cost, and how long each stage took."""
    async with world.bot():
        await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)
        (line,) = await world.diary.until("note")

    fields = ("note", "guild", "seconds", "model", "usd", "calls", "fetch_ms", "convert_ms", "hear_ms", "deliver_ms")
    told = {name: getattr(line, name) for name in (*fields, "work_ms", "outcome")}
    assert re.fullmatch(r"[A-Z2-7]{5}", told["note"])
    assert (told["guild"], told["seconds"], told["model"]) == (world.home.id, 3.61, "gpt-transcribe")
    assert (told["usd"], told["calls"], told["outcome"]) == (0.0003, 1, "Transcript")
    assert all(told[name] >= 0 for name in told if name.endswith("_ms"))
    assert not hasattr(line, "preview")
    assert line.levelname == "INFO"


async def test_a_preview_is_fifty_characters(world: World) -> None:
    """With log.preview the line holds the first 50 characters of the words, and no more."""
    world.openai.script(Say(SECRET_WORDS), forever=True)
    async with world.bot(log__preview="true"):
        await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)
        (line,) = await world.diary.until("note")

    assert line.preview == SECRET_WORDS[:50]
    assert SECRET_WORDS[:51] not in world.diary.text
    assert world.diary.text.count("xylophone") == 1


# How it stops.


async def test_told_to_stop_it_finishes_what_is_in_work(world: World) -> None:
    """SIGTERM with notes in flight: they are answered first, then the process ends with 0."""
    gate = world.openai.hold()
    bot = await start(world.env())
    await world.discord.ready(seconds=PATIENCE_S)
    notes = [await world.mina.voice_note(world.general, PARK) for _ in range(2)]
    await gate.wait_for(2)
    stopping = asyncio.create_task(bot.stop())
    await bot.until("Stopping")
    gate.release()
    code = await stopping

    assert code == 0
    assert [WORDS in note.content for note in notes] == [True, True]
    assert world.rows("SELECT DISTINCT state FROM note") == [("done",)]
    assert not [line for line in bot.lines if "Traceback" in line]


async def test_what_could_not_be_finished_in_time_is_finished_next_time(world: World) -> None:
    """When the time to stop is over the rest is left in the inbox; the next start answers it, once, billed once."""
    gate = world.openai.hold()
    bot = await start(world.env(work__shutdown_seconds="0"))
    await world.discord.ready(seconds=PATIENCE_S)
    note = await world.mina.voice_note(world.general, PARK)
    await gate.wait_for(1)
    code = await bot.stop()
    assert not note.messages
    gate.release()
    async with world.bot():
        await note.wait(seconds=PATIENCE_S)
        await world.diary.until("note")

    assert code == 0
    assert len(note.messages) == 1
    assert WORDS in note.content
    assert world.minutes == (LENGTH_MS, 0)
    assert world.dollars == (600, 0), "the first call was begun, so the host counts it"
