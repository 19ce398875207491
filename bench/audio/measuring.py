"""One piece measured by the worker, and nothing else loaded: what is weighed is the room, not the bench."""

import asyncio
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from bench.audio.opening import rules
from bot import audio


async def measure_one(path: str) -> None:
    """Measure its first piece, say how many syllables are in it."""
    with tempfile.TemporaryDirectory() as folder:
        patient = replace(rules(folder), deadline_s=3_600)  # it gives way to all else on this machine
        piece = audio.Piece(0, 0, 0, Path(path), "voice.ogg", "audio/ogg", rules=patient)
        voice = await audio.voice_in(piece)
        sys.stdout.write(f"{voice.syllables} syllables in {voice.length_ms} ms\n")


if __name__ == "__main__":
    asyncio.run(measure_one(sys.argv[1]))
