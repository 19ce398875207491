"""The pages of /usage: what adds up, what is saved, what is refused, what is one's own."""

import pytest

from bot.outcome import Gone, Outcome, OverQuota, Scope, TooBig, TooLong, TooMany
from bot.quota import Forecast, Month, Usage
from bot.reply import Part, Refusal, csv_bytes, own_text, parts_text, usage_text
from bot.words import Words
from tests.test_reply import RESETS_MS, units

REFUSED: list[Outcome] = [
    TooLong(3_600_400, 3_600_000),
    TooBig(123_456_789, 104_857_600),
    TooMany(Scope.MEMBER, 42_000),
    OverQuota(Scope.GUILD, 65_000, 30_000, money=False, resets_at_ms=RESETS_MS),
]
MONTH = Month("2026-11", 0, RESETS_MS)
NOW = RESETS_MS - 6 * 86_400_000
USAGE = Usage(limit=7_200_000, committed=6_000_000, held=30_000)
TIGHTEST = 4000  # Discord: "Text Display", all of a message's together


def text(locale: str = "en", usage: Usage = USAGE, **more: object) -> str:
    """The overview of that month."""
    facts: dict[str, object] = {
        "month": MONTH,
        "now_ms": NOW,
        "model": "whisper-1",
        "cost_usd_micros": 1_612_345,
        "usd_micros_per_minute": 6000,
    }
    return usage_text(Words(locale), usage=usage, **{**facts, **more})  # type: ignore[arg-type]


def test_the_page_of_usage() -> None:
    """Used, held and left, the next month, the forecast, savings, the last five refusals, and what the host pays."""
    page = text(
        forecast=Forecast(7_500_000, NOW + 86_400_000),
        saved=[Part("Repeat", 3, 240_000), Part("Silence", 1, 3_000)],
        refusals=[Refusal(1_764_000_000_000, 77, outcome) for outcome in REFUSED] + [Refusal(0, None, Gone())] * 9,
        policy_url="https://example.org/billing",
    )

    assert page.splitlines() == [
        "### Transcription in November 2026",
        "Used: 1 hour 40 minutes of 2 hours",
        "Held for notes in work: 30 seconds",
        "Left: 19 minutes 30 seconds",
        f"Starts anew: <t:{RESETS_MS // 1000}:D> (<t:{RESETS_MS // 1000}:R>)",
        f"At this pace used up on <t:{(NOW + 86_400_000) // 1000}:D> (2 hours 5 minutes by the end of the month)",
        "Saved: 3 repeats (4 minutes), 1 silent note (3 seconds)",
        "",
        "Last refusals:",
        "- <t:1764000000:R>, <@77>: too long (1 hour 1 second, limit 1 hour)",
        "- <t:1764000000:R>, <@77>: too big (117.8 MB, limit 100 MB)",
        "- <t:1764000000:R>, <@77>: too many notes at once",
        "- <t:1764000000:R>, <@77>: not enough left of the server's month (needed 1 minute 5 seconds, left 30 seconds)",
        "- <t:0:R>: deleted before I could listen",
        "",
        "Cost so far to the people who run the bot: $1.61 (whisper-1, $0.006 a minute)",
        "-# " + Words("en")("usage.apart"),
        "-# [How minutes are counted](https://example.org/billing)",
    ]


def test_three_seconds_cost_something() -> None:
    """A month with one short note does not read $0.00, and a month without refusals says so."""
    page = text("ko", Usage(limit=3_600_000, committed=3_000, held=0), cost_usd_micros=225, usd_micros_per_minute=4500)

    assert "지금까지 낸 비용: $0.000225(whisper-1, 1분에 $0.0045)" in page
    assert "처리하지 못한 음성은 없어요" in page


@pytest.mark.parametrize(
    ("usage", "forecast", "now_ms", "told"),
    [
        (USAGE, Forecast(7_000_000, None), NOW, "At this pace: 1 hour 56 minutes 40 seconds by the end of the month"),
        (USAGE, None, NOW, "nothing to foresee yet"),
        (Usage(1, 1, 0), Forecast(2, NOW), NOW, "Used up: further notes are refused"),
        (USAGE, None, RESETS_MS, "This month ended on"),
    ],
    ids=["enough", "too early", "used up", "over"],
)
def test_what_comes_next_is_said(usage: Usage, forecast: Forecast | None, now_ms: int, told: str) -> None:
    """Whether it will last, has run out, cannot be told, or is over: one sentence each."""
    assert told in text(usage=usage, forecast=forecast, now_ms=now_ms)


@pytest.mark.parametrize("locale", Words.locales)
@pytest.mark.parametrize("by", ["member", "channel", "day"])
def test_the_longest_page_fits(locale: str, by: str) -> None:
    """A server of a thousand members, or 31 busy days, fits into one message; what is left out is counted."""
    ids = range(1, 32) if by == "day" else range(10**18, 10**18 + 1000)
    page = parts_text(Words(locale), "2026-10", by, [Part(each, 99_999, 360_000_000, 123_456_789) for each in ids])

    assert units(page) < TIGHTEST
    assert ("980" in page) == (by != "day")


def test_parts_are_named() -> None:
    """Members and channels are mentioned, days named, and what belongs to nobody known says so; an empty month too."""
    words = Words("en")
    part = "1 minute · 2 notes · $0.01"

    assert f"- <@7>: {part}" in parts_text(words, "2026-11", "member", [Part(7, 2, 60_000, 10_000)])
    assert f"- <#7>: {part}" in parts_text(words, "2026-11", "channel", [Part(7, 2, 60_000, 10_000)])
    assert f"- November 7: {part}" in parts_text(words, "2026-11", "day", [Part(7, 2, 60_000, 10_000)])
    assert f"- unknown: {part}" in parts_text(words, "2026-11", "member", [Part(None, 2, 60_000, 10_000)])
    assert "Nothing was heard" in parts_text(words, "2026-11", "day", [])


def test_a_member_reads_their_own_share() -> None:
    """What they used, each cap that binds them, and the strictest remainder; nothing of anybody else."""
    page = own_text(
        Words("en"),
        month=MONTH,
        used_ms=61_000,
        notes=2,
        caps=[(Scope.MEMBER, None, Usage(600_000, 61_000, 0)), (Scope.ROLE, 5, Usage(1_200_000, 1_000_000, 50_000))],
        left_ms=150_000,
        is_guild=True,
    )

    assert page.splitlines()[1:5] == [
        "You used: 1 minute 1 second (2 notes)",
        "Your share: 1 minute 1 second of 10 minutes",
        "Share of <@&5>: 17 minutes 30 seconds of 20 minutes",
        "Left to you here: 2 minutes 30 seconds",
    ]


def test_a_share_that_was_set_later_says_so() -> None:
    """A share counts from when it was set: beside what was used before, its own count is told as such."""
    caps = [(Scope.MEMBER, None, Usage(60_000, 0, 0))]
    page = own_text(Words("en"), month=MONTH, used_ms=5_000, notes=1, caps=caps, left_ms=60_000, is_guild=True)

    assert page.splitlines()[1:3] == [
        "You used: 5 seconds (1 note)",
        "Your share, counted since it was set: 0 seconds of 1 minute",
    ]


def test_a_table_holds_no_formula() -> None:
    """What a spreadsheet would calculate comes as text; Hangul survives Excel."""
    table = csv_bytes(["name", "n"], [("=1+1", 2), ("미나", -3)])

    assert table.startswith(b"\xef\xbb\xbf")
    assert table.decode("utf-8-sig").splitlines() == ["name,n", "'=1+1,2", "미나,-3"]
