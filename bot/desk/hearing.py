"""
Pay for a piece, have it heard, book the words: in that order, as often as the rules allow.

The provider offers no idempotency, so every call started counts for the host, whatever becomes of
its answer. The words of a piece and the guild's bill for it are one transaction.
"""

import asyncio
import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from tenacity import AsyncRetrying, retry_if_result, stop_after_attempt

from bot import audio
from bot.aside import aside
from bot.audio import Clip, Piece, SoundTooLong, UnreadableSound
from bot.database import Database, Tx
from bot.desk.capacity import Capacity
from bot.desk.doubt import spoken
from bot.desk.listening import Halted, Hearing, HoldLost, Miss, NoRoom, Shut, Words
from bot.desk.patience import patience, stubbornly
from bot.desk.payers import Payers, payer_of
from bot.desk.rules import Rules
from bot.desk.spending import Spending, believed
from bot.desk.switches import Switches
from bot.fair import Share
from bot.health import Health
from bot.ledger import Ledger
from bot.notes import Note, Notes, People
from bot.outcome import Fault, Task
from bot.request import Clock
from bot.shortage import shortage_of
from bot.speech import Heard, Hint, Speech, Trouble, clean, syllables

log = logging.getLogger(__name__)

_SYLLABLE_MS = 250  # an ordinary pace, pauses included: how far a stream had come can only be told from its words
HOLD_MS = 15 * 60_000  # when a hold nobody renews is given back; every piece heard renews it
# What another model, or another provider, may do better.
_ELSEWHERE = frozenset(
    {
        Fault.PROVIDER_DOWN,
        Fault.NO_NETWORK,
        Fault.CERTIFICATE,
        Fault.RATE_LIMITED,
        Fault.MODEL_GONE,
        Fault.MOVED,
        Fault.SPEND_LIMIT,
    }
)


def spoken_until(count: int, piece: Piece) -> int:
    """Where in the clip, in ms, a stream of a piece's words has come: as far as so many syllables take to say."""
    return min(piece.start_ms + count * _SYLLABLE_MS, piece.end_ms)


def billed_ms(clip: Clip, index: int, end_ms: int) -> int:
    """What a piece that was heard until `end_ms` is billed as: pieces overlap, and nothing is billed twice."""
    before_ms = clip.pieces[index - 1].end_ms if index else 0
    return max(end_ms - max(clip.pieces[index].start_ms, before_ms), 0)


