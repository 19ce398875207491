"""
Heavy text goes to a thread, so that nobody else has to wait for it.

Promises: short text, which is nearly all of it, costs no thread.
"""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

EASY_SIGNS = 4_000  # characters, some milliseconds of the slowest that is done with text; two messages of Discord's


async def aside(signs: int, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What `work` returns for a text of so many signs: at once for a short one, else from a thread."""
    if signs <= EASY_SIGNS:
        return work(*args, **kwargs)
    return await asyncio.to_thread(work, *args, **kwargs)
