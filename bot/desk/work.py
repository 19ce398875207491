"""The story itself: the only file in which the order of the steps is written."""

import asyncio
import errno
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bot import audio
from bot.audio import Clip, SoundTooLong, UnreadableSound, UploadRules
from bot.choices import Choice
from bot.database import Database, DatabaseDown, Tx
from bot.desk.accept import Accepted
from bot.desk.calls import Calls
from bot.desk.capacity import Capacity, laid_down
from bot.desk.consent import Consent
from bot.desk.delivery import Deliveries, Receipts, Work
from bot.desk.ending import Endings
from bot.desk.entry import Entry
from bot.desk.hearing import HOLD_MS, Ears
from bot.desk.herald import Herald
from bot.desk.late import is_stale, let_go
from bot.desk.listening import Hearing, HoldLost
from bot.desk.payers import Payers, payer_of, refused
from bot.desk.rules import Rules
from bot.desk.spending import Spending
from bot.desk.switches import Switches
from bot.desk.twins import Twins
from bot.desk.verdict import ended
from bot.desk.watch import Watch
from bot.fair import Lease
from bot.health import Health
from bot.jobs import Jobs
from bot.ledger import Held, Ledger, Over, Settled
from bot.notes import Ask, HeardPiece, Marks, Note, Notes
from bot.outcome import (
    Door,
    Failed,
    Fault,
    OptedOut,
    Outcome,
    Silence,
    Stage,
    TooLong,
    Transcript,
    Undelivered,
    Unreadable,
    decode,
    kind,
)
from bot.request import Clock, Courier, Fetched, Later, Request, ref_of
from bot.shortage import shortage_of
from bot.speech import Speech

log = logging.getLogger(__name__)

_PATIENCE_MS = 24 * 3_600_000
_SHORT_MS, _SHORT_MOST_MS = 5_000, 60_000


