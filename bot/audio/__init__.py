"""
Sound files in, small speech-ready pieces out.

Hides ffmpeg, pydub, temporary files, worker processes and every container format. Promises: never blocks
the event loop; memory does not grow with length; untrusted bytes are decoded once, in a cage; the length is
counted, never believed; leaves no file and no process behind; tells a member's bad file (UnreadableSound,
SoundTooLong) from a machine's trouble (any other exception).
"""

from bot.audio.clip import open, recode  # noqa: A004 - audio.open reads as it should
from bot.audio.ffmpeg import FfmpegMissing, ffmpeg_of
from bot.audio.rules import Clip, Piece, SoundTooLong, UnreadableSound, UploadRules

__all__ = [
    "Clip",
    "FfmpegMissing",
    "Piece",
    "SoundTooLong",
    "UnreadableSound",
    "UploadRules",
    "ffmpeg_of",
    "open",
    "recode",
]
