"""
Whose month, how much is left, what a minute costs: arithmetic.

Hides the calendar (time zones, months of 28 to 31 days, clocks that change at midnight) and the
rounding of prices. Promises: pure; whole numbers only (milliseconds, micro-dollars); nothing is
ever rounded down to free.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.outcome import Scope

DISCORD_EPOCH_MS = 1_420_070_400_000  # Discord: "Snowflakes", the first second of 2015
_DAY_MS = 86_400_000
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
class Forecast:
    """Where a month is going: its total at the pace so far, and when that reaches the limit, if it does."""

    total: int
    runs_out_ms: int | None


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
    alias: str = ""  # what a person's account is called once they are forgotten


def snowflake_at(moment_ms: int) -> int:
    """The smallest id Discord could have made at that moment."""
    return max(0, moment_ms - DISCORD_EPOCH_MS) << _TIMESTAMP_SHIFT


HOST_USD = "host:usd"
HOST_MS = "host:ms"


STRANGERS_USD, STRANGERS_MS = "shared:strangers", "shared:strangers:ms"
DIRECT_USD, DIRECT_MS = "shared:direct", "shared:direct:ms"


def caused_account(account: str) -> str:
    """What the calls for the notes of an account in minutes cost, a guild's or a person's own."""
    return f"caused:{account}"


def confirmation(guild_id: int) -> str:
    """Not an account, but where it is kept that the host has confirmed a guild."""
    return f"guild:{guild_id}:confirmed"


def guild_account(guild_id: int) -> str:
    """A guild's minutes, as far as the host lets it."""
    return f"guild:{guild_id}"


def own_limit(guild_id: int) -> str:
    """Not an account, but where the guild's own, lower limit is kept."""
    return f"guild:{guild_id}:own"


def personal_account(member_id: int) -> str:
    """The minutes of somebody who asks outside of guilds."""
    return f"personal:{member_id}"


def member_account(guild_id: int, member_id: int | None) -> str:
    """A member's share of a guild's minutes; None: where the limit of members without one of their own is kept."""
    return f"member:{guild_id}:{'*' if member_id is None else member_id}"


def role_account(guild_id: int, role_id: int) -> str:
    """What all people with a role may use together of a guild's minutes."""
    return f"role:{guild_id}:{role_id}"


def role_of(account: str) -> int | None:
    """The role whose account that is, if it is one's."""
    return int(account.rpartition(":")[2]) if account.startswith("role:") else None


def person_of(account: str) -> int | None:
    """
    The person whose account that is, a member's or one's own; None for what is nobody's, or was unnamed.

    What somebody's own notes cause is theirs as well.
    """
    kind, _, rest = account.removeprefix("caused:").partition(":")
    of = rest.rpartition(":")[2]
    return int(of) if kind in {"member", "personal"} and of.isdecimal() else None


def guild_of(account: str) -> int | None:
    """The guild of a member's or a role's account, also of one whose person was forgotten."""
    kind, _, rest = account.partition(":")
    return int(rest.partition(":")[0]) if kind in {"member", "role"} else None


def moment_of(snowflake: int) -> int:
    """When Discord made this id, in milliseconds since 1970."""
    return (snowflake >> _TIMESTAMP_SHIFT) + DISCORD_EPOCH_MS


def is_zone(name: str) -> bool:
    """Whether it is the IANA name of a time zone: one that means the same on every machine."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # unknown names, absolute paths, folders of the zone tree
        return False
    # What tzdata ships beside the zones: the machine's own, one for "not set", and trees that count leap seconds.
    return name not in {"localtime", "posixrules", "Factory"} and not name.startswith(("posix/", "right/"))


def month_of(snowflake: int, zone: str) -> Month:
    """The month, in that IANA time zone, in which Discord made this id."""
    local = datetime.fromtimestamp(moment_of(snowflake) / 1000, tz=UTC).astimezone(ZoneInfo(zone))
    first = datetime(local.year, local.month, 1, tzinfo=ZoneInfo(zone))
    following = (first.replace(tzinfo=None) + timedelta(days=31)).replace(day=1, tzinfo=ZoneInfo(zone))
    return Month(f"{first:%Y-%m}", _milliseconds(first), _milliseconds(following))


def days_in(month: Month) -> int:
    """How many days its calendar page shows."""
    year, number = map(int, month.name.split("-"))
    return monthrange(year, number)[1]


def forecast(usage: Usage, month: Month, *, now_ms: int) -> Forecast | None:
    """
    What the month comes to if it goes on like this: used / time passed, times the whole month.

    None where that would be guessing: nothing was used, the month is younger than a day, or over.
    """
    passed = now_ms - month.starts_ms
    if not usage.committed or passed < _DAY_MS or now_ms >= month.ends_ms:
        return None
    total = -(-usage.committed * (month.ends_ms - month.starts_ms) // passed)
    reached_ms = max(now_ms, month.starts_ms + usage.limit * passed // usage.committed)
    return Forecast(total, reached_ms if reached_ms < month.ends_ms else None)


@dataclass(frozen=True, slots=True)
class Zone:
    """Whose midnight counts, and from when on (milliseconds since 1970)."""

    name: str
    from_ms: int


def month_in(snowflake: int, zones: Sequence[Zone]) -> Month:
    """
    The month where the time zone changed over time; `zones` in the order of their beginnings, at least one.

    A zone begins where a month of the one before ends. If that moment still belongs to the same month
    in the new zone, the month goes on: nobody gets a month twice, and none is skipped.
    """
    index = _zone_at(moment_of(snowflake), zones)
    month = month_of(snowflake, zones[index].name)
    ends_ms = month.ends_ms
    for following in zones[index + 1 :]:
        if following.from_ms <= ends_ms:
            there = month_of(snowflake_at(following.from_ms), following.name)
            ends_ms = there.ends_ms if there.name <= month.name else following.from_ms
    return Month(month.name, _start_of(month, zones[: index + 1]), ends_ms)


def _start_of(month: Month, zones: Sequence[Zone]) -> int:
    """Where a month of the last of these zones really began: perhaps in the zone before."""
    *before, last = zones
    if not before or last.from_ms <= month.starts_ms:
        return month.starts_ms
    there = month_of(snowflake_at(last.from_ms - 1), before[-1].name)
    return _start_of(there, before) if there.name == month.name else last.from_ms


def day_of(snowflake: int, zones: Sequence[Zone]) -> int:
    """The day of that month, from 1."""
    at_ms = moment_of(snowflake)
    return datetime.fromtimestamp(at_ms / 1000, tz=ZoneInfo(zones[_zone_at(at_ms, zones)].name)).day


def _zone_at(at_ms: int, zones: Sequence[Zone]) -> int:
    return max((index for index, zone in enumerate(zones) if zone.from_ms <= at_ms), default=0)


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def caused_limit_usd_micros(limit_ms: int, usd_micros_per_minute: int) -> int:
    """What the calls for the notes of an account of `limit_ms` may cost in a month: 1.2 times its list price."""
    return max(0, limit_ms) * usd_micros_per_minute * 6 // (5 * 60_000)


def price_usd_micros(ms: int, usd_micros_per_minute: int) -> int:
    """The provider's price of one call: started seconds, rounded up to a whole micro-dollar."""
    seconds = -(-ms // 1000)
    return -(-seconds * usd_micros_per_minute // 60)
