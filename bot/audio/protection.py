"""
Locks: does a file say of itself that it is copy-protected?

Hides the boxes of MP4 and the header of ASF. Promises: reads a header of bounded size, keeps nothing of it, and
decodes nothing; a file that merely looks odd is not called protected. (Encrypted sound would decode to noise, and
noise would be paid for.) It reads strangers' bytes, so it runs in the worker process.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

HEADER_BYTES = 16 << 20  # a "moov" of three hours has one or two megabytes
TOP_BOXES = 64  # fragments may follow in thousands, "moov" comes early or last
# Sample entries of encrypted sound: Common Encryption (ISO 23001-7), FairPlay, Audible.
LOCKED = (b"enca", b"drms", b"aavd")
ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
# The (extended) content encryption objects, ASF specification, section 10.
ASF_LOCKS = (bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e"), bytes.fromhex("14e68a292226174cb935dae07ee9289c"))


def is_protected(path: Path) -> bool:
    """Whether an MP4 or ASF file declares its sound encrypted. Raises OSError if it cannot be read."""
    with path.open("rb") as file:
        head = file.read(24)
        if head[:16] == ASF:
            size = min(int.from_bytes(head[16:24], "little"), HEADER_BYTES)
            header = file.read(size)
            return any(lock in header for lock in ASF_LOCKS)
        if head[4:8] == b"ftyp":
            return any(entry in LOCKED for entry in _sample_entries(_moov(file)))
    return False


def _moov(file: BinaryIO) -> bytes:
    """The content of the top-level box "moov", or nothing."""
    at = 0
    for _ in range(TOP_BOXES):
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:  # noqa: PLR2004 - size and name
            break
        size, name = struct.unpack(">I4s", head[:8])
        if size == 1:
            size = int.from_bytes(head[8:16], "big")
        if name == b"moov":
            file.seek(at + 8)
            return file.read(min(size or HEADER_BYTES, HEADER_BYTES))
        if size < 8:  # noqa: PLR2004 - 0 means "to the end"; less than a head is nonsense
            break
        at += size
    return b""


def _sample_entries(moov: bytes) -> Iterator[bytes]:
    """The name of the first sample entry of each track: eight bytes into the box "stsd", and a size."""
    at = moov.find(b"stsd")
    while at >= 0:
        yield moov[at + 16 : at + 20]
        at = moov.find(b"stsd", at + 4)
