"""Gate and knife: who speaks, and where to cut."""

import math
import random
import struct
import subprocess
from array import array
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from bot import audio
from bot.audio.cut import Cut, Knife
from bot.audio.gate import FRAME_MS, Gate
from bot.audio.reader import BYTES_PER_MS

SPEECH = Path(__file__).parent / "speech"
FFMPEG = str(audio.ffmpeg_of("bundled"))
VOICES = sorted(path.name for path in SPEECH.glob("*.ogg") if path.name != "silence.ogg")


def pcm_of(path: Path) -> bytes:
    """A trusted file as the reader would give it."""
    words = ("-v", "error", "-i", str(path), "-ac", "1", "-ar", "16000", "-f", "s16le", "-")
    return subprocess.run([FFMPEG, *words], check=True, capture_output=True).stdout  # noqa: S603 - our own words


def noise(seconds: float, amplitude: float, seed: int = 1) -> bytes:
    """White noise, clipped where it would not fit."""
    rng = random.Random(seed)  # noqa: S311 - reproducible on purpose
    return array(
        "h", (max(-32_768, min(32_767, int(rng.gauss(0, amplitude)))) for _ in range(int(seconds * 16_000)))
    ).tobytes()


def tone(seconds: float, hertz: float, amplitude: float) -> bytes:
    """A steady tone."""
    step = 2 * math.pi * hertz / 16_000
    return array("h", (int(amplitude * math.sin(step * at)) for at in range(int(seconds * 16_000)))).tobytes()


def mixed(voice: bytes, other: bytes) -> bytes:
    """Two sounds at once."""
    count = min(len(voice), len(other)) // 2
    pairs = zip(
        struct.unpack(f"<{count}h", voice[: 2 * count]), struct.unpack(f"<{count}h", other[: 2 * count]), strict=True
    )
    return array("h", (max(-32_768, min(32_767, a + b)) for a, b in pairs)).tobytes()


def loudness(pcm: bytes) -> float:
    """Root mean square."""
    values = struct.unpack(f"<{len(pcm) // 2}h", pcm)
    return math.sqrt(sum(value * value for value in values) / len(values))


def is_spoken(pcm: bytes) -> bool:
    """What the gate says of all of it."""
    gate = Gate()
    gate.feed(pcm)
    return gate.hears(len(gate.levels))


