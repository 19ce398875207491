"""Months, prices and what is left."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.quota import DISCORD_EPOCH_MS, Usage, moment_of, month_of, price_usd_micros

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
