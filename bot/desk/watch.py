"""
Beside the work: the note stays ours, and those who wait see how far it is.

Promises: a claim that is lost ends the work; nothing shown here delays it or breaks it; the last glimpse is over before
the answer is delivered; before words are shown the books know it, for whoever takes the note back then has had them.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial

from bot.aside import InTurn, aside
from bot.database import Database, DatabaseError
from bot.desk.claims import Claims, require_claim
from bot.desk.delivery import Receipts
from bot.desk.hearing import billed_ms, spoken_until
from bot.desk.listening import Hearing, HoldLost, Words
from bot.desk.rules import Rules
from bot.ledger import Ledger
from bot.notes import Ask, Note, Notes
from bot.outcome import Stage
from bot.request import Clock, Courier, Glimpse, Later
from bot.speech import Tally

log = logging.getLogger(__name__)

_LOOK_S = 0.25  # how often words are looked at while they come; how often they are shown, the courier knows
_BOOKS_EVERY = 5  # looks, or whenever something was shown: is it stopped, and who waits for it?
_LAST_GLIMPSE_S = 10.0
_SHOWN_AT_MOST = 8_000  # characters; a message of Discord's takes a quarter of them
_STEP_MS = 5_000  # nobody plans by seconds, and each change of a number would be an edit


@dataclass(frozen=True, slots=True)
class Shown:
    """The end of a note's words so far; `last` are those of `piece`, the piece in work; None: no words."""

    text: str
    piece: int | None = None
    last: str = ""
    tally: Tally = field(default_factory=Tally, compare=False)


class Watch:
    """Renews the claim of a note in work, and shows its stages and its words to all who ask."""

    def __init__(  # one for each thing it watches
        self,
        database: Database,
        ledger: Ledger,
        notes: Notes,
        courier: Courier,
        rules: Rules,
        clock: Clock,
        receipts: Callable[..., Receipts],
    ) -> None:
        self._receipts = receipts
        self._database = database
        self._ledger = ledger
        self._notes = notes
        self._courier = courier
        self._rules = rules
        self._clock = clock
        self._claims = Claims(database, notes, rules, clock)
        self._in_turn = InTurn()

    @asynccontextmanager
    async def over(self, note: Note, asks: Sequence[Ask]) -> AsyncIterator[Callable[[Stage], None]]:
        """
        Renew our claim while the work lasts; losing it raises HoldLost inside.

        Yields what shows a stage to all who ask: beside the work, which does not wait for Discord to have seen it.
        """

        async def tell(stage: Stage) -> None:
            for ask in asks:
                await self._courier.progress(note, ask, stage)

        try:
            async with asyncio.TaskGroup() as group:
                beside = [group.create_task(self._claims.keep(note))]
                yield lambda stage: beside.append(group.create_task(tell(stage)))
                for task in beside:
                    task.cancel()
        except* (HoldLost, Later, DatabaseError) as lost:
            raise lost.exceptions[0] from None

    @asynccontextmanager
    async def showing(self, hearing: Hearing) -> AsyncIterator[None]:
        """While a clip is heard: show its words as they come, and halt when somebody has pressed Stop."""
        if not hearing.is_live:
            yield
            return
        ended = asyncio.Event()
        task = asyncio.create_task(self._show(hearing, ended), name="glimpses")
        try:
            yield
        finally:
            ended.set()
            try:
                await asyncio.wait({task}, timeout=_LAST_GLIMPSE_S)
            finally:
                task.cancel()

    async def _show(self, hearing: Hearing, ended: asyncio.Event) -> None:
        note, began_ms, before_ms = hearing.note, self._clock(), _heard_ms(hearing)
        asks: Sequence[Ask] = ()
        shown: dict[int, Glimpse] = {}
        looks = 0
        while not ended.is_set():
            try:
                if looks % _BOOKS_EVERY == 0:
                    async with self._database.tx() as tx:
                        asks = await self._notes.asks(tx, note.key)
                        if await self._notes.is_stopped(tx, note.key):
                            hearing.halt.set()
                            return
                looks += 1
                await self._in_turn.next()
                words = self._words(hearing)
                glimpse = self._glimpse(hearing, words.text, self._clock() - began_ms, before_ms)
                for ask in asks:
                    receipts = self._receipts(note, ask, shows=partial(self._write_down, hearing, words))
                    if shown.get(ask.id) != glimpse and await self._courier.glimpse(note, ask, glimpse, receipts):
                        shown[ask.id] = glimpse
                        looks = 0  # what stands now, the books say
            except HoldLost:
                return  # what is shown now, whoever has the note knows
            except Exception:
                # Words that come late are better than none: the work itself goes on.
                log.exception("A glimpse could not be shown", extra={"action": "glimpse_failed", "note": hearing.ref})
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_S):
                    await ended.wait()

    async def _write_down(self, hearing: Hearing, shown: Shown) -> None:
        """How far the words have come that somebody is about to see; raises HoldLost where others show them by now."""
        how_far: dict[str, int] = {}
        if shown.piece is not None:
            count = await aside(shown.tally.lacks(shown.last), shown.tally.of, shown.last)
            ms = billed_ms(hearing.clip, shown.piece, spoken_until(count, hearing.clip.pieces[shown.piece]))
            how_far = {"piece": shown.piece, "ms": ms, "now_ms": self._clock()}
        async with self._database.tx() as tx:
            await require_claim(tx, self._notes, hearing.note)
            if how_far:
                await self._ledger.show(tx, hearing.charge, hearing.fence, **how_far)

    def _glimpse(self, hearing: Hearing, text: str, elapsed_ms: int, before_ms: int) -> Glimpse:
        heard_ms = _heard_ms(hearing)
        length_ms = sum(piece.end_ms - piece.start_ms for piece in hearing.clip.pieces)
        left_ms = None
        if heard_ms > before_ms:
            pace_ms = elapsed_ms * (length_ms - heard_ms) // (heard_ms - before_ms)
            left_ms = -(-pace_ms // _STEP_MS) * _STEP_MS
        return Glimpse(text, heard_ms, length_ms, left_ms, is_spoiler=hearing.note.is_spoiler)

    def _words(self, hearing: Hearing) -> Shown:
        """
        The words as far as they are known without a hole, the end of them: nobody is shown more.

        What models invent is not shown before it is judged.
        """
        found: list[str] = []
        until = Shown("")
        for piece in hearing.clip.pieces:
            words = hearing.said.get(piece.index, Words())
            said = words.text.strip()
            is_whole = piece.index in hearing.heard
            if said and (is_whole or not words.may_be_invented(hearing.choice.vocabulary)):
                found.append(said[-_SHOWN_AT_MOST:])
                until = Shown("", piece.index, said, words.tally)
            if not is_whole:
                break
        return replace(until, text=" ".join(found)[-_SHOWN_AT_MOST:])


def _heard_ms(hearing: Hearing) -> int:
    pieces = (piece for piece in hearing.clip.pieces if piece.index in hearing.heard)
    return sum(piece.end_ms - piece.start_ms for piece in pieces)
