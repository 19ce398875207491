"""
How late the event loop is while words come that are made to hold it up.

`python -m bench.late [INPUT ...] [--rounds N] [--notes N]`: twenty notes at once, shown live, of 20,000 characters each,
in a server whose vocabulary is the worst; beside them the same notes with ordinary words. Fails where the loop of the
bot, a process of its own, was later than with those by more than 50 ms. Writes nothing.
"""

import argparse
import asyncio
import json
import math
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from bench.ceiling import cpu_s
from bench.sounds import lasting
from bench.stage import Bot, Stage, open_stage, running
from tests.world.discord import Answer
from tests.world.openai import Scripted

SIGNS = 20_000  # characters of each note
NOTES = 20
SOUND_S = 210  # somebody who speaks fast needs as long for so many characters
STREAM_S = 20.0  # how long a stream takes
PART = 20  # characters of a delta
AIM_S = 0.05
SETTLED_S = 3.0  # the provider's client is loaded by then
HISTOGRAMS = ("earshot_loop_late_seconds", "earshot_loop_held_seconds")
HEAD = f"{'':15} {'late':>9} {'held':>9} {'in all':>9} {'CPU':>9}   beyond ordinary words: late, held"
PATIENCE_S = 300
MOST_TERMS = 15
TERMS = tuple("a" * count for count in range(1, MOST_TERMS + 1))
ORDINARY = "The weather is fine today, and we meet at the station at ten. " * 50
COUNTED = "one, two, three, four, five, six, seven, eight, nine, ten, "
# What is streamed, and the vocabulary of the server.
INPUTS: dict[str, tuple[str, Sequence[str]]] = {
    "terms": ("aaaa " * (SIGNS // 5), TERMS),  # fifteen terms recited
    "primes": ("a" * SIGNS, ["a" * count for count in range(16, 16 + MOST_TERMS)]),  # none is others in a row
    "commas": (COUNTED * (SIGNS // len(COUNTED)), TERMS),  # no full stop
    "word": ("na" * (SIGNS // 2), ["na" * count for count in range(1, 16)]),  # one word
    "thanks": ("Thank you. " * (SIGNS // 11), TERMS),  # nothing but what models make up
    "dots": ("." * (SIGNS - 1) + "a", TERMS),
    "flags": ("\U0001f1f0" * SIGNS, TERMS),
    "stars": ("*" * SIGNS, TERMS),
    "marks": ("a" + "\u0315\u0300" * (SIGNS // 2), TERMS),
    "million": ("a" * 1_000_000, TERMS),
}


def is_over(answer: Answer) -> bool:
    """Whether nothing more comes: words and no Stop below them."""
    return bool(answer.content) and "Stop" not in [one.get("label") for one in answer.components]


@dataclass(frozen=True, slots=True)
class Run:
    """
    How late the loop was at its latest, in seconds, while the notes were heard: as histograms tell, rounded up.

    `held_s` is the part in which the bot itself was at work: where other programs have the machine, that is told alone.
    """

    late_s: float
    held_s: float
    lasted_s: float
    cpu_s: float


async def run(stage: Stage, text: str, terms: Sequence[str], notes: int) -> Run:
    """All notes at once, until each is answered."""
    sound = await asyncio.to_thread(lasting, SOUND_S, stage.folder)
    books = stage.folder / f"late-{time.monotonic_ns()}.db"
    stage.openai.ears = Scripted(text)
    stage.openai.delta_signs = max(PART, len(text) * PART // SIGNS)
    stage.openai.word_s = STREAM_S * stage.openai.delta_signs / len(text)
    async with running(stage, DATABASE_URL=f"sqlite:///{books}") as bot:
        await asyncio.to_thread(_decide, books, stage.home.id, terms)
        await asyncio.sleep(SETTLED_S)
        began, used_s, before = time.monotonic(), cpu_s(bot.process.pid), await _beats(bot)
        answers = [
            await stage.home.member(f"Member {number}").voice_note(stage.home.channel(f"late-{number}"), sound)
            for number in range(notes)
        ]
        await asyncio.gather(*(answer.wait(is_over, seconds=PATIENCE_S) for answer in answers))
        after = await _beats(bot)
        late_s, held_s = (_latest(before[name], after[name]) for name in HISTOGRAMS)
        return Run(late_s, held_s, time.monotonic() - began, cpu_s(bot.process.pid) - used_s)


async def _beats(bot: Bot) -> dict[str, dict[float, float]]:
    """Of each histogram, how many beats were no later than each of its bounds."""
    async with aiohttp.ClientSession() as session, session.get(f"{bot.health}/metrics") as page:
        text = await page.text()
    found: dict[str, dict[float, float]] = {name: {} for name in HISTOGRAMS}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name.removesuffix("_bucket") in found and "le" in sample.labels:
                found[family.name][float(sample.labels["le"])] = sample.value
    return found


def _latest(before: Mapping[float, float], after: Mapping[float, float]) -> float:
    """The least bound within which all beats since then were."""
    total = after[math.inf] - before[math.inf]
    return next(bound for bound in sorted(after) if after[bound] - before[bound] == total)


def _decide(books: Path, guild_id: int, terms: Sequence[str]) -> None:
    """The row that /settings writes."""
    row = (guild_id, json.dumps(list(terms)))
    with closing(sqlite3.connect(books, timeout=PATIENCE_S, isolation_level=None)) as opened:
        opened.execute(
            "INSERT INTO choice (guild_id, channel_id, name, value, at_ms) VALUES (?, 0, 'vocabulary', ?, 0)",
            row,
        )


async def measure(names: Sequence[str], rounds: int, notes: int) -> int:
    """Each input against ordinary words, the best of some rounds; how many were too late."""
    too_late = 0
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with open_stage(Path(folder)) as stage:
            stage.openai.delay_s = 0.1
            usual = await best(stage, ORDINARY, (), rounds, notes)
            print(f"machine: load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors\n{HEAD}")
            print(row("ordinary words", usual), flush=True)
            for name in names:
                found = await best(stage, *INPUTS[name], rounds, notes)
                late_s, held_s = found.late_s - usual.late_s, found.held_s - usual.held_s
                # On a machine that serves others too the loop is late whoever speaks: then what the bot did itself counts.
                is_late = min(late_s, held_s) > AIM_S
                too_late += is_late
                print(
                    row(name, found),
                    f"{late_s * 1000:+5.0f} {held_s * 1000:+5.0f} ms{' TOO LATE' if is_late else ''}",
                    flush=True,
                )
    return too_late


async def best(stage: Stage, text: str, terms: Sequence[str], rounds: int, notes: int) -> Run:
    """The figures of the quietest rounds, each by itself."""
    runs = [await run(stage, text, terms, notes) for _ in range(rounds)]
    return Run(*(min(getattr(one, name) for one in runs) for name in Run.__slots__))


def row(name: str, got: Run) -> str:
    """A line of the table."""
    return f"{name:15} {got.late_s:7.3f} s {got.held_s:7.3f} s {got.lasted_s:7.1f} s {got.cpu_s:7.1f} s"


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.late", description="How late the event loop is.")
    parser.add_argument("input", nargs="*", metavar="INPUT", help=f"{', '.join(INPUTS)} (default: all)")
    parser.add_argument("--rounds", type=int, default=2, help="how often each is run; the best counts")
    parser.add_argument("--notes", type=int, default=NOTES, help="how many notes are heard at once")
    options = parser.parse_args()
    if unknown := set(options.input) - INPUTS.keys():
        parser.error(f"no input {', '.join(sorted(unknown))}")
    return bool(asyncio.run(measure(options.input or list(INPUTS), options.rounds, options.notes)))


if __name__ == "__main__":
    sys.exit(main())
