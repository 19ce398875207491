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
from bot.desk.evidence import (
    NOBODY,
    holes_in,
    is_unsayable,
    is_usual,
    is_uttered,
    least_share,
    most_sayable,
    without_ends,
    without_unspoken,
)
from bot.outcome import Gap
from bot.speech import (
    Heard,
    Loop,
    Part,
    is_doubtful,
    is_odd,
    is_to_an_audience,
    is_wordless,
    loop_in,
    syllables,
    without_sounds,
)

log = logging.getLogger(__name__)

# Syllables a second over a sound's whole length, pauses included. People read 3.8 to 5.4, a slow speech of state has
# 2.5; nobody says more than ten. Of a short sound less is sure: a word, and a breath before it.
_SLOW_SHORT, _SLOW_LONG, _FAST = 1.0, 3.0, 10.0
_SHORT_S, _LONG_S = 5.0, 15.0
_A_WORD = 4  # syllables: what one more may have
_RECITED = 0.7  # of what was uttered: then somebody has said the hints, one after the other, and nothing else
_TRANSLATED = 0.5  # languages differ by this in how many syllables they take for the same
_LOOPS = 8  # in one text
_SPELLED = 0.4  # of what was uttered: a digit is counted as one syllable, and has up to four
_SUNG, _NOTES = 6, "♪♫♬♩"  # syllables between notes are a song's, fewer a description
_LOOPED = 0.8  # of what was uttered: then a loop stood behind words that are all there


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
        is_described = is_wordless(text)
        is_sung = is_described and count >= _SUNG and not set(text).isdisjoint(_NOTES)
        if is_sung:
            text = text.translate(dict.fromkeys(map(ord, _NOTES))).strip()
        elif is_described:
            text, count = "", 0
        spoken = without_sounds(text)
        is_invented = is_doubtful(spoken, self._vocabulary)
        ends = is_sung or is_to_an_audience(text)
        loop = loop_in(text)
        is_unsure = heard.is_cut or any((part.no_speech or 0) > NOBODY for part in heard.parts)
        reach = min(max(seconds - _SHORT_S, 0) / (_LONG_S - _SHORT_S), 1)
        slow = (_SLOW_SHORT + reach * (_SLOW_LONG - _SLOW_SHORT)) * self._need
        is_paced = slow * seconds <= count <= _FAST * seconds + _A_WORD
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
        text, loop = without_unspoken(look.text, parts, voice), look.loop
        if loop is not None and text != look.text:
            loop = loop_in(text)
        is_chant = loop is not None and (voice.is_clear or is_usual(loop)) and is_uttered(syllables(text), voice)
        is_looped = loop is not None and not is_chant
        if is_looped:
            text = _without_loops(text, loop)
        text = without_ends(text, voice)
        count = syllables(text)
        if not count or is_unsayable(count, voice) or self._is_noise(look, count, voice, is_looped=is_looped):
            text, count = "", 0
        share = min(count / max(voice.syllables, 1), 1.0)
        if is_chant and loop is not None and not is_usual(loop) and not self._is_chanted:
            self._is_chanted = True  # whoever chants is believed when they are heard so a second time
            return Judged(text, is_whole=False, share=share)
        least = _LOOPED if is_looped else least_share(voice.voiced_ms / 1000)
        if not voice.is_clear or (count and share >= least * self._need):
            return Judged(text)
        return Judged(text, is_whole=False, share=share, holes=holes_in(parts, voice))

    @staticmethod
    def _is_noise(look: _Look, count: int, voice: Voice, *, is_looped: bool) -> bool:
        """Whether models make up such words, and nobody can have said them here."""
        if is_looped:
            return not voice.is_clear
        if look.is_recited and not _RECITED * voice.syllables - 1 <= count <= most_sayable(voice):
            return True
        is_spelled_out = voice.is_clear and count >= _SPELLED * voice.syllables
        return look.is_doubtful and not is_spelled_out and not voice.may_say(count)


def _without_loops(text: str, loop: Loop | None) -> str:
    """The text with one turn in the place of each loop; `loop` is the first that is found in it."""
    for _ in range(_LOOPS):
        if loop is None:
            break
        text = loop.without(text)
        loop = loop_in(text)
    return text


def better(one: Judged, other: Judged) -> Judged:
    """Of two answers to the same sound the one that says more of it."""
    return one if one.is_whole or (not other.is_whole and one.share >= other.share) else other
