"""
/quota: what limits are, and how people change them.

Hides how an override, a grant and a cap are kept. Promises: every change is journalled with who and when,
the same wish said twice counts once, and it counts from the next hold on.
"""

from dataclasses import dataclass
from typing import Literal

from bot.database import Database, Tx
from bot.desk.payers import Payer, Payers
from bot.ledger import Allowance, Decision, Ledger, Limits, limit_of
from bot.ledger.binding import Lost
from bot.outcome import Scope
from bot.quota import Month, Usage, confirmation, guild_account, moment_of, month_of


@dataclass(frozen=True, slots=True)
class Balance:
    """
    How an account stands against its limit this month: milliseconds, or micro-dollars where `money`.

    `account` is named by the functions of `bot.quota`.
    """

    account: str
    money: bool
    usage: Usage
    month_name: str
    resets_at_ms: int


@dataclass(frozen=True, slots=True)
class Quota:
    """
    A guild's standing, the host's, all that people decided, and the latest decisions, newest first.

    `caused` is what all calls for the guild's notes came to; `shared` how the limits stand that many share: with a
    guild the one it is under, none if the host has confirmed it.
    `lost`: limits of forgotten members that nobody can match to anybody any more.
    """

    month: Month
    guild: Balance | None
    caused: Balance | None
    shared: tuple[Balance, ...]
    host: tuple[Balance, ...]
    allowances: tuple[Allowance, ...]
    history: tuple[Decision, ...]
    lost: Lost | None = None


class Quotas:
    """The verbs of /quota. `at` is the snowflake of the wish, `by_id` whose it is (0: the command line)."""

    def __init__(self, database: Database, ledger: Ledger, limits: Limits, payers: Payers) -> None:
        self._database = database
        self._ledger = ledger
        self._limits = limits
        self._payers = payers

    async def show(self, guild_id: int | None, *, at: int, decisions: int = 10) -> Quota:
        """How things stand; with no guild only the host's side."""
        async with self._database.tx() as tx:
            month = await self._payers.month(tx, guild_id, at)
            legs = await self._payers.limits(tx, Payer(at, guild_id, 0))
            if guild_id is None:
                legs = (*(leg for leg in legs if leg.scope is Scope.HOST), *await self._payers.shared(tx, at))
            standings = []
            for leg in legs:
                usage = await self._ledger.usage(tx, leg.account, leg.period, default_limit=leg.limit)
                standings.append(Balance(leg.account, leg.money, usage, leg.period, leg.resets_at_ms))
            return Quota(
                month=month,
                guild=next((one for one in standings if one.account == f"guild:{guild_id}"), None),
                caused=next((one for one in standings if one.account == f"caused:guild:{guild_id}"), None),
                shared=tuple(one for one in standings if one.account.startswith("shared:")),
                host=tuple(one for one in standings if one.account.startswith("host:")),
                allowances=await self._limits.of_guild(tx, guild_id) if guild_id is not None else (),
                history=await self._limits.history(tx, guild_id, limit=decisions),
                lost=None if guild_id is None else await self._limits.lost(tx, guild_id, month.name),
            )

    async def bound(self, guild_id: int, *, at: int) -> int:
        """What the host allows a guild this month, in milliseconds, whatever its managers chose below that."""
        async with self._database.tx() as tx:
            month = await self._payers.month(tx, guild_id, at)
            found = await self._limits.of(tx, [guild_account(guild_id)], [month.name])
        return limit_of(found, guild_account(guild_id), month.name, self._payers.default_ms) or 0

    async def has_cap(self, account: str, *, guild_id: int | None, at: int) -> bool:
        """Whether the account of a member or a role may use less than the guild: by its own cap, or everybody's."""
        kind, *ids = account.split(":")
        of = int(ids[-1])
        payer = Payer(at, guild_id, of) if kind == "member" else Payer(at, guild_id, 0, (of,))
        async with self._database.tx() as tx:
            legs = await self._payers.limits(tx, payer)
        # A member who was forgotten draws on an account of another name.
        return any(leg.account == account or (kind == "member" and leg.scope is Scope.MEMBER) for leg in legs)

    async def limit(self, account: str, amount: int | None, *, guild_id: int | None, by_id: int, at: int) -> bool:
        """
        What every month may hold, for an account of `guild_id` or of the host; None goes back to the default.

        A host who sets a guild's limit confirms it.

        `own_limit(guild)` is for a guild's managers, who may only lower; `member_account(guild, None)` is every
        member without a limit of their own. False: that wish was heard before.
        """
        kind, kept = ("clear", 0) if amount is None else ("limit", amount)
        decision = Decision(at, account, kind, kept, by_id, moment_of(at), guild_id)  # type: ignore[arg-type]
        async with self._database.tx() as tx:
            if guild_id is not None and account == guild_account(guild_id) and amount is not None:
                await self._limits.decide(tx, _confirmed(guild_id, by_id=by_id, at=at, is_so=True))
            return await self._limits.decide(tx, decision)

    async def confirm(self, guild_id: int, *, is_so: bool, by_id: int, at: int) -> bool:
        """
        The host knows a guild (or, `is_so` False, takes that back): it is not under the limit strangers share.

        False: that wish was heard before. What the settings name stays confirmed.
        """
        async with self._database.tx() as tx:
            return await self._limits.decide(tx, _confirmed(guild_id, by_id=by_id, at=at, is_so=is_so))

    async def confirmed(self, *, unlisted: bool = False) -> tuple[int, ...]:
        """Every guild that is confirmed in the books; `unlisted`: those an upgrade confirmed, once."""
        async with self._database.tx() as tx:
            return await self._limits.confirmed(tx, unlisted=unlisted)

    async def grant(self, account: str, amount: int, *, guild_id: int | None, by_id: int, at: int) -> bool:
        """Give an account more for the running month alone; False: that wish was heard before."""
        async with self._database.tx() as tx:
            period = await self._month(tx, account, guild_id, at)
            decision = Decision(at, account, "grant", amount, by_id, moment_of(at), guild_id, period)
            return await self._limits.decide(tx, decision)

    async def take_back(self, account: str, *, guild_id: int | None, by_id: int, at: int) -> bool:
        """Take all back that was granted an account for the running month; False: that wish was heard before."""
        async with self._database.tx() as tx:
            period = await self._month(tx, account, guild_id, at)
            decision = Decision(at, account, "clear", 0, by_id, moment_of(at), guild_id, period)
            return await self._limits.decide(tx, decision)

    async def _month(self, tx: Tx, account: str, guild_id: int | None, at: int) -> str:
        """The running month of an account: the host's is UTC's."""
        month = month_of(at, "UTC") if account.startswith("host:") else await self._payers.month(tx, guild_id, at)
        return month.name


def _confirmed(guild_id: int, *, by_id: int, at: int, is_so: bool) -> Decision:
    kind: Literal["limit", "clear"] = "limit" if is_so else "clear"
    return Decision(at, confirmation(guild_id), kind, int(is_so), by_id, moment_of(at), guild_id)
