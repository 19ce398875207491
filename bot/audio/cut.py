"""
The knife: an endless stream of PCM in, pieces of it out, cut in pauses.

Hides the window that has been read and not yet sent. Promises: holds little more than `target_ms`; a piece ends in
the quietest third of a second near the target, so that no word is cut in two and none is heard twice (pause proof,
not overlap: overlapped words would have to be matched, and be paid twice); pieces lie side by side, but for long ends
in which nobody speaks: models make words of them; none is longer than `longest_ms`, and only a whole clip, or what
is left of it without its ends, is shorter than LEAST_MS.
"""

from collections.abc import Iterator
from itertools import accumulate, groupby
from typing import NamedTuple

from bot.audio.gate import FRAME_BYTES, FRAME_MS, Gate
from bot.audio.reader import BYTES_PER_MS

REACH = 0.2  # how far from the target to look for a pause, as a share of it,
REACH_MS = 30_000  # and no further than this: people breathe
PAUSE_FRAMES = 11  # 330 ms, a pause between sentences
LEAST_MS = 5_000  # the provider refuses less than 100 ms and guesses at what has no context
LONG_PAUSE_FRAMES = 50  # 1.5 s: what trimming takes a pause for
PADDING_FRAMES = 10  # 300 ms of a trimmed pause stay on either side
LONG_END_FRAMES = 100  # 3 s: what is left out of an end; models write words from some 10 s of nothing on
END_PADDING_FRAMES = 17  # half a second of it stays: a word may begin or end more faintly than the gate hears


class Cut(NamedTuple):  # a dataclass would cost every worker 10 ms of imports
    """A stretch of the clip: where it lies, and its PCM; none where nobody speaks."""

    spans: tuple[tuple[int, int], ...]
    pcm: bytearray


class Knife:
    """Feed it PCM; it yields the cuts that are ready, and the last one at the end."""

    def __init__(self, *, target_ms: int, longest_ms: int, hushed: bool = True, trimmed: bool = False) -> None:
        reach_ms = min(int(min(target_ms, longest_ms) * REACH), REACH_MS)
        self._latest = max(2, min(target_ms + reach_ms, longest_ms) // FRAME_MS)
        self._earliest = max(1, min(target_ms, longest_ms) - reach_ms) // FRAME_MS
        self._least = min(LEAST_MS, target_ms) // FRAME_MS
        self._hushed = hushed
        self._trimmed = trimmed
        self._gate = Gate()
        self._window = bytearray()
        self._start_ms = 0
        self.has_heard = False

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
        # The piece keeps the window's memory, and the few seconds after it move to a new one.
        piece, self._window = self._window, self._window[size:]
        del piece[size:]
        end_ms = self._start_ms + size // BYTES_PER_MS
        spans: tuple[tuple[int, int], ...] = ((self._start_ms, end_ms),)
        is_spoken = self._gate.hears(frames)
        self.has_heard |= is_spoken
        if self._hushed and not is_spoken:
            piece = bytearray()
        else:
            first, last = spoken_part(self._gate, frames) if self._hushed else (0, frames)
            spans = tuple(
                (self._start_ms + a * FRAME_MS, end_ms if b == frames else self._start_ms + b * FRAME_MS)
                for a, b in (self._without_pauses(first, last) if self._trimmed else [(first, last)])
            )
            if spans != ((self._start_ms, end_ms),):
                piece = bytearray().join(
                    piece[(a - self._start_ms) * BYTES_PER_MS : (b - self._start_ms) * BYTES_PER_MS] for a, b in spans
                )
        self._start_ms = end_ms
        self._gate.forget(frames)
        return Cut(spans, piece)

    def _quietest(self) -> int:
        """The middle of the quietest PAUSE_FRAMES between the earliest and the latest frame to cut at."""
        levels = self._gate.levels[self._earliest : self._latest]
        width = min(PAUSE_FRAMES, len(levels))
        sums = list(accumulate(levels, initial=0))
        best = min(range(len(sums) - width), key=lambda at: sums[at + width] - sums[at])
        return self._earliest + best + (width + 1) // 2

    def _without_pauses(self, first: int, last: int) -> list[tuple[int, int]]:
        """The frames of the next piece that are left when its long pauses are taken out but for their edges."""
        spans, at, start = [], first, first
        for is_spoken, run in groupby(self._gate.spoken[first:last]):
            length = len(list(run))
            if not is_spoken and length >= LONG_PAUSE_FRAMES:
                spans.append((start, at + PADDING_FRAMES))
                start = at + length - PADDING_FRAMES
            at += length
        return [*spans, (start, last)]


def spoken_part(gate: Gate, frames: int) -> tuple[int, int]:
    """From which to which of the first frames there is something to send: all but long ends without a voice."""
    if frames < LONG_END_FRAMES or (voice := gate.voice(frames)) is None:
        return 0, frames
    first, last = voice
    return (
        first - END_PADDING_FRAMES if first >= LONG_END_FRAMES else 0,
        last + END_PADDING_FRAMES if frames - last >= LONG_END_FRAMES else frames,
    )
