"""One clip being heard under one hold, and why a piece of it was not."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.audio import Clip, Piece
from bot.choices import Choice
from bot.notes import HeardPiece, Note
from bot.outcome import Fault
from bot.quota import Leg
from bot.speech import LOOKED_AT, Tally, Trouble, may_become_doubtful


class HoldLost(Exception):
    """Another worker owns the charge now; whatever we heard is not ours to bill."""


@dataclass(frozen=True, slots=True)
class NoRoom:
    """An account in money has no room for one more call, whose cost is the leg's amount; `left` in micro-dollars."""

    leg: Leg
    left: int


@dataclass(frozen=True, slots=True)
class Shut:
    """It was switched off there meanwhile: no further call, and no words."""


@dataclass(frozen=True, slots=True)
class Halted:
    """Somebody pressed Stop."""


Miss = Trouble | NoRoom | Shut | Halted


class Words:
    """The words of one piece while they come: put on at the end, joined when somebody looks, counted once."""

    def __init__(self, text: str = "") -> None:
        self._parts = [text]
        self._is_invented: bool | None = None
        self.tally = Tally()  # of `text` without the blanks at its beginning

    def add(self, words: str) -> None:
        """More of them."""
        self._parts.append(words)

    def may_be_invented(self, vocabulary: tuple[str, ...]) -> bool:
        """Whether models make up what begins so: asked until it is known, which is soon."""
        if self._is_invented is not None:
            return self._is_invented
        text = self.text.strip()
        is_invented = may_become_doubtful(text, vocabulary)
        if not is_invented or len(text) >= LOOKED_AT:
            self._is_invented = is_invented
        return is_invented

    @property
    def text(self) -> str:
        """All of them so far."""
        if len(self._parts) > 1:
            self._parts = ["".join(self._parts)]
        return self._parts[0]


@dataclass(slots=True)
class Hearing:
    """
    The hearing of one clip under one hold.

    `said` are the words of each piece so far: whole ones, and those of calls that stream while they last. `halt`
    ends every call that is under way. `spent_s` is the time each sound has used, by its piece and its beginning.
    """

    note: Note
    charge: str
    fence: int
    clip: Clip
    ref: str
    choice: Choice
    is_probe: bool = False
    usd_micros: int = 0
    calls: int = 0
    is_live: bool = False
    troubles: dict[int, Miss] = field(default_factory=dict)
    said: dict[int, Words] = field(default_factory=dict)
    heard: set[int] = field(default_factory=set)
    spent_s: dict[tuple[int, int], float] = field(default_factory=dict)
    halt: asyncio.Event = field(default_factory=asyncio.Event)

    def spend(self, piece: Piece, seconds: float) -> None:
        """So much of a sound's time is used up."""
        what = (piece.index, piece.start_ms)
        self.spent_s[what] = self.spent_s.get(what, 0.0) + seconds

    def spent_on(self, piece: Piece) -> float:
        """How many seconds a sound has used up."""
        return self.spent_s.get((piece.index, piece.start_ms), 0.0)

    def recall(self, pieces: Sequence[HeardPiece]) -> None:
        """What an earlier try heard is not heard again; where it was stopped amid a piece, it stays stopped."""
        self.said |= {piece.piece: Words(piece.text) for piece in pieces}
        self.heard |= {piece.piece for piece in pieces}
        ends = {piece.index: piece.end_ms for piece in self.clip.pieces}
        self.troubles |= {piece.piece: Halted() for piece in pieces if piece.end_ms < ends.get(piece.piece, 0)}

    @property
    def is_stopped(self) -> bool:
        """Whether a piece went unheard because somebody pressed Stop."""
        return any(isinstance(trouble, Halted) for trouble in self.troubles.values())

    @property
    def is_shut(self) -> bool:
        """Whether it was switched off while it was heard."""
        return any(isinstance(trouble, Shut) for trouble in self.troubles.values())

    @property
    def is_unpaid(self) -> bool:
        """Whether a piece was not heard because the provider refuses to be paid."""
        return any(isinstance(one, Trouble) and one.fault is Fault.SPEND_LIMIT for one in self.troubles.values())
