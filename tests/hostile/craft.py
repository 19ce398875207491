"""
Containers written by hand, where a tool would refuse to lie.

Hides the layout of Ogg, FLAC, MP4 and PNG as far as forging them needs it; everything is deterministic.
"""

import struct
import zlib
from collections.abc import Iterable

from bot.audio.ogg import ogg_checksum

OPUS_HEAD = b"OpusHead\x01\x01" + struct.pack("<HIH", 312, 48_000, 0) + b"\x00"
OPUS_TAGS = b"OpusTags" + struct.pack("<I", 7) + b"earshot" + struct.pack("<I", 0)


ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")  # the header object's name


def ogg_page(packets: Iterable[bytes], *, granule: int, sequence: int, flags: int = 0, serial: int = 7) -> bytes:
    """One page with whole packets in it, and the right checksum."""
    packets = list(packets)
    lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    return _page(lacing, b"".join(packets), granule=granule, sequence=sequence, flags=flags, serial=serial)


def ogg_part(body: bytes, *, sequence: int, flags: int = 0) -> bytes:
    """One page in which no packet ends: 255 segments of 255 bytes."""
    return _page(b"\xff" * 255, body, granule=-1, sequence=sequence, flags=flags, serial=7)


def _page(lacing: bytes, body: bytes, *, granule: int, sequence: int, flags: int, serial: int) -> bytes:
    head = struct.pack("<4sBBqIII", b"OggS", 0, flags, granule, serial, sequence, 0) + bytes([len(lacing)])
    page = head + lacing + body
    return page[:22] + struct.pack("<I", ogg_checksum(page)) + page[26:]


def mp4_of_moov(body: bytes) -> bytes:
    """An MP4 that is its table of contents, with this in it."""
    return struct.pack(">I4s4sI", 16, b"ftyp", b"M4A ", 0) + struct.pack(">I4s", len(body) + 8, b"moov") + body


