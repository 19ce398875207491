"""
The sounds of the other blocks: recordings as notes, quieter, longer, between silences.

Hides where recordings lie. Promises: one recording for each thing said, of real people first; voice messages are
encoded as Discord's clients do.
"""

import audioop
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from bench.audio import sounds
from bench.audio.sounds import RATE_HZ, Recording

DISCORD = ("-ar", "48000", "-c:a", "libopus", "-b:a", "32k", "-application", "voip")
SAMPLE_BYTES = 2
FRAME_MS = 20
LOUD_SHARE = 0.95  # a recording's loud frames are louder than so many
SOUNDING_DB = -35  # against these


@dataclass(frozen=True, slots=True)
class Take:
    """One sound with what is said in it: samples (16 kHz, mono, 16 bits), who speaks, in which language."""

    name: str
    pcm: bytes
    words: str
    language: str

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.pcm) / SAMPLE_BYTES / RATE_HZ

    @property
    def speaker(self) -> str:
        """Recordings of one voice, as far as names tell."""
        return re.split(r"[-_\d.]", self.name)[0] + ("" if self.language == "en" else f"-{self.language}")


def takes() -> list[Take]:
    """Every recording that has a transcript."""
    return [Take(one.path.stem, sounds.pcm_of(one.path), one.words, one.language) for one in _recordings()]


def files() -> list[Take]:
    """Every file that has a transcript: the same words also as voice messages, and as other kinds of files."""
    manifest = sounds.RECORDINGS / "manifest.json"
    found = {one.name: one for one in takes()}
    for row in json.loads(manifest.read_text("utf-8")) if manifest.exists() else []:
        path = sounds.RECORDINGS / row["file"]
        if row.get("transcript") and path.stem not in found:
            found[row["file"]] = Take(row["file"], sounds.pcm_of(path), row["transcript"], row["lang"])
    return list(found.values())


def _recordings() -> list[Recording]:
    return sorted(sounds.recordings(), key=lambda one: one.path.name)


def silence(seconds: float) -> bytes:
    """Nothing at all."""
    return bytes(int(seconds * RATE_HZ) * SAMPLE_BYTES)


def quieter(pcm: bytes, level_db: float) -> bytes:
    """The same with that root mean square, in dB of full scale."""
    return audioop.mul(pcm, SAMPLE_BYTES, 10 ** (level_db / 20) * 32768 / max(1, audioop.rms(pcm, SAMPLE_BYTES)))


def frames(pcm: bytes) -> list[int]:
    """Root mean squares of 20 ms each."""
    size = RATE_HZ * FRAME_MS // 1000 * SAMPLE_BYTES
    return [audioop.rms(pcm[at : at + size], SAMPLE_BYTES) for at in range(0, len(pcm) - size + 1, size)]


def sounding_ms(pcm: bytes, loud: float) -> int:
    """How long it is no quieter than 35 dB below what is loud in the recording it was taken from."""
    return FRAME_MS * sum(level > loud * 10 ** (SOUNDING_DB / 20) for level in frames(pcm))


def loudness(pcm: bytes) -> float:
    """What is loud in it."""
    levels = sorted(frames(pcm))
    return levels[int(len(levels) * LOUD_SHARE)] if levels else 0.0


def slices(pcm: bytes, length_s: float, every_s: float) -> Iterator[bytes]:
    """Parts of that length, beginning again and again."""
    length, step = (int(one * RATE_HZ) * SAMPLE_BYTES for one in (length_s, every_s))
    for at in range(0, max(len(pcm) - length, 0) + 1, step):
        yield pcm[at : at + length]


def joined(parts: list[Take], pause_s: float = 0.0) -> Take:
    """One after the other, with their own pauses, and that much between."""
    pcm = silence(pause_s).join(one.pcm for one in parts)
    return Take("+".join(one.name for one in parts), pcm, " ".join(one.words for one in parts), parts[0].language)


def long_takes(found: list[Take], lengths_s: tuple[float, ...]) -> list[Take]:
    """Recordings of one speaker joined until they last about so long each; every speaker who has enough."""
    by_speaker: dict[str, list[Take]] = {}
    for one in found:
        by_speaker.setdefault(one.speaker, []).append(one)
    made: dict[str, Take] = {}
    for parts in by_speaker.values():
        for first in range(len(parts)):
            turned = [*parts[first:], *parts[:first]]
            reached = list(accumulate(one.seconds for one in turned))
            for length_s in lengths_s:
                count = next((number for number, sum_s in enumerate(reached, 1) if sum_s >= length_s), None)
                if count is not None and count > 1:
                    whole = joined(turned[:count])
                    made.setdefault(whole.name, whole)
    return list(made.values())


def lasting(found: list[Take], length_s: float, pause_s: float = 1.0) -> Take:
    """English recordings one after the other, again and again, until it lasts so long."""
    parts: list[Take] = []
    reached = 0.0
    while reached < length_s:
        parts.append(found[len(parts) % len(found)])
        reached += parts[-1].seconds + pause_s
    whole = joined(parts, pause_s)
    return Take(f"{length_s / 60:.0f} minutes", whole.pcm, whole.words, "en")


def voice_note(take: Take | bytes, path: Path) -> Path:
    """It as a voice message."""
    return sounds.encoded(take if isinstance(take, bytes) else take.pcm, path, *DISCORD)
