"""
Heavy text goes to a thread, and what many do at once they do one after the other, so that nobody else has to wait.

Promises: short text, which is nearly all of it, costs no thread.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

# One thread: Python runs one at a time anyway, and each that wants to run is another turn the event loop waits for.
_THREAD = ThreadPoolExecutor(1, "text")
EASY_SIGNS = 4_000  # characters, some milliseconds of the slowest that is done with text; two messages of Discord's


async def aside(signs: int, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What `work` returns for a text of so many signs: at once for a short one, else from a thread."""
    if signs <= EASY_SIGNS:
        return work(*args, **kwargs)
    call = partial(copy_context().run, work, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_THREAD, call)


class InTurn:
    """
    Whoever has some milliseconds to do, one in each turn of the event loop.

    Twenty streams with a part each would otherwise be read in a row, and whoever else waits, after all of them.
    """

    def __init__(self) -> None:
        self._last: asyncio.Future[None] | None = None

    async def next(self) -> None:
        """Wait until nobody else of these has this turn of the loop; first come, first served."""
        loop = asyncio.get_running_loop()
        before, self._last = self._last, (mine := loop.create_future())
        try:
            await (asyncio.sleep(0) if before is None or before.done() else asyncio.shield(before))
        except asyncio.CancelledError:
            if before is None or before.done():
                _end(mine)
            else:
                before.add_done_callback(lambda _: _end(mine))
            raise
        loop.call_soon(_end, mine)


def _end(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_result(None)
