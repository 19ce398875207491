"""
The calls in flight at one speech server: who may begin, how long it may take, and what it leaves behind.

Hides the places, the load and the clocks. Promises: places are shared by server and member (`bot.fair`), however many
there are; how many, and how much sound, follows what the server does (`Flow`; fewer calls where it says that it is too
busy); nothing has waited for a place before its time is counted, and what the server has others to do for is allowed
for; a call that was given up keeps its place while the server may still be working on it, and is not made anew before.

Each process learns by itself: of others it sees no more than that the server is slower.
"""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

from bot.desk.flow import Flow, Sent
from bot.fair import Fair, Lease
from bot.outcome import Fault
from bot.speech import Heard, Trouble

_SPARE = 10  # one of so many, of places and of load, is for servers and members who have none
_FEWER = 0.7  # of those under way are left when the server is too busy
_MORE = 4  # divides: so many more once all were answered
_LONGEST_LIMIT_MS = 10**12


class Flight:
    """
    One server's calls in flight: `at_once` at the very most, each of `timeout_s`, or a little more in a queue.

    `patience_s` is the longest that is ever allowed for what others keep a call waiting.
    """

    def __init__(self, at_once: int, *, timeout_s: float, patience_s: float) -> None:
        self._most = self._at_once = at_once
        self._patience_s = patience_s
        self._flow = Flow(timeout_s)
        self._places = Fair(*_parts(at_once))
        self._limit_ms = self._flow.limit_ms
        self._load = Fair(*_parts(self._limit_ms))
        self._answered = 0  # since the number of places was changed
        self._fewer_from = 0  # the first call begun since
        self._given_up: dict[Hashable, asyncio.Event] = {}
        self.most_bytes: int | None = None

    def refuse(self, size_bytes: int) -> None:
        """A file of that size was too large: those that are sent from now on are smaller."""
        self.most_bytes = min(size_bytes, self.most_bytes or size_bytes)

    @asynccontextmanager
    async def place(
        self, server: int, member: int, *, ms: int, within_s: float, what: Hashable
    ) -> AsyncIterator["Place"]:
        """
        A place in flight for so much sound, whose call may take `within_s` of its own; waits for it.

        `what` is what the call is about: it waits for an earlier one about the same, which was given up, to be over.
        """
        while (given_up := self._given_up.get(what)) is not None:
            await given_up.wait()
        load = await self._load.take(server, member, ms)
        load.correct(ms)  # also where that is more than there is room for
        try:
            place = Place(self, ms, within_s, what, (await self._places.take(server, member), load))
        except BaseException:
            load.release()
            raise
        try:
            yield place
        finally:
            place.leave()

    def ended(self, place: "Place", sent: Sent, answer: Heard | Trouble | None) -> None:
        """What became of a call that was not given up."""
        if isinstance(answer, Heard):
            self._flow.answered(sent, place.ended_s, is_wanted=self._load.is_wanted)
            self._answered += 1
            if self._answered >= self._most and self._most < self._at_once:
                self._resize(min(self._at_once, self._most + max(self._most // _MORE, 1)))
        else:
            at_once = len(self._flow.under_way)
            self._flow.over(sent)
            if answer is not None and _is_busy(answer) and at_once > 1 and sent.number >= self._fewer_from:
                self._fewer_from = self._flow.next_number
                self._resize(max(1, min(self._most, int(at_once * _FEWER))))
        self._fit()

    def gave_up(self, place: "Place", sent: Sent, leases: tuple[Lease, ...], late: Hashable | None) -> None:
        """
        Nobody waits for its answer any more: its place is free once the server can be done with it.

        `late` is what it was about if its time was over, None if it was stopped: what somebody asks for anew need not
        wait for that.
        """
        over = asyncio.Event()
        if late is not None:
            self._given_up[late] = over
            self._flow.lost(sent, place.ended_s)

        def free() -> None:
            self._flow.over(sent)
            for lease in leases:
                lease.release()
            if self._given_up.get(late) is over:
                del self._given_up[late]
            over.set()
            self._fit()

        self._fit()
        asyncio.get_running_loop().call_at(self._flow.working_until_s(sent, place.ended_s), free)

    def begin(self, ms: int) -> Sent:
        """A call is being made now."""
        return self._flow.begin(ms, asyncio.get_running_loop().time())

    def until_s(self, sent: Sent, within_s: float) -> float:
        """When a call's time is over, as things stand: its own, behind all that the server has to do for others."""
        queue_s = min(self._flow.queue_s(sent), max(self._patience_s - within_s, 0.0))
        return self._flow.began_s(sent) + within_s + queue_s

    def alone_s(self, sent: Sent, now_s: float) -> float:
        """How much of its time a call has used."""
        return now_s - self._flow.began_s(sent)

    def _resize(self, most: int) -> None:
        self._most, self._answered = most, 0
        self._places.resize(*_parts(most))

    def _fit(self) -> None:
        if (limit_ms := min(self._flow.limit_ms, _LONGEST_LIMIT_MS)) != self._limit_ms:
            self._limit_ms = limit_ms
            self._load.resize(*_parts(limit_ms))


class Place:
    """
    A place in flight, and the clock of the call in it: entered when the call is made, left when it has ended.

    Leaving it raises TimeoutError where the time was over. `took_s` is what the call has used of its own time.
    """

    def __init__(self, flight: Flight, ms: int, within_s: float, what: Hashable, leases: tuple[Lease, ...]) -> None:
        self._flight, self._ms, self._within_s, self._what, self._leases = flight, ms, within_s, what, leases
        self._timeout = asyncio.timeout(None)
        self._timer: asyncio.TimerHandle | None = None
        self._sent: Sent | None = None
        self._answer: Heard | Trouble | None = None
        self._is_given_up = self._is_late = False
        self.ended_s = 0.0
        self.took_s = 0.0

    async def __aenter__(self) -> Self:
        self._sent = self._flight.begin(self._ms)
        await self._timeout.__aenter__()
        self._look()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self.ended_s = asyncio.get_running_loop().time()
        if self._sent is not None:
            self.took_s = self._flight.alone_s(self._sent, self.ended_s)
        self._is_given_up = kind is not None and issubclass(kind, asyncio.CancelledError)
        try:
            await self._timeout.__aexit__(kind, error, trace)
        except TimeoutError:
            self._is_late = True
            raise

    def told(self, answer: Heard | Trouble) -> None:
        """What the call has come to."""
        self._answer = answer

    def leave(self) -> None:
        """Give the place back: at once, or when the server can be done."""
        if self._sent is not None and self._is_given_up:
            self._flight.gave_up(self, self._sent, self._leases, self._what if self._is_late else None)
            return
        if self._sent is not None:
            self._flight.ended(self, self._sent, self._answer)
        for lease in self._leases:
            lease.release()

    def _look(self) -> None:
        """Whether the time is over; if it is not, look again when it may be."""
        loop = asyncio.get_running_loop()
        if self._sent is None:
            return
        until_s = self._flight.until_s(self._sent, self._within_s)
        if until_s <= loop.time():
            self._timeout.reschedule(loop.time())
        else:
            self._timer = loop.call_at(until_s, self._look)


def _parts(all_of_it: int) -> tuple[int, int]:
    """What is common and what is spare."""
    return all_of_it - all_of_it // _SPARE, all_of_it // _SPARE


def _is_busy(answer: Trouble) -> bool:
    """Whether the server says that it has too much to do; a bare 503 may mean anything."""
    is_overload = answer.code == "503" and (answer.named.get("code") or answer.retry_after_ms is not None)
    return answer.fault is Fault.RATE_LIMITED or bool(is_overload)
