"""
What an answer says beside its words: when they were said, how sure the model was, and what it counted.

Hides how servers write it. Promises: what comes back is of the right type and within bounds, in order and within the
sound, or is left out; what a stranger's server sends may be of any type and size.
"""

import math
from collections.abc import Mapping
from typing import Any

from bot.speech.heard import Part, Token
from bot.speech.models import Model
from bot.speech.tidy import clean, fit

_MOST_PARTS = 20_000  # one for each eighth of a second of the longest piece
_MOST_LISTED_TOKENS = 50_000  # 23 minutes of the fastest speech are 15,000
_LONGEST_TOKEN = 200  # characters
_WINDOW_MS = 30_000  # Whisper hears in windows of this length, and may end a segment with its window
_LONGEST_USAGE_S = 24 * 60 * 60  # no piece is longer than a day; more is a broken server's number
_MOST_TOKENS = 10**9  # a day of sound are 864,000; what is above is taken for this, so that every sum of it is small
_MISCOUNT_BITS = 256  # a longer number is not written out


def parts_of(rows: Any, text: str, sound_ms: int) -> tuple[Part, ...]:
    """
    The segments of an answer, cut so that they make up `text`.

    None where their words are others, or where a time is no number, goes backwards, or lies far behind the sound.
    """
    if not isinstance(rows, list) or not 0 < len(rows) <= _MOST_PARTS or not text:
        return ()
    found: list[Part] = []
    at, before_ms = 0, 0
    for row in rows:
        said, start_ms, end_ms = _segment(row)
        if said is None or start_ms is None or end_ms is None:
            return ()
        if not before_ms <= start_ms <= end_ms <= sound_ms + _WINDOW_MS:
            return ()
        before_ms = start_ms
        if not said:
            continue
        if (until := _reach(text, at, said)) is None:
            return ()
        found.append(Part(min(start_ms, sound_ms), min(end_ms, sound_ms), text[at:until], *_sure(row)))
        at = until
    return tuple(found) if at == len(text) else ()


def tokens_of(rows: Any) -> tuple[Token, ...]:
    """The tokens of an answer; one without a text or a probability is left out."""
    if not isinstance(rows, list) or len(rows) > _MOST_LISTED_TOKENS:
        return ()
    found = []
    for row in rows:
        text, sure = (row.get("token"), _logarithm(row.get("logprob"))) if isinstance(row, Mapping) else (None, None)
        if isinstance(text, str) and sure is not None and len(text) <= _LONGEST_TOKEN:
            found.append(Token(fit(text), sure))
    return tuple(found)


def usage_of(usage: Any, model: Model) -> tuple[int | None, int | None, str]:
    """
    (whole seconds, micro-dollars of the tokens, what is no count): at most one is known.

    Prices per 1,000 tokens, rounded up.
    """
    usage = usage if isinstance(usage, Mapping) else {}
    if usage.get("type") == "duration":
        said: Any = usage.get("seconds")
        seconds = _amount(said, _LONGEST_USAGE_S)
        if seconds is None or said > _LONGEST_USAGE_S:
            return None, None, _miscount("seconds", said)
        return math.ceil(seconds), None, ""
    prices = model.usd_micros_per_1000_tokens
    if prices is None:
        return None, None, ""
    told = {name: usage.get(name) for name in ("input_tokens", "output_tokens")}
    heard_of, written = (_amount(said, _MOST_TOKENS) for said in told.values())
    if heard_of is None or written is None:
        return None, None, " ".join(_miscount(name, said) for name, said in told.items()).strip()
    return None, math.ceil((heard_of * prices[0] + written * prices[1]) / 1000), ""


def _segment(row: Any) -> tuple[str | None, int | None, int | None]:
    """Its words, without blanks, and its times in ms."""
    if not isinstance(row, Mapping) or not isinstance(text := row.get("text"), str):
        return None, None, None
    times = (_amount(row.get(name), _LONGEST_USAGE_S) for name in ("start", "end"))
    start_ms, end_ms = (None if time is None else round(time * 1000) for time in times)
    return "".join(clean(text).split()), start_ms, end_ms


def _sure(row: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """How likely nobody speaks in a segment, and its logarithm; servers that know neither fill in zeros."""
    no_speech = _number(row.get("no_speech_prob"), least=0.0, most=1.0)
    sure = _logarithm(row.get("avg_logprob"))
    return (no_speech or None, None) if sure == 0 else (no_speech, sure)


def _reach(text: str, at: int, said: str) -> int | None:
    """Up to where `text` says from `at` on what is `said` there, blanks aside; None where it says something else."""
    signs = iter(said)
    wanted = next(signs, None)
    for here in range(at, len(text)):
        if wanted is None:
            return here  # text has no blanks at its ends
        if text[here] == wanted:
            wanted = next(signs, None)
        elif not text[here].isspace():
            return None
    return len(text) if wanted is None else None


def _number(said: Any, *, least: float, most: float) -> float | None:
    """A finite number within those bounds, or None."""
    if isinstance(said, bool) or not isinstance(said, int | float) or not least <= said <= most:
        return None
    return float(said)


def _logarithm(said: Any) -> float | None:
    """The logarithm of a probability."""
    return _number(said, least=-1e6, most=0.0)


def _amount(said: Any, most: int) -> float | None:
    """A finite number of at least zero, at most `most`, or None: nobody has checked what servers send."""
    if isinstance(said, bool) or not isinstance(said, int | float) or not 0 <= said < math.inf:
        return None
    return float(min(said, most))


def _miscount(name: str, said: Any) -> str:
    """What stood in a count's place: a number as it is, of anything else its type."""
    if said is None:
        return ""
    is_number = isinstance(said, float) or (isinstance(said, int) and said.bit_length() <= _MISCOUNT_BITS)
    return f"{name}={said if is_number else type(said).__name__}"
