"""
What a test can have the stand-in do instead of listening: answers and faults, one per call.

Hides which call gets which step. Promises first come, first served: the oldest step whose `when`
fits the call is taken.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.world.openai.rules import Refusal

# What whisper-1 and the gpt-4o family answer to silence.
INVENTED = {
    "en": "Thank you for watching!",
    "ko": "시청해주셔서 감사합니다.",
    "ja": "ご視聴ありがとうございました",
}
End = Literal["whole", "cut", "open"]


@dataclass(frozen=True)
class Answer:
    """
    These words, whatever was said; `seconds` replaces the usage, `omit` leaves keys out (compatible servers do).

    `claims` stands in the place of the whole usage, whatever it is: a server that counts as no schema allows.
    """

    text: str
    languages: tuple[str, ...] = ("en",)
    seconds: float | None = None
    delay_s: float = 0.0
    omit: tuple[str, ...] = ()
    claims: Any = None


def invention(language: str = "en") -> Answer:
    """The sentence nobody said, as models make it up from silence."""
    return Answer(INVENTED[language], (language,))


@dataclass(frozen=True)
class Fault:
    """
    An HTTP error; type and message follow from the code.

    `paid`: it broke after the work was done. `body` stands in the place of OpenAI's own, `headers` beside the
    usual ones.
    """

    status: int
    code: str | None = None
    retry_after: str | int | None = None
    message: str | None = None
    type: str | None = None
    param: str | None = None
    paid: bool = False
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def refusal(self) -> Refusal:
        """The error body of that code."""
        known_type, known_message = KNOWN.get(self.code or str(self.status), ("server_error", "Something went wrong."))
        return Refusal(
            self.status,
            self.message if self.message is not None else known_message,
            type=self.type or known_type,
            param=self.param,
            code=self.code,
            retry_after=None if self.retry_after is None else str(self.retry_after),
        )


_SPENT = "You exceeded your current quota, please check your plan and billing details."
_LIMIT = "has reached its monthly spend limit."
KNOWN = {
    "insufficient_quota": ("insufficient_quota", _SPENT),
    "credit_balance_exhausted": ("insufficient_quota", "Your credit balance is exhausted."),
    "project_spend_limit_exceeded": ("insufficient_quota", f"This project {_LIMIT}"),
    "organization_spend_limit_exceeded": ("insufficient_quota", f"This organization {_LIMIT}"),
    "organization_usage_limit_exceeded": ("insufficient_quota", "This organization has reached its usage limit."),
    "rate_limit_exceeded": ("requests", "Rate limit reached for requests. Please try again later."),
    "slow_down": ("rate_limit_error", "Please slow down."),
    "server_is_overloaded": ("service_unavailable_error", "The server is overloaded. Please try again later."),
    "invalid_api_key": ("invalid_request_error", "Incorrect API key provided."),
    "unsupported_format": ("invalid_request_error", "This model does not support the format you provided."),
    "400": ("invalid_request_error", "Audio file might be corrupted or unsupported"),
    "403": ("invalid_request_error", "Country, region, or territory not supported"),
}


@dataclass(frozen=True)
class Redirect:
    """It has moved, it says: to `location`, or round in a circle to the address that was asked. No work is done."""

    status: int = 307
    location: str | None = None


@dataclass(frozen=True)
class Hang:
    """The work is done, the answer never comes."""


@dataclass(frozen=True)
class CutConnection:
    """The line goes dead: in the middle of the answer, or `before` its first byte."""

    before: bool = False


@dataclass(frozen=True)
class Garbage:
    """
    Status 200 and these bytes, whatever they are: how servers answer that speak with an accent, or nonsense.

    `end`: the answer ends as it should; or else the line goes dead behind them (`cut`), or nothing more comes and
    nothing ends (`open`).
    """

    body: bytes = b"<html><body>Bad gateway</body></html>"
    content_type: str = "text/html"
    headers: Mapping[str, str] = field(default_factory=dict)
    end: End = "whole"


@dataclass(frozen=True)
class HugeJson:
    """A transcription that never ends, for all practical purposes."""

    size_bytes: int = 64 * 1024 * 1024


Step = Answer | Fault | Redirect | Hang | CutConnection | Garbage | HugeJson


@dataclass
class Script:
    """Steps still to be given."""

    _rows: list[tuple[Callable[[Any], bool], deque[Step], bool]] = field(default_factory=list)

    def add(self, steps: Sequence[Step], when: Callable[[Any], bool] | None, *, forever: bool) -> None:
        """Put steps behind those waiting; `forever` keeps the last one for all further calls that fit."""
        self._rows.append((when or (lambda _: True), deque(steps), forever))

    def take(self, call: Any) -> Step | None:
        """The step for this call, if one is waiting."""
        for when, steps, forever in self._rows:
            if steps and when(call):
                return steps[0] if forever and len(steps) == 1 else steps.popleft()
        return None
