"""
Calm: where in a voice note the sizes of the packets leave it open whether anybody speaks.

Hides the thresholds. Promises: nothing is decoded; a few microseconds for each second of sound. Speech comes in
syllables, and an encoder gives them more bits than the gaps; silence, a fan and hiss take the same all the time.
"""

import math

from bot.audio.opus import RATE_HZ

# A second is calm where the standard deviation of its packets' sizes by their mean is below CALM and a share that grows
# as bits get scarce (packets of 20 ms), or where there is next to nothing (DTX). Of 70 sounds with a voice, at 16 to
# 64 kbit/s, no two seconds in a row were; of 13 kinds of silence and steady noise nearly all, all the while.
CALM = 0.05
SCARCE = 0.75  # kbit/s
NOTHING = 4.0  # kbit/s
EMPTY_BYTES = 2  # what DTX sends of silence; where it does so by fits and starts, sizes vary
USUAL_MS = 20  # a longer packet evens out what varies within it


class Calm:
    """Told of all packets, in order, at most a second of them at a time."""

    def __init__(self) -> None:
        self._samples = self._start = self._packets = self._empty = self._bytes = self._squares = 0
        self._was_lively = False
        # Two lively seconds in a row end a calm: a click makes one.
        self._until = -1
        self._from = 0

    @property
    def ends_ms(self) -> tuple[int, int]:
        """How long it is calm at the beginning, and at the end of all so far."""
        until = self._samples if self._until < 0 else self._until
        return until * 1_000 // RATE_HZ, (self._samples - self._from) * 1_000 // RATE_HZ

    def add(self, packets: int, empty: int, samples: int, size_bytes: int, squares: int) -> None:
        """So many packets, of them so many empty, their samples, their bytes, and the sum of the squares of these."""
        self._packets += packets
        self._empty += empty
        self._samples += samples
        self._bytes += size_bytes
        self._squares += squares
        if self._samples - self._start >= RATE_HZ:
            self._close()

    def _close(self) -> None:
        """A second is over."""
        is_lively = self._is_lively()
        if is_lively and self._was_lively:
            if self._until < 0:
                self._until = max(0, self._start - RATE_HZ)
            self._from = self._samples
        self._was_lively = is_lively
        self._start = self._samples
        self._packets = self._empty = self._bytes = self._squares = 0

    def _is_lively(self) -> bool:
        """Whether the sizes vary as they do where somebody speaks."""
        length_ms = (self._samples - self._start) * 1_000 / RATE_HZ
        kbits, full = self._bytes * 8 / length_ms, self._packets - self._empty
        if kbits < NOTHING or not full:
            return False
        calm = (CALM + SCARCE / kbits) * math.sqrt(min(1.0, USUAL_MS * self._packets / length_ms))
        mean = self._bytes / full
        return self._squares / full >= mean * mean * (1 + calm**2)
