"""The world of the chaos suite: large, unjudged by schemas for speed, and on either database."""

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.invariants import Books, assert_sound
from tests.chaos.settings import SEED, SIZE
from tests.conftest import SPEECH, WORDS, Diary
from tests.conftest import World as Small
from tests.stores import Server
from tests.world.bot import BotProcess, start
from tests.world.discord import Answer, Person, Room, open_discord
from tests.world.discord.clock import Bell
from tests.world.fleet import Fleet
from tests.world.openai import Scripted, open_openai

NOTE = SPEECH / "park.ogg"
LENGTH_MS = 3_610
OPEN = "SELECT key FROM note WHERE state <> 'done' LIMIT 1"
_RECORD = Path(os.environ.get("CHAOS_RECORD", ""))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Chaos has a target of its own: `make chaos`."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.chaos)


def record(group: str, fault: str, tried: str, survived: str) -> None:
    """One line of the table in docs/reliability.md; written only where `make chaos` asks for it."""
    if _RECORD.name:
        with _RECORD.open("a", encoding="utf-8") as file:
            line = {"group": group, "fault": fault, "tried": tried, "survived": survived, "seed": SEED, "size": SIZE}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


@dataclass(slots=True, repr=False)
class Crowd:
    """Many rooms, in which many people post."""

    world: Small
    rooms: list[Room]
    people: list[Person]
    answers: list[Answer] = field(default_factory=list)

    async def post(self, count: int) -> list[Answer]:
        """So many notes, spread over rooms and people."""
        posted = []
        for number in range(len(self.answers), len(self.answers) + count):
            person, room = self.people[number % len(self.people)], self.rooms[number % len(self.rooms)]
            posted.append(await person.voice_note(room, NOTE))
        self.answers += posted
        return posted

    @property
    def answered(self) -> int:
        """How many notes have a reply by now."""
        return sum(bool(answer.messages) for answer in self.answers)

    async def until(self, count: int | None = None, seconds: float = 300) -> None:
        """Wait until so many are answered, or all."""
        bell, least = self.world.discord.clock.bell, len(self.answers) if count is None else count
        await bell.until(lambda: self.answered >= least, seconds, lambda: f"{self.answered} of {least} answered")

    async def mark(self) -> None:
        """A note in each room: from then on nothing posted there can be missed."""
        await self.post(len(self.rooms))
        await self.until()


LIMITS = {
    "rate__member_per_minute": "100000",
    "rate__guild_per_minute": "100000",
    "rate__queue": "100000",
    "quota__guild_minutes": "1000000",
    "quota__host_usd": "100000",
    "discord__requests_per_second": "1000",
    "work__attempts": "50",  # a run kills more often in an hour than a year does
    "log__level": "info",
    "listen__automatic": "true",
}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Small]:
    """A server whose Discord has no rate limits: the suite asks for answers, not for speed."""
    async with AsyncExitStack() as stack:
        discord = await stack.enter_async_context(open_discord(validate=False, strict=False))
        discord.rates.off()
        openai = await stack.enter_async_context(open_openai(ears=Scripted(WORDS, grows=True)))
        yield Small(discord, openai, tmp_path, Diary(Bell()))


@pytest.fixture
def crowd(world: Small) -> Crowd:
    """Twenty rooms, ten people."""
    rooms = [world.home.channel(f"room-{number}") for number in range(20)]
    return Crowd(world, rooms, [world.home.member(f"Person {number}") for number in range(10)])


@pytest.fixture
async def url(postgresql: Server) -> AsyncIterator[str]:
    """An empty database on the server."""
    address = await postgresql.create()
    yield address
    await postgresql.drop(address)


@dataclass(slots=True)
class Patient(Fleet):
    """A fleet that ends what it has begun: an answer may be seen before the books say so."""

    is_idle: Callable[[], Awaitable[None]] | None = None

    async def stop(self) -> dict[str, int]:
        """Stop all that still run, once no note is open any more."""
        if self.is_idle is not None:
            await self.is_idle()
        return await Fleet.stop(self)


@pytest.fixture
async def fleet(world: Small, url: str, postgresql: Server) -> AsyncIterator[Fleet]:
    """Nobody yet."""
    idle = partial(postgresql.until, url, f"SELECT NOT EXISTS ({OPEN})", 120)
    fleet = Patient({**world.env(**LIMITS), "DATABASE_URL": url}, is_idle=idle)
    try:
        yield fleet
    finally:
        await fleet.end()


class Solo:
    """The one process on SQLite, whatever program runs it, and its books."""

    def __init__(self, world: Small) -> None:
        self._world = world
        self.url = f"sqlite:///{world.database}"
        self.bot: BotProcess

    async def start(self, *command: str, **settings: str) -> BotProcess:
        """Start it, until it listens."""
        bot = await self.launch(*command, **settings)
        await bot.until("action=ready")
        return bot

    async def launch(self, *command: str, **settings: str) -> BotProcess:
        """Start it, and wait for nothing."""
        self.bot = await start(self._world.env(**{**LIMITS, **settings}), *command)
        return self.bot

    def send(self, name: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.bot.pid, name)

    async def books(self, *, lowered: bool = False) -> Books:
        """Stop it once no note is open any more; its books, which must be sound (see `findings`)."""
        await self.bot.when(lambda: not self._world.rows(OPEN), 120)
        assert await self.bot.stop() == 0, "\n".join(self.bot.lines[-20:])
        return await assert_sound(self.url, self._world.openai, lowered=lowered)


@pytest.fixture
async def solo(world: Small) -> AsyncIterator[Solo]:
    """Not started yet."""
    solo = Solo(world)
    yield solo
    if hasattr(solo, "bot"):
        await solo.bot.kill()


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def s(self) -> float:
        """So many until now."""
        return time.monotonic() - self._began


async def together(*work: Any) -> Sequence[Any]:
    """All of it at once; one that fails fails all."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(each) for each in work]
    return [task.result() for task in tasks]
