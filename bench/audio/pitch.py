"""
The meter that the bot had before: webrtcvad's frames, and those of them with a gliding pitch.

Kept to be compared with. Of low, rough male voices it finds a pitch in one frame of twenty.
"""

import audioop
from array import array
from collections.abc import Sequence
from typing import NamedTuple

from bot.audio.gate import FRAME_BYTES, FRAME_MS, QUIET_SHARE, SPOKEN_FRAMES, SWING_DB, Gate

WIDTH = 480  # samples compared, 30 ms
LAGS = (*range(40, 100), *range(100, 229, 2))  # periods in samples at 16 kHz: voices between 70 and 400 Hz
ALIKE = 0.6  # correlation of a frame with itself a period later: vowels reach 0.8 to 0.99, noise seldom more than this
TILT = 0.8  # pre-emphasis, as in speech coding: without it, rumble correlates with itself at every lag
CLEARER = 0.03  # by so much a longer period has to be better: every sound repeats itself after two periods as well
HELD_FRAMES = 10  # 300 ms within HELD_LAGS: a note; in speech even a long vowel glides
HELD_LAGS = 2
MOST_HELD = 0.3  # of what has a pitch
LEAST_VOICED = 0.25  # of what sounds: people have 0.4 and more, also 10 dB above a noise; wind, the worst, 0.17
LEAST_MS, MOST_MS = 60, 500  # a syllable lasts so long, gabbled or drawn out,
SLACK_MS = 1_000  # and a cough or a chair beside it
ENOUGH_FRAMES = 2_000  # a minute of voice is more than any doubtful sentence takes


class Voice(NamedTuple):
    """How long something sounds that may be speech, and how much of that has a voice's gliding pitch."""

    sounding_ms: int
    voiced_ms: int

    def may_say(self, syllables: int) -> bool:
        """Whether so many syllables, and nothing more, can have been spoken here."""
        return (
            0 < self.sounding_ms * LEAST_VOICED <= self.voiced_ms
            and syllables * LEAST_MS <= self.sounding_ms <= syllables * MOST_MS + SLACK_MS
        )


class Meter:
    """Feed it PCM; `voice` is the result."""

    def __init__(self) -> None:
        self._gate = Gate()
        self._periods = array("H")
        self._pcm = bytearray()
        self._count = 0

    @property
    def is_sure(self) -> bool:
        """Whether more sound could change nothing."""
        return self._count >= ENOUGH_FRAMES

    def feed(self, pcm: bytes) -> None:
        """Listens to the next PCM, cut anywhere between samples."""
        self._gate.feed(pcm)
        self._pcm += pcm
        need = 2 * (WIDTH + LAGS[-1] + 1)
        while len(self._pcm) >= need and len(self._periods) < len(self._gate.spoken):
            is_spoken = self._gate.spoken[len(self._periods)]
            self._count += is_spoken
            self._periods.append(period_of(bytes(self._pcm[:need])) if is_spoken else 0)
            del self._pcm[:FRAME_BYTES]

    @property
    def voice(self) -> Voice:
        """What was heard so far."""
        levels = self._gate.levels
        quiet = sorted(levels)[len(levels) * QUIET_SHARE // 100] if levels else 0
        sounding = pitched = run = 0
        # A frame alone is a click: as at the gate, a syllable is several in a row.
        for at, is_spoken in enumerate((*self._gate.spoken, 0)):
            if is_spoken:
                run += 1
                continue
            if run >= SPOKEN_FRAMES:
                loud = [frame for frame in range(at - run, at) if levels[frame] >= quiet + SWING_DB]
                sounding += len(loud)
                pitched += sum(bool(self._periods[frame]) for frame in loud if frame < len(self._periods))
            run = 0
        is_music = _held(self._periods) > MOST_HELD * sum(map(bool, self._periods))
        return Voice(sounding * FRAME_MS, 0 if is_music else pitched * FRAME_MS)


def period_of(pcm: bytes) -> int:
    """The period, in samples, at which a frame repeats itself as a human voice does; 0: at none."""
    tilted = audioop.add(pcm[2:], audioop.mul(pcm[:-2], 2, -TILT), 2)
    first = tilted[: 2 * WIDTH]
    energy = audioop.rms(first, 2)
    best, period = ALIKE, 0
    for lag in LAGS if energy else ():
        later = tilted[2 * lag : 2 * (lag + WIDTH)]
        other = audioop.rms(later, 2)
        # findfactor is sum(a*b) / sum(b*b), in C; the ratio of the levels makes it a correlation.
        alike = audioop.findfactor(later, first) * energy / other if other else 0.0
        if alike >= best:
            best, period = alike + CLEARER, lag
    return period


def _held(periods: Sequence[int]) -> int:
    """How many frames belong to held notes."""
    held = start = 0
    while start < len(periods):
        end = start
        while end < len(periods) and periods[start] and abs(periods[end] - periods[start]) <= HELD_LAGS:
            end += 1
        held += end - start if end - start >= HELD_FRAMES else 0
        start = max(end, start + 1)
    return held