def opus_file(packet: bytes, count: int, *, samples: int, granule_samples: int | None = None) -> bytes:
    """An Ogg/Opus file of one packet over and over; `granule_samples` per packet is what the pages claim."""
    claimed = samples if granule_samples is None else granule_samples
    pages = [
        ogg_page([OPUS_HEAD], granule=0, sequence=0, flags=2),
        ogg_page([OPUS_TAGS], granule=0, sequence=1),
    ]
    per_page = min(50, 255 // (len(packet) // 255 + 1))
    for first in range(0, count, per_page):
        here = min(per_page, count - first)
        last = first + here >= count
        pages.append(
            ogg_page([packet] * here, granule=(first + here) * claimed, sequence=len(pages), flags=4 if last else 0)
        )
    return b"".join(pages)


def ogg_pages(file: bytes) -> list[bytes]:
    """The pages of an Ogg file."""
    pages = []
    at = 0
    while at < len(file):
        end = at + 27 + file[at + 26]
        end += sum(file[at + 27 : end])
        pages.append(file[at:end])
        at = end
    return pages


def with_granule(page: bytes, granule: int) -> bytes:
    """The page with another granule position and the checksum that goes with it."""
    page = page[:6] + struct.pack("<q", granule) + page[14:22] + bytes(4) + page[26:]
    return page[:22] + struct.pack("<I", ogg_checksum(page)) + page[26:]


def boxes(file: bytes, *path: bytes, start: int = 0, end: int | None = None) -> Iterable[tuple[int, int]]:
    """Where the boxes with this path lie in an MP4: (start, end), outermost name first."""
    at, end = start, len(file) if end is None else end
    while at + 8 <= end:
        size, name = struct.unpack_from(">I4s", file, at)
        if size < 8:
            return
        if name == path[0]:
            if len(path) == 1:
                yield at, at + size
            else:
                yield from boxes(file, *path[1:], start=at + 8, end=at + size)
        at += size


def mp4_with_duration(file: bytes, ms: int) -> bytes:
    """All three headers of an MP4 (movie, track, media) claim another duration; boxes of version 0."""
    forged = bytearray(file)
    places = (((b"moov", b"mvhd"), 24), ((b"moov", b"trak", b"tkhd"), 28), ((b"moov", b"trak", b"mdia", b"mdhd"), 24))
    for path, offset in places:
        for start, _ in boxes(file, *path):
            scale = struct.unpack_from(">I", file, start + offset - 4)[0] if path[-1] != b"tkhd" else 1_000
            struct.pack_into(">I", forged, start + offset, ms * scale // 1_000)
    return bytes(forged)


def mkv_with_duration(file: bytes, ms: float) -> bytes:
    """The segment information of a Matroska file claims another duration (element 4489, eight bytes of float)."""
    at = file.index(b"\x44\x89\x88") + 3
    return file[:at] + struct.pack(">d", ms) + file[at + 8 :]


def mp4_renamed(file: bytes, old: bytes, new: bytes) -> bytes:
    """The sample entry of the sound gets another name."""
    for start, end in boxes(file, b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"):
        return file[:start] + file[start:end].replace(old, new, 1) + file[end:]
    return file


def mov_elsewhere(file: bytes, url: str) -> bytes:
    """A movie whose sound lies in another file, as an external data reference says (sound first)."""
    entry = struct.pack(">I4sI", 12 + len(url) + 1, b"url ", 0) + url.encode() + b"\0"
    path = (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref")
    (start, end) = next(iter(boxes(file, *path)))
    grown = len(entry) - (end - start - 16)
    forged = bytearray(file[: start + 16] + entry + file[end:])
    for depth in range(1, len(path) + 1):
        at, stop = next(iter(boxes(file, *path[:depth])))
        struct.pack_into(">I", forged, at, stop - at + grown)
    return bytes(forged)


def png(side: int) -> bytes:
    """A grey square of `side` pixels that is all black and compresses to almost nothing."""
    packer = zlib.compressobj(1)
    row = bytes(side + 1)
    body = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def id3(*frames: tuple[bytes, bytes]) -> bytes:
    """An ID3v2.3 tag."""
    body = b"".join(name + struct.pack(">IH", len(content), 0) + content for name, content in frames)
    size = bytes((len(body) >> shift) & 127 for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + size + body


def flac_silence(seconds: int) -> bytes:
    """Hours of nothing in kilobytes: FLAC frames of 65 535 constant samples at 44.1 kHz, with right checksums."""
    count = seconds * 44_100 // 65_535
    head = b"fLaC\x80" + (34).to_bytes(3, "big")
    # Block sizes, frame sizes (unknown), then 44.1 kHz, one channel, 16 bits, and 0 samples: unknown.
    head += struct.pack(">HH", 65_535, 65_535) + bytes(6) + struct.pack(">Q", (44_100 << 44) | (15 << 36)) + bytes(16)
    return head + b"".join(_flac_frame(number) for number in range(count))


def _flac_frame(number: int) -> bytes:
    code = chr(number).encode("utf-8", "surrogatepass")  # FLAC numbers its frames as UTF-8 does letters
    head = b"\xff\xf8\x79\x08" + code + struct.pack(">H", 65_534)
    head += bytes([_crc(head, 0x07, 8)])
    body = head + b"\x00" + bytes(2)
    return body + struct.pack(">H", _crc(body, 0x8005, 16))


def _crc(message: bytes, polynomial: int, bits: int) -> int:
    register = 0
    for byte in message:
        register ^= byte << (bits - 8)
        for _ in range(8):
            register = register << 1 ^ (polynomial if register >> (bits - 1) & 1 else 0)
            register &= (1 << bits) - 1
    return register


def wav(rate: int, channels: int, samples: bytes, *, claimed: int | None = None, bits: int = 16) -> bytes:
    """A wave file whose header says what we like."""
    block = channels * bits // 8
    size = len(samples) if claimed is None else claimed
    form = struct.pack("<HHIIHH", 1, channels & 0xFFFF, rate, min(rate * block, 0xFFFFFFFF), block & 0xFFFF, bits)
    whole = min(size + 36, 0xFFFFFFFF)
    return (
        b"RIFF" + struct.pack("<I", whole) + b"WAVEfmt \x10\0\0\0" + form + b"data" + struct.pack("<I", size) + samples
    )
