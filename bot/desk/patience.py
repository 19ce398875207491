"""How long to wait before something is tried again; the only home of these policies."""

import logging
from collections.abc import Awaitable, Callable
from typing import ParamSpec

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_attempt,
    stop_after_delay,
    wait_exponential_jitter,
)

from bot.database import DatabaseDown, DatabaseError
from bot.speech import Trouble

log = logging.getLogger(__name__)

_DATABASE_S = 30.0
_START_ATTEMPTS = 5
_Given = ParamSpec("_Given")


def _tell(state: RetryCallState) -> None:
    why = state.outcome.exception() if state.outcome else None
    log.warning("The database is away; trying again: %s", why, extra={"action": "database_away"})


def stubbornly() -> AsyncRetrying:
    """
    For what must be written, since it is paid: a database that comes back within half a minute loses nothing.

    Each such transaction may be made twice, so one whose commit was never confirmed may be made again.
    """
    return AsyncRetrying(
        retry=retry_if_exception_type(DatabaseDown),
        stop=stop_after_delay(_DATABASE_S),
        wait=wait_exponential_jitter(multiplier=0.2, max=2),
        reraise=True,
    )


def at_start() -> AsyncRetrying:
    """
    For what must stand before anything is heard: a database that is just starting, too, is waited for some seconds.

    A host who mistyped its address is not kept waiting longer than that.
    """
    return AsyncRetrying(
        retry=retry_if_exception_type(DatabaseDown),
        stop=stop_after_attempt(_START_ATTEMPTS),
        wait=wait_exponential_jitter(multiplier=0.3, max=2),
        before_sleep=_tell,
        reraise=True,
    )


async def in_the_end(work: Callable[_Given, Awaitable[None]], *given: _Given.args, **more: _Given.kwargs) -> None:
    """
    Do for certain what Discord tells once only: a database in trouble, whatever it is, is waited for, as long as it
    takes.

    `work` may be done twice, as in `stubbornly`.
    """
    turns = AsyncRetrying(
        retry=retry_if_exception_type(DatabaseError),
        wait=wait_exponential_jitter(multiplier=0.5, max=10),
        before_sleep=_tell,
    )
    await turns(work, *given, **more)


def patience(most_s: float) -> Callable[[RetryCallState], float]:
    """The provider's Retry-After where it gave one, else doubling pauses with jitter."""
    doubling = wait_exponential_jitter(multiplier=0.5, max=8, jitter=0.5)

    def wait(state: RetryCallState) -> float:
        answer = state.outcome.result() if state.outcome else None
        if isinstance(answer, Trouble) and answer.retry_after_ms is not None:
            return min(answer.retry_after_ms / 1000, most_s)
        return doubling(state)

    return wait
