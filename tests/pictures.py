"""
The charts docs/ shows: `python -m tests.pictures` draws them anew.

A month as a lively server has it, in both languages; tests/test_chart.py fails when a picture is stale.
"""

from pathlib import Path

from bot.chart import Chart
from bot.chart.drawing import png

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
_MINUTE_MS = 60_000
_SECONDS = (55, 140, 0, 210, 95, 30, 170, 122, 260, 18, 0, 305, 190, 75, 240, 66, 150, 0, 201)


def example(locale: str) -> Chart:
    """The nineteenth of November in a server that will have used its hour up on the 25th."""
    seconds = _SECONDS + (0,) * (30 - len(_SECONDS))
    return Chart(
        locale=locale,
        month="2026-11",
        days_ms=tuple(each * 1000 for each in seconds),
        limit_ms=50 * _MINUTE_MS,
        today=19,
        total_ms=sum(_SECONDS) * 1000 * 30 // 19,
        runs_out=25,
    )


if __name__ == "__main__":
    for locale in ("en", "ko"):
        (FOLDER / f"usage-{locale}.png").write_bytes(png(example(locale)))
