"""
What people decided about limits: overrides that last, grants for one month, caps of members and roles.

Hides two tables, how decisions add up, and under which name they stand once their person was forgotten. Promises: a
decision said twice counts once; every one stands in an append-only journal with who and when; whoever asks inside a
hold's transaction gets what counts now, in one statement.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal

from bot.database import Tx
from bot.keyring import STANDING, Keyring
from bot.ledger import binding
from bot.quota import Leg, member_account, own_limit, person_of

ALWAYS = STANDING  # the period of what counts in every month
SOMEBODY = -1  # who decided something, and is not named any more


@dataclass(frozen=True, slots=True)
class Decision:
    """
    One change of one account's limit, as it stands in the journal.

    `limit` sets what every month may hold, `clear` goes back to what counts without a decision, `grant` adds to
    one month (`period`). `id` is the snowflake of the wish, `by_id` whose wish it was (0: the command
    line, SOMEBODY: whose name is not kept any more).
    `amount` is in the account's unit: milliseconds or micro-dollars.
    """

    id: int
    account: str
    kind: Literal["limit", "clear", "grant"]
    amount: int
    by_id: int
    at_ms: int
    guild_id: int | None = None
    period: str = ALWAYS


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is in force: a limit of every month (`period` empty), or the sum of one month's grants."""

    account: str
    period: str
    amount: int


class Limits:
    """The verbs of deciding. Every one runs inside the caller's transaction. `ring`: how forgotten people are known."""

    def __init__(self, ring: Keyring | None = None) -> None:
        self.ring = ring or Keyring()

    async def decide(self, tx: Tx, decision: Decision) -> bool:
        """
        Put a decision in force; False if that very wish was heard before.

        A person's new limit replaces the one they had when they were forgotten; one for each member also those
        limits of a guild of which nobody can tell any more whose they are.
        """
        if not await tx.execute(_JOURNAL, **asdict(decision)):
            return False
        await tx.execute(_FORCE[decision.kind], **asdict(decision))
        if decision.kind == "grant":
            return True
        if alias := self.ring.alias(decision.account, decision.period):
            await binding.drop_alias(tx, alias, decision.period)
        if decision.guild_id is not None and decision.account == member_account(decision.guild_id, None):
            await binding.drop_lost_caps(tx, self.ring, decision.guild_id)
        return True

    async def in_force(self, tx: Tx, legs: Sequence[Leg], *, guild_id: int | None) -> tuple[Leg, ...]:
        """
        The legs with the limits that count now.

        A leg's own limit is what counts without a decision; a negative one stands for "none", and such a leg
        stays only if somebody has decided. A guild's own limit can only be lower than the host's.
        """
        wanted = {leg.account for leg in legs}
        if guild_id is not None:
            wanted |= {own_limit(guild_id), member_account(guild_id, None)}
        found = await binding.find(tx, self.ring, wanted, legs, guild_id=guild_id)
        decided = _allowances(found.decided)
        limited = []
        for leg in legs:
            if person_of(leg.account) is None:
                limit = limit_of(decided, leg.account, leg.period, leg.limit, guild_id=guild_id)
                limited += [] if limit is None else [replace(leg, limit=limit)]
            else:
                limited += self._of_person(found, leg, guild_id)
        return tuple(limited)

    def _of_person(self, found: binding.Found, leg: Leg, guild_id: int | None) -> list[Leg]:
        """The leg of a person, perhaps of one who was forgotten; none where nothing limits them."""
        everybody = None if guild_id is None else found.decided.get((member_account(guild_id, None), ALWAYS))
        general = leg.limit if everybody is None else everybody
        decided = _allowances(found.decided_of(leg, self.ring, general))
        limit = limit_of(decided, leg.account, leg.period, leg.limit, guild_id=guild_id)
        return [] if limit is None else [found.drawn_on(replace(leg, limit=limit), self.ring)]

    async def of(
        self, tx: Tx, accounts: Collection[str], periods: Iterable[str] = ()
    ) -> dict[tuple[str, str], Allowance]:
        """What was decided about these accounts, for every month and for these, by account and period."""
        named = {f"a{number}": account for number, account in enumerate(sorted(accounts))}
        months = {f"p{number}": period for number, period in enumerate(sorted({ALWAYS, *periods}))}
        rows = await tx.all(
            "SELECT account, period, amount FROM allowance "  # noqa: S608  # our own names
            f"WHERE account IN ({', '.join(f':{name}' for name in named)}) "
            f"AND period IN ({', '.join(f':{name}' for name in months)})",
            **named,
            **months,
        )
        return {(row["account"], row["period"]): Allowance(**row) for row in rows}

    async def of_all(self, tx: Tx, period: str) -> dict[tuple[str, str], Allowance]:
        """Everything in force in that month, by account and period."""
        rows = await tx.all(
            "SELECT account, period, amount FROM allowance WHERE period IN (:always, :period)",
            always=ALWAYS,
            period=period,
        )
        return {(row["account"], row["period"]): Allowance(**row) for row in rows}

    async def of_guild(self, tx: Tx, guild_id: int) -> tuple[Allowance, ...]:
        """Everything in force in a guild: its limit, its grants, its members' and roles' caps."""
        rows = await tx.all(
            "SELECT account, period, amount FROM allowance WHERE guild_id = :guild_id ORDER BY account, period",
            guild_id=guild_id,
        )
        return tuple(Allowance(**row) for row in rows)

    async def confirmed(self, tx: Tx, *, unlisted: bool = False) -> tuple[int, ...]:
        """Every guild the host has confirmed, or (`unlisted`) those an upgrade confirmed, for the first who asks."""
        if unlisted and not await tx.execute("DELETE FROM chore WHERE name = 'list confirmed'"):
            return ()
        rows = await tx.all(
            "SELECT guild_id FROM allowance WHERE account LIKE 'guild:%:confirmed' AND guild_id IS NOT NULL "
            "ORDER BY guild_id"
        )
        return tuple(row["guild_id"] for row in rows)

    async def lost(self, tx: Tx, guild_id: int, period: str) -> binding.Lost | None:
        """What binds forgotten members of a guild, always or in that month, and is nobody's any more; None: nothing."""
        return await binding.lost_of_guild(tx, self.ring, guild_id, period)

    async def history(self, tx: Tx, guild_id: int | None, *, limit: int) -> tuple[Decision, ...]:
        """The latest decisions about a guild, or about what is no guild's, newest first."""
        rows = await tx.all(_HISTORY if guild_id is not None else _HISTORY_OF_HOST, guild_id=guild_id, limit=limit)
        return tuple(Decision(**row) for row in rows)


