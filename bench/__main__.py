"""`make bench`: every figure, printed and written to docs/bench/README.md; or another bot beside ours."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from bench import bursts, ceiling, fairness, floors, long, summary
from bench.booking import booking
from bench.budget import allowed, beyond
from bench.compare import compare
from bench.plots import draw
from bench.reasons import missed
from bench.report import Figure, show, side_by_side, write
from bench.stage import PROVIDER_S, Stage, open_stage
from bench.standing import standing

NOTES = (
    "A note that was there at READY waits until the provider's client is loaded: in a thread, while Discord lets us in.",
    "How late the event loop was at its latest is told of the worst round; all else of the best.",
    "The bot of one script is tried once, in a warm process and under Discord's 50 requests a second; so is ours beside it.",
    "In one channel Discord takes 5 messages in 5 s: the floor is the first reply and three such windows.",
    "Bursts over channels, and the ceiling, are measured without Discord's limit of 50 requests a second; all else with it.",
    "A burst is posted in one server at once, each note by another member; the clock runs until the last reply stands.",
    "The libraries of the idle bot are those it has loaded, to the module (`bench/libraries.py`).",
    "A start waits for the imports of all rooms, without the collector; the provider's client is loaded beside it in a thread.",
    "PSS counts a page shared by several processes in parts; both processes ran beside the same bench.",
)
PEER = "python bench/peer/plain.py"
Scenario = Callable[[Stage, int], Awaitable[list[Figure]]]
SCENARIOS: dict[str, tuple[str, Scenario]] = {
    "note": ("One voice note of 12 s", bursts.one_note),
    "burst": ("Twenty voice notes at once, in twenty channels", partial(bursts.many_channels, notes=20)),
    "flood": ("Two hundred at once, in two hundred channels", partial(bursts.many_channels, notes=200)),
    "channel": ("Twenty in one channel", bursts.one_channel),
    "minutes": ("A voice note of ten minutes", long.ten_minutes),
    "hour": ("A file of an hour", long.an_hour),
    "text": ("A text of 5,200 characters", long.long_text),
    "error": ("One HTTP 500 of the provider", long.one_error),
    "fair": ("An honest sound behind two floods", fairness.fairness),
    "memory": ("Peak memory by length", long.memory),
    "idle": ("Standing still", standing),
    "ceiling": ("The bot's own ceiling", ceiling.ceiling),
    "usage": ("/usage", ceiling.usage),
    "books": ("The books", lambda stage, rounds: booking(stage.folder, rounds)),
    "floors": ("Floors", lambda stage, _: floors.round_trips(stage.folder)),
}


@asynccontextmanager
async def world() -> AsyncIterator[Stage]:
    """A stage in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with open_stage(Path(folder)) as stage:
            yield stage


async def measure(names: list[str], rounds: int) -> list[tuple[str, list[Figure]]]:
    """Run the scenarios one after the other, each in a world of its own."""
    figures = []
    for name in names:
        title, scenario = SCENARIOS[name]
        async with world() as stage:
            figures.append((title, await scenario(stage, rounds)))
    return figures


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the bot against its floors.")
    parser.add_argument("scenario", nargs="*", metavar="SCENARIO", help=f"{', '.join(SCENARIOS)} (default: all)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is run; the best counts")
    parser.add_argument("--check", action="store_true", help="fail where a figure passes bench/budget.toml")
    parser.add_argument("--compare", metavar="COMMAND", help="run another bot beside ours instead")
    options = parser.parse_args()
    if unknown := set(options.scenario) - SCENARIOS.keys():
        parser.error(f"no scenario {', '.join(sorted(unknown))}")
    if options.compare:
        side_by_side(asyncio.run(compare(options.compare, world)))
        return 0
    budgeted = [name for name, (title, _) in SCENARIOS.items() if title in allowed()]
    names = options.scenario or (budgeted if options.check else list(SCENARIOS))
    figures = asyncio.run(measure(names, options.rounds))
    show(figures)
    broken = list(beyond(figures))
    print("\n".join(broken) or "every figure is within its budget")
    if options.check:
        return bool(broken)
    if not options.scenario:
        beside = asyncio.run(compare(PEER, world))
        side_by_side(beside)
        page = write(
            figures,
            NOTES,
            missed=list(missed(figures)),
            beside=beside,
            pictures=draw(figures),
            rounds=options.rounds,
            provider=PROVIDER_S,
        )
        summary.write(figures, beside)
        print(f"written to {page}, README.md and README.ko.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
