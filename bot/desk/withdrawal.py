"""
A note that is taken back while it is in work: deleted, forgotten, its channel gone.

Promises: words that were shown were delivered, so they are billed as Stop would have billed them, and the line in the
reports says so; where none was shown nothing is billed. A charge is closed with its note locked, so that nobody holds,
pays or settles for it meanwhile; one whose note is gone loses the note's name as it is closed.
"""

from dataclasses import replace

from bot.database import Database, Tx
from bot.desk.herald import Herald
from bot.desk.payers import Payers, payer_of
from bot.ledger import Expense, Expenses, Ledger
from bot.ledger.unnaming import unname_closed
from bot.notes import Forgetting, Note, Notes
from bot.outcome import Gone, kind
from bot.request import Clock


class Withdrawals:
    """Closes the charges of notes nobody wants any more."""

    def __init__(
        self, database: Database, ledger: Ledger, notes: Notes, payers: Payers, herald: Herald, clock: Clock
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._notes = notes
        self._payers = payers
        self._herald = herald
        self._clock = clock

    async def close(self, charge: str) -> None:
        """Bill what was shown of a note that ended, give the rest back, and write its line; one in work is left."""
        async with self._database.tx() as tx:
            note = await self._notes.taken(tx, charge.rpartition("/")[0])
            if note is None or note.state == "done" or f"{note.key}/{note.round}" != charge:
                await self.close_within(tx, charge, note)

    async def take(self, key: str) -> None:
        """End a note in work without an answer, and close its charge; its line does not say whose note it was."""
        async with self._database.tx() as tx:
            note = await self._notes.taken(tx, key)
            if note is None or note.state == "done":
                return
            replies = await self._notes.drop_note(tx, key)
            await Forgetting().unwant(tx, replies, now_ms=self._clock())
            await self.close_within(tx, f"{key}/{note.round}", note, nameless=True)

    async def close_within(self, tx: Tx, charge: str, note: Note | None, *, nameless: bool = False) -> None:
        """
        The same as part of a transaction that has locked the note; None: it is gone.

        `nameless`: the line does not say whose note it was, nor where.
        """
        billed_ms = await self._ledger.withdraw(tx, charge, now_ms=self._clock())
        if note is None:
            await unname_closed(tx, [charge])
        elif billed_ms:
            line = await line_of(tx, self._payers, note, kind(Gone()), now_ms=self._clock())
            line = replace(line, id=charge, billed_ms=billed_ms, usd_micros=await self._ledger.cost(tx, charge))
            await Expenses().write(tx, replace(line, member_id=None, channel_id=None) if nameless else line)
            await self._herald.used(tx, await self._herald.passing(tx, payer_of(note)))


async def line_of(tx: Tx, payers: Payers, note: Note, ending: str, *, now_ms: int) -> Expense:
    """The line a note leaves in the reports when it ends, with nothing paid yet."""
    month = await payers.month(tx, note.guild_id, note.request_id)
    return Expense(
        id=f"{note.key}/{note.round}",
        account=payer_of(note).account,
        period=month.name,
        day=await payers.day(tx, note.guild_id, note.request_id),
        member_id=note.payer_id,
        channel_id=note.channel_id,
        at_ms=now_ms,
        ending=ending,
        length_ms=note.length_ms or 0,
        billed_ms=0,
        usd_micros=0,
    )
