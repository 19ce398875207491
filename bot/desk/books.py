"""What the books say, for people who ask: read-only."""

from dataclasses import dataclass

from bot.database import Database
from bot.desk.rules import Rules
from bot.ledger import Ledger
from bot.notes import Notes
from bot.outcome import Outcome, decode
from bot.quota import Month, Usage, month_of

_REFUSALS = 5


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


class Books:
    """Reports over ledger and inbox."""

    def __init__(self, database: Database, ledger: Ledger, notes: Notes, rules: Rules) -> None:
        self._database = database
        self._ledger = ledger
        self._notes = notes
        self._rules = rules

    async def of_guild(self, guild_id: int, *, at: int) -> GuildMonth:
        """The month of the snowflake `at`; the cost is what the used minutes come to at the model's price."""
        leg = self._rules.guild_leg(at, guild_id, 0, 0)
        month = month_of(at, self._rules.zone)
        async with self._database.tx() as tx:
            usage = await self._ledger.usage(tx, leg.account, leg.period, default_limit=leg.limit)
            rows = await self._notes.refusals(tx, guild_id, limit=_REFUSALS)
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
        )
