"""One face, two engines: transactions, migrations and the order of locks."""

import asyncio
from pathlib import Path
from random import Random

import pytest

from bot.database import Database, DatabaseError, DatabaseTooNew, Tx, open_database
from bot.database.migrations import steps
from tests.stores import ADD, READ, channels

pytest_plugins = ["tests.stores"]


async def test_leaving_commits_and_an_exception_rolls_back(database: Database) -> None:
    """What a transaction wrote stays if it ends well, and only then."""

    async def write(channel: int, *, fails: bool) -> None:
        async with database.tx() as tx:
            assert await tx.execute(ADD, channel=channel, message=10) == 1
            if fails:
                raise KeyError

    await write(1, fails=False)
    with pytest.raises(KeyError):
        await write(2, fails=True)

    assert await channels(database) == [1]


async def seen(database: Database) -> list[int]:
    """What somebody who only looks finds in the table `seen`."""
    async with database.look() as look:
        return [row["channel_id"] for row in await look.all(READ)]


async def test_who_only_looks_sees_what_is_committed_and_writes_nothing(database: Database) -> None:
    """Each statement of a look sees what was committed before it; writing there is a mistake, and told as one."""
    async with database.tx() as tx:
        await tx.execute(ADD, channel=1, message=10)
    async with database.look() as look:
        assert [row["channel_id"] for row in await look.all(READ)] == [1]
        with pytest.raises(RuntimeError, match="looked at only"):
            await look.execute(ADD, channel=2, message=10)
        with pytest.raises(RuntimeError, match="looked at only"):
            await look.each(ADD, [{"channel": 2, "message": 10}])
        with pytest.raises(DatabaseError):
            await look.all("SELECT nothing FROM nowhere")

    assert await channels(database) == [1]


async def test_who_looks_does_not_see_half_a_transaction(database: Database) -> None:
    """What another task has written and not committed is not there yet."""
    written, go_on = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        async with database.tx() as tx:
            await tx.execute(ADD, channel=1, message=10)
            written.set()
            await go_on.wait()
            raise KeyError

    writing = asyncio.create_task(write())
    await written.wait()
    looking = asyncio.create_task(seen(database))
    go_on.set()

    assert await looking == []
    with pytest.raises(KeyError):
        await writing


async def test_committed_work_is_there_after_opening_again(url: str) -> None:
    """A restart finds what was committed, and migrates nothing twice."""
    async with open_database(url) as database, database.tx() as tx:
        await tx.execute(ADD, channel=1, message=10)
    async with open_database(url) as database:
        assert await channels(database) == [1]


async def test_statements_say_how_many_rows_they_touched(database: Database) -> None:
    """The count decides about limits, so both engines must count alike."""
    async with database.tx() as tx:
        await tx.each(ADD, [{"channel": number, "message": 1, "more": "ignored"} for number in range(3)])
        await tx.each(ADD, [])
        assert await tx.execute("UPDATE seen SET message_id = 2 WHERE channel_id >= :first", first=1) == 2
        assert await tx.execute("UPDATE seen SET message_id = 2 WHERE channel_id = 99") == 0
        assert await tx.execute(ADD + " ON CONFLICT DO NOTHING", channel=1, message=5) == 0
        assert await tx.one("SELECT message_id FROM seen WHERE channel_id = 99") is None
        assert await tx.one(READ) == {"channel_id": 0, "message_id": 1}


async def test_a_parameter_may_be_used_in_several_ways(database: Database) -> None:
    """One value serves as text here and there, or as nothing, without the engine guessing its type."""
    async with database.tx() as tx:
        row = await tx.one(
            "SELECT :n + 1 AS more, coalesce(:none, :n) AS some, :word || 's' AS words, 'a:word' AS literal",
            n=2**40,
            none=None,
            word="note",
        )
    assert row == {"more": 2**40 + 1, "some": 2**40, "words": "notes", "literal": "a:word"}


async def test_a_failed_transaction_stays_failed(database: Database) -> None:
    """Whoever swallows the error of a statement cannot commit the rest by mistake."""

    async def go_on() -> None:
        async with database.tx() as tx:
            await tx.execute(ADD, channel=1, message=10)
            with pytest.raises(DatabaseError):
                await tx.execute(ADD, channel=1, message=None)
            with pytest.raises(DatabaseError):
                await tx.execute(ADD, channel=2, message=20)

    with pytest.raises(DatabaseError, match="cannot be committed"):
        await go_on()

    assert await channels(database) == []


async def test_an_error_inside_a_failed_transaction_is_the_one_seen(database: Database) -> None:
    """The rollback after a failure hides nothing."""

    async def twice() -> None:
        async with database.tx() as tx:
            await tx.execute(ADD, channel=1, message=10)
            await tx.execute(ADD, channel=1, message=10)

    with pytest.raises(DatabaseError, match=r"(?i)unique"):
        await twice()

    assert await channels(database) == []


async def test_an_unused_transaction_costs_nothing(database: Database) -> None:
    """Entering and leaving without a word is fine, also by an exception."""
    async with database.tx():
        pass
    with pytest.raises(KeyError):
        async with database.tx():
            raise KeyError

    assert await channels(database) == []


async def test_bells_ring_after_the_commit_and_never_without(database: Database) -> None:
    """Who waits for a row is called once it is there for everybody to see; a rollback calls nobody."""
    heard: list[list[int]] = []

    async def bell() -> None:
        heard.append(await channels(database))

    async def write(channel: int, *, fails: bool) -> None:
        async with database.tx() as tx:
            tx.afterwards(bell)
            await tx.execute(ADD, channel=channel, message=1)
            if fails:
                raise KeyError

    await write(1, fails=False)
    with pytest.raises(KeyError):
        await write(2, fails=True)
    assert heard == [[1]]


