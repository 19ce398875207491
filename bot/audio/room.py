"""How much room on the disk a sound and what is made of it can need, before anybody has looked at it."""

from bot.audio.cut import REACH
from bot.audio.rules import UploadRules

# What people record has more bits than that; what has fewer is corrected once it is decoded.
LEAST_BITS_PER_SECOND = 4_000
WAV_BYTES_PER_MS = 32  # 16 kHz, 16 bits: pydub hands a piece to ffmpeg as a file
# More than the exports' 32 and 48 kbit/s: rates vary.
BITS_PER_SECOND = {"opus": 48_000, "mp3": 64_000}


def room_of(size_bytes: int, rules: UploadRules) -> int:
    """
    The bytes of a sound of that size, of all its pieces, and of the piece that is being written.

    Most voice notes are sent as they came and need the first alone; which they are only shows when they are here.
    """
    longest_ms = min(rules.max_ms, size_bytes * 8_000 // LEAST_BITS_PER_SECOND)
    made = BITS_PER_SECOND[rules.format] // 8_000
    piece_ms = min(longest_ms, int(min(rules.target_ms, rules.piece_ms) * (1 + REACH)))
    return size_bytes + longest_ms * made + piece_ms * (WAV_BYTES_PER_MS + made)
