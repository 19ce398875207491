"""
The gate: is anybody speaking here?

Hides the voice-activity library and the level meter. Promises: looks at 30 ms at a time and keeps three bytes of
it; when in doubt, somebody speaks. Somebody may be speaking where, for 150 ms in a row, the library hears a voice
in something that is not faint, and where that is louder by SWING_DB than the quiet moments around it: speech
comes in syllables, a fan, a hum or hiss does not. The figures behind the thresholds are in docs/bench/audio.md.
"""

import audioop
import math
from array import array
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

# The library's own C module: `import webrtcvad` looks up its version first, 40 ms of CPU for every clip.
import _webrtcvad  # type: ignore[import-not-found] # it has no stubs

from bot.audio.reader import BYTES_PER_MS, RATE_HZ

FRAME_MS = 30  # the longest frame the library takes
FRAME_BYTES = FRAME_MS * BYTES_PER_MS
FLOOR_DB = -100
FAINT_DB = -80  # dBFS; recordings turned down by 52 dB still have frames above it
# Where nothing near was louder than the one, the library is given as much more as brings the loudest to the other: it
# is deaf to far voices. Louder still, and it takes quiet rooms for voices.
QUIET_DB, RAISED_DB = -40, -30
DECAY_DB = 0.2  # per frame: 3 s after an ordinary voice a far one is heard as well as if it were alone
EVERY = 4  # one sample of four has the same loudness: what is above 2 kHz folds into what is below
LOWS = (2, 3)  # what a filter of one pole takes of a sample and keeps of those before: 325 Hz
FLAT_DB = -95  # without its lows, what is not faint has more
MODE = 2  # of 0 to 3, the higher the stricter
SPOKEN_FRAMES = 5  # 150 ms: a short syllable
SWING_DB = 3  # speech as loud as the noise around it swings by 4 dB or more, steady noise by less than 2
QUIET_SHARE = 10  # percent of a stretch that count as its quiet moments
STEADY_FRAMES = 33  # a second; less has no quiet moments to compare with
NEAR_FRAMES = 167  # 5 s to either side of a moment: how loud its surroundings are
NEAR_DB = 2  # without lows, steady noise swings by 1.2 dB around its quiet moments
OUTSTANDING_DB = 6  # what stands out so far may be a whisper or a call, whatever the library says of it


