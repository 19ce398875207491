"""
Two gateways and three workers, real processes over one PostgreSQL, while people do what they like and a month ends.

Promises: the same seed throws the same dice (what falls between what is the machine's affair); nobody is left behind.
The machine, PostgreSQL and Discord have one time, which is set so that the month ends in the middle.
"""

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import asyncpg

from bot.database import open_database
from tests.bustle import judge
from tests.bustle.acts import ACTS, PATIENCE_S, forgotten
from tests.bustle.sounds import long_sound
from tests.bustle.town import Gone, Town
from tests.chaos.conftest import LIMITS
from tests.conftest import Diary, World
from tests.stores import Server
from tests.world.bot import BotProcess
from tests.world.discord import NotOffered, open_discord
from tests.world.discord.clock import Bell, Clock
from tests.world.fleet import Fleet
from tests.world.openai import Scripted, open_openai

GATEWAYS, WORKERS, SERVERS = 2, 3, 4
_SHIFTED = ("-m", "tests.world.shifted")
_AT_ONCE = 24  # acts that are not waited for
_CALM = 4  # times, half a second apart, that nothing is open
_LAG = 90  # the same, as long as what stands is not yet as it has to be: a gateway may lag behind
_QUIET_S = 240  # what cannot be done at once is done by the rounds, one a minute
_START_S = 45  # about as long as five processes take until all are ready
_CLOCK = """
CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
AS $$ SELECT pg_catalog.clock_timestamp() + interval '{ahead_ms} milliseconds' $$
"""


@dataclass
class Report:
    """What a run came to."""

    seconds: float = 0.0
    seed: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    notes: int = 0
    answered: int = 0
    gone: Counter[str] = field(default_factory=Counter)
    forgotten: int = 0
    calls: int = 0
    months: tuple[str, ...] = ()
    found: list[judge.Finding] = field(default_factory=list)

    def told(self) -> str:
        """For who started it."""
        acts = ", ".join(f"{what} {count}" for what, count in self.acts.most_common())
        gone = ", ".join(f"{count} {why}" for why, count in self.gone.most_common())
        size = f"{self.notes} notes, {self.answered} answered, {self.calls} calls; months {', '.join(self.months)}"
        return (
            f"{self.seconds:.0f} s, seed {self.seed}: {size}\ngone: {gone}; {self.forgotten} people forgotten\n{acts}\n"
            f"{len(self.found)} findings\n{judge.briefly(self.found)}"
        )


