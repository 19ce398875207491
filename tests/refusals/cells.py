"""The rows and columns of the table: how Discord refuses, and at which step."""

from dataclasses import dataclass, field
from typing import Any

from bot.post.refusals import Meaning

FOR_GOOD = 1_000  # times: until the cell is over


@dataclass(frozen=True, slots=True)
class Shape:
    """One way to be refused; `fault` is what `Discord.fail` takes."""

    name: str
    meaning: Meaning
    fault: dict[str, Any] = field(default_factory=dict)
    times: int = FOR_GOOD


def _coded(status: int, code: int, name: str, meaning: Meaning) -> Shape:
    return Shape(f"{status}, {code}: {name}", meaning, {"status": status, "code": code})


# What passes goes wrong as often as it says; everything else, each time.
SHAPES = (
    Shape("503", Meaning.PASSES, {"status": 503}, 1),
    Shape("520 as a page", Meaning.PASSES, {"status": 520, "html": True}, 1),
    Shape("429", Meaning.PASSES, {"retry_after": 0.1}, 1),
    Shape("429, five in a row", Meaning.PASSES, {"retry_after": 0.05}, 5),
    Shape("429 without Via", Meaning.PASSES, {"status": 429, "retry_after": 1.0, "via": False}, 1),
    Shape("429 as a page", Meaning.PASSES, {"status": 429, "retry_after": 1.0, "via": False, "html": True}, 1),
    Shape("401", Meaning.PASSES, {"status": 401}, 1),
    Shape("408 without a body", Meaning.PASSES, {"status": 408, "empty": True}, 1),
    Shape("403 as a page", Meaning.PASSES, {"status": 403, "html": True}, 1),
    Shape("connection lost", Meaning.PASSES, {"drop": True}, 1),
    Shape("answer lost", Meaning.PASSES, {"drop": True, "after": True}, 1),
    Shape("400, 20016: slow mode", Meaning.PASSES, {"status": 400, "code": 20016}, 1),
    Shape("503, 130000: overloaded", Meaning.PASSES, {"status": 503, "code": 130000}, 1),
    _coded(403, 50001, "missing access", Meaning.PLACE),
    _coded(403, 50013, "missing permissions", Meaning.PLACE),
    _coded(404, 10003, "unknown channel", Meaning.PLACE),
    _coded(400, 50024, "not in this type of channel", Meaning.PLACE),
    _coded(400, 50083, "archived thread", Meaning.PLACE),
    _coded(400, 160005, "locked thread", Meaning.PLACE),
    _coded(400, 160006, "too many threads", Meaning.PLACE),
    _coded(400, 50035, "invalid form", Meaning.FORM),
    _coded(413, 40005, "too large", Meaning.FORM),
    _coded(403, 400001, "no uploads here", Meaning.FORM),
    _coded(400, 999_999, "a code nobody knows", Meaning.FORM),
    Shape("405", Meaning.FORM, {"status": 405}),
    _coded(400, 200000, "automatic moderation", Meaning.WORDS),
    _coded(400, 240000, "harmful links", Meaning.WORDS),
    _coded(404, 10008, "unknown message", Meaning.GONE),
    _coded(404, 10015, "unknown webhook", Meaning.GONE),
    _coded(401, 50027, "invalid token", Meaning.GONE),
)

STEPS = (
    "thread",
    "first part",
    "nobody reached",
    "later part",
    "file",
    "live edit",
    "deferred answer",
    "follow-up",
    "offer",
    "notice",
    "delete",
    "read-back",
)
