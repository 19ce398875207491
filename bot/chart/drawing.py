"""
The drawing itself, by matplotlib: runs in a process of its own, a chart on stdin, a PNG on stdout.

Above, what the days add up to, against the limit; below, each day. The picture brings its own dark ground, so it
reads the same on Discord's dark and light theme. Nothing is told by colour alone: the limit is dashed and named, the
forecast dotted and named, bars are bars; the colours are Okabe and Ito's, which differ without colour vision too.
"""

import io
import sys
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bot.chart.month import Chart, count, decode, described, title, unit
from bot.words import Words

WIDTH_PX, HEIGHT_PX, _DPI = 1000, 560, 100
_GROUND, _INK, _GRID = "#1E2127", "#F2F3F5", "#4A4E57"
_BARS, _SUM, _LIMIT = "#56B4E9", "#E69F00", "#F0E442"  # Okabe and Ito (2008): sky blue, orange, yellow
_FONTS = Path(__file__).parent / "fonts"  # NanumSquare: Latin and all of Hangul; licence in OFL.txt
_SMALL, _TEXT, _TITLE = 18, 20, 24  # points; 20 are 28 of the picture's 1000 pixels, legible on a phone
_HEADROOM = 1.25  # free above the highest thing, for its name
_RUNAWAY = 1.8  # a forecast beyond so many limits leaves the picture at the top


def _font(size: float, *, bold: bool = False) -> FontProperties:
    return FontProperties(fname=_FONTS / f"NanumSquare{'B' if bold else 'R'}.ttf", size=size)


def figure(chart: Chart) -> Figure:
    """The month, laid out but not yet painted."""
    words = Words(chart.locale)
    made = Figure(figsize=(WIDTH_PX / _DPI, HEIGHT_PX / _DPI), dpi=_DPI, facecolor=_GROUND)
    FigureCanvasAgg(made)
    made.text(0.03, 0.96, title(chart.month, words), font=_font(_TITLE, bold=True), color=_INK, va="top")
    above = made.add_axes((0.085, 0.435, 0.885, 0.375))
    below = made.add_axes((0.085, 0.095, 0.885, 0.195))
    _draw_sum(above, chart, words)
    _draw_days(below, chart, words)
    for axes in (above, below):
        _dress(axes, len(chart.days_ms))
    above.set_xticklabels([])
    _tell_forecast(made, chart, words)
    return made


def png(chart: Chart) -> bytes:
    """The picture's bytes; what it shows stands in its metadata too."""
    painted = io.BytesIO()
    figure(chart).savefig(painted, format="png", metadata={"Software": None, "Description": described(chart)})
    return painted.getvalue()


def _draw_sum(axes: Axes, chart: Chart, words: Words) -> None:
    """The days added up, the limit, and the way from today to the month's end."""
    sums = chart.sums_ms
    name, size_ms = unit(max(chart.used_ms, chart.limit_ms))
    scaled = [ms / size_ms for ms in sums]
    limit, days = chart.limit_ms / size_ms, len(chart.days_ms)
    highest = max(limit, *scaled, 1.0)
    _caption(axes, words("chart.added_up", unit=words(f"{name}.name")))
    axes.fill_between(range(1, len(sums) + 1), scaled, color=_SUM, alpha=0.25, linewidth=0)
    axes.plot(range(1, len(sums) + 1), scaled, color=_SUM, linewidth=4, marker="o", markersize=5)
    if chart.total_ms is not None and chart.today is not None and chart.today < days:
        total = chart.total_ms / size_ms
        highest = max(highest, min(total, limit * _RUNAWAY))
        ends = ([chart.today, days], [scaled[-1], total])
        axes.plot(*ends, color=_SUM, linewidth=3.5, linestyle=(0, (0.1, 2)), dash_capstyle="round")
        if chart.runs_out is not None:
            axes.plot(
                [chart.runs_out], [limit], marker="X", markersize=16, color=_INK, markeredgecolor=_GROUND, zorder=4
            )
    axes.axhline(limit, color=_LIMIT, linewidth=3, linestyle=(0, (5, 2)))
    axes.set_ylim(0, highest * _HEADROOM)
    axes.annotate(
        words("chart.limit", limit=count(chart.limit_ms, size_ms)),
        (1, limit),
        xytext=(0, 11),
        textcoords="offset points",
        font=_font(_TEXT, bold=True),
        color=_LIMIT,
        bbox={"facecolor": _GROUND, "edgecolor": "none", "pad": 2},
        zorder=5,
    )


def _tell_forecast(made: Figure, chart: Chart, words: Words) -> None:
    """At the right of the title, each with the mark it has in the drawing: no line runs through these words."""
    if chart.total_ms is None:
        return
    name, size_ms = unit(chart.total_ms)
    told = [(words(f"{name}.forecast", total=count(chart.total_ms, size_ms)), _SUM, ".")]
    if chart.runs_out is not None:
        month = words(f"month.{int(chart.month.partition('-')[2])}")
        told.append((words("chart.runs_out", month=month, day=chart.runs_out), _INK, "X"))
    for row, (text, colour, mark) in enumerate(told):
        top = 0.95 - row * 0.085
        shown = made.text(0.97, top, text, font=_font(_TEXT, bold=True), color=colour, ha="right", va="top")
        box = shown.get_window_extent()
        left, middle = box.x0 - 14, (box.y0 + box.y1) / 2
        places = [left - 28, left - 14, left] if mark == "." else [left - 4]
        across = [place / WIDTH_PX for place in places]
        line = Line2D(across, [middle / HEIGHT_PX] * len(across), color=colour, marker=mark, linestyle="")
        line.set(markersize=9 if mark == "." else 14, transform=made.transFigure, figure=made)
        made.lines.append(line)


def _draw_days(axes: Axes, chart: Chart, words: Words) -> None:
    """A bar a day; today's is hatched, as it may still grow."""
    name, size_ms = unit(max(chart.days_ms))
    heights = [ms / size_ms for ms in chart.days_ms]
    _caption(axes, words("chart.each_day", unit=words(f"{name}.name")))
    bars = axes.bar(range(1, len(heights) + 1), heights, color=_BARS, width=0.78)
    if chart.today is not None:
        bars[chart.today - 1].set(hatch="///", facecolor=_GROUND, edgecolor=_BARS, linewidth=2)
    axes.set_ylim(0, max(*heights, 1.0) * 1.05)


def _caption(axes: Axes, text: str) -> None:
    axes.text(0, 1.06, text, font=_font(_SMALL), color=_INK, transform=axes.transAxes)


def _dress(axes: Axes, days: int) -> None:
    """The same days, grid and type for both halves."""
    axes.set_facecolor(_GROUND)
    axes.set_xlim(0.3, days + 0.7)
    axes.set_xticks([1, *range(5, days + 1, 5)])
    axes.yaxis.set_major_locator(MaxNLocator(nbins=3, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(_short))
    axes.grid(axis="y", color=_GRID, linewidth=1)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, pad=6)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set(fontproperties=_font(_SMALL), color=_INK)
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_INK)


def _short(value: float, _: int | None) -> str:
    """A number at an axis, where there is room for four letters."""
    return f"{value:,.0f}" if value < 10_000 else f"{value / 1000:,.0f}k"  # noqa: PLR2004 -- five digits are too many


def main() -> None:
    """One chart in, one picture out."""
    sys.stdout.buffer.write(png(decode(sys.stdin.buffer.read())))
