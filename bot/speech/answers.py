"""
What came back from the provider, as plain values.

Hides the shapes of the SDK's answers and exceptions. Promises that every error becomes one
`Trouble` that says whose fault it is, whether to try again and when; that words are valid
Unicode that any database takes; and that no number, name or id leaves this module that is not a plain one
within its bound: what a stranger's server sends may be of any type and size.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from email.utils import parsedate_to_datetime
from typing import Any

from bot.outcome import Fault
from bot.speech.bounds import MOST_SIGNS
from bot.speech.heard import Heard
from bot.speech.models import Model
from bot.untrusted import one_line, plain_name


@dataclass(frozen=True, slots=True)
class Trouble:
    """
    Why there are no words.

    `retry`: the same call may succeed later, after `retry_after_ms` if the provider said so.
    `unsupported`: these bytes were refused; another encoding of the same sound may pass.
    `may_cost` is False where the provider certainly did no work; `is_refused`: it answered with an error status, for
    which it bills nobody, though it may have begun. `code` is the HTTP status, or what broke in one
    word; `named` are the code, type and param of the error, as far as they are plain names. `detail` is for the host
    who asks (`check`): it ends in what the provider `said`, one short line without keys, which may quote anything, a
    note's words too. `cause` is for the log. `short_of` is the
    error's number where this machine had no file, or no memory, for the call.
    """

    fault: Fault
    retry: bool = False
    retry_after_ms: int | None = None
    unsupported: bool = False
    may_cost: bool = True
    is_refused: bool = field(default=False, compare=False)
    code: str = ""
    short_of: int | None = None
    detail: str = ""
    request_id: str | None = None
    named: Mapping[str, str] = field(default_factory=dict, compare=False)
    said: str = field(default="", compare=False)

    @property
    def cause(self) -> str:
        """What happened, in our words and plain names alone."""
        known = [f"HTTP {self.code}", *(f"{what} {name}" for what, name in self.named.items())]
        return f"{_CAUSES.get(self.fault, self.fault.value)} ({', '.join(known) if self.said else self.detail})"


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model the key may use, and the day it ends if that was announced."""

    id: str
    shutdown_date: date | None


_CAUSES = {
    Fault.KEY_REFUSED: "it refuses the key",
    Fault.NO_NETWORK: "it could not be reached",
    Fault.RATE_LIMITED: "it has too many requests to answer",
    Fault.SPEND_LIMIT: "it refuses to be paid by this account",
    Fault.MODEL_GONE: "it does not offer the model to this key",
    Fault.MOVED: "it sends callers to another address, which is not followed",
    Fault.PROVIDER_DOWN: "it is out of order",
    Fault.REJECTED: "it rejected the request, or its answer is none",
}

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
_OK, _REFUSED, _BROKE = 299, 400, 500  # HTTP: after 2xx come moved, refused, broke while working
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
_SAID_LIMIT = 300
_LOOKED_AT = 4_000  # characters of an error in which its kind is looked for
_LONGEST_USAGE_S = 24 * 60 * 60  # no piece is longer than a day; more is a broken server's number
_MOST_TOKENS = 10**9  # a day of sound are 864,000; what is above is taken for this, so that every sum of it is small
_LONGEST_WAIT_MS = 30 * 24 * 60 * 60 * 1000  # a month: whoever says more means never
_REQUEST_ID = re.compile(r"[\w.:/+=-]{1,128}", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,3}")
_MOST_LANGUAGES = 20
_LONGEST_MODEL = 200
_SECRET_LENGTH = 8  # a key that is shorter (a filler, such as "none") may be a part of any name
_MISCOUNT_BITS = 256  # a longer number is not written out


def heard(answer: Any, model: Model, request_id: object) -> Heard | Trouble:
    """
    Read a transcription, or a stream's last event; anything else (the SDK hands out bare text too) is garbage.

    Of its text, no more than MOST_SIGNS characters are looked at.
    """
    text, known = getattr(answer, "text", None), request_id_of(request_id)
    if isinstance(answer, str) or not isinstance(text, str):
        return Trouble(Fault.REJECTED, detail="the answer is no transcription", request_id=known)
    seconds, usd_micros, miscount = _usage(getattr(answer, "usage", None), model)
    left_out = max(len(text) - MOST_SIGNS, 0)
    return Heard(clean(text[:MOST_SIGNS]), _languages(answer), seconds, usd_micros, known, miscount, left_out)


def clean(text: str) -> str:
    """The words without what SQLite and PostgreSQL refuse: NUL and halves of surrogate pairs."""
    return fit(text).strip()


def fit(text: str) -> str:
    """The same for a part of them, blanks at its ends included."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def model_row(row: Any) -> ModelRow | None:
    """One line of the model list, None if it has no name."""
    name, ends = getattr(row, "id", None), getattr(row, "shutdown_date", None)
    if not isinstance(name, str) or len(name) > _LONGEST_MODEL or one_line(name) != name:
        return None
    try:
        day = date.fromisoformat(ends[:10]) if isinstance(ends, str) else None
    except ValueError:
        day = None
    return ModelRow(name, day)


def request_id_of(said: object) -> str | None:
    """The provider's id of a call, None where it is no plain id: hosts copy it into mails."""
    return said if isinstance(said, str) and _REQUEST_ID.fullmatch(said) else None


def refused(
    status: int,
    *,
    code: object,
    kind: object,
    param: object,
    message: str,
    headers: Mapping[str, str],
    secrets: Sequence[str] = (),
) -> Trouble:
    """
    What an HTTP status with OpenAI's error body means for us; a refusal cost nothing, a breakdown may have.

    `secrets` are what we sent to be let in: some servers quote it.
    """
    told = (("code", plain_name(code)), ("type", plain_name(kind)), ("param", plain_name(param)))
    named = {what: name for what, name in told if name and not _quotes(name, secrets)}
    looked_at = message[:_LOOKED_AT]
    fault, retry = _fault(status, named, looked_at)
    for secret in secrets:
        message = message.replace(secret, "(key)")
    said = one_line(message, _SAID_LIMIT)
    request_id = request_id_of(headers.get("x-request-id"))
    return Trouble(
        fault,
        retry=retry,
        retry_after_ms=_retry_after_ms(headers) if retry else None,
        unsupported=fault is Fault.REJECTED and status in (400, 415, 422) and _about_format(named, looked_at),
        may_cost=not _OK < status < _BROKE,
        code=str(status),
        detail=f"HTTP {status} {named.get('code') or named.get('type') or ''}: {said}",
        request_id=None if _quotes(request_id or "", secrets) else request_id,
        named=named,
        said=said or "nothing",
    )


def _quotes(name: str, secrets: Sequence[str]) -> bool:
    return any(len(secret) >= _SECRET_LENGTH and secret in name for secret in secrets)


def _fault(status: int, named: Mapping[str, str], message: str) -> tuple[Fault, bool]:
    """Whose fault it is and whether waiting helps; the code outranks the status it came with."""
    code = named.get("code")
    if _OK < status < _REFUSED:
        return Fault.MOVED, False
    if code in _SPENT or named.get("type") == "insufficient_quota":
        return Fault.SPEND_LIMIT, False
    of_model = status in (400, 403) and named.get("param") == "model"
    if code == "model_not_found" or of_model or "WebSocket streaming" in message:
        return Fault.MODEL_GONE, False
    if status >= _BROKE:
        return Fault.PROVIDER_DOWN, True
    return _STATUS.get(status, (Fault.REJECTED, False))


def _about_format(named: Mapping[str, str], message: str) -> bool:
    """Whether the bytes were refused, not the request around them."""
    said = message.lower()
    return named.get("code") in _UNSUPPORTED_CODES or any(words in said for words in _UNSUPPORTED_WORDS)


def _retry_after_ms(headers: Mapping[str, str]) -> int | None:
    """`retry-after-ms`, or `Retry-After` as seconds or a moment (told from the answer's own Date); a month at most."""
    for name, factor in (("retry-after-ms", 1), ("retry-after", 1000)):
        said = headers.get(name, "")
        try:
            wait_ms = float(said) * factor
        except ValueError:
            continue
        return math.ceil(min(wait_ms, _LONGEST_WAIT_MS)) if 0 <= wait_ms < math.inf else None
    try:
        wait = parsedate_to_datetime(headers["retry-after"]) - parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError, TypeError, ArithmeticError):
        return None
    return min(max(0, math.ceil(wait.total_seconds() * 1000)), _LONGEST_WAIT_MS)


def _languages(answer: Any) -> tuple[str, ...]:
    """The codes the provider named; compatible servers leave them out or send something else."""
    rows = getattr(answer, "languages", None)
    codes = [getattr(row, "code", None) for row in rows[:_MOST_LANGUAGES]] if isinstance(rows, list) else []
    return tuple(code for code in codes if isinstance(code, str) and _LANGUAGE.fullmatch(code))


def _usage(usage: Any, model: Model) -> tuple[int | None, int | None, str]:
    """
    (whole seconds, micro-dollars of the tokens, what is no count): at most one is known.

    Prices per 1,000 tokens, rounded up.
    """
    if getattr(usage, "type", None) == "duration":
        said: Any = getattr(usage, "seconds", None)
        seconds = _number(said, _LONGEST_USAGE_S)
        if seconds is None or said > _LONGEST_USAGE_S:
            return None, None, _miscount("seconds", said)
        return math.ceil(seconds), None, ""
    prices = model.usd_micros_per_1000_tokens
    if prices is None:
        return None, None, ""
    told = {name: getattr(usage, name, None) for name in ("input_tokens", "output_tokens")}
    heard_of, written = (_number(said, _MOST_TOKENS) for said in told.values())
    if heard_of is None or written is None:
        return None, None, " ".join(_miscount(name, said) for name, said in told.items()).strip()
    return None, math.ceil((heard_of * prices[0] + written * prices[1]) / 1000), ""


def _number(said: Any, most: int) -> float | None:
    """A finite number of at least zero, at most `most`, or None: the SDK does not check what servers send."""
    if isinstance(said, bool) or not isinstance(said, int | float) or not 0 <= said < math.inf:
        return None
    return float(min(said, most))


def _miscount(name: str, said: Any) -> str:
    """What stood in a count's place: a number as it is, of anything else its type."""
    if said is None:
        return ""
    is_number = isinstance(said, float) or (isinstance(said, int) and said.bit_length() <= _MISCOUNT_BITS)
    return f"{name}={said if is_number else type(said).__name__}"
