"""People who speak: the recordings beside the checkout, cut into slices, turned down, in noise, whispered."""

import audioop
import json
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np

from bot import audio
from tests.nobody import RATE_HZ, made

RECORDINGS = Path(__file__).parents[2] / "shared" / "speech"
SLICE_MS, EVERY_MS, SOUNDING_MS = 1_200, 2_000, 500
SOUNDING = 0.003 * 32_768  # -50 dBFS
BYTES_PER_MS = 32
FRAME_MS = 30


def pcm_of(*source: str) -> bytes:
    """16 kHz mono samples of whatever ffmpeg is told."""
    words = ("-v", "error", *source, "-ac", "1", "-ar", str(RATE_HZ), "-f", "s16le", "-")
    ffmpeg = str(audio.ffmpeg_of("bundled"))
    return subprocess.run([ffmpeg, *words], check=True, capture_output=True).stdout  # noqa: S603 - our own words


@cache
def people() -> dict[str, tuple[bytes, str, str]]:
    """Samples, words and language of every recording whose words are known, by its file's name."""
    found = {}
    for row in json.loads((RECORDINGS / "manifest.json").read_text("utf-8")):
        if row.get("transcript"):
            raw = ("-f", "s16le", "-ar", str(RATE_HZ), "-ac", "1") if row["file"].endswith(".raw") else ()
            pcm = pcm_of(*raw, "-i", str(RECORDINGS / row["file"]))
            found[row["file"]] = (pcm, row["transcript"], row["lang"])
    return found


def slices(pcm: bytes) -> Iterator[tuple[int, int]]:
    """Every 1.2 s of it, each 2 s, that sound for half a second: from which byte to which."""
    size = SLICE_MS * BYTES_PER_MS
    step = FRAME_MS * BYTES_PER_MS
    for at in range(0, len(pcm) - size + 1, EVERY_MS * BYTES_PER_MS):
        frames = (pcm[frame : frame + step] for frame in range(at, at + size, step))
        if FRAME_MS * sum(audioop.rms(frame, 2) > SOUNDING for frame in frames) >= SOUNDING_MS:
            yield at, at + size


def quieter(pcm: bytes, by_db: float) -> bytes:
    """The same sound, turned down."""
    return audioop.mul(pcm, 2, 10 ** (-by_db / 20))


def noisy(pcm: bytes, snr_db: float, colour: str = "pink") -> bytes:
    """The same voice in noise; both at half the voice's level, so that nothing clips."""
    noise = made(f"{colour} noise -30", len(pcm) / (BYTES_PER_MS * 1_000))
    pcm = audioop.mul(pcm, 2, 0.5)
    level = audioop.rms(pcm, 2) / max(audioop.rms(noise, 2), 1) * 10 ** (-snr_db / 20)
    return audioop.add(pcm, audioop.mul(noise, 2, level), 2)


def whispered(pcm: bytes) -> bytes:
    """The same words without a voice: noise with the spectrum that speech has at each moment."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float64)
    noise = np.random.default_rng(1).standard_normal(len(samples))
    size, hop = 512, 128
    window = np.hanning(size)
    made_of = np.zeros(len(samples) + size)
    smooth = np.hanning(13) / np.hanning(13).sum()  # 400 Hz: the formants stay, the pitch goes
    lift = np.linspace(0.25, 1, size // 2 + 1)  # whispers lack what is low
    for at in range(0, len(samples) - size, hop):
        shape = np.convolve(np.abs(np.fft.rfft(samples[at : at + size] * window)), smooth, "same")
        spectrum = np.fft.rfft(noise[at : at + size] * window)
        made_of[at : at + size] += np.fft.irfft(spectrum * shape * lift) * window
    loudest = np.abs(made_of).max() or 1.0
    return bytes(np.round(made_of[: len(samples)] / loudest * 8_000).astype("<i2").tobytes())
