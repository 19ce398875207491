"""
What binds somebody who was forgotten: caps, grants and sums under a keyed hash, for as long as they bind.

Hides the table `hashed` and what a lost key means. Promises: a person's rows change their names in one transaction, so
that no limit is passed in between; whoever has no row of their own where names cannot be told any more is held to the
strictest of them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.database import Row, Tx
from bot.keyring import STANDING, Keyring, key_id
from bot.quota import Leg, caused_account, guild_of, person_of

_OUTSIDE = 0  # the guild_id of what belongs to no guild

_DECIDED = """
SELECT 'decided' AS what, account, period, amount FROM allowance WHERE account IN ({accounts}) AND period IN ({periods})
"""

# What a person drew so far, under the one name or the other; and the strictest of what is nobody's any more.
_OF_PERSON = """
UNION ALL SELECT 'drawn', account, period, committed FROM account
WHERE account IN (:{person}, :{alias}) AND period = :{period}
UNION ALL SELECT 'lost', '', hashed.period, min(allowance.amount) FROM hashed
JOIN allowance ON allowance.account = hashed.account AND allowance.period = hashed.period
WHERE hashed.guild_id = :place AND hashed.period = '' AND hashed.key_id <> :standing_id GROUP BY hashed.period
UNION ALL SELECT 'lost', '', hashed.period, max(account.committed) FROM hashed
JOIN account ON account.account = hashed.account AND account.period = hashed.period
WHERE hashed.guild_id = :place AND hashed.period = :{period} AND hashed.key_id <> :{period}_id GROUP BY hashed.period
"""

THEIR_ACCOUNTS = """
SELECT account, period, rank FROM account WHERE account LIKE :guilds OR account = :own ORDER BY rank, account, period
"""

ITS_ACCOUNTS = """
SELECT account, period, rank FROM account WHERE (account LIKE :members AND account NOT LIKE :forgotten)
    OR account LIKE :roles ORDER BY rank, account, period
"""

_LOCK = "SELECT account FROM account WHERE account = :account AND period = :period AND held = 0 FOR UPDATE"
# A statement of its own: one that waited for the lock would not see what was held meanwhile.
_IS_DRAWN_ON = """
SELECT 1 AS n FROM entry JOIN charge ON charge.key = entry.key
WHERE entry.account = :account AND entry.period = :period AND charge.state = 'held' LIMIT 1
"""

_CAUSED = "SELECT account, period, rank FROM account WHERE account = :account AND period = :period"
_IS_THERE = "SELECT 1 AS n FROM account WHERE account = :account AND period = :period"

_MOVE = (
    """
    INSERT INTO account (account, period, rank, money, ceiling, held, committed)
    SELECT :alias, period, rank, money, ceiling, held, committed FROM account
    WHERE account = :account AND period = :period
    ON CONFLICT (account, period) DO UPDATE SET committed = account.committed + excluded.committed
    """,
    "UPDATE entry SET account = :alias WHERE account = :account AND period = :period",
    "UPDATE expense SET account = :alias WHERE account = :account AND period = :period",
    "DELETE FROM account WHERE account = :account AND period = :period",
)

_REMEMBER = """
INSERT INTO hashed (account, period, guild_id, key_id) VALUES (:alias, :period, :guild_id, :key_id)
ON CONFLICT DO NOTHING
"""

_TAKE_DECIDED = """
DELETE FROM allowance WHERE account LIKE :guilds OR account = :own RETURNING account, period, guild_id, amount
"""

# A cap takes the place of one that stood there; a grant comes on top of what stands there.
_KEEP_DECIDED = """
INSERT INTO allowance (account, period, guild_id, amount) VALUES (:alias, :period, :guild_id, :amount)
ON CONFLICT (account, period) DO UPDATE SET
    amount = CASE WHEN excluded.period = '' THEN excluded.amount ELSE allowance.amount + excluded.amount END
"""

_FORGET_OVER = """
DELETE FROM hashed WHERE period <> '' AND period < :before AND NOT EXISTS (
    SELECT 1 FROM account WHERE account.account = hashed.account AND account.period = hashed.period
)
"""

LOST_OF_ALL = """
SELECT count(*) AS limits, count(DISTINCT guild_id) AS places FROM hashed
WHERE (period = '' OR period >= :since) AND key_id NOT IN ({known})
"""

_LOST_OF_GUILD = """
SELECT count(allowance.account) AS caps, min(allowance.amount) AS cap, count(account.account) AS sums,
    max(account.committed) AS used FROM hashed
