"""Months, prices and what is left."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.quota import (
    DISCORD_EPOCH_MS,
    Forecast,
    Month,
    Usage,
    Zone,
    days_in,
    forecast,
    moment_of,
    month_in,
    month_of,
    price_usd_micros,
    snowflake_at,
)

ZONES = [
    "UTC",
    "Asia/Seoul",
    "America/New_York",
    "Pacific/Kiritimati",
    "Pacific/Apia",  # has skipped a whole day
    "America/Asuncion",  # changes its clocks at midnight
    "Asia/Beirut",  # the same, backwards
    "Africa/Casablanca",
]


def snowflake(moment: datetime) -> int:
    """An id that Discord would make at that moment."""
    return (round(moment.timestamp() * 1000) - DISCORD_EPOCH_MS) << 22


def test_discords_own_example_of_a_snowflake() -> None:
    """The id in Discord's documentation was made on 30 April 2016 at 11:18:25.796 UTC."""
    assert moment_of(175928847299117063) == 1_462_015_105_796


@pytest.mark.parametrize(
    ("moment", "zone", "name"),
    [
        (datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC), "UTC", "2026-11"),
        (datetime(2026, 12, 1, tzinfo=UTC), "UTC", "2026-12"),
        (datetime(2026, 11, 30, 15, tzinfo=UTC), "Asia/Seoul", "2026-12"),
        (datetime(2027, 1, 1, 4, 59, tzinfo=UTC), "America/New_York", "2026-12"),
    ],
)
def test_the_month_is_that_of_the_guilds_clock(moment: datetime, zone: str, name: str) -> None:
    """A note belongs to the month that the guild's calendar shows."""
    assert month_of(snowflake(moment), zone).name == name


def test_a_month_knows_when_it_resets() -> None:
    """November in New York ends at its own midnight, an hour later than it began."""
    month = month_of(snowflake(datetime(2026, 11, 15, tzinfo=UTC)), "America/New_York")

    assert month.starts_ms == round(datetime(2026, 11, 1, 4, tzinfo=UTC).timestamp() * 1000)
    assert month.ends_ms == round(datetime(2026, 12, 1, 5, tzinfo=UTC).timestamp() * 1000)


@given(
    moment=st.datetimes(datetime(2015, 1, 2), datetime(2099, 1, 1)).map(lambda m: m.replace(tzinfo=UTC)),  # noqa: DTZ001  # made aware at once
    zone=st.sampled_from(ZONES),
)
def test_every_moment_lies_in_exactly_one_month(moment: datetime, zone: str) -> None:
    """Months of a zone follow one another without a gap, whatever its clocks do."""
    month = month_of(snowflake(moment), zone)
    following = month_of(((month.ends_ms - DISCORD_EPOCH_MS) << 22), zone)

    assert month.starts_ms <= moment_of(snowflake(moment)) < month.ends_ms
    assert month.name == f"{moment.astimezone(ZoneInfo(zone)):%Y-%m}"
    assert following.starts_ms == month.ends_ms
    assert following.name > month.name


@given(
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # in UTC below
    moves=st.lists(
        st.tuples(st.sampled_from(ZONES), st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1))),  # noqa: DTZ001  # in UTC below
        max_size=4,
    ),
)
def test_moving_makes_no_month_anew(moment: datetime, moves: list[tuple[str, datetime]]) -> None:
    """However often a guild changes its zone, months follow one another without a gap, each once, none skipped."""
    zones = [Zone("UTC", 0)]
    for name, when in sorted(moves, key=lambda move: move[1]):
        at_ms = snowflake(when.replace(tzinfo=UTC))
        zones = [zone for zone in zones if zone.from_ms <= moment_of(at_ms)]  # one that has not begun is replaced
        zones.append(Zone(name, month_in(at_ms, zones).ends_ms))

    month = month_in(snowflake(moment), zones)
    following, before = (month_in(snowflake_at(ms), zones) for ms in (month.ends_ms, month.starts_ms - 1))

    assert month.starts_ms <= moment_of(snowflake(moment)) < month.ends_ms
    assert (before.ends_ms, following.starts_ms) == (month.starts_ms, month.ends_ms)
    assert [_number(following) - _number(month), _number(month) - _number(before)] == [1, 1]


