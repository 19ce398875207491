"""
A wire between the bot and PostgreSQL that can be cut at the worst moment.

Hides the protocol but for one thing: what a COMMIT looks like. Promises: listens in a private folder only; a cut
wire resets that one connection, on both sides.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

SOCKET = ".s.PGSQL.5432"
COMMIT = b"COMMIT;"  # what asyncpg sends, as a simple query
_CHUNK = 64 * 1024


@dataclass(slots=True)
class Wire:
    """`share` of the commits are sent on, done, and never confirmed; while it is mute nobody hears of anything."""

    folder: Path
    share: float
    chance: random.Random
    commits: int = 0
    cut: int = 0
    is_mute: bool = False
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    def url(self, url: str) -> str:
        """The same database, reached through this wire."""
        return f"{url.partition('host=')[0]}host={self.folder}"

    async def carry(self, server: Path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from its first byte to its last."""
        there, back = await asyncio.open_unix_connection(str(server / SOCKET))
        both = {writer, back}
        self._writers |= both
        is_doomed = False

        async def ask() -> None:
            nonlocal is_doomed
            while chunk := await reader.read(_CHUNK):
                if COMMIT in chunk:
                    self.commits += 1
                    is_doomed = is_doomed or self.chance.random() < self.share
                back.write(chunk)
                await back.drain()

        async def answer() -> None:
            while chunk := await there.read(_CHUNK):
                if self.is_mute:
                    continue
                if is_doomed:  # it was done, and nobody is told
                    self.cut += 1
                    return
                writer.write(chunk)
                await writer.drain()

        tasks = {asyncio.create_task(ask()), asyncio.create_task(answer())}
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        with suppress(ConnectionError, asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
        for end in both:
            end.transport.abort()
        self._writers -= both

    def end(self) -> None:
        """Cut all that is left."""
        for writer in self._writers:
            writer.transport.abort()


@asynccontextmanager
async def open_wire(folder: Path, server: Path, *, share: float, chance: random.Random) -> AsyncIterator[Wire]:
    """A wire to the server whose socket lies in `server`."""
    wire = Wire(folder, share, chance)
    listening = await asyncio.start_unix_server(lambda *ends: wire.carry(server, *ends), str(folder / SOCKET))
    try:
        yield wire
    finally:
        listening.close()
        wire.end()
