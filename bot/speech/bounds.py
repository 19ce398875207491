"""
How much is taken of an answer: words, and what they are sent in, by the sound's length.

Hides where the bounds come from. Promises: what anybody has ever said, in any language and at any pace, is within
them, however wordily a server wraps it; what is beyond them is a broken model's, or meant to do harm.
"""

from dataclasses import dataclass

LONGEST_MS = 40 * 60_000  # no piece of a sound is longer
# The fastest speaker on record says 11 words a second (655 a minute), some 60 letters: 150,000 in the longest piece. So
# this cuts nobody's words; whether fewer are a model's invention is not judged by their number.
MOST_SIGNS = 1_000_000
MOST_BYTES = 4 * 1024 * 1024
# Reading JSON holds the interpreter, for up to half a microsecond a value: a million of them for half a second. So what
# can begin a value is counted before it is read. A verbose answer has ten quotes, four brackets and ten commas a word;
# the rest of each bound is for signs of the words themselves.
_SIGNS_THAT_COUNT = (b'"', b"[", b"{", b",", b"\\", b"\n", b"\r")


class TooMuch(ValueError):
    """An answer has more in it than words."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How often the signs stand in it that make JSON, or a stream, slow to read; of quotes, those of no text."""

    quotes: int = 0
    brackets: int = 0
    commas: int = 0
    escapes: int = 0
    lines: int = 0

    def __add__(self, more: "Counts") -> "Counts":
        return Counts(*(getattr(self, name) + getattr(more, name) for name in self.__slots__))

    def is_within(self, most: "Counts") -> bool:
        """Whether none of them is more than `most` has."""
        return all(getattr(self, name) <= getattr(most, name) for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class Bound:
    """The most that words are sent in; of a stream, `lines` are those of all of it and `counts` those of an event."""

    lines: int
    counts: Counts


def of_sound(ms: int) -> Bound:
    """What an answer to a sound of that length may be sent in."""
    seconds = min(max(ms, 0), LONGEST_MS) / 1000
    counts = Counts(
        quotes=20_000 + int(seconds * 50),
        brackets=20_000 + int(seconds * 20),
        commas=80_000 + int(seconds * 40),
        escapes=200_000 + int(seconds * 200),
        lines=20_000 + int(seconds * 100),
    )
    return Bound(20_000 + int(seconds * 200), counts)


# A list of models: those of large resellers have some thousand, with thirty values each.
OF_A_LIST = Bound(300_000, Counts(200_000, 20_000, 60_000, 50_000, 300_000))


def counts_of(part: bytes) -> Counts:
    """What there is in a part of an answer."""
    quotes, square, curly, commas, escapes, lines, returns = map(part.count, _SIGNS_THAT_COUNT)
    return Counts(quotes - part.count(b'\\"'), square + curly, commas, escapes, lines + returns)
