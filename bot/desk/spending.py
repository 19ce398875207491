"""
What the provider may take of our money, and whether it does: when it does not, notes wait, and one at a time tries.

Hides the breaker, who probes, and that the host hears of it once. Promises: no call starts while the provider
refuses to be paid, in no process, but for one probe at a time; no note fails of it; and no bill, however wrong,
moves the books by more than what was booked allows.
"""

from bot.database import Database, Tx
from bot.desk.herald import Herald
from bot.desk.rules import Rules
from bot.ledger import Breaker
from bot.notes import Note
from bot.outcome import Door
from bot.request import Clock, Later
from bot.speech import Trouble

_AFTER_PROBE_MS = 5_000  # what a probe finds out is known by then
# How far a bill is believed, measured by what was booked for the call before it: started seconds at the model's price.
# Minutes are booked as started seconds too, so an honest bill in seconds is as good as the same. Tokens differ: of the
# estimated $0.006 a minute, 600 tokens of sound are $0.0015, and fast speech in a script of many tokens (900 a minute)
# another $0.009: 1.75 times as much; a minute in which hardly anybody speaks is a quarter of it.
BELIEVED_TIMES = 4  # twice as much as the dearest honest bill
BELIEVED_SHARE = 2  # divides: half, so that a provider that counts nothing voids no limit of the host's


def believed(claimed: int, booked: int) -> int:
    """What a call is booked with that the provider says cost `claimed`; micro-dollars, as all numbers here."""
    return min(max(claimed, -(-booked // BELIEVED_SHARE)), booked * BELIEVED_TIMES)


class Spending:
    """Asks, stops and goes on."""

    def __init__(
        self, *, database: Database, herald: Herald, rules: Rules, clock: Clock, has_spare: bool = False
    ) -> None:
        self._has_spare = has_spare
        self._database = database
        self._herald = herald
        self._rules = rules
        self._clock = clock
        self._breaker = Breaker()

    async def admit(self, note: Note) -> bool:
        """
        Whether this note is the one that tries; raises Later where it must wait for that one.

        With a fallback nobody waits: the others are heard there.
        """
        if note.door is Door.TERMINAL:
            return True  # whoever sits at the prompt wants to know
        probe_ms = self._rules.probe_ms
        admitted = await self._database.run(self._breaker.admits, now_ms=self._clock(), probe_after_ms=probe_ms)
        if admitted.wait_ms and not self._has_spare:
            raise self.later(admitted.wait_ms + _AFTER_PROBE_MS)
        return admitted.is_probe

    def later(self, after_ms: int | None = None) -> Later:
        """What a note is put off with; without a time it tries next."""
        wait_ms = self._rules.probe_ms if after_ms is None else after_ms
        return Later("the provider refuses to be paid", after_ms=wait_ms, counts=False)

    async def is_stopped(self, tx: Tx) -> bool:
        """Whether only the probe may call."""
        return await self._breaker.is_open(tx)

    async def stop(self, answer: Trouble) -> None:
        """No further calls, by nobody; the host hears of it once."""
        code = answer.named.get("code") or answer.named.get("type") or f"HTTP {answer.code}"
        async with self._database.tx() as tx:
            probe_ms = self._rules.probe_ms
            if await self._breaker.trip(tx, code, now_ms=self._clock(), probe_after_ms=probe_ms):
                await self._herald.stopped(tx, code)

    async def go_on(self) -> None:
        """The probe was answered."""
        async with self._database.tx() as tx:
            if await self._breaker.close(tx):
                await self._herald.back(tx)