def _number(month: Month) -> int:
    year, number = map(int, month.name.split("-"))
    return 12 * year + number


@pytest.mark.parametrize(
    ("ms", "per_minute", "price"),
    [
        (60_000, 6_000, 6_000),
        (6_000_000, 6_000, 600_000),  # 100 minutes of the $0.006 model are $0.60
        (3_000, 6_000, 300),  # 3 seconds are never free
        (1, 6_000, 100),  # a started second counts whole
        (1_000, 1, 1),  # nothing is rounded down to free
        (0, 6_000, 0),
    ],
)
def test_a_call_costs_its_started_seconds(ms: int, per_minute: int, price: int) -> None:
    """The price is that of the started seconds, rounded up to a micro-dollar."""
    assert price_usd_micros(ms, per_minute) == price


def test_nothing_is_left_below_a_lowered_limit() -> None:
    """A limit lowered below what is used leaves nothing, not less than nothing."""
    assert Usage(limit=100, committed=40, held=20).left == 40
    assert Usage(limit=50, committed=40, held=20).left == 0


def at(day: int, hour: int = 0) -> int:
    """Milliseconds at that hour of November 2026 in UTC."""
    return round(datetime(2026, 11, day, hour, tzinfo=UTC).timestamp() * 1000)


NOVEMBER = month_of(snowflake_at(at(1)), "UTC")
HOUR_MS = 3_600_000


def test_a_pace_reaches_the_limit_on_a_day() -> None:
    """Half of the limit used when a third of the month is over: used up when two thirds are, and half as much again."""
    found = forecast(Usage(HOUR_MS, HOUR_MS // 2, 0), NOVEMBER, now_ms=at(11))

    assert found == Forecast(total=HOUR_MS * 3 // 2, runs_out_ms=at(21))


def test_a_slow_pace_never_reaches_the_limit() -> None:
    """Who uses a tenth in a third of the month has something left at its end."""
    found = forecast(Usage(HOUR_MS, HOUR_MS // 10, 0), NOVEMBER, now_ms=at(11))

    assert found == Forecast(total=HOUR_MS * 3 // 10, runs_out_ms=None)


def test_a_limit_that_is_passed_runs_out_now() -> None:
    """A limit lowered below what is used was reached no later than now."""
    found = forecast(Usage(HOUR_MS // 2, HOUR_MS, 0), NOVEMBER, now_ms=at(11))

    assert found is not None
    assert found.runs_out_ms == at(11)


@pytest.mark.parametrize(
    ("committed", "now_ms"),
    [(0, at(11)), (1, at(1, 23)), (1, at(30) + 24 * HOUR_MS), (1, at(1) - 1)],
    ids=["nothing used", "the first day", "the month is over", "before it began"],
)
def test_nobody_guesses(committed: int, now_ms: int) -> None:
    """There is no forecast where there is no pace."""
    assert forecast(Usage(HOUR_MS, committed, 0), NOVEMBER, now_ms=now_ms) is None


@given(limit=st.integers(0, 10**9), used=st.integers(1, 10**9), now_ms=st.integers(at(2), at(30)))
def test_a_forecast_is_consistent(limit: int, used: int, now_ms: int) -> None:
    """A month that runs out comes to its limit at least, one that does not to that at most, none to less than now."""
    found = forecast(Usage(limit, used, 0), NOVEMBER, now_ms=now_ms)

    assert found is not None
    assert found.total >= used
    if found.runs_out_ms is None:
        assert found.total <= limit + 1, "rounded up"
    else:
        assert found.total >= limit
        assert now_ms <= found.runs_out_ms < NOVEMBER.ends_ms


@pytest.mark.parametrize(("name", "days"), [("2026-02", 28), ("2028-02", 29), ("2026-04", 30), ("2026-12", 31)])
def test_a_month_has_its_days(name: str, days: int) -> None:
    """As many as its calendar page."""
    year, number = map(int, name.split("-"))

    assert days_in(month_of(snowflake(datetime(year, number, 10, tzinfo=UTC)), "Asia/Seoul")) == days
