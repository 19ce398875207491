"""
The journal without names: its sums stay for ever, whom they were about need not.

Hides which tables carry a key or an account. Promises: no amount, no moment and no balance changes; the new
names are random, so that nobody, with the whole database in hand, finds the way back; no account is unnamed before
its own month is over, wherever it lies.
"""

import secrets
from collections.abc import Collection, Iterable

from bot.database import Tx
from bot.keyring import FIRST_ZONE, LAST_ZONE, is_alias
from bot.ledger.binding import accounts_of, lock_idle
from bot.ledger.calendar import Calendar
from bot.outcome import Scope
from bot.quota import guild_account, guild_of, month_in, month_of, person_of, snowflake_at

_RANKS = tuple(rank for rank, scope in enumerate(Scope) if scope in (Scope.MEMBER, Scope.PERSONAL))
NAMELESS = "nobody:"

# What is still held keeps its name until it is closed (`unname_charge` after it).
_CLOSED = "SELECT key FROM charge WHERE key IN ({keys}) AND state <> 'held' ORDER BY key FOR UPDATE"
# All at once: a long life has ten thousand of them.
_UNNAME_CHARGES = (
    """
    WITH named (old, nameless) AS (VALUES {pairs})
    INSERT INTO charge (key, state, fence, era, expires_ms, changed_ms)
    SELECT named.nameless, state, fence, era, expires_ms, changed_ms FROM charge JOIN named ON named.old = charge.key
    """,
    """
    WITH named (old, nameless) AS (VALUES {pairs})
    UPDATE entry SET key = named.nameless FROM named WHERE entry.key = named.old
    """,
    """
    WITH named (old, nameless) AS (VALUES {pairs})
    UPDATE expense SET id = named.nameless FROM named WHERE expense.id = named.old
    """,
    "DELETE FROM charge WHERE key IN ({olds})",
)
_CHARGES_AT_ONCE = 200  # names in one statement

_UNNAME_ACCOUNT = (
    """
    INSERT INTO account (account, period, rank, money, ceiling, held, committed)
    SELECT :nameless, period, rank, money, ceiling, held, committed FROM account
    WHERE account = :account AND period = :period
    """,
    "UPDATE entry SET account = :nameless WHERE account = :account AND period = :period",
    "UPDATE expense SET account = :nameless WHERE account = :account AND period = :period",
    "DELETE FROM account WHERE account = :account AND period = :period",
)
# With the sum of somebody forgotten goes what was granted for that month.
_STRIKE_MONTH = (
    "DELETE FROM allowance WHERE account = :account AND period = :period",
    "DELETE FROM hashed WHERE account = :account AND period = :period",
)

PERSONAL = f"""
SELECT account, period, rank FROM account
WHERE (rank IN ({", ".join(map(str, _RANKS))}) OR account LIKE 'caused:personal:%')
    AND period < :period AND held = 0 AND account NOT LIKE '{NAMELESS}%'
"""  # noqa: S608  # our own words


# The sums of a month go on counting, should the server have us again.
_STRIKE_LIMITS = """
DELETE FROM hashed WHERE guild_id = :guild_id AND NOT EXISTS (
    SELECT 1 FROM account WHERE account.account = hashed.account AND account.period = hashed.period
)
"""


async def unname_charges(tx: Tx, notes: Iterable[tuple[str, int]]) -> None:
    """
    The journal forgets of which attachment these notes' charges were; (key, number of rounds).

    One that is still held keeps its name: whoever closes it takes that off.
    """
    gone = sorted(notes)
    await tx.each("DELETE FROM original WHERE note_key = :key", [{"key": key} for key, _ in gone])
    await unname_closed(tx, [f"{key}/{number}" for key, rounds in gone for number in range(1, rounds + 1)])


async def unname_closed(tx: Tx, charges: Collection[str]) -> None:
    """The same of charges, by their keys, of notes that went before them."""
    charges = sorted(charges)
    for first in range(0, len(charges), _CHARGES_AT_ONCE):
        named = {f"c{number}": key for number, key in enumerate(charges[first : first + _CHARGES_AT_ONCE])}
        tx.lock_in_order((-1, named["c0"], ""))  # the first of them, and all that follow
        rows = await tx.all(_CLOSED.format(keys=", ".join(f":{name}" for name in named)), **named)
        if not rows:
            continue
        olds = {f"c{number}": str(row["key"]) for number, row in enumerate(rows)}
        nameless = {f"n{number}": NAMELESS + secrets.token_hex(8) for number in range(len(rows))}
        pairs = ", ".join(f"(:c{number}, :n{number})" for number in range(len(rows)))
        for statement in _UNNAME_CHARGES:
            text = statement.format(pairs=pairs, olds=", ".join(f":{name}" for name in olds))
            await tx.execute(text, **olds, **nameless)


