"""
The same sound again: a repost or a forward is answered by quoting what was said the first time.

Hides how the first time is found and whether its reply may be quoted. Promises: two notes with the same bytes
at once are one call; nobody is quoted a reply they could not read where it stands; whoever's answer was
withdrawn is not quoted.
"""

from dataclasses import dataclass

from bot.database import Database
from bot.desk.delivery import Work
from bot.desk.ending import payer_of
from bot.desk.rules import Rules
from bot.notes import Notes
from bot.notes.originals import Originals
from bot.outcome import Door, Outcome, Repeat, Silence
from bot.request import Clock, Courier, Later

_LOOK_AGAIN_MS = 1_000


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

        Raises Later while another note with the same bytes is being heard, and when Discord can't be reached.
        """
        note, now_ms = work.note, self._clock()
        if not self._rules.repeat_ms or note.door is Door.TERMINAL:
            return None
        place = {"account": payer_of(note).account, "sha256": sha256, "variant": note.variant}
        async with self._database.tx() as tx:
            await self._notes.learn(tx, note.key, note.fence, length_ms=None, sha256=sha256)
            key, since_ms = await self._originals.claim(tx, note.key, **place, now_ms=now_ms)
            first = await self._notes.find(tx, key)
            replies = await self._notes.replies_of(tx, key)
            asks = await self._notes.asks(tx, note.key)
        if key == note.key:
            return None
        if first is not None and first.state != "done":
            raise Later("the same sound is being heard", after_ms=_LOOK_AGAIN_MS, counts=False)
        if first is not None and since_ms >= now_ms - self._rules.repeat_ms:
            length_ms = first.length_ms or 0
            if first.ending == "Silence":
                return Known(Silence(length_ms), length_ms)
            for reply in replies if first.ending == "Transcript" else ():
                repeat = Repeat(*reply)
                if all([await self._courier.may_quote(ask, repeat, guild_id=note.guild_id) for ask in asks]):
                    return Known(repeat, length_ms)
        async with self._database.tx() as tx:
            await self._originals.take_over(tx, note.key, **place, now_ms=now_ms)
        return None
