"""Who listens inside the stand-in: a script, or a real recogniser."""

import random
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


LONG_S = 6.0  # of less sound a few words may be all that was said
PACE = 2.4  # words a second, some four syllables: people read so fast
_WORDS = """
about above after again along always among answer apple arrive autumn away balcony basket before behind below better
between bicycle bottle bridge bring brother build butter button candle carry castle ceiling chair cherry choose circle
clever climb cloud coffee colour corner cotton country cousin dance daughter decide dinner doctor early earth either
engine enough evening every family farmer father finger flower follow forest forget friend garden gentle giant ginger
glass golden green hammer happen harbour harvest heavy honey hundred island jacket journey kettle kitchen ladder lemon
letter little lively market meadow middle minute mirror morning mother mountain narrow neighbour never number ocean
often orange orchard other paper pencil people pepper picture pillow planet pocket potato promise purple quarter quiet
rabbit rather ready remember ribbon river saddle second seldom seven shadow shoulder silver simple sister slowly sparrow
spider spring stable station stone story street sudden sugar summer sunday supper table teacher thunder tiger timber
together tomorrow travel tuesday uncle under valley velvet village violet wagon water weather wednesday welcome whisper
window winter wonder wooden yellow yesterday
""".split()  # noqa: SIM905 -- a list would take a hundred lines


def spoken_for(seconds: float, seed: str) -> str:
    """As many words as somebody says in that time, always the same for a seed."""
    count = int(seconds * PACE)
    draw = random.Random(seed)  # noqa: S311 -- nothing is secret here
    return " ".join(draw.sample(_WORDS * (count // len(_WORDS) + 1), count))


@dataclass(frozen=True)
class Scripted:
    """
    Hears what it was told to hear, at once: a fixed text, or one per file.

    `grows`: in a long sound the fixed text is followed by words of that sound's own, as many as are said in the time.
    """

    text: str = "These are the words of the note."
    by_sha256: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ("en",)
    grows: bool = False

    async def hear(self, sound: Sound) -> Spoken:
        """The text of that file, else the fixed one."""
        text = self.by_sha256.get(sound.sha256, self.text)
        if self.grows and text == self.text and sound.seconds > LONG_S:
            text = f"{text} {spoken_for(sound.seconds, sound.sha256)}"
        return Spoken(text, self.languages if text else ())
