"""
Beside the work: the note stays ours, and those who wait see how far it is.

Promises: a claim that is lost ends the work; nothing shown here delays it or breaks it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

from bot.database import Database, DatabaseError
from bot.desk.hearing import HoldLost
from bot.desk.rules import Rules
from bot.notes import Ask, Note, Notes
from bot.outcome import Stage
from bot.request import Clock, Courier, Later


class Watch:
    """Renews the claim of a note in work, and shows its stages to all who ask."""

    def __init__(self, database: Database, notes: Notes, courier: Courier, rules: Rules, clock: Clock) -> None:
        self._database = database
        self._notes = notes
        self._courier = courier
        self._rules = rules
        self._clock = clock

    @asynccontextmanager
    async def over(self, note: Note, asks: Sequence[Ask]) -> AsyncIterator[Callable[[Stage], None]]:
        """
        Renew our claim while the work lasts; losing it raises HoldLost inside.

        Yields what shows a stage to all who ask: beside the work, which does not wait for Discord to have seen it.
        """

        async def renew() -> None:
            while True:
                await asyncio.sleep(self._rules.lease_ms / 3000)
                with suppress(DatabaseError):  # a third of the lease is left to try again
                    async with self._database.tx() as tx:
                        ours = await self._notes.renew(
                            tx, note.key, note.fence, now_ms=self._clock(), lease_ms=self._rules.lease_ms
                        )
                    if not ours:
                        raise HoldLost(note.key)

        async def tell(stage: Stage) -> None:
            for ask in asks:
                await self._courier.progress(note, ask, stage)

        try:
            async with asyncio.TaskGroup() as group:
                beside = [group.create_task(renew())]
                yield lambda stage: beside.append(group.create_task(tell(stage)))
                for task in beside:
                    task.cancel()
        except* (HoldLost, Later, DatabaseError) as lost:
            raise lost.exceptions[0] from None
