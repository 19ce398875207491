"""The picture of a month: whole, legible, and drawn by a process that is gone afterwards."""

import io
import itertools
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.image import imread
from matplotlib.text import Text

from bot.chart import Chart, Painter, described
from bot.chart.drawing import HEIGHT_PX, WIDTH_PX, figure, png
from bot.chart.month import decode, encode
from bot.words import Words
from tests.pictures import FOLDER, example

MINUTE_MS = 60_000
EMPTY = Chart("en", "2026-02", (0,) * 28, 60 * MINUTE_MS, today=1)
MONTHS = {
    "lively": example("en"),
    "korean": example("ko"),
    "nothing used": EMPTY,
    "no minutes at all": replace(EMPTY, limit_ms=0),
    "a huge server": replace(
        example("en"),
        month="2026-09",
        days_ms=(90 * 60 * MINUTE_MS,) * 30,
        limit_ms=10_000_000 * MINUTE_MS,
        today=30,
        total_ms=2700 * 60 * MINUTE_MS,
        runs_out=None,
    ),
    "all on the first day": Chart(
        "en", "2026-12", (61 * MINUTE_MS, *(0,) * 30), 60 * MINUTE_MS, 2, 945 * MINUTE_MS, runs_out=2
    ),
    "over, in Korean": Chart("ko", "2026-12", tuple(range(0, 31_000, 1000)), 600 * MINUTE_MS),
}


def shown(chart: Chart) -> list[Text]:
    """All that is written on the picture."""
    made = figure(chart)
    assert isinstance(made.canvas, FigureCanvasAgg)
    made.savefig(io.BytesIO())  # a letter the font lacks is a warning, and so an error here
    found = [*made.texts]
    for axes in made.axes:
        found += axes.texts
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            found += [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
    return [text for text in found if text.get_text()]


@pytest.mark.parametrize("chart", MONTHS.values(), ids=MONTHS.keys())
def test_every_word_is_whole_and_free(chart: Chart) -> None:
    """No label leaves the picture or lies on another, in either language, however much or little was used."""
    texts = shown(chart)

    assert len(texts) > 8
    for text in texts:
        box = text.get_window_extent()
        assert 0 <= box.x0 < box.x1 <= WIDTH_PX, text.get_text()
        assert 0 <= box.y0 < box.y1 <= HEIGHT_PX, text.get_text()
    for one, other in itertools.combinations(texts, 2):
        assert not one.get_window_extent().overlaps(other.get_window_extent()), (one.get_text(), other.get_text())


def test_letters_are_large() -> None:
    """On a phone, where the picture is 380 points wide, every letter still has at least 9."""
    sizes = [text.get_fontproperties().get_size_in_points() * 100 / 72 for text in shown(example("ko"))]

    assert min(sizes) * 380 / WIDTH_PX >= 9


@pytest.mark.parametrize("locale", Words.locales)
def test_the_pictures_in_the_docs_are_todays(locale: str) -> None:
    """What docs/ shows is what the bot draws: `python -m tests.pictures` makes it anew."""
    kept = imread(FOLDER / f"usage-{locale}.png")
    drawn = imread(io.BytesIO(png(example(locale))))

    assert kept.shape == drawn.shape == (HEIGHT_PX, WIDTH_PX, 4)
    assert np.abs(kept - drawn).mean() < 0.01, "another version of the library may smooth edges differently"


def contrast(one: str, other: str) -> float:
    """How well two colours differ in lightness (WCAG 2.2, "contrast ratio"): 1 to 21."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    brighter, darker = sorted((light(one), light(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def test_lines_and_words_stand_out_from_the_ground() -> None:
    """All that is drawn differs from the ground in lightness by 4.5 to 1, so no colour vision is needed to see it."""
    ground = "#1E2127"
    colours = {str(text.get_color()) for text in shown(example("en"))}
    lines = {str(line.get_color()) for axes in figure(example("en")).axes for line in axes.lines}

    assert colours | lines >= {"#F2F3F5", "#E69F00", "#F0E442"}
    assert all(contrast(colour, ground) >= 4.5 for colour in colours | lines | {"#56B4E9"})


def test_nothing_is_told_by_colour_alone() -> None:
    """The sum, its forecast and the limit differ in their strokes; today's bar is hatched."""
    above, below = figure(example("en")).axes
    strokes = [(line.get_linestyle(), line.get_marker()) for line in above.lines]

    assert len(set(strokes)) >= 3, strokes
    assert [bar.get_hatch() for bar in below.patches].count("///") == 1


async def test_a_picture_is_drawn_by_another_process(tmp_path: Path) -> None:
    """The bot gets a PNG of 1000 by 560 pixels, which says what it shows, from a process that knows no secret."""
    picture = await Painter(tmp_path).png(example("ko"))

    assert picture is not None
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (WIDTH_PX, HEIGHT_PX)
    assert described(example("ko")).encode() in picture


async def test_a_drawing_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    """After the deadline there is no picture, no error, and no process."""
    assert await Painter(tmp_path, deadline_s=0.01).png(example("en")) is None


async def test_a_drawing_that_fails_is_no_picture(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A month that cannot be drawn leaves a line in the log, and the numbers come without a picture."""
    assert await Painter(tmp_path).png(replace(example("en"), month="2026-13")) is None
    assert "chart_failed" in {getattr(record, "action", "") for record in caplog.records}


def test_a_chart_reaches_the_other_process_unchanged() -> None:
    """What is drawn is what was asked for."""
    for chart in MONTHS.values():
        assert decode(encode(chart)) == chart


def test_who_cannot_see_the_picture_reads_it() -> None:
    """Its description names the month, what was used of how much, the busiest day and the forecast, within limits."""
    assert described(example("en")) == (
        "Chart for November 2026: 39 of 50 minutes used. Most on day 12: 5.1 minutes. "
        "Forecast for the end of the month: 61 minutes."
    )
    assert described(example("ko")) == (
        "2026년 11월 그래프: 50분 중 39분 사용. 가장 많이 쓴 날은 12일, 5.1분. 월말 예상 사용량 61분."
    )
    assert "Most" not in described(EMPTY)
    one = replace(EMPTY, days_ms=(60_000, *EMPTY.days_ms[1:]), limit_ms=60_000, total_ms=60_000)
    assert described(replace(one, locale="en")).endswith(
        ": 1 of 1 minute used. Most on day 1: 1 minute. Forecast for the end of the month: 1 minute."
    )
    assert all(len(described(chart)) < 256 for chart in MONTHS.values()), "Discord: at most 256 letters in a gallery"
