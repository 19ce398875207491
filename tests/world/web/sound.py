"""
A recording of a browser as Discord's own client would have sent it: Ogg Opus, its length, its waveform.

Hides ffmpeg. Promises: Opus of any container is copied, not encoded anew; what is no sound is a ValueError.
"""

import asyncio
import base64
from dataclasses import dataclass

import imageio_ffmpeg
import numpy as np

from tests.world.discord.people import seconds_of

_RATE = 8_000
_QUIET = 600.0  # of 32,768: a room in which nobody speaks stays flat
_BARS = 256  # Discord: at most so many bytes of waveform, about one per 100 ms


@dataclass(frozen=True, slots=True)
class Recording:
    """What a voice message consists of."""

    ogg: bytes
    seconds: float
    waveform: str


async def recorded(data: bytes) -> Recording:
    """The voice message a recording becomes."""
    ogg = data
    if b"OpusHead" not in data[:100]:
        ogg = await _ffmpeg(data, "-c:a", "copy", "-f", "ogg")
        if b"OpusHead" not in ogg[:100]:
            ogg = await _ffmpeg(data, "-c:a", "libopus", "-b:a", "32k", "-ac", "1", "-f", "ogg")
    pcm = await _ffmpeg(ogg, "-f", "s16le", "-ac", "1", "-ar", str(_RATE))
    if not pcm:
        raise ValueError("there is no sound in this recording")
    return Recording(ogg, seconds_of(ogg), waveform(pcm))


def waveform(pcm: bytes) -> str:
    """Loudness over time as Discord writes it: a byte per bar, base64."""
    samples = np.abs(np.frombuffer(pcm, dtype="<i2").astype(np.float64))
    bars = np.array_split(samples, min(_BARS, max(1, len(samples) * 10 // _RATE)))
    loud = np.array([each.mean() if len(each) else 0.0 for each in bars])
    scaled = np.clip(loud / max(float(loud.max()), _QUIET) * 255, 0, 255).astype(np.uint8)
    return base64.b64encode(scaled.tobytes()).decode()


async def _ffmpeg(data: bytes, *words: str) -> bytes:
    """What ffmpeg makes of it; nothing, if it cannot."""
    process = await asyncio.create_subprocess_exec(
        imageio_ffmpeg.get_ffmpeg_exe(), "-v", "quiet", "-i", "pipe:0", "-vn", *words, "pipe:1",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    made, _ = await process.communicate(data)
    return made if process.returncode == 0 else b""