LEFT JOIN allowance ON allowance.account = hashed.account AND allowance.period = hashed.period AND hashed.period = ''
LEFT JOIN account ON account.account = hashed.account AND account.period = hashed.period
WHERE hashed.guild_id = :guild_id AND hashed.period IN ('', :period) AND hashed.key_id NOT IN ({known})
"""


@dataclass(frozen=True, slots=True)
class Lost:
    """
    Limits and sums of a guild's forgotten members of which nobody can tell any more whose they are.

    How many caps, and the strictest of them; how many sums of the running month, and the largest of them. In ms.
    """

    caps: int
    cap_ms: int
    sums: int
    used_ms: int


@dataclass(frozen=True, slots=True)
class Found:
    """What one statement found: amounts decided and drawn by account and period, the strictest lost ones by period."""

    decided: Mapping[tuple[str, str], int]
    drawn: Mapping[tuple[str, str], int]
    lost: Mapping[str, int]

    def decided_of(self, leg: Leg, ring: Keyring, general: int) -> dict[tuple[str, str], int]:
        """
        What was decided, with the leg's person's forgotten limits under their plain name.

        `general` counts for whoever has no limit of their own; negative: none.
        """
        found = dict(self.decided)
        own, grant = (leg.account, STANDING), (leg.account, leg.period)
        if own not in found:
            hashed = found.get((ring.alias(leg.account, STANDING), STANDING))
            lost = self.lost.get(STANDING)
            if hashed is not None:
                found[own] = hashed
            elif lost is not None:
                found[own] = lost if general < 0 else min(general, lost)
        if hashed_grant := found.get((ring.alias(leg.account, leg.period), leg.period)):
            found[grant] = found.get(grant, 0) + hashed_grant
        return found

    def drawn_on(self, leg: Leg, ring: Keyring) -> Leg:
        """The leg with the name its account has now, less what that person, or the worst of the lost, used before."""
        alias = ring.alias(leg.account, leg.period)
        plain, hashed = self.drawn.get((leg.account, leg.period)), self.drawn.get((alias, leg.period))
        worst = self.lost.get(leg.period)
        is_own = bool(alias) and plain is not None
        used = worst if worst is not None and not is_own else 0
        # Who begins after a loss gets a forgotten one's name: a plain one would be a row of their own from then on.
        if hashed is not None or (worst is not None and alias and plain is None):
            used += plain or 0
            leg = replace(leg, account=alias)
            alias = ""
        return replace(leg, alias=alias, limit=max(0, leg.limit - used))


async def find(tx: Tx, ring: Keyring, accounts: Collection[str], legs: Sequence[Leg], *, guild_id: int | None) -> Found:
    """What was decided about these accounts and the legs' months, and what binds the people among the legs."""
    people = [leg for leg in legs if person_of(leg.account) is not None]
    names = {*accounts, *(ring.alias(leg.account, period) for leg in people for period in (STANDING, leg.period))} - {
        ""
    }
    named = {f"a{number}": account for number, account in enumerate(sorted(names))}
    months = {f"p{number}": period for number, period in enumerate(sorted({STANDING, *(leg.period for leg in legs)}))}
    statement = _DECIDED.format(accounts=_list(named), periods=_list(months))
    params: dict[str, str | int] = {"place": guild_id or _OUTSIDE, "standing_id": ring.id_of(STANDING)}
    for number, leg in enumerate(people):
        parts = {"person": f"n{number}", "alias": f"h{number}", "period": f"m{number}"}
        statement += _OF_PERSON.format(**parts)
        params |= {parts["person"]: leg.account, parts["alias"]: ring.alias(leg.account, leg.period)}
        params |= {parts["period"]: leg.period, f"{parts['period']}_id": ring.id_of(leg.period)}
    rows = await tx.all(statement, **named, **months, **params)
    return Found(
        _by_place(rows, "decided"),
        _by_place(rows, "drawn"),
        {row["period"]: row["amount"] for row in rows if row["what"] == "lost"},
    )


async def hash_limits(tx: Tx, ring: Keyring, member_id: int) -> None:
    """What others decided about a person counts on under names that only the key tells; grants of old months go."""
    rows = await tx.all(_TAKE_DECIDED, **accounts_of(member_id))
    kept = [_renamed(ring, row) for row in rows]
    await tx.each(_KEEP_DECIDED, [row for row in kept if row["alias"]])
    await tx.each(_REMEMBER, [{**row, "guild_id": row["guild_id"] or _OUTSIDE} for row in kept if row["alias"]])


