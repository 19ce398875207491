"""
What passes between the edge and the desk: a request, the courier who answers it, and his troubles.

Pure values and one Protocol: the core may not import discord, so `Courier` is declared here by the
desk that needs it and implemented in `post` (Discord) and `terminal` (a file on this machine).
"""

import base64
import hashlib
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeGuard

from bot.notes import Ask, Note
from bot.notice import Notice, Place
from bot.outcome import Door, Outcome, Repeat, Stage, Task

# Extensions people's recorders write; used only where Discord names no content type.
_AUDIO = frozenset(
    {"aac", "aif", "aiff", "amr", "caf", "flac", "m4a", "mka", "mp3", "oga", "ogg", "opus", "wav", "wma"}
)
_VIDEO = frozenset({"3gp", "avi", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "webm"})

_LONGEST_MS = 31 * 24 * 3_600_000  # a month of sound is in no file that Discord takes
_LARGEST_BYTES = 2**40


def declared_length(seconds: object) -> int | None:
    """
    A length as its sender declares it, in milliseconds; None for whatever is no length of a file.

    Clients send what they like: less than nothing, nothing, more digits than a year has seconds, no number at all.
    """
    if not _is_number(seconds) or not 0 < seconds * 1000 <= _LONGEST_MS:
        return None
    return round(seconds * 1000) or None


def declared_size(count: object) -> int:
    """A size as it is declared, in bytes; 0 for whatever is none: then only the bytes themselves say how many."""
    return math.ceil(count) if _is_number(count) and 0 < count <= _LARGEST_BYTES else 0


def _is_number(value: object) -> TypeGuard[int | float]:
    """Python takes True for 1; no JSON does. Neither bound of a range holds for what is not a number (NaN)."""
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(frozen=True, slots=True)
class Request:
    """
        One attachment somebody wants as words.

        `id` is the snowflake of the wish itself (the message for AUTO, the interaction otherwise): its
        month pays; `ask_id` is the same, or close to it where one wish is for several attachments. `author_id`
        is None where nobody knows who spoke (a forward); `origin` is then the channel and message it came from,
    if told. `token` answers an interaction and is worth a password for 15 minutes: never logged. `asked_in`
    is the channel of the wish where that may be another than the sound's, `asked_under` the one that rules there.
    `parent_id` is the channel a thread hangs in, `role_ids` are the member's roles, None where nobody knows them (they
    have left). `sound_guild_id` is the server in which the sound stands, `sound_role_ids` are the member's roles there:
    where that is not the server that pays, both decide. `follows`: the interaction's own answer is for another
    attachment. `language` (None: the usual one) and `task` are the variant that is wanted. `is_spoiler`: the sound
    hides behind a spoiler, and so must its words.
    """

    id: int
    ask_id: int
    door: Door
    attachment_id: int
    filename: str
    content_type: str | None
    size_bytes: int
    declared_ms: int | None
    url: str
    is_voice: bool
    guild_id: int | None
    channel_id: int
    message_id: int | None
    author_id: int | None
    member_id: int
    locale: str
    asked_in: int | None = None
    asked_under: int | None = None
    parent_id: int | None = None
    role_ids: tuple[int, ...] | None = ()
    sound_guild_id: int | None = None
    sound_role_ids: tuple[int, ...] = ()
    origin: tuple[int, int] | None = None
    private: bool = False
    application_id: int | None = None
    token: str | None = None
    follows: bool = False
    language: str | None = None
    task: Task = Task.TRANSCRIBE
    is_spoiler: bool = False

    @property
    def ruled_by(self) -> int:
        """The channel whose decisions hold for the sound: a thread's parent."""
        return self.parent_id or self.channel_id

    @property
    def crosses(self) -> bool:
        """Whether the sound stands in another server than the one that pays for it."""
        return self.sound_guild_id not in (None, self.guild_id)

    @property
    def media(self) -> str | None:
        """`voice`, `audio`, `video`, or None for anything else; by Discord's word, not by content."""
        if self.is_voice:
            return "voice"
        kind = (self.content_type or "").partition("/")[0]
        ending = self.filename.rpartition(".")[2].lower()
        if kind == "audio" or ending in _AUDIO:
            return "audio"
        if kind == "video" or ending in _VIDEO:
            return "video"
        return None


def anew(
    note: Note,
    *,
    id: int,  # noqa: A002 -- the request's own name for it
    guild_id: int | None,
    member_id: int,
    locale: str,
    asked_in: int | None,
    private: bool,
    application_id: int,
    token: str,
    asked_under: int | None = None,
    role_ids: tuple[int, ...] = (),
    sound_guild_id: int | None = None,
    sound_role_ids: tuple[int, ...] = (),
    language: str | None = None,
    task: Task = Task.TRANSCRIBE,
) -> Request:
    """
    A wish for another variant of a note we know, made by pressing something under its answer.

    Whoever presses is meant by `member_id` and by both kinds of roles; see `Request`.
    """
    return Request(
        id=id,
        ask_id=id,
        door=Door.MENU,
        attachment_id=note.attachment_id,
        filename="",
        content_type=note.media,
        size_bytes=note.size_bytes,
        # What an older release had kept of a sender's word may be no length.
        declared_ms=note.length_ms or declared_length((note.declared_ms or 0) / 1000),
        url=note.url,
        is_voice=note.is_voice,
        guild_id=guild_id,
        channel_id=note.channel_id,
        message_id=note.message_id,
        author_id=note.author_id,
        member_id=member_id,
        locale=locale,
        asked_in=asked_in,
        asked_under=asked_under,
        parent_id=note.parent_id,
        role_ids=role_ids,
        sound_guild_id=sound_guild_id,
        sound_role_ids=sound_role_ids,
        private=private,
        application_id=application_id,
        token=token,
        language=language,
        task=task,
        is_spoiler=note.is_spoiler,
    )


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What can be shown of a note while it is heard: the words so far, in order, and how far it is."""

    text: str
    heard_ms: int
    length_ms: int
    left_ms: int | None
    is_spoiler: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """A note's bytes on this machine."""

    sha256: str
    size_bytes: int


