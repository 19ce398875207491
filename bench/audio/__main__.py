"""Writes docs/bench/audio.md: `python -m bench.audio`, or with the names of tables only those of it anew."""

import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.audio import cost, ends, hearing, money, sounds, voices, words

TABLES: dict[str, tuple[str, Callable[[], Iterator[str]]]] = {
    "long": ("Ten minutes and three hours", cost.long_files),
    "notes": ("Short notes", cost.notes),
    "words": ("Words before and after", words.uploaded),
    "cuts": ("Words across cuts", words.stitched),
    "money": ("Seconds billed, words lost", money.paid),
    "ends": ("Long silent ends", ends.left_out),
    "missed": ("Speech the gate misses", hearing.missed),
    "sent": ("Noise the gate lets through", hearing.let_through),
    "voices": ("Whom the meter believes", voices.believed),
    "detectors": ("What voice detectors cost", voices.costs),
    "syllables": ("Syllables by ear", voices.counted),
    "measured": ("Long pieces measured", voices.measured),
}
HEAD = """# The audio room, measured

Written by `python -m bench.audio` on {cpus} CPUs ({machine}), Python {python}, {ffmpeg}. Memory is the proportional
set size of all processes together at the worst moment, the Python process that uses the room included; CPU seconds are
those of all processes.
"""


def main() -> None:
    """Measures and writes."""
    wanted = sys.argv[1:] or list(TABLES)
    version = subprocess.run([sounds.ffmpeg(), "-version"], check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own words
    head = HEAD.format(
        cpus=os.cpu_count(),
        machine=platform.machine(),
        python=platform.python_version(),
        ffmpeg=" ".join(version.split()[:3]),
    )
    path = sounds.ROOT / "docs" / "bench" / "audio.md"
    tables = _written(path)
    for name in wanted:
        title, table = TABLES[name]
        tables[title] = ""
        for line in table():
            print(line, flush=True)
            tables[title] += f"{line}\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    parts = [f"## {title}\n\n{tables[title].strip()}\n" for title, _ in TABLES.values() if title in tables]
    path.write_text("\n".join([head, *parts]), "utf-8")


def _written(path: Path) -> dict[str, str]:
    """The tables of an earlier run, by title."""
    text = path.read_text("utf-8") if path.exists() else ""
    titles = [part.partition("\n") for part in text.split("\n## ")[1:]]
    return {title: table for title, _, table in titles}


if __name__ == "__main__":
    main()
