"""
How long words take to say, by their letters alone.

Hides how scripts write vowels, or leave them out. Promises: pure, linear in the text's length; within about a quarter
of what a reader counts, also in scripts without vowel letters, so that no language is cheaper than another.
"""

import re

from bot.signs import FILLERS, normalized

# One sign, one syllable: Hangul, kana, Chinese; Cherokee, Canadian syllabics, Yi.
_SYLLABIC = re.compile(
    r"[\uac00-\ud7a3\u3041-\u30ff\u3400-\u9fff\U00020000-\U0003ffff\u13a0-\u13ff\uab70-\uabbf\u1400-\u166c\ua000-\ua48c]"
)
# Letters of which many have no vowel, or a vowel nobody writes: so many of them are spoken as one syllable.
_LETTERS_EACH = (
    (re.compile(r"[\u0620-\u064a\u066e-\u06d3\u06ee-\u06ff\u0750-\u077f\u0710-\u072f]"), 1.8),  # Arabic, Syriac
    (re.compile(r"[\u05d0-\u05ea]"), 1.9),  # Hebrew
    (re.compile(r"[\u1200-\u135a]"), 1.6),  # Ethiopic
    # Consonants and vowel signs, without the signs of tone.
    (re.compile(r"[\u0e01-\u0e3a\u0e40-\u0e45\u0e81-\u0ebd\u0ec0-\u0ec4]"), 2.5),  # Thai, Lao
)
# Scripts of India: each letter is a syllable, unless the sign that takes its vowel away follows. Unicode: chapter 12;
# the nine blocks from Devanagari to Malayalam have one layout.
_BLOCKS = [chr(first) for first in range(0x0900, 0x0D80, 0x80)]
_INDIC = "".join(f"{chr(ord(block) + 0x05)}-{chr(ord(block) + 0x39)}" for block in _BLOCKS) + "\u0d85-\u0dc6"
_VIRAMA = "".join(chr(ord(block) + 0x4D) for block in _BLOCKS) + "\u0dca"
_ABUGIDA = (
    (re.compile(f"[{_INDIC}]"), re.compile(f"(?<=[{_INDIC}])[{_VIRAMA}]|(?<=\u093c)\u094d")),
    (re.compile(r"[\u1000-\u102a\u103f]"), re.compile(r"[\u1039\u103a]")),  # Burmese
    # Khmer: a letter after a vowel sign, without one of its own, ends the syllable.
    (re.compile(r"[\u1780-\u17b3]"), re.compile(r"\u17d2|(?<=[\u17b6-\u17c8])[\u1780-\u17a2](?![\u17b6-\u17d2])")),
    (re.compile(r"[\u0780-\u07a5]"), re.compile(r"\u07b0")),  # Thaana
)
# Written, but not said in Hindi, Bengali, Punjabi and Gujarati: the vowel of a bare consonant at a word's end, and
# of one before a letter with a vowel sign, if another syllable stands before it and it is not in a cluster.
_UNSAID = tuple(
    re.compile(
        "(?<=[{before}])[{consonant}]{nukta}?(?=[{consonant}]{nukta}?[{sign}]|[^{block}]|$)".format(
            before=f"{chr(at + 0x01)}-{chr(at + 0x39)}{chr(at + 0x3E)}-{chr(at + 0x4C)}",
            consonant=f"{chr(at + 0x15)}-{chr(at + 0x39)}",
            nukta=chr(at + 0x3C),
            sign=f"{chr(at + 0x3E)}-{chr(at + 0x4C)}",
            block=f"{chr(at)}-{chr(at + 0x63)}",
        )
    )
    for at in (0x0900, 0x0980, 0x0A00, 0x0A80)
)
_READ_BY_RULE = re.compile(r"[\u0590-\u07bf\u0900-\u0eff\u1000-\u109f\u1200-\u135a\u1780-\u17ff]+")
_MARKS = re.compile(r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_VOWELS = re.compile(r"[aeiouyıəæøœаеёиоуыэюяіїєәөүұαεηιουωաեէըիոօւ]+|[აეიოუ]")
_FILLED = re.compile(f"[{FILLERS}]+")  # letters that nobody sees or says
_WORD, _DIGIT = re.compile(r"[^\W\d]+"), re.compile(r"\d")


_BLOCK = 1_000  # characters; nothing holds the interpreter for longer than a block or two take


class Tally:
    """Counts the syllables of a text that grows: what was counted once is not counted again."""

    def __init__(self) -> None:
        self._at = 0
        self._count = 0

    def of(self, text: str) -> int:
        """How many syllables it has by now; it begins as it did the last time, and is no shorter."""
        while len(text) - self._at > 2 * _BLOCK:
            blank = text.rfind(" ", self._at + _BLOCK, self._at + 2 * _BLOCK)
            end = blank if blank > 0 else self._at + 2 * _BLOCK
            self._count += _syllables(text[self._at : end])
            self._at = end
        return self._count + _syllables(text[self._at :])

    def lacks(self, text: str) -> int:
        """How many characters of it are still to be counted."""
        return len(text) - self._at


def syllables(text: str) -> int:
    """About how many syllables that is, spoken; 0 where there is nothing but signs. A digit counts as one."""
    return Tally().of(text)


def _syllables(text: str) -> int:
    plain = normalized("NFC", _FILLED.sub("", text))
    count = len(_DIGIT.findall(plain)) + len(_SYLLABIC.findall(plain))
    if _READ_BY_RULE.search(plain):
        count += _by_rule(plain)
        plain = _READ_BY_RULE.sub(" ", plain)
    apart = normalized("NFKD", _SYLLABIC.sub(" ", plain)).casefold()
    return count + sum(max(1, len(_VOWELS.findall(word))) for word in _WORD.findall(_MARKS.sub("", apart)))


def _by_rule(text: str) -> int:
    """The syllables of the scripts without vowel letters."""
    count = 0
    for letters, each in _LETTERS_EACH:
        if found := len(letters.findall(text)):
            count += max(1, round(found / each))
    for letters, mute in _ABUGIDA:
        count += max(len(letters.findall(text)) - len(mute.findall(text)), 0)
    return count - sum(len(unsaid.findall(text)) for unsaid in _UNSAID)
