"""A file that a server finds too large is sent in smaller pieces: no word is lost, and nothing is paid twice."""

import asyncio
import math
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from bot import audio
from tests.conftest import PATIENCE_S, SPEECH, WORDS, World
from tests.world.openai import Call, Fault

PRICE = 75  # micro-dollars a second, of gpt-transcribe
NOTE_S = 100


def bytes_of(seconds: int) -> int:
    """How large a file of so much sound is that the bot has cut: 32 kbit/s, and its variation."""
    return seconds * 5_000


def with_pauses(folder: Path) -> Path:
    """Ten times the same few words, and three seconds of nothing after each."""
    once, path = folder / "once.wav", folder / "note.ogg"
    ffmpeg = (str(audio.ffmpeg_of("bundled")), "-v", "error")
    pauses, notes = ("-af", "apad=pad_dur=3", str(once)), ("-c:a", "libopus", "-b:a", "16k", str(path))
    for words in (("-i", str(SPEECH / "park.ogg"), *pauses), ("-stream_loop", "9", "-i", str(once), *notes)):
        subprocess.run([*ffmpeg, *words], check=True)  # noqa: S603 -- our own words
    return path


def cost_of(calls: list[Call]) -> int:
    """What a provider bills for these, by started seconds."""
    return sum(math.ceil(call.seconds or 0) * PRICE for call in calls)


async def test_a_note_that_is_too_large_is_heard_in_slices(world: World, spoken: Callable[[int], bytes]) -> None:
    """Refused whole, it is cut and heard: all its words, billed once; the refused call costs nothing."""
    world.openai.most_bytes = bytes_of(28)
    async with world.bot(live__enabled="false"):
        note = await world.mina.voice_note(world.general, ("long.ogg", spoken(NOTE_S)))
        await note.wait(lambda seen: WORDS in seen.content, seconds=PATIENCE_S)
        await world.idle()

    first, *others = world.openai.calls
    assert (first.status, first.paid) == (413, False)
    assert {call.status for call in others} == {200}
    assert note.content.count(WORDS) == len(others) >= 3
    assert sum(call.seconds or 0 for call in others) == pytest.approx(NOTE_S, abs=0.2)
    assert "could not be heard" not in note.content
    assert world.minutes == (NOTE_S * 1000, 0)
    assert world.dollars == (cost_of(others), 0)


async def test_what_a_server_finds_too_large_is_known_the_next_time(
    world: World, spoken: Callable[[int], bytes]
) -> None:
    """Only the first note is refused: the next of that size is cut before it is sent."""
    world.openai.most_bytes = bytes_of(28)
    async with world.bot(live__enabled="false", rate__member_per_minute="100"):
        for _ in range(2):
            note = await world.mina.voice_note(world.general, ("long.ogg", spoken(NOTE_S)))
            await note.wait(lambda seen: WORDS in seen.content, seconds=PATIENCE_S)
        await world.idle()

    assert [call.status for call in world.openai.calls].count(413) == 1
    assert world.minutes == (2 * NOTE_S * 1000, 0)


async def test_a_slice_that_fails_leaves_the_words_before_it(world: World, spoken: Callable[[int], bytes]) -> None:
    """What was heard is delivered and billed, what was not is named with its time, and not billed."""
    world.openai.most_bytes = bytes_of(28)
    world.openai.script(Fault(400, "invalid_value"), when=lambda _: len(world.openai.paid) == 2, forever=True)
    async with world.bot(live__enabled="false"):
        note = await world.mina.voice_note(world.general, ("long.ogg", spoken(NOTE_S)))
        await note.wait(lambda seen: WORDS in seen.content, seconds=PATIENCE_S)
        await world.idle()

    heard = [call for call in world.openai.calls if call.status == 200]
    assert note.content.count(WORDS) == len(heard) == 2
    assert "1:40: could not be heard" in note.content
    assert world.minutes[0] == pytest.approx(sum(call.seconds or 0 for call in heard) * 1000, abs=100)


async def test_a_server_that_takes_nothing_is_not_asked_for_ever(world: World, spoken: Callable[[int], bytes]) -> None:
    """Slices of half a minute are the smallest: where these are refused too the note fails, and costs nothing."""
    world.openai.most_bytes = 1_000
    async with world.bot(live__enabled="false"):
        note = await world.mina.voice_note(world.general, ("long.ogg", spoken(NOTE_S)))
        await note.wait(lambda seen: "ID " in seen.content, seconds=PATIENCE_S)

    assert 2 <= len(world.openai.calls) <= 4
    assert world.minutes == (0, 0)
    assert world.dollars == (0, 0)


@pytest.mark.parametrize("trimmed", [False, True], ids=["whole", "trimmed"])
async def test_slices_cover_all_of_a_piece(tmp_path: Path, *, trimmed: bool) -> None:
    """They lie one behind the other, at their own times in the clip, none longer than was asked for but the last."""
    path = await asyncio.to_thread(with_pauses, tmp_path)
    rules = audio.UploadRules(scratch=tmp_path, trimmed=trimmed, target_ms=200_000)
    async with audio.open(path, rules=rules) as clip:
        (piece,) = clip.pieces
        slices = await audio.split(piece, 15_000)
        lengths = []
        for one in slices:
            async with audio.open(one.path, rules=audio.UploadRules(scratch=tmp_path, hushed=False)) as made:
                lengths.append(made.length_ms)

    assert (slices[0].start_ms, slices[-1].end_ms) == (piece.start_ms, piece.end_ms)
    assert all(one.index == piece.index for one in slices)
    assert all(before.end_ms <= after.start_ms for before, after in pairwise(slices))
    assert sum(one.sent_ms for one in slices) == piece.sent_ms
    assert max(one.sent_ms for one in slices[:-1]) <= 15_000
    assert lengths == pytest.approx([one.sent_ms for one in slices], abs=60)
    assert (len(piece.spans) > 1) is trimmed


async def test_slices_of_mp3_are_mp3(tmp_path: Path) -> None:
    """A server that has refused one form of a sound is sent its slices in the other."""
    rules = audio.UploadRules(scratch=tmp_path, convert="always")
    async with audio.open(SPEECH / "report.m4a", rules=rules) as clip:
        again = await audio.recode(clip.pieces[0])
        slices = await audio.split(again, 5_000)

    assert {(one.content_type, one.path.suffix) for one in slices} == {("audio/mpeg", ".mp3")}
