"""The guard: figures against what bench/budget.toml allows them, in multiples of their floors."""

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.report import Figure

BUDGET = Path(__file__).with_name("budget.toml")


def allowed() -> dict[str, dict[str, float]]:
    """By scenario and figure, the largest ratio."""
    return tomllib.loads(BUDGET.read_text("utf-8"))


def beyond(figures: Sequence[tuple[str, Sequence[Figure]]]) -> Iterator[str]:
    """What passes its budget, and what has a budget but was not measured."""
    got = {(title, row.name): row for title, rows in figures for row in rows}
    titles = {title for title, _ in figures}
    for title, limits in allowed().items():
        for name, limit in limits.items():
            row = got.get((title, name))
            if title in titles and (row is None or not row.floor):
                yield f"{title}: {name} has a budget and no floor to hold it against"
            elif row is not None and row.floor and row.got / row.floor > limit:
                yield f"{title}: {name} is {row.got / row.floor:.2f} times its floor, {limit} are allowed"
