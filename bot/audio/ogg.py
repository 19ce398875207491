"""
The page walk: how long an ordinary voice note is, without decoding it.

Hides Ogg pages, lacing and checksums (RFC 3533, 7845).
Promises: believes no number that a sender can forge alone. The length is the sum of the packets'
own durations, and every page's granule position has to agree with it; each page's checksum is
right; one logical stream, nothing before it, between its pages or after it. Whatever is not as
plain as that is no voice note: `walk` says None and the caged decoder takes over. Where the sizes of the packets
leave it open whether anybody speaks, in all of it or at a long end, the note says so, and is listened to.
No process, about 0.3 ms for 12 seconds. Of the file it has one page and one unfinished packet in memory, 128 KB: this
is what is read of strangers' bytes in the bot's own process.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from bot.audio.calm import EMPTY_BYTES, Calm
from bot.audio.opus import FRAME_BYTES, PLAIN, RATE_HZ, packet_samples

TOLERANCE = 5_760  # samples, 120 ms: the longest packet; encoders round the last granule by less
PRE_SKIP = 48_000  # samples; real encoders say 312 to 3 840, more than a second is a trick
HEADERS = 2  # OpusHead and OpusTags
TAGS_BYTES = 1 << 20  # OpusTags may hold a picture, not a film; they are counted, and only their first page is kept
PACKET_BYTES = 255 * 255 - 1  # what one page holds, and more than 48 of the longest frames with their lengths
TAGS = b"OpusTags"
LIVELY = 0.10  # standard deviation of the packets' sizes by their mean
CALM_END_MS = 4_000  # whoever speaks pauses seldom so long
PAGE = struct.Struct("<4sBBqIIIB")
CONTINUED, FIRST, LAST = 1, 2, 4
_MIRROR = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True, slots=True)
class VoiceNote:
    """What the pages prove: the length, and how the sizes of the packets are spread."""

    length_ms: int
    size_bytes: int
    packets: int
    packet_bytes: int
    packet_squares: int
    calm_ms: tuple[int, int] = (0, 0)  # how long the sizes are calm at its beginning, and at its end

    @property
    def has_calm_ends(self) -> bool:
        """
        Whether it begins or ends with so long a calm that nobody may be speaking there.

        All of a note of constant bit rate looks calm: such notes are listened to from end to end.
        """
        return max(self.calm_ms) >= CALM_END_MS

    @property
    def is_lively(self) -> bool:
        """
        Whether the packets' sizes alone show more life than a fan or hiss: silence takes a closer look to prove.

        They vary by 9 to 35 percent of their mean where somebody speaks (46 recordings), by 7 or less in steady noise;
        encoders of constant bit rate and long packets show nothing, and so are looked at.
        """
        mean = self.packet_bytes / self.packets
        return self.packet_squares / self.packets >= mean * mean * (1 + LIVELY**2)


class StrangeError(Exception):
    """The file is not an ordinary voice note."""


@dataclass(slots=True)
class Walk:
    """The state between two pages."""

    serial: int = 0
    sequence: int = 0
    pre_skip: int = -1
    samples: int = 0
    granule: int = 0
    last_samples: int = 0
    packets: int = 0
    packet_bytes: int = 0
    packet_squares: int = 0
    has_ended: bool = False
    unfinished: bytearray = field(default_factory=bytearray)
    unfinished_bytes: int = 0
    headers: int = 0
    channels: int = 1
    calm: Calm = field(default_factory=Calm)


def walk(path: Path, *, max_ms: int) -> VoiceNote | None:
    """
    The length of an ordinary Ogg/Opus voice note in milliseconds, or None for anything else.

    The walk stops as soon as the note is longer than `max_ms`: then `length_ms` is a lower bound.
    Blocks on the file; raises OSError if it cannot be read.
    """
    state = Walk()
    with path.open("rb") as file:
        try:
            for _ in sound(file, state):
                if state.samples > (max_ms + 1_000) * 48 + PRE_SKIP:
                    return _found(state, file.tell())
        except StrangeError:
            return None
        if not state.packets or state.unfinished:
            return None
        return _found(state, file.tell())


def sound(file: BinaryIO, state: Walk) -> Iterator[list[bytes]]:
    """The packets of sound that end on each page, in order; raises StrangeError where it is no ordinary voice note."""
    while (packets := _page(file, state)) is not None:
        yield packets


def ogg_checksum(page: bytes) -> int:
    """
    The CRC-32 of Ogg: zlib's polynomial, most significant bit first, starting at zero.

    Mirroring every byte and the result turns it into zlib's own, which runs in C.
    """
    register = zlib.crc32(page.translate(_MIRROR), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(register.to_bytes(4, "big").translate(_MIRROR), "little")


def _found(state: Walk, size_bytes: int) -> VoiceNote:
    # The last granule may trim the last packet and never adds to the packets (RFC 7845, section 4.4).
    surplus = min(max(0, state.samples - state.granule), state.last_samples) if state.has_ended else 0
    samples = max(0, state.samples - surplus - state.pre_skip)
    return VoiceNote(
        samples * 1_000 // RATE_HZ,
        size_bytes,
        state.packets,
        state.packet_bytes,
        state.packet_squares,
        state.calm.ends_ms,
    )


def _page(file: BinaryIO, state: Walk) -> list[bytes] | None:
    """Reads one page into the state and returns its packets of sound; None at the file's end."""
    head = file.read(PAGE.size)
    if not head:
        return None
    if len(head) < PAGE.size or state.has_ended:
        raise StrangeError
    magic, version, flags, granule, serial, sequence, checksum, segments = PAGE.unpack(head)
    if magic != b"OggS" or version or flags & ~7:
        raise StrangeError
    lacing = file.read(segments)
    body = file.read(sum(lacing))
    if len(lacing) < segments or len(body) < sum(lacing):
        raise StrangeError
    if ogg_checksum(head[:22] + bytes(4) + head[26:] + lacing + body) != checksum:
        raise StrangeError
    is_first = bool(flags & FIRST)
    if is_first != (state.pre_skip < 0) or (not is_first and serial != state.serial) or sequence != state.sequence:
        raise StrangeError
    if bool(flags & CONTINUED) != bool(state.unfinished):
        raise StrangeError
    state.serial, state.sequence, state.has_ended = serial, sequence + 1, bool(flags & LAST)
    packets = _packets(lacing, body, state)
    sounding = packets
    if state.headers < HEADERS:
        sounding = packets[HEADERS - state.headers :]
        for packet in packets[: HEADERS - state.headers]:
            _read_header(packet, state)
    _add(sounding, state)
    _agree(granule, packets, state)
    return sounding


