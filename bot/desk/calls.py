"""
One paid call: booked before it starts, corrected by what its answer says.

The provider offers no idempotency, so every call started counts for the host, whatever becomes of its answer.
"""

import logging
from dataclasses import replace

from bot.audio import Piece
from bot.database import Database, Tx
from bot.desk.listening import Halted, Hearing, HoldLost, Miss, NoRoom, Shut, Words
from bot.desk.patience import stubbornly
from bot.desk.payers import Payers, payer_of
from bot.desk.rules import Rules
from bot.desk.spending import Spending, believed
from bot.desk.switches import Switches
from bot.health import Health
from bot.ledger import Ledger
from bot.notes import Note, Notes, People
from bot.outcome import Fault, Task
from bot.request import Clock
from bot.speech import Heard, Hint, Speech, Trouble

log = logging.getLogger(__name__)


class Calls:
    """Makes the calls of a hearing, one at a time each; `spare` is the fallback."""

    def __init__(
        self,
        *,
        database: Database,
        ledger: Ledger,
        notes: Notes,
        speech: Speech,
        spare: Speech | None,
        health: Health,
        switches: Switches,
        rules: Rules,
        payers: Payers,
        spending: Spending,
        clock: Clock,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._notes = notes
        self._speech = speech
        self._spare = spare
        self._health = health
        self._switches = switches
        self._rules = rules
        self._payers = payers
        self._spending = spending
        self._clock = clock

    @property
    def has_spare(self) -> bool:
        """Whether there is a fallback to ask."""
        return self._spare is not None

    async def make(self, hearing: Hearing, piece: Piece, *, attempt: int, spare: bool, plain: bool) -> Heard | Miss:
        """
        One call for a piece, its `attempt`-th: the words, or why there are none.

        `spare` asks the fallback, `plain` goes without hints and shows no words while they come.

        Booked before it starts: whoever is stopped here has paid. Raises HoldLost for a note that is not ours any more.
        """
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
        is_live = hearing.is_live and not plain
        if not plain:
            hearing.said[piece.index] = Words()
        answer = await speech.hear(
            piece.path,
            piece.name,
            piece.content_type,
            self._hint(hearing, plain=plain),
            on_delta=hearing.said[piece.index].add if is_live else None,
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
        await self._answered(hearing, piece, attempt, answer, booked=cost, spare=spare)
        return answer

    def _hint(self, hearing: Hearing, *, plain: bool) -> Hint:
        """What is known beforehand; `plain`: only the language, which is a decision and no guess."""
        language = hearing.note.language or self._rules.language
        if plain:
            return Hint(language)
        return Hint(language, hearing.choice.vocabulary, languages=hearing.choice.languages)

    async def _answered(
        self, hearing: Hearing, piece: Piece, attempt: int, answer: Heard, *, booked: int, spare: bool
    ) -> None:
        """Words came: the call is corrected by what the provider says that it cost."""
        if answer.left_out:
            log.warning(
                "The model wrote more than a million characters: %d are left out",
                answer.left_out,
                extra={"action": "babble", "note": hearing.ref, "piece": piece.index},
            )
        log.debug("Call answered", extra={"action": "call_answered", "note": hearing.ref, "piece": piece.index})
        claimed = answer.token_usd_micros
        if answer.billed_seconds is not None:
            claimed = self._rules.cost(answer.billed_seconds * 1000, hearing.note.task, spare=spare)
        if claimed is not None:
            billed = self._believed(hearing, claimed, booked=booked)
            await stubbornly()(self._correct, hearing, piece, attempt, booked=booked, billed=billed)
        elif answer.miscount:
            log.warning(
                "The provider's count is none (%s); ours stands",
                answer.miscount,
                extra={"action": "miscount", "note": hearing.ref, "booked_usd_micros": booked},
            )

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