@pytest.mark.parametrize("name", VOICES)
def test_a_voice_is_heard_in_quiet_and_in_noise(name: str) -> None:
    """Speech is heard as it is, a hundred times fainter, and in hiss as loud as itself."""
    voice = pcm_of(SPEECH / name)
    faint = array("h", (value // 100 for value in struct.unpack(f"<{len(voice) // 2}h", voice))).tobytes()

    assert is_spoken(voice)
    assert is_spoken(faint)
    assert is_spoken(mixed(voice, noise(len(voice) / 32_000, loudness(voice))))


@pytest.mark.parametrize(
    "made",
    [
        lambda: bytes(320_000),
        bytes,
        lambda: noise(10, 3),
        lambda: noise(10, 300),
        lambda: noise(10, 8_000),
        lambda: tone(10, 50, 3_000),
        lambda: tone(10, 440, 8_000),
        lambda: (noise(0.01, 9_000) + noise(2.99, 20)) * 3,
    ],
    ids=["zeros", "nothing", "faint hiss", "hiss", "loud hiss", "hum", "tone", "clicks"],
)
def test_noise_is_not_a_voice(made: Callable[[], bytes]) -> None:
    """Silence, steady noise, hum, tones and clicks are not speech: nothing is sent and nothing is paid."""
    assert not is_spoken(made())


def test_one_word_in_a_long_silence_is_heard() -> None:
    """A word in ten minutes of hiss is found."""
    word = pcm_of(SPEECH / "hotel.ogg")[32_000 : 32_000 + 16_000]
    hiss = noise(20, 200)

    assert is_spoken(hiss * 15 + mixed(word, noise(0.5, 200)) + hiss * 15)


def test_a_short_word_alone_is_heard() -> None:
    """A clip of less than a second has no quiet moments to compare with, and is heard all the same."""
    assert is_spoken(pcm_of(SPEECH / "hotel.ogg")[32_000 : 32_000 + 16_000])


def cuts_of(
    pcm: bytes, *, block: int = 65_536, target_ms: int = 5_000, longest_ms: int = 60_000, **how: bool
) -> list[Cut]:
    """All cuts of a sound that comes in blocks."""
    knife = Knife(target_ms=target_ms, longest_ms=longest_ms, **how)
    cuts = [cut for at in range(0, len(pcm), block) for cut in knife.feed(pcm[at : at + block])]
    return [*cuts, *knife.end()]


def test_cuts_do_not_depend_on_how_the_sound_comes() -> None:
    """Whatever the pipe delivers at a time, the pieces are the same: a resumed note finds its heard pieces again."""
    sound = b"".join(pcm_of(SPEECH / name) for name in VOICES)
    small, large = cuts_of(sound, block=1_234), cuts_of(sound, block=900_000)

    assert small == large
    assert b"".join(cut.pcm for cut in small) == sound
    assert len(small) > 5


def test_a_cut_falls_into_a_pause() -> None:
    """Where there is a pause near the target, the cut is in it and not in a word."""
    words = [pcm_of(SPEECH / name)[6_400:-6_400] for name in VOICES[:4]]
    sound, pauses = b"", []
    for word in words:
        pauses.append((len(sound) // BYTES_PER_MS, len(sound) // BYTES_PER_MS + 500))
        sound += noise(0.5, 3) + word

    edges = [cut.spans[-1][1] for cut in cuts_of(sound, target_ms=5_000)][:-1]

    assert len(edges) >= 2
    assert all(any(start <= edge <= end for start, end in pauses) for edge in edges)


def test_no_piece_is_longer_than_the_model_takes() -> None:
    """Even a sound without any pause is cut before the model's limit, and none of it is lost."""
    sound = noise(70, 8_000)

    cuts = cuts_of(sound, target_ms=60_000, longest_ms=20_000, hushed=False)

    assert all(end - start <= 20_000 for cut in cuts for start, end in cut.spans)
    assert b"".join(cut.pcm for cut in cuts) == sound
    assert all(one.spans[-1][1] == other.spans[0][0] for one, other in pairwise(cuts))


def test_stretches_without_a_voice_are_left_out() -> None:
    """A minute of hiss between two sentences is in no piece, and the pieces around it keep their times."""
    voice = pcm_of(SPEECH / "pauses.ogg")
    cuts = cuts_of(voice + noise(60, 200) + voice, target_ms=10_000)
    heard = [cut for cut in cuts if cut.pcm]

    assert len(heard) < len(cuts)
    assert heard[0].spans[0][0] == 0
    assert heard[-1].spans[-1][1] == (2 * len(voice) // BYTES_PER_MS) + 60_000
    assert cuts_of(bytes(64_000)) == [Cut(((0, 2_000),), bytearray())]


def test_trimming_keeps_the_edges_of_a_pause() -> None:
    """Of a long pause 300 ms stay on either side, and what is sent is exactly the spans it says."""
    voice = pcm_of(SPEECH / "hotel.ogg")
    sound = voice + bytes(5_000 * BYTES_PER_MS) + voice

    (cut,) = cuts_of(sound, target_ms=60_000, trimmed=True)

    assert b"".join(sound[a * BYTES_PER_MS : b * BYTES_PER_MS] for a, b in cut.spans) == bytes(cut.pcm)
    (_, end), (start, _) = cut.spans[0], cut.spans[-1]
    assert 5_000 - 1_000 < start - end < 5_000
    assert (end // FRAME_MS * FRAME_MS, start // FRAME_MS * FRAME_MS) == (end, start)
    assert sum(b - a for a, b in cut.spans) < len(sound) // BYTES_PER_MS - 4_000
