"""What the books say, for people who ask: read-only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.database import Database, Tx
from bot.desk.payers import Payer, Payers
from bot.desk.rules import Rules
from bot.ledger import Account, Drift, Expense, Expenses, Ledger, Limits, Saved, Share, limit_of
from bot.ledger.expenses import By
from bot.notes import Notes
from bot.outcome import Outcome, Scope, decode
from bot.quota import (
    HOST_USD,
    Forecast,
    Month,
    Usage,
    caused_account,
    days_in,
    forecast,
    guild_account,
    moment_of,
    role_of,
    snowflake_at,
)

_REFUSALS = 5
_RANKS = list(Scope)
_OF_PEOPLE = (Scope.MEMBER, Scope.ROLE, Scope.GUILD, Scope.PERSONAL, Scope.CAUSED)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One note that was turned away."""

    member_id: int
    at_ms: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class GuildMonth:
    """
    A guild's month: milliseconds in `usage` and `days_ms`, money in micro-dollars, the newest refusal first.

    `caused` is what all calls for its notes came to, and may. `today` and `runs_out` are days of the month, from 1;
    `before` and `after` name the months one can turn to.
    """

    usage: Usage
    month: Month
    usd_micros_per_minute: int
    model: str
    refusals: tuple[Refusal, ...]
    saved: tuple[Saved, ...]
    days_ms: tuple[int, ...]
    cost_usd_micros: int
    today: int | None
    forecast: Forecast | None
    runs_out: int | None
    before: str | None = None
    after: str | None = None
    caused: Usage | None = None


@dataclass(frozen=True, slots=True)
class MemberMonth:
    """
    What a member used, the caps that bind them (a role's with its id), and what the strictest limit leaves; ms.

    `caused` is what all calls there came to, and may, in micro-dollars.
    """

    month: Month
    used_ms: int
    notes: int
    caps: tuple[tuple[Scope, int | None, Usage], ...]
    left_ms: int
    caused: Usage


@dataclass(frozen=True, slots=True)
class GuildLine:
    """One guild's month in the list of all guilds."""

    guild_id: int
    limit: int
    account: Account


