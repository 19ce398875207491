"""The whole bot over real servers of other people, with a real Whisper behind them."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from bench.audio import sounds
from bench.words import notes
from bench.words.scene import straight
from tests.conftest import SPEECH, World
from tests.ears.conftest import Opener
from tests.ears.servers import KINDS
from tests.world.discord import Answer
from tests.world.openai import Sound
from tests.world.openai.recogniser import RECORDINGS
from tests.world.openai.whisper import Whisper, open_whisper

PATIENCE_S = 300
OURS = json.loads((SPEECH / "notes.json").read_text("utf-8"))


def said_in(name: str) -> str:
    """What is said in a recording: ours, or one of those beside the checkout."""
    manifest = RECORDINGS / "manifest.json"
    theirs = json.loads(manifest.read_text("utf-8")) if manifest.is_file() else []
    found: dict[str, str] = {row["file"]: row["text"] for row in OURS}
    return {**found, **{row["file"]: row.get("transcript") or "" for row in theirs}}[name]


def sound(name: str) -> Path:
    """That recording; skips where it is beside no checkout."""
    path = SPEECH / name if (SPEECH / name).is_file() else RECORDINGS / name
    if not path.is_file():
        pytest.skip(f"../shared/speech/{name} is not there")
    return path


def right(said: str, heard: str) -> float:
    """The share of the signs said that stand, in order, in what was heard; blanks and marks do not count."""
    left, found = ("".join(re.findall(r"\w", text.lower())) for text in (said, heard))
    blocks = SequenceMatcher(None, left, found, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(left)


async def words(world: World, answer: Answer) -> str:
    """What stands in the channel once all is done, without what the bot says of it."""
    await world.diary.when(lambda: bool(world.diary.of("note")), PATIENCE_S)
    await world.idle(PATIENCE_S)
    await answer.wait(seconds=PATIENCE_S)
    return "\n".join(line for line in answer.content.split("\n") if not line.startswith("-# "))


@pytest.mark.speech(seconds=12)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "name",
    [
        "country.ogg",
        "hotel.ogg",
        "voice-message_jfk.ogg",
        "voice-message_pico_test_ko.ogg",
        "voice-message_pico_test_de.ogg",
        "voice-message_LJ001-0014.ogg",
    ],
)
async def test_a_voice_message_is_heard(world: World, heard_by: Opener, kind: str, name: str) -> None:
    """A voice message becomes its words, English, Korean or German, and nobody says which it is."""
    await heard_by.bot(kind)
    answer = await world.mina.voice_note(world.general, sound(name))

    assert right(said_in(name), await words(world, answer)) >= 0.8
    assert len(world.diary.of("call_started")) == 1
    assert world.minutes[0] > 0


@pytest.mark.speech(seconds=12)
@pytest.mark.parametrize("name", ["report.m4a", "jfk.amr", "jfk.webm", "jfk.mov", "jfk.flac", "jfk_44k.mp3"])
async def test_a_file_of_any_kind_is_heard(world: World, heard_by: Opener, name: str) -> None:
    """A file becomes its words, whatever it is: what the server might not take is converted first."""
    await heard_by.bot("open-asr-server")
    answer = await world.mina.slash("transcribe", world.general, file=sound(name))

    assert right(said_in(name), await words(world, answer)) >= 0.8


@pytest.mark.speech(seconds=15)
@pytest.mark.parametrize("name", ["park.ogg", "voice-message_librivox_0870.ogg", "voice-message_pico_test_ko.ogg"])
async def test_nothing_is_lost_on_the_way(world: World, heard_by: Opener, name: str) -> None:
    """What passes byte for byte gives the words that the server gives when it is asked without us."""
    server = await heard_by.bot("open-asr-server")
    alone = await straight(server, sound(name))
    answer = await world.mina.voice_note(world.general, sound(name))

    assert right(alone, await words(world, answer)) == 1.0


@pytest.mark.speech(seconds=12)
@pytest.mark.parametrize("level_db", [-40, -46])
async def test_quiet_speech_is_heard(world: World, heard_by: Opener, tmp_path: Path, level_db: float) -> None:
    """Somebody who speaks far from the microphone is heard, not called silent."""
    await heard_by.bot("open-asr-server")
    quiet = notes.quieter(sounds.pcm_of(SPEECH / "country.ogg"), level_db)
    answer = await world.mina.voice_note(world.general, notes.voice_note(quiet, tmp_path / "quiet.ogg"))

    assert right(said_in("country.ogg"), await words(world, answer)) >= 0.6


@pytest.mark.speech(seconds=10)
@pytest.mark.parametrize("kind", KINDS)
async def test_silence_is_no_speech(world: World, heard_by: Opener, kind: str) -> None:
    """A room in which nobody speaks has no words, and no server is asked to make some up."""
    await heard_by.bot(kind)
    answer = await world.mina.voice_note(world.general, SPEECH / "silence.ogg")

    assert "No speech" in await words(world, answer)
    assert world.diary.of("call_started") == []
    assert world.minutes[0] == 0


@pytest.mark.speech(seconds=30)
@pytest.mark.parametrize("kind", KINDS)
async def test_notes_at_once_are_all_answered(world: World, heard_by: Opener, kind: str) -> None:
    """Five notes at once on a server that hears one at a time all become their words."""
    await heard_by.bot(kind)
    names = ["country.ogg", "hotel.ogg", "meeting.ogg", "park.ogg", "birthday.ogg"]
    answers = [await world.mina.voice_note(world.general, SPEECH / name) for name in names]
    await world.diary.when(lambda: len(world.diary.of("note")) == len(names), PATIENCE_S)
    heard = [await words(world, answer) for answer in answers]

    assert [right(said_in(name), text) >= 0.8 for name, text in zip(names, heard, strict=True)] == [True] * len(names)
    assert len(world.diary.of("call_started")) == len(names)


@pytest.mark.speech(seconds=90)
async def test_no_piece_of_a_long_note_is_lost(world: World, heard_by: Opener, tmp_path: Path) -> None:
    """Five minutes in pieces, on a server that hears one at a time: each is asked for once, and nothing lacks."""
    await heard_by.bot("faster-whisper-server", quota__guild_minutes="60")
    english = [take for take in notes.takes() if take.language == "en"]
    long = notes.lasting(english, 300)
    note = notes.voice_note(long, tmp_path / "long.ogg")
    answer = await world.mina.voice_note(world.general, note)
    heard = await words(world, answer)
    for file in answer.files:
        heard = file.read().decode("utf-8") if file.filename == "transcript.txt" else heard

    assert right(long.words, heard) >= 0.85
    pieces = [record.piece for record in world.diary.of("call_started")]
    assert sorted(pieces) == list(range(len(pieces)))
    assert "could not be heard" not in heard


@pytest.fixture
async def whisper() -> AsyncIterator[Whisper]:
    """The ears of `make demo SPEECH=whisper`."""
    async with open_whisper() as opened:
        yield opened


@pytest.mark.speech(seconds=10)
async def test_the_demo_s_whisper_knows_languages(whisper: Whisper) -> None:
    """The demo's real Whisper hears Korean as Korean, and says so."""
    name = "voice-message_pico_test_ko.ogg"
    data = await asyncio.to_thread(sound(name).read_bytes)
    spoken = await whisper.hear(Sound(data, "", 0.0))

    assert right(said_in(name), spoken.text) >= 0.8
    assert spoken.languages == ("ko",)


@pytest.mark.speech(seconds=12)
async def test_who_hangs_up_takes_nobody_s_answer(whisper: Whisper) -> None:
    """A caller who leaves amid a sound does not get the next caller the wrong words."""
    first, second = ((SPEECH / name).read_bytes() for name in ("country.ogg", "park.ogg"))
    leaving = asyncio.create_task(whisper.hear(Sound(first, "", 0.0)))
    await asyncio.sleep(0)
    leaving.cancel()
    spoken = await whisper.hear(Sound(second, "", 0.0))

    assert right(said_in("park.ogg"), spoken.text) >= 0.8


@pytest.mark.speech(seconds=8)
async def test_what_is_no_sound_is_said_to_be_none(whisper: Whisper) -> None:
    """Bytes that are no sound are an error of that call, and the next one is heard."""
    with pytest.raises(RuntimeError):
        await whisper.hear(Sound(b"no sound at all", "", 0.0))
    data = await asyncio.to_thread((SPEECH / "park.ogg").read_bytes)

    assert right(said_in("park.ogg"), (await whisper.hear(Sound(data, "", 0.0))).text) >= 0.8
