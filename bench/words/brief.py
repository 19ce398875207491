"""Blocks `brief` and `quiet`: real people who say little, or speak from afar, and what they are taken for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.words import notes
from bench.words.record import Effort
from bench.words.scene import Scene, Told, open_scene
from tests.world.openai import Scripted

SLICE_S, EVERY_S, SOUNDING_MS = 1.2, 2.0, 500
THANKS = {"en": "Thank you.", "ko": "감사합니다.", "de": "Vielen Dank.", "ja": "ありがとうございました。"}
LEVELS_DB = (-40, -46, -52)
MOST_DOUBTED = 1


async def of_slices(folder: Path, effort: Effort) -> dict[str, Any]:
    """Short stretches of real speech, each answered with a thank you: which of them are not believed."""
    rows: list[dict[str, Any]] = []
    async with open_scene(folder / "slices") as scene:
        for take in effort.of(notes.files()):
            loud = notes.loudness(take.pcm)
            for number, part in enumerate(notes.slices(take.pcm, SLICE_S, EVERY_S)):
                if notes.sounding_ms(part, loud) < SOUNDING_MS:
                    continue
                answers = dict.fromkeys(("Thank you.", THANKS[take.language]))
                for answer in answers:
                    told = await _answered(scene, part, answer, folder)
                    row = {"recording": take.name, "language": take.language, "slice": number, "answer": answer}
                    rows.append(row | _ended(told))
                    if not told.words:
                        print(f"{take.name}, slice {number}, {answer}: {told.outcome}", flush=True)
    return {"rows": rows}


def slices_lines(found: dict[str, Any]) -> Iterator[str]:
    """The table of short speech."""
    yield f'Slices of {SLICE_S} s at every {EVERY_S:.0f} s of every recording, in each kind of file there is of it, that sound for {SOUNDING_MS} ms or more, as voice messages; the provider\'s answer is a script. Aim: at most {MOST_DOUBTED} of those answered "Thank you." taken for made up or silent, none of the Korean.'
    yield ""
    yield "| answered | language | slices | not sent at all | sent, and taken for made up | words in the channel |"
    yield "|---|---|--:|--:|--:|--:|"
    kinds = dict.fromkeys((row["answer"], row["language"]) for row in found["rows"])
    for answer, language in sorted(kinds):
        rows = [row for row in found["rows"] if (row["answer"], row["language"]) == (answer, language)]
        missed = [row for row in rows if not row["is_told"]]
        unsent = sum(not row["calls"] for row in missed)
        yield f"| {answer} | {language} | {len(rows)} | {unsent} | {len(missed) - unsent} | {len(rows) - len(missed)} |"
    missed = [row for row in found["rows"] if not row["is_told"]]
    if missed:
        told = (f"{row['recording']} at {row['slice'] * EVERY_S:.0f} s ({row['answer']})" for row in missed)
        yield ""
        yield f"Missed: {', '.join(told)}."


async def of_quiet(folder: Path, effort: Effort) -> dict[str, Any]:
    """Every recording, quiet: which of them are called silent, though the provider would have its words."""
    rows: list[dict[str, Any]] = []
    async with open_scene(folder / "quiet") as scene:
        for take in effort.of(notes.takes()):
            for level_db in LEVELS_DB:
                told = await _answered(scene, notes.quieter(take.pcm, level_db), take.words, folder)
                rows.append({"recording": take.name, "level_db": level_db} | _ended(told))
                if not told.words:
                    print(f"{take.name} at {level_db} dB: {told.outcome}", flush=True)
    return {"rows": rows}


def quiet_lines(found: dict[str, Any]) -> Iterator[str]:
    """The table of quiet speech."""
    yield "Every recording with a transcript, as a voice message of that loudness (root mean square, of full scale); the provider answers with its words. Aim: none called silent."
    yield ""
    yield "| level | recordings | not sent at all | sent, and no words in the channel |"
    yield "|--:|--:|--:|--:|"
    for level_db in LEVELS_DB:
        rows = [row for row in found["rows"] if row["level_db"] == level_db]
        missed = [row for row in rows if not row["is_told"]]
        unsent = sum(not row["calls"] for row in missed)
        yield f"| {level_db} dB | {len(rows)} | {unsent} | {len(missed) - unsent} |"
    missed = [f"{row['recording']} at {row['level_db']} dB" for row in found["rows"] if not row["is_told"]]
    if missed:
        yield ""
        yield f"Missed: {', '.join(missed)}."


async def _answered(scene: Scene, pcm: bytes, answer: str, folder: Path) -> Told:
    scene.openai.ears = Scripted(answer)
    return await scene.note(notes.voice_note(pcm, folder / "brief.ogg"))


def _ended(told: Told) -> dict[str, Any]:
    return {"outcome": told.outcome, "is_told": bool(told.words), "calls": told.calls}
