"""
The journal without names: its sums stay for ever, whom they were about need not.

Hides which tables carry a key or an account. Promises: no amount, no moment and no balance changes; the new
names are random, so that nobody, with the whole database in hand, finds the way back; no account is unnamed before
its own month is over, wherever it lies, but those of a server that has gone.
"""

import secrets
from collections.abc import Collection, Iterable

from bot.database import Row, Tx
from bot.keyring import FIRST_ZONE, LAST_ZONE, is_alias
from bot.ledger.binding import accounts_of, lock_idle
from bot.ledger.calendar import Calendar
from bot.ledger.limits import SOMEBODY
from bot.outcome import Scope
from bot.quota import guild_account, guild_of, month_in, month_of, own_limit, person_of, role_of, snowflake_at

_RANKS = tuple(rank for rank, scope in enumerate(Scope) if scope in (Scope.MEMBER, Scope.ROLE, Scope.PERSONAL))
NAMELESS = "nobody:"

# What is still held keeps its name until it is closed (`unname_charge` after it).
_CHARGES = "SELECT key, state FROM charge WHERE key IN ({keys}) ORDER BY key FOR UPDATE"
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


# Lines of the bill that say who asked, or where.
_NAMED = "(member_id IS NOT NULL OR channel_id IS NOT NULL)"
_ABOUT_SOMEBODY = (
    "((account LIKE 'member:%' AND account NOT LIKE '%:*') OR account LIKE 'role:%' OR account LIKE 'personal:%')"
)
_IS_THERE = "SELECT 1 AS n FROM account WHERE account = :account AND period = :period"
_STRIKE_DECIDED = "DELETE FROM allowance WHERE account LIKE :members OR account LIKE :roles OR account = :own"

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
    """The same of charges, by their keys, of notes that went before them; lines of the bill may have none."""
    charges = sorted(charges)
    for first in range(0, len(charges), _CHARGES_AT_ONCE):
        named = {f"c{number}": key for number, key in enumerate(charges[first : first + _CHARGES_AT_ONCE])}
        tx.lock_in_order((-1, named["c0"], ""))  # the first of them, and all that follow
        rows = await tx.all(_CHARGES.format(keys=", ".join(f":{name}" for name in named)), **named)
        held = {row["key"] for row in rows if row["state"] == "held"}
        olds = {f"c{number}": key for number, key in enumerate(sorted(set(named.values()) - held))}
        if not olds:
            continue
        nameless = {f"n{number}": NAMELESS + secrets.token_hex(8) for number in range(len(olds))}
        pairs = ", ".join(f"(:c{number}, :n{number})" for number in range(len(olds)))
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
    spares: Collection[int] = (),
) -> int:
    """
    Accounts of persons and roles, of months that were over by then, lose the name; one member's, or everybody's.

    `spares` are persons, and servers whose roles, may still draw on such a month: a note of theirs waits.

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
    rows = [row for row in rows if not _is_spared(row["account"], spares)]
    running = _Running(zone, before_ms)
    over = [row for row in rows if row["period"] < await running.month(tx, guild_of(row["account"]))]
    # Sorted here: a server may put letters in another order than the ledger does.
    over = sorted(over, key=lambda row: (row["rank"], row["account"], row["period"]))[:limit]
    return await _unname(tx, over)


async def unname_account(tx: Tx, row: Row) -> bool:
    """One account (account, period, rank) loses its name, whatever its month; False: a note in work draws on it."""
    return bool(await _unname(tx, [row])) or await tx.one(_IS_THERE, **row) is None


async def _unname(tx: Tx, rows: Collection[Row]) -> int:
    locked = [{**row, "nameless": NAMELESS + secrets.token_hex(8)} for row in rows if await lock_idle(tx, row)]
    for statement in _UNNAME_ACCOUNT:
        await tx.each(statement, locked)
    for statement in _STRIKE_MONTH:
        await tx.each(statement, [row for row in locked if is_alias(row["account"])])
    return len(locked)


def _is_spared(account: str, spares: Collection[int]) -> bool:
    whose = guild_of(account) if role_of(account) is not None else person_of(account)
    return whose is not None and whose in spares


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
    await _unname_lines(tx, f"{_NAMED} AND at_ms < :before_ms", before_ms=before_ms)


async def unname_channel(tx: Tx, channel_id: int) -> None:
    """A channel is gone: the lines of the bill forget that it was there."""
    rows = await tx.all(
        "SELECT id FROM expense WHERE channel_id = :channel_id ORDER BY id FOR UPDATE", channel_id=channel_id
    )
    await tx.each("UPDATE expense SET channel_id = NULL WHERE id = :id", rows)


async def unname_decisions(tx: Tx, *, before_ms: int) -> None:
    """What was decided before that stays in the journal; who did, and about whom, is forgotten."""
    await _unname_decisions(tx, f"at_ms < :before_ms AND (by_id > 0 OR {_ABOUT_SOMEBODY})", before_ms=before_ms)


async def _unname_lines(tx: Tx, whose: str, **params: int | str) -> None:
    """Several may do so at once: each locks the lines by their ids."""
    rows = await tx.all(f"SELECT id FROM expense WHERE {whose} ORDER BY id FOR UPDATE", **params)  # noqa: S608  # our own words
    await tx.each("UPDATE expense SET member_id = NULL, channel_id = NULL WHERE id = :id", rows)


async def unname_guild(tx: Tx, guild_id: int) -> None:
    """
    A server is gone: the lines of its bill forget who asked, and where, and its decisions by whom, and about whom.

    The limits of its members and roles, and its own, go; the host's for it stays, should it have us again.
    """
    await _unname_lines(tx, f"account = :account AND {_NAMED}", account=guild_account(guild_id))
    await _unname_decisions(tx, f"guild_id = :guild_id AND (by_id > 0 OR {_ABOUT_SOMEBODY})", guild_id=guild_id)
    names = {"members": f"member:{guild_id}:%", "roles": f"role:{guild_id}:%", "own": own_limit(guild_id)}
    await tx.execute(_STRIKE_DECIDED, **names)
    await tx.execute(_STRIKE_LIMITS, guild_id=guild_id)


# Whose it was may be taken off by somebody else meanwhile: that is not written back.
_UNNAME_DECISION = """
UPDATE decision SET account = :nameless, by_id = CASE WHEN by_id > :known THEN :nobody ELSE by_id END
WHERE id = :id AND account = :account
"""
_NOBODY_HAS = 2**63 - 1  # an id


async def unname_member(tx: Tx, member_id: int) -> None:
    """The bill's lines and the journal of decisions forget a person; what they may use is not theirs to forget."""
    await _unname_lines(tx, "member_id = :member_id", member_id=member_id)
    await tx.execute("UPDATE decision SET by_id = :nobody WHERE by_id = :id", id=member_id, nobody=SOMEBODY)
    names = accounts_of(member_id)
    await _unname_decisions(tx, "account LIKE :guilds OR account = :own", keeps_author=True, **names)


async def _unname_decisions(tx: Tx, which: str, *, keeps_author: bool = False, **params: int | str) -> None:
    """The journal's decisions forget about whom they were, and, unless told otherwise, whose."""
    rows = await tx.all(f"SELECT id, account FROM decision WHERE {which} ORDER BY account, id", **params)  # noqa: S608  # our own words
    renamed = [
        {
            **row,
            "nameless": NAMELESS + secrets.token_hex(8) if _is_about_somebody(row["account"]) else row["account"],
            "known": _NOBODY_HAS if keeps_author else 0,
            "nobody": SOMEBODY,
        }
        for row in rows
    ]
    await tx.each(_UNNAME_DECISION, renamed)


def _is_about_somebody(account: str) -> bool:
    return person_of(account) is not None or role_of(account) is not None
