"""
Whose month, how much is left, what a minute costs: arithmetic.

Hides the calendar (time zones, months of 28 to 31 days, clocks that change at midnight) and the
rounding of prices. Promises: pure; whole numbers only (milliseconds, micro-dollars); nothing is
ever rounded down to free.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.outcome import Scope

DISCORD_EPOCH_MS = 1_420_070_400_000  # Discord: "Snowflakes", the first second of 2015
_TIMESTAMP_SHIFT = 22  # Discord: "Snowflake ID Format Structure", timestamp in bits 63 to 22


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month in some time zone: its name ("2026-11") and its two ends."""

    name: str
    starts_ms: int
    ends_ms: int


@dataclass(frozen=True, slots=True)
class Usage:
    """One account in one month, in milliseconds or micro-dollars."""

    limit: int
    committed: int
    held: int

    @property
    def left(self) -> int:
        """What a new note may still take; 0 when a lowered limit lies below what is used."""
        return max(0, self.limit - self.committed - self.held)


@dataclass(frozen=True, slots=True)
class Leg:
    """
    One balance a charge draws on: `amount` of `limit` in one month's account.

    A leg in money pays for calls when they start; a leg in time pays for what was heard.
    """

    scope: Scope
    account: str
    period: str
    money: bool
    limit: int
    amount: int
    resets_at_ms: int


def snowflake_at(moment_ms: int) -> int:
    """The smallest id Discord could have made at that moment."""
    return max(0, moment_ms - DISCORD_EPOCH_MS) << _TIMESTAMP_SHIFT


def moment_of(snowflake: int) -> int:
    """When Discord made this id, in milliseconds since 1970."""
    return (snowflake >> _TIMESTAMP_SHIFT) + DISCORD_EPOCH_MS


def month_of(snowflake: int, zone: str) -> Month:
    """The month, in that IANA time zone, in which Discord made this id."""
    local = datetime.fromtimestamp(moment_of(snowflake) / 1000, tz=UTC).astimezone(ZoneInfo(zone))
    first = datetime(local.year, local.month, 1, tzinfo=ZoneInfo(zone))
    following = (first.replace(tzinfo=None) + timedelta(days=31)).replace(day=1, tzinfo=ZoneInfo(zone))
    return Month(f"{first:%Y-%m}", _milliseconds(first), _milliseconds(following))


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def price_usd_micros(ms: int, usd_micros_per_minute: int) -> int:
    """The provider's price of one call: started seconds, rounded up to a whole micro-dollar."""
    seconds = -(-ms // 1000)
    return -(-seconds * usd_micros_per_minute // 60)
