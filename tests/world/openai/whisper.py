"""
Ears of a real Whisper, in a process and an environment of its own.

Hides the child and how it is spoken to. Promises: never blocks the loop; one sound at a time, in the order they come;
a caller who leaves takes nobody else's answer. `tests.ears.home.missing` says whether there is one.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.ears import home
from tests.world.openai.ears import Ears, Sound, Spoken
from tests.world.openai.recogniser import Recogniser

# Who can be asked to listen, and what people are told of them.
LISTENERS = {
    "recogniser": "a small offline recogniser for English",
    "whisper": "a real Whisper (base, every language it knows), on this machine",
}


class Whisper:
    """What `open_whisper` gives: Ears."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._turn = asyncio.Lock()

    async def hear(self, sound: Sound) -> Spoken:
        """What it makes of a sound; of a silence, too, it may make words. RuntimeError where it could not hear it."""
        # Whoever hangs up must not leave half a question, or an answer nobody takes, to the next.
        answer = await asyncio.shield(self._ask(sound.data))
        if "error" in answer:
            raise RuntimeError(answer["error"])
        text = str(answer["text"])
        return Spoken(text, (str(answer["language"]),) if text else ())

    async def ready(self) -> None:
        """Until its model is loaded."""
        async with self._turn:
            await self._line()

    async def _ask(self, data: bytes) -> dict[str, Any]:
        async with self._turn:
            assert self._process.stdin is not None
            self._process.stdin.write(b"%d\n%b" % (len(data), data))
            await self._process.stdin.drain()
            return await self._line()

    async def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("the Whisper beside us has ended")
        answer: dict[str, Any] = json.loads(line)
        return answer


@asynccontextmanager
async def open_whisper(model: str = "base") -> AsyncIterator[Whisper]:
    """A real Whisper until the block ends, its model loaded; RuntimeError where it does not start."""
    process = await asyncio.create_subprocess_exec(
        *(str(home.PYTHON), "-m", "tests.ears.listen", str(home.model(model)), str(home.THREADS)),
        env=home.environment(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        preexec_fn=lambda: os.nice(10),
    )
    try:
        whisper = Whisper(process)
        await whisper.ready()
        yield whisper
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def open_ears(listener: str) -> AsyncIterator[Ears]:
    """One of LISTENERS until the block ends; SystemExit with the reason where it cannot be had here."""
    if listener != "whisper":
        with Recogniser() as recogniser:
            yield recogniser
        return
    if reason := home.missing():
        raise SystemExit(f"There is no real Whisper to listen: {reason}")
    async with open_whisper() as whisper:
        yield whisper
