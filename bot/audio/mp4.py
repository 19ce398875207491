"""
The table of a long m4a, read here so that ffmpeg need not keep it.

ffmpeg holds an index entry for each of a recording's frames, and two while it minds edit lists: 28 MB for three hours.
Hides the boxes of MP4 (ISO 14496-12) and the header of ADTS (ISO 13818-7). Promises: takes only what recorders write,
one track of AAC-LC that lies wholly in its file; whatever is unusual is left to the caged reader as it is; decodes
nothing, and reads no more than tables of bounded size and some frames at a time.
"""

import struct
import sys
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

LEAST_FRAMES = 60_000  # 23 minutes; before that the index is nothing to speak of
MOST_FRAMES = 2_000_000  # half a day
MOST_RUNS = 200_000
MOST_BOXES = 1_000  # beside each other: recorders write some ten, and a film in fragments is not for us
DESCRIPTOR_BYTES = 256
FRAME_SAMPLES = 1_024
PADDING_SAMPLES = 4 * FRAME_SAMPLES  # encoders put 1024 to 2112 samples before the sound and fill the last frame
CHUNK_BYTES = 4 << 20
HEADER_BYTES = 7
AT_A_TIME = 256  # frames
RATES_HZ = (96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350)
AAC, LOW_COMPLEXITY = 0x40, 2  # object types, ISO 14496-1 and -3

Boxes = dict[bytes, tuple[int, int]]


class Track(NamedTuple):
    """Where the frames lie, and which part of them is played: from `skip_ms`, for `length_ms`."""

    rate_index: int
    channels: int
    sizes: "array[int]"
    offsets: "array[int]"
    runs: list[tuple[int, int]]  # first chunk, frames in each from there
    skip_ms: int
    length_ms: int

    def chunks(self) -> Iterator[tuple[int, "array[int]"]]:
        """Each chunk's place in the file, and the sizes of its frames."""
        runs, at, held = iter(self.runs), 0, 0
        following = next(runs, None)
        for number, offset in enumerate(self.offsets):
            if following is not None and following[0] == number:
                held, following = following[1], next(runs, None)
            yield offset, self.sizes[at : at + held]
            at += held


def track_of(path: Path, *, least_frames: int = LEAST_FRAMES) -> Track | None:
    """The only track of a long, ordinary m4a; None for anything else. Raises OSError if the file cannot be read."""
    with path.open("rb") as file:
        try:
            found = _track(file, path.stat().st_size)
        except (KeyError, ValueError, IndexError, struct.error):
            return None
    return found if found and len(found.sizes) >= least_frames else None


def frames(path: Path, track: Track) -> Iterator[bytes]:
    """The track as a stream that needs no table: each frame behind a header that says its length, some at a time."""
    heads: dict[int, bytes] = {}
    with path.open("rb") as file:
        for offset, sizes in track.chunks():
            file.seek(offset)
            for first in range(0, len(sizes), AT_A_TIME):
                some = sizes[first : first + AT_A_TIME]
                block, out, at = file.read(sum(some)), bytearray(), 0
                for size in some:
                    out += heads.get(size) or heads.setdefault(size, _header(track, size))
                    out += block[at : at + size]
                    at += size
                yield bytes(out)


def _header(track: Track, size: int) -> bytes:
    """ADTS: sync word, MPEG-4 without checksum; profile, rate, channels; length; a buffer that may be full."""
    length = size + HEADER_BYTES
    return bytes((
        0xFF,
        0xF1,
        LOW_COMPLEXITY - 1 << 6 | track.rate_index << 2,
        track.channels << 6 | length >> 11,
        length >> 3 & 0xFF,
        length << 5 & 0xE0 | 0x1F,
        0xFC,
    ))  # fmt: skip


def _track(file: BinaryIO, size: int) -> Track | None:
    top = _boxes(file, 0, size)
    moov = _boxes(file, *top[b"moov"])
    media = _boxes(file, *(track := _boxes(file, *moov[b"trak"]))[b"mdia"])
    table = _boxes(file, *_boxes(file, *media[b"minf"])[b"stbl"])
    if b"ftyp" not in top or b"mvex" in moov:
        return None
    same, count = _fields(file, table[b"stsz"], ">4xII")
    if same or count > MOST_FRAMES or not _is_even(file, table[b"stts"], count):
        return None
    rate_index, channels = _codec(file, table[b"stsd"])
    rate_hz = _clock(file, media[b"mdhd"])
    skip, length = _edit(
        file, track, movie_hz=_clock(file, moov[b"mvhd"]), whole=count * FRAME_SAMPLES, rate_hz=rate_hz
    )
    wide = b"co64" in table
    place = table[b"co64" if wide else b"stco"]
    found = Track(
        rate_index,
        channels,
        _numbers(file, table[b"stsz"], 12, count, "I"),
        _numbers(file, place, 8, _entries(file, place, most=count), "Q" if wide else "I"),
        _runs(file, table[b"stsc"]),
        skip * 1_000 // rate_hz,
        length * 1_000 // rate_hz,
    )
    return found if RATES_HZ[rate_index] == rate_hz and _is_whole(found, size) else None


