"""
What goes into the audio room and what comes out of it: rules, pieces, clips and the two refusals.

Hides nothing; promises that every value is frozen and every duration an integer of milliseconds.
"""

import tempfile
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bot.outcome import Why

UPLOAD_BYTES = 26_214_400 - 65_536  # OpenAI refuses a request of more than 25 MiB; the form around the file needs room


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRules:
    """
    What a piece has to be for the model that will hear it, and what a sound may cost this machine.

    `max_ms` refuses a clip beyond it; `piece_ms` is the longest piece the model takes and `target_ms`
    the length aimed at: pieces are heard in parallel, and memory holds two of them. `hushed` drops
    pieces in which nobody speaks, and long ends of the others; `trimmed` also takes long pauses out of the
    pieces. `salvage` gives the readable part of a damaged sound instead of refusing it. `slots` is entered for each
    worker, and bounds how many run at once; sounds that need no worker do not wait for one. `deadline_s` is for a
    worker that has the cores to itself; where up to `crowd` times as many share them, it may take so many times as
    long. `reads` are files and folders, beside the system's libraries, that this machine's ffmpeg needs to run.
    """

    convert: Literal["when-needed", "always"] = "when-needed"
    format: Literal["opus", "mp3"] = "opus"
    max_ms: int = 7_200_000
    piece_ms: int = 1_390_000
    target_ms: int = 120_000
    max_bytes: int = UPLOAD_BYTES
    accepts: frozenset[str] = frozenset({"flac", "mp3", "mp4", "mpeg", "mpga", "m4a", "ogg", "wav", "webm"})
    deadline_s: float = 300.0
    crowd: int = 1
    memory_bytes: int = 1 << 30
    ffmpeg: str = "auto"
    reads: tuple[str, ...] = ()
    scratch: Path = field(default_factory=lambda: Path(tempfile.gettempdir()))
    hushed: bool = True
    trimmed: bool = False
    salvage: bool = False
    slots: AbstractAsyncContextManager[object] | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Piece:
    """
    One file ready to send: `path` holds what the clip has between `start_ms` and `end_ms`, silent ends being outside.

    `name` and `content_type` are what the provider is told. `spans` are the parts of the clip that are in
    the file, in order; there is more than one only where long pauses were trimmed.
    """

    index: int
    start_ms: int
    end_ms: int
    path: Path
    name: str
    content_type: str
    spans: tuple[tuple[int, int], ...] = ()
    rules: UploadRules = field(default_factory=UploadRules, repr=False, compare=False)
    directory: Path | None = field(default=None, repr=False, compare=False)

    @property
    def sent_ms(self) -> int:
        """How much sound the file holds; less than `end_ms - start_ms` where pauses were trimmed."""
        return sum(end - start for start, end in self.spans) if self.spans else self.end_ms - self.start_ms

    def moment(self, ms: int) -> int:
        """The moment of the clip that is heard `ms` after the file's beginning."""
        for start, end in self.spans:
            if ms < end - start:
                return start + ms
            ms -= end - start
        return min(self.start_ms + ms, self.end_ms) if not self.spans else self.end_ms


@dataclass(frozen=True, slots=True)
class Clip:
    """
    A sound, measured and ready to send.

    `converted` says that pydub made the pieces; otherwise the only piece is the file itself, byte for
    byte, or its own packets without long silent ends. `tracks` counts the audio tracks, of which the first
    is taken; `has_video` says there was a picture, `damaged` that some of it could not be decoded.
    """

    length_ms: int
    is_silent: bool
    converted: bool
    pieces: tuple[Piece, ...]
    tracks: int = 1
    has_video: bool = False
    damaged: bool = False


class UnreadableSound(Exception):
    """The bytes are no sound we can read; `readable_ms` of it could be decoded."""

    def __init__(self, why: Why, readable_ms: int = 0) -> None:
        super().__init__(f"{why}, {readable_ms} ms readable")
        self.why = why
        self.readable_ms = readable_ms


class SoundTooLong(Exception):
    """Longer than the rules allow; how long nobody knows, but `at_least_ms`."""

    def __init__(self, at_least_ms: int) -> None:
        super().__init__(f"at least {at_least_ms} ms")
        self.at_least_ms = at_least_ms
