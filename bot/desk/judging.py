"""
An answer held against the sound: whether its words were spoken, and whether they are all that was.

Promises: costs next to nothing for the answers of which nothing is odd; holds up nobody; where the sound cannot be
measured, the words are believed. The figures behind the numbers are in docs/bench/words.md.
"""

import logging
from dataclasses import dataclass

from bot import audio
from bot.aside import aside
from bot.audio import Piece, SoundTooLong, UnreadableSound, Voice
from bot.outcome import Gap
from bot.speech import (
    Heard,
    Loop,
    Part,
    is_doubtful,
    is_odd,
    is_to_an_audience,
    is_wordless,
    listed_beginning,
    listed_end,
    loop_in,
    syllables,
    without_sounds,
)

log = logging.getLogger(__name__)

# Syllables a second over a sound's whole length, pauses included. People read 3.8 to 5.4, a slow speech of state has
# 2.5; nobody says more than ten. Of a short sound less is sure: a word, and a breath before it.
_SLOW_SHORT, _SLOW_LONG, _FAST = 1.0, 3.0, 10.0
_SHORT_S, _LONG_S = 5.0, 15.0
# Of what was uttered so much has to be written, by seconds of voice: a count of syllables by ear is off by a seventh
# in a quarter of a minute, and by more in less; of a short sound a word or two is an answer.
_SHARES = ((3.0, 0.1), (10.0, 0.1), (14.0, 0.65))
_RECITED = 0.7  # of what was uttered: then somebody has said the hints, one after the other, and nothing else
_TRANSLATED = 0.5  # languages differ by this in how many syllables they take for the same
_SAYABLE = 1.5  # times what was uttered, and some more, is the most that is believed of what is repeated
_SLACK = 4
_REPEATED = 0.6
_TURNS, _WORDS = 8, 16  # so often a word, or so many words that are the same, are worth a second question
_LOOPS = 8  # in one text
_SPELLED = 0.4  # of what was uttered: a digit is counted as one syllable, and has up to four
_SUNG, _NOTES = 6, "♪♫♬♩"  # syllables between notes are a song's, fewer a description
_LOOPED = 0.8  # of what was uttered: then a loop stood behind words that are all there
_SYLLABLE_MS = 60  # gabbled
_NOBODY = 0.6  # Whisper's own threshold for "no speech" in a segment
_TOUCHED_MS = 100
_SILENT_END_MS = 1_200
_WEIGHS = 0.25
_HOLE_MS = 1_500  # a stretch of voice without words, where the answer says when what was said
_EDGE_MS = 500