async def hash_account(tx: Tx, ring: Keyring, row: Row) -> bool:
    """One of `THEIR_ACCOUNTS` loses its name to the key's; False: not now, a note in work draws on it."""
    renamed = _renamed(ring, row)
    # What their own notes cause goes by the same name, at the same moment.
    rows = [renamed, *await tx.all(_CAUSED, **{**row, "account": caused_account(row["account"])})]
    rows[1:] = [{**renamed, **one, "alias": caused_account(str(renamed["alias"]))} for one in rows[1:]]
    for one in rows:
        if not await lock_idle(tx, one):
            return await tx.one(_IS_THERE, **one) is None
    for statement in _MOVE:
        for one in rows:
            await tx.execute(statement, **one)
    await tx.execute(_REMEMBER, **renamed)
    return True


async def lock_idle(tx: Tx, row: Row) -> bool:
    """
    Lock the account of a row (account, period, rank) that is to be renamed.

    False: it is gone, or a note in work draws on it, whose worker knows the name it began with.
    """
    tx.lock_in_order((int(row["rank"]), str(row["account"]), str(row["period"])))
    return await tx.one(_LOCK, **row) is not None and await tx.one(_IS_DRAWN_ON, **row) is None


async def drop_over(tx: Tx, *, before: str) -> None:
    """What was granted for months before that one binds nobody any more; sums lose their names elsewhere."""
    over = "period <> '' AND period < :before"
    hashed = "SELECT 1 FROM hashed WHERE hashed.account = allowance.account AND hashed.period = allowance.period"
    await tx.execute(f"DELETE FROM allowance WHERE {over} AND EXISTS ({hashed})", before=before)  # noqa: S608  # our own words
    await tx.execute(_FORGET_OVER, before=before)


async def lost(tx: Tx, ring: Keyring, *, since: str) -> tuple[int, int]:
    """How many names that count since that month, or always, are nobody's any more, and in how many places."""
    known = _known(ring)
    row = await tx.one(LOST_OF_ALL.format(known=_list(known)), since=since, **known)
    return (row["limits"], row["places"]) if row else (0, 0)


async def lost_of_guild(tx: Tx, ring: Keyring, guild_id: int, period: str) -> Lost | None:
    """The same of one guild and its month; None where every name is known."""
    known = _known(ring)
    row = await tx.one(_LOST_OF_GUILD.format(known=_list(known)), guild_id=guild_id, period=period, **known)
    if row is None or not row["caps"] + row["sums"]:
        return None
    return Lost(row["caps"], row["cap"] or 0, row["sums"], row["used"] or 0)


async def drop_alias(tx: Tx, alias: str, period: str) -> None:
    """A forgotten person's limit was decided anew."""
    await tx.execute("DELETE FROM allowance WHERE account = :alias AND period = :period", alias=alias, period=period)
    if period == STANDING:  # a month's name may be that of a sum, too
        await tx.execute("DELETE FROM hashed WHERE account = :alias AND period = :period", alias=alias, period=period)


async def drop_lost_caps(tx: Tx, ring: Keyring, guild_id: int) -> None:
    """Caps of which nobody can tell whose they are: a guild's managers have decided about everybody anew."""
    lost_ones = "guild_id = :guild_id AND period = '' AND key_id <> :key_id"
    ours = {"guild_id": guild_id, "key_id": ring.id_of(STANDING)}
    await tx.execute(
        f"DELETE FROM allowance WHERE period = '' AND account IN (SELECT account FROM hashed WHERE {lost_ones})",  # noqa: S608  # our own words
        **ours,
    )
    await tx.execute(f"DELETE FROM hashed WHERE {lost_ones}", **ours)  # noqa: S608  # our own words


def accounts_of(member_id: int) -> dict[str, str]:
    """The parameters `guilds` (a pattern) and `own` that find a person's accounts."""
    return {"guilds": f"member:%:{member_id}", "own": f"personal:{member_id}"}


def accounts_in(guild_id: int) -> dict[str, str]:
    """The parameters of `ITS_ACCOUNTS`: patterns of a guild's members and roles."""
    members = f"member:{guild_id}:"
    return {"members": f"{members}%", "forgotten": f"{members}~%", "roles": f"role:{guild_id}:%"}


def _renamed(ring: Keyring, row: Row) -> dict[str, str | int]:
    alias = ring.alias(row["account"], row["period"])
    return {"guild_id": guild_of(row["account"]) or _OUTSIDE, **row, "alias": alias, "key_id": key_id(alias)}


def _by_place(rows: Sequence[Row], what: str) -> dict[tuple[str, str], int]:
    return {(row["account"], row["period"]): row["amount"] for row in rows if row["what"] == what}


def _known(ring: Keyring) -> dict[str, str]:
    return {f"k{number}": known for number, known in enumerate(("", *ring.ids))}


def _list(names: Collection[str]) -> str:
    return ", ".join(f":{name}" for name in names)
