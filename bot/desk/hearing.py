"""
Have each piece of a clip heard, as often as the rules allow, and book its words.

The words of a piece and the guild's bill for it are one transaction.
"""

import asyncio
import logging
import math
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from tenacity import AsyncRetrying, retry_if_result, stop_after_attempt

from bot import audio
from bot.aside import aside
from bot.audio import Clip, Piece, SoundTooLong, UnreadableSound
from bot.database import Database, Tx
from bot.desk.calls import Calls
from bot.desk.capacity import Capacity
from bot.desk.judging import Judge, Judged, better
from bot.desk.listening import Halted, Hearing, HoldLost, Miss, Words
from bot.desk.patience import patience, stubbornly
from bot.desk.rules import Rules
from bot.fair import Share
from bot.health import Health
from bot.ledger import Ledger
from bot.notes import Notes
from bot.outcome import Fault, Gap, Task
from bot.request import Clock
from bot.shortage import shortage_of
from bot.speech import Heard, Trouble, clean, syllables

log = logging.getLogger(__name__)

_SYLLABLE_MS = 250  # an ordinary pace, pauses included: how far a stream had come can only be told from its words
HOLD_MS = 15 * 60_000  # when a hold nobody renews is given back; every piece heard renews it
# What another model, or another provider, may do better.
_ELSEWHERE = frozenset(
    {
        Fault.KEY_REFUSED,
        Fault.PLACE_REFUSED,
        Fault.ADDRESS_WRONG,
        Fault.BAD_ANSWER,
        Fault.LANGUAGE_REFUSED,
        Fault.HINTS_REFUSED,
        Fault.REQUEST_REFUSED,
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


def missing(piece: Piece, judged: Judged) -> tuple[Gap, ...]:
    """Where in the clip words are missing: the stretches that are known, else somewhere in the whole piece."""
    if judged.holes:
        return tuple(Gap(piece.moment(hole.start_ms), piece.moment(hole.end_ms)) for hole in judged.holes)
    return (Gap(piece.start_ms, piece.end_ms, is_partial=True),)


def judge_of(hearing: Hearing, piece: Piece) -> Judge:
    """Whoever judges the answers to a piece."""
    is_translated = hearing.note.task is Task.TRANSLATE
    return Judge(piece, hearing.choice.vocabulary, hearing.ref, translated=is_translated)


@dataclass(slots=True)
class _Asking:
    """
    How a piece is asked for, and how often it was.

    `sendable` is the file that is sent, `tries` how often at most (0: as the rules say), `is_spare` asks the fallback,
    `is_plain` goes without hints, and nobody watches the words come.
    """

    piece: Piece
    turn: int = 0
    tries: int = 0
    is_spare: bool = False
    is_plain: bool = False
    sendable: Piece = field(init=False)

    def __post_init__(self) -> None:
        self.sendable = self.piece


class Ears:
    """Hears the pieces of a clip in parallel, within the calls that its member and server may have at once."""

    def __init__(
        self,
        database: Database,
        ledger: Ledger,
        notes: Notes,
        calls: Calls,
        capacity: Capacity,
        health: Health,
        rules: Rules,
        clock: Clock,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._notes = notes
        self._calls = calls
        self._health = health
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
        text = await judge_of(hearing, piece).words(clean(streamed))
        if text:
            until_ms = spoken_until(await aside(len(text), syllables, text), piece)
            await stubbornly()(self._book, hearing, replace(piece, end_ms=until_ms), Heard(text), Judged(text))

    async def _one(self, hearing: Hearing, piece: Piece, window: Share) -> None:
        asking = _Asking(piece)
        answer = await self._ask(hearing, asking, window)
        if isinstance(answer, Trouble) and answer.short_of is not None:  # no answer of theirs: the note is put off
            raise OSError(answer.short_of, os.strerror(answer.short_of))
        if not isinstance(answer, Heard):
            hearing.troubles[piece.index] = answer
            return
        heard, judged = await self._made_whole(hearing, asking, window, answer)
        if judged.is_nothing:
            hearing.said[piece.index] = Words()
            hearing.troubles[piece.index] = Trouble(Fault.NO_WORDS, detail="a clear voice, and no words")
            return
        await stubbornly()(self._book, hearing, piece, replace(heard, text=judged.text), judged)

    async def _made_whole(
        self, hearing: Hearing, asking: "_Asking", window: Share, heard: Heard
    ) -> tuple[Heard, Judged]:
        """The answer that says most of what was spoken: where words are missing it is asked for in other ways, once."""
        judge = judge_of(hearing, asking.piece)
        judged = await judge.judge(heard)
        for other in self._other_ways(hearing, asking):
            if judged.is_whole:
                break
            hearing.said[asking.piece.index] = Words(judged.text)
            log.info(
                "Words are missing: %d%% of what is spoken came; asked again",
                round(judged.share * 100),
                extra={"action": "asked_again", "note": hearing.ref, "piece": asking.piece.index},
            )
            again = await self._ask(hearing, other, window)
            if not isinstance(again, Heard):
                break
            retold = await judge.judge(again)
            if better(judged, retold) is retold:
                heard, judged = again, retold
        if not judged.is_whole:
            self._health.incomplete(nothing=judged.is_nothing)
            log.warning(
                "Words are missing for good: %d%% of what is spoken came",
                round(judged.share * 100),
                extra={"action": "incomplete", "note": hearing.ref, "piece": asking.piece.index},
            )
        return heard, judged

    def _other_ways(self, hearing: Hearing, asking: "_Asking") -> Iterator["_Asking"]:
        """How else to ask, each way once: without hints, which may have been recited; then somebody else."""
        has_hints = bool(hearing.choice.vocabulary or hearing.choice.languages)
        has_other = self._calls.has_spare and not asking.is_spare
        asking.tries, asking.is_plain = 1, True
        if has_hints or not has_other:
            yield asking
        if has_other:
            asking.is_spare = True
            yield asking

    async def _ask(self, hearing: Hearing, asking: "_Asking", window: Share) -> Heard | Miss:
        """Ask for a piece until there is an answer, as often as the rules allow and within its deadline."""

        async def call() -> Heard | Miss:
            asking.turn += 1
            answer = await self._calls.make(
                hearing, asking.sendable, attempt=asking.turn, spare=asking.is_spare, plain=asking.is_plain
            )
            if not isinstance(answer, Trouble):
                return answer
            if answer.fault in _ELSEWHERE and self._calls.has_spare and not asking.is_spare:
                asking.is_spare = True
                return replace(answer, retry=True, retry_after_ms=0)
            if answer.unsupported and asking.sendable is asking.piece:
                with suppress(UnreadableSound, SoundTooLong):  # then the provider is right
                    asking.sendable = await audio.recode(asking.piece)
                    return replace(answer, retry=True, retry_after_ms=0)
            return answer

        turns = AsyncRetrying(
            retry=retry_if_result(lambda answer: isinstance(answer, Trouble) and answer.retry),
            stop=stop_after_attempt(asking.tries or self._rules.call_attempts),
            wait=patience(self._rules.call_deadline_s),
            retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
        )
        try:
            async with window, asyncio.timeout(self._rules.call_deadline_s):
                answer: Heard | Miss = await turns(call)
        except TimeoutError:
            return Trouble(Fault.PROVIDER_DOWN, retry=False, detail="the deadline for this piece has passed")
        return answer

    async def _book(self, hearing: Hearing, piece: Piece, heard: Heard, judged: Judged) -> None:
        """
        Words and bill of a piece, in one transaction.

        An empty answer costs the guild nothing, and of one that is not whole what is missing, but never less than was
        shown of it while it came.
        """
        once_ms = billed_ms(hearing.clip, piece.index, piece.end_ms) if heard.text else 0
        if heard.text and not judged.is_whole:
            until_ms = spoken_until(await aside(len(heard.text), syllables, heard.text), piece)
            once_ms = max(math.ceil(once_ms * judged.share), billed_ms(hearing.clip, piece.index, until_ms))
        await self._database.run(self._write, hearing, piece, heard, judged, once_ms)
        hearing.said[piece.index] = Words(heard.text)
        hearing.heard.add(piece.index)
        log.debug("Piece booked", extra={"action": "heard", "note": hearing.ref, "piece": piece.index})

    async def _write(self, tx: Tx, hearing: Hearing, piece: Piece, heard: Heard, judged: Judged, once_ms: int) -> None:
        gaps = () if judged.is_whole else missing(piece, judged)
        note, now_ms = hearing.note, self._clock()
        where, languages = (piece.index, piece.start_ms, piece.end_ms), ",".join(heard.languages)
        billed = {"piece": piece.index, "ms": once_ms}
        until = {"now_ms": now_ms, "expires_ms": now_ms + HOLD_MS}
        if not (
            await self._notes.heard(tx, note.key, note.fence, *where, heard.text, languages=languages, missing=gaps)
            and await self._ledger.bill(tx, hearing.charge, hearing.fence, **billed, **until)
        ):
            raise HoldLost(note.key)


async def _at_halt(halt: asyncio.Event, calls: Sequence[asyncio.Task[None]]) -> None:
    await halt.wait()
    for call in calls:
        call.cancel()
