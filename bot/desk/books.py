"""What the books say, for people who ask: read-only."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.database import Database, Tx
from bot.desk.payers import Payer, Payers
from bot.desk.rules import Rules
from bot.ledger import Account, Expense, Expenses, Ledger, Limits, Saved, Share, limit_of
from bot.ledger.expenses import By
from bot.notes import Notes
from bot.outcome import Outcome, Scope, decode
from bot.quota import Month, Usage, guild_account

_REFUSALS = 5
_RANKS = list(Scope)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One note that was turned away."""

    member_id: int
    at_ms: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class GuildMonth:
    """A guild's month: milliseconds in `usage`, prices in micro-dollars, the newest refusal first."""

    usage: Usage
    month: Month
    usd_micros_per_minute: int
    model: str
    refusals: tuple[Refusal, ...]
    saved: tuple[Saved, ...] = ()


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

    async def of_guild(self, guild_id: int, *, at: int) -> GuildMonth:
        """The month of the snowflake `at`; the cost is what the used minutes come to at the model's price."""
        account = guild_account(guild_id)
        async with self._database.tx() as tx:
            legs = await self._payers.limits(tx, Payer(at, guild_id, 0))
            leg = next(leg for leg in legs if leg.account == account)
            month = await self._payers.month(tx, guild_id, at)
            usage = await self._ledger.usage(tx, leg.account, leg.period, default_limit=leg.limit)
            rows = await self._notes.refusals(tx, guild_id, limit=_REFUSALS)
            saved = await self._expenses.saved(tx, account, month.name)
        return GuildMonth(
            usage=usage,
            month=month,
            usd_micros_per_minute=self._rules.usd_micros_per_minute,
            model=self._rules.model,
            refusals=tuple(
                Refusal(row["member_id"], row["at_ms"], decode(row["detail"]))
                for row in rows
                if row["at_ms"] >= month.starts_ms
            ),
            saved=saved,
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

    async def _lines(self, tx: Tx, accounts: Sequence[Account], period: str) -> list[GuildLine]:
        found = await self._limits.of_all(tx, period)
        lines = []
        for account in accounts:
            guild_id = int(account.account.partition(":")[2])
            limit = limit_of(found, account.account, period, self._rules.guild_ms, guild_id=guild_id)
            lines.append(GuildLine(guild_id, limit or 0, account))
        return lines
