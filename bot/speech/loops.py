"""
Texts that go round in circles: a model that has lost its place says the same thing again and again.

Hides how words are told apart in scripts without blanks, and the search for what comes back. Promises: pure; linear in
the text's length. Says only that something is repeated: people chant, sing and stammer, so whether it was spoken is a
question for the sound.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import eq

from bot.signs import normalized

# A word, or one sign of a script that is written without blanks: Thai, Lao, Burmese, Khmer, kana, Chinese.
_TOKEN = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]"
    r"|(?:(?![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff])\w)+"
)
_LONG = 20  # letters: what is longer is looked at sign by sign, for no blanks part what is repeated in it
_LONGEST = 60  # words, or signs: what models repeat is a phrase or a sentence or two
LEAST_TURNS = 4  # three times in a row is emphasis
_SHORT = 60  # words: how few of them are different says nothing of longer texts
_VARIED = 0.35  # of a short text's words are different ones, at least
_FEW = 6
_SPELLED = 0.6  # of the words are single letters or digits


@dataclass(frozen=True, slots=True)
class Loop:
    """
    Something said `turns` times in a row.

    It stands between the characters `start` and `end`; its first turn ends at `first_end`. `words` is how many words,
    or signs, one turn has.
    """

    start: int
    first_end: int
    end: int
    turns: int
    words: int

    def without(self, text: str) -> str:
        """The text with one turn in the place of all."""
        before, behind = text[: self.first_end].rstrip(" ,;-"), text[self.end :].lstrip(" ,;-.!?。、")
        return f"{before} {behind}".strip()


def loop_in(text: str) -> Loop | None:
    """The longest stretch in which the same words come LEAST_TURNS times or more in a row; None if there is none."""
    found = list(_words(text))
    words = [word for word, _, _ in found]
    best: tuple[int, int, int] | None = None  # how many words it has, the first of them, and those of one turn
    for period in range(1, min(_LONGEST, len(words) // LEAST_TURNS) + 1):
        start, alike = _longest_alike(words, period)
        size = alike + period
        # Of periods that fit as well the shortest is what is repeated.
        if size >= LEAST_TURNS * period and (best is None or size > best[0] + period):
            best = size, start, period
    if best is None:
        return None
    size, start, period = best
    ends = [end for _, _, end in found[start : start + size]]
    return Loop(found[start][1], ends[period - 1], ends[-1], size // period, period)


def is_odd(text: str) -> bool:
    """
    Whether a text is not what people say: hardly a word in it that is not there several times, or spelled letters.

    Models write such things over engines, keyboards and wind. Texts of sixty words and more are not looked at.
    """
    words = [word for word, _, _ in _words(text[: _SHORT * 40])]
    if not 1 < len(words) <= _SHORT:
        return False
    spelled = sum(len(word) == 1 and word.isascii() for word in words)
    different = len(set(words))
    return (
        different == 1
        or (len(words) >= _FEW and different < _VARIED * len(words) + 1)
        or (len(words) >= LEAST_TURNS and spelled >= _SPELLED * len(words))
    )


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    """Each word as it is compared, and where it begins and ends."""
    for token in _TOKEN.finditer(text):
        word = normalized("NFKC", token.group()).casefold()
        if len(token.group()) > _LONG:
            yield from ((sign.casefold(), at, at + 1) for at, sign in enumerate(token.group(), token.start()))
        else:
            yield word, token.start(), token.end()


def _longest_alike(words: Sequence[str], period: int) -> tuple[int, int]:
    """Where most words in a row are the same as those `period` before, and how many: all of it in C."""
    alike = bytes(map(eq, words[period:], words))
    run = max(map(len, alike.split(b"\0")), default=0)
    return (alike.find(b"\1" * run) if run else 0), run
