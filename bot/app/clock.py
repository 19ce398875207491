"""
The time that all processes on one database agree on.

Hides whose it is: PostgreSQL's where there is one, else the machine's. Promises: milliseconds since 1970; a lease is
as long for a worker whose own clock is wrong as for the one who has it.
"""

import time

from bot.database import Database


def now_ms() -> int:
    """The machine's own clock."""
    return time.time_ns() // 1_000_000


class SharedClock:
    """Call it for the time; `set` it now and then, since clocks drift and are corrected."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ahead_ms = 0

    def __call__(self) -> int:
        """Now."""
        return now_ms() + self._ahead_ms

    async def set(self) -> None:
        """Ask the database. Raises DatabaseError."""
        asked_ms = now_ms()
        theirs_ms = await self._database.now_ms()
        if theirs_ms is not None:
            self._ahead_ms = theirs_ms - (asked_ms + now_ms()) // 2
