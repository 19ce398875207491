"""How long to wait before something is tried again; the only home of these policies."""

from collections.abc import Callable

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_delay,
    wait_exponential_jitter,
)

from bot.database import DatabaseDown
from bot.speech import Trouble

_DATABASE_S = 30.0


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


def patience(most_s: float) -> Callable[[RetryCallState], float]:
    """The provider's Retry-After where it gave one, else doubling pauses with jitter."""
    doubling = wait_exponential_jitter(multiplier=0.5, max=8, jitter=0.5)

    def wait(state: RetryCallState) -> float:
        answer = state.outcome.result() if state.outcome else None
        if isinstance(answer, Trouble) and answer.retry_after_ms is not None:
            return min(answer.retry_after_ms / 1000, most_s)
        return doubling(state)

    return wait
