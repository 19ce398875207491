"""
The way in: what is asked before a note is opened, and the transaction that opens it.

Promises: a refused wish costs a few reads of our own database; a replayed event changes nothing; a note and the bell
that rings for it are one commit.
"""

import logging
from dataclasses import replace

from bot.database import Database, Tx
from bot.desk.accept import Accepted, Ignored, OnDemand, Queued, Refused, by_books, by_its_face, note_of, remember
from bot.desk.consent import Asked, Consent
from bot.desk.herald import Herald
from bot.desk.late import behind
from bot.desk.payers import Payers
from bot.desk.rules import Rules
from bot.desk.switches import Switches, said_in
from bot.health import Health
from bot.jobs import Jobs
from bot.ledger import Ledger
from bot.notes import Ask, Marks, Note, Notes
from bot.outcome import Door, Outcome, kind
from bot.request import Clock, Request, ref_of

log = logging.getLogger(__name__)


class Entry:
    """Lets requests in, or turns them away."""

    def __init__(
        self,
        *,
        database: Database,
        ledger: Ledger,
        payers: Payers,
        notes: Notes,
        jobs: Jobs,
        health: Health,
        switches: Switches,
        consent: Consent,
        rules: Rules,
        herald: Herald,
        clock: Clock,
        marks: Marks,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._payers = payers
        self._notes = notes
        self._jobs = jobs
        self._health = health
        self._switches = switches
        self._consent = consent
        self._rules = rules
        self._herald = herald
        self._clock = clock
        self._marks = marks

    async def accept(self, request: Request) -> Accepted:
        """Ask the cheap questions; open the note and ring for it when all are answered well."""
        request = said_in(request, choice := await self._switches.of(request))
        refusal = by_its_face(request, self._rules, choice, await self._switches.there(request))
        if isinstance(refusal, Ignored):
            return refusal
        asked = await self._consent.asked(request, refusal)
        request = asked.request
        if isinstance(asked.refusal, Ignored):
            return asked.refusal
        if request.door is Door.AUTO and choice.waits:
            return OnDemand()
        note, ask = note_of(request, self._rules, choice, now_ms=self._clock())
        ref = ref_of(note.key)
        refusal, is_new = await self._database.run(self._open, asked, note, ask)
        if isinstance(refusal, Ignored):
            return refusal
        if refusal is not None:
            fields = {"action": "refused", "note": ref, "guild": request.guild_id, "outcome": kind(refusal)}
            log.info("Note refused", extra=fields)
            self._health.ended(kind(refusal))
            return Refused(refusal, ref, request.locale)
        log.debug("Note opened", extra={"action": "opened", "note": ref, "guild": request.guild_id})
        return Queued(note.key, is_new=is_new)

    async def _open(self, tx: Tx, asked: Asked, note: Note, ask: Ask) -> tuple[Outcome | Ignored | None, bool]:
        """Open the note and ring for it, or remember the refusal; that, and whether nobody had opened it before."""
        asked = await self._consent.still(tx, asked, note.key)
        request, refusal = asked.request, asked.refusal
        if isinstance(refusal, Ignored):
            return refusal, False
        note = replace(note, author_id=request.author_id)
        books = (self._rules, self._ledger, self._notes, self._payers)
        against = await by_books(tx, request, note.key, refusal, *books, now_ms=self._clock())
        if isinstance(against, Ignored):
            return against, False
        is_new = False
        if against is None:
            is_new = (await self._notes.open(tx, note, ask)).note_state is None
            await self._herald.introduce(tx, request.guild_id)
            place = await self._notes.backlog(tx, guild_id=request.guild_id, member_id=request.member_id)
            self._jobs.put(tx, note.key, priority=-place - behind(request, now_ms=self._clock()))
        else:
            await remember(tx, self._notes, against, request.guild_id, request.member_id, now_ms=self._clock())
        if request.door is Door.AUTO and request.message_id is not None:
            await self._marks.saw(tx, request.guild_id, request.channel_id, request.message_id)
        return against, is_new
