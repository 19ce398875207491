"""
Time and ids of the stand-in: a clock that a test may move, a bell that rings at every change.

Promises: ids only grow; nobody polls: who waits is woken when something happened.
"""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

EPOCH_MS = 1_420_070_400_000  # Discord: "Snowflakes", the first second of 2015

Fact = TypeVar("Fact")


class Bell:
    """Rung after every change; whoever waits for a fact looks again."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake everybody who waits."""
        self._rung.set()
        self._rung = asyncio.Event()

    @property
    def next(self) -> asyncio.Event:
        """Set at the next change: taken before one looks, waited for afterwards, so that nothing falls between."""
        return self._rung

    async def until(self, fact: Callable[[], Fact], seconds: float, seen: Callable[[], str] = str) -> Fact:
        """The first truthy value of `fact`; AssertionError with what was `seen` if it takes longer than `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                while not (found := fact()):
                    await self._rung.wait()
        except TimeoutError:
            raise AssertionError(f"waited {seconds} s in vain; what was there:\n{seen()}") from None
        return found


class Clock:
    """Milliseconds since 1970: the real clock plus what a test added. `start_ms` begins elsewhere in time."""

    def __init__(self, start_ms: int | None = None) -> None:
        self.bell = Bell()
        self._ahead_ms = 0 if start_ms is None else start_ms - self._real_ms()
        self._last_id = 0

    @staticmethod
    def _real_ms() -> int:
        return time.time_ns() // 1_000_000

    def now_ms(self) -> int:
        """Now."""
        return self._real_ms() + self._ahead_ms

    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Let time pass at once."""
        self._ahead_ms += int(1000 * (seconds + 60 * minutes + 3600 * hours + 86_400 * days))
        self.bell.ring()

    def snowflake(self) -> int:
        """A new id, made of this moment; always larger than the last one."""
        self._last_id = max(self._last_id + 1, (self.now_ms() - EPOCH_MS) << 22)
        return self._last_id


def moment_of(snowflake: int) -> int:
    """When an id was made, in milliseconds since 1970."""
    return (snowflake >> 22) + EPOCH_MS
