"""Blocks `ways` and `long`: errors of a real Whisper asked straight, and of the same through us."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.audio import sounds
from bench.words import notes, rates
from bench.words.rates import Count
from bench.words.record import Effort
from bench.words.scene import open_scene, straight
from tests.ears.servers import open_server

SERVER = "faster-whisper-server"
# Each way: what is posted, what it is held against, settings of the bot.
WAYS: dict[str, tuple[str, str, dict[str, str]]] = {
    "voice message, passed byte for byte": ("ogg", "ogg", {}),
    'voice message, `convert = "always"`': ("ogg", "ogg", {"audio__convert": "always"}),
    "voice message, `trim_pauses = true`": ("ogg", "ogg", {"audio__convert": "always", "audio__trim_pauses": "true"}),
    "wav, sent as Opus": ("aiff", "wav", {"audio__format": "opus"}),
    "wav, sent as mp3": ("aiff", "wav", {"audio__format": "mp3"}),
}
MINUTES = (10, 30)
MOST_CALLS = 1.1
MOST_POINTS = 0.5


async def of_ways(folder: Path, effort: Effort) -> dict[str, Any]:
    """Every recording straight to the server, and through the bot in each way; errors of each, run after run."""
    takes = effort.of(notes.takes())
    rows: list[dict[str, Any]] = []

    def heard(run: int, take: notes.Take, way: str, words: str) -> None:
        rows.append({"run": run, "recording": take.name, "way": way, "words": words})
        print(f"run {run + 1}: {take.name}, {way}", flush=True)

    async with open_server(SERVER, "base", folder) as server:
        for run in range(effort.runs):
            for kind in ("ogg", "wav"):
                for take in takes:
                    heard(run, take, f"straight, {kind}", await straight(server, _file(take, kind, folder)))
        for number, (way, (posted, _, settings)) in enumerate(WAYS.items()):
            async with open_scene(folder / f"way-{number}", server, **settings) as scene:
                for run in range(effort.runs):
                    for take in takes:
                        sound = _file(take, posted, folder)
                        told = await (scene.note(sound) if posted == "ogg" else scene.file(sound))
                        heard(run, take, way, told.words)
    rows.sort(key=lambda row: (row["way"], row["run"], row["recording"]))  # each way's rows beside the others'
    by_name = {take.name: take for take in takes}
    pairs = [(by_name[row["recording"]].words, row["words"], by_name[row["recording"]].language) for row in rows]
    for row, count in zip(rows, await rates.counted(pairs), strict=True):
        del row["words"]
        row |= {"units": count.units, "wrong": count.wrong, "added": count.added, "lost": count.lost}
    return {"rows": rows, "recordings": len(takes)}


def _file(take: notes.Take, kind: str, folder: Path) -> Path:
    """A recording as a file of that kind; an aiff is one that no model takes as it is."""
    path = folder / f"note.{kind}"
    return notes.voice_note(take, path) if kind == "ogg" else sounds.encoded(take.pcm, path)


def ways_lines(found: dict[str, Any]) -> Iterator[str]:
    """The table of error rates."""
    of: dict[str, list[Count]] = {}
    for row in found["rows"]:
        of.setdefault(row["way"], []).append(_count(row))
    runs = 1 + max(row["run"] for row in found["rows"])
    units = sum(one.units for one in next(iter(of.values()))) // runs
    yield f"{found['recordings']} recordings, {units} words (signs of Korean and Japanese), base, {runs} runs. An interval that spans 0 is chance. Aim: none worse beyond chance."
    yield ""
    yield "| way | errors % | against straight, points (95 %) | worse beyond chance |"
    yield "|---|--:|--:|---|"
    for kind in ("ogg", "wav"):
        yield f"| straight to the server, {kind} | {rates.rate(of[f'straight, {kind}']):.1f} | - | - |"
    for way, (_, against, _) in WAYS.items():
        more = rates.difference(of[f"straight, {against}"], of[way])
        yield f"| {way} | {rates.rate(of[way]):.1f} | {more} | {'**yes**' if more.is_worse else 'no'} |"


async def of_length(folder: Path, effort: Effort) -> dict[str, Any]:
    """Ten and thirty minutes on a server that hears one piece at a time, with the bot's own settings."""
    english = [take for take in notes.takes() if take.language == "en"]
    rows: list[dict[str, Any]] = []
    async with open_server(SERVER, "base", folder) as server, open_scene(folder / "long", server) as scene:
        await straight(server, await asyncio.to_thread(notes.voice_note, english[0], folder / "warm.ogg"))
        for run in range(effort.runs):
            for minutes in (whole * effort.percent / 100 for whole in MINUTES):
                take = notes.lasting(english, minutes * 60)
                note = await asyncio.to_thread(notes.voice_note, take, folder / "long.ogg")
                clock = asyncio.get_running_loop().time
                began = clock()
                bare = await straight(server, note)
                between = clock()
                told = await scene.note(note)
                ended = clock()
                counts = await rates.counted([(take.words, bare, "en"), (take.words, told.words, "en")])
                row = {"run": run, "minutes": minutes, "outcome": told.outcome, "holes": told.holes}
                row |= {"pieces": len(set(told.pieces)), "calls": told.calls, "units": counts[0].units}
                row |= {"alone_wrong": counts[0].wrong, "wrong": counts[1].wrong, "lost": counts[1].lost}
                row |= {"alone_s": round(between - began, 1), "took_s": round(ended - between, 1)}
                rows.append(row)
                print(row, flush=True)
    return {"rows": rows}


def length_lines(found: dict[str, Any]) -> Iterator[str]:
    """The table of long notes."""
    yield f"Recordings one after the other with a second between, base. Aim: no piece lost, at most {MOST_CALLS} calls a piece, errors within {MOST_POINTS} points of the model alone (which hears the whole file in one call)."
    yield ""
    yield "| minutes | run | pieces | named as missing | calls a piece | errors %, alone | errors %, through us | difference | seconds, alone | seconds, through us |"
    yield "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    for row in sorted(found["rows"], key=lambda row: (row["minutes"], row["run"])):
        bare, ours = (100 * row[key] / row["units"] for key in ("alone_wrong", "wrong"))
        yield (
            f"| {row['minutes']:g} | {row['run'] + 1} | {row['pieces']} | {row['holes']} | {row['calls'] / max(1, row['pieces']):.2f}"
            f" | {bare:.1f} | {ours:.1f} | {ours - bare:+.1f} | {row['alone_s']:.0f} | {row['took_s']:.0f} |"
        )


def _count(row: dict[str, Any]) -> Count:
    return Count(row["units"], row["wrong"], row["added"], row["lost"])
