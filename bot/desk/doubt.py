"""
No invented words: a sentence that models make up counts only where somebody can have said it.

Promises: costs next to nothing but for the few answers that are doubtful; holds up nobody; where the sound cannot be
measured, the words are believed.
"""

import logging

from bot import audio
from bot.aside import aside
from bot.audio import Piece, SoundTooLong, UnreadableSound
from bot.speech import is_doubtful, syllables

log = logging.getLogger(__name__)


async def spoken(text: str, piece: Piece, vocabulary: tuple[str, ...], ref: str) -> str:
    """The words of an answer, or none: mere signs, or a doubtful sentence over a sound in which nobody says it."""
    length, is_invented = await aside(len(text), _judged, text, vocabulary)
    text = text.strip()
    if not length or not is_invented:
        return text if length else ""
    try:
        voice = await audio.voice_in(piece)
    except (UnreadableSound, SoundTooLong):
        return text
    except Exception as trouble:  # noqa: BLE001 -- whatever is amiss here, the answer is paid
        log.warning(
            "A doubtful answer is believed, as its sound could not be measured: %s",
            type(trouble).__name__,
            extra={"action": "unmeasured", "note": ref},
        )
        return text
    if voice.may_say(length):
        return text
    log.info(
        "The model made up a sentence that nobody said",
        extra={"action": "invented", "note": ref, "sounding_ms": voice.sounding_ms, "voiced_ms": voice.voiced_ms},
    )
    return ""


def _judged(text: str, vocabulary: tuple[str, ...]) -> tuple[int, bool]:
    """How many syllables those are, and whether models make up such a text."""
    return syllables(text), is_doubtful(text.strip(), vocabulary)
