"""How much a speech server is given at once, against servers of every kind, on a clock that the test moves."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from bot.desk.flow import Flow, Sent

TIMEOUT_S = 120.0
PIECES = [120_000] * 60
NOTES = [4_000] * 300
MOST = 100  # calls at once, as the settings have it


@dataclass
class Server:
    """
    A server that takes `alone_s` for a sound of so many ms; it hears `at_once` side by side, the others wait.

    `is_shared`: those it hears side by side share its speed.
    """

    alone_s: Callable[[int], float]
    at_once: int = 1_000_000
    is_shared: bool = False


@dataclass
class Told:
    """When the last was answered, the longest that one took, and how many were under way before each answer."""

    took_s: float = 0.0
    longest_s: float = 0.0
    at_once: list[int] = field(default_factory=list)


def hear(flow: Flow, server: Server, sounds_ms: Sequence[int]) -> Told:
    """Have a backlog heard in its order, as many at once as the flow lets in."""
    waiting, told, now_s = list(sounds_ms), Told(), 0.0
    under_way: dict[int, tuple[Sent, float]] = {}  # what is left to do, in seconds
    while waiting or under_way:
        while waiting and len(under_way) < MOST and (not under_way or flow.in_flight_ms + waiting[0] <= flow.limit_ms):
            sent = flow.begin(waiting.pop(0), now_s)
            under_way[sent.number] = (sent, server.alone_s(sent.ms))
        told.at_once.append(len(under_way))
        at_work = list(under_way)[: server.at_once]
        slowness = len(at_work) if server.is_shared else 1
        first = min(at_work, key=lambda number: under_way[number][1])
        step_s = under_way[first][1]
        now_s += step_s * slowness
        for number in at_work:
            sent, left_s = under_way[number]
            under_way[number] = (sent, left_s - step_s)
        sent, _ = under_way.pop(first)
        told.longest_s = max(told.longest_s, now_s - sent.started_s)
        flow.answered(sent, now_s, is_wanted=bool(waiting))
    told.took_s = now_s
    return told


def paced(speed: float, at_once: int = 1, *, is_shared: bool = False) -> Server:
    """A server that takes `speed` seconds for a second of sound."""
    return Server(lambda ms: ms / 1000 * speed, at_once, is_shared)


def steady(seconds: float) -> Server:
    """A server that takes as long for any sound, however many it has."""
    return Server(lambda _: seconds)


@pytest.mark.parametrize("is_shared", [False, True], ids=["one after the other", "side by side"])
@pytest.mark.parametrize("speed", [0.09, 0.2, 0.3, 0.5, 0.8, 0.95])
def test_a_server_that_hears_one_at_a_time_is_given_little_more(speed: float, *, is_shared: bool) -> None:
    """Whether it queues what it is given or divides its speed: soon it has one or two at once, and is never idle."""
    told = hear(Flow(TIMEOUT_S), paced(speed, 1_000 if is_shared else 1, is_shared=is_shared), PIECES)

    assert max(told.at_once) <= 3
    assert max(told.at_once[10:]) <= 2
    assert sum(told.at_once[10:]) / len(told.at_once[10:]) < 1.3
    assert told.longest_s <= 3 * 120 * speed + 1
    assert told.took_s == pytest.approx(sum(PIECES) / 1000 * speed)


@pytest.mark.parametrize("speed", [0.01, 0.05])
def test_a_quick_server_that_hears_one_at_a_time_has_a_short_queue(speed: float) -> None:
    """Where answers come soon in any case, some wait there: none for more than a third of what a call may take."""
    told = hear(Flow(TIMEOUT_S), paced(speed), PIECES)

    assert told.longest_s <= TIMEOUT_S / 3
    assert told.took_s == pytest.approx(sum(PIECES) / 1000 * speed)


@pytest.mark.parametrize("seconds", [1, 5, 14, 20, 40, 70, 100])
def test_a_server_that_hears_many_at_its_own_pace_gets_many(seconds: float) -> None:
    """However slow each answer is: where more at once bring more words, more are given, up to all that wait."""
    told = hear(Flow(TIMEOUT_S), steady(seconds), PIECES)

    assert max(told.at_once) >= 24
    assert told.took_s <= 8 * seconds
    assert told.longest_s == pytest.approx(seconds)


@pytest.mark.parametrize("speed", [0.05, 0.09, 0.3, 0.8])
def test_a_server_that_hears_four_at_once_has_four(speed: float) -> None:
    """Its four places are used but for the first calls, by which it is known."""
    told = hear(Flow(TIMEOUT_S), paced(speed, 4), PIECES)

    assert told.took_s <= 1.2 * sum(PIECES) / 1000 * speed / 4
    assert told.longest_s <= max(5 * 120 * speed, TIMEOUT_S / 2)


def test_short_notes_all_go_out_at_once_to_a_server_nobody_knows() -> None:
    """A hundred notes of four seconds: nine in ten before the first answer, all that may be at once after it."""
    flow = Flow(TIMEOUT_S)
    told = hear(flow, steady(1), NOTES)

    assert told.at_once[0] == 90
    assert told.took_s == 4
    assert hear(flow, steady(1), NOTES).took_s == 3


@pytest.mark.parametrize("seed", range(5))
def test_answers_that_vary_are_no_sign_of_a_queue(seed: int) -> None:
    """OpenAI's answers take from one to some fifteen seconds: soon as many are under way as may be at once."""
    chance = random.Random(seed)  # noqa: S311 -- no secret
    flow = Flow(TIMEOUT_S)
    server = Server(lambda ms: 1 + chance.expovariate(0.5) + ms / 1000 * 0.02)
    hear(flow, server, PIECES)
    told = hear(flow, server, PIECES * 5)

    assert max(told.at_once) == MOST
    assert min(told.at_once[:-MOST]) >= 60


