"""
What came back from the provider, as plain values.

Hides the shapes of the SDK's answers and exceptions. Promises that every error becomes one
`Trouble` that says whose fault it is, whether to try again and when; and that words are valid
Unicode that any database takes.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from email.utils import parsedate_to_datetime
from typing import Any

from bot.outcome import Fault
from bot.speech.models import Model


@dataclass(frozen=True, slots=True)
class Heard:
    """
    The words of one piece.

    `languages` are the provider's codes and may merely echo a hint. `billed_seconds` are whole seconds
    as the provider counted them, None where it did not say (or counted tokens: then
    `token_usd_micros` is what those cost).
    """

    text: str
    languages: tuple[str, ...] = ()
    billed_seconds: int | None = None
    token_usd_micros: int | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """
    Why there are no words.

    `retry`: the same call may succeed later, after `retry_after_ms` if the provider said so.
    `unsupported`: these bytes were refused; another encoding of the same sound may pass.
    `may_cost` is False where the provider certainly did no work; `is_refused`: it answered with an error status, for
    which it bills nobody, though it may have begun. `code` is the HTTP status, or what broke in one
    word; `detail` is for the host's log: no words, no key.
    """

    fault: Fault
    retry: bool = False
    retry_after_ms: int | None = None
    unsupported: bool = False
    may_cost: bool = True
    is_refused: bool = field(default=False, compare=False)
    code: str = ""
    detail: str = ""
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model the key may use, and the day it ends if that was announced."""

    id: str
    shutdown_date: date | None


# "Spend limits" and "Error codes": these never get better by waiting.
_SPENT = frozenset(
    {
        "insufficient_quota",
        "credit_balance_exhausted",
        "project_spend_limit_exceeded",
        "organization_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
        "billing_hard_limit_reached",
    }
)
_STATUS = {
    401: (Fault.KEY_REFUSED, False),
    402: (Fault.SPEND_LIMIT, False),  # prepaid compatible servers
    403: (Fault.KEY_REFUSED, False),
    404: (Fault.MODEL_GONE, False),
    408: (Fault.PROVIDER_DOWN, True),
    409: (Fault.PROVIDER_DOWN, True),
    429: (Fault.RATE_LIMITED, True),
}
_UNSUPPORTED_CODES = frozenset({"unsupported_format", "audio_format_not_supported"})
# No code of their own on api.openai.com; the wording is all there is.
_UNSUPPORTED_WORDS = (
    "corrupted or unsupported",
    "unsupported file format",
    "invalid file format",
    "not support the format",
    "could not be decoded",
    "format is not supported",
)
_DETAIL_LIMIT = 300
_LONGEST_USAGE_S = 24 * 60 * 60  # no piece is longer than a day; more is a broken server's number


def heard(answer: Any, model: Model, request_id: str | None) -> Heard | Trouble:
    """Read a transcription, or a stream's last event; anything else (the SDK hands out bare text too) is garbage."""
    text = getattr(answer, "text", None)
    if isinstance(answer, str) or not isinstance(text, str):
        return Trouble(Fault.REJECTED, detail="the answer is no transcription", request_id=request_id)
    seconds, usd_micros = _usage(getattr(answer, "usage", None), model)
    return Heard(clean(text), _languages(answer), seconds, usd_micros, request_id)


def clean(text: str) -> str:
    """The words without what SQLite and PostgreSQL refuse: NUL and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8").strip()


def model_row(row: Any) -> ModelRow | None:
    """One line of the model list, None if it has no name."""
    name = getattr(row, "id", None)
    if not isinstance(name, str):
        return None
    try:
        day = date.fromisoformat(str(getattr(row, "shutdown_date", None))[:10])
    except ValueError:
        day = None
    return ModelRow(name, day)


def refused(
    status: int,
    *,
    code: str | None,
    kind: str | None,
    param: str | None,
    message: str,
    headers: Mapping[str, str],
) -> Trouble:
    """What an HTTP status with OpenAI's error body means for us; a refusal cost nothing, a breakdown may have."""
    fault, retry = _fault(status, code=code, kind=kind, param=param, message=message)
    return Trouble(
        fault,
        retry=retry,
        retry_after_ms=_retry_after_ms(headers) if retry else None,
        unsupported=fault is Fault.REJECTED and status in (400, 415, 422) and _about_format(code, message),
        may_cost=status >= 500,  # noqa: PLR2004 - HTTP: 5xx, it broke while working
        code=str(status),
        detail=f"HTTP {status} {code or kind or ''}: {message}"[:_DETAIL_LIMIT],
        request_id=headers.get("x-request-id"),
    )


def _fault(status: int, *, code: str | None, kind: str | None, param: str | None, message: str) -> tuple[Fault, bool]:
    """Whose fault it is and whether waiting helps; the code outranks the status it came with."""
    if code in _SPENT or kind == "insufficient_quota":
        return Fault.SPEND_LIMIT, False
    if code == "model_not_found" or (status in (400, 403) and param == "model") or "WebSocket streaming" in message:
        return Fault.MODEL_GONE, False
    if status >= 500:  # noqa: PLR2004 - HTTP: 5xx
        return Fault.PROVIDER_DOWN, True
    return _STATUS.get(status, (Fault.REJECTED, False))


def _about_format(code: str | None, message: str) -> bool:
    """Whether the bytes were refused, not the request around them."""
    said = message.lower()
    return code in _UNSUPPORTED_CODES or any(words in said for words in _UNSUPPORTED_WORDS)


def _retry_after_ms(headers: Mapping[str, str]) -> int | None:
    """`retry-after-ms`, or `Retry-After` as seconds or as a moment (told from the answer's own Date)."""
    for name, factor in (("retry-after-ms", 1), ("retry-after", 1000)):
        said = headers.get(name, "")
        try:
            wait_ms = float(said) * factor
        except ValueError:
            continue
        return math.ceil(wait_ms) if math.isfinite(wait_ms) and wait_ms >= 0 else None
    try:
        wait = parsedate_to_datetime(headers["retry-after"]) - parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError, TypeError):
        return None
    return max(0, math.ceil(wait.total_seconds() * 1000))


def _languages(answer: Any) -> tuple[str, ...]:
    """The codes the provider named; compatible servers leave them out or send something else."""
    rows = getattr(answer, "languages", None)
    codes = [getattr(row, "code", None) for row in rows] if isinstance(rows, list) else []
    return tuple(clean(code) for code in codes if isinstance(code, str))


def _usage(usage: Any, model: Model) -> tuple[int | None, int | None]:
    """(whole seconds, micro-dollars of the tokens): at most one is known. Prices per 1,000 tokens, rounded up."""
    if getattr(usage, "type", None) == "duration":
        seconds = _number(getattr(usage, "seconds", None))
        return (math.ceil(seconds) if seconds is not None and seconds <= _LONGEST_USAGE_S else None), None
    prices = model.usd_micros_per_1000_tokens
    tokens = [_number(getattr(usage, name, None)) for name in ("input_tokens", "output_tokens")]
    if prices is None or tokens[0] is None or tokens[1] is None:
        return None, None
    return None, math.ceil((tokens[0] * prices[0] + tokens[1] * prices[1]) / 1000)


def _number(said: Any) -> float | None:
    """A finite number of at least zero, or None: the SDK does not check what servers send."""
    if not isinstance(said, int | float) or not math.isfinite(said) or said < 0:
        return None
    return float(said)
