"""PostgreSQL: several processes, lost connections, a server that comes and goes."""

import asyncio
import random
import signal
import tempfile
from pathlib import Path

import asyncpg
import pytest

from bot.app.clock import SharedClock, now_ms
from bot.database import Database, DatabaseDown, DatabaseError, open_database
from bot.database.migrations import steps
from bot.database.postgresql import PostgresDatabase
from tests.conftest import World
from tests.inbox import LEASE, NOTES, NOW, WORDS, claimed, finish, opened
from tests.stores import ADD, Server, channels
from tests.world.wire_cutter import open_wire

pytest_plugins = ["tests.stores"]


async def test_several_processes_may_start_at_once(postgresql: Server) -> None:
    """Gateways and workers that start together migrate an empty database once."""
    url = await postgresql.create()

    async def start() -> int:
        async with open_database(url) as database, database.tx() as tx:
            row = await tx.one("SELECT count(*) AS n FROM schema_version")
            assert row is not None
            count: int = row["n"]
            return count

    assert await asyncio.gather(*(start() for _ in range(4))) == [len(steps("postgresql"))] * 4
    await postgresql.drop(url)


@pytest.mark.parametrize("when", ["before a statement", "before the commit"])
async def test_a_lost_connection_loses_its_transaction_only(postgresql: Server, when: str) -> None:
    """A connection that the server ends rolls back and says so; the next transaction has a new one."""
    url = await postgresql.create()

    async def lose(database: Database) -> None:
        async with database.tx() as tx:
            await tx.execute(ADD, channel=1, message=1)
            me = await tx.one("SELECT pg_backend_pid() AS pid")
            assert me is not None
            await postgresql.run(f"SELECT pg_terminate_backend({me['pid']})")
            if when == "before a statement":
                await tx.execute(ADD, channel=2, message=1)

    async with open_database(url) as database:
        assert database.engine == "postgresql"
        with pytest.raises(DatabaseError, match="PostgreSQL: "):
            await lose(database)
        assert await channels(database) == []
    await postgresql.drop(url)


@pytest.mark.parametrize("between", [0, 2])
async def test_a_transaction_that_is_cut_off_leaves_nothing_behind(
    postgresql: Server, caplog: pytest.LogCaptureFixture, between: int
) -> None:
    """Cancelled at any moment, twice too, a transaction is over; the next one has its connection, nobody is told."""
    url = await postgresql.create()

    async def work(database: Database) -> None:
        async with database.tx() as tx:
            await tx.execute(ADD, channel=1, message=1)
            await tx.execute(ADD, channel=1, message=1)  # the key is there by now: it is never made to last

    async def turns(count: int) -> None:
        for _ in range(count):
            await asyncio.sleep(0)

    async with open_database(url) as database:
        assert isinstance(database, PostgresDatabase)
        for before in range(12):
            task = asyncio.create_task(work(database))
            await turns(before)
            task.cancel()
            await turns(between)
            task.cancel()
            await asyncio.wait({task})
            assert task.cancelled() or isinstance(task.exception(), DatabaseError)
            assert await channels(database) == []
        assert database.pool.get_size() == database.pool.get_idle_size(), "each connection is given back"
    assert [line.message for line in caplog.records if line.levelname == "ERROR"] == []
    await postgresql.drop(url)


async def test_a_restarted_server_is_found_again(postgresql: Server) -> None:
    """While the server is down every transaction says so; after a crash and a start all goes on."""
    url = await postgresql.create()
    async with open_database(url) as database:
        async with database.tx() as tx:
            await tx.execute(ADD, channel=1, message=1)
        postgresql.stop(signal.SIGQUIT)
        try:
            with pytest.raises(DatabaseError, match="PostgreSQL: "):
                await channels(database)
        finally:
            postgresql.start()
        assert await channels(database) == [1]
        await database.scrub()
    await postgresql.drop(url)


