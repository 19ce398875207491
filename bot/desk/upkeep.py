"""
What must be done around the story: waking up, refilling the queue, giving back, forgetting.

Promises: losing the whole queue loses no note, and a hold nobody will settle is given back.
"""

import logging

from bot.database import Database
from bot.desk.delivery import scrub
from bot.desk.herald import Herald
from bot.desk.rules import Rules
from bot.jobs import Jobs
from bot.ledger import Ledger
from bot.notes import Notes
from bot.notes.originals import Originals
from bot.request import Clock, ref_of

log = logging.getLogger(__name__)


_TOKEN_MS = 15 * 60_000  # Discord: "Interaction tokens are valid for 15 minutes"


class Upkeep:
    """The caretaker of inbox and ledger."""

    def __init__(
        self,
        *,
        database: Database,
        ledger: Ledger,
        notes: Notes,
        jobs: Jobs,
        herald: Herald,
        rules: Rules,
        clock: Clock,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._notes = notes
        self._originals = Originals()
        self._jobs = jobs
        self._herald = herald
        self._rules = rules
        self._clock = clock

    async def refill(self) -> int:
        """Ring for every note with work left: the queue may forget, the inbox does not. Returns how many."""
        async with self._database.tx() as tx:
            places = await self._notes.waiting(tx, limit=self._rules.queue)
            for key in await self._jobs.silent(tx, list(places)):
                # A backlog does not overtake the guild that has only one note waiting.
                self._jobs.put(tx, key, priority=-places[key], again=True)
            orphans = await self._ledger.expired(tx, now_ms=self._clock())
            await self._originals.forget(tx, before_ms=self._clock() - self._rules.repeat_ms)
            # Discord takes them for so long; afterwards they are nothing but a secret to lose.
            await self._notes.forget_tokens(tx, before_ms=self._clock() - _TOKEN_MS)
        for charge in orphans:
            async with self._database.tx() as tx:
                note = await self._notes.find(tx, charge.rpartition("/")[0])
                if note is None or note.state == "done":
                    await self._ledger.drop(tx, charge, now_ms=self._clock())
        await scrub(self._database)
        await self._herald.say()
        return len(places)

    async def wake(self) -> None:
        """At start: where we are the only process, nobody holds a lease, or will scrub words, but us."""
        if self._database.engine == "sqlite":
            async with self._database.tx() as tx:
                await self._notes.release_all(tx)
        await scrub(self._database)

    async def message_deleted(self, message_ids: list[int]) -> list[tuple[int, int]]:
        """The notes of these messages are unwanted; returns (channel, message) of replies to delete."""
        replies: list[tuple[int, int]] = []
        charges: list[str] = []
        async with self._database.tx() as tx:
            for message_id in message_ids:
                for key in await self._notes.note_of_message(tx, message_id):
                    note = await self._notes.find(tx, key)
                    charges += [f"{key}/{note.round}"] if note else []
                replies += await self._notes.drop(tx, message_id)
        for charge in charges:
            async with self._database.tx() as tx:
                await self._ledger.drop(tx, charge, now_ms=self._clock())
            log.info(
                "A note was deleted; what we have of it goes too",
                extra={"action": "withdrawn", "note": ref_of(charge.rpartition("/")[0])},
            )
        if charges:
            await scrub(self._database)
        return replies
