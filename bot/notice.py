"""
What the bot says of its own accord: to the people who manage a server, and to its host.

Hides nothing and knows nobody: the pure core, as `outcome` is for notes. `encode` and `decode` are each
other's inverse, so that a notice survives a restart between being due and being said. Durations are
milliseconds, money micro-dollars, moments milliseconds since 1970.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any, get_args


@dataclass(frozen=True, slots=True)
class Place:
    """
    Whom to tell: a guild, in the channel it chose if it chose one, or with no guild the host.

    `locale` is the language a guild chose; None: the one Discord knows it by.
    """

    guild_id: int | None = None
    channel_id: int | None = None
    locale: str | None = None

    @property
    def name(self) -> str:
        """As it stands in the table of what was told."""
        return "host" if self.guild_id is None else f"guild:{self.guild_id}"


HOST = Place()


@dataclass(frozen=True, slots=True)
class GuildUsed:
    """A guild has used `percent` of its month (milliseconds)."""

    percent: int
    used: int
    limit: int
    resets_at_ms: int


@dataclass(frozen=True, slots=True)
class HostUsed:
    """The host's month is used to `percent`: micro-dollars, or milliseconds where `money` is false."""

    percent: int
    used: int
    limit: int
    money: bool
    resets_at_ms: int


@dataclass(frozen=True, slots=True)
class ModelEnds:
    """The configured model is switched off on that day (ISO 8601)."""

    model: str
    day: str
    days: int
    successor: str


@dataclass(frozen=True, slots=True)
class TranslationEnds:
    """The model that translates is switched off on that day (ISO 8601), and nothing takes its place by itself."""

    model: str
    day: str
    days: int


@dataclass(frozen=True, slots=True)
class ProviderStopped:
    """The provider's account has nothing left to spend: notes wait, no call is made."""

    code: str


@dataclass(frozen=True, slots=True)
class ProviderBack:
    """The provider takes calls again; the notes that waited are being heard."""


@dataclass(frozen=True, slots=True)
class MissingRight:
    """Something was done otherwise in a channel, or not at all, for want of a right there."""

    channel_id: int
    right: str


@dataclass(frozen=True, slots=True)
class Introduction:
    """
    What a server is told once: who listens, where the sound goes, what is kept for so many days, how to opt out.

    `at_openai`: every call goes to OpenAI, and not to another service of the host's choice.
    """

    at_openai: bool
    days: int


Notice = (
    GuildUsed | HostUsed | ModelEnds | TranslationEnds | ProviderStopped | ProviderBack | MissingRight | Introduction
)

_CASES: dict[str, Any] = {case.__name__: case for case in get_args(Notice)}


def encode(notice: Notice, place: Place) -> str:
    """One JSON object: what to say, and where."""
    return json.dumps({"kind": type(notice).__name__, "place": asdict(place), **asdict(notice)}, separators=(",", ":"))


def decode(text: str) -> tuple[Notice, Place]:
    """What `encode` wrote; raises KeyError or TypeError for anything else."""
    fields = json.loads(text)
    case, place = _CASES[fields.pop("kind")], Place(**fields.pop("place"))
    notice: Notice = case(**fields)
    return notice, place
