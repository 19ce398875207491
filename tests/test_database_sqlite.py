"""SQLite: one file, one process, nothing lost, erased words gone from its bytes."""

import asyncio
import os
import pwd
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

import pytest

from bot.database import DatabaseDown, DatabaseError, DatabaseInUse, Tx, open_database
from bot.database.advice import unwritable
from bot.database.sqlite import open_sqlite
from tests.stores import ADD, READ, channels

pytest_plugins = ["tests.stores"]


async def test_a_relative_path_is_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """sqlite:///x.db lies in the working directory; words in it are for its owner's eyes only."""
    monkeypatch.chdir(tmp_path)
    async with open_database("sqlite:///x.db") as database:
        assert database.engine == "sqlite"
        assert database.pool is None
    assert (tmp_path / "x.db").stat().st_mode & 0o777 == 0o600


async def test_sqlite_is_as_safe_as_it_can_be(tmp_path: Path) -> None:
    """Commits survive a power cut, references hold and freed bytes are zeroes."""
    async with open_database(f"sqlite:///{tmp_path / 'x.db'}") as database, database.tx() as tx:
        settings = [
            await tx.one(f"PRAGMA {name}") for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        ]
    assert [list(row.values()) for row in settings if row] == [["wal"], [2], [1], [1]]


async def test_one_file_has_one_earshot(tmp_path: Path) -> None:
    """A second bot on the same file is refused with a sentence; after the first is gone it may start."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    async with open_database(url) as first:
        with pytest.raises(DatabaseInUse, match=r"x\.db"):
            async with open_database(url):
                pass
        assert await channels(first) == []
    async with open_database(url) as second:
        assert await channels(second) == []


async def test_a_transaction_inside_a_transaction_is_a_mistake(tmp_path: Path) -> None:
    """There is one writer: who asks for a second transaction inside the first is told, instead of waiting for ever."""
    async with open_database(f"sqlite:///{tmp_path / 'x.db'}") as database:
        async with database.tx() as tx:
            with pytest.raises(RuntimeError, match="inside a transaction"):
                await channels(database)
            with pytest.raises(RuntimeError, match="inside a transaction"):
                await database.scrub()
            await tx.execute(ADD, channel=1, message=1)
        assert await channels(database) == [1]


DIES = """
import asyncio, os, signal, sys
from bot.database import open_database

async def main():
    async with open_database(sys.argv[1]) as database:
        async with database.tx() as tx:
            await tx.execute("INSERT INTO seen (channel_id, message_id) VALUES (1, 1)")
        async with database.tx() as tx:
            await tx.execute("INSERT INTO seen (channel_id, message_id) VALUES (2, 2)")
            os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_in_one_go_nothing_else_is_waited_for(tmp_path: Path) -> None:
    """A verb that would wait for the network, or for another transaction, is a mistake: told, and undone."""

    async def late(tx: Tx, wait: Callable[[], Awaitable[object]]) -> None:
        await tx.execute(ADD, channel=1, message=10)
        await wait()

    async with open_database(f"sqlite:///{tmp_path / 'earshot.db'}") as database:
        for wait in (lambda: asyncio.sleep(0), lambda: channels(database)):
            with pytest.raises(RuntimeError):
                await database.run(late, wait)

        assert await channels(database) == []


async def test_in_one_go_whoever_is_cancelled_leaves_no_transaction_open(tmp_path: Path) -> None:
    """Cancelled amid `run`, it is there or not, as a whole, and the next one finds nothing open."""
    begun, go_on = threading.Event(), threading.Event()

    async def slow(tx: Tx) -> None:
        await tx.execute(ADD, channel=1, message=10)
        begun.set()
        go_on.wait()
        await tx.execute(ADD, channel=2, message=10)

    async with open_database(f"sqlite:///{tmp_path / 'earshot.db'}") as database:
        running = asyncio.create_task(database.run(slow))
        await asyncio.to_thread(begun.wait)
        running.cancel()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await running

        assert await channels(database) == [1, 2]


async def test_a_killed_process_leaves_what_it_committed(tmp_path: Path) -> None:
    """Kill -9 in the middle of a transaction: the committed one stays, the open one never was, the lock is free."""
    url = f"sqlite:///{tmp_path / 'x.db'}"

    died = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", DIES, url], check=False)

    assert died.returncode == -signal.SIGKILL
    async with open_database(url) as database:
        assert await channels(database) == [1]


