"""
The sounds that are measured: recordings where they are beside the checkout, else the notes the project ships.

Hides where they come from and how ffmpeg joins, repeats and mixes them.
"""

import audioop
import json
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot import audio

ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT.parent / "shared" / "speech"
NOTES = ROOT / "tests" / "speech"
RATE_HZ = 16_000


@cache
def ffmpeg() -> str:
    """The ffmpeg under test, for our side and for the bare one."""
    return str(audio.ffmpeg_of("bundled"))


@dataclass(frozen=True, slots=True)
class Recording:
    """Somebody speaking, and what was said."""

    path: Path
    language: str
    words: str


def recordings() -> list[Recording]:
    """The project's own notes, and of the recordings one file for each thing said."""
    own = json.loads((NOTES / "notes.json").read_text("utf-8"))
    found = {row["text"]: Recording(NOTES / row["file"], "en", row["text"]) for row in own if row["text"]}
    manifest = RECORDINGS / "manifest.json"
    for row in json.loads(manifest.read_text("utf-8")) if manifest.exists() else []:
        words = row.get("transcript") or ""
        path = RECORDINGS / row["file"]
        if words and path.suffix in {".wav", ".flac", ".raw"} and words not in found:
            found[words] = Recording(path, row["lang"], words)
    return list(found.values())


def run(*words: str) -> bytes:
    """What ffmpeg says on stdout."""
    return subprocess.run([ffmpeg(), "-v", "error", "-nostdin", *words], check=True, capture_output=True).stdout  # noqa: S603 - our own words


def pcm_of(path: Path) -> bytes:
    """16 kHz mono samples of a trusted file."""
    raw = ("-f", "s16le", "-ar", str(RATE_HZ), "-ac", "1") if path.suffix == ".raw" else ()
    return run(*raw, "-i", str(path), "-ac", "1", "-ar", str(RATE_HZ), "-f", "s16le", "-")


def encoded(pcm: bytes, path: Path, *options: str) -> Path:
    """A file of these samples, in the format that its name and the options say."""
    words = ("-f", "s16le", "-ar", str(RATE_HZ), "-ac", "1", "-i", "-", *options, "-y", str(path))
    subprocess.run([ffmpeg(), "-v", "error", *words], check=True, input=pcm)  # noqa: S603 - our own words
    return path


def generated(source: str, seconds: float) -> bytes:
    """Samples of one of ffmpeg's generators."""
    return run("-f", "lavfi", "-i", source, "-t", str(seconds), "-ac", "1", "-ar", str(RATE_HZ), "-f", "s16le", "-")


def mixed(voice: bytes, noise: bytes, snr_db: float) -> bytes:
    """A voice in noise at a ratio of their mean powers; both at half the voice's level, so that nothing clips."""
    noise = noise[: len(voice)]
    voice = audioop.mul(voice[: len(noise)], 2, 0.5)
    level = audioop.rms(voice, 2) / max(1, audioop.rms(noise, 2)) * 10 ** (-snr_db / 20)
    return audioop.add(voice, audioop.mul(noise, 2, level), 2)
