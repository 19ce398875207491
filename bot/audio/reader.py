"""
The caged reader: untrusted bytes in, 16 kHz mono PCM out, nothing else.

Hides ffmpeg's command line, its limits and its way of complaining. Promises: only the formats people
send are opened, by content and not by name, and only through the `file` protocol, so that a playlist
cannot lead to another file or to the network; no picture is decoded; memory, CPU, file size and
messages are bounded; `sandbox` stands around whoever takes it over; the sound's length is the
number of samples that came out.
Runs in the worker process and blocks; imports little, because every converted clip starts it anew.
"""

import os
import re
import resource
import selectors
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, cast

from bot.audio.mp4 import Track, frames
from bot.audio.sandbox import launch

RATE_HZ = 16_000
BYTES_PER_MS = RATE_HZ * 2 // 1_000

# What people send, and their close relatives; every name is a demuxer whose own code opens no second
# file (mov's external references are off by default). hls, concat, dash, sdp and the like are not here.
FORMATS = "mp3,ogg,wav,w64,flac,aac,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,asf,amr,aiff,caf"
# The decoders for what is in them; no picture's decoder is ever opened, not even to look at a song's cover.
DECODERS = (
    "aac,aac_latm,ac3,adpcm_ima_qt,adpcm_ima_wav,adpcm_ms,alac,amrnb,amrwb,eac3,flac,gsm,gsm_ms,libopencore_amrnb,"
    "libopencore_amrwb,libopus,libspeex,libvorbis,mp1float,mp2,mp2float,mp3,mp3float,opus,pcm_alaw,pcm_f32be,pcm_f32le,"
    "pcm_f64be,pcm_f64le,pcm_mulaw,pcm_s16be,pcm_s16le,pcm_s24be,pcm_s24le,pcm_s32be,pcm_s32le,pcm_s8,pcm_u8,speex,vorbis,"
    "wmalossless,wmapro,wmav1,wmav2,wmavoice"
)

INPUT = (
    *("-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+info"),
    *("-max_error_rate", "0.5", "-codec_whitelist", DECODERS),
    *("-max_alloc", "67108864"),  # bytes in one block: a 16000 x 16000 cover wants a gigabyte
    *("-max_streams", "64", "-probesize", "5M", "-analyzeduration", "5M", "-threads", "1"),
)
FROM_FILE = ("-protocol_whitelist", "file", "-format_whitelist", FORMATS, "-i")
FROM_TABLE = ("-protocol_whitelist", "pipe", "-format_whitelist", "aac", "-f", "aac", "-i", "pipe:0")
OUTPUT = (
    *("-map", "0:a:0", "-vn", "-sn", "-dn", "-ac", "1", "-ar", str(RATE_HZ)),
    *("-filter_threads", "1", "-f", "s16le", "-flush_packets", "0", "pipe:1"),  # not a write for every 23 ms of AAC
)
COMPLAINT_BYTES = 1 << 20  # an AMR file of empty frames complains a hundred bytes per byte
TAIL_BYTES = 4_096
BLOCK_BYTES = 1 << 16
# Large blocks come from the system and go back to it; else glibc keeps the holes between them, 28 MB after an hour.
MALLOC = {"MALLOC_MMAP_THRESHOLD_": "131072"}
CPU_SECONDS = 10  # to begin with, and one more for each EARNED_MS; slow machines decode at 50 times real time
EARNED_MS = 20_000
# A codec that is not on the list, and one without a decoder (not "none"): as ffmpeg says it up to version 6, and since.
FOREIGN = re.compile(
    rb"Error while opening decoder|\[error\] Decoder \(codec (?!none\))"
    rb"|\[error\] Decoding requested, but no decoder found for: (?!none\b)"
)
DURATION = re.compile(rb"^\[info\]   Duration: (\d+):(\d\d):(\d\d)")