async def test_a_stricter_server_does_not_make_notes_throw_each_other_out(postgresql: Server) -> None:
    """Transactions are READ COMMITTED, whatever the server's own default is."""
    url = await postgresql.create()
    name = url.partition("?")[0].rpartition("/")[2]
    await postgresql.run(f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'")
    async with open_database(url) as database, database.tx() as tx:
        row = await tx.one("SELECT current_setting('transaction_isolation') AS isolation")
    await postgresql.drop(url)

    assert row == {"isolation": "read committed"}


async def test_a_server_nobody_reaches_is_explained(tmp_path: Path) -> None:
    """A wrong address is one sentence, not a traceback of the driver."""
    with pytest.raises(DatabaseError, match="PostgreSQL: "):
        async with open_database(f"postgresql://postgres:@/earshot?host={tmp_path}"):
            pass


async def test_a_pool_somebody_still_uses_does_not_keep_us(postgresql: Server) -> None:
    """The queue engine may hold a connection while it is being closed; closing does not wait for ever."""
    url = await postgresql.create()
    async with open_database(url) as database:
        kept = await database.pool.acquire()
        assert isinstance(database, PostgresDatabase)
        database.patience_s = 0.0
    with pytest.raises(asyncpg.InterfaceError, match="released"):
        await kept.execute("SELECT 1")
    await postgresql.drop(url)


async def test_processes_agree_about_the_time(postgresql: Server, tmp_path: Path) -> None:
    """Where several processes share a server its clock is everybody's; a file has none of its own."""
    url = await postgresql.create()
    async with open_database(url) as database, open_database(f"sqlite:///{tmp_path / 'a.db'}") as file:
        clock = SharedClock(database)
        before_ms = await database.now_ms()
        await clock.set()

        assert before_ms is not None
        assert -1_000 < clock() - before_ms < 60_000
        assert abs(before_ms - now_ms()) < 60_000, "here both are the same machine's"
        assert await file.now_ms() is None
    await postgresql.drop(url)


async def test_words_that_were_erased_are_gone_from_the_files(postgresql: Server) -> None:
    """Erased and scrubbed, words rest in no table's file; no other process does it again within half a minute."""
    url = await postgresql.create()
    async with open_database(url) as database, open_database(url) as other:
        await opened(database)
        async with database.tx() as tx:
            note = await claimed(tx)
            await finish(tx, note)
        await postgresql.run("CHECKPOINT")
        assert await resting(postgresql.folder, url)
        await database.scrub()
        await postgresql.run("CHECKPOINT")
        assert not await resting(postgresql.folder, url)
        async with other.tx() as tx:
            before = await tx.one("SELECT at_ms FROM chore")
        await other.scrub()
        async with other.tx() as tx:
            assert await tx.one("SELECT at_ms FROM chore") == before
    await postgresql.drop(url)


async def test_words_outlast_an_old_snapshot_and_no_longer(postgresql: Server) -> None:
    """What somebody's open snapshot could still read rests in the files; once it has ended, the next turn erases it."""
    url = await postgresql.create()
    async with open_database(url) as database, open_database(url) as other:
        await opened(database)
        async with database.tx() as tx:
            note = await claimed(tx)
        reader = await asyncpg.connect(url)
        snapshot = reader.transaction(isolation="repeatable_read")
        await snapshot.start()
        await reader.fetchval("SELECT count(*) FROM seen")
        async with database.tx() as tx:
            await finish(tx, note)
        await database.scrub()
        await snapshot.rollback()
        await reader.close()
        await postgresql.run("UPDATE chore SET at_ms = 0 WHERE name = 'scrub'", url)
        await other.scrub()
        await postgresql.run("CHECKPOINT")
        assert not await resting(postgresql.folder, url)
    await postgresql.drop(url)


async def test_a_scrub_that_has_to_wait_keeps_nobody_from_work(postgresql: Server) -> None:
    """While somebody reads the tables with words for long, as a backup does, the scrub gives up, and claims go on."""
    url = await postgresql.create()
    async with open_database(url) as database, open_database(url) as other:
        await opened(database)
        async with database.tx() as tx:
            note = await claimed(tx)
            assert await NOTES.heard(tx, note.key, note.fence, 0, 0, 3_000, WORDS)
        reader = await asyncpg.connect(url)
        async with reader.transaction():
            await reader.execute("LOCK TABLE decided, heard IN ACCESS SHARE MODE")
            scrubbing = asyncio.create_task(other.scrub())
            await postgresql.until(url, "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
            async with database.tx() as tx:
                assert await NOTES.claim(tx, note.key, now_ms=NOW + LEASE, lease_ms=LEASE) is not None
            with pytest.raises(DatabaseDown, match="lock timeout"):
                await scrubbing
        await reader.close()
    await postgresql.drop(url)


async def resting(folder: Path, url: str) -> list[Path]:
    """The files of that database's tables and indexes with the words in them; other tests' databases are not ours."""
    connection = await asyncpg.connect(url)
    try:
        oid = await connection.fetchval("SELECT oid FROM pg_database WHERE datname = current_database()")
    finally:
        await connection.close()
    return await asyncio.to_thread(_with_words, folder / "base" / str(oid))


def _with_words(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and WORDS.encode() in path.read_bytes()]


class TheFirst(random.Random):
    """Chance that strikes so many times, and then never again."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self._left = times

    def random(self) -> float:
        """0 as long as it strikes."""
        self._left -= 1
        return 0.0 if self._left >= 0 else 1.0


async def test_a_start_outlives_a_connection_that_is_lost(world: World, postgresql: Server) -> None:
    """Whoever loses the database while it starts, though its commit was done, goes on a moment later."""
    url = await postgresql.create()
    with tempfile.TemporaryDirectory(prefix="earshot-") as folder:  # a socket's path may not be long
        async with (
            open_wire(Path(folder), postgresql.folder, share=0.5, chance=TheFirst(2)) as wire,
            world.bot(world.env() | {"DATABASE_URL": wire.url(url)}),
        ):
            assert len(world.diary.of("database_away")) == wire.cut == 2  # now: a stop may find the pool closing
    await postgresql.drop(url)