def _boxes(file: BinaryIO, start: int, end: int) -> Boxes:
    """The boxes between two places: name, content from, to. ValueError where they are too many or odd."""
    found: Boxes = {}
    for _ in range(MOST_BOXES):
        if start >= end:
            return found
        file.seek(start)
        size, name = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            (size,), head = struct.unpack(">Q", file.read(8)), 16
        if size < head or start + size > end or (name in found and name != b"free"):
            raise ValueError(name)
        found[name] = (start + head, start + size)
        start += size
    raise ValueError(MOST_BOXES)


def _fields(file: BinaryIO, place: tuple[int, int], layout: str, skip: int = 0) -> tuple[Any, ...]:
    file.seek(place[0] + skip)
    return struct.unpack(layout, file.read(struct.calcsize(layout)))


def _entries(file: BinaryIO, place: tuple[int, int], *, most: int) -> int:
    """How many entries a table has; ValueError beyond `most`."""
    (count,) = _fields(file, place, ">4xI")
    if count > most:
        raise ValueError(count)
    return int(count)


def _numbers(file: BinaryIO, place: tuple[int, int], skip: int, count: int, width: str) -> "array[int]":
    """A table of unsigned numbers; ValueError where the box has fewer."""
    numbers = array(width)
    if place[1] - place[0] - skip < count * numbers.itemsize:
        raise ValueError(count)
    file.seek(place[0] + skip)
    numbers.frombytes(file.read(count * numbers.itemsize))
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def _runs(file: BinaryIO, place: tuple[int, int]) -> list[tuple[int, int]]:
    """How many frames the chunks have: (first chunk from 0, frames in each)."""
    table = _numbers(file, place, 8, _entries(file, place, most=MOST_RUNS) * 3, "I")
    return [(first - 1, held) for first, held in zip(table[0::3], table[1::3], strict=True)]


def _is_even(file: BinaryIO, place: tuple[int, int], count: int) -> bool:
    """Whether every frame but perhaps the last is played for as long as it is."""
    table = _numbers(file, place, 8, _entries(file, place, most=2) * 2, "I")
    (_, length), *rest = zip(table[0::2], table[1::2], strict=True)
    return length == FRAME_SAMPLES and sum(table[0::2]) == count and all(frames == 1 for frames, _ in rest)


def _codec(file: BinaryIO, place: tuple[int, int]) -> tuple[int, int]:
    """Rate and channels as AAC numbers them; ValueError unless the only entry is plain AAC-LC in mono or stereo."""
    entries, kind, version = _fields(file, place, ">4xI4x4s8xH")
    start, end = _boxes(file, place[0] + 8 + 36, place[1])[b"esds"]
    file.seek(start)
    said = file.read(min(end - start, DESCRIPTOR_BYTES))
    # Tag 4 says what codec it is, tag 5 in it how it is set.
    config = _body(said, said.index(b"\x04", 4))
    setting = _body(said, said.index(b"\x05", config + 13))
    bits = int.from_bytes(said[setting : setting + 2], "big")
    kind_of, rate_index, channels = bits >> 11, bits >> 7 & 15, bits >> 3 & 15
    # The low bits: frames of 1024 samples, no core coder, no extension.
    is_plain = entries == 1 and kind == b"mp4a" and version == 0 and said[config] == AAC
    if not is_plain or kind_of != LOW_COMPLEXITY or bits & 7:
        raise ValueError(kind)
    if rate_index >= len(RATES_HZ) or channels not in {1, 2}:
        raise ValueError(bits)
    return rate_index, channels


def _body(said: bytes, tag: int) -> int:
    """Where a descriptor's content begins: behind its tag and a length whose bytes but the last have a high bit."""
    at = tag + 1
    while said[at] & 0x80:
        at += 1
    return at + 1


def _clock(file: BinaryIO, place: tuple[int, int]) -> int:
    """Ticks a second, of a movie or of a track's media; ValueError if it stands still."""
    (is_long,) = _fields(file, place, ">B")
    (ticks,) = _fields(file, place, ">I", 20 if is_long else 12)
    if not ticks:
        raise ValueError(place)
    return int(ticks)


def _edit(file: BinaryIO, track: Boxes, *, movie_hz: int, whole: int, rate_hz: int) -> tuple[int, int]:
    """The samples to skip and to play: all but an encoder's padding, or ValueError."""
    if b"edts" not in track:
        return 0, whole
    place = _boxes(file, *track[b"edts"])[b"elst"]
    is_long, entries = _fields(file, place, ">B3xI")
    length, skip, speed = _fields(file, place, ">QqI" if is_long else ">IiI", 8)
    length = length * rate_hz // movie_hz
    if entries != 1 or speed != 1 << 16 or not 0 <= skip <= PADDING_SAMPLES or length < whole - skip - PADDING_SAMPLES:
        raise ValueError(entries)
    return skip, length


def _is_whole(track: Track, size: int) -> bool:
    """Whether all frames lie in the file, in chunks that can be read at once."""
    held = 0
    for offset, sizes in track.chunks():
        length = sum(sizes)
        if not 0 < length <= CHUNK_BYTES or offset + length > size or max(sizes) + HEADER_BYTES >= 1 << 13:
            return False
        held += len(sizes)
    return held == len(track.sizes)