class Gate:
    """Hears one stretch of sound; `spoken` and `levels` (dBFS) have one entry per 30 ms of it."""

    def __init__(self) -> None:
        self.spoken = bytearray()
        self.levels = array("b")
        self._highs = array("b")
        self._vad = _webrtcvad.create()
        _webrtcvad.init(self._vad)
        _webrtcvad.set_mode(self._vad, MODE)
        self._rest = b""
        self._lows: list[Any] = [None, None]
        self._peak = float(FLOOR_DB)

    def feed(self, pcm: bytes) -> None:
        """Listens to the next PCM, cut anywhere."""
        pcm = self._rest + pcm
        whole = len(pcm) - len(pcm) % FRAME_BYTES
        for at in range(0, whole, FRAME_BYTES):
            frame = pcm[at : at + FRAME_BYTES]
            wide = audioop.lin2lin(frame, 2, 4)  # of whole steps a faint voice has but three or four
            level = _level(wide)
            self._highs.append(_level(self._without_lows(wide)))
            self._peak = max(self._peak - DECAY_DB, level)
            if self._peak < QUIET_DB:
                frame = audioop.mul(frame, 2, 10 ** ((RAISED_DB - self._peak) / 20))
            self.levels.append(level)
            self.spoken.append(level > FAINT_DB and _webrtcvad.process(self._vad, RATE_HZ, frame, FRAME_BYTES // 2))
        self._rest = pcm[whole:]

    def hears(self, end: int, start: int = 0) -> bool:
        """Whether somebody may be speaking in the frames from `start` to `end`."""
        loudness, is_voiced = self._syllables(start, end)
        voices = [loud for loud, voiced in zip(loudness, is_voiced, strict=True) if voiced]
        if not voices or end - start < STEADY_FRAMES:
            return bool(voices)
        is_swinging = max(voices) - _quiet(loudness) >= SWING_DB * SPOKEN_FRAMES
        if not is_swinging or max(self.levels[start:end]) >= RAISED_DB:
            return is_swinging
        # What is brought up is mostly a room, and the library hears a voice in its rumble.
        heights = self._heights(start, end)
        clearest = max(height for height, voiced in zip(heights, is_voiced, strict=True) if voiced)
        return clearest - _quiet(heights) >= NEAR_DB * SPOKEN_FRAMES

    def voice(self, frames: int) -> tuple[int, int] | None:
        """
        From which to which of the first frames somebody may be speaking; None where nobody is.

        Each moment is compared with what is near, so that neither a door nor a louder room at the other end of the
        sound hides a word. Asked of ends, it doubts more than `hears`.
        """
        loudness, is_voiced = self._syllables(0, frames)
        heights = self._heights(0, frames)
        quiet: dict[int, int] = {}

        def may_speak(at: int) -> bool:
            if loudness[at] <= FAINT_DB * SPOKEN_FRAMES:
                return False
            second = at // STEADY_FRAMES
            if second not in quiet:
                quiet[second] = max(FLAT_DB * SPOKEN_FRAMES, *_around(heights, second * STEADY_FRAMES))
            swing = NEAR_DB if is_voiced[at] else OUTSTANDING_DB
            return heights[at] - quiet[second] >= swing * SPOKEN_FRAMES

        places = range(len(loudness))
        first = next(filter(may_speak, places), None)
        if first is None:
            return None
        return first, next(filter(may_speak, reversed(places))) + SPOKEN_FRAMES

    def _heights(self, start: int, end: int) -> list[int]:
        """Of each SPOKEN_FRAMES in a row: how loud they are together without their lows."""
        highs = list(accumulate(self._highs[start:end], initial=0))
        return [highs[at] - highs[at - SPOKEN_FRAMES] for at in range(SPOKEN_FRAMES, len(highs))]

    def _without_lows(self, wide: bytes) -> bytes:
        """Speech has enough above 300 Hz; below, wind and traffic swing as much as it does."""
        wide = array("i", wide)[::EVERY].tobytes()
        for pole, state in enumerate(self._lows):
            low, self._lows[pole] = audioop.ratecv(wide, 4, 1, RATE_HZ, RATE_HZ, state, *LOWS)
            wide = audioop.add(wide, audioop.mul(low, 4, -1), 4)
        return wide

    def _syllables(self, start: int, end: int) -> tuple[list[int], list[bool]]:
        """Of each SPOKEN_FRAMES in a row: how loud they are together, and whether the library hears a voice in all."""
        spoken = list(accumulate(self.spoken[start:end], initial=0))
        levels = list(accumulate(self.levels[start:end], initial=0))
        ends = range(SPOKEN_FRAMES, max(end - start, 0) + 1)
        return (
            [levels[at] - levels[at - SPOKEN_FRAMES] for at in ends],
            [spoken[at] - spoken[at - SPOKEN_FRAMES] == SPOKEN_FRAMES for at in ends],
        )

    def forget(self, frames: int) -> None:
        """Drops the first frames: their piece is made."""
        del self.spoken[:frames]
        del self.levels[:frames]
        del self._highs[:frames]


def _around(heights: list[int], here: int) -> Iterator[int]:
    """
    How loud the quiet moments are before the second that begins `here`, and after it.

    Who compares with the louder of them takes no step in a room's noise, as encoders make them, for a voice.
    """
    there = here + STEADY_FRAMES
    sides = [heights[max(0, here - NEAR_FRAMES) : here], heights[there : there + NEAR_FRAMES]]
    return map(_quiet, [side for side in sides if len(side) >= STEADY_FRAMES] or [heights])


def _quiet(loudness: list[int]) -> int:
    """How loud the quiet moments are."""
    return sorted(loudness)[len(loudness) * QUIET_SHARE // 100]


def _level(wide: bytes) -> int:
    """In dBFS, of samples of 32 bits."""
    amplitude = audioop.rms(wide, 4)
    return max(round(20 * math.log10(amplitude / (1 << 31))), FLOOR_DB) if amplitude else FLOOR_DB
