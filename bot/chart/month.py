"""What a picture shows, and the same in words for who cannot see it."""

import json
from dataclasses import asdict, dataclass
from itertools import accumulate

from bot.words import Words

_MINUTE_MS = 60_000
_HOUR_MINUTES = 60
_MANY_MINUTES = 600  # from here on people count in hours


@dataclass(frozen=True, slots=True)
class Chart:
    """
    One month of one account, in milliseconds: `days_ms` has a number for each day of the month.

    `today` counts from 1 and is None once the month is over; `total_ms` is the forecast for its end, if there
    is one, and `runs_out` the day on which it reaches the limit.
    """

    locale: str
    month: str
    days_ms: tuple[int, ...]
    limit_ms: int
    today: int | None = None
    total_ms: int | None = None
    runs_out: int | None = None

    @property
    def sums_ms(self) -> list[int]:
        """What the days add up to, day by day, as far as the month has come."""
        return list(accumulate(self.days_ms[: self.today]))

    @property
    def used_ms(self) -> int:
        """The whole month so far."""
        return sum(self.days_ms)


def encode(chart: Chart) -> bytes:
    """One JSON object, for another process."""
    return json.dumps(asdict(chart)).encode()


def decode(order: bytes) -> Chart:
    """The chart that `encode` wrote."""
    fields = json.loads(order)
    return Chart(**{**fields, "days_ms": tuple(fields["days_ms"])})


def title(month: str, words: Words) -> str:
    """A month's name as people say it: November 2026, 2026년 11월."""
    year, number = month.split("-")
    return words("month.of_year", month=words(f"month.{int(number)}"), year=year)


def unit(most_ms: int) -> tuple[str, int]:
    """In what to count so that the numbers stay short: the keys of the unit's texts, and its milliseconds."""
    if most_ms > _MANY_MINUTES * _MINUTE_MS:
        return "chart.hours", _HOUR_MINUTES * _MINUTE_MS
    return "chart.minutes", _MINUTE_MS


def count(ms: int, size_ms: int) -> str:
    """A number of units with a decimal where it says something."""
    value = ms / size_ms
    return f"{value:,.0f}" if value >= 10 or ms % size_ms == 0 else f"{value:.1f}"  # noqa: PLR2004 -- two digits do


def described(chart: Chart) -> str:
    """The picture in one or two sentences."""
    words = Words(chart.locale)
    name, size_ms = unit(max(chart.used_ms, chart.limit_ms))
    told = [
        words(
            f"{name}.described",
            month=title(chart.month, words),
            used=count(chart.used_ms, size_ms),
            limit=count(chart.limit_ms, size_ms),
        )
    ]
    if chart.used_ms:
        most_ms = max(chart.days_ms)
        name, day_size_ms = unit(most_ms)
        busiest = chart.days_ms.index(most_ms) + 1
        told.append(words(f"{name}.busiest", day=busiest, most=count(most_ms, day_size_ms)))
    if chart.total_ms is not None:
        name, size_ms = unit(chart.total_ms)
        told.append(words(f"{name}.expected", total=count(chart.total_ms, size_ms)))
    return " ".join(told)
