"""Long m4a files are fed to the decoder without their table; what is unusual in any way is not."""

import random
import struct
import subprocess
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import audio
from bot.audio.mp4 import Track, frames, track_of
from bot.audio.reader import BYTES_PER_MS, Reader
from tests.decoders import DECODER, MAKER
from tests.hostile.trial import bare_ms

SPEECH = Path(__file__).parent / "speech"
TOLERANCE_MS = 50
Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Makes an m4a of two notes; words are ffmpeg's."""

    def made(*words: str, name: str = "note.m4a", codec: str = "aac") -> Path:
        path = tmp_path / name
        source = ("-i", str(SPEECH / "park.ogg"), "-i", str(SPEECH / "hotel.ogg"))
        joined = ("-filter_complex", "[0][1]concat=n=2:v=0:a=1", "-c:a", codec)
        subprocess.run([MAKER, "-v", "error", *source, *joined, *words, "-y", str(path)], check=True)  # noqa: S603 - our own words
        return path

    return made


def found(path: Path) -> Track | None:
    """The track of a file of any length."""
    return track_of(path, least_frames=1)


def decoded(path: Path, track: Track | None) -> bytes:
    """What the caged reader makes of a file, fed or not."""
    return b"".join(Reader(DECODER, str(path), memory_bytes=1 << 30, deadline_s=60, track=track))


@pytest.mark.parametrize("rate_hz", [8_000, 44_100, 96_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_the_same_sound_comes_out(make: Make, rate_hz: int, channels: int) -> None:
    """Frame by frame or as a file, the decoder gives the same samples, from the same moment on."""
    path = make("-ar", str(rate_hz), "-ac", str(channels))
    track = found(path)
    fed, shown = decoded(path, track), decoded(path, None)

    assert track is not None
    assert abs(len(fed) - len(shown)) <= TOLERANCE_MS * BYTES_PER_MS
    assert abs(len(fed) // BYTES_PER_MS - bare_ms(path, DECODER, max_ms=60_000)) <= TOLERANCE_MS
    # Aligned to the millisecond: skipping by whole samples of 16 kHz is the only difference.
    assert min(apart(fed, shown, by) for by in range(-BYTES_PER_MS, BYTES_PER_MS + 1, 2)) < LOUDEST // 100


LOUDEST = 32_767


def apart(one: bytes, other: bytes, by: int) -> int:
    """How far the middles of two sounds lie apart on average, when one is moved by so many bytes."""
    start, size = 64_000, 16_000
    here, there = (memoryview(sound[at : at + size]).cast("h") for sound, at in ((one, start), (other, start + by)))
    return sum(abs(a - b) for a, b in zip(here, there, strict=True)) // len(here)


@pytest.mark.parametrize(
    ("words", "codec"),
    [
        (("-movflags", "+frag_keyframe+empty_moov"), "aac"),
        (("-ar", "44100"), "alac"),
        (("-ac", "6"), "aac"),
        (("-map", "0:a", "-ar", "44100"), "aac"),
    ],
    ids=["in fragments", "another codec", "many channels", "two tracks"],
)
def test_what_is_unusual_is_left_to_the_reader(make: Make, words: tuple[str, ...], codec: str) -> None:
    """Fragments, other codecs, surround sound and several tracks take the way of every other file."""
    assert found(make(*words, codec=codec)) is None


def test_short_files_keep_their_table(make: Make) -> None:
    """Where the table is small nothing is gained, and nothing done."""
    assert track_of(make("-ar", "44100")) is None


def test_what_is_no_m4a_has_no_track() -> None:
    """Other files are told at a glance."""
    assert found(SPEECH / "park.ogg") is None


def test_a_table_that_points_outside_is_not_followed(make: Make, tmp_path: Path) -> None:
    """A file that ends too early goes to the reader, who says how much of it can be read."""
    cut = tmp_path / "cut.m4a"
    cut.write_bytes(make("-movflags", "+faststart").read_bytes()[:-500])

    assert found(cut) is None


def test_a_file_of_empty_boxes_is_left_to_the_reader(tmp_path: Path) -> None:
    """However many boxes a stranger lays in a row, a thousand are looked at, and what is kept of them is small."""
    path = tmp_path / "boxes.m4a"
    path.write_bytes(b"".join(struct.pack(">II", 8, number) for number in range(1, 500_000)))

    tracemalloc.start()
    try:
        assert found(path) is None
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("seed", range(2))
def test_no_table_breaks_the_reading(make: Make, tmp_path: Path, seed: int) -> None:
    """Whatever bytes a table is made of, it is used or left alone; frames never lead beyond the file."""
    whole = make("-movflags", "+faststart").read_bytes()
    moov = whole.index(b"moov")
    dice = random.Random(seed)  # noqa: S311 - a corpus that can be made again
    bent = tmp_path / "bent.m4a"
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 3)):
            data[dice.randrange(moov, moov + 3_000)] = dice.choice((0, 1, 127, 128, 255))
        bent.write_bytes(data)
        track = found(bent)
        assert track is None or sum(map(len, frames(bent, track))) <= len(whole) + 8 * len(track.sizes)


@pytest.mark.parametrize(("less", "later"), [(32_000, 0), (0, 16_000)], ids=["the end", "the beginning"])
def test_what_its_author_cut_off_is_left_to_the_reader(make: Make, less: int, later: int) -> None:
    """An edit list that leaves out more than an encoder's padding is the decoder's to keep to."""
    path = make("-ar", "16000")
    assert found(path) is not None
    data = bytearray(path.read_bytes())
    at = data.index(b"elst") + 12
    length, skip = (int.from_bytes(data[at + by : at + by + 4], "big") for by in (0, 4))
    data[at : at + 8] = (length - less).to_bytes(4, "big") + (skip + later).to_bytes(4, "big")
    path.write_bytes(data)

    assert found(path) is None


@pytest.mark.long
async def test_a_long_recording_is_measured_whole(tmp_path: Path) -> None:
    """A recording with a large table is as long as its samples are."""
    path = tmp_path / "long.m4a"
    tone = ("-f", "lavfi", "-i", "sine=220:r=96000:d=700")
    subprocess.run([MAKER, "-v", "error", *tone, "-b:a", "24k", "-y", str(path)], check=True)  # noqa: S603, ASYNC221 - before all
    assert track_of(path) is not None

    async with audio.open(path, rules=audio.UploadRules(scratch=tmp_path, ffmpeg=DECODER, hushed=False)) as clip:
        assert abs(clip.length_ms - bare_ms(path, DECODER, max_ms=800_000)) <= TOLERANCE_MS
        assert not clip.damaged
        assert clip.tracks == 1
