"""A room shared by servers and members: turns, bounds, the part that is kept for newcomers, and waits that end."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.fair import Fair, Lease, Share

A, B, C, D = 1, 2, 3, 4
MINA, JUN, ADA = 11, 12, 13


class Crowd:
    """Some who want into a room, by name; who came is noted in the order in which they came."""

    def __init__(self, fair: Fair) -> None:
        self.fair = fair
        self.came: list[str] = []
        self.leases: dict[str, Lease] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def wants(self, name: str, server: int, member: int = MINA, amount: int = 1) -> None:
        """Have somebody ask to be let in."""
        self._tasks[name] = asyncio.create_task(self._come(name, server, member, amount))
        await asyncio.sleep(0)

    async def _come(self, name: str, server: int, member: int, amount: int) -> None:
        self.leases[name] = await self.fair.take(server, member, amount)
        self.came.append(name)

    async def leaves(self, name: str) -> None:
        """Have one who is in leave; whoever comes instead comes now."""
        self.leases.pop(name).release()
        await self.settle()

    async def gives_up(self, name: str) -> None:
        """Have one who waits wait no longer."""
        self._tasks[name].cancel()
        await asyncio.wait({self._tasks[name]})

    def gives_up_soon(self, name: str) -> None:
        """The same, before their task has had time to notice."""
        self._tasks[name].cancel()

    async def settle(self) -> None:
        """Let everybody do what they can do now."""
        for _ in range(3):
            await asyncio.sleep(0)

    @property
    def waiting(self) -> list[str]:
        """Who is still outside."""
        return [name for name, task in self._tasks.items() if not task.done()]

    async def drain(self) -> None:
        """Everybody leaves as soon as they are in, until nobody is left."""
        await self.settle()
        while self.leases:
            await self.leaves(next(iter(self.leases)))


async def test_alone_a_server_uses_all_of_the_common_part() -> None:
    """While nobody else wants anything, one member has every common place, and none of those kept for others."""
    crowd = Crowd(Fair(3, spare=2))
    for number in range(5):
        await crowd.wants(f"a{number}", A)

    assert crowd.came == ["a0", "a1", "a2"]


async def test_servers_take_turns_and_members_within_them() -> None:
    """A flood of one member waits for others of its server, and its server for other servers; each in their order."""
    crowd = Crowd(Fair(1))
    for number in range(4):
        await crowd.wants(f"a-mina{number}", A, MINA)
    await crowd.wants("a-jun0", A, JUN)
    await crowd.wants("b0", B)
    await crowd.wants("b1", B)
    await crowd.drain()

    assert crowd.came == ["a-mina0", "b0", "a-jun0", "b1", "a-mina1", "a-mina2", "a-mina3"]


async def test_newcomers_find_room_while_others_flood() -> None:
    """With two servers flooding, a third comes in at once, and so does another member of a flooding one."""
    crowd = Crowd(Fair(2, spare=4))
    for number in range(9):
        await crowd.wants(f"a{number}", A)
        await crowd.wants(f"b{number}", B)
    await crowd.wants("a-jun", A, JUN)
    await crowd.wants("c", C)

    assert crowd.came == ["a0", "b0", "a-jun", "c"]


async def test_the_last_spare_place_is_for_a_server_that_holds_nothing() -> None:
    """Members of a flooding server leave one place for a server that comes later."""
    crowd = Crowd(Fair(1, spare=1))
    await crowd.wants("a-mina", A, MINA)
    await crowd.wants("a-jun", A, JUN)
    await crowd.wants("b", B)

    assert crowd.came == ["a-mina", "b"]


async def test_no_newcomer_takes_all_that_is_left() -> None:
    """Of a spare part that is measured in bytes each takes at most half of what is left: there is always some."""
    crowd = Crowd(Fair(100, spare=64))
    await crowd.wants("a", A, amount=100)
    await crowd.wants("b", B, amount=33)
    await crowd.wants("c", C, amount=32)
    await crowd.wants("d", D, amount=16)

    assert crowd.came == ["a", "c", "d"]
    assert crowd.waiting == ["b"]


async def test_what_is_larger_than_the_room_comes_in_alone() -> None:
    """A wish for more than there is gets all of it, once it is free."""
    crowd = Crowd(Fair(10))
    await crowd.wants("small", A, amount=1)
    await crowd.wants("huge", B, amount=1_000)
    assert crowd.waiting == ["huge"]
    await crowd.leaves("small")

    assert crowd.came == ["small", "huge"]
    assert crowd.fair.used == 10


async def test_small_wishes_do_not_starve_a_large_one() -> None:
    """Whoever wants much is passed a few times, and then everybody waits for the room they need."""
    crowd = Crowd(Fair(10))
    await crowd.wants("first", A, amount=5)
    await crowd.wants("large", B, amount=10)
    for number in range(40):
        await crowd.wants(f"c{number}", C, amount=1)
        await crowd.wants(f"d{number}", D, amount=1)
        if f"c{number}" in crowd.came and number >= 4:
            await crowd.leaves(f"c{number - 4}")
    await crowd.leaves("first")
    before = len(crowd.came)
    await crowd.drain()

    assert before <= 10
    assert crowd.came.index("large") <= 10
    assert not crowd.waiting


async def test_what_was_declared_too_small_is_made_good() -> None:
    """More than was asked for counts as soon as it is known, less gives room at once."""
    crowd = Crowd(Fair(10))
    await crowd.wants("liar", A, amount=1)
    crowd.leases["liar"].correct(30)
    await crowd.wants("next", B, amount=5)
    assert crowd.waiting == ["next"]
    crowd.leases["liar"].correct(5)
    await crowd.settle()

    assert crowd.came == ["liar", "next"]
    await crowd.drain()
    assert crowd.fair.used == 0


async def test_giving_up_lets_the_next_one_pass() -> None:
    """Whoever is cancelled while they wait, or in the very moment in which their turn comes, holds nothing."""
    crowd = Crowd(Fair(1))
    for name, server in (("in", A), ("b", B), ("c", C), ("d", D)):
        await crowd.wants(name, server)
    await crowd.gives_up("b")
    crowd.leases.pop("in").release()
    crowd.gives_up_soon("c")  # it has been let in, and does not know it yet
    await crowd.settle()
    assert crowd.came == ["in", "d"]

    await crowd.wants("e", A)
    crowd.gives_up_soon("e")  # it is cancelled, and still stands in the line
    await crowd.leaves("d")
    assert crowd.fair.used == 0


async def test_a_share_is_entered_several_times_at_once() -> None:
    """One member's share of a room is a context like a semaphore's; each time it is a place of its own."""
    fair = Fair(2)
    share = Share(fair, A, MINA)
    async with share:
        async with share:
            assert fair.used == 2
        assert fair.used == 1
    assert fair.used == 0


def _run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


async def test_a_room_that_shrinks_lets_nobody_in_until_it_fits() -> None:
    """Nobody is put out; whoever waits comes in once less is out than there is by then, in turn as ever."""
    crowd = Crowd(Fair(4))
    for number in range(4):
        await crowd.wants(f"a{number}", A)
    await crowd.wants("a4", A)
    await crowd.wants("b0", B)
    crowd.fair.resize(2)
    await crowd.leaves("a0")
    await crowd.leaves("a1")
    before = list(crowd.came)
    await crowd.leaves("a2")

    assert before == ["a0", "a1", "a2", "a3"]
    assert crowd.came[4:] == ["b0"]
    assert crowd.fair.used == 2


async def test_a_room_that_grows_lets_in_whoever_waits() -> None:
    """At once, and none of them has to ask again."""
    crowd = Crowd(Fair(1))
    for number in range(3):
        await crowd.wants(f"a{number}", A)
    crowd.fair.resize(2)
    await crowd.settle()

    assert crowd.came == ["a0", "a1"]
    assert crowd.fair.is_wanted


async def test_what_is_larger_than_a_shrunken_room_comes_in_alone() -> None:
    """Somebody who asked for much while there was much gets all that there is now, once it is free."""
    crowd = Crowd(Fair(10))
    await crowd.wants("a", A, amount=5)
    await crowd.wants("large", B, amount=8)
    crowd.fair.resize(3)
    await crowd.settle()
    before = list(crowd.came)
    await crowd.leaves("a")

    assert before == ["a"]
    assert crowd.came == ["a", "large"]


people = st.tuples(st.integers(1, 4), st.integers(11, 13))
steps = st.lists(
    st.one_of(
        st.tuples(st.just("wants"), people, st.integers(1, 9)),
        st.tuples(st.sampled_from(["leaves", "gives up", "gives up soon", "size"]), people, st.integers(0, 50)),
    ),
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(common=st.integers(1, 8), spare=st.integers(0, 8), story=steps)
def test_whatever_happens_nobody_starves_and_no_bound_is_passed(
    common: int, spare: int, story: list[tuple[str, tuple[int, int], int]]
) -> None:
    """Whoever comes, leaves and gives up, and when: never more is out than there is, and all who stay come in."""

    async def told() -> None:
        crowd = Crowd(Fair(common, spare))
        size = common + spare
        for number, (what, (server, member), amount) in enumerate(story):
            before = crowd.fair.used
            if what == "wants":
                await crowd.wants(str(number), server, member, amount)
            elif what == "leaves" and crowd.leases:
                await crowd.leaves(list(crowd.leases)[amount % len(crowd.leases)])
            elif what == "gives up" and crowd.waiting:
                await crowd.gives_up(crowd.waiting[amount % len(crowd.waiting)])
            elif what == "gives up soon" and crowd.waiting:
                crowd.gives_up_soon(crowd.waiting[amount % len(crowd.waiting)])
            elif what == "size":
                size = amount % 8 + 1 + spare
                crowd.fair.resize(amount % 8 + 1, spare)
                await crowd.settle()
            assert crowd.fair.used <= max(size, before + spare)  # what was out when it shrank is out still
        await crowd.drain()
        assert crowd.waiting == []
        assert crowd.fair.used == 0

    _run(told())


@settings(max_examples=200, deadline=None)
@given(common=st.integers(1, 4), crowds=st.lists(people, min_size=1, max_size=40), late=st.integers(0, 20))
def test_nobody_is_passed_twice_by_the_same_server(common: int, crowds: list[tuple[int, int]], late: int) -> None:
    """While a server waits, each other server has at most two turns, however many notes it has."""

    async def told() -> None:
        crowd = Crowd(Fair(common))
        for number, (server, member) in enumerate(crowds):
            await crowd.wants(f"{server}-{number}", server, member)
        for _ in range(late):
            if crowd.leases:
                await crowd.leaves(next(iter(crowd.leases)))
        await crowd.wants("newcomer", 9)
        before = len(crowd.came)
        await crowd.drain()
        between = crowd.came[before : crowd.came.index("newcomer")] if "newcomer" in crowd.came[before:] else []
        assert max(Counter(name[0] for name in between).values(), default=0) <= 2

    _run(told())
