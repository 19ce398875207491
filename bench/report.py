"""Figures, each with its aim and its floor, as a table for the terminal and for docs/bench/README.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

PAGE = Path(__file__).parents[1] / "docs" / "bench" / "README.md"
HEADS = ("figure", "got", "aim", "floor", "of the floor", "met")
PEER = "a bot of one script (`bench/peer/plain.py`)"
PEERS = ("trial", "Earshot", "the other bot")
ALT = {
    "times": "The times of the tables above as bars, each above its floor",
    "memory": "The peaks of memory above as bars: they level off at ten minutes",
}
HEAD = """# Measured

Written by `make bench`; nothing here is typed by hand. The bot runs as its own process, unpatched, against the local
Discord and OpenAI of `tests/world`, which share the machine with it; the provider takes {provider} s for each answer.
Every figure is the best of {rounds} runs unless it says otherwise below. A floor is measured in the same run, on the same machine, so the ratios
travel better than the seconds.

"""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement; `floor` is the least it could be, `is_met` None where there is no aim."""

    name: str
    got: float
    unit: str
    aim: str = ""
    is_met: bool | None = None
    floor: float | None = None
    floor_is: str = ""

    def cells(self) -> tuple[str, ...]:
        """The row of the table."""
        floor = "" if self.floor is None else f"{number(self.floor, self.unit)} {self.floor_is}".strip()
        ratio = f"{self.got / self.floor:.2f} x" if self.floor else ""
        met = {True: "yes", False: "no", None: ""}[self.is_met]
        return self.name, number(self.got, self.unit), self.aim, floor, ratio, met


def number(value: float, unit: str) -> str:
    """A value as people read it: s, MB, or a plain count with its unit."""
    match unit:
        case "s":
            if value < 0.01:
                return f"{value * 1_000:.2g} ms"
            return f"{value:.3g} s" if value >= 1 else f"{value:.3f} s"
        case "MB":
            return f"{value / 1e6:.1f} MB"
        case "":
            return f"{value:,.0f}"
        case _:
            return f"{value:,.0f} {unit}"


def at_most(name: str, got: float, unit: str, aim: float, *, floor: float | None = None, floor_is: str = "") -> Figure:
    """A figure that should not be larger than its aim."""
    return Figure(name, got, unit, f"<= {number(aim, unit)}", got <= aim, floor, floor_is)


def exactly(name: str, got: float, unit: str, aim: float) -> Figure:
    """A figure that should be just that."""
    return Figure(name, got, unit, number(aim, unit), got == aim)


def show(figures: Sequence[tuple[str, Sequence[Figure]]]) -> None:
    """Print them."""
    table = Table(*HEADS)
    for title, rows in figures:
        table.add_section()
        table.add_row(f"[bold]{title}[/]")
        for row in rows:
            table.add_row(*row.cells())
    console = Console()
    console.width = max(console.width, 120)
    console.print(table)


def write(
    figures: Sequence[tuple[str, Sequence[Figure]]],
    notes: Sequence[str],
    *,
    missed: Sequence[str],
    beside: Sequence[tuple[str, str, str]],
    pictures: Sequence[Path],
    rounds: int,
    provider: float,
) -> Path:
    """Write docs/bench/README.md."""
    text = HEAD.format(provider=provider, rounds=rounds)
    for title, rows in figures:
        text += f"## {title}\n\n| {' | '.join(HEADS)} |\n|{'---|' * len(HEADS)}\n"
        text += "".join(f"| {' | '.join(row.cells())} |\n" for row in rows) + "\n"
    text += "## What was missed, and why\n\n" + ("\n".join(missed) or "Nothing.") + "\n\n"
    text += f"## Beside {PEER}\n\n| {' | '.join(PEERS)} |\n|{'---|' * len(PEERS)}\n"
    text += "".join(f"| {' | '.join(row)} |\n" for row in beside) + "\n"
    text += "".join(f"![{ALT[path.stem]}]({path.name})\n\n" for path in pictures)
    text += "## What stands behind the figures\n\n" + "".join(f"- {note}\n" for note in notes)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(text, "utf-8")
    return PAGE


def translated(text: str, words: Mapping[str, str]) -> str:
    """A text with these words in another language, in the order in which they are named."""
    for here, there in words.items():
        text = text.replace(here, there)
    return text


def side_by_side(rows: Sequence[tuple[str, str, str]]) -> None:
    """Print a trial a line: ours, theirs."""
    table = Table(*PEERS)
    for row in rows:
        table.add_row(*row)
    Console().print(table)
