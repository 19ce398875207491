"""
The knife: an endless stream of PCM in, pieces of it out, cut in pauses.

Hides the window that has been read and not yet sent. Promises: holds at most `target_ms` and what is looked at
around it; a piece ends where it is quietest near the target, so that no word is cut in two; pieces lie side by
side, none is longer than `longest_ms` or shorter than LEAST_MS, unless the whole clip is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from bot.audio.gate import FRAME_BYTES, FRAME_MS, Gate
from bot.audio.reader import BYTES_PER_MS

REACH = 0.2  # how far from the target to look for a pause, as a share of it
REACH_MS = 30_000
PAUSE_FRAMES = 11  # 330 ms: the pause between two sentences; the quietest such stretch wins
LEAST_MS = 5_000  # the provider refuses less than 100 ms, and hears badly what has no context


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of the clip: PCM ready to be exported, or none where nobody speaks."""

    spans: tuple[tuple[int, int], ...]
    pcm: bytes | bytearray


class Knife:
    """Feed it PCM; it yields the cuts that are ready, and the last one at the end."""

    def __init__(self, *, target_ms: int, longest_ms: int, hushed: bool) -> None:
        target_ms = min(target_ms, longest_ms)
        reach_ms = min(int(target_ms * REACH), REACH_MS)
        self._latest = min(target_ms + reach_ms, longest_ms) // FRAME_MS
        self._earliest = max(1, (target_ms - reach_ms) // FRAME_MS)
        self._least = min(LEAST_MS, target_ms) // FRAME_MS
        self._hushed = hushed
        self._gate = Gate()
        self._window = bytearray()
        self._start_ms = 0
        self.heard_any = False

    def feed(self, pcm: bytes) -> Iterator[Cut]:
        """Takes the next PCM; yields a cut whenever the window is wide enough to choose its end."""
        self._window += pcm
        self._gate.feed(pcm)
        while len(self._gate.levels) >= self._latest + self._least:
            yield self._cut(self._quietest())

    def end(self) -> Iterator[Cut]:
        """What is left."""
        if self._window:
            yield self._cut(len(self._gate.levels))

    def _cut(self, frames: int) -> Cut:
        # The last frame of a clip is seldom whole; it belongs to the last piece.
        size = frames * FRAME_BYTES if frames < len(self._gate.levels) else len(self._window)
        is_spoken = self._gate.hears(0, frames)
        self.heard_any |= is_spoken
        pcm = self._window[:size] if is_spoken or not self._hushed else b""
        end_ms = self._start_ms + size // BYTES_PER_MS
        cut = Cut(((self._start_ms, end_ms),), pcm)
        self._start_ms = end_ms
        del self._window[:size]
        self._gate.forget(frames)
        return cut

    def _quietest(self) -> int:
        """The frame in whose middle of the quietest stretch to cut: at the end of `earliest` and before `latest`."""
        levels = self._gate.levels
        half = PAUSE_FRAMES // 2
        sums = list(accumulate(levels[self._earliest - min(half, self._earliest) : self._latest + half + 1], initial=0))
        width = min(PAUSE_FRAMES, len(sums) - 1)
        quietness = [sums[at + width] - sums[at] for at in range(len(sums) - width)]
        best = min(range(len(quietness)), key=quietness.__getitem__)
        return min(max(self._earliest, self._earliest - min(half, self._earliest) + best + width // 2), self._latest)