async def test_a_sqlite_run_never_loads_the_other_driver(tmp_path: Path) -> None:
    """The memory and start-up time of asyncpg are spent only where PostgreSQL is used."""
    look = (
        "import asyncio, sys; from bot.database import open_database\n"
        "async def main():\n"
        "    async with open_database(sys.argv[1]): print('asyncpg' in sys.modules)\n"
        "asyncio.run(main())"
    )
    command = [sys.executable, "-c", look, f"sqlite:///{tmp_path / 'x.db'}"]

    seen = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)

    assert seen.stdout.strip() == "False"


async def test_a_file_nobody_can_use_is_explained(tmp_path: Path) -> None:
    """A folder that is not there, or a file that is no database: one sentence each, and no lock stays."""
    (tmp_path / "x.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(DatabaseError, match=r"x\.db is not a database.*restore a backup"):
        async with open_database(f"sqlite:///{tmp_path / 'x.db'}"):
            pass
    with pytest.raises(DatabaseError, match=f"there is no folder {tmp_path / 'nowhere'}. Make it"):
        async with open_database(f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}"):
            pass
    (tmp_path / "folder").mkdir()
    with pytest.raises(DatabaseError, match="unable to open"):
        async with open_database(f"sqlite:///{tmp_path / 'folder'}"):
            pass
    (tmp_path / "x.db").unlink()
    async with open_database(f"sqlite:///{tmp_path / 'x.db'}") as database:
        assert await channels(database) == []


def test_a_folder_one_may_not_write_in_is_named_with_the_user(tmp_path: Path) -> None:
    """Whose right is missing, and where; a full or broken disk keeps the system's own words."""
    told = str(unwritable(tmp_path / "x.db.lock", PermissionError(13, "Permission denied")))

    assert (
        f"the user {pwd.getpwuid(os.geteuid()).pw_name} ({os.geteuid()}) may not write in the folder {tmp_path}" in told
    )
    assert "No space left" in str(unwritable(tmp_path / "x.db.lock", OSError(28, "No space left on device")))


async def test_a_place_without_a_log_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where SQLite cannot write ahead (some network drives; here, memory) a crash could cost notes: no start."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DatabaseError, match="write-ahead"):
        async with open_sqlite(":memory:"):
            pass


async def test_a_failed_step_leaves_the_schema_as_it_was(tmp_path: Path) -> None:
    """A migration that cannot finish undoes its beginning."""
    with sqlite3.connect(tmp_path / "x.db") as other:
        other.execute("CREATE TABLE heard (something TEXT)")
    other.close()
    with pytest.raises(DatabaseError, match="heard"):
        async with open_database(f"sqlite:///{tmp_path / 'x.db'}"):
            pass

    after = sqlite3.connect(tmp_path / "x.db")
    assert after.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall() == [("heard",)]
    after.close()


async def test_a_full_disk_undoes_the_transaction_and_shows_itself(tmp_path: Path) -> None:
    """The error that reaches us is the full disk, not a failed rollback; with space, work goes on."""
    async with open_database(f"sqlite:///{tmp_path / 'x.db'}") as database:

        async def fill() -> None:
            async with database.tx() as tx:
                await tx.each(ADD, [{"channel": number, "message": number} for number in range(2000)])

        async with database.tx() as tx:
            pages = await tx.one("PRAGMA page_count")
            assert pages is not None
            await tx.execute(f"PRAGMA max_page_count = {pages['page_count']}")
        with pytest.raises(DatabaseError, match="full"):
            await fill()
        assert await channels(database) == []
        async with database.tx() as tx:
            await tx.execute("PRAGMA max_page_count = 1000000")
        await fill()
        assert len(await channels(database)) == 2000


FILLS = """
import asyncio, os, resource, signal, sys
from bot.database import DatabaseError, open_database

async def main(path):
    async with open_database("sqlite:///" + path) as database:
        async def write(number):
            async with database.tx() as tx:
                await tx.execute("INSERT INTO seen (channel_id, message_id) VALUES (:number, 1)", number=number)

        await write(1)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (os.path.getsize(path + "-wal"), resource.RLIM_INFINITY))
        for number in (2, 3):
            try:
                await write(number)
            except DatabaseError as error:
                print(error)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await write(4)

asyncio.run(main(sys.argv[1]))
"""


async def test_a_disk_that_fills_during_the_commit_undoes_it(tmp_path: Path) -> None:
    """What could not be committed is not there, and the next transaction begins afresh."""
    command = [sys.executable, "-c", FILLS, str(tmp_path / "x.db")]

    ran = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)

    assert ran.stdout.count("SQLite: ") == 2
    async with open_database(f"sqlite:///{tmp_path / 'x.db'}") as database:
        assert await channels(database) == [1, 4]


