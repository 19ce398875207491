"""
One hostile file put to the room, and everything it did while it was in there.

Hides the measuring: CPU seconds and memory (proportional set size) of every process the room starts, what a bare ffmpeg
decodes from the same bytes, and what is left behind. Linux only.
"""

import os
import resource
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bot import audio
from tests.hostile.corpus import Case

BYTES_PER_MS = 32
SAMPLE_S = 0.01


@dataclass(frozen=True, slots=True)
class Trial:
    """What one file came to: `ending` is "measured", or why it was refused; lengths are milliseconds."""

    kind: str
    path: str
    ending: str
    measured_ms: int
    cpu_s: float
    peak_bytes: int
    left: tuple[str, ...]

    @property
    def is_heard(self) -> bool:
        """Whether there is a length to compare: all of it, or what could be read of it."""
        return self.measured_ms > 0 and self.ending in {"measured", "damaged"}


async def put(case: Case, rules: audio.UploadRules, *, weighed: bool = True) -> Trial:
    """Opens one file as the desk would; memory is looked at only if `weighed`, as looking leaves traces."""
    before = _cpu_s()
    with _Scales(weighed=weighed) as scales:
        try:
            async with audio.open(case.path, rules=rules) as clip:
                ending, measured_ms = "measured", clip.length_ms
        except audio.SoundTooLong as refusal:
            ending, measured_ms = "too_long", refusal.at_least_ms
        except audio.UnreadableSound as refusal:
            ending, measured_ms = refusal.why.value, refusal.readable_ms
    left = tuple(path.name for path in rules.scratch.iterdir()) + tuple(
        f"process {pid}" for pid in children(os.getpid())
    )
    return Trial(case.kind, str(case.path), ending, measured_ms, _cpu_s() - before, scales.peak_bytes, left)


def bare_ms(path: Path, ffmpeg: str, *, max_ms: int) -> int:
    """How much sound a bare ffmpeg makes of the same bytes; stops counting at `max_ms`."""
    words = (
        "-v",
        "quiet",
        "-nostdin",
        "-i",
        f"file:{path}",
        "-map",
        "0:a:0",
        "-ac",
        "1",
        "-ar",
        "16000",
        "-f",
        "s16le",
        "-",
    )
    with subprocess.Popen([ffmpeg, *words], stdout=subprocess.PIPE) as process:  # noqa: S603 - our own words
        assert process.stdout
        count = 0
        while count <= max_ms * BYTES_PER_MS and (block := process.stdout.read(1 << 16)):
            count += len(block)
        process.kill()
    return count // BYTES_PER_MS


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def children(pid: int) -> list[int]:
    """All processes below one, that are not yet dead."""
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += [int(child), *children(int(child))]
    except FileNotFoundError:
        pass
    return found


class _Scales:
    """Weighs all children, again and again, in a thread of its own."""

    def __init__(self, *, weighed: bool) -> None:
        self.peak_bytes = 0
        self._over = threading.Event()
        if not weighed:
            self._over.set()
        self._thread = threading.Thread(target=self._weigh)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _weigh(self) -> None:
        while not self._over.wait(SAMPLE_S):
            self.peak_bytes = max(self.peak_bytes, sum(_pss_bytes(pid) for pid in children(os.getpid())))


def _pss_bytes(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0
