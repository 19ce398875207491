"""
What an upload is and how long it sounds, whatever its name says.

Hides containers and ffmpeg. Promises the length a decoder would produce; voice notes (Ogg/Opus) and
wave files cost no process.
"""

import asyncio
import struct
import tempfile
from pathlib import Path

import imageio_ffmpeg

RATE = 16_000
_OPUS_RATE = 48_000
_MAGIC = (
    (0, b"OggS", "ogg"),
    (0, b"fLaC", "flac"),
    (8, b"WAVE", "wav"),
    (0, b"\x1aE\xdf\xa3", "webm"),
    (4, b"ftyp", "mp4"),
    (0, b"ID3", "mp3"),
)
_PAGE = struct.Struct("<4sBBqIIIB")


def family_of(data: bytes) -> str | None:
    """The container by its first bytes."""
    for at, magic, family in _MAGIC:
        if data[at : at + len(magic)] == magic:
            return family
    return "mp3" if len(data) > 1 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2 else None  # layer III, bare frames


async def seconds_of(data: bytes, family: str | None) -> float | None:
    """The length in seconds, None where nothing can be decoded."""
    quick = {"ogg": _opus_seconds, "wav": _wave_seconds}.get(family or "")
    seconds = quick(data) if quick else None
    if seconds is not None:
        return seconds
    pcm = await pcm_of(data)
    return len(pcm) / 2 / RATE if pcm else None


async def pcm_of(data: bytes) -> bytes:
    """The sound as 16 kHz mono signed 16-bit samples; empty if there is none."""
    with tempfile.TemporaryDirectory(prefix="upload-") as folder:
        path = Path(folder, "upload")  # a file, because some mp4 keep their index at the end
        await asyncio.to_thread(path.write_bytes, data)
        # fmt: off
        process = await asyncio.create_subprocess_exec(
            imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "quiet", "-protocol_whitelist", "file",
            "-threads", "1", "-i", f"file:{path}", "-map", "0:a:0", "-ac", "1", "-ar", str(RATE),
            "-f", "s16le", "pipe:1",
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )
        # fmt: on
        try:
            pcm, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return pcm


def _wave_seconds(data: bytes) -> float | None:
    """Bytes that are really there, by the byte rate of the header."""
    at, rate = 12, 0
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"fmt " and at + 20 <= len(data):
            rate = struct.unpack_from("<I", data, at + 16)[0]
        if name == b"data":
            return min(size, len(data) - at - 8) / rate if rate else None
        at += 8 + size + size % 2
    return None


def _opus_seconds(data: bytes) -> float | None:
    """Packet by packet, as a decoder goes; None for anything but one plain Opus stream."""
    at, samples, skip, granule, packets, fresh = 0, 0, 0, 0, 0, True
    while at + _PAGE.size <= len(data):
        magic, _, _, granule_here, _, _, _, count = _PAGE.unpack_from(data, at)
        lacing = data[at + _PAGE.size : at + _PAGE.size + count]
        at += _PAGE.size + count
        if magic != b"OggS" or len(lacing) < count:
            return None
        granule = granule_here if granule_here >= 0 else granule
        for size in lacing:
            if fresh and size:
                if packets == 0 and data[at : at + 8] != b"OpusHead":
                    return None
                skip = int.from_bytes(data[at + 10 : at + 12], "little") if packets == 0 else skip
                samples += _packet_samples(data[at : at + 2]) if packets > 1 else 0
                packets += 1
            fresh = size < 255
            at += size
    length = samples - skip
    trimmed = granule - skip  # the last page's position cuts the padding of the last packet
    return max(0, trimmed if 0 <= length - trimmed <= _OPUS_RATE * 0.12 else length) / _OPUS_RATE if packets else None


def _packet_samples(head: bytes) -> int:
    """Samples at 48 kHz of a packet, by its first byte (RFC 6716, section 3.1)."""
    config, code = head[0] >> 3, head[0] & 3
    if config < 12:
        frame = (480, 960, 1920, 2880)[config & 3]
    elif config < 16:
        frame = (480, 960)[config & 1]
    else:
        frame = (120, 240, 480, 960)[config & 3]
    frames = (1, 2, 2, head[1] & 63 if len(head) > 1 else 0)[code]
    return frame * frames