async def test_the_loop_runs_on_while_another_program_holds_the_file(tmp_path: Path) -> None:
    """Somebody's open write transaction makes ours wait in its thread, not the bot."""
    async with open_database(f"sqlite:///{tmp_path / 'x.db'}") as database:
        other = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(channels(database))
        for _ in range(100):
            await asyncio.sleep(0)
        assert not waiting.done()
        other.execute("ROLLBACK")
        other.close()
        assert await waiting == []


WORDS = ["xylophone", "quagmire", "zephyrine"]


def rests(folder: Path) -> list[str]:
    """Which words stand anywhere in the database's files."""
    bytes_ = b"".join(path.read_bytes() for path in sorted(folder.glob("x.db*")))
    return [word for word in WORDS if word.encode() in bytes_]


async def test_scrubbed_words_are_gone_from_every_file(tmp_path: Path) -> None:
    """After words were erased and scrubbed, no byte of them rests in the file, its log or its index."""
    random = Random(7)  # noqa: S311  # a test that can be replayed
    async with open_database(f"sqlite:///{tmp_path / 'x.db'}") as database:
        for turn in range(40):
            async with database.tx() as tx:
                # Long and short, so that rows move between pages and overflow them.
                text = " ".join(random.choice(WORDS) for _ in range(random.choice([1, 30, 600])))
                await tx.execute(
                    "INSERT INTO refusal (member_id, at_ms, ending, detail) VALUES (:id, 1, 'x', :text)",
                    id=random.randrange(2**40),
                    text=text,
                )
            if turn % 3 == 2:
                async with database.tx() as tx:
                    await tx.execute("DELETE FROM refusal WHERE member_id % 2 = :odd", odd=random.randrange(2))
        assert rests(tmp_path) == WORDS
        async with database.tx() as tx:
            await tx.execute("UPDATE refusal SET detail = '' WHERE member_id % 3 = 0")
            await tx.execute("DELETE FROM refusal WHERE detail <> ''")

        await asyncio.gather(*(database.scrub() for _ in range(5)))

        assert rests(tmp_path) == []
        assert (tmp_path / "x.db-wal").stat().st_size == 0
        await database.scrub()
    assert rests(tmp_path) == []


async def test_a_scrub_that_cannot_reach_the_log_says_so(tmp_path: Path) -> None:
    """While another program reads the file its log must stay, and with it the words: that is an error."""
    async with open_database(f"sqlite:///{tmp_path / 'x.db'}") as database:
        async with database.tx() as tx:
            await tx.execute("PRAGMA busy_timeout = 0")
            await tx.execute(ADD, channel=1, message=1)
        other = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
        other.execute("BEGIN")
        other.execute(READ).fetchall()
        async with database.tx() as tx:
            await tx.execute(ADD, channel=2, message=1)
        with pytest.raises(DatabaseError, match="another program"):
            await database.scrub()
        other.close()
        await database.scrub()


async def test_whoever_is_amid_a_transaction_when_it_closes_hears_so(tmp_path: Path) -> None:
    """A listener still at work while the bot shuts down gets an error, where it would have waited for ever."""
    async with open_database(f"sqlite:///{tmp_path}/x.db") as database:
        doing = database.tx()
        tx = await doing.__aenter__()
        await tx.execute("DELETE FROM seen")
    with pytest.raises(DatabaseDown):
        async with asyncio.timeout(5):
            await tx.execute("DELETE FROM seen")
    with pytest.raises(DatabaseDown):
        async with asyncio.timeout(5):
            await doing.__aexit__(None, None, None)
