"""
Sound files in, small speech-ready pieces out.

Hides ffmpeg, pydub, temporary files, worker processes and every container format. Promises: never blocks
the event loop; memory does not grow with length; untrusted bytes are decoded once, in a cage; the length is
counted, never believed; leaves no file and no process behind; tells a member's bad file (UnreadableSound,
SoundTooLong) from a machine's trouble (any other exception; OSError where it is short of something).

How a sound goes through: `ogg` walks the pages of an ordinary voice note, and its bytes are sent as they are; where
`calm` doubts an end, a worker listens and `crop` leaves the silence out. For all else `cell` starts a process that runs
`worker`: `reader` has ffmpeg decode to PCM, `gate` listens, `cut` finds the pauses, `export` hands trusted PCM to
pydub. `mp4` reads the table of a long m4a, which ffmpeg would keep in memory.

Why the ffmpeg program, and not PyAV in a worker process: PyAV 18 decodes as fast, but its import alone costs 126 ms
of CPU, four times what ffmpeg 9 takes to decode an 11 s note from start to end (32 ms); it cannot cap a single
allocation, so that a song with a forged cover took 288 MB in it and 32 MB in ffmpeg; limits would fall on our own
Python and not on the decoder alone; and pydub's export needs the program anyway, so 104 MB would be installed for the
second FFmpeg. Why pydub does not read files itself: `from_file` keeps the whole sound in memory two or three times
over, follows playlists to other people's files, and can be neither bounded nor stopped.
"""

from bot.audio.clip import open, recode, split, voice_in  # noqa: A004 - audio.open reads as it should
from bot.audio.ffmpeg import FfmpegMissing, ffmpeg_of, runs_well
from bot.audio.proving import Sandbox, prove
from bot.audio.room import room_of
from bot.audio.rules import Clip, Piece, SoundTooLong, UnreadableSound, UploadRules
from bot.audio.voice import Voice

__all__ = [
    "Clip",
    "FfmpegMissing",
    "Piece",
    "Sandbox",
    "SoundTooLong",
    "UnreadableSound",
    "UploadRules",
    "Voice",
    "ffmpeg_of",
    "open",
    "prove",
    "recode",
    "room_of",
    "runs_well",
    "split",
    "voice_in",
]
