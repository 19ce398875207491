"""What the room costs: memory and CPU of long files against a bare ffmpeg, and of short notes one after the other."""

import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench.audio import sounds
from bench.audio.opening import rules
from bench.floors import TO_OPUS
from bench.weight import family_pss_of
from bot import audio
from bot.audio.ogg import walk

MINUTES = (10, 180)
LONG = {"m4a": ("-ar", "44100", "-c:a", "aac", "-b:a", "64k"), "wav": (), "mp3": ("-ar", "44100", "-b:a", "64k")}
NOTES = 40
FAST_NOTES = 1_000
SAMPLE_S = 0.02


@dataclass(slots=True)
class Cost:
    """Seconds of wall and CPU, bytes of memory (proportional set size, all processes, at the worst moment)."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_bytes: int = 0


def watched(*words: str) -> Cost:
    """Runs a program and weighs it and all that it starts."""
    before, started = _cpu_s(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=sounds.ROOT)  # noqa: S603 - our own words
    cost = Cost()
    over = threading.Event()

    def weigh() -> None:
        while not over.wait(SAMPLE_S):
            cost.peak_bytes = max(cost.peak_bytes, family_pss_of(process.pid))

    scales = threading.Thread(target=weigh)
    scales.start()
    code = process.wait()
    over.set()
    scales.join()
    if code:
        raise RuntimeError(f"{words[-1]} ended with {code}")
    cost.wall_s = time.perf_counter() - started
    cost.cpu_s = _cpu_s(resource.RUSAGE_CHILDREN) - before
    return cost


def long_files() -> Iterator[str]:
    """The table of long files."""
    yield "| file | minutes | room: wall s | CPU s | memory MB | bare ffmpeg: wall s | CPU s | memory MB |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    with tempfile.TemporaryDirectory() as folder:
        speech = b"".join(sounds.pcm_of(recording.path) for recording in sounds.recordings())
        loop = sounds.encoded(speech, Path(folder, "loop.wav"))
        for suffix, options in LONG.items():
            for minutes in MINUTES:
                path = Path(folder, f"long.{suffix}")
                sounds.run("-stream_loop", "-1", "-i", str(loop), "-t", str(minutes * 60), *options, "-y", str(path))
                room = watched(sys.executable, "-m", "bench.audio.opening", str(path))
                bare = watched(sounds.ffmpeg(), "-v", "error", "-nostdin", "-i", str(path), *TO_OPUS)
                yield f"| {suffix} | {minutes} | {_row(room)} | {_row(bare)} |"
                path.unlink()
    yield ""
    yield "A bare ffmpeg keeps an index of a long m4a's frames; the room reads the table itself (`bot/audio/mp4.py`)."


def notes() -> Iterator[str]:
    """The table of short notes."""
    yield "| 12 s note | CPU ms | notes/s, one at a time | notes/s, two at a time |"
    yield "|---|--:|--:|--:|"
    note = sounds.NOTES / "pauses.ogg"
    with tempfile.TemporaryDirectory() as folder:
        phone = Path(folder, "phone.m4a")
        sounds.run("-i", str(note), "-ar", "44100", "-c:a", "aac", "-b:a", "64k", str(phone))
        plain = rules(folder)
        with _timed(FAST_NOTES) as walked:
            for _ in range(FAST_NOTES):
                walk(note, max_ms=plain.max_ms)
        yield f"| voice note: page walk alone | {walked[0]:.2f} | {walked[1]:.0f} | |"
        yield f"| voice note: passed through | {_paced(note, plain, FAST_NOTES)} |"
        listened = replace(plain, trimmed=True)
        yield f"| voice note: decoded, listened to, exported for trimming | {_paced(note, listened, NOTES)} |"
        yield f'| voice note: `convert = "always"` | {_paced(note, replace(plain, convert="always"), NOTES)} |'
        yield f"| m4a | {_paced(phone, plain, NOTES)} |"
        decode = ("-ac", "1", "-ar", "16000", "-f", "s16le", "-y", os.devnull)
        for label, path, words in (
            ("voice note: bare ffmpeg, decoding", note, decode),
            ("m4a: bare ffmpeg, to Opus", phone, TO_OPUS),
        ):
            with _timed(NOTES) as bare:
                for _ in range(NOTES):
                    sounds.run("-i", str(path), *words)
            yield f"| {label} | {bare[0]:.1f} | {bare[1]:.1f} | |"


def _paced(path: Path, how: audio.UploadRules, count: int) -> str:
    with _timed(count) as alone:
        asyncio.run(_open_many(path, how, count, 1))
    with _timed(count) as paired:
        asyncio.run(_open_many(path, how, count, 2))
    return f"{alone[0]:.1f} | {alone[1]:.1f} | {paired[1]:.1f}"


async def _open_many(path: Path, how: audio.UploadRules, count: int, at_once: int) -> None:
    turns = iter(range(count))

    async def work() -> None:
        for _ in turns:
            async with audio.open(path, rules=how):
                pass

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(work())


@contextmanager
def _timed(count: int) -> Iterator[list[float]]:
    """Milliseconds of CPU for each of `count`, and how many fit into a second of wall."""
    found: list[float] = []
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    before, started = sum(map(_cpu_s, who)), time.perf_counter()
    yield found
    found += [(sum(map(_cpu_s, who)) - before) / count * 1_000, count / (time.perf_counter() - started)]


def _row(cost: Cost) -> str:
    return f"{cost.wall_s:.1f} | {cost.cpu_s:.1f} | {cost.peak_bytes / 1e6:.1f}"


def _cpu_s(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime
