"""
What comes back from the provider beside words, as plain values: errors, and rows of its list of models.

Promises that every error becomes one `Trouble` that says whose fault it is, whether to try again and when; and that no
number, name or id leaves this module that is not a plain one within its bound: what a stranger's server sends may be of
any type and size.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from email.utils import parsedate_to_datetime
from typing import Any

from bot.outcome import Fault
from bot.speech.causes import about, cause_of
from bot.untrusted import one_line, plain_name


@dataclass(frozen=True, slots=True)
class Trouble:
    """
    Why there are no words.

    `retry`: the same call may succeed later, after `retry_after_ms` if the provider said so.
    `unsupported`: these bytes were refused; another encoding of the same sound may pass. `too_large`: smaller pieces of
    it may.
    `may_cost` is False where the provider certainly did no work; `is_refused`: it answered with an error status, for
    which it bills nobody, though it may have begun. `code` is the HTTP status, or what broke in one
    word; `named` are the code, type and param of the error, as far as they are plain names. `detail` is for the host
    who asks (`check`): it ends in what the provider `said`, one short line without keys, which may quote anything, a
    note's words too. `cause` is for the log. `short_of` is the
    error's number where this machine had no file, or no memory, for the call. `about` are those fields of the request
    that it is about, of those nobody asked for but this room.
    """

    fault: Fault
    retry: bool = False
    retry_after_ms: int | None = None
    unsupported: bool = False
    too_large: bool = False
    may_cost: bool = True
    is_refused: bool = field(default=False, compare=False)
    code: str = ""
    short_of: int | None = None
    detail: str = ""
    request_id: str | None = None
    named: Mapping[str, str] = field(default_factory=dict, compare=False)
    said: str = field(default="", compare=False)
    about: frozenset[str] = field(default=frozenset(), compare=False)

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
    Fault.PLACE_REFUSED: "it lets nobody in from here",
    Fault.ADDRESS_WRONG: "it knows no such address",
    Fault.MOVED: "it sends callers to another address, which is not followed",
    Fault.PROVIDER_DOWN: "it is out of order",
    Fault.BAD_ANSWER: "its answer is none",
    Fault.TOO_LARGE: "it takes no sound of that size",
    Fault.LANGUAGE_REFUSED: "it does not know the language",
    Fault.HINTS_REFUSED: "it does not take the vocabulary",
    Fault.REQUEST_REFUSED: "it does not take a field of the request",
    Fault.CANNOT_TRANSLATE: "it does not translate",
    Fault.REJECTED: "it rejected the request",
}

_BROKE = 500  # HTTP: what is below was refused, what is above broke while it was worked on
_SAID_LIMIT = 300
_LOOKED_AT = 4_000  # characters of an error in which its kind is looked for
_LONGEST_WAIT_MS = 30 * 24 * 60 * 60 * 1000  # a month: whoever says more means never
_REQUEST_ID = re.compile(r"[\w.:/+=-]{1,128}", re.ASCII)
_LONGEST_MODEL = 200
_SECRET_LENGTH = 8  # a key that is shorter (a filler, such as "none") may be a part of any name


def model_row(row: Any) -> ModelRow | None:
    """One line of the model list, None if it has no name."""
    name, ends = (row.get("id"), row.get("shutdown_date")) if isinstance(row, Mapping) else (None, None)
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
    is_page: bool = False,
) -> Trouble:
    """
    What an HTTP status with an error's names and words means for us; a refusal cost nothing, a breakdown may have.

    `secrets` are what we sent to be let in: some servers quote it. `is_page`: what came with it is a web page.
    """
    names = (("code", plain_name(code)), ("type", plain_name(kind)), ("param", plain_name(param)))
    named = {what: name for what, name in names if name and not _quotes(name, secrets)}
    looked_at = message[:_LOOKED_AT]
    cause = cause_of(status, named, looked_at, is_page=is_page)
    said = told(message, secrets)
    request_id = request_id_of(headers.get("x-request-id"))
    return Trouble(
        cause.fault,
        retry=cause.retry,
        retry_after_ms=retry_after_ms(headers) if cause.retry else None,
        unsupported=cause.unsupported,
        too_large=cause.too_large,
        may_cost=status >= _BROKE,
        code=str(status),
        detail=f"HTTP {status} {named.get('code') or named.get('type') or ''}: {said}",
        request_id=None if _quotes(request_id or "", secrets) else request_id,
        named=named,
        said=said or "nothing",
        about=about(named, looked_at),
    )


def told(message: str, secrets: Sequence[str]) -> str:
    """What a server says, as one short line without what it was let in with."""
    for secret in secrets:
        message = message.replace(secret, "(key)")
    return one_line(message, _SAID_LIMIT)


def _quotes(name: str, secrets: Sequence[str]) -> bool:
    return any(len(secret) >= _SECRET_LENGTH and secret in name for secret in secrets)


def retry_after_ms(headers: Mapping[str, str]) -> int | None:
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
