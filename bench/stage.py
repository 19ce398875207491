"""
The world the bot is measured in: a local Discord and a local OpenAI, in this process, and a stopwatch on both.

Hides sockets, settings for bursts, and the bot's health page. Promises: the bot is its own process, unpatched; what
the stand-ins would spend on validating its traffic against the vendors' schemas is switched off.
"""

import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from tests.world.bot import BotProcess, start
from tests.world.discord import Discord, Permission, Person, Room, Server, open_discord
from tests.world.discord.state import Event
from tests.world.openai import LocalOpenAI, Scripted, open_openai

PROVIDER_S = 1.0  # what the stand-in takes for each answer
PATIENCE_S = 90
# One person posts all of a burst, so no rate of ours may stand in its way.
BURST = {
    "EARSHOT_RATE__MEMBER_PER_MINUTE": "100000",
    "EARSHOT_RATE__GUILD_PER_MINUTE": "100000",
    "EARSHOT_QUOTA__GUILD_MINUTES": "100000",
    "EARSHOT_QUOTA__HOST_USD": "1000",
}


@dataclass(slots=True)
class Stage:
    """Discord, OpenAI and a server with one member; the moments (in seconds) of what the bot showed in it."""

    discord: Discord
    openai: LocalOpenAI
    folder: Path
    home: Server = field(init=False)
    member: Person = field(init=False)
    replies: list[float] = field(default_factory=list)
    typings: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.home = self.discord.guild("Home")
        self.member = self.home.member("Mina", permissions=Permission.MANAGE_GUILD)
        self.discord.world.listeners.append(self._note)

    def _note(self, event: Event) -> None:
        bot = str(self.discord.bot.id)
        if event.name == "MESSAGE_CREATE" and event.body["author"]["id"] == bot:
            self.replies.append(time.perf_counter())
        elif event.name == "TYPING_START" and event.body["user_id"] == bot:
            self.typings.append(time.perf_counter())

    async def answered(self, count: int) -> list[float]:
        """Wait until the bot has posted so many messages since the last call; their moments."""
        await self.discord.clock.bell.until(
            lambda: len(self.replies) >= count, PATIENCE_S, lambda: f"{len(self.replies)} replies"
        )
        found, self.replies = self.replies, []
        return found

    async def burst(self, rooms: list[Room], sound: Path) -> tuple[float, list[float]]:
        """A voice note into each room at once; when that was, and the moments of the answers."""
        self.openai.most_at_once = 0
        self.typings.clear()
        began = time.perf_counter()
        for room in rooms:
            await self.member.voice_note(room, sound)
        return began, await self.answered(len(rooms))


@dataclass(frozen=True, slots=True)
class Bot:
    """A running bot, and how long it took from its start until Discord called it ready."""

    process: BotProcess
    ready_s: float
    health: str

    @property
    def pss_bytes(self) -> int:
        """Its memory, what it shares divided among those who share it."""
        return pss_of(self.process.pid)

    async def latest_s(self) -> float:
        """The longest its event loop ever kept a timer waiting."""
        async with aiohttp.ClientSession() as session, session.get(f"{self.health}/healthz") as page:
            return float((await page.json())["loop_late_seconds_max"])


def pss_of(pid: int) -> int:
    """A process's proportional set size in bytes, as the kernel counts it."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("the kernel names no Pss")


@asynccontextmanager
async def open_stage(folder: Path) -> AsyncIterator[Stage]:
    """The world, until the block ends."""
    async with AsyncExitStack() as stack:
        discord = await stack.enter_async_context(open_discord(validate=False))
        openai = await stack.enter_async_context(open_openai(ears=Scripted("These are the words."), delay_s=PROVIDER_S))
        openai.oracle = None
        yield Stage(discord, openai, folder)


@asynccontextmanager
async def running(stage: Stage, *command: str, **settings: str) -> AsyncIterator[Bot]:
    """The bot as its own process, ready; stopped when the block ends, its books on a fresh database."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = {
        **stage.discord.env,
        **stage.openai.env,
        **BURST,
        "DATABASE_URL": f"sqlite:///{stage.folder}/{port}-{time.monotonic_ns()}.db",
        "EARSHOT_HEALTH__PORT": str(port),
        "TMPDIR": str(stage.folder),
        **settings,
    }
    began = time.perf_counter()
    process = await start(env, *command)
    try:
        await stage.discord.ready(seconds=PATIENCE_S)
        yield Bot(process, time.perf_counter() - began, f"http://127.0.0.1:{port}")
        if await process.stop():
            raise RuntimeError("\n".join(process.lines))
    finally:
        await process.kill()
        await stage.discord.gone()
