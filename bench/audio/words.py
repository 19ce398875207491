"""
What the room does to the words: error rates of an offline recogniser on what came in and on what goes out.

Words are counted over all recordings together; the interval holds 95 % of the differences that come up when recordings
are drawn anew: one that spans 0 is chance. The recogniser is far weaker than the models the bot uses, and so more
easily upset: its differences are an upper bound.
"""

import asyncio
import random
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from bench.audio import sounds
from bot import audio

PIECE_MS = 5_000
GROUP = 3  # recordings joined into one long one
DRAWS = 2_000
DISCORD = ("-ar", "48000", "-c:a", "libopus", "-b:a", "32k")
SAID = {"mr": "mister", "mrs": "missus", "dr": "doctor"}


@cache
def _decoder() -> Any:
    from pocketsphinx import Decoder  # noqa: PLC0415 - half a second that other tables need not wait for

    return Decoder(loglevel="FATAL")


def heard(pcm: bytes) -> list[str]:
    """The words the recogniser finds."""
    decoder = _decoder()
    decoder.start_utt()
    decoder.process_raw(pcm, no_search=False, full_utt=True)
    decoder.end_utt()
    found = decoder.hyp()
    return found.hypstr.split() if found else []


def said(text: str) -> list[str]:
    """A transcript as the recogniser would write it."""
    return [SAID.get(word, word) for word in re.sub(r"[^a-z' ]", " ", text.lower().replace("-", " ")).split()]


def errors(truth: list[str], found: list[str]) -> int:
    """Words to insert, delete or change to make one of the other."""
    row = list(range(len(found) + 1))
    for at, word in enumerate(truth, 1):
        before, row[0] = row[0], at
        for there, other in enumerate(found, 1):
            before, row[there] = row[there], min(row[there] + 1, row[there - 1] + 1, before + (word != other))
    return row[-1]


def uploaded() -> Iterator[str]:
    """The table of single recordings: what came in against what is sent."""
    people = english()
    counts = [len(said(one.words)) for one in people]
    yield f"{len(people)} English recordings, {sum(counts)} words. An interval (95 %) that spans 0 is chance."
    yield ""
    yield "| what is heard | word errors % | difference, points | kB |"
    yield "|---|--:|--:|--:|"
    first: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        plain = audio.UploadRules(scratch=Path(folder), ffmpeg=sounds.ffmpeg())
        ways: dict[str, Callable[[bytes], tuple[bytes, int]]] = {
            "the recording, 16 kHz wav": lambda pcm: (pcm, len(pcm)),
            "voice note (Opus 32k), passed through": lambda pcm: _sent(pcm, folder, "ogg", plain, *DISCORD),
            'voice note, `convert = "always"`': lambda pcm: _sent(
                pcm, folder, "ogg", replace(plain, convert="always"), *DISCORD
            ),
            "wav, sent as Opus 32k": lambda pcm: _sent(pcm, folder, "wav", plain),
            "wav, sent as mp3 48k": lambda pcm: _sent(pcm, folder, "wav", replace(plain, format="mp3")),
            "m4a (64k), sent as Opus 32k": lambda pcm: _sent(pcm, folder, "m4a", plain, "-b:a", "64k"),
        }
        for label, way in ways.items():
            sent = [way(sounds.pcm_of(one.path)) for one in people]
            wrong = [errors(said(one.words), heard(pcm)) for one, (pcm, _) in zip(people, sent, strict=True)]
            size = sum(sent_bytes for _, sent_bytes in sent)
            first = first or wrong
            rate = 100 * sum(wrong) / sum(counts)
            yield f"| {label} | {rate:.1f} | {against(first, wrong, counts)} | {size / 1_000:.0f} |"


def stitched() -> Iterator[str]:
    """The table of joined recordings: whole, cut by the room, and cut with closed eyes."""
    people = english()
    groups = [people[at : at + GROUP] for at in range(0, len(people), GROUP)]
    counts = [sum(len(said(one.words)) for one in group) for group in groups]
    wrong: dict[str, list[int]] = {"whole": [], "room": [], "blind": []}
    pieces = 0
    with tempfile.TemporaryDirectory() as folder:
        rules = audio.UploadRules(scratch=Path(folder), ffmpeg=sounds.ffmpeg(), target_ms=PIECE_MS)
        for group in groups:
            truth = [word for one in group for word in said(one.words)]
            pcm = b"".join(sounds.pcm_of(one.path) for one in group)
            path = sounds.encoded(pcm, Path(folder, "sound.wav"))
            whole = asyncio.run(_pieces(path, replace(rules, target_ms=600_000)))
            cut = asyncio.run(_pieces(path, rules))
            size = PIECE_MS * sounds.RATE_HZ * 2 // 1_000
            blind = [pcm[at : at + size] for at in range(0, len(pcm), size)]
            for way, parts in (("whole", whole), ("room", cut), ("blind", blind)):
                wrong[way].append(errors(truth, [word for part in parts for word in heard(part)]))
            pieces += len(cut)
    yield f"{len(groups)} sounds of up to {GROUP} recordings each, {sum(counts)} words, {pieces} pieces."
    yield ""
    yield "| cut | word errors % | difference, points |"
    yield "|---|--:|--:|"
    labels = {
        "whole": "not at all (Opus 32k)",
        "room": f"by the room, every {PIECE_MS // 1_000} s or so, in pauses",
        "blind": f"every {PIECE_MS // 1_000} s exactly, for comparison",
    }
    for way, label in labels.items():
        rate = 100 * sum(wrong[way]) / sum(counts)
        yield f"| {label} | {rate:.1f} | {against(wrong['whole'], wrong[way], counts)} |"


def english() -> list[sounds.Recording]:
    """What the recogniser understands."""
    return [recording for recording in sounds.recordings() if recording.language == "en"]


def against(one: list[int], other: list[int], counts: list[int]) -> str:
    """How many points of word error rate the other has more, and the interval of that."""
    if one is other:
        return "-"
    rng = random.Random(1)  # noqa: S311 - the same draws each time
    rows = [(b - a, count) for a, b, count in zip(one, other, counts, strict=True)]
    draws = [rng.choices(rows, k=len(rows)) for _ in range(DRAWS)]
    points = sorted(100 * sum(more for more, _ in draw) / sum(count for _, count in draw) for draw in draws)
    low, high = points[DRAWS // 40], points[-DRAWS // 40]
    return f"{100 * (sum(other) - sum(one)) / sum(counts):+.1f} ({low:+.1f} to {high:+.1f})"


def _sent(pcm: bytes, folder: str, suffix: str, rules: audio.UploadRules, *options: str) -> tuple[bytes, int]:
    """What the provider would decode of a sound that comes in this format, and how many bytes it is sent."""
    path = sounds.encoded(pcm, Path(folder, f"sound.{suffix}"), *options)
    pcm, _, size = asyncio.run(sent(path, rules))
    return pcm, size


async def sent(path: Path, rules: audio.UploadRules) -> tuple[bytes, int, int]:
    """What the provider would decode of a file, the milliseconds it would bill, the bytes it is sent."""
    async with audio.open(path, rules=rules) as clip:
        pieces = clip.pieces
        return (
            b"".join(sounds.pcm_of(piece.path) for piece in pieces),
            sum(piece.sent_ms for piece in pieces),
            sum(piece.path.stat().st_size for piece in pieces),
        )


async def _pieces(path: Path, rules: audio.UploadRules) -> list[bytes]:
    async with audio.open(path, rules=rules) as clip:
        return [sounds.pcm_of(piece.path) for piece in clip.pieces]
