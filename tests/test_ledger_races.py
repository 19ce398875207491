"""Many at once, and crashes in the middle: no limit is passed, and each balance equals its journal."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random

import pytest

from bot.database import Database, DatabaseError, Tx, open_database
from bot.ledger import Held
from bot.outcome import Scope
from tests.charges import GUILD, HOST, LATER, LEDGER, MEMBER, MINUTE, NOW, Book, legs, money, time
from tests.stores import Crash, Doomed, Server, doomed

pytest_plugins = ["tests.stores", "tests.charges"]


async def pay(book: Book, key: str, ms: int, limit_ms: int = 10 * MINUTE) -> int:
    """The whole way of one note; the calls it made."""
    held = await book.hold(key, legs(ms, usd_micros=100, ms_limit=limit_ms))
    if not isinstance(held, Held):
        return 0
    assert await book.call(key, held.fence, usd_micros=100)
    assert await book.bill(key, held.fence, ms=ms)
    assert await book.settle(key, held.fence) == ms
    return 1


async def test_of_64_minutes_racing_for_ten_exactly_ten_are_paid(book: Book) -> None:
    """64 notes of a minute each want the last 10 minutes: 10 calls, 54 refused before any call."""
    calls = await asyncio.gather(*(pay(book, f"note{number}", MINUTE) for number in range(64)))

    assert sum(calls) == 10
    assert await book.balance(GUILD) == (10 * MINUTE, 0)
    assert await book.balance(HOST) == (1_000, 0)


@pytest.mark.parametrize("seed", range(3))
async def test_notes_of_all_lengths_never_pass_the_limit(book: Book, seed: int) -> None:
    """However long the notes are that race, their sum stays below the limit and what fits is paid."""
    random = Random(seed)  # noqa: S311  # a race that can be run again
    lengths = [random.randrange(1, 2 * MINUTE) for _ in range(64)]

    calls = await asyncio.gather(*(pay(book, f"note{number}", ms) for number, ms in enumerate(lengths)))

    committed, held = await book.balance(GUILD)
    refused = [ms for ms, paid in zip(lengths, calls, strict=True) if not paid]
    assert committed == sum(lengths) - sum(refused) <= 10 * MINUTE
    assert held == 0
    assert committed + min(refused) > 10 * MINUTE - 2 * MINUTE


async def test_one_note_worked_by_many_is_billed_once(book: Book) -> None:
    """Eight workers believe a note is theirs: whoever has the latest fence pays, and only once."""
    outcomes = await asyncio.gather(*(pay_if_mine(book, "note") for _ in range(8)))

    assert [billed for billed in outcomes if billed is not None] == [MINUTE]
    assert await book.balance(GUILD) == (MINUTE, 0)


async def pay_if_mine(book: Book, key: str) -> int | None:
    """The way of a note that others may take over at any step."""
    held = await book.hold(key)
    if not isinstance(held, Held):
        return None
    await book.call(key, held.fence)
    await book.bill(key, held.fence)
    return await book.settle(key, held.fence)


async def test_crossing_charges_do_not_block_each_other(book: Book) -> None:
    """Notes of several members and guilds, handed in any order, all get through: no deadlock."""
    random = Random(5)  # noqa: S311  # a race that can be run again

    async def one(number: int) -> int | None:
        drawn = [
            time(f"guild:{number % 3}", 1_000, scope=Scope.GUILD),
            time(f"member:{number % 5}", 1_000, scope=Scope.MEMBER),
            time(f"role:{number % 2}", 1_000, scope=Scope.ROLE),
            time(f"role:{number % 2 + 1}", 1_000, scope=Scope.ROLE),
            money(100),
        ]
        random.shuffle(drawn)
        fence = await book.held(f"note{number}", drawn)
        assert await book.call(f"note{number}", fence, usd_micros=100)
        assert await book.bill(f"note{number}", fence, ms=1_000)
        await book.correct(f"note{number}", 90)
        return await book.settle(f"note{number}", fence)

    assert await asyncio.gather(*(one(number) for number in range(40))) == [1_000] * 40
    assert await book.balance(HOST) == (3_600, 0)


async def test_several_pools_share_one_limit(postgresql: Server) -> None:
    """Workers with pools of their own, as on several machines, cannot pass the limit together."""
    url = await postgresql.create()
    async with AsyncExitStack() as stack:
        books = [Book(await stack.enter_async_context(open_database(url))) for _ in range(3)]

        calls = await asyncio.gather(*(pay(books[number % 3], f"note{number}", MINUTE) for number in range(64)))

        assert sum(calls) == 10
        assert await books[0].balance(GUILD) == (10 * MINUTE, 0)
        assert await books[0].contradictions() == []
    await postgresql.drop(url)


RACES = """
import asyncio, sys
from bot.database import open_database
from tests.charges import Book
from tests.test_ledger_races import pay

async def main(url, name):
    async with open_database(url) as database:
        print(sum(await asyncio.gather(*(pay(Book(database), f"{name}/{n}", 40_000, 1_000_000) for n in range(16)))))

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.long
@pytest.mark.parametrize("trial", range(5))
async def test_four_processes_share_one_limit(postgresql: Server, trial: int) -> None:
    """64 notes of 40 s in four processes race for 1,000 s: 25 calls, never one more."""
    url = await postgresql.create()
    async with open_database(url) as database:
        book = Book(database)
        command = [sys.executable, "-c", RACES, url]
        processes = [
            await asyncio.create_subprocess_exec(*command, f"{trial}.{number}", stdout=subprocess.PIPE)
            for number in range(4)
        ]
        said = [(await process.communicate())[0] for process in processes]

        assert sum(int(text) for text in said) == 25
        assert await book.balance(GUILD) == (1_000_000, 0)
        assert await book.contradictions() == []
    await postgresql.drop(url)


