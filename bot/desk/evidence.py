"""
What the words of an answer and the voice in a sound say of each other.

Promises: pure; linear in the text's length. `voice` is what the meter has heard, whose count of syllables is off by a
seventh. The figures behind the numbers are in docs/bench/words.md.
"""

from bot.audio import Voice
from bot.outcome import Gap
from bot.speech import Loop, Part, listed_beginning, listed_end, syllables

# Of what was uttered so much has to be written, by seconds of voice: a count of syllables by ear is off by a seventh
# in a quarter of a minute, and by more in less; of a short sound a word or two is an answer.
_SHARES = ((3.0, 0.1), (10.0, 0.1), (14.0, 0.65))
_SAYABLE = 1.5  # times what was uttered, and some more, is the most that is believed of what is repeated
_SLACK = 4
_REPEATED = 0.6
_TURNS, _WORDS = 8, 16  # so often a word, or so many words that are the same, are worth a second question
_SYLLABLE_MS = 60  # gabbled
_TOUCHED_MS = 100
_SILENT_END_MS = 1_200
_WEIGHS = 0.25
_HOLE_MS = 1_500  # a stretch of voice without words, where the answer says when what was said
_EDGE_MS = 500
NOBODY = 0.6  # Whisper's own threshold for "no speech" in a segment


def least_share(voiced_s: float) -> float:
    """How much of what was uttered has to be written, by seconds of voice."""
    below = (0.0, 0.0)
    for seconds, share in _SHARES:
        if voiced_s < seconds:
            return below[1] + (share - below[1]) * (voiced_s - below[0]) / (seconds - below[0])
        below = seconds, share
    return below[1]


def is_uttered(count: int, voice: Voice) -> bool:
    """Whether so much was uttered as a text says that goes round in circles: people sing, pray, laugh and call."""
    return _REPEATED * voice.syllables - 1 <= count <= most_sayable(voice)


def is_usual(loop: Loop) -> bool:
    """Whether people repeat themselves so often in everyday talk."""
    return loop.turns < _TURNS and loop.turns * loop.words < _WORDS


def most_sayable(voice: Voice) -> float:
    """The most syllables that are believed to be in a sound where so many were counted."""
    return _SAYABLE * voice.syllables + _SLACK


def is_unsayable(count: int, voice: Voice) -> bool:
    """Whether nobody speaks anywhere, or no tongue gets so many syllables into what sounds, by the widest measure."""
    return not voice.spans or (not voice.is_clear and count * _SYLLABLE_MS > max(voice.sounding_ms, voice.voiced_ms))


def without_unspoken(text: str, parts: tuple[Part, ...], voice: Voice) -> str:
    """The text without the parts of which the model itself says that nobody speaks, and we hear nobody there either."""
    kept = [part for part in parts if not _is_unspoken(part, voice)]
    if not text or len(kept) == len(parts) or (voice.is_clear and not any(part.text.strip() for part in kept)):
        return text
    return "".join(part.text for part in kept).strip()


def _is_unspoken(part: Part, voice: Voice) -> bool:
    is_unsaid = part.no_speech is not None and part.no_speech > NOBODY and part.start_ms < part.end_ms
    return is_unsaid and voice.voiced_between(part.start_ms, part.end_ms) < _TOUCHED_MS


def without_ends(text: str, voice: Voice) -> str:
    """The text without what models put before or behind it, if the rest is all that can have been said."""
    begins, ends = listed_beginning(text), listed_end(text)
    if not begins < ends or (begins, ends) == (0, len(text)):
        return text
    spans = voice.spans or ((0, voice.length_ms),)
    whole, rest = syllables(text), syllables(text[begins:ends])
    # Only what is a good part of the words can be told from a count that is off by a seventh.
    weighs = whole - rest > _WEIGHS * rest
    is_too_much = weighs and abs(whole - voice.syllables) > abs(rest - voice.syllables)
    is_all = weighs and not is_too_much and voice.is_clear
    if begins and not (is_too_much or (spans[0][0] >= _SILENT_END_MS and not is_all)):
        begins = 0
    if ends < len(text) and not (is_too_much or (voice.length_ms - spans[-1][1] >= _SILENT_END_MS and not is_all)):
        ends = len(text)
    return text[begins:ends].strip()


def holes_in(parts: tuple[Part, ...], voice: Voice) -> tuple[Gap, ...]:
    """Where it speaks while no part of the answer has words."""
    if not parts:
        return ()
    found: list[Gap] = []
    covered = sorted((part.start_ms - _EDGE_MS, part.end_ms + _EDGE_MS) for part in parts if part.text.strip())
    for start, end in voice.spans:
        at = start
        for begins, ends in covered:
            if begins > end:
                break
            if begins - at >= _HOLE_MS:
                found.append(Gap(at, begins))
            at = max(at, ends)
        if end - at >= _HOLE_MS:
            found.append(Gap(at, end))
    return tuple(found)
