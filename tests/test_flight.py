"""Calls in flight at a server on a real socket: as many as it can hear, each for as long as it takes, none twice."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bot.desk.flight import Flight
from bot.speech import Heard, Speech, Trouble, within
from tests.asking import NOTES, speaking
from tests.world.openai import Fault, Hang, LocalOpenAI, OwnServer

pytest_plugins = ["tests.asking"]

# Everything is as by default, 120 times as fast: a piece of 120 s is one of 1 s, and a call may take as long.
TIMEOUT_S = 1.0
PIECE_MS, NOTE_MS = 1_000, 33
SOUND_S = 3.61  # what the recording that is sent lasts; its server is told how slow to be
A, B = 1, 2


@pytest.fixture
async def speech(local: LocalOpenAI) -> AsyncIterator[Speech]:
    """The room, loaded before the first call is timed."""
    async with speaking(local) as opened:
        await opened.warm()
        yield opened


@dataclass
class Hearing:
    """Who has sounds heard, and what came of each: in which order they were answered, and how often each was sent."""

    flight: Flight
    speech: Speech
    timeout_s: float = TIMEOUT_S
    answers: dict[str, Heard | Trouble] = field(default_factory=dict)
    calls: int = 0

    async def one(self, name: str, *, ms: int = PIECE_MS, server: int = A, member: int = 1, tries: int = 3) -> None:
        """A sound, as often as a piece of a note is asked for."""
        for _ in range(tries):
            async with self.flight.place(server, member, ms=ms, within_s=self.timeout_s, what=name) as place:
                self.calls += 1
                within(place)
                answer = await self.speech.hear(NOTES / "park.ogg", "voice.ogg", "audio/ogg")
                place.told(answer)
            self.answers[name] = answer
            if isinstance(answer, Heard) or not answer.retry:
                return

    async def all(self, count: int, *, name: str = "piece", ms: int = PIECE_MS, server: int = A) -> None:
        """So many at once."""
        async with asyncio.TaskGroup() as group:
            for number in range(count):
                group.create_task(self.one(f"{name} {number}", ms=ms, server=server, member=number))

    @property
    def lost(self) -> list[str]:
        """Those that were not heard."""
        return [name for name, answer in self.answers.items() if not isinstance(answer, Heard)]


def own(pace: float, at_once: int = 1, *, is_shared: bool = False) -> OwnServer:
    """A server that takes `pace` of a call's time for a piece."""
    return OwnServer(at_once, pace * TIMEOUT_S / SOUND_S, is_shared=is_shared)


@pytest.fixture
def hearing(speech: Speech) -> Hearing:
    """Somebody who has sounds heard, a hundred at once at most."""
    return Hearing(Flight(100, timeout_s=TIMEOUT_S, patience_s=2.5 * TIMEOUT_S), speech)


@pytest.mark.parametrize("at_once", [1, 100], ids=["one after the other", "side by side"])
async def test_fifteen_pieces_on_a_server_that_hears_one_at_a_time(
    local: LocalOpenAI, hearing: Hearing, at_once: int
) -> None:
    """Each is heard by one call, though all together take twice as long as a call may."""
    local.own = own(0.15, at_once, is_shared=at_once > 1)
    await hearing.all(15)

    assert hearing.lost == []
    assert len(local.calls) == 15
    assert local.own.most_waiting <= 3


async def test_a_burst_at_a_server_that_hears_many_waits_for_nothing(local: LocalOpenAI, speech: Speech) -> None:
    """Of two hundred notes as many are under way as may be, before the first is answered; those of others beside."""
    gate, hearing = local.hold(), Hearing(Flight(100, timeout_s=120, patience_s=300), speech, timeout_s=120)
    async with asyncio.TaskGroup() as group:
        group.create_task(hearing.all(190, ms=3_600))
        await gate.wait_for(90)
        group.create_task(hearing.one("a newcomer's", ms=3_600, server=B))
        await gate.wait_for(91)
        gate.release()

    assert hearing.lost == []
    assert len(local.calls) == 191
    assert local.most_at_once == 91


