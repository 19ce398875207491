"""Who listens inside the stand-in: a script, or a real recogniser."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Sound:
    """An upload that passed every check."""

    data: bytes
    sha256: str
    seconds: float


@dataclass(frozen=True)
class Spoken:
    """What was said, and in which languages."""

    text: str
    languages: tuple[str, ...] = ("en",)


class Ears(Protocol):
    """Anything that turns a sound into words."""

    async def hear(self, sound: Sound) -> Spoken:
        """The words in it; empty for silence."""


@dataclass(frozen=True)
class Scripted:
    """Hears what it was told to hear, at once: a fixed text, or one per file."""

    text: str = "These are the words of the note."
    by_sha256: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ("en",)

    async def hear(self, sound: Sound) -> Spoken:
        """The text of that file, else the fixed one."""
        text = self.by_sha256.get(sound.sha256, self.text)
        return Spoken(text, self.languages if text else ())