async def add(tx: Tx, channel: int, *, bells: list[int], fails: bool = False) -> int:
    """A verb as `Database.run` takes it."""

    async def bell() -> None:
        bells.append(channel)

    tx.afterwards(bell)
    await tx.execute(ADD, channel=channel, message=10)
    if fails:
        raise KeyError(channel)
    row = await tx.one("SELECT count(*) AS n FROM seen")
    return int(row["n"]) if row else 0


async def test_a_transaction_in_one_go_is_a_transaction(database: Database) -> None:
    """`run` commits what ends well, returns its result and rings its bells; what fails leaves nothing and is silent."""
    bells: list[int] = []
    assert await database.run(add, 1, bells=bells) == 1
    with pytest.raises(KeyError):
        await database.run(add, 2, bells=bells, fails=True)
    with pytest.raises(DatabaseError, match=r"(?i)unique"):
        await database.run(add, 1, bells=bells)
    await asyncio.gather(*(database.run(add, number, bells=bells) for number in range(3, 9)))

    assert await channels(database) == sorted(bells) == [1, *range(3, 9)]


async def test_transactions_do_not_mix(database: Database) -> None:
    """Many tasks at once: each sees its own transaction whole, and no update is lost."""

    async def add() -> None:
        async with database.tx() as tx:
            await tx.execute("UPDATE seen SET message_id = message_id + 1 WHERE channel_id = 1")

    async with database.tx() as tx:
        await tx.execute(ADD, channel=1, message=0)
    await asyncio.gather(*(add() for _ in range(40)))

    async with database.tx() as tx:
        assert await tx.one(READ) == {"channel_id": 1, "message_id": 40}


@pytest.mark.parametrize("seed", range(3))
async def test_cancelled_tasks_leave_no_transaction_behind(database: Database, seed: int) -> None:
    """A task cancelled anywhere in its transaction writes both of its rows or none; the next one works."""
    random = Random(seed)  # noqa: S311  # a test that can be replayed

    async def pair(number: int) -> None:
        async with database.tx() as tx:
            await tx.execute(ADD, channel=number, message=1)
            await tx.execute(ADD, channel=1000 + number, message=1)

    tasks = [asyncio.create_task(pair(number)) for number in range(30)]
    for task in random.sample(tasks, 20):
        for _ in range(random.randrange(40)):
            await asyncio.sleep(0)
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    written = await channels(database)
    assert [number + 1000 for number in written if number < 1000] == [number for number in written if number >= 1000]
    assert {number for number, task in enumerate(tasks) if not task.cancelled()} <= set(written)
    async with database.tx() as tx:
        await tx.execute(ADD, channel=5000, message=1)


async def test_locks_are_taken_in_one_order(database: Database) -> None:
    """A transaction that would lock accounts against the order is stopped before it can deadlock."""
    async with database.tx() as tx:
        tx.lock_in_order((2, "guild:1", "2026-11"))
        tx.lock_in_order((4, "host:usd", "2026-11"))
        tx.lock_in_order((2, "guild:1", "2026-11"))
        with pytest.raises(RuntimeError, match="guild:2"):
            tx.lock_in_order((2, "guild:2", "2026-11"))


async def test_a_newer_schema_is_refused(url: str) -> None:
    """An Earshot older than the database says so and touches nothing."""
    async with open_database(url) as database, database.tx() as tx:
        await tx.execute("INSERT INTO schema_version (version, name) VALUES (999, 'later')")
    with pytest.raises(DatabaseTooNew, match="schema 999"):
        async with open_database(url):
            pass


async def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    """Where nobody answers, the host is asked whether it runs; no message holds what DATABASE_URL keeps secret."""
    with pytest.raises(DatabaseError, match="Is it running") as told:
        async with open_database("postgresql://bot:pw123@127.0.0.1:1/earshot"):
            pass
    assert "127.0.0.1" in str(told.value)
    with pytest.raises(DatabaseError, match="DATABASE_URL cannot be read") as misread:
        async with open_database("postgresql://bot:pw123/4@127.0.0.1/earshot"):
            pass
    assert "pw123" not in str(misread.value)
    assert "pw123" not in str(told.value)


def test_steps_are_read_in_order_with_each_engines_own_words(tmp_path: Path) -> None:
    """A step is its shared file followed by the engine's own; others' files are not steps."""
    for name in ("0002_more.sql", "0001_start.sql", "0001_start.sqlite.sql", "0001_start.postgresql.sql"):
        (tmp_path / name).write_text(f"-- {name}\n")

    first, second = steps("sqlite", tmp_path)

    assert (first.version, first.name, first.script) == (1, "start", "-- 0001_start.sql\n-- 0001_start.sqlite.sql\n")
    assert (second.version, second.name, second.script) == (2, "more", "-- 0002_more.sql\n")


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("sqlite:///:memory:", "forget"),
        ("sqlite://", "begin with"),
        ("sqlite:///", "name a file"),
        ("mysql://localhost/earshot", "begin with"),
        ("earshot.db", "begin with"),
    ],
)
async def test_an_address_nobody_can_use_is_explained(address: str, says: str) -> None:
    """A wrong DATABASE_URL is named, with what it should look like."""
    with pytest.raises(DatabaseError, match=f"DATABASE_URL.*{says}"):
        async with open_database(address):
            pass