async def unname_accounts(
    tx: Tx,
    *,
    before_ms: int,
    member_id: int | None = None,
    zone: str = LAST_ZONE,
    forgotten_only: bool = False,
    limit: int | None = None,
) -> int:
    """
    Accounts of persons, of months that were over by then, lose the person; one member's, or everybody's.

    A month is over when it is in the account's own time zone: its guild's, or for all others `zone`. Each month
    gets a name of its own, so that not even the months of one person can be told to belong together. Returns how many
    it was, `limit` at most. Nothing that moves a sum may happen between its copy and its end: each account is locked,
    in the ledger's order, and one that somebody else was quicker with is left alone.
    """
    rows = await tx.all(PERSONAL, period=month_of(snowflake_at(before_ms), FIRST_ZONE).name)
    if member_id is not None:
        rows = [row for row in rows if person_of(row["account"]) == member_id]
    if forgotten_only:
        rows = [row for row in rows if is_alias(row["account"])]
    running = _Running(zone, before_ms)
    over = [row for row in rows if row["period"] < await running.month(tx, guild_of(row["account"]))]
    # Sorted here: a server may put letters in another order than the ledger does.
    over = sorted(over, key=lambda row: (row["rank"], row["account"], row["period"]))[:limit]
    locked = [{**row, "nameless": NAMELESS + secrets.token_hex(8)} for row in over if await lock_idle(tx, row)]
    for statement in _UNNAME_ACCOUNT:
        await tx.each(statement, locked)
    for statement in _STRIKE_MONTH:
        await tx.each(statement, [row for row in locked if is_alias(row["account"])])
    return len(locked)


class _Running:
    """Which month runs at a moment, in each guild; every guild is asked for once."""

    def __init__(self, zone: str, at_ms: int) -> None:
        self._zone, self._at = zone, snowflake_at(at_ms)
        self._months: dict[int | None, str] = {}

    async def month(self, tx: Tx, guild_id: int | None) -> str:
        if guild_id not in self._months:
            zones = await Calendar().zones(tx, guild_id, chosen=self._zone)
            self._months[guild_id] = month_in(self._at, zones).name
        return self._months[guild_id]


async def unname_lines(tx: Tx, *, before_ms: int) -> None:
    """The lines of the bill that are older than that forget who asked, and where."""
    await _unname_lines(tx, "member_id IS NOT NULL AND at_ms < :before_ms", before_ms=before_ms)


async def _unname_lines(tx: Tx, whose: str, **params: int | str) -> None:
    """Several may do so at once: each locks the lines by their ids."""
    rows = await tx.all(f"SELECT id FROM expense WHERE {whose} ORDER BY id FOR UPDATE", **params)  # noqa: S608  # our own words
    await tx.each("UPDATE expense SET member_id = NULL, channel_id = NULL WHERE id = :id", rows)


async def unname_guild(tx: Tx, guild_id: int) -> None:
    """A server is gone: the lines of its bill forget who asked, and where; its members' own limits go."""
    await _unname_lines(tx, "account = :account AND member_id IS NOT NULL", account=guild_account(guild_id))
    await tx.execute("DELETE FROM allowance WHERE account LIKE :members", members=f"member:{guild_id}:%")
    await tx.execute(_STRIKE_LIMITS, guild_id=guild_id)


async def unname_member(tx: Tx, member_id: int) -> None:
    """The bill's lines and the journal of decisions forget a person; what they may use is not theirs to forget."""
    await _unname_lines(tx, "member_id = :member_id", member_id=member_id)
    await tx.execute("UPDATE decision SET by_id = 0 WHERE by_id = :id", id=member_id)
    rows = await tx.all(
        "SELECT id, account FROM decision WHERE account LIKE :guilds OR account = :own", **accounts_of(member_id)
    )
    await tx.each(
        "UPDATE decision SET account = :nameless WHERE id = :id AND account = :account",
        [{**row, "nameless": NAMELESS + secrets.token_hex(8)} for row in rows],
    )