class Ears:
    """Hears the pieces of a clip in parallel, within the calls that its member and server may have at once."""

    def __init__(
        self,
        database: Database,
        ledger: Ledger,
        notes: Notes,
        speech: Speech,
        health: Health,
        switches: Switches,
        rules: Rules,
        clock: Clock,
        *,
        payers: Payers,
        spending: Spending,
        capacity: Capacity,
        spare: Speech | None = None,
    ) -> None:
        self._spare = spare
        self._payers = payers
        self._database = database
        self._spending = spending
        self._ledger = ledger
        self._notes = notes
        self._speech = speech
        self._health = health
        self._switches = switches
        self._rules = rules
        self._clock = clock
        self._capacity = capacity

    async def hear(self, hearing: Hearing) -> None:
        """
        Hear every piece not heard yet; what failed stands in `hearing.troubles` afterwards.

        `hearing.halt` ends it early: calls under way are given up, though the host has paid for them; the words they
        had streamed so far are kept. Raises HoldLost when another worker took the note over; other trouble is raised
        once the other pieces have been heard and booked.
        """
        pieces = [piece for piece in hearing.clip.pieces if piece.index not in hearing.heard]
        window = self._capacity.call(hearing.note)
        broken: list[Exception] = []

        async def one(piece: Piece) -> None:
            try:
                await self._one(hearing, piece, window)
            except HoldLost:
                raise  # nobody's answer can be booked any more
            except Exception as trouble:  # noqa: BLE001 -- raised below: the others' calls under way are paid
                broken.append(trouble)

        try:
            async with asyncio.TaskGroup() as group:
                calls = [group.create_task(one(piece)) for piece in pieces]
                halting = group.create_task(_at_halt(hearing.halt, calls))
                await asyncio.gather(*calls, return_exceptions=True)
                halting.cancel()
        except* HoldLost as lost:
            raise lost.exceptions[0] from None
        if hearing.halt.is_set():
            for piece in pieces:
                if piece.index not in hearing.heard:
                    await self._keep(hearing, piece)
                    hearing.troubles.setdefault(piece.index, Halted())
        if broken:  # a bug before a shortage: it counts
            raise next((trouble for trouble in broken if shortage_of(trouble) is None), broken[0])

    async def _keep(self, hearing: Hearing, piece: Piece) -> None:
        """Of a call that was given up, the words it had streamed; they are billed as what they take to say."""
        streamed = hearing.said.get(piece.index, Words()).text
        text = await spoken(clean(streamed), piece, hearing.choice.vocabulary, hearing.ref)
        if text:
            until_ms = spoken_until(await aside(len(text), syllables, text), piece)
            await stubbornly()(self._book, hearing, replace(piece, end_ms=until_ms), Heard(text))

    async def _one(self, hearing: Hearing, piece: Piece, window: Share) -> None:
        turn = 0
        sendable = piece
        spare = False

        async def call() -> Heard | Miss:
            nonlocal turn, sendable, spare
            turn += 1
            answer = await self._call(hearing, sendable, attempt=turn, spare=spare)
            if isinstance(answer, Trouble) and answer.fault in _ELSEWHERE and self._spare is not None and not spare:
                spare = True
                return replace(answer, retry=True, retry_after_ms=0)
            if isinstance(answer, Trouble) and answer.unsupported and sendable is piece:
                with suppress(UnreadableSound, SoundTooLong):  # then the provider is right
                    sendable = await audio.recode(piece)
                    return replace(answer, retry=True, retry_after_ms=0)
            return answer

        turns = AsyncRetrying(
            retry=retry_if_result(lambda answer: isinstance(answer, Trouble) and answer.retry),
            stop=stop_after_attempt(self._rules.call_attempts),
            wait=patience(self._rules.call_deadline_s),
            retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
        )
        try:
            async with window, asyncio.timeout(self._rules.call_deadline_s):
                answer: Heard | Miss = await turns(call)
        except TimeoutError:
            answer = Trouble(Fault.PROVIDER_DOWN, retry=False, detail="the deadline for this piece has passed")
        if isinstance(answer, Trouble) and answer.short_of is not None:  # no answer of theirs: the note is put off
            raise OSError(answer.short_of, os.strerror(answer.short_of))
        if isinstance(answer, Miss):
            hearing.troubles[piece.index] = answer
            return
        text = await spoken(answer.text, piece, hearing.choice.vocabulary, hearing.ref)
        await stubbornly()(self._book, hearing, piece, replace(answer, text=text))

    async def _call(self, hearing: Hearing, piece: Piece, *, attempt: int, spare: bool = False) -> Heard | Miss:
        speech = self._spare if spare and self._spare is not None else self._speech
        task = hearing.note.task
        cost = self._rules.cost(piece.sent_ms, task, spare=spare)
        is_probe, hearing.is_probe = hearing.is_probe and not spare, hearing.is_probe and spare
        calling = {"piece": piece.index, "attempt": attempt, "usd_micros": cost}
        async with self._database.tx() as tx:  # not `run`: whoever is stopped here must not have paid
            miss = await self._pay(tx, hearing, **calling, is_free=is_probe or spare)
        if miss is not None:
            return miss
        hearing.calls += 1
        hearing.usd_micros += cost
        log.debug("Call started", extra={"action": "call_started", "note": hearing.ref, "piece": piece.index})
        said = hearing.said[piece.index] = Words()
        language = hearing.note.language or self._rules.language
        answer = await speech.hear(
            piece.path,
            piece.name,
            piece.content_type,
            Hint(language, hearing.choice.vocabulary, languages=hearing.choice.languages),
            on_delta=said.add if hearing.is_live else None,
            english_by=self._rules.ears_for(task).model if task is Task.TRANSLATE else None,
            sound_ms=max(piece.end_ms - piece.start_ms, piece.sent_ms),
        )
        if isinstance(answer, Trouble):
            await self._failed(hearing, answer, spare=spare)
            if not answer.may_cost:
                await stubbornly()(self._correct, hearing, piece, attempt, booked=cost, billed=0)
            elif answer.is_refused:  # nobody bills it, but the host's own books stay careful
                await stubbornly()(self._release, hearing, piece, attempt, booked=cost)
            return answer
        if is_probe:
            await self._spending.go_on()
        if answer.left_out:
            log.warning(
                "The model wrote more than a million characters: %d are left out",
                answer.left_out,
                extra={"action": "babble", "note": hearing.ref, "piece": piece.index},
            )
        log.debug("Call answered", extra={"action": "call_answered", "note": hearing.ref, "piece": piece.index})
        claimed = answer.token_usd_micros
        if answer.billed_seconds is not None:
            claimed = self._rules.cost(answer.billed_seconds * 1000, task, spare=spare)
        if claimed is not None:
            billed = self._believed(hearing, claimed, booked=cost)
            await stubbornly()(self._correct, hearing, piece, attempt, booked=cost, billed=billed)
        elif answer.miscount:
            log.warning(
                "The provider's count is none (%s); ours stands",
                answer.miscount,
                extra={"action": "miscount", "note": hearing.ref, "booked_usd_micros": cost},
            )
        return answer

    def _believed(self, hearing: Hearing, claimed: int, *, booked: int) -> int:
        """As far as the provider's bill is believed; the rest is told to the host."""
        billed = believed(claimed, booked)
        if billed != claimed and booked:  # where calls cost nothing, by the host's own price, nothing is claimed either
            self._health.disbelieved(claimed - billed)
            log.log(
                logging.WARNING if claimed > billed else logging.INFO,  # little speech has little to be counted
                "The provider says that a call cost %d micro-dollars, and is believed %d",
                claimed,
                billed,
                extra={
                    "action": "disbelieved",
                    "note": hearing.ref,
                    "claimed_usd_micros": claimed,
                    "usd_micros": billed,
                    "booked_usd_micros": booked,
                },
            )
        return billed

    async def _pay(
        self, tx: Tx, hearing: Hearing, *, piece: int, attempt: int, usd_micros: int, is_free: bool
    ) -> Miss | None:
        """Book a call before it starts; what forbids it, if anything does."""
        if not await People().may_hear(tx, hearing.note):
            raise HoldLost(hearing.note.key)  # deleted, or its speaker has opted out: it is decided elsewhere
        if (miss := await self._against(tx, hearing, is_free=is_free)) is not None:
            return miss
        calling = {"piece": piece, "attempt": attempt, "usd_micros": usd_micros, "now_ms": self._clock()}
        if await self._ledger.start_call(tx, hearing.charge, hearing.fence, **calling):
            return None
        return await self._no_room(tx, hearing.note, usd_micros)

    async def _no_room(self, tx: Tx, note: Note, usd_micros: int) -> NoRoom:
        """Which account in money refuses a call: the first that has too little left, else the host's."""
        found = NoRoom(self._rules.host_leg(note.request_id, usd_micros), 0)
        for leg in await self._payers.limits(tx, payer_of(note)):
            if leg.money:
                usage = await self._ledger.usage(tx, leg.account, leg.period, default_limit=None)
                found = NoRoom(replace(leg, amount=usd_micros), usage.left)
                if usage.left < usd_micros:
                    break
        return found

    async def _against(self, tx: Tx, hearing: Hearing, *, is_free: bool) -> Miss | None:
        """What forbids one more call; `is_free`: it probes, or is paid elsewhere than where all calls are refused."""
        if await self._switches.is_off(tx, hearing.note):
            return Shut()
        if await self._notes.is_stopped(tx, hearing.note.key):
            return Halted()
        if not is_free and await self._spending.is_stopped(tx):
            return Trouble(Fault.SPEND_LIMIT, may_cost=False, detail="the provider refuses to be paid")
        return None

    async def _failed(self, hearing: Hearing, answer: Trouble, *, spare: bool) -> None:
        if answer.fault is Fault.SPEND_LIMIT and not spare:
            await self._spending.stop(answer)
        self._health.unanswered(answer.fault.value, answer.code)
        log.warning(
            "The provider did not answer: %s",
            answer.cause,
            extra={
                "action": "call_failed",
                "note": hearing.ref,
                "fault": answer.fault.value,
                "status": answer.code or None,
                **answer.named,
                "said": answer.said if self._rules.provider_errors else None,
                "request": answer.request_id,
            },
        )

    async def _correct(self, hearing: Hearing, piece: Piece, attempt: int, *, booked: int, billed: int) -> None:
        """What the call cost by the provider's own count, or nothing where it did no work; a drift is logged."""
        if billed == booked:
            return
        hearing.usd_micros += billed - booked
        if billed:
            self._health.drifted(billed - booked)
        log.log(
            logging.INFO if billed else logging.DEBUG,
            "The provider counted %+d micro-dollars against ours",
            billed - booked,
            extra={"action": "drift", "note": hearing.ref, "usd_micros": billed, "booked_usd_micros": booked},
        )
        call = {"piece": piece.index, "attempt": attempt, "usd_micros": billed, "now_ms": self._clock()}
        await self._database.run(self._ledger.correct_call, hearing.charge, **call, fence=hearing.fence)

    async def _release(self, hearing: Hearing, piece: Piece, attempt: int, *, booked: int) -> None:
        """The call was answered with an error status: it is no cost the note's server, or its person, has caused."""
        call = {"piece": piece.index, "attempt": attempt, "usd_micros": booked, "now_ms": self._clock()}
        await self._database.run(
            self._ledger.correct_call, hearing.charge, **call, fence=hearing.fence, caused_usd_micros=0
        )

    async def _book(self, hearing: Hearing, piece: Piece, heard: Heard) -> None:
        """Words and bill of a piece, in one transaction."""
        await self._database.run(self._write, hearing, piece, heard)
        hearing.said[piece.index] = Words(heard.text)
        hearing.heard.add(piece.index)
        log.debug("Piece booked", extra={"action": "heard", "note": hearing.ref, "piece": piece.index})

    async def _write(self, tx: Tx, hearing: Hearing, piece: Piece, heard: Heard) -> None:
        """An empty answer costs the guild nothing."""
        once_ms = billed_ms(hearing.clip, piece.index, piece.end_ms)
        note, now_ms = hearing.note, self._clock()
        where, languages = (piece.index, piece.start_ms, piece.end_ms), ",".join(heard.languages)
        billed = {"piece": piece.index, "ms": once_ms if heard.text else 0}
        until = {"now_ms": now_ms, "expires_ms": now_ms + HOLD_MS}
        if not (
            await self._notes.heard(tx, note.key, note.fence, *where, heard.text, languages=languages)
            and await self._ledger.bill(tx, hearing.charge, hearing.fence, **billed, **until)
        ):
            raise HoldLost(note.key)


async def _at_halt(halt: asyncio.Event, calls: Sequence[asyncio.Task[None]]) -> None:
    await halt.wait()
    for call in calls:
        call.cancel()
