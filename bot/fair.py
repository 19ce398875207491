"""
A room that many want to use: who may come in, and whose turn it is.

Hides turns and who holds what. Promises: servers take turns, and within a server its members, each member's own in the
order in which they came; a turn counts by what was taken; no more is handed out than there is, also where the room
grows or shrinks meanwhile (what is out then stays out until it is given back); whoever waits comes in once those before
have left, however many others come meanwhile; a cancelled wait holds nothing.

The turns are start-time fair queuing (Goyal, Vin and Cheng, 1996): each has the number up to which it was served, the
lowest is next, and whoever comes back is not served for the time in which they wanted nothing. Turns alone would let a
newcomer wait until somebody leaves, so a part of the room, the spare, is for those who hold nothing: each server has
one place of it at a time, and none takes more than half of what is left of it.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Container, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Literal

_PASSES = 8  # by so many smaller ones somebody is passed at most who waits for much room

Part = Literal["common", "spare"]


@dataclass(slots=True, eq=False)
class _Wish:
    """Somebody who waits; `come` is done once they are let in, and then `part` says where they are."""

    server: int
    member: int
    amount: int
    come: asyncio.Future[None]
    part: Part = "common"
    passes: int = 0


class _Turns:
    """Whose turn is next among some who wait, by how much each of them has had."""

    def __init__(self) -> None:
        self._had: dict[int, int] = {}
        self._now = 0

    def come(self, who: int) -> None:
        """Begin to wait: what was not wanted before is not made up for."""
        self._had[who] = max(self._had.get(who, 0), self._now)

    def order(self, waiting: Iterable[int]) -> list[int]:
        """Those who wait, the next one first."""
        return sorted(waiting, key=self._had.__getitem__)

    def took(self, who: int, amount: int, waiting: Container[int]) -> None:
        """Their turn has been; whoever is not ahead of the others and wants nothing any more need not be known."""
        self._now = max(self._now, self._had[who])
        self._had[who] += amount
        self._had = {one: had for one, had in self._had.items() if one in waiting or had > self._now}


@dataclass(frozen=True, slots=True)
class Lease:
    """
    What somebody holds of the room until they `release` it, once.

    `correct` says how much it has turned out to be; what is more is not waited for, but others wait for it.
    """

    correct: Callable[[int], None]
    release: Callable[[], None]


class Fair:
    """
    `common` units in turn for all, and `spare` units for servers and members who hold nothing.

    Both the units (places, bytes) and who is called a server or a member are the caller's. Whoever wants more than
    `common` gets all of it, once it is free.
    """

    def __init__(self, common: int, spare: int = 0) -> None:
        self._size: dict[Part, int] = {"common": common, "spare": spare}
        self._used: Counter[Part] = Counter()
        self._of_server: Counter[tuple[Part, int]] = Counter()  # leases, not units
        self._of_member: Counter[tuple[int, int]] = Counter()
        self._servers = _Turns()
        self._members: dict[int, _Turns] = {}
        self._waiting: dict[int, dict[int, deque[_Wish]]] = {}

    @property
    def used(self) -> int:
        """How many units are out."""
        return self._used.total()

    @property
    def is_wanted(self) -> bool:
        """Whether anybody waits to be let in."""
        return bool(self._waiting)

    def resize(self, common: int, spare: int = 0) -> None:
        """From now on there is so much; whoever waits and fits comes in, nobody is put out."""
        self._size = {"common": common, "spare": spare}
        self._serve()

    @asynccontextmanager
    async def lease(self, server: int, member: int, amount: int = 1) -> AsyncIterator[Lease]:
        """Hold so much while the context is open; waits for it."""
        lease = await self.take(server, member, amount)
        try:
            yield lease
        finally:
            lease.release()

    async def take(self, server: int, member: int, amount: int = 1) -> Lease:
        """The same for whoever gives it back by themselves; nothing is held when it raises."""
        wish = _Wish(server, member, max(amount, 1), asyncio.get_running_loop().create_future())
        self._queue(wish)
        self._serve()
        try:
            await wish.come
        except asyncio.CancelledError:
            if wish.come.cancelled():
                self._unqueue(wish)
                self._forget(wish.server)
                self._serve()  # it may have been the one for whom others had to wait
            else:
                self._leave(wish)
            raise
        return Lease(partial(self._change, wish), partial(self._leave, wish))

    def _queue(self, wish: _Wish) -> None:
        members = self._waiting.get(wish.server)
        if members is None:
            self._servers.come(wish.server)
            members = self._waiting[wish.server] = {}
        turns = self._members.setdefault(wish.server, _Turns())
        if wish.member not in members:
            turns.come(wish.member)
            members[wish.member] = deque()
        members[wish.member].append(wish)

    def _unqueue(self, wish: _Wish) -> None:
        members = self._waiting[wish.server]
        members[wish.member].remove(wish)
        if not members[wish.member]:
            del members[wish.member]
        if not members:
            del self._waiting[wish.server]

    def _serve(self) -> None:
        """Let in whoever can be, one after the other: each may change whose turn is next."""
        while self._waiting and (found := self._next()) is not None:
            wish, passed = found
            for one in passed:
                one.passes += 1
            servers, members = self._servers, self._members[wish.server]
            self._hold(wish)
            self._unqueue(wish)
            servers.took(wish.server, wish.amount, self._waiting)
            members.took(wish.member, wish.amount, self._waiting.get(wish.server, {}))
            wish.come.set_result(None)

    def _next(self) -> tuple[_Wish, list[_Wish]] | None:
        """The first in turn for whom there is room, and those who are passed by it; None: nobody."""
        passed: list[_Wish] = []
        is_shut = False  # somebody was passed often enough: nobody else takes of the common part before them
        for wish in self._in_turn():
            if not is_shut and self._most_of(wish) <= self._size["common"] - self._used["common"]:
                wish.part = "common"
                return wish, passed
            if self._is_newcomer(wish):
                wish.part = "spare"
                return wish, []
            passed.append(wish)
            is_shut |= wish.passes >= _PASSES
        return None

    def _in_turn(self) -> Iterator[_Wish]:
        """The first of each member who waits; one who was cancelled stands there until their task has run."""
        for server in self._servers.order(self._waiting):
            members = self._waiting[server]
            for member in self._members[server].order(members):
                yield from [wish for wish in members[member] if not wish.come.cancelled()][:1]

    def _is_newcomer(self, wish: _Wish) -> bool:
        """Whether the spare part is for them; the last place of it is for servers that hold nothing at all."""
        if self._of_member[wish.server, wish.member] or self._of_server["spare", wish.server]:
            return False
        left = self._size["spare"] - self._used["spare"]
        least = 0 if self._holds(wish.server) else min(left, 1)
        return self._most_of(wish) <= max(left // 2, least)

    def _most_of(self, wish: _Wish) -> int:
        """What they want, or all of the room as it is now where that is less."""
        return min(wish.amount, self._size["common"])

    def _forget(self, server: int) -> None:
        """What was remembered of a server that has nothing and wants nothing, and of all once that is so of all."""
        if not self._holds(server) and server not in self._waiting:
            self._members.pop(server, None)
        if not self._of_server and not self._waiting:
            self._servers = _Turns()

    def _holds(self, server: int) -> bool:
        return ("common", server) in self._of_server or ("spare", server) in self._of_server

    def _hold(self, wish: _Wish) -> None:
        wish.amount = self._most_of(wish)
        self._used[wish.part] += wish.amount
        self._of_server[wish.part, wish.server] += 1
        self._of_member[wish.server, wish.member] += 1

    def _change(self, wish: _Wish, amount: int) -> None:
        self._used[wish.part] += amount - wish.amount
        wish.amount = amount
        self._serve()

    def _leave(self, wish: _Wish) -> None:
        self._used[wish.part] -= wish.amount
        self._of_server[wish.part, wish.server] -= 1
        self._of_member[wish.server, wish.member] -= 1
        self._of_server, self._of_member = +self._of_server, +self._of_member
        self._forget(wish.server)
        self._serve()


class Share:
    """One member's way into a room, a unit each time: entered as often as wanted, also several times at once."""

    def __init__(self, fair: Fair, server: int, member: int) -> None:
        self._fair, self._server, self._member = fair, server, member
        self._leases: list[Lease] = []

    async def __aenter__(self) -> None:
        self._leases.append(await self._fair.take(self._server, self._member))

    async def __aexit__(self, *_: object) -> None:
        self._leases.pop().release()
