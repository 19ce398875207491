"""
What must be done around the story: waking up, refilling the queue, giving back, forgetting.

Promises: losing the whole queue loses no note, and a hold nobody will settle is given back; of all processes on one
database one does it at a time, and once in a round.
"""

from bot.database import Database, Tx
from bot.desk.delivery import scrub
from bot.desk.herald import Herald
from bot.desk.lasting import Lasting
from bot.desk.privacy import Privacy
from bot.desk.rules import Rules
from bot.jobs import Jobs
from bot.leases import Leases
from bot.ledger import Ledger
from bot.notes import Notes
from bot.notes.originals import Originals
from bot.request import Clock

_TOKEN_MS = 15 * 60_000  # Discord: "Interaction tokens are valid for 15 minutes"
_PURGE_FIRST_MS = 5 * 60_000  # a start has enough to do
_PURGE_EVERY_MS = 60 * 60_000
# Leases: a process that dies amid a round, or a purge, keeps others from it for so long at most.
_ROUND_MS = 55_000
_PURGE_MS = 5 * 60_000


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
        self._leases = Leases()
        self._next_purge_ms = clock() + _PURGE_FIRST_MS

    async def refill(self) -> int:
        """
        Ring for every note with work left: the queue may forget, the inbox does not. Returns how many.

        And whatever else is done once a minute, for all processes: where another one has this round, nothing.
        """
        await self._lasting.look_after_keys()
        if not await self._has("refill", _ROUND_MS):
            return 0
        waiting = await self._database.run(self._ring)
        for charge in await self._database.run(self._ledger.expired, now_ms=self._clock()):
            await self._privacy.close(charge)
        await self._database.run(self._originals.forget, before_ms=self._clock() - self._rules.repeat_ms)
        # Discord takes them for so long; afterwards they are nothing but a secret to lose.
        await self._database.run(self._notes.forget_tokens, before_ms=self._clock() - _TOKEN_MS)
        await self._database.run(self._jobs.tidy, now_ms=self._clock())
        await self._lasting.go_on()
        await self._privacy.go_on()
        await self._privacy.sweep()
        await self._purge()
        await scrub(self._database)
        await self._herald.say()
        return waiting

    async def _ring(self, tx: Tx) -> int:
        places = await self._notes.waiting(tx, limit=self._rules.most_queued)
        for key in await self._jobs.silent(tx, list(places)):
            # A backlog does not overtake the guild that has only one note waiting.
            self._jobs.put(tx, key, priority=-places[key], again=True)
        return len(places)

    async def _purge(self) -> None:
        if self._clock() < self._next_purge_ms:
            return
        is_done = True
        if await self._has("purge", _PURGE_MS):
            # A full batch says that there is more: then the next one comes with the next round.
            is_done = await self._privacy.purge()
            until_ms = self._clock() + (_PURGE_EVERY_MS if is_done else _PURGE_MS)
            await self._database.run(self._leases.keep_off, "purge", until_ms=until_ms)
        self._next_purge_ms = self._clock() + (_PURGE_EVERY_MS if is_done else 0)

    async def _has(self, name: str, lease_ms: int) -> bool:
        """Whether it is ours to do that for all."""
        return await self._database.run(self._leases.take, name, now_ms=self._clock(), lease_ms=lease_ms)

    async def wake(self) -> None:
        """At start: where we are the only process, nobody holds a lease, or will scrub words, but us."""
        if self._database.engine == "sqlite":
            async with self._database.tx() as tx:
                await self._leases.free_all(tx)
                await self._lasting.forgetting.put_off_all(tx)
                await self._notes.release_all(tx)
        await self._privacy.catch_up()
        await scrub(self._database)
