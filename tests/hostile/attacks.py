"""The attacks: playlists, forged lengths, bombs, floods, covers, polyglots. Each yields names and bytes."""

import random
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.hostile import craft

SECONDS = 11
BOMB_HOURS = 10


@dataclass(frozen=True, slots=True)
class Forge:
    """What the forgers need: tools, good files to forge, and a victim."""

    ffmpeg: str
    directory: Path
    good: dict[str, Path]
    canary: Path
    port: int

    def run(self, name: str, *words: str) -> bytes:
        """What ffmpeg makes of these words."""
        path = self.directory / "made" / name
        path.parent.mkdir(exist_ok=True)
        subprocess.run(  # noqa: S603 - our own words
            [self.ffmpeg, "-v", "error", "-nostdin", "-threads", "1", *words, "-map_metadata", "-1", "-y", str(path)],
            check=True,
        )
        return path.read_bytes()

    def read(self, name: str) -> bytes:
        """A good file's bytes."""
        return self.good[name].read_bytes()


def playlists(forge: Forge) -> Iterator[tuple[str, bytes]]:
    """Files that name another file or address, in every language a demuxer may read."""
    web = f"http://127.0.0.1:{forge.port}/seg.mp3"
    for label, target in (("near", "../victim/canary.wav"), ("far", str(forge.canary)), ("web", web)):
        hls = f"#EXTM3U\n#EXT-X-TARGETDURATION:11\n#EXTINF:11.0,\n{target}\n#EXT-X-ENDLIST\n"
        yield f"hls-{label}.mp3", hls.encode()
        yield f"hls-{label}.m3u8", hls.encode()
        yield f"concat-{label}.mp3", f"ffconcat version 1.0\nfile '{target}'\n".encode()
        yield (
            f"concat-{label}.ffconcat",
            f"ffconcat version 1.0\nfile 'file:{target}'\nfile 'subfile,,start,0,end,0,,:{target}'\n".encode(),
        )
        yield f"list-{label}.m3u", f"{target}\n".encode()
        yield f"list-{label}.pls", f"[playlist]\nFile1={target}\nNumberOfEntries=1\n".encode()
        yield f"list-{label}.asx", f"<asx version='3.0'><entry><ref href='{target}'/></entry></asx>".encode()
        yield f"list-{label}.wma", f"[Reference]\nRef1={target}\n".encode()
        dash = (
            '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
            'mediaPresentationDuration="PT11S"><Period><AdaptationSet mimeType="audio/mp4">'
            f'<Representation id="0" bandwidth="64000"><BaseURL>{target}</BaseURL>'
            "</Representation></AdaptationSet></Period></MPD>"
        )
        yield f"dash-{label}.mpd", dash.encode()
        yield (
            f"imf-{label}.xml",
            f'<?xml version="1.0"?><CompositionPlaylist><Id>{target}</Id></CompositionPlaylist>'.encode(),
        )
        yield f"elsewhere-{label}.mov", craft.mov_elsewhere(forge.read("apple.mov"), target)
        yield f"key-{label}.m3u8", hls.replace("#EXTINF", f'#EXT-X-KEY:METHOD=AES-128,URI="{target}"\n#EXTINF').encode()
    sdp = f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio {forge.port} RTP/AVP 0\n"
    yield "session.sdp", sdp.encode()
    yield "link.txt", f"file:{forge.canary}".encode()
    yield "rtsp.txt", f"rtsp://127.0.0.1:{forge.port}/x".encode()


def bombs_of_text(forge: Forge) -> Iterator[tuple[str, bytes]]:
    """A playlist of a hundred thousand entries."""
    entry = f"file '{forge.canary}'\n".encode()
    yield "concat-100000.mp3", b"ffconcat version 1.0\n" + entry * 100_000
    yield "hls-100000.mp3", b"#EXTM3U\n#EXT-X-TARGETDURATION:11\n" + b"#EXTINF:11,\n../victim/canary.wav\n" * 100_000


