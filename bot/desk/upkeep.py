"""
What must be done around the story: waking up, refilling the queue, giving back, forgetting.

Promises: losing the whole queue loses no note, and a hold nobody will settle is given back.
"""

from bot.database import Database
from bot.desk.delivery import scrub
from bot.desk.herald import Herald
from bot.desk.lasting import Lasting
from bot.desk.privacy import Privacy
from bot.desk.rules import Rules
from bot.jobs import Jobs
from bot.ledger import Ledger
from bot.notes import Notes
from bot.notes.originals import Originals
from bot.request import Clock

_TOKEN_MS = 15 * 60_000  # Discord: "Interaction tokens are valid for 15 minutes"
_PURGE_FIRST_MS = 5 * 60_000  # a start has enough to do
_PURGE_EVERY_MS = 60 * 60_000


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
        privacy: Privacy,
        rules: Rules,
        clock: Clock,
        lasting: Lasting,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._notes = notes
        self._originals = Originals()
        self._jobs = jobs
        self._herald = herald
        self._privacy = privacy
        self._lasting = lasting
        self._rules = rules
        self._clock = clock
        self._next_purge_ms = clock() + _PURGE_FIRST_MS

    async def refill(self) -> int:
        """Ring for every note with work left: the queue may forget, the inbox does not. Returns how many."""
        async with self._database.tx() as tx:
            places = await self._notes.waiting(tx, limit=self._rules.most_queued)
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
                await self._privacy.close(charge, note)
        await self._privacy.sweep()
        await self._lasting.tidy()
        if self._clock() >= self._next_purge_ms:
            # A full batch says that there is more: then the next one comes with the next round.
            is_done = await self._privacy.purge()
            self._next_purge_ms = self._clock() + (_PURGE_EVERY_MS if is_done else 0)
        await scrub(self._database)
        await self._herald.say()
        return len(places)

    async def wake(self) -> None:
        """At start: where we are the only process, nobody holds a lease, or will scrub words, but us."""
        if self._database.engine == "sqlite":
            async with self._database.tx() as tx:
                await self._notes.release_all(tx)
        await scrub(self._database)