@dataclass(frozen=True, slots=True)
class Judged:
    """
    The words that count of one answer.

    `is_whole` is False where a clear voice says far more than they do, and then `share` is how much of it there is, and
    `holes` are stretches (ms of the piece's file) in which it speaks without words, as far as that is known.
    """

    text: str
    is_whole: bool = True
    share: float = 1.0
    holes: tuple[Gap, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether no words are left, though somebody speaks."""
        return not self.is_whole and not self.text


@dataclass(frozen=True, slots=True)
class _Look:
    """
    What an answer's text alone tells: its syllables, and what is odd about it.

    `is_paced`: there are as many as somebody says in such a time. `is_strange`: they may not have been said at all.
    """

    text: str
    count: int
    loop: Loop | None
    is_doubtful: bool
    is_recited: bool
    is_paced: bool
    is_strange: bool


class Judge:
    """
    Judges the answers to one piece; `known` is its sound, where somebody has measured it.

    Else it is measured, once at most, and only for an answer that asks for it.
    """

    def __init__(
        self,
        piece: Piece,
        vocabulary: tuple[str, ...],
        ref: str,
        *,
        translated: bool = False,
        known: Voice | None = None,
    ) -> None:
        self._piece = piece
        self._vocabulary = vocabulary
        self._ref = ref
        self._need = _TRANSLATED if translated else 1.0
        self._voice = known
        self._is_measured = known is not None
        self._is_chanted = False

    async def words(self, text: str) -> str:
        """Which words of an answer that was broken off count; nobody expects them to be all."""
        look = await aside(len(text), self._look, Heard(text))
        if not (look.count and look.is_strange):
            return look.text if look.count else ""
        voice = await self._measured()
        return look.text if voice is None else (await aside(len(text), self._decide, look, (), voice)).text

    async def judge(self, heard: Heard) -> Judged:
        """Which words of an answer count, and whether they are all that can be heard in the sound."""
        look = await aside(len(heard.text), self._look, heard)
        if look.is_paced and not look.is_strange:
            return Judged(look.text)
        voice = await self._measured()
        if voice is None:
            return Judged(look.text if look.count else "")
        judged = await aside(len(heard.text), self._decide, look, heard.parts, voice)
        if not judged.text and look.count:
            log.info(
                "The model made up a sentence that nobody said",
                extra={
                    "action": "invented",
                    "note": self._ref,
                    "sounding_ms": voice.sounding_ms,
                    "voiced_ms": voice.voiced_ms,
                },
            )
        return judged

    def _look(self, heard: Heard) -> _Look:
        text, count, seconds = heard.text.strip(), syllables(heard.text), self._piece.sent_ms / 1000
        is_sung = is_wordless(text) and count >= _SUNG and not set(text).isdisjoint(_NOTES)
        if is_sung:
            text = text.translate(dict.fromkeys(map(ord, _NOTES))).strip()
        elif is_wordless(text):
            text, count = "", 0
        spoken = without_sounds(text)
        is_invented = is_doubtful(spoken, self._vocabulary)
        ends = is_sung or is_to_an_audience(text)
        loop = loop_in(text)
        is_unsure = heard.is_cut or any((part.no_speech or 0) > _NOBODY for part in heard.parts)
        reach = min(max(seconds - _SHORT_S, 0) / (_LONG_S - _SHORT_S), 1)
        slow = (_SLOW_SHORT + reach * (_SLOW_LONG - _SLOW_SHORT)) * self._need
        is_paced = slow * seconds <= count <= _FAST * seconds + _SLACK
        is_recited = is_invented and not is_doubtful(spoken)
        is_invented = is_invented or is_odd(text)
        is_strange = is_invented or ends or loop is not None or is_unsure
        return _Look(text, count, loop, is_invented, is_recited, is_paced, is_strange)

    async def _measured(self) -> Voice | None:
        if not self._is_measured:
            self._is_measured = True
            try:
                self._voice = await audio.voice_in(self._piece)
            except (UnreadableSound, SoundTooLong):
                pass  # its words are believed
            except Exception as trouble:  # noqa: BLE001 -- whatever is amiss here, the answer is paid
                log.warning(
                    "A doubtful answer is believed, as its sound could not be measured: %s",
                    type(trouble).__name__,
                    extra={"action": "unmeasured", "note": self._ref},
                )
        return self._voice

    def _decide(self, look: _Look, parts: tuple[Part, ...], voice: Voice) -> Judged:
        text = _without_unspoken(look.text, parts, voice)
        loop = loop_in(text) if look.loop is not None else None
        is_chant = loop is not None and (voice.is_clear or _is_usual(loop)) and _is_uttered(syllables(text), voice)
        is_looped = loop is not None and not is_chant
        for _ in range(_LOOPS if is_looped else 0):
            text = loop.without(text) if loop is not None else text
            loop = loop_in(text)
        text = _without_ends(text, voice)
        count = syllables(text)
        if not count or _is_unsayable(count, voice) or self._is_noise(look, count, voice, is_looped=is_looped):
            text, count = "", 0
        share = min(count / max(voice.syllables, 1), 1.0)
        if is_chant and loop is not None and not _is_usual(loop) and not self._is_chanted:
            self._is_chanted = True  # whoever chants is believed when they are heard so a second time
            return Judged(text, is_whole=False, share=share)
        least = _LOOPED if is_looped else _least(voice.voiced_ms / 1000)
        if not voice.is_clear or (count and share >= least * self._need):
            return Judged(text)
        return Judged(text, is_whole=False, share=share, holes=_holes(parts, voice))

    @staticmethod
    def _is_noise(look: _Look, count: int, voice: Voice, *, is_looped: bool) -> bool:
        """Whether models make up such words, and nobody can have said them here."""
        if is_looped:
            return not voice.is_clear
        if look.is_recited and not _RECITED * voice.syllables - 1 <= count <= _most(voice):
            return True
        is_spelled_out = voice.is_clear and count >= _SPELLED * voice.syllables
        return look.is_doubtful and not is_spelled_out and not voice.may_say(count)


def better(one: Judged, other: Judged) -> Judged:
    """Of two answers to the same sound the one that says more of it."""
    return one if one.is_whole or (not other.is_whole and one.share >= other.share) else other


def _least(voiced_s: float) -> float:
    """How much of what was uttered has to be written, by seconds of voice."""
    below = (0.0, 0.0)
    for seconds, share in _SHARES:
        if voiced_s < seconds:
            return below[1] + (share - below[1]) * (voiced_s - below[0]) / (seconds - below[0])
        below = seconds, share
    return below[1]


def _is_uttered(count: int, voice: Voice) -> bool:
    """Whether so much was uttered as a text says that goes round in circles: people sing, pray, laugh and call."""
    return _REPEATED * voice.syllables - 1 <= count <= _most(voice)


def _is_usual(loop: Loop) -> bool:
    """Whether people repeat themselves so often in everyday talk."""
    return loop.turns < _TURNS and loop.turns * loop.words < _WORDS


def _most(voice: Voice) -> float:
    """The most syllables that are believed to be in a sound where so many were counted."""
    return _SAYABLE * voice.syllables + _SLACK


def _is_unsayable(count: int, voice: Voice) -> bool:
    """Whether nobody speaks anywhere, or no tongue gets so many syllables into what sounds, by the widest measure."""
    return not voice.spans or (not voice.is_clear and count * _SYLLABLE_MS > max(voice.sounding_ms, voice.voiced_ms))


def _without_unspoken(text: str, parts: tuple[Part, ...], voice: Voice) -> str:
    """The text without the parts of which the model itself says that nobody speaks, and we hear nobody there either."""
    kept = [part for part in parts if not _is_unspoken(part, voice)]
    if not text or len(kept) == len(parts) or (voice.is_clear and not any(part.text.strip() for part in kept)):
        return text
    return "".join(part.text for part in kept).strip()


def _is_unspoken(part: Part, voice: Voice) -> bool:
    is_unsaid = part.no_speech is not None and part.no_speech > _NOBODY and part.start_ms < part.end_ms
    return is_unsaid and _spoken_ms(part, voice) < _TOUCHED_MS


def _spoken_ms(part: Part, voice: Voice) -> int:
    return sum(max(min(end, part.end_ms) - max(start, part.start_ms), 0) for start, end in voice.spans)


def _without_ends(text: str, voice: Voice) -> str:
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


def _holes(parts: tuple[Part, ...], voice: Voice) -> tuple[Gap, ...]:
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
