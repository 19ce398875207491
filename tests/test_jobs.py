"""The doorbell: who rings, in which order, and what a broken handler does to the others."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.database import Database, DatabaseError, Tx, open_database
from bot.jobs import Jobs


class Handler:
    """Takes keys and remembers them; waits at the gate while that is closed."""

    def __init__(self, *, is_open: bool = True) -> None:
        self.keys: list[str] = []
        self.gate = asyncio.Event()
        self._rung = asyncio.Condition()
        if is_open:
            self.gate.set()

    async def __call__(self, key: str) -> None:
        """Take one key."""
        self.keys.append(key)
        async with self._rung:
            self._rung.notify_all()
        await self.gate.wait()
        if key == "broken":
            raise RuntimeError("this note breaks its handler")

    async def until(self, count: int) -> list[str]:
        """Wait for so many keys."""
        async with asyncio.timeout(30), self._rung:
            await self._rung.wait_for(lambda: len(self.keys) >= count)
        return self.keys


async def ring(database: Database, jobs: Jobs, *keys: str, priority: int = 0, again: bool = False) -> None:
    """Ring for each key in a transaction of its own."""
    for key in keys:
        async with database.tx() as tx:
            jobs.put(tx, key, priority=priority, again=again)


async def half(database: Database, jobs: Jobs, key: str) -> None:
    """Ring in a transaction that then fails."""
    async with database.tx() as tx:
        jobs.put(tx, key)
        await tx.execute("this is not SQL")


async def test_every_bell_is_heard_and_a_broken_handler_stops_nobody(tmp_path: Path) -> None:
    """A handler that raises takes nothing from the notes after it."""
    jobs, handler = Jobs(parallel=4), Handler()
    async with open_database(f"sqlite:///{tmp_path}/jobs.db") as database, jobs.work(handler):
        await ring(database, jobs, "first", "broken", "last")
        heard = await handler.until(3)

    assert sorted(heard) == ["broken", "first", "last"]


async def test_a_queue_that_broke_is_opened_again(tmp_path: Path) -> None:
    """A queue in memory that has ended by itself is made anew: what is put after that is heard."""
    jobs, handler = Jobs(parallel=4), Handler()
    async with open_database(f"sqlite:///{tmp_path}/jobs.db") as database, jobs.work(handler):
        await ring(database, jobs, "before")
        await handler.until(1)
        broken = jobs._engine
        broken.shutdown.set()
        async with asyncio.timeout(30):
            while jobs._engine is broken or not jobs._engine.qm.entrypoint_registry:
                await database.run(_nothing)  # it rings no bell
        await ring(database, jobs, "after")
        heard = await handler.until(2)

    assert heard == ["before", "after"]
    assert jobs.mute_s < 30


async def _nothing(tx: Tx) -> None:
    await tx.all("SELECT 1 AS n")


async def test_a_transaction_that_fails_rings_for_nobody(tmp_path: Path) -> None:
    """A bell is rung after the commit: a note that was rolled back is not worked."""
    jobs, handler = Jobs(parallel=4), Handler()
    async with open_database(f"sqlite:///{tmp_path}/jobs.db") as database, jobs.work(handler):
        with pytest.raises(DatabaseError):
            await half(database, jobs, "rolled back")
        await ring(database, jobs, "committed")
        heard = await handler.until(1)

    assert heard == ["committed"]


async def test_a_higher_priority_is_heard_first(tmp_path: Path) -> None:
    """Of what waits, the higher priority goes first: a flood delays its own guild."""
    jobs, handler = Jobs(parallel=1), Handler()
    async with open_database(f"sqlite:///{tmp_path}/jobs.db") as database:
        await ring(database, jobs, "flood", priority=-400)
        await ring(database, jobs, "quiet", priority=-1)
        async with jobs.work(handler):
            heard = await handler.until(2)

    assert heard == ["quiet", "flood"]


async def test_the_reconciler_does_not_pile_up_bells(tmp_path: Path) -> None:
    """While one bell of the reconciler waits, another for the same note is silent."""
    jobs, handler = Jobs(parallel=4), Handler()
    async with open_database(f"sqlite:///{tmp_path}/jobs.db") as database:
        await ring(database, jobs, "open", "open", again=True)
        async with jobs.work(handler):
            await ring(database, jobs, "last")
            heard = await handler.until(2)

    assert sorted(heard) == ["last", "open"]


async def test_no_more_than_allowed_are_at_work_at_once(tmp_path: Path) -> None:
    """The number of notes in work never passes the setting."""
    jobs, handler = Jobs(parallel=2), Handler(is_open=False)
    async with open_database(f"sqlite:///{tmp_path}/jobs.db") as database, jobs.work(handler):
        await ring(database, jobs, *"abcde")
        at_work = len(await handler.until(2))
        handler.gate.set()
        heard = await handler.until(5)

    assert at_work == 2
    assert sorted(heard) == list("abcde")


async def test_stopping_waits_for_those_at_work_and_takes_no_more(tmp_path: Path) -> None:
    """On a stop, what is in work has the grace time to end."""
    jobs, handler = Jobs(parallel=2, grace_s=30), Handler(is_open=False)
    async with open_database(f"sqlite:///{tmp_path}/jobs.db") as database, jobs.work(handler):
        await ring(database, jobs, "in work")
        await handler.until(1)
        asyncio.get_running_loop().call_soon(handler.gate.set)

    assert handler.keys == ["in work"]


async def test_a_long_life_keeps_no_diary(tmp_path: Path) -> None:
    """The queue's own records are thrown away, so that a thousand notes do not grow the process."""
    jobs, handler = Jobs(parallel=20), Handler()
    async with open_database(f"sqlite:///{tmp_path}/jobs.db") as database, jobs.work(handler):
        await ring(database, jobs, *map(str, range(1200)))
        await handler.until(1200)
        records: Any = jobs._engine.queries
        kept = len(await records.queue_log())

    assert kept < 3 * 1200 - 1000
