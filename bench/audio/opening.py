"""One clip from beginning to end, and nothing else loaded: what is weighed is the room, not the bench."""

import asyncio
import sys
import tempfile
from pathlib import Path

from bench.audio import sounds
from bot import audio


def rules(folder: str) -> audio.UploadRules:
    """As the desk has them, but for the longest length."""
    return audio.UploadRules(scratch=Path(folder), ffmpeg=sounds.ffmpeg(), max_ms=5 * 3_600_000)


async def open_one(path: str) -> None:
    """Open it, say how many pieces it has, leave it."""
    with tempfile.TemporaryDirectory() as folder:
        async with audio.open(Path(path), rules=rules(folder)) as clip:
            sys.stdout.write(f"{len(clip.pieces)} pieces\n")


if __name__ == "__main__":
    asyncio.run(open_one(sys.argv[1]))
