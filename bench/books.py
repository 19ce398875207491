"""
A hold and its settling on both engines beside a bare commit, as a page: `python -m bench.books` writes docs/bench.

The scenario itself is `bench.booking`, which `make bench` runs as well.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.booking import NOTES, booking
from bench.report import HEADS, Figure

PAGE = Path(__file__).parents[1] / "docs" / "bench" / "ledger.md"


def page(figures: Sequence[Figure], rounds: int) -> str:
    """The figures as a table, and how they came to be."""
    rows = [HEADS, ("---",) * len(HEADS), *(figure.cells() for figure in figures)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return (
        "# Holding and settling\n\n"
        f"Written by `python -m bench.books`: {NOTES} notes a round, the best of {rounds} rounds. A note is two\n"
        "transactions: its room is held on a server's minutes and the host's dollars, then it is settled. The floor is\n"
        "as many bare commits of one row on the same disk, in the same run and in turn with it; PostgreSQL waits for the\n"
        f"disk as one in use does (fsync on).\n\n{table}\n"
    )


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.books", description="Measure the ledger's two transactions.")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is run; the best counts")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="books-") as folder:
        PAGE.write_text(page(asyncio.run(booking(Path(folder), rounds)), rounds), "utf-8")
    print(f"written to {PAGE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
