"""The audio room: sound files in, small speech-ready pieces out."""

import subprocess
from pathlib import Path

import pytest

from bot import audio
from bot.outcome import Why

FFMPEG = str(audio.ffmpeg_of("bundled"))


def make(path: Path, *words: str) -> Path:
    """A sound made by ffmpeg from its own generators."""
    subprocess.run([FFMPEG, "-v", "error", *words, "-y", str(path)], check=True)  # noqa: S603 - our own words
    return path


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """An empty scratch directory."""
    path = tmp_path / "scratch"
    path.mkdir()
    return path


@pytest.fixture
def rules(scratch: Path) -> audio.UploadRules:
    """Rules as the room's users have them, in a scratch directory of the test's own."""
    return audio.UploadRules(scratch=scratch, hushed=False)


async def test_a_voice_note_is_sent_as_it_is(tmp_path: Path, rules: audio.UploadRules) -> None:
    """An ordinary Ogg/Opus note is passed through byte for byte under the name the provider accepts."""
    note = make(tmp_path / "note.opus", "-f", "lavfi", "-i", "sine=300:d=3", "-c:a", "libopus", "-b:a", "32k")

    async with audio.open(note, rules=rules) as clip:
        (piece,) = clip.pieces

        assert (clip.length_ms, clip.is_silent, clip.converted) == (3_000, False, False)
        assert (piece.name, piece.content_type, piece.path) == ("voice.ogg", "audio/ogg", note)


async def test_a_file_of_another_kind_is_converted_and_leaves_nothing(tmp_path: Path, rules: audio.UploadRules) -> None:
    """A wav becomes one small Ogg, which is gone with the clip; the sender's file stays."""
    sound = make(tmp_path / "sound.wav", "-f", "lavfi", "-i", "sine=300:d=3")

    async with audio.open(sound, rules=rules) as clip:
        (piece,) = clip.pieces

        assert (clip.length_ms, clip.converted, piece.start_ms, piece.end_ms) == (3_000, True, 0, 3_000)
        assert piece.path.read_bytes()[:4] == b"OggS"

    assert sound.exists()
    assert list(rules.scratch.iterdir()) == []


async def test_text_is_not_sound(tmp_path: Path, rules: audio.UploadRules) -> None:
    """Whatever its name says, a text file is refused as no sound."""
    lie = tmp_path / "note.mp3"
    lie.write_text("These are only words.")

    with pytest.raises(audio.UnreadableSound) as refusal:
        async with audio.open(lie, rules=rules):
            pass

    assert refusal.value.why is Why.NOT_SOUND
