"""
Long text in parts that people would have chosen.

Hides where a sign that people see as one begins and ends (UAX #29), and where sentences do. Promises:
the parts joined are the text; no part is over the limit; between sentences before between words, and
inside a word only where it alone is over the limit; inside one visible sign only where that is. The time it takes grows
as the text does, whatever its signs.

Own code because the standard library has no grapheme clusters and a library for it is a compiled
dependency larger than this file's need: it may refuse a legal place to split, never take a wrong one.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

_PARAGRAPH = re.compile(r"\n\n+")
_SENTENCE = re.compile(r"(?<![.?!…])[.?!…]+[\"'”’»)\]*_]*\s+|[。？！]+[\"'”’」』）)]*\s*|\n+")  # noqa: RUF001 - East Asian signs are meant
# Spoken Korean often comes without full stops: these endings close a sentence (필요, 중요 and 주요 are nouns).
_KOREAN = re.compile(r"(?:니다|니까|[이있없했었았였겠]다|(?![필중주])[가-힣]요|[가-힣]죠|거든|잖아),?\s+")
_CLAUSE = re.compile(r"[,;:]\s+|[、，；：]\s*")  # noqa: RUF001 - see above
_WORD = re.compile(r"\s+")

_ZWJ = "\u200d"
# Extending signs that are no marks by category: ZWNJ, ZWJ, Thai and Lao AM, half-width voiced marks.
_EXTENDING = frozenset("\u200c\u200d\u0e33\u0eb3\uff9e\uff9f")
_PREPENDED = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U000110bd\U000110cd")
_JAMO = (
    ("L", "\u1100", "\u115f"),
    ("L", "\ua960", "\ua97c"),
    ("V", "\u1160", "\u11a7"),
    ("V", "\ud7b0", "\ud7c6"),
    ("T", "\u11a8", "\u11ff"),
    ("T", "\ud7cb", "\ud7fb"),
)
_VIRAMA = 9  # canonical combining class of the signs that join two consonants


def split(text: str, limit: int, measure: Callable[[str], int] = len) -> list[str]:
    """
    Cut `text` into parts of which `measure` says at most `limit`, blanks at their end not counted.

    Blanks at a cut stay at the end of the part before. `measure` may count more than one for a sign
    (what escaping adds), up to four; one sign alone must be within the limit.
    """
    return list(parts_of(text, limit, measure))


def parts_of(text: str, limit: int, measure: Callable[[str], int] = len) -> Iterator[str]:
    """The same one after the other, for whoever may not want all of them."""
    start = 0
    while start < len(text):
        end = _furthest(text, start, limit, measure)
        if end < len(text):
            end = next(cut for cut in _cuts(text, start, end) if measure(text[start:cut].rstrip()) <= limit)
        yield text[start:end]
        start = end


def is_boundary(text: str, at: int, since: int = 0) -> bool:
    """Whether no visible sign is torn between `at - 1` and `at`; `since` is a boundary, before which nothing counts."""
    if not since < at < len(text):
        return True
    left, right = text[at - 1], text[at]
    if _extends(right) or left in _PREPENDED or left == _ZWJ or (left == "\r" and right == "\n"):
        return False
    if _is_flag_half(left) and _is_flag_half(right):
        before = at
        while before > since and _is_flag_half(text[before - 1]):
            before -= 1
        return (at - before) % 2 == 0
    return not _joins_jamo(_jamo(left), _jamo(right)) and not _joins_consonants(text, at, since)


def _furthest(text: str, start: int, limit: int, measure: Callable[[str], int]) -> int:
    end = min(len(text), start + limit)
    while end - start > 1 and (over := measure(text[start:end]) - limit) > 0:
        end -= min(max(1, over // 4), end - start - 1)  # no sign counts more than four
    return end


def _cuts(text: str, start: int, end: int) -> Iterator[int]:
    """Places to cut, best first, the last ones of each kind first."""
    blanks = _WORD.match(text, end)
    reach = blanks.end() if blanks else end
    # No part shall be tiny because of a "Well." at its beginning: each kind counts from a share on.
    for pattern, share in ((_PARAGRAPH, 0.5), (_SENTENCE, 0.25), (_KOREAN, 0.25), (_CLAUSE, 0.5), (_WORD, 0)):
        ends = [match.end() for match in pattern.finditer(text, start, reach)]
        yield from (
            cut for cut in reversed(ends) if cut > start + share * (end - start) and is_boundary(text, cut, start)
        )
    yield from (cut for cut in range(end, start, -1) if is_boundary(text, cut, start))
    yield from range(end, start, -1)


def _extends(sign: str) -> bool:
    return (
        sign in _EXTENDING
        or "\U0001f3fb" <= sign <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= sign <= "\U000e007f"  # tags that spell a flag
        or unicodedata.category(sign) in {"Mn", "Mc", "Me"}
    )


def _is_flag_half(sign: str) -> bool:
    return "\U0001f1e6" <= sign <= "\U0001f1ff"


def _jamo(sign: str) -> str:
    """Which part of a Hangul syllable a sign is: L, V, T, LV, LVT, or nothing of the kind."""
    if "\uac00" <= sign <= "\ud7a3":
        return "LVT" if (ord(sign) - 0xAC00) % 28 else "LV"
    return next((kind for kind, first, last in _JAMO if first <= sign <= last), "")


def _joins_jamo(left: str, right: str) -> bool:
    return (
        (left == "L" and right in {"L", "V", "LV", "LVT"})
        or (left in {"V", "LV"} and right in {"V", "T"})
        or (left in {"T", "LVT"} and right == "T")
    )


def _joins_consonants(text: str, at: int, since: int) -> bool:
    """Whether a virama before `at` binds the letter there to the one before (Indic scripts)."""
    if unicodedata.category(text[at]) != "Lo":
        return False
    before = at - 1
    while before > since and _extends(text[before]):
        if unicodedata.combining(text[before]) == _VIRAMA:
            return True
        before -= 1
    return False
