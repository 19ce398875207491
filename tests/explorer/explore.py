"""
Many cases at once: over the scenes of one process, and what came of them.

Promises: what is drawn follows from the seed alone; a pair that is drawn is tried at every step that matters.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.explorer.pairs import Case, Explorer, pairs
from tests.explorer.scene import Scene, enter, open_scene
from tests.explorer.states import STATES, lay_down
from tests.explorer.verbs import ACTS

SCENES = 4  # at once in a process: while one waits for the server another one works


@dataclass
class Report:
    """
    What was tried and found.

    `found` are (kind, case, where the first stood, what); `alone` the same of verbs one after the other. `waited`
    counts cases in which the second had to wait for the first.
    """

    pairs: int = 0
    cases: int = 0
    orders: int = 0
    triples: int = 0
    waited: int = 0
    seconds: float = 0.0
    found: list[tuple[str, str, str, str]] = field(default_factory=list)
    alone: dict[str, list[str]] = field(default_factory=dict)

    def add(self, other: "Report") -> None:
        """Count another one in, which was made at the same time."""
        for name in ("pairs", "cases", "orders", "triples", "waited"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.seconds = max(self.seconds, other.seconds)
        self.found += other.found
        for kind, cases in other.alone.items():
            self.alone[kind] = sorted({*self.alone.get(kind, ()), *cases})

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    @property
    def kinds(self) -> Counter[str]:
        """In how many cases each kind of finding was made."""
        return Counter(kind for kind, case in {(kind, case) for kind, case, _, _ in self.found})

    def told(self) -> str:
        """For whoever ran it."""
        lines = [
            f"{self.pairs} pairs, {self.cases} interleavings, {self.orders} orders, {self.triples} of three,",
            f"in {self.seconds:.0f} s; in {self.waited} the second had to wait",
            *(f"{count:6}  {kind}" for kind, count in self.kinds.most_common()),
            *(f"{kind} | {case} | before: {stood} | {what}" for kind, case, stood, what in self.found),
            *(f"WITHOUT A RACE: {kind} | {case}" for kind, cases in self.alone.items() for case in cases),
        ]
        return "\n".join(lines)


def drawn(share: float, seed: int, part: tuple[int, int] = (0, 1), *, once: bool = False) -> list[tuple[str, str, str]]:
    """The pairs, or as large a share, in an order of chance; of several parts that one; `once`: each in one state."""
    random = Random(seed)  # noqa: S311  # a draw that can be made again
    every = [(state, first.name, second.name) for state, first, second in pairs()]
    random.shuffle(every)
    if once:
        every = list({(first, second): (state, first, second) for state, first, second in every}.values())
    most = len(every) if share >= 1 else max(1, round(len(every) * share))
    return every[:most][part[0] :: part[1]]


def drawn_triples(count: int, seed: int, part: tuple[int, int] = (0, 1)) -> list[tuple[str, str, str, str]]:
    """So many triples of verbs that have something to do in one state."""
    random = Random(seed)  # noqa: S311  # a draw that can be made again
    able = {state: [verb.name for verb in ACTS if state in verb.states] for state in STATES}
    found = []
    for state in random.choices(list(able), k=count):
        first, second, third = random.choices(able[state], k=3)
        found.append((state, first, second, third))
    return found[part[0] :: part[1]]


async def explore(  # noqa: C901 -- three small steps inside, which share what is left
    new_url: Callable[[], Awaitable[str]],
    folder: Path,
    every: Sequence[tuple[str, str, str]],
    *,
    triples: Sequence[tuple[str, str, str, str]] = (),
    seed: int = 1,
    scenes: int = SCENES,
    most_s: float = 1e9,
    until_found: bool = False,
    tell: Callable[[str], object] = str,
) -> Report:
    """
    Try all of these pairs, and each triple once.

    After `most_s` no further pair is begun; `until_found`: after a finding no further case.
    """
    report, began = Report(), time.monotonic()
    left, three_left = list(reversed(every)), list(reversed(triples))
    random = Random(seed)  # noqa: S311  # a draw that can be made again

    async def one(number: int) -> None:
        place = folder / f"scene-{number}"
        place.mkdir()
        async with open_scene(await new_url(), place, apps=3 if triples else 2) as scene:
            enter(scene)
            needed = {state for state, *_ in (*every, *triples)}
            await lay_down(scene, *(state for state in STATES if state in needed))
            await _try_all(scene)

    async def _try_all(scene: Scene) -> None:
        explorer = Explorer(scene)
        while left and time.monotonic() - began < most_s:
            pair = left.pop()
            report.pairs += 1
            for case in await explorer.cases(*pair):
                if until_found and report.found:
                    return
                await _try(explorer, case)
                report.cases += 1
        while three_left and time.monotonic() - began < most_s:
            state, first, second, third = three_left.pop()
            stops = [random.randint(1, max(1, len(await explorer.steps(state, name)))) for name in (first, second)]
            await _try(explorer, Case(state, first, second, stops[0], third, stops[1]))
            report.triples += 1
        report.orders += len(explorer.orders)
        for (_, order), found in explorer.alone.items():
            for kind, what in found:
                report.alone.setdefault(kind, []).append(f"{order}: {what}")

    async def _try(explorer: Explorer, case: Case) -> None:
        result = await explorer.try_case(case)
        report.waited += result.waited
        for kind, what in result.found:
            line = (kind, str(case), result.stood_at, " ".join(what.split())[:240])
            report.found.append(line)
            tell(" | ".join(line))

    await asyncio.gather(*(one(number) for number in range(min(scenes, max(1, len(every) + len(triples))))))
    report.seconds = time.monotonic() - began
    report.alone = {kind: sorted(set(cases)) for kind, cases in report.alone.items()}
    return report
