"""
The same sound again: a repost or a forward is answered by quoting what was said the first time.

Hides how the first time is found and whether its reply may be quoted. Promises: two notes with the same bytes
at once are one call; nobody is quoted a reply they could not read where it stands; whoever's answer was
withdrawn is not quoted.
"""

from dataclasses import dataclass

from bot.database import Database, Tx
from bot.desk.delivery import Work
from bot.desk.listening import HoldLost
from bot.desk.payers import payer_of
from bot.desk.rules import Rules
from bot.notes import Ask, Note, Notes
from bot.notes.originals import Originals
from bot.outcome import Door, Outcome, Repeat, Silence
from bot.request import Clock, Courier, Later

_LOOK_AGAIN_MS = 1_000

_Heard = tuple[str, Note | None, int, list[tuple[int, int]], tuple[Ask, ...]]


@dataclass(frozen=True, slots=True)
class Known:
    """What is said of bytes that were heard before, and how long they last."""

    outcome: Outcome
    length_ms: int


class Twins:
    """Knows sounds again."""

    def __init__(self, *, database: Database, notes: Notes, courier: Courier, rules: Rules, clock: Clock) -> None:
        self._database = database
        self._notes = notes
        self._courier = courier
        self._rules = rules
        self._clock = clock
        self._originals = Originals()

    async def known(self, work: Work, sha256: str) -> Known | None:
        """
        The answer to these bytes, if there is one to quote; None makes this note the one to hear.

        Raises Later while another note with the same bytes is being heard, and when Discord can't be reached; HoldLost.
        """
        note, now_ms = work.note, self._clock()
        if not self._rules.repeat_ms or note.door is Door.TERMINAL:
            return None
        place = {"account": payer_of(note).account, "sha256": sha256, "variant": note.variant}
        if (heard := await self._database.run(self._first, note, place, now_ms=now_ms)) is None:
            return None
        first_key, first, since_ms, replies, asks = heard
        if first is not None and first.state != "done":
            raise Later("the same sound is being heard", after_ms=_LOOK_AGAIN_MS, counts=False)
        if first is not None and since_ms >= now_ms - self._rules.repeat_ms:
            length_ms = first.length_ms or 0
            if first.ending == "Silence":
                return Known(Silence(length_ms), length_ms)
            for reply in replies if first.ending == "Transcript" else ():
                repeat = Repeat(*reply)
                if all([await self._courier.may_quote(ask, repeat) for ask in asks]):
                    return Known(repeat, length_ms)
        if not await self._database.run(self._take_over, note, first_key, first, place, now_ms=now_ms):
            raise Later("the same sound is being heard", after_ms=_LOOK_AGAIN_MS, counts=False)
        return None

    async def _take_over(
        self, tx: Tx, note: Note, first_key: str, first: Note | None, place: dict[str, str], *, now_ms: int
    ) -> bool:
        """
        From now on this note is the one to hear.

        False: of several that found nothing to quote another one was quicker, or the first is being heard anew, because
        somebody asked for it meanwhile. Raises HoldLost.
        """
        found = await self._notes.taken_all(tx, [note.key, first_key])
        if (mine := found.get(note.key)) is None or mine.fence != note.fence:
            raise HoldLost(note.key)
        now = found.get(first_key)
        if now is not None and (first is None or (now.round, now.state) != (first.round, first.state)):
            return False
        return await self._originals.take_over(tx, note.key, first=first_key, **place, now_ms=now_ms)

    async def _first(self, tx: Tx, note: Note, place: dict[str, str], *, now_ms: int) -> _Heard | None:
        """Who had these bytes first, and who waits for them now; None where it is this note."""
        if not await self._notes.learn(tx, note.key, note.fence, length_ms=None, sha256=place["sha256"]):
            raise HoldLost(note.key)
        key, since_ms = await self._originals.claim(tx, note.key, **place, now_ms=now_ms)
        if key == note.key:
            return None
        replies = await self._notes.replies_of(tx, key)
        return key, await self._notes.find(tx, key), since_ms, replies, await self._notes.asks(tx, note.key)