def _allowances(amounts: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], Allowance]:
    return {place: Allowance(*place, amount) for place, amount in amounts.items()}


def limit_of(
    found: dict[tuple[str, str], Allowance], account: str, period: str, default: int, *, guild_id: int | None = None
) -> int | None:
    """What counts for an account in a month, by what was decided; None: no limit, and so no account at all."""
    granted = found.get((account, period))
    always = found.get((account, ALWAYS))
    if always is None and guild_id is not None and account.startswith("member:"):
        always = found.get((member_account(guild_id, None), ALWAYS))
    limit = always.amount if always else default
    if limit < 0:
        return None
    limit += granted.amount if granted else 0
    own = found.get((own_limit(guild_id), ALWAYS)) if guild_id is not None and account == f"guild:{guild_id}" else None
    return min(limit, own.amount) if own else limit


_JOURNAL = """
INSERT INTO decision (id, account, kind, period, guild_id, amount, by_id, at_ms)
VALUES (:id, :account, :kind, :period, :guild_id, :amount, :by_id, :at_ms) ON CONFLICT DO NOTHING
"""

_FORCE = {
    "limit": """
        INSERT INTO allowance (account, period, guild_id, amount) VALUES (:account, :period, :guild_id, :amount)
        ON CONFLICT (account, period) DO UPDATE SET amount = :amount
    """,
    "grant": """
        INSERT INTO allowance (account, period, guild_id, amount) VALUES (:account, :period, :guild_id, :amount)
        ON CONFLICT (account, period) DO UPDATE SET amount = allowance.amount + :amount
    """,
    "clear": "DELETE FROM allowance WHERE account = :account AND period = :period",
}

_HISTORY = """
SELECT id, account, kind, amount, by_id, at_ms, guild_id, period FROM decision
WHERE guild_id = :guild_id ORDER BY id DESC LIMIT :limit
"""

_HISTORY_OF_HOST = """
SELECT id, account, kind, amount, by_id, at_ms, guild_id, period FROM decision
WHERE guild_id IS NULL ORDER BY id DESC LIMIT :limit
"""
