"""
Claims on notes in work, renewed while the work lasts.

Promises: a claim that is lost ends its note's work. On SQLite, where every write waits for the one before, all that are
about due are renewed by one transaction: a hundred notes that wait for their turn take no turns of the books.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from bot.database import Database, DatabaseDown, DatabaseError, Tx
from bot.desk.listening import HoldLost
from bot.desk.rules import Rules
from bot.notes import Note, Notes
from bot.request import Clock


@dataclass(slots=True, eq=False)
class _Claim:
    key: str
    fence: int
    renewed_ms: int
    is_lost: bool = False


async def require_claim(tx: Tx, notes: Notes, note: Note) -> None:
    """Lock a note for the rest of `tx`, before anything that is written about it. Raises HoldLost if it is not ours."""
    if not await notes.keep(tx, note.key, note.fence):
        raise HoldLost(note.key)


class Claims:
    """All claims of one process."""

    def __init__(self, database: Database, notes: Notes, rules: Rules, clock: Clock) -> None:
        self._database = database
        self._notes = notes
        self._lease_ms = rules.lease_ms
        self._clock = clock
        self._claims: set[_Claim] = set()

    async def keep(self, note: Note) -> None:
        """
        Renew a note's claim again and again, until cancelled.

        Raises HoldLost once somebody else has it, and DatabaseDown once somebody may have it.
        """
        claim = _Claim(note.key, note.fence, self._clock())
        self._claims.add(claim)
        try:
            while not claim.is_lost:
                await asyncio.sleep(self._lease_ms / 3000)
                if self._is_due(claim):
                    with suppress(DatabaseError):  # a third of the lease is left to try again
                        await self._database.run(self._renew, claim)
                if not claim.is_lost and self._clock() - claim.renewed_ms >= self._lease_ms:
                    # It may be somebody else's by now, whether or not the database can say so.
                    raise DatabaseDown("a claim could not be renewed for as long as it lasts")
            raise HoldLost(note.key)
        finally:
            self._claims.discard(claim)

    def _is_due(self, claim: _Claim) -> bool:
        return self._clock() - claim.renewed_ms >= self._lease_ms // 6

    async def _renew(self, tx: Tx, claim: _Claim) -> None:
        """One claim; where nobody else writes, and so nobody locks rows in another order, all that are due."""
        together = tuple(self._claims) if self._database.engine == "sqlite" else (claim,)
        for one in sorted(filter(self._is_due, together), key=lambda due: due.key):
            now_ms = self._clock()
            ours = await self._notes.renew(tx, one.key, one.fence, now_ms=now_ms, lease_ms=self._lease_ms)
            one.renewed_ms, one.is_lost = now_ms, not ours
