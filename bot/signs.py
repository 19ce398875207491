"""
What Unicode says of single signs and Python does not: which are never seen, and how to normalize in a straight line.

Hides Unicode's tables. Promises: pure; nothing here takes longer than the text is long, whatever the text.
"""

import re
import unicodedata
from typing import Literal

# Unicode 16, DerivedCoreProperties.txt, Default_Ignorable_Code_Point: whoever cannot draw one draws nothing. Soft
# hyphen, grapheme joiner, directions, fillers, vowels that are not said, variation selectors, joiners, musical and
# shorthand controls, tags.
IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# Those of them that count as letters: they fill the place of one and show nothing.
FILLERS = "\u115f\u1160\u3164\uffa0"
_FILLED = re.compile(f"[{FILLERS}]+")

# All signs of a run that `unicodedata` has to sort are neither letters, digits nor blanks. It sorts by insertion, so a
# thousand accents on one letter cost a million steps: a run is normalized in parts. No writing has more than thirty
# (UAX #15, Stream-Safe Text Format); the letter before keeps its own.
_RUN = re.compile(r"([^\w\s]{32})")
_SHORT = 64


def normalized(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """`unicodedata.normalize` in a time that grows as the text does; the same, but for runs of more than 32 marks."""
    if len(text) <= _SHORT or text.isascii():
        return unicodedata.normalize(form, text)
    return "".join(unicodedata.normalize(form, part) for part in _RUN.split(text))


def letters(text: str) -> int:
    """How many letters and digits a text has: what neither escaping nor Discord's trimming can change."""
    return sum(map(str.isalnum, text)) - sum(len(found) for found in _FILLED.findall(text))
