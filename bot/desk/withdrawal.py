"""
A note that is taken back while it is in work: deleted, forgotten, its channel gone.

Promises: words that were shown were delivered, so they are billed as Stop would have billed them, and the line in the
reports says so; where none was shown nothing is billed. The words themselves are erased by whoever calls this.
"""

from dataclasses import replace

from bot.database import Database, Tx
from bot.desk.herald import Herald
from bot.desk.payers import Payers, payer_of
from bot.ledger import Expense, Expenses, Ledger
from bot.notes import Note, Notes
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

    async def shown(self, tx: Tx) -> dict[str, Note]:
        """By charge, the notes in work whose words somebody sees now; to be asked before their rows are erased."""
        keys = await self._ledger.shown(tx)
        found = [await self._notes.find(tx, key.rpartition("/")[0]) for key in keys]
        return {key: note for key, note in zip(keys, found, strict=True) if note is not None}

    async def close(self, charge: str, note: Note | None, *, nameless: bool = False) -> None:
        """
        Bill what was shown, give the rest back; with a `note`, write its line.

        `nameless`: the line does not say whose note it was, nor where.
        """
        async with self._database.tx() as tx:
            billed_ms = await self._ledger.withdraw(tx, charge, now_ms=self._clock())
            if not billed_ms or note is None:
                return
            line = await line_of(tx, self._payers, note, kind(Gone()), now_ms=self._clock())
            line = replace(line, id=charge, billed_ms=billed_ms, usd_micros=await self._ledger.cost(tx, charge))
            await Expenses().write(tx, replace(line, member_id=None, channel_id=None) if nameless else line)
            await self._herald.used(tx, payer_of(note))


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