# -- crashes -----------------------------------------------------------------------------------

Verb = Callable[[Tx], Awaitable[object]]

VERBS: dict[str, Verb] = {
    "hold": lambda tx: LEDGER.hold(tx, "new", legs(), now_ms=NOW, expires_ms=LATER),
    "hold in new accounts": lambda tx: LEDGER.hold(
        tx, "new", [time("guild:2", 1), money(1, account="host:2")], now_ms=NOW, expires_ms=LATER
    ),
    "hold without room": lambda tx: LEDGER.hold(
        tx, "new", [time(MEMBER, 1, scope=Scope.MEMBER), *legs(usd_limit=0)], now_ms=NOW, expires_ms=LATER
    ),
    "take over": lambda tx: LEDGER.hold(tx, "old", legs(), now_ms=NOW, expires_ms=LATER),
    "start a call": lambda tx: LEDGER.start_call(tx, "old", 1, piece=1, attempt=1, usd_micros=3_000, now_ms=NOW),
    "correct a call": lambda tx: LEDGER.correct_call(tx, "old", piece=0, attempt=1, usd_micros=1, now_ms=NOW),
    "bill": lambda tx: LEDGER.bill(tx, "old", 1, piece=1, ms=5, now_ms=NOW, expires_ms=LATER),
    "settle": lambda tx: LEDGER.settle(tx, "old", 1, now_ms=NOW),
    "void": lambda tx: LEDGER.void(tx, "old", 1, now_ms=NOW),
}


async def half_done(book: Book) -> None:
    """A charge "old" with a called and billed piece, and more to come."""
    fence = await book.held("old", legs(2 * MINUTE, usd_micros=9_000))
    await book.call("old", fence, usd_micros=3_000)
    await book.bill("old", fence, ms=7_000)


async def everything(database: Database) -> list[object]:
    """Every row the ledger keeps."""
    tables = {"account": "account, period", "charge": "key", "entry": "key, account, kind, fence, piece, attempt"}
    async with database.tx() as tx:
        return [await tx.all(f"SELECT * FROM {table} ORDER BY {order}") for table, order in tables.items()]  # noqa: S608  # our own names


@pytest.mark.parametrize("verb", VERBS)
async def test_a_crash_after_any_statement_leaves_no_trace(book: Book, verb: str) -> None:
    """A transaction that dies after its k-th statement, for every k, was never begun."""
    await half_done(book)
    before = await everything(book.database)

    async def run(statements: int) -> None:
        async with doomed(book.database, statements) as tx:
            await VERBS[verb](tx)

    crashes = 0
    while True:
        try:
            await run(crashes + 1)
        except Crash:
            crashes += 1
            assert await everything(book.database) == before
        else:
            break
    assert crashes
    assert await everything(book.database) != before


class Severed(Doomed):
    """Its connection is cut by the server after the k-th statement."""

    def __init__(self, tx: Tx, statements: int, server: Server, pid: int) -> None:
        super().__init__(tx, statements)
        self.server = server
        self.pid = pid

    async def _end(self) -> None:
        await self.server.run(f"SELECT pg_terminate_backend({self.pid})")


@pytest.mark.parametrize("verb", VERBS)
async def test_a_connection_cut_after_any_statement_leaves_no_trace(postgresql: Server, verb: str) -> None:
    """PostgreSQL ends the connection after the k-th statement: nothing of the transaction stays."""
    url = await postgresql.create()
    async with open_database(url) as database:
        await half_done(Book(database))
        before = await everything(database)

        async def run(statements: int) -> int:
            async with database.tx() as tx:
                me = await tx.one("SELECT pg_backend_pid() AS pid")
                assert me is not None
                severed = Severed(tx, statements, postgresql, me["pid"])
                await VERBS[verb](severed)
                return severed.left

        statements = 0
        while True:
            statements += 1
            try:
                left = await run(statements)
            except DatabaseError:
                assert await everything(database) == before
            else:
                assert left > 0
                break
        assert statements > 1
        assert await everything(database) != before
    await postgresql.drop(url)


class Killed(Doomed):
    """Its process is killed after the k-th statement."""

    async def _end(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


DIES = """
import asyncio, sys
from bot.database import open_database
from tests.test_ledger_races import VERBS, Killed

async def main(url, verb, statements):
    async with open_database(url) as database, database.tx() as tx:
        await VERBS[verb](Killed(tx, int(statements)))

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize(("verb", "statements"), [("hold", 4), ("bill", 3), ("settle", 4)])
async def test_a_killed_process_leaves_no_trace(tmp_path: Path, verb: str, statements: int) -> None:
    """Kill -9 inside the transaction, as the operating system does it: the file opens as it was before."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    async with open_database(url) as database:
        await half_done(Book(database))
        before = await everything(database)
    command = [sys.executable, "-c", DIES, url, verb, str(statements)]

    died = await asyncio.to_thread(subprocess.run, command, check=False)

    assert died.returncode == -signal.SIGKILL
    async with open_database(url) as database:
        assert await everything(database) == before
        assert await Book(database).contradictions() == []
