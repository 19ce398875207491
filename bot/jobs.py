"""
The doorbell: `put` rings for a note, `work` answers with a handler.

Hides PgQueuer; no other room knows it. Promises: at most `parallel` handlers at once, higher
priority first, a raised exception reaches the log and nobody else. It does **not** promise to
remember: the inbox of notes is the truth, and whatever a queue loses is put again from there.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from pgqueuer import PgQueuer
from pgqueuer.models import Job

from bot.database import Tx

log = logging.getLogger(__name__)

_ENTRYPOINT = "note"
_BATCH = 10
# A picked job is offered to somebody else when its worker has been mute for this long.
_HEARTBEAT = timedelta(seconds=30)
# The queue is told of new work at once; this poll only covers a lost notice.
_POLL = timedelta(seconds=5)
# PgQueuer keeps a row in memory for each thing that happened to a job; nobody here reads them.
_TIDY_EVERY = 500


class Jobs:
    """A queue of note keys inside this process, refilled from the inbox after a restart."""

    def __init__(self, *, parallel: int, grace_s: float = 0.0) -> None:
        self._parallel = max(parallel, 2 * _BATCH)  # PgQueuer asks for two batches at least
        self._slots = asyncio.Semaphore(parallel)
        self._grace_s = grace_s
        self._working: set[asyncio.Future[None]] = set()
        self._answered = 0
        self._engine = PgQueuer.in_memory()

    def put(self, tx: Tx, key: str, *, priority: int = 0, after_ms: int = 0, again: bool = False) -> None:
        """
        Ring for the note `key` once `tx` is committed: its row is what the handler reads.

        `priority` is higher for sooner, `after_ms` delays the bell; `again` is the reconciler's
        bell, which stays silent while an earlier one of its kind is still waiting.
        """

        async def ring() -> None:
            await self._engine.qm.queries.enqueue(
                _ENTRYPOINT,
                key.encode(),
                priority,
                execute_after=timedelta(milliseconds=after_ms) if after_ms else None,
                dedupe_key=key if again else None,
                on_conflict="skip",
            )

        tx.afterwards(ring)

    @asynccontextmanager
    async def work(self, handler: Callable[[str], Awaitable[None]]) -> AsyncIterator[None]:
        """
        Hand every key to `handler` while the context is open; leaving it takes no new keys.

        Handlers still running then have the grace time to end; after it they are cancelled, and
        their notes stay in the inbox.
        """
        queries: Any = self._engine.queries  # the in-memory one, which can do more than the port says

        async def answer(job: Job) -> None:
            async with self._slots:
                if self._engine.shutdown.is_set():
                    return
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
            if self._answered % _TIDY_EVERY == 0:
                await queries.clear_queue_log()

        self._engine.entrypoint(_ENTRYPOINT, accepts_context=False)(answer)
        run = asyncio.create_task(
            self._engine.run(
                dequeue_timeout=_POLL,
                batch_size=_BATCH,
                max_concurrent_tasks=self._parallel,
                heartbeat_timeout=_HEARTBEAT,
                log_aggregation_interval=timedelta(0),
            ),
        )
        try:
            yield
        finally:
            self._engine.shutdown.set()
            await asyncio.wait({run}, timeout=self._grace_s)
            for working in self._working:
                working.cancel()
            run.cancel()
            await asyncio.wait({run})