def forged_lengths(forge: Forge) -> Iterator[tuple[str, bytes]]:
    """The container says one second, or a year; the sound lasts eleven."""
    flac = bytearray(forge.read("plain.flac"))
    flac[21:26] = bytes([flac[21] & 0xF0]) + (44_100).to_bytes(4, "big")
    yield "streaminfo-1s.flac", bytes(flac)
    mp3 = forge.read("plain.mp3")
    at = mp3.index(b"Xing") if b"Xing" in mp3 else mp3.index(b"Info")
    yield "xing-1s.mp3", mp3[: at + 8] + struct.pack(">I", 38) + mp3[at + 12 :]
    yield "xing-1y.mp3", mp3[: at + 8] + struct.pack(">I", 1 << 30) + mp3[at + 12 :]
    m4a = forge.read("phone.m4a")
    yield "headers-1s.m4a", craft.mp4_with_duration(m4a, 1_000)
    yield "headers-1d.m4a", craft.mp4_with_duration(m4a, 86_400_000)
    ((start, _),) = craft.boxes(m4a, b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stts")
    yield "stts-short.m4a", m4a[: start + 20] + struct.pack(">I", 1) + m4a[start + 24 :]
    yield "edit-list-1s.m4a", _short_edit(m4a)
    other = ("-i", str(forge.good["source.wav"]), "-t", "7.777")
    pages = craft.ogg_pages(forge.read("note.ogg"))
    yield "granules-1s.ogg", b"".join(craft.with_granule(p, 48_000) if n > 1 else p for n, p in enumerate(pages))
    for label, granule in (("1s", 48_000), ("1y", 48_000 * 31_536_000), ("minus", -2)):
        yield f"last-page-{label}.ogg", b"".join(pages[:-1]) + craft.with_granule(pages[-1], granule)
    yield (
        "gap-10h.ogg",
        b"".join(
            craft.with_granule(p, struct.unpack_from("<q", p, 6)[0] + 36_000 * 48_000) if n > 6 else p
            for n, p in enumerate(pages)
        ),
    )
    yield "chained.ogg", forge.read("note.ogg") + forge.run("other.ogg", *other, "-c:a", "libopus")
    mkv = forge.read("plain.mkv")
    yield "duration-1s.mkv", craft.mkv_with_duration(mkv, 1_000)
    yield "duration-1y.mkv", craft.mkv_with_duration(mkv, 3.2e10)
    yield "live.webm", forge.run("live.webm", "-i", str(forge.good["source.wav"]), "-c:a", "libopus", "-live", "1")
    pcm = forge.read("source.wav")[-44_100 * 2 * SECONDS :]
    yield "data-1s.wav", craft.wav(44_100, 1, pcm, claimed=88_200)
    yield "data-4g.wav", craft.wav(44_100, 1, pcm, claimed=0xFFFFFFFF - 36)
    yield "data-0.wav", craft.wav(44_100, 1, pcm, claimed=0)
    slow = forge.run("slow.mp3", *other, "-ar", "16000", "-b:a", "16k")
    yield "two-rates.mp3", mp3 + slow
    yield "tagged.aac", craft.id3((b"TLEN", b"\x001000")) + forge.read("stream.aac")


def _short_edit(m4a: bytes) -> bytes:
    """The edit list plays one second of it."""
    for start, _ in craft.boxes(m4a, b"moov", b"trak", b"edts", b"elst"):
        return m4a[: start + 16] + struct.pack(">I", 1_000) + m4a[start + 20 :]
    return m4a


def bombs(forge: Forge) -> Iterator[tuple[str, bytes]]:
    """Small files that hold hours, or promise sizes no machine has."""
    seconds = BOMB_HOURS * 3_600
    yield "one-hertz.wav", craft.wav(1, 1, random.Random(1).randbytes(200_000))  # noqa: S311 - noise, not a secret
    yield "hours.flac", craft.flac_silence(seconds)
    yield "hours.ogg", craft.opus_file(b"\x18\x00", seconds * 1_000 // 60, samples=2_880)
    yield "hours-say-1s.ogg", craft.opus_file(b"\x18\x00", seconds * 1_000 // 60, samples=2_880, granule_samples=1)
    frames = forge.run(
        "quiet.mp3", "-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono:d=60", "-b:a", "8k", "-write_xing", "0"
    )
    yield "hours.mp3", frames * (seconds // 60)
    hiss = forge.run("hiss.mp3", "-f", "lavfi", "-i", "anoisesrc=r=8000:d=60:seed=1", "-b:a", "8k", "-write_xing", "0")
    yield "hours-of-hiss.mp3", hiss * (seconds // 60)
    yield "hours.m4a", _endless_m4a(forge, seconds)
    for label, rate, channels in (("0-hertz", 0, 1), ("0-channels", 44_100, 0), ("65535-channels", 8_000, 65_535)):
        yield f"{label}.wav", craft.wav(rate, channels, bytes(200_000))
    yield "4-gigahertz.wav", craft.wav(0xFFFFFFFF, 1, bytes(200_000))
    yield "deep.wav", craft.wav(8_000, 1, bytes(200_000), bits=65_535)


def _endless_m4a(forge: Forge, seconds: int) -> bytes:
    """One AAC frame whose time to sample table says that there are hours of it."""
    m4a = forge.run("tiny.m4a", "-i", str(forge.good["source.wav"]), "-t", "1", "-c:a", "aac")
    ((start, _),) = craft.boxes(m4a, b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stts")
    return m4a[: start + 16] + struct.pack(">II", seconds * 43, 1_024) + m4a[start + 24 :]


def floods(forge: Forge) -> Iterator[tuple[str, bytes]]:
    """Files every packet of which makes a decoder complain."""
    yield "no-data.amr", b"#!AMR\n" + b"\x7c" * 4_000_000
    rng = random.Random(2)  # noqa: S311 - noise, not a secret
    frame = forge.read("plain.mp3")[-4_000:-3_000]
    head = frame[frame.index(b"\xff\xfb") :][:4]
    yield "broken-frames.mp3", b"".join(head + rng.randbytes(204) for _ in range(4_000))
    yield "broken-frames.aac", b"".join(b"\xff\xf1\x50\x40\x19\x1f\xfc" + rng.randbytes(193) for _ in range(4_000))
    packet = b"\x7b\x3f" + bytes(40)
    yield "broken-packets.ogg", craft.opus_file(packet, 20_000, samples=960)
    flac = bytearray(forge.read("plain.flac"))
    for at in range(5_000, len(flac), 97):
        flac[at] = rng.randrange(256)
    yield "broken-frames.flac", bytes(flac)


def covers(forge: Forge) -> Iterator[tuple[str, bytes]]:
    """A picture of a gigabyte when unpacked, in front of the sound."""
    picture = craft.png(16_000)
    content = b"\x00image/png\x00\x03\x00" + picture
    yield "cover.mp3", craft.id3((b"APIC", content)) + forge.read("plain.mp3")
    flac = forge.read("plain.flac")
    block = (
        struct.pack(">II", 3, 9)
        + b"image/png"
        + struct.pack(">IIIIII", 0, 16_000, 16_000, 8, 0, len(picture))
        + picture
    )
    yield "cover.flac", flac[:42] + b"\x06" + len(block).to_bytes(3, "big") + block + flac[42:]
    path = forge.directory / "made" / "cover.png"
    path.write_bytes(picture)
    words = ("-i", str(forge.good["phone.m4a"]), "-i", str(path), "-map", "0", "-map", "1", "-c", "copy")
    yield "cover.m4a", forge.run("cover.m4a", *words, "-disposition:v", "attached_pic")
    yield "film.mkv", forge.run("film.mkv", *words)


HEADER_BYTES = 10 << 20  # what an account that costs nothing may send


def headers(_: Forge) -> Iterator[tuple[str, bytes]]:
    """Ten megabytes of what a look at a file's head has to go through, and not one packet of sound."""
    yield "entries.m4a", craft.mp4_of_moov(b"stsd" * (HEADER_BYTES // 4))
    yield "boxes.m4a", craft.mp4_of_moov(struct.pack(">I4s", 8, b"trak") * (HEADER_BYTES // 8))
    yield "objects.wma", craft.ASF + struct.pack("<Q", HEADER_BYTES) + bytes.fromhex("fbb31122") * (HEADER_BYTES // 4)
    tags = [craft.ogg_page([craft.OPUS_HEAD], granule=0, sequence=0, flags=2)]
    while len(tags) * 255 * 255 < HEADER_BYTES:
        body = b"OpusTags".ljust(255 * 255, b"\0")
        tags.append(craft.ogg_part(body, sequence=len(tags), flags=1 if len(tags) > 1 else 0))
    yield "tags.ogg", b"".join(tags)
    yield "tags-that-end.ogg", b"".join(tags[:16]) + craft.ogg_page([b"\0"], granule=0, sequence=16, flags=1)


def polyglots(forge: Forge) -> Iterator[tuple[str, bytes]]:
    """Two files in one."""
    hls = b"#EXTM3U\n#EXTINF:11,\n../victim/canary.wav\n#EXT-X-ENDLIST\n"
    concat = b"ffconcat version 1.0\nfile ../victim/canary.wav\n"
    for name in ("plain.mp3", "note.ogg", "phone.m4a", "cd.wav", "plain.flac"):
        good = forge.read(name)
        suffix = name.rpartition(".")[2]
        yield f"hls-then.{suffix}", hls + good
        yield f"then-hls.{suffix}", good + hls
        yield f"concat-then.{suffix}", concat + good
        yield f"html-then.{suffix}", b"<!doctype html><script>alert(1)</script>" + good
        yield f"zip-then.{suffix}", b"PK\x03\x04" + bytes(26) + good
        yield f"pdf-then.{suffix}", b"%PDF-1.4\n" + good
    yield "tag-then-hls.mp3", craft.id3((b"TIT2", b"\x00x")) + hls
    yield "wav-with-hls.wav", craft.wav(8_000, 1, hls * 40)
    yield "mp3-in.wav", craft.wav(44_100, 1, forge.read("plain.mp3"))
