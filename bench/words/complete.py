"""
Block `complete`: answers that are not what was said, and whether anybody notices.

The answers are a script made of the transcripts: nothing, the vocabulary, a loop, a part of the words, all of them. The
provider either does better when it is asked again, or says the same for ever. Promises: nothing here knows how the bot
judges; it sees calls, the channel and the bill.
"""

import asyncio
import random
import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bench.words import notes
from bench.words.record import Effort
from bench.words.scene import Scene, open_scene
from tests.world.openai import Answer, Scripted

LENGTHS_S = (10.0, 15.0, 22.0, 30.0, 45.0, 60.0)
VOCABULARY = ("Earshot", "Mina", "Jun", "Seoul", "pgqueuer")
SHARES = (25, 50, 75)  # percent of the words that are cut
LOOPS = ("I'm sorry. ", "and then ", "네. ")
BOUNDS_S = (0, 5, 10, 15, 30, 60, 1_000)
WHOLE = "intact"
SPARE, SPARE_MS = 1.25, 2_000  # pauses belong to what was said, too
BESIDE = 6  # bots: each spends most of its time waiting before it asks again


def spoiled(words: str, dice: random.Random) -> dict[str, str]:
    """The answers for one recording, by the name of what is wrong with them."""
    parts = words.split() if " " in words else list(words)
    blank = " " if " " in words else ""
    start = dice.randrange(len(parts))
    again = (dice.choice(LOOPS) if dice.random() < 0.5 else blank.join(parts[:4]) + blank) * dice.randint(20, 80)
    cuts = {}
    for share in SHARES:
        kept = max(1, round(len(parts) * (100 - share) / 100))
        first = min(start, len(parts) - kept) if dice.random() < 0.5 else 0
        cuts[f"cut {share}"] = blank.join(parts[first : first + kept])
    recited = list(VOCABULARY)
    dice.shuffle(recited)
    return {"emptied": "", "recited": f"{', '.join(recited)}.", "looped": again.strip(), **cuts, WHOLE: words}


async def of_answers(folder: Path, effort: Effort) -> dict[str, Any]:
    """Every recording, alone and joined to lengths up to a minute, with every answer, mended and for ever."""
    single = notes.takes()
    takes = effort.of([*single, *notes.long_takes(single, LENGTHS_S)])
    parts = [(folder / str(number), effort, takes[number::BESIDE]) for number in range(BESIDE)]
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(BESIDE, mp_context=get_context("spawn")) as pool:
        found = await asyncio.gather(*(loop.run_in_executor(pool, _part, *part) for part in parts))
    return {"rows": [row for rows in found for row in rows], "sounds": len(takes)}


def _part(folder: Path, effort: Effort, takes: list[notes.Take]) -> list[dict[str, Any]]:
    """In a process: some of the sounds, with a bot of their own."""
    return asyncio.run(_answers(folder, effort, takes))


async def _answers(folder: Path, effort: Effort, takes: list[notes.Take]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    async with open_scene(folder) as scene:
        await scene.know(VOCABULARY)
        for run in range(effort.runs):
            for take in takes:
                dice = random.Random(f"{run} {take.name}")  # noqa: S311 - the same answers each time
                note = notes.voice_note(take, folder / "complete.ogg")
                for wrong, answer in spoiled(take.words, dice).items():
                    if wrong == WHOLE and run:
                        continue  # nothing in it is drawn
                    rows += [
                        await _row(scene, take, note, answer, wrong, is_mended=is_mended)
                        for is_mended in ((True, False) if wrong != WHOLE else (True,))
                    ]
                print(f"run {run + 1}: {take.name} ({take.seconds:.0f} s)", flush=True)
    return rows


async def _row(
    scene: Scene, take: notes.Take, note: Path, answer: str, wrong: str, *, is_mended: bool
) -> dict[str, Any]:
    scene.openai.ears = Scripted(take.words if is_mended else answer)
    if is_mended and wrong != WHOLE:
        scene.openai.script(Answer(answer))
    told = await scene.note(note)
    return {
        "recording": take.name,
        "seconds": round(take.seconds, 1),
        "wrong": wrong,
        "is_mended": is_mended,
        "calls": told.calls,
        "outcome": told.outcome,
        "holes": told.holes,
        "billed_ms": told.billed_ms,
        "share": round(_share(take.words, told.words), 3),
    }


def _share(said: str, told: str) -> float:
    """How much of what was said stands in the channel, by letters."""
    whole, found = (len(re.findall(r"\w", text)) for text in (said, told))
    return min(1.0, found / whole) if whole else 0.0


def is_found(row: dict[str, Any]) -> bool:
    """Whether it was asked again, or told as missing, wholly or in part."""
    return bool(row["calls"] > 1 or row["holes"] > 0 or row["outcome"] not in ("Transcript", "Silence"))


def is_overbilled(row: dict[str, Any]) -> bool:
    """Whether more time was billed than the letters in the channel take, as a share of all that was said."""
    most_ms = row["seconds"] * 1000 * row["share"] * SPARE + SPARE_MS if row["share"] else 0
    return bool(row["billed_ms"] > most_ms)


def answers_lines(found: dict[str, Any]) -> Iterator[str]:
    """The tables of completeness."""
    rows = found["rows"]
    yield f"{found['sounds']} sounds: every recording, and recordings of one speaker joined with their own pauses up to a minute. The provider's first answer is wrong as told; asked again it says all (mended), or the same for ever. Found: asked again, or told as missing. Aim: emptied, recited, looped found always; intact asked again below 1 %; nothing billed that was not delivered."
    yield ""
    yield "| first answer | then | answers | found | whole in the end | told as no speech | billed beyond what was delivered |"
    yield "|---|---|--:|--:|--:|--:|--:|"
    for wrong in dict.fromkeys(row["wrong"] for row in rows):
        for is_mended in (True, False):
            of = [row for row in rows if (row["wrong"], row["is_mended"]) == (wrong, is_mended)]
            if not of:
                continue
            hits, whole = sum(map(is_found, of)), sum(row["share"] > 0.95 for row in of)
            silent, over = sum(row["outcome"] == "Silence" for row in of), sum(map(is_overbilled, of))
            then = "all the words" if is_mended else "the same"
            yield f"| {wrong}{' % of the words' if 'cut' in wrong else ''} | {then if wrong != WHOLE else '-'} | {len(of)} | {hits} ({100 * hits / len(of):.1f} %) | {whole} | {silent} | {over} |"
    yield ""
    yield "Cut answers that are found, by the length of the sound:"
    yield ""
    yield f"| seconds | {' | '.join(f'{share} % cut' for share in SHARES)} |"
    yield f"|---|{'--:|' * len(SHARES)}"
    for low, high in pairwise(BOUNDS_S):
        cells = []
        for share in SHARES:
            of = [row for row in rows if row["wrong"] == f"cut {share}" and low <= row["seconds"] < high]
            cells.append(f"{100 * sum(map(is_found, of)) / len(of):.0f} % of {len(of)}" if of else "-")
        if set(cells) != {"-"}:
            yield f"| {low} to {high if high < 1_000 else '...'} | {' | '.join(cells)} |"
    again = [row for row in rows if row["wrong"] == WHOLE and is_found(row)]
    if again:
        yield ""
        yield f"Asked again though whole: {', '.join(row['recording'] for row in again)}."
