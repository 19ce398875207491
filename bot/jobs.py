"""
The doorbell: `put` rings for a note, `work` answers with a handler.

Hides PgQueuer; no other room knows it. Promises: at most `parallel` handlers at once, higher
priority first, and a quarter of them for early notes alone, however many late ones there are;
a raised exception reaches the log and nobody else. On PostgreSQL a note and its bell
are one commit, and the bell of a worker that fell silent rings for another. It does **not** promise
to remember: the inbox of notes is the truth, and whatever a queue loses is put again from there.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from pgqueuer import PgQueuer
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.qm import QueueManager
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job
from pgqueuer.types import JobId, QueueEntrypoint

from bot.database import Database, Tx

log = logging.getLogger(__name__)

_EARLY, _LATE = "note", "late note"
_EARLY_PLACE = 9  # of a server that has few waiting: one member's third note, or a ninth member's first
_KEPT = 4  # of the notes at work, one in so many is an early one's
_BATCH, _BATCHES = 10, 8  # few at a time: what was taken stands in order no more
# The queue is told of new work at once; this poll covers a lost notice, and finds bells of silent workers.
_POLL = timedelta(seconds=2)
# PgQueuer keeps a row for each thing that happened to a job; nobody here reads them. In memory they go by number.
_TOLD_MS = 10 * 60_000
_TOLD = 500
_PAUSE_S = 2.0  # before a lost connection to the queue is tried again
_LOWEST = -(2**31)  # PgQueuer keeps a priority in 32 bits


@dataclass(frozen=True, slots=True)
class Bell:
    """One ring for one note."""

    key: str
    priority: int
    after: timedelta
    again: bool


class _Manager(QueueManager):
    """Takes late notes only while those at work here leave room for early ones."""

    parallel: int
    asked: Callable[[], None]
    _late: set[JobId]

    @classmethod
    def of(cls, engine: PgQueuer, parallel: int, asked: Callable[[], None]) -> PgQueuer:
        """The engine, led by one of us, which calls `asked` whenever the queue was asked for work and has answered."""
        engine.qm = manager = cls(engine.qm.queries, engine.qm.channel, resources=engine.resources)
        manager.shutdown, manager.parallel, manager.asked, manager._late = engine.shutdown, parallel, asked, set()
        return engine

    def entrypoints_below_capacity_limits(self) -> set[QueueEntrypoint]:
        """Asked before each batch. (A limit of an entrypoint's own would be one over all processes.)"""
        self._late &= self.job_context.keys()
        if len(self.job_context) >= self.parallel:
            return set()
        is_full = len(self._late) >= self.parallel - self.parallel // _KEPT
        return {QueueEntrypoint(_EARLY)} if is_full else super().entrypoints_below_capacity_limits()

    async def fetch_jobs(
        self, batch_size: int, global_concurrency_limit: int | None, heartbeat_timeout: timedelta
    ) -> AsyncGenerator[Job]:
        """See QueueManager; remembers which of them are late."""
        async for job in super().fetch_jobs(batch_size, global_concurrency_limit, heartbeat_timeout):
            if job.entrypoint == _LATE:
                self._late.add(job.id)
            yield job
        self.asked()


class Jobs:
    """
    A queue of note keys: in this process, or in `database` where that is PostgreSQL.

    A job whose worker has been mute for `silence_s` is offered to somebody else.
    """

    def __init__(
        self, *, parallel: int, grace_s: float = 0.0, database: Database | None = None, silence_s: float = 30.0
    ) -> None:
        self._batch = max(min(parallel // _BATCHES, _BATCH), 1)
        self._parallel = max(parallel, 2 * self._batch)  # PgQueuer asks for two batches at least
        self._slots = asyncio.Semaphore(parallel)
        self._grace_s = grace_s
        self._silence = timedelta(seconds=silence_s)
        self._database = database if database is not None and database.engine == "postgresql" else None
        self._working: set[asyncio.Future[None]] = set()
        self._answered = 0
        self._leaving = asyncio.Event()
        self._bells: WeakKeyDictionary[Tx, list[Bell]] = WeakKeyDictionary()
        self._asked_s: float | None = None
        self._engine = self._led(PgQueuer.in_memory())

    def _led(self, engine: PgQueuer) -> PgQueuer:
        return _Manager.of(engine, self._parallel, self._asked)

    def _asked(self) -> None:
        self._asked_s = time.monotonic()

    @property
    def mute_s(self) -> float:
        """For how many seconds nothing was taken from the queue: some two at most, while anybody works at it."""
        return 0.0 if self._asked_s is None else time.monotonic() - self._asked_s

    @property
    def at_work(self) -> int:
        """How many notes are in work in this process."""
        return len(self._working)

    async def prepare(self) -> None:
        """Where the queue lives in PostgreSQL: create its tables, or bring them up to date."""
        if self._database is None:
            return
        async with self._database.connection() as connection:
            queries = Queries(AsyncpgDriver(connection))
            async with queries.schema_lock():  # several processes may start at once
                if not await queries.schema_is_installed():
                    await queries.install()
            await queries.upgrade()

    def put(self, tx: Tx, key: str, *, priority: int = 0, after_ms: int = 0, again: bool = False) -> None:
        """
        Ring for the note `key` with the commit of `tx`: its row is what the handler reads.

        `priority` is higher for sooner: the place in the queue, below zero. `after_ms` delays the bell; `again` is the
        reconciler's bell, which stays silent while an earlier one of its kind is still waiting.
        """
        bells = self._bells.get(tx)
        if bells is None:
            bells = self._bells[tx] = []
            ring = partial(self._ring, tx, bells)
            (tx.afterwards if self._database is None else tx.together)(ring)
        bells.append(Bell(key, max(priority, _LOWEST), timedelta(milliseconds=after_ms), again))

    async def _ring(self, tx: Tx, bells: list[Bell]) -> None:
        queries: Any = self._engine.queries if self._database is None else Queries(AsyncpgDriver(tx.connection))
        await queries.enqueue(
            [_EARLY if bell.priority >= -_EARLY_PLACE else _LATE for bell in bells],
            [bell.key.encode() for bell in bells],
            [bell.priority for bell in bells],
            [bell.after for bell in bells],
            [bell.key if bell.again else None for bell in bells],
            on_conflict="skip",
        )
        bells.clear()

    async def silent(self, tx: Tx, keys: list[str]) -> list[str]:
        """Those of `keys` for which no bell is known to wait; in memory, where none can get lost, it may name more."""
        if self._database is None:
            return keys
        table = Queries(AsyncpgDriver(tx.connection)).qbe.settings.qualified.queue_table
        rows = await tx.all(
            f"SELECT payload FROM {table} WHERE payload = ANY(:payloads)",  # noqa: S608 -- PgQueuer's own name
            payloads=[key.encode() for key in keys],
        )
        rung = {row["payload"].decode() for row in rows}
        return [key for key in keys if key not in rung]

    async def tidy(self, tx: Tx, *, now_ms: int) -> None:
        """In PostgreSQL, forget what happened to jobs more than some minutes ago; one process does it for all."""
        if self._database is None:
            return
        names = Queries(AsyncpgDriver(tx.connection)).qbe.settings.qualified
        for table in (names.queue_table_log, names.statistics_table):
            sql = f"DELETE FROM {table} WHERE created < to_timestamp(:before_ms / 1000.0)"  # noqa: S608 -- PgQueuer's own names
            await tx.execute(sql, before_ms=now_ms - _TOLD_MS)

    @asynccontextmanager
    async def work(self, handler: Callable[[str], Awaitable[None]]) -> AsyncIterator[None]:
        """
        Hand every key to `handler` while the context is open; leaving it takes no new keys.

        Handlers still running then have the grace time to end; after it they are cancelled, and
        their notes stay in the inbox.
        """
        self._asked()
        serving = asyncio.create_task(self._serve(handler), name="queue")
        try:
            yield
        finally:
            self._leaving.set()
            self._engine.shutdown.set()
            await asyncio.wait({serving}, timeout=self._grace_s)
            for working in self._working:
                working.cancel()
            serving.cancel()
            await asyncio.wait({serving})

    async def _serve(self, handler: Callable[[str], Awaitable[None]]) -> None:
        """Answer bells until told to leave; a queue that breaks is opened again."""
        while not self._leaving.is_set():
            try:
                if self._database is None:
                    await self._answer(self._engine, handler)
                else:
                    async with self._database.connection() as connection:
                        self._engine = self._led(PgQueuer(AsyncpgDriver(connection)))
                        if not self._leaving.is_set():
                            await self._answer(self._engine, handler)
            except Exception as trouble:  # noqa: BLE001 -- whatever broke: without a queue this process is of no use
                log.warning("The queue was lost; trying again: %s", trouble, extra={"action": "queue_lost"})
                if self._database is None:
                    self._engine = self._led(PgQueuer.in_memory())  # what waited is put again from the inbox
                await asyncio.wait({waiting := asyncio.ensure_future(self._leaving.wait())}, timeout=_PAUSE_S)
                waiting.cancel()

    async def _answer(self, engine: PgQueuer, handler: Callable[[str], Awaitable[None]]) -> None:
        queries: Any = engine.queries

        async def answer(job: Job) -> None:
            async with self._slots:
                if engine.shutdown.is_set():
                    raise RetryRequested(delay=timedelta(0))  # for somebody who stays
                # A task of our own: PgQueuer waits for its jobs for ever, also when it is cancelled itself.
                working = asyncio.ensure_future(handler((job.payload or b"").decode()))
                self._working.add(working)
                try:
                    await asyncio.wait({working})
                finally:
                    self._working.discard(working)
            if not working.cancelled():
                working.result()
            self._answered += 1
            if self._database is None and self._answered % _TOLD == 0:
                await queries.clear_queue_log()

        for entrypoint in (_EARLY, _LATE):
            engine.entrypoint(entrypoint, accepts_context=False)(answer)
        await engine.qm.run(
            dequeue_timeout=_POLL,
            batch_size=self._batch,
            max_concurrent_tasks=self._parallel,
            shutdown_on_listener_failure=self._database is not None,
            heartbeat_timeout=self._silence,
            log_aggregation_interval=timedelta(0),
        )