def _packets(lacing: bytes, body: bytes, state: Walk) -> list[bytes]:
    """The packets that end on this page; the beginning of one that does not waits in the state."""
    packets = []
    at = start = 0
    for size in lacing:
        at += size
        if size < 255:  # noqa: PLR2004 - a full lacing value says: goes on
            packets.append(body[start:at])
            start = at
    if packets and state.unfinished:
        packets[0] = bytes(state.unfinished) + packets[0]
        state.unfinished.clear()
    rest = body[start:]
    is_header = state.headers < HEADERS
    state.unfinished_bytes = (0 if packets else state.unfinished_bytes) + len(rest)
    if state.unfinished_bytes > (TAGS_BYTES if is_header else PACKET_BYTES):
        raise StrangeError
    if not (is_header and len(state.unfinished) >= len(TAGS)):
        state.unfinished += rest
    return packets


def _read_header(packet: bytes, state: Walk) -> None:
    """OpusHead first, OpusTags second."""
    if state.headers == 0:
        # Version 1, one or two channels, a sane pre-skip, no gain, no channel mapping (RFC 7845, section 5.1).
        if len(packet) != 19 or packet[:9] != b"OpusHead\x01" or packet[9] not in (1, 2) or packet[16:] != bytes(3):  # noqa: PLR2004 - RFC 7845
            raise StrangeError
        state.channels = packet[9]
        state.pre_skip = int.from_bytes(packet[10:12], "little")
        if state.pre_skip > PRE_SKIP:
            raise StrangeError
    elif packet[: len(TAGS)] != TAGS:
        raise StrangeError
    state.headers += 1


def _add(packets: list[bytes], state: Walk) -> None:
    """Counts packets of sound, about a second at a time."""
    if not packets:
        return
    step = RATE_HZ // (packet_samples(packets[0]) or RATE_HZ)
    for at in range(0, len(packets), step):
        _count(packets[at : at + step], state)


def _count(packets: list[bytes], state: Walk) -> None:
    """50 packets a second, so the loop is kept short."""
    samples = size_bytes = squares = last = empty = 0
    for packet in packets:
        size = len(packet)
        if EMPTY_BYTES < size <= FRAME_BYTES + 1:
            last = PLAIN[packet[0]] or packet_samples(packet)
        else:
            empty += size <= EMPTY_BYTES
            last = packet_samples(packet)
        if not last:
            raise StrangeError
        samples += last
        size_bytes += size
        squares += size * size
    state.last_samples = last
    state.samples += samples
    state.packets += len(packets)
    state.packet_bytes += size_bytes
    state.packet_squares += squares
    state.calm.add(len(packets), empty, samples, size_bytes, squares)


def _agree(granule: int, packets: list[bytes], state: Walk) -> None:
    """A page's granule position is the number of samples up to its last whole packet, or the page is strange."""
    if state.samples == 0:
        if granule != 0 and packets:
            raise StrangeError
        return
    if not packets:
        if granule != -1:
            raise StrangeError
        return
    if abs(granule - state.samples) > TOLERANCE:
        raise StrangeError
    state.granule = granule
