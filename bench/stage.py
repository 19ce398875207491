"""
The world the bot is measured in: a local Discord and a local OpenAI, in this process, and a stopwatch on both.

Hides sockets, settings for bursts, and the bot's health page. Promises: the bot is its own process, unpatched; what
the stand-ins would spend on validating its traffic against the vendors' schemas is switched off.
"""

import os
import shlex
import shutil
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bench.weight import family_pss_of, pss_of
from bot.audio import ffmpeg_of
from tests.world.bot import BotProcess, start
from tests.world.discord import Discord, Permission, Person, Room, Server, open_discord
from tests.world.discord.state import Event
from tests.world.openai import LocalOpenAI, Scripted, open_openai

PROVIDER_S = 1.0  # what the stand-in takes for each answer
PATIENCE_S = 600
READY_S = 60
WORDS = "These are the words."
# The same people post burst after burst, so no rate of ours may stand in their way.
BURST = {
    "EARSHOT_RATE__MEMBER_PER_MINUTE": "100000",
    "EARSHOT_RATE__GUILD_PER_MINUTE": "100000",
    "EARSHOT_QUOTA__GUILD_MINUTES": "100000",
    "EARSHOT_QUOTA__HOST_USD": "1000",
    "EARSHOT_QUOTA__REPEAT_HOURS": "0",  # the same sound is posted over and over
    "EARSHOT_LISTEN__AUTOMATIC": "true",
}


@dataclass(slots=True)
class Stage:
    """Discord, OpenAI and a server with one member; the moments (in seconds) of what the bot showed in it."""

    discord: Discord
    openai: LocalOpenAI
    folder: Path
    home: Server = field(init=False)
    member: Person = field(init=False)
    replies: dict[str, float] = field(default_factory=dict)
    signs: list[float] = field(default_factory=list)
    contents: dict[str, str] = field(default_factory=dict)
    words: str = WORDS
    _counted: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.home = self.discord.guild("Home")
        self.member = self.home.member("Mina", permissions=Permission.MANAGE_GUILD)
        self.discord.world.listeners.append(self._note)

    @property
    def env(self) -> dict[str, str]:
        """What points any bot here."""
        return {**self.discord.env, **self.openai.env, "TMPDIR": str(self.folder), "EARSHOT_LISTEN__AUTOMATIC": "true"}

    def _note(self, event: Event) -> None:
        """A sign of life is anything the bot shows; a reply is its message once the words are in it."""
        bot, body = str(self.discord.bot.id), event.body
        if bot not in (body.get("user_id"), body.get("author", {}).get("id")):
            return
        self.signs.append(time.perf_counter())
        self.contents[body.get("id", "")] = body.get("content", "")
        if self.words in body.get("content", "") and body["id"] not in self._counted:
            self._counted.add(body["id"])  # later edits of it are no news
            self.replies[body["id"]] = time.perf_counter()

    async def answered(self, count: int, *, patience_s: float = PATIENCE_S) -> list[float]:
        """Wait until the bot has answered so many notes since the last call; the moments, in order."""
        await self.discord.clock.bell.until(
            lambda: len(self.replies) >= count, patience_s, lambda: f"{len(self.replies)} replies"
        )
        found, self.replies = sorted(self.replies.values()), {}
        return found

    async def burst(self, rooms: list[Room], sound: Path) -> tuple[float, list[float]]:
        """A voice note into each room at once, each by another member; when that was, and the moments of the answers."""
        members = [self.home.member(f"Member {number}") for number in range(len(rooms))]
        self.openai.most_at_once = 0
        self.signs.clear()
        began = time.perf_counter()
        for member, room in zip(members, rooms, strict=True):
            await member.voice_note(room, sound)
        return began, await self.answered(len(rooms))

    def say(self, words: str) -> None:
        """From now on the provider hears this in everything."""
        self.words, self.openai.ears = words, Scripted(words)


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

    @property
    def family_bytes(self) -> int:
        """The same of it and of all it has started."""
        return family_pss_of(self.process.pid)

    async def latest_s(self) -> float:
        """The longest its event loop ever kept a timer waiting."""
        async with aiohttp.ClientSession() as session, session.get(f"{self.health}/healthz") as page:
            return float((await page.json())["loop_late_seconds_max"])


@asynccontextmanager
async def open_stage(folder: Path) -> AsyncIterator[Stage]:
    """The world, until the block ends."""
    async with AsyncExitStack() as stack:
        discord = await stack.enter_async_context(open_discord(validate=False))
        openai = await stack.enter_async_context(open_openai(ears=Scripted(WORDS, grows=True), delay_s=PROVIDER_S))
        openai.oracle = None
        yield Stage(discord, openai, folder)


@asynccontextmanager
async def running(stage: Stage, *command: str, **settings: str) -> AsyncIterator[Bot]:
    """The bot as its own process, ready; stopped when the block ends, its books on a fresh database."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = {
        **stage.env,
        **BURST,
        "DATABASE_URL": f"sqlite:///{stage.folder}/{port}-{time.monotonic_ns()}.db",
        "EARSHOT_HEALTH__PORT": str(port),
        **settings,
    }
    began = time.perf_counter()
    process = await start(env, *command)
    async with _ready(stage, process):
        yield Bot(process, time.perf_counter() - began, f"http://127.0.0.1:{port}")
        if await process.stop():
            raise RuntimeError("\n".join(process.lines))


@asynccontextmanager
async def another(stage: Stage, command: str) -> AsyncIterator[BotProcess]:
    """Somebody else's bot in the same world; killed when the block ends. RuntimeError if it does not connect."""
    program, *words = shlex.split(command)
    binaries = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    found = shutil.which(program, path=binaries)
    if found is None:
        raise RuntimeError(f"there is no program {program}")
    ffmpeg = ffmpeg_of("auto")
    (stage.folder / "ffmpeg").unlink(missing_ok=True)
    (stage.folder / "ffmpeg").symlink_to(ffmpeg)
    env = {**stage.env, "PATH": f"{stage.folder}:{binaries}", "PYTHONPATH": str(Path(__file__).parent / "peer")}
    process = await start(env, *words, program=found, folder=str(Path.cwd()))
    async with _ready(stage, process):
        yield process


@asynccontextmanager
async def _ready(stage: Stage, process: BotProcess) -> AsyncIterator[None]:
    try:
        await stage.discord.ready(seconds=READY_S)
        yield
    finally:
        await process.kill()
        await stage.discord.gone()
