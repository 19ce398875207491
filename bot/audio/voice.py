"""
A closer look at a piece: where somebody speaks in it, and how many syllables they utter.

Hides the voice detector's thresholds and the counting of syllables. Promises: bounded memory, half a second of CPU a
minute; a `Voice` that tells a short sentence that was spoken from one that a model made up over noise or music.
Syllables are the peaks of loudness within a voice, with a dip between them: de Jong and Wempe (2009), "Praat script to
detect syllable nuclei", on a band where vowels are. How right all of it is stands in docs/bench/audio.md.
"""

import audioop
import math
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.audio.detector import CHUNK_BYTES, CHUNK_SAMPLES, Detector
from bot.audio.gate import FLOOR_DB, FRAME_BYTES, FRAME_MS, QUIET_SHARE, SWING_DB, Gate
from bot.audio.reader import BYTES_PER_MS, RATE_HZ

# The detector hears a voice best at an ordinary level: every block is brought there.
BLOCK_BYTES = 30_000 * BYTES_PER_MS
LEVEL_DB, LOUD_SHARE = -20, 98  # dBFS that so many percent of a block's frames do not reach
MOST_GAIN_DB = 45  # a voice at -65 dBFS
NEIGHBOUR_DB = 20  # what is so much quieter than the block before is not brought up further

CHUNK_MS = CHUNK_SAMPLES * 1_000 // RATE_HZ
SPOKEN, STILL_SPOKEN = 0.5, 0.35  # a voice begins at the one, and goes on until less than the other
# What is a voice has so many chunks that surely are, on average, or together as much as so many would have: a word in
# noise, or whispered, is long and never sure; a short one in the quiet is.
SURE, SURE_CHUNKS, TOGETHER = 0.85, 3, 4.5
GAP_MS = 200  # a stop consonant, a breath within a word: no end of a voice

# At first the detector takes many a sound for a voice, so that it has to hear a second before. There is none: it hears
# the first one backwards, which meets the beginning without a step. Of 992 sounds of nobody 2 pass so, else 12.
AHEAD_BYTES = 32 * CHUNK_BYTES

STEP_MS = 10
STEP_BYTES = STEP_MS * BYTES_PER_MS
LAG = 3  # samples: the difference to those before raises 1 to 4 kHz, the mean of as many takes off what is above
SMOOTH = (1, 2, 3, 2, 1)
DIP_DB = 1.0
BELOW_DB = 20  # a nucleus is no more than so much below the loud ones
LOUD_NUCLEI = 95  # percent
NUCLEUS_GAP = 8  # steps: nobody utters more than 12 syllables a second
NUCLEUS_CHANCE = 0.4

CLEAR, CLEAR_MS = 0.8, 600
CLEAR_DB = -66  # dBFS: what is quieter nobody hears who does not turn it up
LEAST_MS, MOST_MS = 60, 500  # a syllable lasts so long, gabbled or drawn out,
SLACK_MS = 1_000  # and a cough or a chair beside it


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """
    Who speaks in a piece and where, in ms from the start of the piece's file.

    `spans` are the stretches with a voice, in order; `nuclei` the moments of its syllables; `clear_ms` how long it is
    surely a voice and loud enough for anybody; `sounding_ms` how long anything stands out from the quiet.
    """

    length_ms: int
    sounding_ms: int
    clear_ms: int
    spans: tuple[tuple[int, int], ...] = ()
    nuclei: tuple[int, ...] = field(default=(), repr=False)

    @classmethod
    def read(cls, told: dict[str, Any]) -> "Voice":
        """From what the worker tells as JSON."""
        spans = tuple((int(start), int(end)) for start, end in told["spans"])
        return cls(**{**told, "spans": spans, "nuclei": tuple(map(int, told["nuclei"]))})

    @property
    def voiced_ms(self) -> int:
        """How long somebody speaks."""
        return self.voiced_between(0, self.length_ms)

    @property
    def syllables(self) -> int:
        """How many syllables were uttered."""
        return len(self.nuclei)

    @property
    def is_clear(self) -> bool:
        """Whether anybody would hear and understand a voice here."""
        return self.clear_ms >= CLEAR_MS

    def voiced_between(self, start_ms: int, end_ms: int) -> int:
        """How long somebody speaks in a stretch, in ms."""
        return sum(max(0, min(end, end_ms) - max(start, start_ms)) for start, end in self.spans)

    def syllables_between(self, start_ms: int, end_ms: int) -> int:
        """How many syllables were uttered in a stretch."""
        return sum(start_ms <= nucleus < end_ms for nucleus in self.nuclei)

    def may_say(self, syllables: int, start_ms: int = 0, end_ms: int | None = None) -> bool:
        """Whether so many syllables, and nothing more, can have been spoken in that stretch."""
        voiced_ms = self.voiced_between(start_ms, self.length_ms if end_ms is None else end_ms)
        return voiced_ms > 0 and syllables * LEAST_MS <= voiced_ms <= syllables * MOST_MS + SLACK_MS


