"""The thread that alone touches the SQLite connection."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import TypeVar

from bot.database.base import DatabaseDown

T = TypeVar("T")


class Thread:
    """Runs jobs one after another. Half the cost of run_in_executor, and a queued job always runs."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._is_stopped = False
        self._thread = threading.Thread(target=self._work, name="sqlite", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()

    def submit(self, job: Callable[[], T]) -> asyncio.Future[T]:
        """Queue a job; the future may be dropped, the job runs all the same."""
        if self._is_stopped:  # nobody would ever do it, and its waiter would wait for ever
            raise DatabaseDown("SQLite: the database has been closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def settle(result: T | None, error: BaseException | None) -> None:
            if future.done():  # its waiter was cancelled
                return
            if error is None:
                future.set_result(result)  # type: ignore[arg-type]  # None only when T is None
            else:
                future.set_exception(error)

        def work() -> None:
            result, error = None, None
            try:
                result = job()
            except BaseException as raised:  # noqa: BLE001  # carried to the waiter
                error = raised
            with suppress(RuntimeError):  # the loop has closed: nobody waits any more
                loop.call_soon_threadsafe(settle, result, error)

        self._jobs.put(work)
        return future

    def stop(self) -> None:
        """End the thread after the jobs it has."""
        self._is_stopped = True
        self._jobs.put(None)
