"""
The vocabulary: every way a note can end, and what it is made of.

Hides nothing and knows nobody: the pure core. Durations are integer milliseconds, money integer micro-dollars, moments
integer milliseconds since 1970 (UTC). `encode` and `decode` are inverse: what is decided survives until delivered.
"""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, cast, get_args

from bot.signs import letters


class Stage(StrEnum):
    """Where a note in work is; shown to people who wait for it."""

    FETCHING = "fetching"
    CONVERTING = "converting"
    HEARING = "hearing"
    ANSWERING = "answering"


class Door(StrEnum):
    """How a wish for words came in."""

    AUTO = "auto"
    SLASH = "slash"
    MENU = "menu"
    TERMINAL = "terminal"


class Task(StrEnum):
    """What is to become of a note; part of its key, so each is paid for by itself."""

    TRANSCRIBE = "transcribe"
    TRANSLATE = "translate"  # into English
    SALVAGE = "salvage"  # transcribe what can be read of a damaged file


class Why(StrEnum):
    """Why bytes could not be read as sound."""

    NOT_SOUND = "not_sound"
    NO_AUDIO = "no_audio"
    DAMAGED = "damaged"
    PROTECTED = "protected"
    TOO_SLOW = "too_slow"


class Fault(StrEnum):
    """What went wrong that is nobody's wish; each has a text for the member and a fix for the host."""

    KEY_REFUSED = "key_refused"
    PLACE_REFUSED = "place_refused"
    ADDRESS_WRONG = "address_wrong"
    NO_NETWORK = "no_network"
    CERTIFICATE = "certificate"
    RATE_LIMITED = "rate_limited"
    SPEND_LIMIT = "spend_limit"
    MODEL_GONE = "model_gone"
    MOVED = "moved"
    PROVIDER_DOWN = "provider_down"
    BAD_ANSWER = "bad_answer"
    TOO_LARGE = "too_large"
    LANGUAGE_REFUSED = "language_refused"
    HINTS_REFUSED = "hints_refused"
    REQUEST_REFUSED = "request_refused"
    CANNOT_TRANSLATE = "cannot_translate"
    REJECTED = "rejected"
    NO_WORDS = "no_words"  # somebody speaks clearly, and whoever was asked wrote nothing of it down
    NO_PERMISSION = "no_permission"
    GAVE_UP = "gave_up"
    INTERNAL = "internal"


class Scope(StrEnum):
    """Who pays, and so whose limit may refuse; in the order in which accounts are locked."""

    MEMBER = "member"
    ROLE = "role"
    GUILD = "guild"
    PERSONAL = "personal"
    CAUSED = "caused"  # what all calls for a server's, or a person's, notes may cost, whatever became of them
    HOST = "host"
    STRANGERS = "strangers"  # all servers the host has not confirmed
    DIRECT = "direct"  # everybody outside of servers