def test_what_short_notes_have_shown_holds_for_long_ones() -> None:
    """A server that has many short notes at once is not given as many long ones."""
    flow, server = Flow(TIMEOUT_S), Server(lambda ms: 0.1 + ms / 1000 * 0.09, 1)
    hear(flow, server, NOTES)
    told = hear(flow, server, PIECES)

    assert max(told.at_once) <= 3


def test_a_server_that_has_recovered_gets_all_again() -> None:
    """Slow for an hour, and quick again: as many as ever before two more answers have come."""
    flow = Flow(TIMEOUT_S)
    hear(flow, paced(0.5), PIECES)
    slow_ms = flow.limit_ms
    told = hear(flow, steady(1), PIECES)

    assert slow_ms <= 240_000
    assert told.took_s <= 5
    assert max(told.at_once) >= 30


def test_a_server_that_has_become_slow_gets_less_again() -> None:
    """Quick for an hour, then one after the other: after six answers nothing is added to what it has."""
    flow = Flow(TIMEOUT_S)
    hear(flow, steady(6), PIECES)
    told = hear(flow, paced(0.2), PIECES * 3)

    assert told.at_once[:8] == [100, 100, 100, 100, 100, 100, 99, 98]
    assert max(told.at_once[110:]) <= 2
    assert told.took_s == pytest.approx(3 * sum(PIECES) / 1000 * 0.2)


def test_what_times_out_halves_the_load() -> None:
    """Where nothing is answered any more the next calls are fewer, and never less than one."""
    flow, now_s = Flow(TIMEOUT_S), 0.0
    for _ in range(4):
        at_once: list[Sent] = []
        while not at_once or flow.in_flight_ms + PIECES[0] <= flow.limit_ms:
            at_once.append(flow.begin(PIECES[0], now_s))
        now_s += TIMEOUT_S
        for sent in at_once:
            flow.lost(sent, now_s)
            flow.over(sent)

    assert len(at_once) == 1
    assert flow.in_flight_ms == 0
    assert flow.limit_ms >= 1


def test_one_lost_call_among_others_that_are_answered_slows_nobody() -> None:
    """OpenAI never answers one call of hundreds: that says nothing about the others."""
    flow = Flow(TIMEOUT_S)
    lost = flow.begin(4_000, 0.0)
    sent = [flow.begin(4_000, 100.0 + second) for second in range(20)]
    for number, one in enumerate(sent):
        flow.answered(one, 101.0 + number, is_wanted=True)
    before = flow.limit_ms
    flow.lost(lost, 120.0)

    assert flow.limit_ms == before


def test_a_call_may_take_longer_behind_others() -> None:
    """Nothing known: each before it as long as it may itself. Known: what the others take, and it began after them."""
    flow = Flow(TIMEOUT_S)
    first, second, third = (flow.begin(120_000, 0.0) for _ in range(3))

    assert flow.queue_s(third) == 2 * TIMEOUT_S
    flow.answered(first, 50.0, is_wanted=False)
    assert flow.queue_s(third) == pytest.approx(100)
    assert flow.began_s(third) == 50
    assert flow.began_s(second) == 50
    assert flow.began_s(first) == 0


def test_a_call_given_up_is_worked_on_no_longer_than_it_would_take() -> None:
    """Of a server nobody knows it is believed for as long again; of a quick one, whose answer is overdue, no more."""
    flow = Flow(TIMEOUT_S)
    stranger = flow.begin(12_000, 0.0)
    assert flow.working_until_s(stranger, 120.0) == 240

    flow.answered(stranger, 121.0, is_wanted=False)
    flow.answered(flow.begin(12_000, 200.0), 201.0, is_wanted=False)
    known = flow.begin(12_000, 300.0)
    assert flow.working_until_s(known, 420.0) < 420