class Reader:
    """
    One run of ffmpeg over one file; iterate over it for PCM, then ask what happened.

    With a `track` ffmpeg is not shown the file, but fed the track's frames. `reads` are further files and folders that
    this ffmpeg needs.
    """

    def __init__(
        self,
        ffmpeg: str,
        source: str,
        *,
        memory_bytes: int,
        deadline_s: int,
        track: Track | None = None,
        reads: Sequence[str] = (),
    ) -> None:
        self.tracks = 0
        self.has_video = False
        # What the container says: a hint at the order of work and at damage, never a length.
        self.claimed_ms = track.length_ms if track else 0
        self.is_guessed = False  # ffmpeg made it up from the file's size
        self.has_errors = False
        self.is_flooded = False
        self.is_foreign = False  # the sound is there, in a codec that is not on the list
        self.exit_code = 0
        self.tail = b""
        self._bytes_out = 0
        self._bytes_decoded = 0
        self._track = track
        self._frames = frames(Path(source), track) if track else iter(())
        self._pending = memoryview(b"")
        self._bytes_said = 0
        self._line = b""
        self._is_input = True
        self._earned_ms = 0
        self._deadline_s = deadline_s
        command = [ffmpeg, *INPUT, *(FROM_TABLE if track else (*FROM_FILE, f"file:{source}")), *OUTPUT]
        self._process = subprocess.Popen(  # noqa: S603 - an absolute path and our own words
            launch(
                command,
                source="" if track else source,
                reads=reads,
                memory_bytes=memory_bytes,
                cpu_s=min(CPU_SECONDS, deadline_s),
                most_cpu_s=deadline_s,
            ),
            stdin=subprocess.PIPE if track else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd="/",
            env=MALLOC,
        )

    @property
    def length_ms(self) -> int:
        """How much sound came out so far."""
        return self._bytes_out // BYTES_PER_MS

    def __iter__(self) -> Iterator[bytes]:
        """Blocks of PCM as they come. However it ends, ffmpeg has ended too. Raises OSError if the file fails."""
        sound, complaints = cast("IO[bytes]", self._process.stdout), cast("IO[bytes]", self._process.stderr)
        with sound, complaints, selectors.DefaultSelector() as ready:
            try:
                ready.register(sound, selectors.EVENT_READ)
                ready.register(complaints, selectors.EVENT_READ)
                if self._process.stdin:
                    os.set_blocking(self._process.stdin.fileno(), False)
                    ready.register(self._process.stdin, selectors.EVENT_WRITE)
                while ready.get_map() and not self.is_flooded:
                    for key, _ in ready.select():
                        if key.fileobj is self._process.stdin:
                            self._feed(ready)
                            continue
                        block = os.read(key.fd, BLOCK_BYTES)
                        if not block:
                            ready.unregister(key.fileobj)
                        elif key.fileobj is complaints:
                            self._listen(block)
                        else:
                            block = self._played(block)
                            self._bytes_out += len(block)
                            self._earn()
                            yield block
            finally:
                if ready.get_map():
                    self.kill()
                self.exit_code = self._process.wait()

    def kill(self) -> None:
        """Ends ffmpeg at once."""
        self._process.kill()

    def _feed(self, ready: selectors.BaseSelector) -> None:
        """Hands ffmpeg as much of the next frames as it takes; it may end before it has had them all."""
        stdin = cast("IO[bytes]", self._process.stdin)
        try:
            self._pending = self._pending or memoryview(next(self._frames))
            self._pending = self._pending[os.write(stdin.fileno(), self._pending) :]
        except (StopIteration, BrokenPipeError):
            ready.unregister(stdin)
            stdin.close()

    def _played(self, block: bytes) -> bytes:
        """What of a decoded block the track's edit list plays; all of it where ffmpeg reads that itself."""
        if not self._track:
            return block
        start = self._track.skip_ms * BYTES_PER_MS - self._bytes_decoded
        self._bytes_decoded += len(block)
        return block[max(0, start) : max(0, start + self._track.length_ms * BYTES_PER_MS)]

    def _earn(self) -> None:
        """Raises the CPU limit as sound comes out: work is paid by results."""
        if self.length_ms - self._earned_ms < EARNED_MS:
            return
        self._earned_ms = self.length_ms
        allowed = min(CPU_SECONDS + self.length_ms // EARNED_MS, self._deadline_s)
        if sys.platform == "linux":  # elsewhere nobody can set another process's limits: the deadline has to do
            resource.prlimit(self._process.pid, resource.RLIMIT_CPU, (allowed, self._deadline_s))

    def _listen(self, block: bytes) -> None:
        """Keeps the end of what ffmpeg says, reads the list of tracks out of it, and loses patience in time."""
        self._bytes_said += len(block)
        self.is_flooded = self._bytes_said > COMPLAINT_BYTES
        self.tail = (self.tail + block)[-TAIL_BYTES:]
        *lines, self._line = (self._line + block).split(b"\n")
        self._line = self._line[-TAIL_BYTES:]
        for line in lines:
            if line.startswith(b"[info] Output #") or b"Stream mapping:" in line:
                self._is_input = False
            if (b"[error]" in line or b"[fatal]" in line) and b"not on whitelist" not in line:
                self.has_errors = True
            self.is_foreign |= FOREIGN.search(line) is not None
            self.is_guessed |= b"Estimating duration from bitrate" in line
            if self._is_input and (claim := DURATION.match(line)):
                hours, minutes, seconds = map(int, claim.groups())
                self.claimed_ms = ((hours * 60 + minutes) * 60 + seconds) * 1_000
            if self._is_input and b"[info]   Stream #0:" in line:
                self.tracks += b" Audio: " in line
                self.has_video |= b" Video: " in line and b"(attached pic)" not in line
