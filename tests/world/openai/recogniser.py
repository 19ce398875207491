"""
Ears that really listen: an offline recogniser for English, and recordings known beforehand for the rest.

Hides pocketsphinx, its worker processes and the look-up by sound. Promises never to block the loop; the
model (0.5 s, 110 MB) is loaded once per worker, when it is first needed.
"""

import asyncio
import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tests.world.openai.ears import Sound, Spoken
from tests.world.openai.sound import RATE, pcm_of

RECORDINGS = Path(__file__).resolve().parents[3].parent / "shared" / "speech"
FRAME = RATE // 50
SAME_SOUND = 0.9  # how alike two loudness curves are when only the codec differs; strangers stay below 0.5
SAME_LENGTH_S = 0.3
LOUD = 0.003  # root mean square of full scale; a room where nobody speaks stays below


@cache
def _decoder() -> Any:
    """The model, once per worker process."""
    from pocketsphinx import Decoder  # noqa: PLC0415 - only the workers need it

    return Decoder(loglevel="FATAL")


def _listen(pcm: bytes) -> str:
    """The words in 16 kHz mono samples; runs in a worker."""
    decoder = _decoder()
    decoder.start_utt()
    decoder.process_raw(pcm, no_search=False, full_utt=True)
    decoder.end_utt()
    found = decoder.hyp()
    return found.hypstr if found else ""


def _loudness(pcm: bytes) -> NDArray[np.float64]:
    """Root mean square per 20 ms, of full scale."""
    samples = np.frombuffer(pcm, dtype="<i2")
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME) / 32768.0
    loudness: NDArray[np.float64] = np.sqrt((frames**2).mean(axis=1))
    return loudness


@dataclass(frozen=True)
class _Known:
    """A recording in a language the recogniser does not speak."""

    spoken: Spoken
    loudness: NDArray[np.float64]

    def is_heard_in(self, loudness: NDArray[np.float64]) -> bool:
        """Whether it is the same sound, encoded once more perhaps."""
        size = min(len(loudness), len(self.loudness))
        if size < 2 or abs(len(loudness) - len(self.loudness)) > SAME_LENGTH_S * 50:
            return False
        return bool(np.corrcoef(loudness[:size], self.loudness[:size])[0, 1] > SAME_SOUND)


class Recogniser:
    """A real recogniser in worker processes. Close it with `with`."""

    def __init__(self, *, workers: int = 2, recordings: Path = RECORDINGS) -> None:
        self._pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
        self._recordings = recordings
        self._foreign: list[_Known] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    async def hear(self, sound: Sound) -> Spoken:
        """The words; empty for a room where nobody speaks."""
        pcm = await pcm_of(sound.data)
        loudness = _loudness(pcm)
        if not loudness.size or loudness.max() < LOUD:
            return Spoken("", ())
        for known in await self._recordings_known():
            if known.is_heard_in(loudness):
                return known.spoken
        text = await asyncio.get_running_loop().run_in_executor(self._pool, _listen, pcm)
        return Spoken(text, ("en",) if text else ())

    async def _recordings_known(self) -> list[_Known]:
        """The recordings beside the repository whose language the recogniser does not speak; none without them."""
        if self._foreign is None:
            manifest = self._recordings / "manifest.json"
            rows = json.loads(manifest.read_text()) if manifest.is_file() else []
            rows = [row for row in rows if row["lang"] != "en" and row["file"].endswith(".wav")]
            self._foreign = [await self._recording(row) for row in rows]
        return self._foreign

    async def _recording(self, row: dict[str, Any]) -> _Known:
        pcm = await pcm_of((self._recordings / row["file"]).read_bytes())
        return _Known(Spoken(row["transcript"], (row["lang"],)), _loudness(pcm))
