"""
The words of one piece of sound, and how sure the model was of them.

Hides nothing: plain values that no other module of the room changes. Times are milliseconds from the beginning of the
sound that was sent.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Part:
    """
    A stretch of the words, when it was said, and what the model made of it.

    `no_speech` is the probability, from 0 to 1, that nobody speaks there; `log_probability` the mean natural logarithm
    of the probability of its tokens, at most 0. None where the server did not say.
    """

    start_ms: int
    end_ms: int
    text: str
    no_speech: float | None = None
    log_probability: float | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A token of the words as the model wrote it, blanks included, and the natural logarithm of its probability."""

    text: str
    log_probability: float


@dataclass(frozen=True, slots=True)
class Heard:
    """
    The words of one piece.

    `languages` are the provider's codes and may merely echo a hint. `billed_seconds` are whole seconds
    as the provider counted them, None where it did not say (or counted tokens: then
    `token_usd_micros` is what those cost). `miscount` says what it sent in place of a count, for the host's log;
    `left_out`, how many characters it wrote beyond what is taken of an answer. The texts of `parts`, put one behind
    the other, are exactly `text`; there are none where the server gave none, or none that can be. `tokens` are those
    the server gave, which may hold signs that `text` leaves out. `is_cut`: the stream broke off, or an error ended it,
    after these words; whether any are missing is not known.
    """

    text: str
    languages: tuple[str, ...] = ()
    billed_seconds: int | None = None
    token_usd_micros: int | None = None
    request_id: str | None = None
    miscount: str = field(default="", compare=False)
    left_out: int = field(default=0, compare=False)
    parts: tuple[Part, ...] = ()
    tokens: tuple[Token, ...] = ()
    is_cut: bool = False
