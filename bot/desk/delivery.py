"""
The last steps: to everybody who asked, exactly once, and then the words are forgotten.

What was posted is remembered part by part; a reply whose note was deleted meanwhile is taken back.
"""

import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from bot.database import Database, DatabaseError, Tx
from bot.desk.claims import require_claim
from bot.desk.consent import Consent
from bot.desk.herald import Herald
from bot.desk.listening import HoldLost
from bot.desk.verdict import as_spoiler
from bot.jobs import Jobs
from bot.notes import Ask, Forgetting, Note, Notes, People
from bot.outcome import Door, OptedOut, Outcome, Repeat, Silence, SwitchedOff, Transcript, Undelivered
from bot.request import Clock, Courier, Later, QuoteGone, Untold, ref_of

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Work:
    """One claim of one note, and what its log line will say."""

    note: Note
    ref: str
    charge: str
    clock: Clock
    is_probe: bool = False
    fields: dict[str, object] = field(default_factory=dict)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Remember how many milliseconds a stage takes."""
        started_ms = self.clock()
        try:
            yield
        finally:
            self.fields[name] = self.clock() - started_ms


@dataclass(frozen=True, slots=True)
class Receipts:
    """
    Keeps the ids of delivered parts; the courier's line back to the inbox.

    The words themselves begin at part 0, a quote of them at 1: a quote is never quoted.
    """

    database: Database
    notes: Notes
    herald: Herald
    clock: Clock
    note: Note
    ask: Ask
    first: int = 0
    shows: Callable[[], Awaitable[None]] | None = None

    async def sent(self, part: int, message_id: int, *, is_live: bool = False) -> bool:
        """
        Remember part `part` before the next is posted; False: nobody wants it any more.

        Raises HoldLost where another worker brings the same answer: then it is theirs to find.
        """
        kept = await self.database.run(self._sent, self.first + part, message_id, is_live=is_live)
        log.debug("Part recorded", extra={"action": "recorded", "note": ref_of(self.ask.note_key), "part": part})
        return kept

    async def _sent(self, tx: Tx, part: int, message_id: int, *, is_live: bool) -> bool:
        note, ask = self.note, self.ask
        if await self.notes.keep(tx, note.key, note.fence):
            return await self.notes.sent(tx, ask.id, part, message_id, key=note.key, is_live=is_live)
        found = await self.notes.taken(tx, note.key)
        if await self.notes.reply_at(tx, message_id) is not None:  # by its nonce Discord gave us the other's message
            raise HoldLost(note.key)
        if found is not None and await self.notes.waits(tx, ask):
            speaker = (found.author_id, found.attachment_id, found.sha256)
            is_taken_back = found.round != note.round or await People().refuses(tx, *speaker)
            # What a command's token shows is changed by whoever answers it now.
            if not is_taken_back or (ask.token is not None and not ask.follows):
                raise HoldLost(note.key)
        if not ask.private or ask.place == "direct":
            await Forgetting().unwant(tx, [(ask.channel_id, message_id)], now_ms=self.clock())
        return False

    async def showing(self) -> None:
        """Write down how far the words have come, before somebody sees them."""
        if self.shows is not None:
            await self.shows()

    async def moved(self, ask: Ask) -> list[int]:
        """
        The answer will stand as `ask` now says; the messages of it that stand by now, and are unwanted.

        Raises HoldLost where another worker brings it: what stands is theirs.
        """

        async def move(tx: Tx) -> list[int]:
            await require_claim(tx, self.notes, self.note)
            return await self.notes.move(tx, ask, now_ms=self.clock())

        return await self.database.run(move)

    async def lacks(self, guild_id: int, channel_id: int, right: str) -> None:
        """Something is in the way there that the people who manage the server can mend: they are told once."""
        await self.database.run(self.herald.lacks, guild_id, channel_id, right)

    async def taken(self, message_ids: list[int]) -> set[int]:
        """Which of these messages already belong to some answer."""
        return await self.database.run(self.notes.known_replies, self.ask.channel_id, message_ids)


async def scrub(database: Database) -> None:
    """Have erased words overwritten in the files too; while somebody reads those it waits for the next time."""
    try:
        await database.scrub()
    except DatabaseError as busy:
        log.warning("Erased words still rest in the database's log: %s", busy, extra={"action": "unscrubbed"})


class Deliveries:
    """Takes decided outcomes to the courier."""

    def __init__(
        self,
        database: Database,
        notes: Notes,
        jobs: Jobs,
        courier: Courier,
        consent: Consent,
        receipts: Callable[..., Receipts],
        undelivered: Callable[[Tx, Work, Undelivered], Awaitable[None]],
    ) -> None:
        self._database = database
        self._notes = notes
        self._jobs = jobs
        self._courier = courier
        self._consent = consent
        self._receipts = receipts
        self._undelivered = undelivered

    async def answer(self, work: Work, outcome: Outcome, *, is_new: bool = False, gives_up: bool = False) -> Outcome:
        """
        Deliver to all who ask, also to those who ask meanwhile; then forget the words. Returns how the note ended.

        An outcome that `is_new` was just billed: where nobody could be given its words, that is taken back. `gives_up`
        tries for the last time. Raises Later when Discord can't be reached, HoldLost when the note is no longer ours.
        """
        note = work.note
        outcome = as_spoiler(outcome) if note.is_spoiler else outcome
        untold: Untold | None = None
        is_done, ended = False, outcome
        while not is_done:
            asks, is_done = await self._database.run(self._due, note)
            if not asks and not is_done:
                raise HoldLost(note.key)
            for ask in asks:
                receipts = self._receipts(note, ask, first=int(isinstance(outcome, Repeat)))
                # Switched off meanwhile, or against the speaker's wish: whoever did not ask is not told so every time.
                if isinstance(outcome, SwitchedOff | OptedOut) and ask.door is Door.AUTO:
                    missed = None
                    is_cut = bool(ask.sent)  # words that were shown while they came do not stay where no answer follows
                else:
                    missed = await self._deliver(note, ask, outcome, receipts, is_last=gives_up)
                    is_cut = missed is not None  # a part of an answer is none
                untold = missed or untold
                if is_cut:
                    await self._take_back(work, ask)
                log.debug("Answer delivered", extra={"action": "delivered", "note": work.ref})
                is_done, ended = await self._database.run(self._fulfil, work, ask, outcome, untold if is_new else None)
                log.debug("Wish fulfilled", extra={"action": "answered", "note": work.ref})
        if untold is not None:
            _tell_host(work, untold, is_billed=not isinstance(ended, Undelivered))
        log.debug("Words forgotten", extra={"action": "done", "note": work.ref})
        await scrub(self._database)
        return ended

    async def _deliver(
        self, note: Note, ask: Ask, outcome: Outcome, receipts: Receipts, *, is_last: bool
    ) -> Untold | None:
        more = {"is_last": True} if is_last else {}
        try:
            missed = await self._courier.deliver(note, ask, outcome, receipts, resumed=note.fence > 1, **more)
        except Exception as error:
            if not is_last or isinstance(error, QuoteGone | DatabaseError | HoldLost):
                raise
            log.exception("The last try broke", extra={"action": "broke", "note": ref_of(note.key)})
            return Untold("gave_up")
        return missed if isinstance(missed, Untold) else None

    async def _take_back(self, work: Work, ask: Ask) -> None:
        """What stands of an answer goes; what Discord does not take away now goes by and by."""

        async def withdraw(tx: Tx) -> list[tuple[int, int]]:
            await require_claim(tx, self._notes, work.note)
            return await self._notes.withdraw(tx, ask, now_ms=work.clock())

        standing = await self._database.run(withdraw)
        for channel_id, message_id in standing:
            await self._courier.delete(channel_id, message_id)

    async def _due(self, tx: Tx, note: Note) -> tuple[tuple[Ask, ...], bool]:
        """Who still waits; and with nobody, whether the words are forgotten now. Raises HoldLost."""
        await require_claim(tx, self._notes, note)
        asks = await self._notes.asks(tx, note.key)
        return asks, not asks and await self._notes.done(tx, note.key, note.fence)

    async def _fulfil(
        self, tx: Tx, work: Work, ask: Ask, outcome: Outcome, untold: Untold | None
    ) -> tuple[bool, Outcome]:
        """
        They have their answer; False while somebody else still waits, else the words are forgotten.

        Where nobody at all has it, what was billed is given back in the same transaction, and the note ends otherwise.
        """
        note = work.note
        await require_claim(tx, self._notes, note)
        await self._notes.answered(tx, ask.id, key=note.key)
        if not await self._notes.done(tx, note.key, note.fence):
            return False, outcome
        if untold is None or not isinstance(outcome, Transcript) or await self._notes.is_told(tx, note.key):
            return True, outcome
        await self._undelivered(tx, work, ended := Undelivered(untold.why))
        return True, ended

    async def first(self, work: Work, outcome: Outcome, *, gives_up: bool) -> Outcome:
        """Deliver what was just decided; should the reply to quote be gone by now, the note is heard itself."""
        try:
            return await self.answer(work, outcome, is_new=True, gives_up=gives_up)
        except QuoteGone:
            await self._database.run(self._notes.reconsider, work.note.key, work.note.fence)
            raise Later("the reply to quote is gone", after_ms=0, counts=False) from None

    async def again(self, work: Work) -> Outcome | None:
        """Somebody asks for a note that is done: quote its reply; without one, open another round."""
        note = work.note
        if await self._consent.withheld(note):
            await self.answer(work, refusal := OptedOut())
            return refusal
        if note.ending == "Silence" and note.length_ms is not None:
            await self.answer(work, silence := Silence(note.length_ms))
            return silence
        if note.is_answered:
            async with self._database.tx() as tx:
                replies = await self._notes.replies_of(tx, note.key)
                asks = await self._notes.asks(tx, note.key)
            for repeat in [*(Repeat(*reply) for reply in replies), *self._courier.whispered(asks)]:
                with suppress(QuoteGone):
                    await self.answer(work, repeat)
                    return repeat
        async with self._database.tx() as tx:
            if await self._notes.reopen(tx, note.key, note.fence):
                self._jobs.put(tx, note.key)
        return None


def _tell_host(work: Work, untold: Untold, *, is_billed: bool) -> None:
    """The one line that says whom an answer did not reach, and why."""
    told = "An answer did not reach who waited for it, not even as a direct message"
    if not is_billed:
        told = "The words reached nobody, not even as a direct message: nothing is billed"
    fields = {"action": "undeliverable", "note": work.ref, "guild": work.note.guild_id, "reason": untold.why}
    log.warning("%s (Discord: %s)", told, untold.why, extra=fields)
