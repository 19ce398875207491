"""
A piece that a server finds too large, in smaller ones: cut in pauses, asked for one after the other, joined again.

Hides how small. Promises: what a server has found too large once is cut before it is sent the next time; no slice is
cut that is as short as SHORTEST_MS; all slices together are one piece to whoever books its words; what was heard of it
before trouble is kept.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from bot import audio
from bot.audio import Piece, SoundTooLong, UnreadableSound
from bot.desk.calls import Calls
from bot.desk.listening import Hearing, Miss
from bot.speech import Heard, Part, Trouble

SHORTEST_MS = 30_000
_HALF = 0.45  # of a sound, so that two of them are a little less
_WITHIN = 0.9  # of what was too large
_BYTES_PER_MS = {"audio/ogg": 5.0, "audio/mpeg": 6.5}  # what cutting makes: 32 and 48 kbit/s, and some more


@dataclass(slots=True)
class Slices:
    """What of a piece is still to be heard, and what was said in the rest."""

    calls: Calls
    said: list[tuple[Piece, Heard]] = field(default_factory=list)
    _piece: Piece | None = None
    _left: list[Piece] = field(default_factory=list)
    _whole: Piece | None = None  # could not be cut

    async def make(
        self, hearing: Hearing, piece: Piece, *, turn: Callable[[], int], spare: bool, plain: bool
    ) -> Heard | Miss:
        """
        The words of a piece, by as many calls as it takes; `turn` numbers them. In trouble it may be asked for again.

        Raises what `Calls.make` raises.
        """
        if self._piece is not piece and not self.said:  # a new form of it is sent
            self._piece, self._left = piece, [piece]
        flight = self.calls.flight(spare=spare)
        while self._left:
            slice_ = self._left[0]
            size_bytes = slice_.path.stat().st_size
            if flight.most_bytes is not None and size_bytes >= flight.most_bytes and slice_ is not self._whole:
                self._left[:1] = await _cut(slice_, flight.most_bytes)
                self._whole = slice_ if self._left[0] is slice_ else None
                slice_ = self._left[0]
                size_bytes = slice_.path.stat().st_size
            answer = await self.calls.make(hearing, slice_, attempt=turn(), spare=spare, plain=plain, before=self.text)
            if isinstance(answer, Heard):
                self.said.append((self._left.pop(0), answer))
                continue
            if not isinstance(answer, Trouble) or not answer.too_large:
                return answer
            flight.refuse(size_bytes)
            if slice_ is self._whole or _target_ms(slice_, size_bytes) is None:
                return answer
        return self.joined

    @property
    def text(self) -> str:
        """The words so far."""
        return " ".join(heard.text for _, heard in self.said if heard.text)

    @property
    def joined(self) -> Heard:
        """All answers as one; parts and tokens only where every answer has them."""
        if len(self.said) == 1:
            return self.said[0][1]
        answers = [heard for _, heard in self.said]
        return Heard(
            self.text,
            tuple(dict.fromkeys(code for heard in answers for code in heard.languages)),
            request_id=answers[-1].request_id,
            parts=self._parts() if all(heard.parts for heard in answers if heard.text) else (),
            tokens=tuple(token for heard in answers for token in heard.tokens)
            if all(heard.tokens for heard in answers if heard.text)
            else (),
            is_cut=any(heard.is_cut for heard in answers),
        )

    def _parts(self) -> tuple[Part, ...]:
        """Those of all answers, at their times in the whole sound; their texts are together what `text` is."""
        found: list[Part] = []
        at_ms = 0
        for piece, heard in self.said:
            for number, part in enumerate(heard.parts):
                text = f" {part.text}" if found and number == 0 else part.text
                found.append(replace(part, start_ms=part.start_ms + at_ms, end_ms=part.end_ms + at_ms, text=text))
            at_ms += piece.sent_ms
        return tuple(found)

    @property
    def heard_until_ms(self) -> int:
        """The moment of the clip until which there are words."""
        return self.said[-1][0].end_ms


@dataclass(slots=True)
class Asking:
    """
    How a piece is asked for, and how often it was.

    `sendable` is the file that is sent, `tries` how often at most (0: as the rules say), `is_spare` asks the fallback,
    `is_plain` goes without hints, and nobody watches the words come. `slices` is what it is sent in where it is too
    large.
    """

    piece: Piece
    slices: Slices
    turn: int = 0
    tries: int = 0
    is_spare: bool = False
    is_plain: bool = False
    sendable: Piece = field(init=False)

    def __post_init__(self) -> None:
        self.sendable = self.piece

    def next_turn(self) -> int:
        """The number of the next call."""
        self.turn += 1
        return self.turn


async def _cut(piece: Piece, most_bytes: int) -> list[Piece]:
    """Smaller ones of it, or itself where it cannot be cut."""
    if (target_ms := _target_ms(piece, most_bytes)) is not None:
        with suppress(UnreadableSound, SoundTooLong):
            return list(await audio.split(piece, target_ms)) or [piece]
    return [piece]


def _target_ms(piece: Piece, most_bytes: int) -> int | None:
    """How long the slices of a piece are made: halves, or halves of halves, until a file of them is small enough."""
    if piece.sent_ms < SHORTEST_MS * 1.5:
        return None
    target_ms = int(piece.sent_ms * _HALF)
    while target_ms * _BYTES_PER_MS.get(piece.content_type, 5.0) >= most_bytes * _WITHIN and target_ms > SHORTEST_MS:
        target_ms //= 2
    return max(target_ms, SHORTEST_MS)
