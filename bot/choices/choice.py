"""
What can be decided about a server or a channel, and what each decision may be.

Hides how vocabulary and languages are written. Promises: pure; a value that passed `checked` can be sent to
the provider and to Discord; what is wrong with one that did not is said by a key and values, in no language.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from zoneinfo import available_timezones

from bot.quota import is_zone
from bot.signs import normalized

KINDS = ("voice", "audio", "video")
MOST_TERMS = 15  # a long list is recited where somebody mumbles
MOST_SIGNS = 60  # of one term: a name, not a sentence
MOST_LANGUAGES = 5
MOST_MINUTES = 24 * 60
_MINUTE_MS = 60_000


class Mode(StrEnum):
    """When a note is heard: at once, when somebody taps, never."""

    AUTO = "auto"
    ON_DEMAND = "on_demand"
    OFF = "off"


class Place(StrEnum):
    """Where the words go."""

    REPLY = "reply"
    THREAD = "thread"
    CHANNEL = "channel"
    PRIVATE = "private"


class Slip(ValueError):
    """A value that cannot be; `why` is the key of a text, `values` are what it names."""

    def __init__(self, why: str, **values: object) -> None:
        super().__init__(why)
        self.why = why
        # A message has to name them, whatever was typed.
        self.values = {name: _brief(value) if isinstance(value, str) else value for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class Choice:
    """
    What holds in one channel: its own decisions over its server's over the host's.

    `least_ms` and `most_ms` bound the notes that are taken (0 and None: the host's bounds alone); `role_ids` are
    who may use it (none: everybody); `languages` and `vocabulary` are hints for the ear, never part of what a
    note costs; `zone` is whose midnight begins the server's month (None: the host's). `is_decided` is False where
    nobody in that server ever said when to listen.
    """

    mode: Mode = Mode.ON_DEMAND
    kinds: tuple[str, ...] = KINDS
    place: Place = Place.REPLY
    other_channel_id: int | None = None
    least_ms: int = 0
    most_ms: int | None = None
    languages: tuple[str, ...] = ()
    vocabulary: tuple[str, ...] = ()
    alerts_channel_id: int | None = None
    role_ids: tuple[int, ...] = ()
    locale: str | None = None
    zone: str | None = None
    is_decided: bool = False

    @property
    def waits(self) -> bool:
        """Whether notes that nobody asked for wait for a tap: words for one person alone are shown to who taps."""
        return self.mode is Mode.ON_DEMAND or (self.mode is Mode.AUTO and self.place is Place.PRIVATE)

    def admits(self, role_ids: Collection[int] | None) -> bool:
        """Whether somebody with these roles (None: nobody knows which) may use it."""
        return not self.role_ids or not set(self.role_ids).isdisjoint(role_ids or ())

    def bounded_by(self, there: "Choice") -> "Choice":
        """What holds for a sound of another server, where `there` was decided: nothing that only one of them allows."""
        lengths = [most_ms for most_ms in (self.most_ms, there.most_ms) if most_ms is not None]
        return replace(
            self,
            mode=Mode.OFF if there.mode is Mode.OFF else self.mode,
            kinds=tuple(kind for kind in self.kinds if kind in there.kinds),
            least_ms=max(self.least_ms, there.least_ms),
            most_ms=min(lengths, default=None),
        )


def _brief(text: str) -> str:
    return text if len(text) <= MOST_SIGNS else f"{text[:MOST_SIGNS]}…"


def terms(text: str) -> tuple[str, ...]:
    """A vocabulary as people type it, one term a line; raises Slip."""
    return _vocabulary(text.splitlines())


def codes(text: str) -> tuple[str, ...]:
    """Languages as people type them: codes with commas or blanks between; raises Slip."""
    return _languages([code for code in re.split(r"[\s,;]+", text) if code])


def minutes(text: str) -> int | None:
    """A length as people type it, in minutes ("1.5"), or as a clock shows it ("1:30"); nothing is None; raises Slip."""
    text = normalized("NFKC", text).strip().replace(",", ".")
    if not text:
        return None
    clock = re.fullmatch(r"(\d{1,4}):([0-5]\d)", text, re.ASCII)
    if clock is None and not re.fullmatch(r"\d{1,4}(\.\d{1,3})?", text, re.ASCII):
        raise Slip("length", given=text)
    ms = int(clock[1]) * _MINUTE_MS + int(clock[2]) * 1000 if clock else round(float(text) * _MINUTE_MS)
    return _length(ms)


def checked(name: str, value: Any) -> Any:
    """The value as it is kept; raises Slip for one that cannot be, KeyError for a decision nobody can make."""
    return _CHECKS[name](value)


def _vocabulary(given: Collection[str]) -> tuple[str, ...]:
    # Facts of gpt-transcribe: one keyword with a line break or a bracket has the whole request refused.
    found = [normalized("NFC", " ".join(term.split())) for term in given]
    found = list(dict.fromkeys(term for term in found if term))
    for term in found:
        if set(term) & set("<>") or any(unicodedata.category(sign)[0] == "C" for sign in term):
            raise Slip("term_sign", term=term)
        if len(term) > MOST_SIGNS:
            raise Slip("term_long", term=term, most=MOST_SIGNS)
    if len(found) > MOST_TERMS:
        raise Slip("terms", count=len(found), most=MOST_TERMS)
    return tuple(found)


def _languages(given: Collection[str]) -> tuple[str, ...]:
    found = list(dict.fromkeys(code.lower() for code in given))
    for code in found:
        if not re.fullmatch(r"[a-z]{2,3}(-[a-z]{2})?", code):
            raise Slip("language", code=code)
    if len(found) > MOST_LANGUAGES:
        raise Slip("languages", count=len(found), most=MOST_LANGUAGES)
    return tuple(found)


def _kinds(given: Collection[str]) -> tuple[str, ...]:
    if set(given) - set(KINDS):
        raise Slip("kinds")
    return tuple(kind for kind in KINDS if kind in given)


def _length(ms: int) -> int:
    if not 0 <= ms <= MOST_MINUTES * _MINUTE_MS:
        raise Slip("length", given=ms // _MINUTE_MS)
    return ms


def _ids(given: Collection[int]) -> tuple[int, ...]:
    return tuple(sorted({int(one) for one in given}))


def _locale(given: str) -> str:
    if not re.fullmatch(r"[a-z]{2}", given):
        raise Slip("language", code=given)
    return given


def _zone(given: str) -> str:
    name = normalized("NFKC", given).strip()
    if is_zone(name):
        return name
    meant = name.lower().replace(" ", "_")
    near = [zone for zone in available_timezones() if meant in {zone.lower(), zone.lower().rpartition("/")[2]}]
    if len(near) != 1 or not is_zone(near[0]):
        raise Slip("zone", given=name)
    return near[0]


_CHECKS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "mode": Mode,
        "kinds": _kinds,
        "place": Place,
        "other_channel_id": int,
        "least_ms": _length,
        "most_ms": _length,
        "languages": _languages,
        "vocabulary": _vocabulary,
        "alerts_channel_id": int,
        "role_ids": _ids,
        "locale": _locale,
        "zone": _zone,
    }
)
