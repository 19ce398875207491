"""`make bench`: every figure, printed and written to docs/bench/README.md."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench.booking import booking
from bench.bursts import many_channels, one_channel, one_note
from bench.report import Figure, show, write
from bench.stage import PROVIDER_S, Stage, open_stage
from bench.standing import standing

NOTES = (
    "A note that was there at READY waits until the provider's client is loaded: in a thread, while Discord lets us in.",
    "In one channel Discord takes 5 messages in 5 s: the floor is the first reply and three such windows.",
    "A burst is posted by one member in one go; the clock runs from the first note to the last reply on Discord.",
    "The libraries of the last section are those a running bot has loaded, to the module (`bench/libraries.py`).",
    "PSS counts a page shared by several processes in parts; both processes ran beside the same bench.",
)
Scenario = Callable[[Stage, int], Awaitable[list[Figure]]]
SCENARIOS: dict[str, tuple[str, Scenario]] = {
    "burst": ("Twenty voice notes at once, in twenty channels", many_channels),
    "channel": ("The same twenty, in one channel", lambda stage, _: one_channel(stage)),
    "note": ("One voice note of 12 s", one_note),
    "idle": ("Standing still", standing),
    "books": ("The books", lambda stage, rounds: booking(stage.folder, rounds)),
}


async def measure(names: list[str], rounds: int) -> list[tuple[str, list[Figure]]]:
    """Run the scenarios one after the other, each in a world of its own."""
    figures = []
    for name in names:
        title, scenario = SCENARIOS[name]
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            async with open_stage(Path(folder)) as stage:
                figures.append((title, await scenario(stage, rounds)))
    return figures


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the bot against its floors.")
    parser.add_argument("scenario", nargs="*", metavar="SCENARIO", help=f"{', '.join(SCENARIOS)} (default: all)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is run; the best counts")
    options = parser.parse_args()
    if unknown := set(options.scenario) - SCENARIOS.keys():
        parser.error(f"no scenario {', '.join(sorted(unknown))}")
    figures = asyncio.run(measure(options.scenario or list(SCENARIOS), options.rounds))
    show(figures)
    if not options.scenario:
        print(f"written to {write(figures, NOTES, rounds=options.rounds, provider=PROVIDER_S).name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