class Later(Exception):
    """
    Not now: Discord or the network is in trouble. The note stays open; `after_ms` says when to ask again.

    With `counts` False a note waits for ever: what it waits for is known, and will come.
    """

    def __init__(self, reason: str, *, after_ms: int = 5_000, counts: bool = True) -> None:
        super().__init__(reason)
        self.after_ms = after_ms
        self.counts = counts


class Removal(StrEnum):
    """What became of a message of ours that was to be deleted."""

    GONE = "gone"
    REFUSED = "refused"  # it stands where we may not touch it, at least now
    LATER = "later"  # Discord is in trouble


@dataclass(frozen=True, slots=True)
class Untold:
    """Nobody could be given the answer; `why` is the last refusal in one word, for log and metrics."""

    why: str


class QuoteGone(Exception):
    """The reply that was to be quoted is no longer there."""


class Delivery(Protocol):
    """What the courier must tell, and may ask, while he delivers."""

    async def sent(self, part: int, message_id: int, *, is_live: bool = False) -> bool:
        """
        Part `part` (from 0) of the answer stands as `message_id`; False: take it back, nobody wants it.

        `is_live`: it shows a glimpse, and will become the answer.
        """

    async def showing(self) -> None:
        """A glimpse is about to be shown: the last moment to write down that its words were."""

    async def moved(self, ask: Ask) -> list[int]:
        """The answer cannot stand as it was wished, but will as `ask` now says. Returns the messages to take back."""

    async def lacks(self, guild_id: int, channel_id: int, right: str) -> None:
        """Something is in the way there that the people who manage the server can mend: they are told once."""

    async def taken(self, message_ids: list[int]) -> set[int]:
        """Which of these messages are already known as parts of an answer."""


class Courier(Protocol):
    """Brings a note's bytes and takes its answer back; the edge decides how it looks."""

    async def fetch(self, note: Note, to: Path, *, max_bytes: int) -> Fetched | Outcome:
        """
        Write the attachment's bytes to `to`; Gone or TooBig when that is how the note ends.

        Raises Later when Discord can't be reached.
        """

    async def author_of(self, channel_id: int, message_id: int) -> int | None:
        """Who posted a message, where we may see it; None otherwise. Never raises."""

    async def delete(self, channel_id: int, message_id: int) -> Removal:
        """Take one of our messages back; one that is gone already is no trouble. Never raises."""

    async def progress(self, note: Note, ask: Ask, stage: Stage) -> None:
        """Show that work goes on; never raises."""

    async def glimpse(self, note: Note, ask: Ask, glimpse: Glimpse, delivery: Delivery) -> bool:
        """Show the words so far, in the message that will become the answer; False: not now. Never raises."""

    async def deliver(
        self, note: Note, ask: Ask, outcome: Outcome, delivery: Delivery, *, resumed: bool, is_last: bool = False
    ) -> Untold | None:
        """
        Answer `ask`: there, or on the best way that is left; Untold when none is. What passes is waited for, except by
        the last try.

        `resumed` means an earlier try may have delivered already: look before posting.
        Raises Later when Discord can't be reached, QuoteGone when a Repeat has nothing to quote.
        """

    async def may_quote(self, ask: Ask, repeat: Repeat) -> bool:
        """
        Whether that reply still stands, where everybody who will read the answer could read it anyway.

        Raises Later when Discord can't be reached.
        """

    def whispered(self, asks: Sequence[Ask]) -> list[Repeat]:
        """The private answer that can still be read back to all who ask: to the one person who got it before."""

    async def announce(self, notice: Notice, place: Place) -> bool:
        """
        Say it where it is read; False if nobody could be told. Pings nobody.

        Raises Later when Discord can't be reached.
        """


Clock = Callable[[], int]
Handler = Callable[[str], Awaitable[None]]


def key_of(attachment_id: int, *, model: str, language: str | None, task: str = Task.TRANSCRIBE) -> str:
    """The identity of a bill: the attachment, and a short digest of what is done with it."""
    variant = hashlib.blake2s(f"{model}|{language or ''}|{task}".encode(), digest_size=4).hexdigest()
    return f"{attachment_id}:{variant}"


def ref_of(key: str) -> str:
    """Five letters and digits that name a note in every log line and every error a person sees."""
    return base64.b32encode(hashlib.blake2s(key.encode(), digest_size=5).digest()).decode()[:5]