async def test_a_server_that_has_recovered_is_given_all_again(local: LocalOpenAI, hearing: Hearing) -> None:
    """After pieces that were heard one at a time, and one that was answered quickly, thirty notes go out together."""
    local.own = own(0.25)
    await hearing.all(6)
    slow = local.most_at_once
    local.own, local.delay_s = None, 0.05
    await hearing.all(1, name="quick")
    local.delay_s = 0.3
    await hearing.all(30, name="again", ms=NOTE_MS)

    assert slow <= 3
    assert local.most_at_once > 15
    assert hearing.lost == []


async def test_a_call_given_up_is_not_made_again_while_the_server_may_be_at_it(
    local: LocalOpenAI, hearing: Hearing
) -> None:
    """The first of all is never answered: the next for the same sound begins when the server has had as long again."""
    local.script(Hang())
    await hearing.one("piece")
    first, second = local.calls

    assert hearing.lost == []
    assert second.started_s - first.started_s >= 1.5 * TIMEOUT_S


async def test_what_a_quick_server_has_lost_is_asked_for_again_at_once(local: LocalOpenAI, hearing: Hearing) -> None:
    """Where answers come within a moment, one that has not come in a call's time will not: nobody waits any longer."""
    await hearing.one("before")
    local.script(Hang())
    await hearing.one("piece")
    first, second = local.calls[1:]

    assert hearing.lost == []
    assert TIMEOUT_S <= second.started_s - first.started_s < 1.5 * TIMEOUT_S


async def test_the_work_for_a_call_given_up_counts(local: LocalOpenAI, hearing: Hearing) -> None:
    """A piece that takes longer than a call may is not joined by others while the server is still at it."""
    local.own = own(1.5)
    await hearing.one("too long", tries=1)
    local.own.speed_s /= 10
    await hearing.all(3)

    assert hearing.lost == ["too long"]
    assert local.own.most_waiting <= 2
    assert hearing.calls == 4


async def test_servers_take_turns_however_few_calls_there_are(local: LocalOpenAI, hearing: Hearing) -> None:
    """Three pieces of one server are heard between the first of twenty of another's, on a server that hears one."""
    local.own = own(0.08)
    async with asyncio.TaskGroup() as group:
        group.create_task(hearing.all(20, name="flood"))
        await local.wait_for_calls(1)
        group.create_task(hearing.all(3, name="other", server=B))

    order = list(hearing.answers)
    assert hearing.lost == []
    assert max(order.index(f"other {number}") for number in range(3)) <= 9


async def test_stopping_a_call_keeps_nobody_from_asking_anew(local: LocalOpenAI, hearing: Hearing) -> None:
    """What somebody has stopped may be asked for again at once, though the server may still be at the first."""
    local.script(Hang())
    stopped = asyncio.create_task(hearing.one("note", ms=NOTE_MS))
    await local.wait_for_calls(1)
    stopped.cancel()
    await asyncio.wait({stopped})
    await hearing.one("note", ms=NOTE_MS)
    first, second = local.calls

    assert hearing.lost == []
    assert second.started_s - first.started_s < TIMEOUT_S


@pytest.mark.parametrize("status", [429, 503])
async def test_a_server_that_says_it_is_busy_gets_fewer(local: LocalOpenAI, hearing: Hearing, status: int) -> None:
    """Refused for being too many they become fewer, none is lost, and once nobody is refused they become more again."""
    local.own = OwnServer(100, 0.05 / SOUND_S)
    busy = Fault(status, "rate_limit_exceeded" if status == 429 else "server_is_overloaded")
    local.script(busy, when=lambda _: local.at_once > 8, forever=True)
    await hearing.all(60, ms=NOTE_MS)
    refused = sum(call.status == status for call in local.calls)
    local.most_at_once = 0
    await hearing.all(60, name="again", ms=NOTE_MS)
    refused_again = sum(call.status == status for call in local.calls) - refused

    assert refused >= 52
    assert refused_again < 20
    assert 4 <= local.most_at_once < 60
