"""`python -m bench.words [BLOCK ...]`: measures, and writes docs/bench/words.json and docs/bench/words.md."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, Protocol

from bench.words import brief, complete, invented, ways
from bench.words.page import write
from bench.words.record import Effort, keep
from tests.ears import home


class Measure(Protocol):
    """What a block does: measure with that effort, with files in that folder."""

    def __call__(self, folder: Path, effort: Effort) -> Coroutine[Any, Any, dict[str, Any]]:
        """What was measured, as JSON."""


Lines = Callable[[dict[str, Any]], Iterator[str]]
# Name: title, what measures it, how it is told, whether a real Whisper is asked.
BLOCKS: dict[str, tuple[str, Measure, Lines, bool]] = {
    "nobody": ("Words where nobody speaks", invented.of_nobody, invented.nobody_lines, True),
    "ends": ("Words added by silent ends", invented.at_ends, invented.ends_lines, True),
    "ways": ("Errors, straight and through us", ways.of_ways, ways.ways_lines, True),
    "long": ("Long notes on a server that hears one at a time", ways.of_length, ways.length_lines, True),
    "brief": ("Short speech", brief.of_slices, brief.slices_lines, False),
    "quiet": ("Quiet speech", brief.of_quiet, brief.quiet_lines, False),
    "complete": ("Answers that are not complete", complete.of_answers, complete.answers_lines, False),
}


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.words", description=__doc__)
    parser.add_argument("block", nargs="*", metavar="BLOCK", help=f"{', '.join(BLOCKS)} (default: all)")
    parser.add_argument("--runs", type=int, default=3, help="how often each is run: Whisper's warmer tries are random")
    parser.add_argument("--percent", type=int, default=100, help="of the sounds of each block, for a look")
    parser.add_argument("--alone", action="store_true", help="also ask the server without us, once")
    parser.add_argument("--dry", action="store_true", help="print only")
    options = parser.parse_args()
    if unknown := set(options.block) - BLOCKS.keys():
        parser.error(f"no block {', '.join(sorted(unknown))}")
    effort = Effort(options.runs, options.percent, options.alone)
    reason = home.missing()
    for name in options.block or BLOCKS:
        title, measure, lines, is_real = BLOCKS[name]
        if is_real and reason is not None:
            print(f"{name} is left out: {reason}")
            continue
        with tempfile.TemporaryDirectory(prefix="words-") as folder:
            found = asyncio.run(measure(Path(folder), effort))
        print(f"\n## {title}\n", *lines(found), sep="\n")
        if not options.dry:
            keep(name, found, effort)
    if not options.dry:
        print(f"\nwritten to {write({name: (title, lines) for name, (title, _, lines, _) in BLOCKS.items()})}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