class Meter:
    """
    Feed it PCM; `end` is the result.

    Without the detector the gate says where somebody may be speaking: most noise passes for a voice, and none is clear.
    """

    def __init__(self, *, detects: bool = True) -> None:
        self._gate = Gate()
        self._detector = Detector() if detects else None
        self._pcm = bytearray()
        self._bytes = 0
        self._level = float(FLOOR_DB)
        self._rest = b""  # of a chunk
        self._before = b""  # the last samples, for the filters
        self._chances = array("f")
        self._steps = array("f")  # dB, at the level that the detector hears

    def feed(self, pcm: bytes) -> None:
        """Listens to the next PCM, cut anywhere between samples."""
        self._gate.feed(pcm)
        self._bytes += len(pcm)
        self._pcm += pcm
        while len(self._pcm) >= BLOCK_BYTES:
            self._hear(bytes(self._pcm[:BLOCK_BYTES]))
            del self._pcm[:BLOCK_BYTES]

    def end(self) -> Voice:
        """What was heard; nothing may be fed afterwards."""
        self._hear(bytes(self._pcm))
        self._pcm.clear()
        if not self._detector:
            self._chances.extend(self._guesses())
        elif self._rest:
            self._chances.append(self._detector.chance(self._rest.ljust(CHUNK_BYTES, b"\0")))
        length_ms = self._bytes // BYTES_PER_MS
        spans = [(start, min(end, length_ms)) for start, end in _spans(self._chances)]
        return Voice(
            length_ms=length_ms,
            sounding_ms=FRAME_MS * sum(self._sounding()),
            clear_ms=self._clear_ms(spans) if self._detector else 0,
            spans=tuple(spans),
            nuclei=tuple(_nuclei(self._steps, self._chances, spans)),
        )

    def _hear(self, block: bytes) -> None:
        block = audioop.mul(block, 2, 10 ** (self._gain_db(block) / 20))
        if self._detector:
            self._detect(block, self._detector)
        self._steps.extend(_loudness(self._before + block, skipped=len(self._before)))
        self._before = block[-4 * LAG :]

    def _detect(self, block: bytes, detector: Detector) -> None:
        if not self._chances:
            ahead = audioop.reverse(block[: min(AHEAD_BYTES, len(block) - len(block) % CHUNK_BYTES)], 2)
            for at in range(0, len(ahead), CHUNK_BYTES):
                detector.chance(ahead[at : at + CHUNK_BYTES])
        pcm = self._rest + block
        whole = len(pcm) - len(pcm) % CHUNK_BYTES
        self._chances.extend(detector.chance(pcm[at : at + CHUNK_BYTES]) for at in range(0, whole, CHUNK_BYTES))
        self._rest = pcm[whole:]

    def _guesses(self) -> Iterator[float]:
        """What the gate thinks of each chunk: a voice, hardly sure, or none."""
        sounding = self._sounding()
        for at in range(len(sounding) * FRAME_MS // CHUNK_MS):
            yield SURE if sounding[at * CHUNK_MS // FRAME_MS] else 0.0

    def _gain_db(self, block: bytes) -> float:
        """What brings a block to an ordinary level."""
        levels = sorted(audioop.rms(block[at : at + FRAME_BYTES], 2) for at in range(0, len(block), FRAME_BYTES))
        loud = levels[(len(levels) - 1) * LOUD_SHARE // 100] if levels else 0
        self._level = max(20 * math.log10(loud / 32_768) if loud else FLOOR_DB, self._level - NEIGHBOUR_DB)
        return min(LEVEL_DB - self._level, MOST_GAIN_DB)

    def _sounding(self) -> list[bool]:
        """Which of the gate's frames may be speech and stand out from the quiet ones."""
        levels = self._gate.levels
        quiet = sorted(levels)[len(levels) * QUIET_SHARE // 100] if levels else 0
        frames = zip(self._gate.spoken, levels, strict=True)
        return [bool(is_spoken) and level >= quiet + SWING_DB for is_spoken, level in frames]

    def _clear_ms(self, spans: Sequence[tuple[int, int]]) -> int:
        levels = self._gate.levels
        return CHUNK_MS * sum(
            self._chances[at] >= CLEAR and levels[min(at * CHUNK_MS // FRAME_MS, len(levels) - 1)] >= CLEAR_DB
            for start, end in spans
            for at in range(start // CHUNK_MS, min(-(-end // CHUNK_MS), len(self._chances)))
            if levels
        )


def _spans(chances: Sequence[float]) -> Iterator[tuple[int, int]]:
    """Where somebody speaks, in ms."""
    found: list[list[int]] = []
    start = None
    for at, chance in enumerate((*chances, 0.0)):
        if start is None and chance >= SPOKEN:
            start = at
        elif start is not None and chance < STILL_SPOKEN:
            if found and (start - found[-1][1]) * CHUNK_MS <= GAP_MS:
                found[-1][1] = at
            else:
                found.append([start, at])
            start = None
    for begin, end in found:
        heard = sorted(chances[begin:end])
        if sum(heard[-SURE_CHUNKS:]) >= SURE * SURE_CHUNKS or sum(heard) >= TOGETHER:
            yield begin * CHUNK_MS, end * CHUNK_MS


def _loudness(pcm: bytes, *, skipped: int) -> Iterator[float]:
    """How loud each 10 ms is where vowels are, in dB; the first `skipped` bytes are but the filters' past."""
    wide = audioop.lin2lin(pcm.rjust(len(pcm) - skipped + 4 * LAG, b"\0"), 2, 4)
    wide = audioop.mul(wide, 4, 1 / 8)  # room for sums
    tilted = audioop.add(wide[4 * LAG :], audioop.mul(wide[: -4 * LAG], 4, -1), 4)
    band = tilted[4 * LAG :]
    for late in range(1, LAG):
        band = audioop.add(band, tilted[4 * (LAG - late) : -4 * late], 4)
    for at in range(0, len(band), 2 * STEP_BYTES):
        yield 20 * math.log10(audioop.rms(band[at : at + 2 * STEP_BYTES], 4) + 1)


def _nuclei(steps: Sequence[float], chances: Sequence[float], spans: Sequence[tuple[int, int]]) -> Iterator[int]:
    """The moments of the syllables, in ms."""
    spoken = bytearray(len(steps))
    for start, end in spans:
        for step in range(start // STEP_MS, min(end // STEP_MS, len(steps))):
            spoken[step] = chances[min(step * STEP_MS // CHUNK_MS, len(chances) - 1)] >= NUCLEUS_CHANCE
    curve = _smooth(steps)
    loud = sorted(level for level, is_spoken in zip(curve, spoken, strict=True) if is_spoken)
    if not loud:
        return
    least = loud[(len(loud) - 1) * LOUD_NUCLEI // 100] - BELOW_DB
    last = -NUCLEUS_GAP
    for step in _peaks(curve):
        if curve[step] >= least and any(spoken[max(0, step - 2) : step + 3]) and step - last >= NUCLEUS_GAP:
            last = step
            yield step * STEP_MS


def _smooth(steps: Sequence[float]) -> list[float]:
    """The curve of powers over 30 ms, smoothed."""
    reach = len(SMOOTH) // 2
    powers = [10 ** (step / 10) for step in (*steps[:1], *steps, *steps[-1:])]
    wide = [10 * math.log10(sum(powers[at : at + 3]) / 3) for at in range(len(steps))]
    padded = [*wide[:1] * reach, *wide, *wide[-1:] * reach]
    total = sum(SMOOTH)
    return [sum(w * padded[at + n] for n, w in enumerate(SMOOTH)) / total for at in range(len(wide))]


def _peaks(curve: Sequence[float]) -> Iterator[int]:
    """The places of the peaks between which it falls and rises by DIP_DB."""
    top, at, low, is_rising = -math.inf, 0, math.inf, True
    for step, level in enumerate(curve):
        if is_rising:
            if level > top:
                top, at = level, step
            elif level < top - DIP_DB:
                yield at
                is_rising, low = False, level
        elif level < low:
            low = level
        elif level > low + DIP_DB:
            is_rising, top, at = True, level, step
    if is_rising and curve:
        yield at
