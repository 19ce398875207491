"""
Sounds of which no two say the same.

Hides Ogg's pages. Promises: each is an ordinary voice note whose bytes nobody else has, so that the provider's stand-in
knows by the sound alone what is said in it: one word that exists nowhere else.
"""

import hashlib
import re
import struct
import subprocess
from pathlib import Path

from bot.audio import ffmpeg_of
from bot.audio.ogg import PAGE, ogg_checksum
from tests.world.openai import spoken_for

SPEECH = Path(__file__).parents[1] / "speech"
SHORT = SPEECH / "park.ogg"
LONG_S = 25  # the words of a note that long are shown while they come
_SYLLABLES = ("ba", "ke", "li", "mo", "nu", "pa", "re", "so", "ti", "vu")
_HEAD, _TAIL, _DIGITS = "zu", "q", 5
WORD = re.compile(rf"{_HEAD}(?:{'|'.join(_SYLLABLES)}){{{_DIGITS}}}{_TAIL}")
_SEGMENT = 255


def word_of(number: int) -> str:
    """What is said in the note of that number, and in no other."""
    return _HEAD + "".join(_SYLLABLES[int(digit)] for digit in f"{number:0{_DIGITS}}") + _TAIL


def said_in(number: int, *, is_long: bool) -> str:
    """All that is said in it: of a long one so much that nobody misses words in it."""
    rest = f" {spoken_for(LONG_S, str(number))}" if is_long else ""
    return f"We meet where the {word_of(number)} stands, and then we walk home.{rest}"


def words_in(text: str) -> set[str]:
    """Of which notes there are words in a text."""
    return set(WORD.findall(text))


def long_sound(folder: Path) -> bytes:
    """Somebody who speaks for LONG_S seconds."""
    path = folder / "long.ogg"
    loop = ("-stream_loop", "-1", "-i", str(SPEECH / "pauses.ogg"), "-t", str(LONG_S))
    command = (str(ffmpeg_of("bundled")), "-v", "error", *loop, "-c:a", "libopus", "-b:a", "16k", "-ar", "48000")
    subprocess.run([*command, str(path)], check=True)  # noqa: S603 -- our own words
    return path.read_bytes()


def told_apart(sound: bytes, number: int) -> bytes:
    """The same sound, with its number in the comment that Ogg has on its second page."""
    at = sound.index(b"OggS", 1)
    magic, version, flags, granule, serial, sequence, _, segments = PAGE.unpack_from(sound, at)
    end = at + PAGE.size + segments + sum(sound[at + PAGE.size : at + PAGE.size + segments])
    comment = f"NUMBER={number:08}".encode()
    maker = b"Earshot"
    body = b"OpusTags" + struct.pack("<I", len(maker)) + maker + struct.pack("<II", 1, len(comment)) + comment
    lacing = bytes([_SEGMENT] * (len(body) // _SEGMENT) + [len(body) % _SEGMENT])

    def page(checksum: int) -> bytes:
        head = PAGE.pack(magic, version, flags, granule, serial, sequence, checksum, len(lacing))
        return head + lacing + body

    return sound[:at] + page(ogg_checksum(page(0))) + sound[end:]


def digest(sound: bytes) -> str:
    """By which the stand-in knows it."""
    return hashlib.sha256(sound).hexdigest()
