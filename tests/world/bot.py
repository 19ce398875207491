"""
The bot itself, in this process or as its own: always the real one, pointed at the stand-ins by settings alone.

Hides how it is started and stopped.
"""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from bot import app
from bot.database import watched
from bot.settings import load
from tests.world.discord.clock import Bell

ROOT = Path(__file__).parents[2]
# Whoever tries us may have a bot of their own set up in this folder: its settings are not the ones under test.
NO_FILE = Path(os.devnull)
# What the machine's own environment may not say to the bot under test.
_INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")


@asynccontextmanager
async def running(env: Mapping[str, str]) -> AsyncIterator[None]:
    """The bot in this event loop until the context is left; its exit code must be 0. All it does keeps to its locks."""
    stop = asyncio.Event()
    with watched():
        task = asyncio.create_task(app.run(load(NO_FILE, dict(env)), stop))
    try:
        yield
    finally:
        stop.set()
        assert await asyncio.wait_for(task, 30) == 0, "the bot ended with an error"


class BotProcess:
    """`python -m bot run` as a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.lines: list[str] = []
        self._said = Bell()
        self._reading = asyncio.create_task(self._read())

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.returncode is None

    async def _read(self) -> None:
        assert self._process.stderr is not None
        while line := await self._process.stderr.readline():
            self.lines.append(line.decode().rstrip("\n"))
            self._said.ring()

    async def until(self, text: str, seconds: float = 60, *, count: int = 1) -> None:
        """Wait until a line it wrote, or so many, have these words in them."""
        await self._said.until(
            lambda: len([one for one in self.lines if text in one]) >= count, seconds, lambda: "\n".join(self.lines)
        )

    async def when(self, fact: Callable[[], bool], seconds: float = 60) -> None:
        """Wait for a fact that it writes a line about."""
        await self._said.until(fact, seconds, lambda: "\n".join(self.lines))

    async def wait(self, seconds: float = 60) -> int:
        """The exit code, once it has ended; negative for a signal."""
        code = await asyncio.wait_for(self._process.wait(), seconds)
        await self._reading
        return code

    async def kill(self) -> None:
        """Send SIGKILL; returns when it is gone."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
        await self.wait()

    async def stop(self) -> int:
        """SIGTERM, as a host stops it; the exit code."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        return await self.wait()


async def start(
    env: Mapping[str, str], *command: str, program: str = sys.executable, folder: str | None = None
) -> BotProcess:
    """
    Start `python -m bot run`, or another command line, with that environment and the machine's PATH.

    In `folder`, else where neither .env nor config.toml is.
    """
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    own = {"PYTHONPATH": str(ROOT), "EARSHOT_CONFIG": str(NO_FILE)}
    process = await asyncio.create_subprocess_exec(
        program,
        *(command or ("-m", "bot", "run")),
        cwd=folder or tempfile.gettempdir(),
        env={**inherited, **own, **env},
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    return BotProcess(process)
