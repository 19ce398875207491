"""
How a note ends in the books: the bill, the line in the reports, the notices that are due, the decided outcome.

All of it is one transaction: an answer decided twice might be decided differently.
"""

import logging
import secrets
from dataclasses import replace

from bot.database import Database, Tx
from bot.desk.accept import REFUSALS, remember
from bot.desk.claims import require_claim
from bot.desk.delivery import Work
from bot.desk.herald import Herald
from bot.desk.listening import Hearing, HoldLost
from bot.desk.payers import Payers, payer_of
from bot.desk.rules import Rules
from bot.desk.verdict import ending_of, verdict
from bot.desk.withdrawal import line_of
from bot.ledger import Expenses, Ledger
from bot.notes import Ask, Note, Notes
from bot.outcome import (
    Door,
    Failed,
    Gone,
    OptedOut,
    Outcome,
    OverQuota,
    Repeat,
    Scope,
    Silence,
    Stopped,
    SwitchedOff,
    Transcript,
    Undelivered,
    encode,
    kind,
)
from bot.request import Clock

log = logging.getLogger(__name__)


# Ends that are neither ours nor the provider's fault: words that were shown before them were delivered.
_TURNED_AWAY = (OverQuota, Stopped, SwitchedOff)


class Endings:
    """Writes down how notes end."""

    def __init__(
        self,
        *,
        database: Database,
        ledger: Ledger,
        payers: Payers,
        notes: Notes,
        herald: Herald,
        rules: Rules,
        clock: Clock,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._payers = payers
        self._notes = notes
        self._herald = herald
        self._rules = rules
        self._clock = clock
        self._expenses = Expenses()

    async def settle(self, work: Work, hearing: Hearing) -> Outcome:
        """What was heard is billed, the rest given back; with nothing heard, everything of the guild's."""
        outcome, billed_ms = await self._database.run(self._settle, work, hearing)
        log.debug("Bill settled", extra={"action": "settled", "note": work.ref, "ms": billed_ms})
        return outcome

    async def _settle(self, tx: Tx, work: Work, hearing: Hearing) -> tuple[Outcome, int]:
        note, now_ms = work.note, self._clock()
        await require_claim(tx, self._notes, note)
        heard = await self._notes.pieces(tx, note.key)
        is_billed = any(piece.text for piece in heard) and not hearing.is_shut
        # Nothing of this try is said; but an earlier one, or this, may have shown words.
        if not is_billed and isinstance(outcome := verdict(hearing, heard, 0, self._rules), _TURNED_AWAY):
            return await self._withdraw(tx, work, outcome, length_ms=hearing.clip.length_ms)
        billed_ms = await self._ledger.billed(tx, hearing.charge) if is_billed else 0
        outcome = verdict(hearing, heard, billed_ms, self._rules)
        await self._write_down(tx, work, outcome, length_ms=hearing.clip.length_ms, billed_ms=billed_ms)
        # Closing the charge comes last: it locks the host's balance, for which every note of every server waits.
        # Where nothing is billed the server's minutes go back: only what calls cost the host can have passed a step.
        scopes = (Scope.GUILD, Scope.HOST) if is_billed else (Scope.HOST,)
        passing = await self._herald.passing(tx, payer_of(note), scopes=scopes)
        if is_billed:
            is_ours = await self._ledger.settle(tx, hearing.charge, hearing.fence, now_ms=now_ms) is not None
        else:
            is_ours = await self._ledger.void(tx, hearing.charge, hearing.fence, now_ms=now_ms)
        if not is_ours:
            raise HoldLost(note.key)
        await self._herald.used(tx, passing)
        return outcome, billed_ms

    async def conclude(self, work: Work, outcome: Outcome, *, length_ms: int | None = None) -> Outcome:
        """
        An end without further words: what an earlier try still held goes back.

        Words that were shown by then are billed, unless it is our fault, or the provider's, that there are no more.
        """
        async with self._database.tx() as tx:
            await require_claim(tx, self._notes, work.note)
            if not isinstance(outcome, Failed):
                return (await self._withdraw(tx, work, outcome, length_ms=length_ms))[0]
            await self._ledger.drop(tx, work.charge, now_ms=self._clock())
            await self._write_down(tx, work, outcome, length_ms=length_ms or work.note.length_ms or 0, billed_ms=0)
        return outcome

    async def _withdraw(
        self, tx: Tx, work: Work, outcome: Outcome, *, length_ms: int | None = None
    ) -> tuple[Outcome, int]:
        billed_ms = await self._ledger.withdraw(tx, work.charge, now_ms=self._clock()) or 0
        if billed_ms and isinstance(outcome, OptedOut | Gone | OverQuota | Stopped):
            outcome = replace(outcome, billed_ms=billed_ms)
        length_ms = length_ms or work.note.length_ms or 0
        await self._write_down(tx, work, outcome, length_ms=length_ms, billed_ms=billed_ms)
        if billed_ms:
            await self._herald.used(tx, await self._herald.passing(tx, payer_of(work.note)))
        return outcome, billed_ms

    async def undelivered(self, tx: Tx, work: Work, outcome: Undelivered) -> None:
        """Nobody could be given the words: the guild pays nothing, whoever asks again is heard, managers can see it."""
        note, now_ms = work.note, self._clock()
        await self._notes.untold(tx, note.key)
        await remember(tx, self._notes, outcome, note.guild_id, note.payer_id, now_ms=now_ms, is_early=False)
        back_ms = await self._ledger.refund(tx, work.charge, now_ms=now_ms)
        await self._expenses.unbill(tx, work.charge, ending=kind(outcome), back_ms=back_ms)

    async def quoted(self, note: Note, ask: Ask) -> None:
        """Somebody asked for what had been answered: a line of its own, and nothing to pay."""
        asker = replace(note, payer_id=ask.member_id, channel_id=ask.channel_id, request_id=ask.id, door=ask.door)
        async with self._database.tx() as tx:
            if await self._notes.taken(tx, note.key) is None or not await self._notes.is_asked(tx, note.key, ask.id):
                return  # they were forgotten while it was brought: no line brings their name back
            amounts = {"length_ms": note.length_ms or 0, "billed_ms": 0, "usd_micros": 0}
            # Of a name of its own, which says nothing about the note: nobody looks for it under that again.
            await self._line(tx, asker, f"repeat:{secrets.token_hex(8)}", "Repeat", **amounts)

    async def _write_down(self, tx: Tx, work: Work, outcome: Outcome, *, length_ms: int, billed_ms: int) -> None:
        note = work.note
        ending, timing = ending_of(outcome)
        if not await self._notes.conclude(tx, note.key, note.fence, encode(outcome), ending, timing=timing):
            raise HoldLost(note.key)
        if isinstance(outcome, REFUSALS):
            payer, now_ms = (note.guild_id, note.payer_id), self._clock()
            await remember(tx, self._notes, outcome, *payer, now_ms=now_ms, is_early=False)
        usd_micros = await self._ledger.cost(tx, work.charge)
        is_line = isinstance(outcome, Transcript | Silence | Repeat) or (isinstance(outcome, Failed) and usd_micros)
        if is_line or billed_ms:
            amounts = {"length_ms": length_ms, "billed_ms": billed_ms, "usd_micros": usd_micros}
            await self._line(tx, note, work.charge, kind(outcome), **amounts)

    async def _line(
        self, tx: Tx, note: Note, name: str, ending: str, *, length_ms: int, billed_ms: int, usd_micros: int
    ) -> None:
        if note.door is Door.TERMINAL:
            return
        line = await line_of(tx, self._payers, note, ending, now_ms=self._clock())
        line = replace(line, id=name, length_ms=length_ms, billed_ms=billed_ms, usd_micros=usd_micros)
        await self._expenses.write(tx, line)
