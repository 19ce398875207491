"""What every test may ask for: a world with a Discord, an OpenAI and a bot in it."""

import asyncio
import gc
import logging
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot import audio, trust
from bot.database import open_database
from bot.ledger import Ledger
from bot.log import Lines
from tests.decoders import DECODER
from tests.stores import begin
from tests.world.bot import ROOT, running
from tests.world.discord import Discord, Permission, Person, Room, Server, open_discord
from tests.world.discord.clock import Bell
from tests.world.openai import LocalOpenAI, Scripted, open_openai
from tests.world.oracle import Oracle

SPEECH = Path(__file__).parent / "speech"
WORDS = "hello from the note"
_TIME_SQL = "SELECT coalesce(sum(committed), 0), coalesce(sum(held), 0) FROM account WHERE money = 0"
_MONEY_SQL = "SELECT coalesce(sum(committed), 0), coalesce(sum(held), 0) FROM account WHERE account = 'host:usd'"
# Long enough for a machine on which everything else runs too; nobody waits this long on a good day.
PATIENCE_S = 60
_JUDGED = pytest.StashKey[Counter[str]]()


class Diary(logging.Handler):
    """Everything the bot logs, at every level; whoever waits for a line is woken by it."""

    def __init__(self, bell: Bell) -> None:
        super().__init__(logging.DEBUG)
        self.records: list[logging.LogRecord] = []
        self._bell = bell

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.records.append(record)
        self._bell.ring()

    def of(self, action: str) -> list[Any]:
        """The lines with that action; their fields are attributes."""
        return [record for record in self.records if getattr(record, "action", None) == action]

    async def until(self, action: str, count: int = 1) -> list[Any]:
        """Wait for so many lines with that action."""
        fact = lambda: len(self.of(action)) >= count  # noqa: E731 -- said once
        await self._bell.until(fact, PATIENCE_S, lambda: self.text)
        return self.of(action)

    async def when(self, fact: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
        """Wait for a fact that whoever changes it writes a line about."""
        await self._bell.until(fact, seconds, lambda: self.text)

    @property
    def text(self) -> str:
        """All of it, as the host reads it."""
        return "\n".join(map(Lines().format, self.records))


@dataclass(slots=True, repr=False)
class World:
    """A server with a channel, a member and an admin; `bot` runs the bot in it."""

    discord: Discord
    openai: LocalOpenAI
    folder: Path
    diary: Diary
    home: Server = field(init=False)
    general: Room = field(init=False)
    mina: Person = field(init=False)
    admin: Person = field(init=False)

    def __post_init__(self) -> None:
        self.home = self.discord.guild("Home")
        self.general = self.home.channel("general")
        self.mina = self.home.member("Mina")
        self.admin = self.home.member("Admin", permissions=Permission.MANAGE_GUILD)

    @property
    def database(self) -> Path:
        """The file with the bot's books."""
        return self.folder / "earshot.db"

    @property
    def keys(self) -> Path:
        """The file with the keys to the limits of forgotten people, of all processes on any database of this world."""
        return self.folder / "earshot.keys"

    def env(self, **settings: str) -> dict[str, str]:
        """What points a bot at this world; settings as EARSHOT_<SECTION>__<KEY> without the prefix."""
        settings = {"listen__automatic": "true"} | settings
        named = {f"EARSHOT_{name.upper()}": value for name, value in settings.items()}
        # The same recording is posted over and over; the bot may notice only where that is the matter.
        named = {"EARSHOT_QUOTA__REPEAT_HOURS": "0", "EARSHOT_PRIVACY__SECRET_FILE": str(self.keys)} | named
        return {**self.discord.env, **self.openai.env, "DATABASE_URL": f"sqlite:///{self.database}", **named}

    @asynccontextmanager
    async def bot(self, env: Mapping[str, str] | None = None, **settings: str) -> AsyncIterator[None]:
        """The bot, connected and ready, in this event loop."""
        async with running(env or self.env(**settings)):
            await self.discord.ready(seconds=PATIENCE_S)
            yield

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the books say now, read beside the bot."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as books:
            return books.execute(sql).fetchall()

    async def idle(self, seconds: float = PATIENCE_S) -> None:
        """Wait until no note is open any more."""
        await self.diary.when(lambda: not self.rows("SELECT key FROM note WHERE state <> 'done'"), seconds)

    @contextmanager
    def books(self) -> Iterator[sqlite3.Connection]:
        """The books, to be written in as no bot would."""
        with closing(sqlite3.connect(self.database, timeout=PATIENCE_S, isolation_level=None)) as books:
            yield books

    async def write(self, *statements: str) -> None:
        """Write in the books beside a running bot: in a thread, for it may need this loop to let go of them."""

        def work() -> None:
            with self.books() as books:
                for statement in statements:
                    books.execute(statement)

        await asyncio.to_thread(work)

    @property
    def minutes(self) -> tuple[int, int]:
        """Milliseconds committed and held, of all guilds and people together."""
        committed, held = self.rows(_TIME_SQL)[0]
        return committed, held

    @property
    def dollars(self) -> tuple[int, int]:
        """Micro-dollars committed and held by the host."""
        committed, held = self.rows(_MONEY_SQL)[0]
        return committed, held

    async def audit(self) -> list[str]:
        """What contradicts the journal; the bot may not be running."""
        if not self.database.exists():
            return []
        async with open_database(f"sqlite:///{self.database}") as database, database.tx() as tx:
            return await Ledger().audit(tx)

    def judged(self) -> Iterator[tuple[str, int]]:
        """How much of the traffic was held against the vendors' own schemas, by kind."""
        for name, oracle in (("Discord", self.discord.oracle), ("OpenAI", self.openai.oracle)):
            if isinstance(oracle, Oracle):
                yield f"{name} requests", oracle.requests_checked
                yield f"{name} answers", oracle.responses_checked
                yield f"{name} events", oracle.events_checked


@pytest.fixture(scope="session", autouse=True)
def _trusting() -> Iterator[None]:
    """A bot in this process trusts whom the operating system trusts: no lists that this machine's account names."""
    with pytest.MonkeyPatch.context() as environment:
        for name in (trust.FILE, trust.FOLDER):
            environment.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with our schema and nothing in it, made once in a test process and copied for each test."""
    return asyncio.run(begin(tmp_path_factory.mktemp("begun") / "earshot.db"))


@pytest.fixture(scope="session")
def walled(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The walls are tried once in a test process, as in a bot's; bots that are stopped at once would never know."""
    with suppress(OSError, RuntimeError):  # each bot says so itself
        asyncio.run(audio.prove(audio.UploadRules(ffmpeg="auto", scratch=tmp_path_factory.mktemp("walled"))))


@pytest.fixture
async def world(tmp_path: Path, begun: Path, walled: None, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """A world whose OpenAI hears "hello from the note" in everything, and more in what is long; nothing ends amiss."""
    del walled
    async with AsyncExitStack() as stack:
        stack.callback(_listened(diary := Diary(Bell())))
        discord = await stack.enter_async_context(open_discord())
        openai = await stack.enter_async_context(open_openai(ears=Scripted(WORDS, grows=True)))
        world = World(discord, openai, tmp_path, diary)
        shutil.copy(begun, world.database)
        yield world
        assert world.discord.breaches == []
        assert world.openai.breaches == []
        assert await world.audit() == []
        _count(request.config, dict(world.judged()))


def _listened(diary: Diary) -> Callable[[], None]:
    """Have everything written down; returns what ends it."""
    rooms = [logging.getLogger(name) for name in ("bot", "cogs", "discord")]
    for room in rooms:
        room.addHandler(diary)
        room.setLevel(logging.WARNING if room.name == "discord" else logging.DEBUG)

    def end() -> None:
        for room in rooms:
            room.removeHandler(diary)
            room.setLevel(logging.NOTSET)

    return end


@dataclass(frozen=True, slots=True)
class Ended:
    """A command line that has ended."""

    code: int
    out: str
    err: str


async def command(folder: Path, env: Mapping[str, str], *words: str) -> Ended:
    """Run `python -m bot` with these words, in a folder without anybody's settings."""
    inherited = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    inherited |= {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **env},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    return Ended(process.returncode or 0, out.decode(), err.decode())


@pytest.fixture
def rules(tmp_path: Path) -> Iterator[audio.UploadRules]:
    """Rules as the desk has them, in a scratch directory that has to be empty again in the end."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    yield audio.UploadRules(scratch=scratch, ffmpeg=DECODER)
    assert list(scratch.iterdir()) == []


@pytest.fixture
def dead_address() -> Iterator[str]:
    """An address of this machine at which nobody listens, for as long as the test lasts."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, never listening: whoever connects is refused
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[[int], bytes]:
    """Makes voice notes of exactly so many seconds in which somebody speaks; what one test process made, all have."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "sounds"
    folder.mkdir(exist_ok=True)

    def made(seconds: int) -> bytes:
        path = folder / f"{seconds}.ogg"
        if not path.exists():
            making = folder / f"{seconds}-{worker_id}.ogg"
            loop = ("-stream_loop", "-1", "-i", str(SPEECH / "pauses.ogg"), "-t", str(seconds))
            words = (str(audio.ffmpeg_of("bundled")), "-v", "error", *loop, "-c:a", "libopus", "-b:a", "16k")
            fast = ("-compression_level", "0", "-application", "voip", "-frame_duration", "60")
            subprocess.run([*words, *fast, "-ar", "48000", str(making)], check=True)  # noqa: S603 -- our own words
            making.rename(path)
        return path.read_bytes()

    return made


# What the oracles judged is told at the end, also when the tests ran in several processes.


def pytest_configure(config: pytest.Config) -> None:
    """Begin to count."""
    config.stash[_JUDGED] = Counter[str]()


def pytest_collection_finish() -> None:
    """All that is loaded now stays: the collector need not look through it at each turn."""
    gc.freeze()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In a process of pytest-xdist: hand the counts to the one that reports."""
    handed = getattr(session.config, "workeroutput", None)
    if handed is not None:
        counts = session.config.stash[_JUDGED]
        handed["judged"] = dict(counts)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take over the counts of a process that has ended."""
    del error
    _count(node.config, getattr(node, "workeroutput", {}).get("judged", {}))


def _count(config: pytest.Config, judged: Mapping[str, int]) -> None:
    counts = config.stash[_JUDGED]
    counts.update(judged)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how much of the traffic with the stand-ins was held against the vendors' own schemas."""
    counts = config.stash[_JUDGED]
    if any(counts.values()):
        told = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()) if count)
        terminalreporter.write_line(f"held against the vendors' own schemas: {told}")
    elif counts or Oracle.load("discord-bot-subset.json") is None:
        terminalreporter.write_line("traffic was not held against the vendors' schemas: ../shared/spec is not there")
