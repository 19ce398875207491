"""Writes docs/bench/audio.md: `python -m bench.audio`, or with the names of tables only those, to the terminal."""

import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator

from bench.audio import cost, hearing, sounds, words

TABLES: dict[str, tuple[str, Callable[[], Iterator[str]]]] = {
    "long": ("Ten minutes and three hours", cost.long_files),
    "notes": ("Short notes", cost.notes),
    "words": ("Words before and after", words.uploaded),
    "cuts": ("Words across cuts", words.stitched),
    "missed": ("Speech the gate misses", hearing.missed),
    "sent": ("Noise the gate lets through", hearing.let_through),
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
    out = [
        HEAD.format(
            cpus=os.cpu_count(),
            machine=platform.machine(),
            python=platform.python_version(),
            ffmpeg=" ".join(version.split()[:3]),
        )
    ]
    for name in wanted:
        title, table = TABLES[name]
        out += [f"## {title}", ""]
        for line in table():
            print(line, flush=True)
            out.append(line)
        out.append("")
    if not sys.argv[1:]:
        path = sounds.ROOT / "docs" / "bench" / "audio.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(out), "utf-8")


if __name__ == "__main__":
    main()