def ahead_of(seconds: float, now_s: float) -> float:
    """By how much the clocks are ahead, so that a month ends so many seconds from now."""
    now = datetime.fromtimestamp(now_s, tz=UTC)
    first = (now.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first.timestamp() - seconds - now_s


@asynccontextmanager
async def open_town(
    server: Server, folder: Path, *, seconds: float, seed: int
) -> AsyncIterator[tuple[Town, Fleet, str]]:
    """The world, its database, and the processes in it."""
    ahead_s = ahead_of(seconds / 2 + _START_S, time.time())
    url = await server.create()
    name = url.partition("?")[0].rpartition("/")[2]
    # The bot asks for PostgreSQL's own clock by this name alone; the queue's engine by others, and for itself.
    await server.run(_CLOCK.format(ahead_ms=round(ahead_s * 1000)), url)
    await server.run(f"ALTER DATABASE {name} SET search_path = public, pg_catalog")
    async with AsyncExitStack() as stack:
        clock = Clock(start_ms=round((time.time() + ahead_s) * 1000))
        discord = await stack.enter_async_context(open_discord(clock=clock, validate=False, strict=False))
        discord.rates.off()
        discord.world.answer_ms = PATIENCE_S * 1000  # the machine may be crowded
        said: dict[str, str] = {}
        openai = await stack.enter_async_context(open_openai(ears=Scripted(by_sha256=said), delay_s=0.3))
        openai.word_s = 0.2
        books = await stack.enter_async_context(asyncpg.create_pool(url, min_size=1, max_size=2))
        long = await asyncio.to_thread(long_sound, folder)
        town = Town(discord, openai, books, said, Random(seed), long)  # noqa: S311 -- dice
        town.found(SERVERS, GATEWAYS)
        world = World(discord, openai, folder, Diary(Bell()))
        fleet = Fleet({**world.env(**LIMITS), "DATABASE_URL": url})
        stack.push_async_callback(fleet.end)
        began = time.monotonic()
        await _start(fleet, ahead_s)
        # Messages have Discord's time, and with it their month: it may be ahead of all others by some seconds.
        clock.advance(seconds=max(0.0, _START_S - (time.monotonic() - began)))
        yield town, fleet, url


async def _start(fleet: Fleet, ahead_s: float) -> None:
    last = GATEWAYS - 1
    roles = {f"gateway-{one}": f"gateway --shards {one}-{one}/{last + 1}" for one in range(GATEWAYS)}
    roles |= {f"worker-{one}": "worker" for one in range(WORKERS)}
    # One of the machines is an hour behind all others.
    shifts = {name: ahead_s - (3_600 if name == "worker-0" else 0) for name in roles}

    async def start(name: str) -> None:
        process = await fleet.launch(name, *_SHIFTED, roles[name], str(shifts[name]))
        await process.until("action=ready", PATIENCE_S)

    await asyncio.gather(*map(start, roles))


async def bustle(town: Town, seconds: float, pace: float) -> None:
    """Let people act, `pace` times a second."""
    end = time.monotonic() + seconds
    names, weights = range(len(ACTS)), [act.weight for act in ACTS]
    room = asyncio.Semaphore(_AT_ONCE)
    async with asyncio.TaskGroup() as group:
        while time.monotonic() < end:
            act = ACTS[town.dice.choices(names, weights)[0]]
            await room.acquire()
            group.create_task(_acts(town, act.name, act.does(town), room))
            await asyncio.sleep(town.dice.expovariate(pace))


async def _acts(town: Town, name: str, doing: Awaitable[None], room: asyncio.Semaphore) -> None:
    try:
        await doing
        town.done[name] += 1
    except NotOffered:
        town.done["could not be done any more"] += 1
    except AssertionError as waited:
        town.wrong.append(("somebody waited in vain", f"{name}: {str(waited)[:600]}"))
    finally:
        room.release()


async def leave(town: Town) -> None:
    """In the end some people have themselves forgotten, and are not seen again."""
    going = [(server, person) for server in town.servers for person in town.people[server.id][::3]]
    rooms = [town.rooms[server.id][0] for server, _ in going]
    doing = [forgotten(town, person, room) for (_, person), room in zip(going, rooms, strict=True)]
    room = asyncio.Semaphore(0)
    await asyncio.gather(*(_acts(town, "leaves", one, room) for one in doing))


async def quiet(town: Town) -> list[judge.Finding]:
    """Wait until nothing is left to do, and every message has come to whoever listens."""
    end = time.monotonic() + _QUIET_S
    calm = 0
    while calm < _CALM or (calm < _LAG and list(judge.of_answers(town))):
        calm = calm + 1 if not await town.books.fetchval(judge.OPEN) else 0
        if time.monotonic() > end and not calm:
            rows = await town.books.fetch("SELECT key, state, attempts FROM note WHERE state <> 'done' LIMIT 5")
            return [("work is left", f"{await town.books.fetchval(judge.OPEN)} rows, such as {rows}")]
        await asyncio.sleep(0.5)
    return []


def _keep(processes: Mapping[str, BotProcess], logs: Path) -> None:
    for name, process in processes.items():
        (logs / f"{name}.log").write_text("\n".join(process.lines), "utf-8")


async def play(server: Server, *, seconds: float, seed: int, pace: float, logs: Path | None = None) -> Report:
    """A whole run; `logs`: where to put what the processes wrote."""
    with tempfile.TemporaryDirectory(prefix="earshot-") as name:
        folder = Path(name)
        async with open_town(server, folder, seconds=seconds, seed=seed) as (town, fleet, url):
            began = time.monotonic()
            await bustle(town, seconds, pace)
            await leave(town)
            found = await quiet(town)
            found += [*town.wrong, *judge.of_processes(fleet.processes)]
            processes = dict(fleet.processes)
            codes = await fleet.stop()
            found += [("a process ended badly", f"{name}: {code}") for name, code in codes.items() if code]
            found += [*judge.of_answers(town), *judge.of_questions(town), *judge.of_calls(town)]
            found += judge.of_logs(processes)
            if logs is not None:
                _keep(processes, logs)
            async with open_database(url) as database:
                found += await judge.of_books(town, database)
                found += await judge.of_rows(town, database)
            months = [row[0] for row in await town.books.fetch("SELECT DISTINCT period FROM entry ORDER BY 1")]
            return Report(
                time.monotonic() - began,
                seed,
                town.done,
                len(town.notes),
                sum(1 for note in town.notes if note.answers),
                Counter(str(note.gone) for note in town.notes if note.gone is not Gone.NO),
                len(town.left),
                len(town.openai.calls),
                tuple(months),
                found,
            )
