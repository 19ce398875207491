"""The report's pictures: what was got beside its floor, and memory by length."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure as Canvas

from bench.report import PAGE, Figure, number

# Colour-blind safe (Okabe and Ito), and told apart by hatching too.
GOT, FLOOR, AIM = "#0072B2", "#E69F00", "#000000"


def draw(figures: Sequence[tuple[str, Sequence[Figure]]]) -> list[Path]:
    """Write the pictures beside the page; their paths."""
    mpl.use("Agg")
    folder = PAGE.parent
    rows = [row for _, rows in figures for row in rows]
    timed = [row for row in rows if row.unit == "s" and row.floor]
    weighed = [row for row in rows if row.name.startswith("peak (PSS)")]
    drawn = []
    if timed:
        drawn.append(_beside(timed, folder / "times.png", "Seconds, each beside the least it could be"))
    if weighed:
        drawn.append(_beside(weighed, folder / "memory.png", "Peak memory of the bot and all it starts, by length"))
    return drawn


def _beside(rows: Sequence[Figure], path: Path, title: str) -> Path:
    canvas = Canvas(figsize=(9, 0.6 * len(rows) + 1.4), layout="constrained")
    axes = canvas.subplots()
    places = range(len(rows))
    axes.barh(places, [row.got for row in rows], height=0.38, align="edge", color=GOT, label="got")
    floors = [(place, row.floor) for place, row in zip(places, rows, strict=True) if row.floor]
    axes.barh(
        [place for place, _ in floors],
        [floor for _, floor in floors],
        height=-0.38, align="edge", color=FLOOR, hatch="//", edgecolor="white", label="floor",
    )  # fmt: skip
    for place, row in zip(places, rows, strict=True):
        axes.annotate(
            number(row.got, row.unit), (row.got, place + 0.19), (4, 0), textcoords="offset points", va="center"
        )
    axes.set_yticks(list(places), [row.name for row in rows])
    axes.invert_yaxis()
    axes.margins(x=0.15)
    axes.set_xticks([])
    axes.set_title(title, loc="left")
    axes.legend(loc="lower right", frameon=False)
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)
    canvas.savefig(path, dpi=110)
    return path
