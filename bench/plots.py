"""The report's pictures: what was got beside its floor, and memory by length."""

from collections.abc import Sequence
from pathlib import Path
from textwrap import fill
from typing import NamedTuple

import matplotlib as mpl
from matplotlib.figure import Figure as Canvas

from bench.report import PAGE, Figure, number

# Colour-blind safe (Okabe and Ito), and told apart by hatching too.
GOT, FLOOR = "#0072B2", "#E69F00"
LABEL_SIGNS = 46
LEAST_S = 0.1  # what is shorter would be a line without a width beside the others


class Bar(NamedTuple):
    """One row of a picture."""

    label: str
    got: float
    unit: str
    floor: float | None = None


def draw(figures: Sequence[tuple[str, Sequence[Figure]]]) -> list[Path]:
    """Write the pictures beside the page; their paths."""
    mpl.use("Agg")
    timed = [
        Bar(fill(f"{title}: {row.name}", LABEL_SIGNS), row.got, row.unit, row.floor)
        for title, rows in figures
        for row in rows
        if row.unit == "s" and row.floor and row.got > LEAST_S
    ]
    weighed = [
        Bar(row.name.rpartition(", ")[2], row.got, row.unit)
        for _, rows in figures
        for row in rows
        if row.name.startswith("peak (PSS)")
    ]
    drawn = []
    if timed:
        drawn.append(_beside(timed, PAGE.with_name("times.png"), "Seconds, each above the least it could be"))
    if weighed:
        title = "Memory (PSS) of the bot and all it starts, at the most, by length of the file"
        drawn.append(_beside(weighed, PAGE.with_name("memory.png"), title))
    return drawn


def _beside(rows: Sequence[Bar], path: Path, title: str) -> Path:
    """Horizontal bars, the first on top; a floor lies under its bar."""
    canvas = Canvas(figsize=(9, 0.55 * len(rows) + 1.2), layout="constrained")
    axes = canvas.subplots()
    floors = [(place, row.floor) for place, row in enumerate(rows) if row.floor]
    height, up = (0.38, 0.19) if floors else (0.6, 0.0)  # a bar with a floor makes room for it below
    axes.barh(
        [place - up for place in range(len(rows))],
        [row.got for row in rows],
        height=height, color=GOT, label="got",
    )  # fmt: skip
    if floors:
        axes.barh(
            [place + up for place, _ in floors],
            [floor for _, floor in floors],
            height=height, color=FLOOR, hatch="//", edgecolor="white", label="floor",
        )  # fmt: skip
        axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False)
    for place, row in enumerate(rows):
        axes.annotate(number(row.got, row.unit), (row.got, place - up), (4, 0), textcoords="offset points", va="center")
    axes.set_yticks(range(len(rows)), [row.label for row in rows], fontsize=8)
    axes.invert_yaxis()
    axes.margins(x=0.12, y=0.02)
    axes.set_xticks([])
    axes.set_title(title, loc="left", fontsize=10, pad=18 if floors else 6)
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)
    canvas.savefig(path, dpi=110)
    return path
