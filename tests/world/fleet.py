"""
Many machines on one: gateways and workers as processes of their own, over one PostgreSQL.

Hides their environment and their ends. Promises: the command lines are the ones docs/deploy shows.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.world.bot import BotProcess, start


@dataclass(slots=True)
class Fleet:
    """The processes that run now; each has a name."""

    env: Mapping[str, str]
    processes: dict[str, BotProcess] = field(default_factory=dict)

    async def start(self, name: str, *words: str, **env: str) -> BotProcess:
        """Start `python -m bot` with these words, until its log says that it is ready."""
        process = await self.launch(name, "-m", "bot", *words, **env)
        await process.until("action=ready")
        return process

    async def launch(self, name: str, *command: str, **env: str) -> BotProcess:
        """Start Python with these words, and wait for nothing."""
        process = self.processes[name] = await start({**self.env, **env}, *command)
        return process

    async def gateway(self, name: str = "gateway", *words: str) -> BotProcess:
        """A process that listens."""
        return await self.start(name, "gateway", *words)

    async def workers(self, count: int, first: int = 0) -> list[BotProcess]:
        """So many processes that answer."""
        names = [f"worker-{first + number}" for number in range(count)]
        return await asyncio.gather(*(self.start(name, "worker") for name in names))

    async def kill(self, name: str) -> None:
        """SIGKILL, as a machine that is gone."""
        await self.processes.pop(name).kill()

    async def stop(self) -> dict[str, int]:
        """SIGTERM to all that still run; their exit codes."""
        codes = await asyncio.gather(*(process.stop() for process in self.processes.values()))
        return dict(zip(self.processes, codes, strict=True))

    async def end(self) -> None:
        """Whatever happened, nobody is left."""
        await asyncio.gather(*(process.kill() for process in self.processes.values()))
