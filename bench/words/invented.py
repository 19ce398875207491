"""Blocks `nobody` and `ends`: what a real Whisper makes up, and how much of it reaches the channel."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.words import nobody, notes, rates
from bench.words.record import Effort
from bench.words.scene import open_scene, straight
from tests.ears.servers import open_server

SERVER = "faster-whisper-server"
MODELS = ("base", "tiny.en")
LENGTHS_S = (5.0, 10.0, 20.0)  # of the first, second, third run
END_S = 60.0
ROOM_DB = -50.0
SIX = ("jfk", "librivox_0870", "pico_test", "pico_test_de", "pico_test_ko", "LJ001-0004")
SIX_OF_OURS = ("country", "hotel", "meeting", "park", "birthday", "thanks")


async def of_nobody(folder: Path, effort: Effort) -> dict[str, Any]:
    """Every sound in which nobody speaks, through the whole bot, with each model; once, if wished, also straight to the server."""
    found: dict[str, Any] = {model: [] for model in MODELS}
    for model in MODELS:
        async with (
            open_server(SERVER, model, folder) as server,
            open_scene(folder / f"nobody-{model}", server) as scene,
        ):
            for run in range(effort.runs):
                rows = []
                for name in effort.of(list(nobody.SOUNDS)):
                    pcm = nobody.made(name, LENGTHS_S[run % len(LENGTHS_S)], run + 1)
                    note = notes.voice_note(pcm, folder / "nobody.ogg")
                    bare = await straight(server, note) if effort.alone and not run else None
                    told = await scene.note(note)
                    rows.append(
                        {
                            "sound": name,
                            "outcome": told.outcome,
                            "words": told.words,
                            "calls": told.calls,
                            "billed_ms": told.billed_ms,
                            "alone": bare,
                        }
                    )
                    print(f"{model} run {run + 1}: {name}: {told.outcome} {told.words[:80]!r}", flush=True)
                found[model].append(rows)
    return {"models": found}


def nobody_lines(found: dict[str, Any]) -> Iterator[str]:
    """The table of made-up words."""
    yield f"{len(next(iter(found['models'].values()))[0])} sounds of {', '.join(f'{one:.0f}' for one in LENGTHS_S)} s, made anew in each run by `bench/words/nobody.py`. Aim: no words in the channel."
    yield ""
    yield "| model | run | words from the server alone | never asked | asked, and told as no speech | other ends | **words in the channel** |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for model, runs in found["models"].items():
        for number, rows in enumerate(runs, 1):
            alone = sum(bool(row["alone"]) for row in rows) if rows[0]["alone"] is not None else "-"
            silent = [row for row in rows if row["outcome"] == "Silence"]
            heard = [row for row in rows if row["words"]]
            asked = sum(bool(row["calls"]) for row in silent)
            rest = len(rows) - len(silent) - len(heard)
            yield f"| {model} | {number} | {alone} | {len(silent) - asked} | {asked} | {rest} | **{len(heard)}** |"
    heard = [(model, row) for model, runs in found["models"].items() for rows in runs for row in rows if row["words"]]
    if heard:
        yield ""
        yield "What came through:"
        yield ""
        for model, row in heard:
            yield f"- {model}, {row['sound']}: `{_short(row['words'])}`"


async def at_ends(folder: Path, effort: Effort) -> dict[str, Any]:
    """A minute of nothing, or of a room, before or behind recordings; words that this adds."""
    chosen = effort.of(_six())
    quiet: dict[str, Callable[[int], bytes]] = {
        "silence": lambda _: notes.silence(END_S),
        "room noise": lambda seed: nobody.room(END_S, ROOM_DB, seed),
    }
    rows: list[list[dict[str, Any]]] = []
    async with open_server(SERVER, "base", folder) as server, open_scene(folder / "ends", server) as scene:
        for run in range(effort.runs):
            rows.append([])
            for take in chosen:
                plain = (await scene.note(notes.voice_note(take, folder / "plain.ogg"))).words
                for kind, make in quiet.items():
                    for place in ("before", "behind"):
                        end = make(run + 1)
                        pcm = end + take.pcm if place == "before" else take.pcm + end
                        note = notes.voice_note(pcm, folder / "ends.ogg")
                        bare = await straight(server, note) if effort.alone and not run else None
                        told = await scene.note(note)
                        row: dict[str, Any] = {
                            "recording": take.name,
                            "language": take.language,
                            "end": kind,
                            "place": place,
                        }
                        row |= {"alone": plain, "words": told.words, "straight": bare, "outcome": told.outcome}
                        row |= {"billed_ms": told.billed_ms, "length_ms": int(take.seconds * 1000)}
                        rows[-1].append(row)
                        print(f"run {run + 1}: {take.name}, {kind} {place}: {told.words[-90:]!r}", flush=True)
    flat = [row for one in rows for row in one]
    ours = await rates.counted([(row["alone"], row["words"], row["language"]) for row in flat])
    theirs = [row for row in flat if row["straight"] is not None]
    bares = await rates.counted([(row["alone"], row["straight"], row["language"]) for row in theirs])
    for row, count in zip(flat, ours, strict=True):
        row |= {"added": count.added, "lost": count.lost}
    for row, count in zip(theirs, bares, strict=True):
        row |= {"straight_added": count.added}
    return {"runs": rows}


def ends_lines(found: dict[str, Any]) -> Iterator[str]:
    """The table of words added by silent ends."""
    first = found["runs"][0]
    names = ", ".join(dict.fromkeys(row["recording"] for row in first))
    yield f"{END_S:.0f} s of digital silence, or of room noise ({ROOM_DB:.0f} dB), before or behind {names}; base. Against what the same recording gives alone; of Korean, signs are counted. Aim: none added."
    yield ""
    yield "| end | place | added by the server alone | **added through us** (each run) | lost through us (each run) |"
    yield "|---|---|--:|--:|--:|"
    for kind in ("silence", "room noise"):
        for place in ("before", "behind"):
            of = [[row for row in run if (row["end"], row["place"]) == (kind, place)] for run in found["runs"]]
            bare = sum(row["straight_added"] for row in of[0]) if "straight_added" in of[0][0] else "-"
            added, lost = (", ".join(str(sum(row[key] for row in run)) for run in of) for key in ("added", "lost"))
            yield f"| {kind} | {place} | {bare} | **{added}** | {lost} |"
    more = [row for run in found["runs"] for row in run if row["added"]]
    if more:
        yield ""
        yield "What was added:"
        yield ""
        for row in more:
            yield f"- {row['recording']}, {row['end']} {row['place']}: `{_short(row['words'])}` (alone: `{_short(row['alone'])}`)"


def _six() -> list[notes.Take]:
    """The recordings beside the checkout, or as many of those the project ships."""
    found = {take.name: take for take in notes.takes()}
    names = SIX if all(name in found for name in SIX) else SIX_OF_OURS
    return [found[name] for name in names]


def _short(text: str) -> str:
    """The end of it, in one line that no table minds."""
    line = text.replace("|", "/").replace("`", "'")
    return line if len(line) <= 160 else f"{line[:80]} … {line[-70:]}"
