"""How much a speech server is given at once, against servers of every kind, on a clock that a test moves."""

import heapq
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pytest

from bot.desk.flow import Flow, Sent

TIMEOUT_S = 120.0
PIECE_MS = 120_000


@dataclass
class Server:
    """
    A server that hears `at_once` sounds side by side, each in `alone_s` of its ms, and keeps the others waiting.

    `is_shared`: it has all side by side, and its speed is what they share.
    """

    alone_s: Callable[[int], float]
    at_once: int = 1_000_000
    is_shared: bool = False


@dataclass
class Told:
    """What became of a backlog: when the last was answered, the longest answer, and the most that were under way."""

    ended_s: float = 0.0
    longest_s: float = 0.0
    most: list[int] = field(default_factory=list)
    limits: list[int] = field(default_factory=list)


def heard(flow: Flow, server: Server, sounds_ms: Iterable[int], *, most: int = 100, now_s: float = 0.0) -> Told:
    """Have a backlog heard, as many at once as the flow lets in, in order."""
    waiting, told = list(sounds_ms), Told(now_s)
    left: dict[int, tuple[Sent, float]] = {}  # seconds of work left, by number
    while waiting or left:
        while waiting and len(left) < most and (not left or flow.in_flight_ms + waiting[0] <= flow.limit_ms):
            ms = waiting.pop(0)
            sent = flow.begin(ms, now_s)
            left[sent.number] = (sent, server.alone_s(ms))
        told.most.append(len(left))
        at_work = list(left)[: server.at_once]
        slowness = len(at_work) if server.is_shared else 1
        number = min(at_work, key=lambda one: left[one][1])
        step_s = left[number][1] * slowness
        now_s += step_s
        for one in at_work:
            sent, rest_s = left[one]
            left[one] = (sent, rest_s - step_s / slowness)
        sent, _ = left.pop(number)
        told.longest_s = max(told.longest_s, now_s - sent.started_s)
        flow.answered(sent, now_s, is_wanted=bool(waiting))
        told.limits.append(flow.limit_ms)
    told.ended_s = now_s
    return told


def _main():
    def show(name, server, sounds, flow=None, most=100):
        flow = flow or Flow(TIMEOUT_S)
        t = heard(flow, server, sounds, most=most)
        print(
            f"{name:30} end {t.ended_s:8.1f} longest {t.longest_s:7.1f} limit {flow.limit_ms / 1000:9.1f} most {t.most[:60]}"
        )
        return flow

    P = [PIECE_MS] * 60
    for k in (0.01, 0.05, 0.09, 0.3, 0.5, 0.8):
        show(f"serial {k}", Server(lambda ms: ms * k / 1000, 1), P)
        show(f"shared {k}", Server(lambda ms: ms * k / 1000, is_shared=True), P)
        show(f"four {k}", Server(lambda ms: ms * k / 1000, 4), P)
    for s in (1, 5, 14, 20, 40, 70, 100):
        show(f"parallel {s}", Server(lambda ms: s), P)
    r = random.Random(1)
    show("openai noisy", Server(lambda ms: 1 + r.expovariate(0.5) + ms / 1000 * 0.02), P * 5)
    show("openai noisy short", Server(lambda ms: 1 + r.expovariate(0.5)), [3600] * 600)
    show("openai 10s", Server(lambda ms: 10 * r.uniform(0.5, 2)), P * 5)
    show("short serial", Server(lambda ms: 0.1 + ms * 0.09 / 1000, 1), [4000] * 300)
    f = show("short serial then", Server(lambda ms: 0.1 + ms * 0.09 / 1000, 1), [4000] * 300)
    show(" long", Server(lambda ms: 0.1 + ms * 0.09 / 1000, is_shared=True), P, f)
    f = show("openai", Server(lambda ms: 1), [4000] * 300)
    show(" long serial", Server(lambda ms: 0.1 + ms * 0.3 / 1000, is_shared=True), P, f)
    show(" fast again", Server(lambda ms: 1), P, f)


if __name__ == "__main__":
    _main()