@dataclass(frozen=True, slots=True)
class Segment:
    """Words between two moments of the clip, both in milliseconds from its beginning."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Gap:
    """
    A part of the clip that has no words: its calls failed, or brought none. It costs the guild nothing.

    `is_partial`: somewhere in it some words are missing, and those that came stand before.
    """

    start_ms: int
    end_ms: int
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class Transcript:
    """
    The words of a clip, in order; `gaps` names what is missing.

    `tracks` and `has_video` say what the sound, always the first audio track, was taken from; `damaged`, that it goes
    on after that but can't be read; `stopped`, that the gaps were nobody's fault; `is_spoiler`, that words stay hidden.
    """

    segments: tuple[Segment, ...]
    gaps: tuple[Gap, ...]
    length_ms: int
    billed_ms: int
    model: str
    languages: tuple[str, ...] = ()
    task: Task = Task.TRANSCRIBE
    tracks: int = 1
    has_video: bool = False
    damaged: bool = False
    stopped: bool = False
    is_spoiler: bool = False

    @property
    def text(self) -> str:
        """All words, one space between segments."""
        return " ".join(segment.text for segment in self.segments if segment.text)

    @property
    def timing(self) -> str:
        """
        When what was said, without what was said: [start, end, letters] of each segment and gap, as JSON.

        A gap has no letters but null. Together with the words, read back from where they stand, it makes subtitles.
        """
        spoken = [[segment.start_ms, segment.end_ms, letters(segment.text)] for segment in self.segments]
        silent = [[gap.start_ms, gap.end_ms, None] for gap in self.holes]
        return json.dumps(sorted([*spoken, *silent], key=lambda span: span[0] or 0), separators=(",", ":"))

    @property
    def holes(self) -> tuple[Gap, ...]:
        """The gaps in order, those that touch and have no words at all as one."""
        found: list[Gap] = []
        for gap in sorted(self.gaps, key=lambda gap: gap.start_ms):
            touches = found and gap.start_ms <= found[-1].end_ms and not (gap.is_partial or found[-1].is_partial)
            if touches:
                found[-1] = Gap(found[-1].start_ms, max(found[-1].end_ms, gap.end_ms))
            else:
                found.append(gap)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody spoke; nothing is billed to the guild."""

    length_ms: int


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same note was answered before; its reply is quoted instead of paid for again."""

    channel_id: int
    message_id: int
    is_spoiler: bool = False


@dataclass(frozen=True, slots=True)
class Stopped:
    """Somebody pressed Stop before anything was heard; words that an earlier try had shown are billed (ms)."""

    billed_ms: int = 0


@dataclass(frozen=True, slots=True)
class TooLong:
    """Longer than a note may be here."""

    length_ms: int
    limit_ms: int


@dataclass(frozen=True, slots=True)
class TooBig:
    """More bytes than a note may have here."""

    size_bytes: int
    limit_bytes: int


@dataclass(frozen=True, slots=True)
class TooMany:
    """
    Somebody posts faster than the host allows, or the queue is full.

    `waiting`: of a full queue so many notes are theirs, the member's or the server's; 0 where the pace is the matter.
    """

    scope: Scope
    retry_after_ms: int
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class OverQuota:
    """
    A month's account has no room for the note.

    `need` and `left` are milliseconds, or micro-dollars where `money` is true; `role_id` is whose share it is where
    the scope is a role. `billed_ms`: words that were shown before it was noticed.
    """

    scope: Scope
    need: int
    left: int
    money: bool
    resets_at_ms: int
    role_id: int | None = None
    billed_ms: int = 0


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The bytes are no sound we can read; `readable_ms` of it could be decoded before the damage."""

    why: Why
    readable_ms: int = 0


@dataclass(frozen=True, slots=True)
class Gone:
    """The attachment, or its message, is no longer there; words that were shown by then are billed (ms)."""

    billed_ms: int = 0


@dataclass(frozen=True, slots=True)
class NothingHere:
    """Somebody asked, but there is no voice note where they pointed."""


@dataclass(frozen=True, slots=True)
class SwitchedOff:
    """It is switched off here; `there`: asked for from another server, it is not allowed by the note's own."""

    there: bool = False


@dataclass(frozen=True, slots=True)
class RolesOnly:
    """Only people with one of these roles may use it there."""

    role_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OptedOut:
    """The one who speaks does not want to be transcribed; words that were shown by then are billed (ms)."""

    billed_ms: int = 0


@dataclass(frozen=True, slots=True)
class Undelivered:
    """
    It was heard, but Discord took the words nowhere, and nobody could be told: the guild pays nothing for it.

    `reason` is Discord's refusal in one word: its error code, the HTTP status, or what broke.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """It should have worked; `fault` says what the host has to mend."""

    fault: Fault


Outcome = (
    Transcript
    | Silence
    | Repeat
    | Stopped
    | TooLong
    | TooBig
    | TooMany
    | OverQuota
    | Unreadable
    | Gone
    | NothingHere
    | SwitchedOff
    | RolesOnly
    | OptedOut
    | Undelivered
    | Failed
)

_CASES: dict[str, Any] = {case.__name__: case for case in get_args(Outcome)}
_ENUMS = {"scope": Scope, "why": Why, "fault": Fault, "task": Task}


def kind(outcome: Outcome) -> str:
    """The case's name, as it stands in logs, metrics and the database."""
    return type(outcome).__name__


def encode(outcome: Outcome) -> str:
    """One JSON object; a transcript's words are in it, so it may rest only until delivered."""
    return json.dumps({"kind": kind(outcome), **asdict(outcome)}, ensure_ascii=False, separators=(",", ":"))


def decode(text: str) -> Outcome:
    """The outcome that `encode` wrote; raises KeyError or TypeError for anything else."""
    fields = json.loads(text)
    case = _CASES[fields.pop("kind")]
    if case is Transcript:
        fields["segments"] = tuple(Segment(**segment) for segment in fields["segments"])
        fields["gaps"] = tuple(Gap(**gap) for gap in fields["gaps"])
        fields["languages"] = tuple(fields["languages"])
    if case is RolesOnly:
        fields["role_ids"] = tuple(fields["role_ids"])
    for name, enum in _ENUMS.items():
        if name in fields:
            fields[name] = enum(fields[name])
    return cast("Outcome", case(**fields))
