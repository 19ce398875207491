"""
Texts that are worst for something: a sign or a few, repeated as often as one likes, and what stands around them.

Hides nothing. Promises: what a regular expression, a search for the end of a sign, or Unicode's own sorting has ever
been slow with is among them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

# By name: what is repeated.
UNITS = {
    "letters": "a",
    "words": "na ",
    "counting": "one, two, three, four, five, ",
    "korean": "하나 둘 셋 넷 했습니다 ",
    "korean without blanks": "했습니다",
    "chinese": "一二三。",
    "thai": "ที่นี่",
    "persian": "می\u200c",
    "hindi": "क्\u200dष",
    "thanks": "Thank you. ",
    "dots": ".",
    "dots and letters": ".a",
    "east asian dots": ".。",
    "ellipses": "…",
    "stars": "*",
    "brackets": "[",
    "pairs of brackets": "[]",
    "closing brackets": ".)]*_",
    "bars": "||",
    "backslashes": "\\",
    "backslash and quote": "\\'",
    "colons": ":a",
    "digits and colons": ":123",
    "angles": "<@1>",
    "crowds": "@everyone ",
    "addresses": "https://",
    "passwords": "https://a@",
    "questions": "?key",
    "signatures": "?sig=",
    "tokens": "eyJ",
    "token and dot": "eyJaaaaaaaa.",
    "keys": "sk-aaaaaaaa",
    "basic": "basic ",
    "bearer": "bearer a",
    "dashes": "a-",
    "digits": "1",
    "numbers": "1,",
    "numbered lines": "1.\n",
    "lines": "a\n",
    "line ends": "\n",
    "returns": "\r\n",
    "blanks": " ",
    "blanks and line ends": " \n",
    "tabs": "\t",
    "separators": "\u2028",
    "flags": "\U0001f1f0",
    "flag and letter": "\U0001f1f0\U0001f1f7a",
    "families": "\U0001f468\u200d",
    "skins": "\U0001f44b\U0001f3fd",
    "hearts": "❤\ufe0f",
    "marks": "\u0301",
    "marks out of order": "\u0315\u0300",
    "marks below and above": "\u0301\u0323",
    "letters with marks": "e\u0301",
    "jamo": "\u1100",
    "syllables in pieces": "\u1112\u1161\u11ab",
    "viramas": "\u0915\u094d",
    "vowel signs": "\u093e",
    "ligature of eighteen": "\ufdfa",
    "zero widths": "\u200b",
    "joiners": "\u200d\u200c",
    "directions": "\u202e\u200f",
    "tags": "\U000e0041",
    "selectors": "\ufe0f",
    "fillers": "\u3164\u115f",
    "halves": "\ud83d",
    "nul": "\0",
    "notes": "♪",
    "arrows": "--> ",
    "quotes": '"',
    "small print": "\n-# ",
}
# What makes a search begin, and what makes it fail at the very end.
AROUND = (("", ""), ("a", "x."))


@dataclass(frozen=True, slots=True)
class Worst:
    """One of them."""

    name: str
    before: str
    unit: str
    after: str

    def of(self, signs: int) -> str:
        """A text of about so many characters."""
        return f"{self.before}{self.unit * (signs // len(self.unit))}{self.after}"


def worst_texts() -> Iterator[Worst]:
    """All of them."""
    for name, unit in UNITS.items():
        for before, after in AROUND:
            yield Worst(name, before, unit, after)
