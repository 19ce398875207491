"""
The crop: a part of an ordinary voice note as a note of its own, without decoding it.

Hides how pages of Ogg are written. Promises: the packets are the author's own, byte for byte; what plays is what lay
between the two moments, to the sample: what a decoder needs before the first of them to be as it was is there, and is
skipped (RFC 7845, section 4.2), and the last packet's surplus is trimmed (section 4.4).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from bot.audio.ogg import FIRST, LAST, PAGE, TAGS, Walk, ogg_checksum, sound
from bot.audio.opus import RATE_HZ, packet_samples

PRE_ROLL = 3_840  # samples, 80 ms: RFC 7845, section 4.6; so long a decoder takes to be as if it had heard all before
VENDOR = b"Earshot"
PAGE_SAMPLES = RATE_HZ  # a page a second, as encoders write them
MOST_SEGMENTS = 255
SERIAL = 1


def crop(source: Path, target: Path, *, start_ms: int, end_ms: int) -> None:
    """
    Writes what `source`, a note that `walk` takes for one, has between two of its moments to `target`.

    Raises ogg.StrangeError if it is none, OSError, and ValueError where nothing lies there.
    """
    state = Walk()
    with source.open("rb") as file, target.open("wb") as made:
        kept = _kept(file, state, start_ms * RATE_HZ // 1_000, end_ms * RATE_HZ // 1_000)
        if (first := next(kept, None)) is None:
            raise ValueError("nothing lies between the two moments")
        start, packet = first
        pages = _Pages(made)
        # What is skipped reaches from the first packet that is kept to the first moment.
        skipped = state.pre_skip + start_ms * RATE_HZ // 1_000 - start
        head = b"OpusHead\x01" + bytes([state.channels]) + skipped.to_bytes(2, "little")
        pages.write([head + RATE_HZ.to_bytes(4, "little") + bytes(3)], 0, FIRST)
        pages.write([TAGS + len(VENDOR).to_bytes(4, "little") + VENDOR + bytes(4)], 0)
        samples = pages.add(packet)
        for _, packet in kept:
            samples = pages.add(packet)
        last = state.pre_skip + end_ms * RATE_HZ // 1_000 - start
        pages.write(pages.waiting, min(samples, last), LAST)


def _kept(file: BinaryIO, state: Walk, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """The packets that are needed to play from `start` to `end`, and at which sample of the stream each begins."""
    at = 0
    for packets in sound(file, state):
        for packet in packets:
            samples = packet_samples(packet)
            if at >= state.pre_skip + end:
                return
            if at + samples > state.pre_skip + start - PRE_ROLL:
                yield at, packet
            at += samples


class _Pages:
    """Writes packets page by page."""

    def __init__(self, file: BinaryIO) -> None:
        self.waiting: list[bytes] = []
        self._file = file
        self._sequence = 0
        self._samples = 0
        self._written = 0
        self._segments = 0

    def add(self, packet: bytes) -> int:
        """One more packet; the page before is written when it is full. Returns the samples of all so far."""
        segments = len(packet) // 255 + 1
        if self._samples - self._written >= PAGE_SAMPLES or self._segments + segments > MOST_SEGMENTS:
            self.write(self.waiting, self._samples)
            self.waiting, self._segments, self._written = [], 0, self._samples
        self.waiting.append(packet)
        self._segments += segments
        self._samples += packet_samples(packet)
        return self._samples

    def write(self, packets: list[bytes], granule: int, flags: int = 0) -> None:
        """One page of whole packets."""
        lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
        body = lacing + b"".join(packets)
        fields = (b"OggS", 0, flags, granule, SERIAL, self._sequence)
        checksum = ogg_checksum(PAGE.pack(*fields, 0, len(lacing)) + body)
        self._file.write(PAGE.pack(*fields, checksum, len(lacing)) + body)
        self._sequence += 1
