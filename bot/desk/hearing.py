"""
Have each piece of a clip heard, as often as the rules allow, and book its words.

The words of a piece and the guild's bill for it are one transaction.
"""

import asyncio
import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from tenacity import AsyncRetrying, retry_if_result, stop_after_attempt

from bot import audio
from bot.aside import aside
from bot.audio import Clip, Piece, SoundTooLong, UnreadableSound
from bot.database import Database, Tx
from bot.desk.calls import Calls
from bot.desk.capacity import Capacity
from bot.desk.doubt import spoken
from bot.desk.listening import Halted, Hearing, HoldLost, Miss, Words
from bot.desk.patience import patience, stubbornly
from bot.desk.rules import Rules
from bot.fair import Share
from bot.ledger import Ledger
from bot.notes import Notes
from bot.outcome import Fault
from bot.request import Clock
from bot.shortage import shortage_of
from bot.speech import Heard, Trouble, clean, syllables

log = logging.getLogger(__name__)

_SYLLABLE_MS = 250  # an ordinary pace, pauses included: how far a stream had come can only be told from its words
HOLD_MS = 15 * 60_000  # when a hold nobody renews is given back; every piece heard renews it
# What another model, or another provider, may do better.
_ELSEWHERE = frozenset(
    {
        Fault.PROVIDER_DOWN,
        Fault.NO_NETWORK,
        Fault.CERTIFICATE,
        Fault.RATE_LIMITED,
        Fault.MODEL_GONE,
        Fault.MOVED,
        Fault.SPEND_LIMIT,
    }
)


def spoken_until(count: int, piece: Piece) -> int:
    """Where in the clip, in ms, a stream of a piece's words has come: as far as so many syllables take to say."""
    return min(piece.start_ms + count * _SYLLABLE_MS, piece.end_ms)


def billed_ms(clip: Clip, index: int, end_ms: int) -> int:
    """What a piece that was heard until `end_ms` is billed as: pieces overlap, and nothing is billed twice."""
    before_ms = clip.pieces[index - 1].end_ms if index else 0
    return max(end_ms - max(clip.pieces[index].start_ms, before_ms), 0)


class Ears:
    """Hears the pieces of a clip in parallel, within the calls that its member and server may have at once."""

    def __init__(
        self,
        database: Database,
        ledger: Ledger,
        notes: Notes,
        calls: Calls,
        capacity: Capacity,
        rules: Rules,
        clock: Clock,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._notes = notes
        self._calls = calls
        self._rules = rules
        self._clock = clock
        self._capacity = capacity

    async def hear(self, hearing: Hearing) -> None:
        """
        Hear every piece not heard yet; what failed stands in `hearing.troubles` afterwards.

        `hearing.halt` ends it early: calls under way are given up, though the host has paid for them; the words they
        had streamed so far are kept. Raises HoldLost when another worker took the note over; other trouble is raised
        once the other pieces have been heard and booked.
        """
        pieces = [piece for piece in hearing.clip.pieces if piece.index not in hearing.heard]
        window = self._capacity.call(hearing.note)
        broken: list[Exception] = []

        async def one(piece: Piece) -> None:
            try:
                await self._one(hearing, piece, window)
            except HoldLost:
                raise  # nobody's answer can be booked any more
            except Exception as trouble:  # noqa: BLE001 -- raised below: the others' calls under way are paid
                broken.append(trouble)

        try:
            async with asyncio.TaskGroup() as group:
                calls = [group.create_task(one(piece)) for piece in pieces]
                halting = group.create_task(_at_halt(hearing.halt, calls))
                await asyncio.gather(*calls, return_exceptions=True)
                halting.cancel()
        except* HoldLost as lost:
            raise lost.exceptions[0] from None
        if hearing.halt.is_set():
            for piece in pieces:
                if piece.index not in hearing.heard:
                    await self._keep(hearing, piece)
                    hearing.troubles.setdefault(piece.index, Halted())
        if broken:  # a bug before a shortage: it counts
            raise next((trouble for trouble in broken if shortage_of(trouble) is None), broken[0])

    async def _keep(self, hearing: Hearing, piece: Piece) -> None:
        """Of a call that was given up, the words it had streamed; they are billed as what they take to say."""
        streamed = hearing.said.get(piece.index, Words()).text
        text = await spoken(clean(streamed), piece, hearing.choice.vocabulary, hearing.ref)
        if text:
            until_ms = spoken_until(await aside(len(text), syllables, text), piece)
            await stubbornly()(self._book, hearing, replace(piece, end_ms=until_ms), Heard(text))

    async def _one(self, hearing: Hearing, piece: Piece, window: Share) -> None:
        turn = 0
        sendable = piece
        spare = False

        async def call() -> Heard | Miss:
            nonlocal turn, sendable, spare
            turn += 1
            answer = await self._calls.make(hearing, sendable, attempt=turn, spare=spare)
            if isinstance(answer, Trouble) and answer.fault in _ELSEWHERE and self._calls.has_spare and not spare:
                spare = True
                return replace(answer, retry=True, retry_after_ms=0)
            if isinstance(answer, Trouble) and answer.unsupported and sendable is piece:
                with suppress(UnreadableSound, SoundTooLong):  # then the provider is right
                    sendable = await audio.recode(piece)
                    return replace(answer, retry=True, retry_after_ms=0)
            return answer

        turns = AsyncRetrying(
            retry=retry_if_result(lambda answer: isinstance(answer, Trouble) and answer.retry),
            stop=stop_after_attempt(self._rules.call_attempts),
            wait=patience(self._rules.call_deadline_s),
            retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
        )
        try:
            async with window, asyncio.timeout(self._rules.call_deadline_s):
                answer: Heard | Miss = await turns(call)
        except TimeoutError:
            answer = Trouble(Fault.PROVIDER_DOWN, retry=False, detail="the deadline for this piece has passed")
        if isinstance(answer, Trouble) and answer.short_of is not None:  # no answer of theirs: the note is put off
            raise OSError(answer.short_of, os.strerror(answer.short_of))
        if isinstance(answer, Miss):
            hearing.troubles[piece.index] = answer
            return
        text = await spoken(answer.text, piece, hearing.choice.vocabulary, hearing.ref)
        await stubbornly()(self._book, hearing, piece, replace(answer, text=text))

    async def _book(self, hearing: Hearing, piece: Piece, heard: Heard) -> None:
        """Words and bill of a piece, in one transaction."""
        await self._database.run(self._write, hearing, piece, heard)
        hearing.said[piece.index] = Words(heard.text)
        hearing.heard.add(piece.index)
        log.debug("Piece booked", extra={"action": "heard", "note": hearing.ref, "piece": piece.index})

    async def _write(self, tx: Tx, hearing: Hearing, piece: Piece, heard: Heard) -> None:
        """An empty answer costs the guild nothing."""
        once_ms = billed_ms(hearing.clip, piece.index, piece.end_ms)
        note, now_ms = hearing.note, self._clock()
        where, languages = (piece.index, piece.start_ms, piece.end_ms), ",".join(heard.languages)
        billed = {"piece": piece.index, "ms": once_ms if heard.text else 0}
        until = {"now_ms": now_ms, "expires_ms": now_ms + HOLD_MS}
        if not (
            await self._notes.heard(tx, note.key, note.fence, *where, heard.text, languages=languages)
            and await self._ledger.bill(tx, hearing.charge, hearing.fence, **billed, **until)
        ):
            raise HoldLost(note.key)


async def _at_halt(halt: asyncio.Event, calls: Sequence[asyncio.Task[None]]) -> None:
    await halt.wait()
    for call in calls:
        call.cancel()