class Desk:
    """Takes requests in, works them off, and answers each exactly once."""

    def __init__(
        self,
        *,
        database: Database,
        ledger: Ledger,
        payers: Payers,
        notes: Notes,
        jobs: Jobs,
        speech: Speech,
        courier: Courier,
        health: Health,
        switches: Switches,
        rules: Rules,
        herald: Herald,
        clock: Clock,
        spare: Speech | None = None,
        marks: Marks | None = None,
    ) -> None:
        self._database = database
        self._herald = herald
        self._ledger = ledger
        self._payers = payers
        self._notes = notes
        self._jobs = jobs
        self._courier = courier
        self._health = health
        self._rules = rules
        self._clock = clock
        self._switches = switches
        receipts = partial(Receipts, database, notes, herald, clock)
        self._watch = Watch(database, ledger, notes, courier, rules, clock, receipts)
        self._consent = Consent(database, courier)
        self._entry = Entry(
            database=database,
            ledger=ledger,
            payers=payers,
            notes=notes,
            jobs=jobs,
            health=health,
            switches=switches,
            consent=self._consent,
            rules=rules,
            herald=herald,
            clock=clock,
            marks=marks or Marks(),
        )
        self._spending = Spending(
            database=database, herald=herald, rules=rules, clock=clock, has_spare=spare is not None
        )
        self._capacity = Capacity(rules)
        calls = Calls(
            database=database,
            ledger=ledger,
            notes=notes,
            speech=speech,
            spare=spare,
            health=health,
            switches=switches,
            rules=rules,
            payers=payers,
            spending=self._spending,
            clock=clock,
        )
        self._ears = Ears(database, ledger, notes, calls, self._capacity, health, rules, clock)
        self._endings = Endings(
            database=database, ledger=ledger, payers=payers, notes=notes, herald=herald, rules=rules, clock=clock
        )
        self._deliveries = Deliveries(
            database, notes, jobs, courier, self._consent, receipts, self._endings.undelivered
        )
        self._twins = Twins(database=database, notes=notes, courier=courier, rules=rules, clock=clock)

    async def accept(self, request: Request) -> Accepted:
        """See `Entry.accept`."""
        return await self._entry.accept(request)

    async def lacks(self, guild_id: int, channel_id: int, right: str) -> None:
        """Something is in our way in a channel: the people who manage the server are told, once."""
        await self._database.run(self._herald.lacks, guild_id, channel_id, right)
        await self._herald.say(only_ours=True)

    async def work(self, key: str) -> None:
        """
        Bring the note `key` to its end, from wherever an earlier try left it; at once when somebody else is at it.

        Trouble that may pass leaves it open and rings again, and so does a bug, until `work_attempts` are used up.
        """
        if (claimed := await self._claim(key)) is None:
            return
        (work, asks), note = claimed, claimed[0].note
        self._health.claimed(again=note.attempts > 1 and note.state != "done")
        log.debug("Note claimed", extra={"action": "claimed", "note": work.ref, "attempt": note.attempts})
        try:
            async with self._watch.over(note, asks) as show:
                outcome: Outcome | None
                with work.timed("work_ms"):
                    if note.state == "done":
                        outcome = await self._deliveries.again(work)
                        if outcome is not None and asks:
                            await self._endings.quoted(note, asks[0])
                    else:
                        outcome = await self._decide(work, show)
                        # Decided in an earlier try, and still with nobody: for ever is too long to wait for an answer.
                        is_worn = note.state == "heard" and note.attempts > self._rules.work_attempts
                        with work.timed("deliver_ms"):
                            outcome = await self._deliveries.first(work, outcome, gives_up=is_worn)
                if outcome is not None:
                    self._tell(work, outcome)
            await self._herald.say(only_ours=True)
        except Later as later:
            log.warning("Put off: %s", later, extra={"action": "put_off", "note": work.ref})
            # Discord's troubles are not the note's, but nobody waits for an answer for ever.
            is_old = later.counts and self._clock() - note.created_ms > _PATIENCE_MS
            await self._put_off(work, count_attempt=is_old, after_ms=later.after_ms)
        except DatabaseDown as trouble:
            # Not the note's fault. If not even this can be written, the queue offers the note again.
            log.warning("Put off: %s", trouble, extra={"action": "put_off", "note": work.ref})
            await self._put_off(work, count_attempt=False, after_ms=1_000)
        except HoldLost:
            log.warning("Another worker took the note over", extra={"action": "taken_over", "note": work.ref})
        except asyncio.CancelledError:
            with suppress(Exception):
                await self._put_off(work, count_attempt=False, after_ms=0)
            raise
        except Exception as trouble:  # noqa: BLE001 -- told below, with all there is to it
            await self._broke(work, trouble)

    async def _broke(self, work: Work, trouble: Exception) -> None:
        """Try again later: what the machine is short of is not the note's fault, and counts after a day; a bug does."""
        if (short := shortage_of(trouble)) is not None:
            why = os.strerror(short)
            log.warning("Put off, short of something: %s", why, extra={"action": "put_off", "note": work.ref})
            self._health.short_of(errno.errorcode[short])
            # Waiting as long as it has waited doubles each pause.
            age_ms = self._clock() - work.note.created_ms
            after_ms = min(max(age_ms, _SHORT_MS), _SHORT_MOST_MS)
            await self._put_off(work, count_attempt=age_ms > _PATIENCE_MS, after_ms=after_ms)
            return
        log.error("The note broke; it is tried again", exc_info=trouble, extra={"action": "broke", "note": work.ref})
        await self._put_off(work, count_attempt=True, after_ms=1_000 * 2 ** min(work.note.attempts, 8))

    async def _claim(self, key: str) -> tuple[Work, tuple[Ask, ...]] | None:
        """The note, if it is ours now and not too old to be worked at all."""
        if (found := await self._database.run(self._take, key)) is None:
            return None
        note, asks = found
        work = Work(note, ref_of(key), f"{key}/{note.round}", self._clock)
        if is_stale(note, asks, self._rules, now_ms=self._clock()):
            await let_go(work, self._database, self._ledger, self._notes, self._health)
            return None
        return work, asks

    async def _take(self, tx: Tx, key: str) -> tuple[Note, tuple[Ask, ...]] | None:
        note = await self._notes.claim(tx, key, now_ms=self._clock(), lease_ms=self._rules.lease_ms)
        if note is not None:
            return note, await self._notes.asks(tx, key)
        if (until_ms := await self._notes.busy_until(tx, key)) is not None:  # whoever has it may fall silent
            self._jobs.put(tx, key, after_ms=max(until_ms - self._clock(), 0) + 500)
        return None

    # -- the steps -----------------------------------------------------------------------------

    async def _decide(self, work: Work, show: Callable[[Stage], None]) -> Outcome:
        note = work.note
        if note.outcome is not None:
            return decode(note.outcome)
        choice = await self._switches.of(note)
        is_worn = note.attempts > self._rules.work_attempts
        against = OptedOut() if await self._consent.withheld(note) else self._switches.against(choice, note)
        if (refusal := Failed(Fault.GAVE_UP) if is_worn else against) is not None:
            return await self._endings.conclude(work, refusal)
        if note.sha256 is not None and (known := await self._twins.known(work, note.sha256)):
            return await self._endings.conclude(work, known.outcome, length_ms=known.length_ms)
        work.is_probe = await self._spending.admit(note)
        upload = self._rules.upload_of(note.task, self._rules.scratch, self._capacity.conversion(note))
        async with self._capacity.room(note, upload) as room:
            return await self._fetch(work, choice, show, room, upload)

    async def _fetch(
        self, work: Work, choice: Choice, show: Callable[[Stage], None], room: Lease, upload: UploadRules
    ) -> Outcome:
        note = work.note
        with TemporaryDirectory(dir=self._rules.scratch, prefix="note-") as folder:
            path = Path(folder) / "sound"
            show(Stage.FETCHING)
            with work.timed("fetch_ms"):
                fetched = await self._courier.fetch(note, path, max_bytes=self._rules.max_bytes)
            if not isinstance(fetched, Fetched) or await self._consent.withheld(note, fetched.sha256):
                return await self._endings.conclude(work, OptedOut() if isinstance(fetched, Fetched) else fetched)
            log.debug("Bytes fetched", extra={"action": "fetched", "note": work.ref, "bytes": fetched.size_bytes})
            if known := await self._twins.known(work, fetched.sha256):
                return await self._endings.conclude(work, known.outcome, length_ms=known.length_ms)
            if fetched.size_bytes > note.size_bytes:  # its sender's word, or Discord's, was too small
                room.correct(audio.room_of(fetched.size_bytes, upload))
            return await self._read(work, path, fetched, choice, show, room, replace(upload, scratch=Path(folder)))

    async def _read(
        self,
        work: Work,
        path: Path,
        fetched: Fetched,
        choice: Choice,
        show: Callable[[Stage], None],
        room: Lease,
        upload: UploadRules,
    ) -> Outcome:
        try:
            started_ms = self._clock()
            async with audio.open(path, rules=upload) as clip:
                room.correct(laid_down({path, *(piece.path for piece in clip.pieces)}))
                work.fields |= {"convert_ms": self._clock() - started_ms, "seconds": clip.length_ms / 1000}
                log.debug("Sound read", extra={"action": "converted", "note": work.ref, "passed": not clip.converted})
                return await self._hear(work, clip, fetched, choice, show)
        except UnreadableSound as unreadable:
            return await self._endings.conclude(work, Unreadable(unreadable.why, unreadable.readable_ms))
        except SoundTooLong as too_long:
            return await self._endings.conclude(work, TooLong(too_long.at_least_ms, self._rules.max_ms))

    async def _hear(
        self, work: Work, clip: Clip, fetched: Fetched, choice: Choice, show: Callable[[Stage], None]
    ) -> Outcome:
        note = work.note
        if clip.is_silent:
            return await self._endings.conclude(work, Silence(clip.length_ms), length_ms=clip.length_ms)
        if (refusal := self._switches.against(choice, note, clip.length_ms)) is not None:
            return await self._endings.conclude(work, refusal)
        already, held = await self._database.run(self._hold, work, clip, fetched)
        match held:
            case Over(leg, left):
                return await self._endings.conclude(work, refused(leg, left))
            case Settled():
                # The bill and the decision are one transaction, so this cannot be reached by a crash.
                raise RuntimeError(f"{work.charge} is settled, but its note is open")
            case Held(fence):
                pass
        log.debug("Minutes held", extra={"action": "held", "note": work.ref, "ms": clip.length_ms})
        is_live = self._rules.is_live(note.door, clip.length_ms)
        hearing = Hearing(note, work.charge, fence, clip, work.ref, choice, is_live=is_live, is_probe=work.is_probe)
        hearing.recall(already)
        show(Stage.HEARING)
        with work.timed("hear_ms"):
            async with self._watch.showing(hearing):
                await self._ears.hear(hearing)
        if hearing.is_unpaid and note.door is not Door.TERMINAL:
            raise self._spending.later()
        work.fields |= {"usd": hearing.usd_micros / 1e6, "calls": hearing.calls}
        return await self._endings.settle(work, hearing)

    async def _hold(
        self, tx: Tx, work: Work, clip: Clip, fetched: Fetched
    ) -> tuple[tuple[HeardPiece, ...], Held | Over | Settled]:
        """Room for the whole clip in every account, or in none; and what was heard of it before."""
        note, now_ms = work.note, self._clock()
        legs = await self._payers.legs(
            tx,
            payer_of(note),
            length_ms=clip.length_ms,
            lengths_ms=[piece.sent_ms for piece in clip.pieces],
            task=note.task,
        )
        if not await self._notes.learn(tx, note.key, note.fence, length_ms=clip.length_ms, sha256=fetched.sha256):
            raise HoldLost(note.key)
        held = await self._ledger.hold(tx, work.charge, legs, now_ms=now_ms, expires_ms=now_ms + HOLD_MS)
        return await self._notes.pieces(tx, note.key), held

    async def _put_off(self, work: Work, *, count_attempt: bool, after_ms: int) -> None:
        note, until_ms = work.note, self._clock() + after_ms if after_ms else 0
        async with self._database.tx() as tx:
            await self._notes.release(tx, note.key, note.fence, count_attempt=count_attempt, until_ms=until_ms)
            place = await self._notes.backlog(tx, guild_id=note.guild_id, member_id=note.payer_id)
            self._jobs.put(tx, work.note.key, priority=-place, after_ms=after_ms)

    def _tell(self, work: Work, outcome: Outcome) -> None:
        """One line a note; its first 50 characters only where the host switched that on."""
        fields = {"guild": work.note.guild_id, "model": self._rules.model, "outcome": kind(outcome)} | work.fields
        if self._rules.preview and isinstance(outcome, Transcript) and not work.note.is_spoiler:
            fields["preview"] = outcome.text[:50]
        log.info("Note %s", ended(outcome), extra={"action": "note", "note": work.ref} | fields)
        self._health.ended(kind(outcome), work.fields)
        if isinstance(outcome, Undelivered):
            self._health.undelivered(outcome.reason)
