"""Where the time and the memory go: `python -m bench.profiling` writes docs/bench/profile.md."""

import asyncio
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from bench.long import ALLOWED, posted
from bench.report import PAGE
from bench.sounds import SHORT, lasting
from bench.stage import Bot, Stage, open_stage, running
from bench.standing import libraries

SAMPLES_PER_S = 250
NOTES = 200
LEAST_SHARE = 0.02
LEAST_BYTES = 500_000
# What each library brings along is counted with it; whoever comes first pays for what others need, too.
WEIGH = """
import importlib, sys
from pathlib import Path
def pss():
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
print("python itself", pss())
for name in sys.argv[1].split():
    before = pss()
    importlib.import_module(name)
    print(name, pss() - before)
"""
HEAD = """# Where the time and the memory go

Written by `python -m bench.profiling`: py-spy looks at the bot's process {rate} times a second and counts what holds
Python's lock. A sample belongs to the innermost of our rooms and libraries on its stack; the standard library's own
work (sockets, the event loop, SQLite's calls) belongs to whoever asked for it.

What was found here and taken away, each against the code before it, in one run:

- a visit to SQLite's thread for every statement and commit, and the provider's calls over h11: two hundred notes end after
  0.76 of the time;
- ffmpeg's threads waking each other, and our worker, for every 23 ms of sound: an hour of m4a is converted after 0.85 of the
  time;
- the collector's looks through all that is being loaded: the imports take 0.84 of the time, and with threads changing
  places every 0.5 ms the event loop is late by 0.04 s meanwhile instead of 0.13 s.

What is left is thin and wide: a note is some 13 ms under Python's lock, and nobody has a fifth of it.
"""


async def flood(stage: Stage, _bot: Bot) -> None:
    """Two hundred notes at once."""
    await stage.burst([stage.home.channel(f"room-{number}") for number in range(NOTES)], SHORT)


async def an_hour(stage: Stage, _bot: Bot) -> None:
    """A file of an hour; what its worker processes do is not Python's."""
    await posted(stage, await asyncio.to_thread(lasting, 3_600, stage.folder, suffix="m4a"))


SCENARIOS: tuple[tuple[str, Callable[[Stage, Bot], Awaitable[None]]], ...] = (
    ("Two hundred notes at once", flood),
    ("A file of an hour", an_hour),
)


async def profiled(scenario: Callable[[Stage, Bot], Awaitable[None]], folder: Path) -> Counter[str]:
    """Samples by room or library while a scenario runs in a warm process."""
    spy = shutil.which("py-spy", path=str(Path(sys.executable).parent))
    if spy is None:
        raise RuntimeError("py-spy is not installed beside this Python")
    async with open_stage(folder) as stage:
        stage.discord.rates.off()
        stage.openai.delay_s = 0.0
        async with running(stage, **ALLOWED) as bot:
            await posted(stage, SHORT)
            told = folder / "stacks"
            words = ("record", "--gil", "-f", "raw", "-r", str(SAMPLES_PER_S), "-d", "3600", "-o", str(told))
            watching = await asyncio.create_subprocess_exec(
                spy, *words, "-p", str(bot.process.pid), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            await asyncio.sleep(2)  # py-spy does not say when it has begun
            await scenario(stage, bot)
            watching.send_signal(2)
            await watching.wait()
        return owners(told.read_text("utf-8"))


def owners(stacks: str) -> Counter[str]:
    """Samples by the innermost frame that is ours or a library's; lines are `frame;frame;... count`."""
    found: Counter[str] = Counter()
    for line in stacks.splitlines():
        stack, _, count = line.rpartition(" ")
        places = (frame.rpartition("(")[2] for frame in reversed(stack.split(";")))
        found[next((owner for place in places if (owner := owner_of(place))), "Python itself")] += int(count)
    return found


def owner_of(place: str) -> str | None:
    """`bot/desk/work.py:9)` is bot.desk, `openai/_client.py:9)` openai; None for the standard library."""
    package, *rest = place.partition(":")[0].split("/")
    if place.startswith("bot/__main__"):
        return "the event loop"
    if package in {"bot", "cogs"} and rest:
        return f"{package}.{rest[0].removesuffix('.py')}"
    is_library = rest and package not in sys.stdlib_module_names and not package.startswith("<")
    return package if is_library else None


def shares(samples: Counter[str]) -> Iterator[str]:
    """The table of one scenario."""
    whole = samples.total()
    yield "| who | share |\n|---|--:|"
    for owner, count in samples.most_common():
        if count >= whole * LEAST_SHARE:
            yield f"| {owner} | {count / whole:.0%} |"


async def weights(folder: Path) -> Iterator[str]:
    """What each library adds to a process, in the order in which the bot loads them."""
    async with open_stage(folder) as stage:
        tops = dict.fromkeys(name.partition(".")[0] for name in await libraries(stage))
    names = [name for name in tops if name not in sys.stdlib_module_names and not name.startswith("_")]
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", WEIGH, " ".join(names), stdout=subprocess.PIPE)
    said, _ = await process.communicate()
    rows = [line.rpartition(" ") for line in said.decode().splitlines()]
    heavy = sorted(((int(size), name) for name, _, size in rows), reverse=True)
    return iter(
        [
            "| library | MB |\n|---|--:|",
            *(f"| {name} | {size / 1e6:.1f} |" for size, name in heavy if size > LEAST_BYTES),
        ]
    )


async def report() -> str:
    """The page."""
    text = HEAD.format(rate=SAMPLES_PER_S)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for title, scenario in SCENARIOS:
            text += f"\n## {title}\n\n" + "\n".join(shares(await profiled(scenario, Path(folder)))) + "\n"
        text += "\n## Memory of a bot that stands idle\n\n" + "\n".join(await weights(Path(folder))) + "\n"
    return text


def main() -> None:
    """Measure and write."""
    page = PAGE.with_name("profile.md")
    page.write_text(asyncio.run(report()), "utf-8")
    print(f"written to {page.name}")


if __name__ == "__main__":
    main()
