"""
A piece that a server finds too large, in smaller ones: cut in pauses, asked for one after the other, joined again.

Hides how small. Promises: what a server has found too large once is cut before it is sent the next time; no slice is
cut that is as short as SHORTEST_MS; all slices together are one piece to whoever books its words; what was heard of it
before trouble is kept.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from bot import audio
from bot.audio import Piece, SoundTooLong, UnreadableSound
from bot.desk.calls import Calls
from bot.desk.listening import Hearing, Miss
from bot.speech import Heard, Trouble

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

    async def make(self, hearing: Hearing, piece: Piece, *, turn: Callable[[], int], spare: bool) -> Heard | Miss:
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
            answer = await self.calls.make(hearing, slice_, attempt=turn(), spare=spare, before=self.text)
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
        """All answers as one."""
        if len(self.said) == 1:
            return self.said[0][1]
        languages = dict.fromkeys(code for _, heard in self.said for code in heard.languages)
        return Heard(self.text, tuple(languages), request_id=self.said[-1][1].request_id)

    @property
    def heard_until_ms(self) -> int:
        """The moment of the clip until which there are words."""
        return self.said[-1][0].end_ms


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
