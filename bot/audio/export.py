"""
The way out: trusted PCM in, one small file the provider takes out.

Hides pydub. Promises: pydub never sees a byte that did not come out of the caged reader as PCM; the file
is Opus at 32 kbit/s in Ogg or mp3 at 48 kbit/s, both mono; temporary files are in `tempfile`'s directory,
which the worker has set to the clip's own.
"""

import os
from pathlib import Path

from pydub import AudioSegment
from pydub.exceptions import CouldntEncodeError

from bot.audio.reader import RATE_HZ
from bot.shortage import shortage_in

# Word error rate of 41 recordings: wav 27.6, Opus 32k 28.6, mp3 48k 28.1, but mp3 32k 37.6 and mp3 24k 40.5 percent.
# libopus at its default complexity takes seven times the CPU for the same words.
SETTINGS: dict[str, tuple[str, str, str, list[str]]] = {  # by the file's suffix
    "ogg": (
        "ogg",
        "libopus",
        "32k",
        ["-application", "audio", "-frame_duration", "60", "-compression_level", "0"],
    ),
    "mp3": ("mp3", "libmp3lame", "48k", ["-compression_level", "9"]),
}


def export(pcm: bytes | bytearray, path: Path, *, kind: str, ffmpeg: str) -> None:
    """Writes 16 kHz mono PCM as `kind` to `path`. Raises pydub's CouldntEncodeError and OSError."""
    container, codec, bitrate, parameters = SETTINGS[kind]
    AudioSegment.converter = ffmpeg  # absolute: pydub would look in the working directory first
    segment = AudioSegment(data=pcm, sample_width=2, frame_rate=RATE_HZ, channels=1)
    # -xerror: ffmpeg before 6 calls a file whose end found no room on the disk a success.
    parameters = ["-nostdin", "-xerror", "-threads", "1", *parameters]
    try:
        segment.export(str(path), format=container, codec=codec, bitrate=bitrate, parameters=parameters).close()
    except CouldntEncodeError as error:
        # Its words are all that pydub hands on. What was read is ours, so that the machine alone can be short.
        if (code := shortage_in(str(error))) is None:
            raise
        raise OSError(code, os.strerror(code)) from error
