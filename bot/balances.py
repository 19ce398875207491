"""
Whether the balances are still what the journal says, month after month, while the bot runs.

Hides which month's turn it is. Promises: every month of the books is compared, in whatever zone it has its name; those
that still move in each turn, of the older ones one; however large the books are, the comparing takes a two-hundredth of
the database's time at most, and one account's month at a time.
"""

import asyncio
import time
from contextlib import suppress

from bot.database import Database, DatabaseError
from bot.keyring import LAST_ZONE
from bot.ledger import Compared, compare, months
from bot.quota import month_of, snowflake_at
from bot.request import Clock

_REST_S = 2.0  # between two turns
_REST_TIMES = 50  # as long as a statement took, before the next one
_REST_MOST_S = 60.0
_STILL_MOVES_MS = 2 * 86_400_000
_GOOD_FOR_S = 30 * 60.0
_UNITS = ("ms", "usd_micros")


class Balances:
    """What balances and journal disagree about, by what was found out last of each month."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._months: list[str] | None = None
        self._off: dict[str, dict[str, int]] = {}
        self._at_s = 0.0

    @property
    def off(self) -> dict[str, int] | None:
        """By unit, over all months: 0, or somebody wrote into the books. None: not all compared yet, or not lately."""
        off = {unit: sum(month[unit] for month in self._off.values()) for unit in _UNITS}
        is_known = self._is_whole or any(off.values())
        return off if is_known and time.monotonic() - self._at_s <= _GOOD_FOR_S else None

    @property
    def _is_whole(self) -> bool:
        """Whether every month was compared once."""
        return self._months is not None and all(month in self._off for month in self._months)

    async def keep_comparing(self) -> None:
        """Turn after turn, for ever. Books that cannot be read are tried again at the next turn."""
        while True:
            with suppress(DatabaseError):
                for month in await self._turn():
                    await self._compare(month)
            await asyncio.sleep(_REST_S)

    async def _turn(self) -> list[str]:
        """The months that still move, and between them the older ones; at first each once."""
        async with self._database.look() as tx:
            self._months = every = await months(tx)
        self._at_s = time.monotonic()
        self._off = {month: off for month, off in self._off.items() if month in every}
        # West of us a month is not over yet, and what is held at its end may end days later.
        first = month_of(snowflake_at(self._clock() - _STILL_MOVES_MS), LAST_ZONE).name
        moving, older = [month for month in every if month >= first], [month for month in every if month < first]
        if not self._is_whole or not older:
            return moving + older
        return [month for old in older for month in (*moving, old)]

    async def _compare(self, month: str) -> None:
        """One month, some accounts at a time."""
        off, after = dict.fromkeys(_UNITS, 0), ""
        while True:
            began_s = time.monotonic()
            async with self._database.look() as tx:
                found: Compared = await compare(tx, month, after=after)
            self._at_s = time.monotonic()
            off["ms"] += found.off_ms
            off["usd_micros"] += found.off_usd_micros
            if found.last is None:
                self._off[month] = off
            await asyncio.sleep(min(_REST_TIMES * (self._at_s - began_s), _REST_MOST_S))
            if found.last is None:
                return
            after = found.last