class Books:
    """Reports over ledger and inbox."""

    def __init__(
        self, database: Database, ledger: Ledger, notes: Notes, rules: Rules, payers: Payers, limits: Limits
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._notes = notes
        self._rules = rules
        self._payers = payers
        self._limits = limits
        self._expenses = Expenses()

    async def of_guild(self, guild_id: int, *, at: int, name: str | None = None) -> GuildMonth:
        """
        The month of the snowflake `at`, or an earlier one called `name`; raises ValueError for a name that is none.

        An earlier month keeps the limit it ended with. The cost is what the calls of its notes came to.
        """
        account = guild_account(guild_id)
        async with self._database.tx() as tx:
            current = await self._payers.month(tx, guild_id, at)
            is_now = name in (None, current.name)
            month = current if is_now else await self._payers.month(tx, guild_id, _middle_of(name or ""))
            limits = {leg.account: leg.limit for leg in await self._payers.limits(tx, Payer(at, guild_id, 0))}
            accounts = {name: limits.get(name) if is_now else None for name in (account, caused_account(account))}
            usage, caused = [
                await self._ledger.usage(tx, name, month.name, default_limit=limit) for name, limit in accounts.items()
            ]
            going = forecast(usage, month, now_ms=moment_of(at)) if is_now else None
            runs_out_ms = going.runs_out_ms if going else None
            days = await self._expenses.shares(tx, account, month.name, "day")
            months = await self._expenses.months(tx, account)
            found = GuildMonth(
                usage=usage,
                caused=caused,
                month=month,
                usd_micros_per_minute=self._rules.usd_micros_per_minute,
                model=self._rules.model,
                refusals=await self._refusals(tx, guild_id, month),
                saved=await self._expenses.saved(tx, account, month.name),
                days_ms=_by_day(days, days_in(month)),
                cost_usd_micros=sum(share.usd_micros for share in days),
                today=await self._payers.day(tx, guild_id, at) if is_now else None,
                forecast=going,
                runs_out=await self._payers.day(tx, guild_id, snowflake_at(runs_out_ms)) if runs_out_ms else None,
            )
        names = sorted({current.name, *months})
        return replace(
            found,
            before=max((each for each in names if each < month.name), default=None),
            after=min((each for each in names if each > month.name), default=None),
        )

    async def of_member(
        self, guild_id: int | None, member_id: int, *, at: int, role_ids: Sequence[int] = ()
    ) -> MemberMonth:
        """What somebody used in a guild (None: by themselves) in the month of the snowflake `at`, and may still use."""
        payer = Payer(at, guild_id, member_id, tuple(role_ids))
        async with self._database.tx() as tx:
            month = await self._payers.month(tx, guild_id, at)
            legs = [leg for leg in await self._payers.limits(tx, payer) if leg.scope in _OF_PEOPLE]
            usages = [
                (leg, await self._ledger.usage(tx, leg.account, leg.period, default_limit=leg.limit)) for leg in legs
            ]
            shares = await self._expenses.shares(tx, payer.account, month.name, "member", member_id=member_id)
        return MemberMonth(
            month=month,
            used_ms=sum(share.billed_ms for share in shares),
            notes=sum(share.notes for share in shares),
            caps=tuple(
                (leg.scope, role_of(leg.account), usage)
                for leg, usage in usages
                if leg.scope in (Scope.MEMBER, Scope.ROLE)
            ),
            left_ms=min(usage.left for leg, usage in usages if not leg.money),
            caused=next(usage for leg, usage in usages if leg.money),
        )

    async def shares(
        self, account: str, period: str, by: By, *, limit: int = 1000, member_id: int | None = None
    ) -> tuple[Share, ...]:
        """
        One account's month by member, channel or day; by month: from that one on, newest first.

        `account` as the functions of `bot.quota` name it; `member_id` counts that member's notes alone.
        """
        async with self._database.tx() as tx:
            return await self._expenses.shares(tx, account, period, by, limit=limit, member_id=member_id)

    async def lines(self, account: str, period: str) -> tuple[Expense, ...]:
        """Every answered note of one account's month, for a table program."""
        async with self._database.tx() as tx:
            return await self._expenses.lines(tx, account, period)

    async def guilds(self, period: str) -> tuple[GuildLine, ...]:
        """Every guild that used or holds something in that month, the most used first, with its limit of now."""
        async with self._database.tx() as tx:
            accounts = await self._expenses.accounts(tx, period, rank=_RANKS.index(Scope.GUILD))
            return tuple(await self._lines(tx, accounts, period))

    async def host(self, period: str) -> Usage:
        """The host's month of that name (in UTC), in micro-dollars, with its limit of now."""
        async with self._database.tx() as tx:
            found = await self._limits.of_all(tx, period)
            limit = limit_of(found, HOST_USD, period, self._rules.host_usd_micros)
            return await self._ledger.usage(tx, HOST_USD, period, default_limit=limit)

    async def drift(self, period: str) -> Drift:
        """What the provider counted otherwise than we did in the host's month of that name."""
        async with self._database.tx() as tx:
            return await self._expenses.drift(tx, HOST_USD, period)

    async def _refusals(self, tx: Tx, guild_id: int, month: Month) -> tuple[Refusal, ...]:
        return tuple(
            Refusal(row["member_id"], row["at_ms"], decode(row["detail"]))
            for row in await self._notes.refusals(tx, guild_id, limit=_REFUSALS)
            if month.starts_ms <= row["at_ms"] < month.ends_ms
        )

    async def _lines(self, tx: Tx, accounts: Sequence[Account], period: str) -> list[GuildLine]:
        found = await self._limits.of_all(tx, period)
        lines = []
        for account in accounts:
            guild_id = int(account.account.partition(":")[2])
            limit = limit_of(found, account.account, period, self._rules.guild_ms, guild_id=guild_id)
            lines.append(GuildLine(guild_id, limit or 0, account))
        return lines


def _by_day(shares: Sequence[Share], days: int) -> tuple[int, ...]:
    billed = {share.of: share.billed_ms for share in shares}
    return tuple(billed.get(day, 0) for day in range(1, days + 1))


def _middle_of(name: str) -> int:
    """A snowflake that lies in the month of that name in every time zone."""
    middle = datetime.strptime(name, "%Y-%m").replace(day=15, tzinfo=UTC)
    return snowflake_at(round(middle.timestamp() * 1000))
