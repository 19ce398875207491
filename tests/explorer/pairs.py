"""
The interleavings: which there are, and how one is run.

Promises: what there is follows from the tables of verbs and states alone; the same case is the same interleaving each
time. One verb is stopped before its k-th step; the other runs beside it until it is done or waits for a lock; then the
first goes on. Afterwards everything is worked off, twice, and read.
"""

import asyncio
import operator
import traceback
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from tests.explorer.checks import Finding, Seen, read, seen, sound
from tests.explorer.gate import GATE, Gate, Touched
from tests.explorer.scene import Scene, enter
from tests.explorer.verbs import ACTS, VERBS, Verb

_PATIENCE_S = 30.0  # for what takes some milliseconds
_LOOK_S = 0.002
_TAKES_OVER = "work after the lease"
_LOWERS = "lower the server's limit"
_CLOSES = "delete the channel"
_ERASES = "purge"
# These tell the provider, or Discord, what to do: two of them beside each other are told what the second says.
SCRIPTED = {
    "work a long answer",
    "work a twin that fails",
    "work unpaid",
    "work what fails",
    "work what goes in private",
    "work what nobody takes",
    "work where nobody speaks",
    "fail to take back",
}
# The provider fails for these alone, and is well when what they leave is worked off: who works beside them may find it
# failing too, or well.
_UNWELL = {"work what fails", "work unpaid", "work a twin that fails", "work where nobody speaks"}


@dataclass(frozen=True, slots=True)
class Case:
    """`first` is stopped before its step `k` in this state, and `second` runs beside it; `third` beside both."""

    state: str
    first: str
    second: str
    k: int
    third: str = ""
    k_second: int = 0

    def __str__(self) -> str:
        three = f" (stopped before its step {self.k_second}) x {self.third}" if self.third else ""
        return f"[{self.state}] {self.first} (stopped before its step {self.k}) x {self.second}{three}"


@dataclass
class Result:
    """What became of a case: what was found, where the first stood, and whether the second had to wait for it."""

    case: Case
    found: list[Finding]
    stood_at: str
    waited: bool


def pairs() -> Iterator[tuple[str, Verb, Verb]]:
    """Every ordered pair of verbs, in every state in which both have something to do, or in one of the first's."""
    for first in ACTS:
        for second in ACTS:
            both = [state for state in first.states if state in second.states]
            for state in both or first.states[:1]:
                yield state, first, second


@dataclass
class Explorer:
    """Runs cases in one scene; remembers how long verbs are, and what pairs leave behind in either order."""

    scene: Scene
    lengths: dict[tuple[str, str], list[Touched]] = field(default_factory=dict)
    reach: dict[tuple[str, str, str], dict[str, Touched]] = field(default_factory=dict)
    orders: dict[tuple[str, str, str], Seen] = field(default_factory=dict)
    alone: dict[tuple[str, str], list[Finding]] = field(default_factory=dict)
    run: int = 0

    async def steps(self, state: str, verb: str) -> list[Touched]:
        """What the steps of a verb touch in that state."""
        if (state, verb) not in self.lengths:
            gate = await self._take_up(state)
            await self._apart(gate, verb, 0)
            self.lengths[state, verb] = gate.touches
        return self.lengths[state, verb]

    async def cases(self, state: str, first: str, second: str) -> list[Case]:
        """
        Every interleaving of a pair that differs from the others.

        Stopping before a step is the same as stopping before the one before it where that touches nothing that the
        other verb touches; stopping before the first is one after the other.
        """
        steps = await self.steps(state, first)
        await self.order(state, first, second)
        await self.order(state, second, first)
        theirs = self.reach[state, first, second][second] | self.reach[state, second, first][second]
        return [Case(state, first, second, k + 1) for k in range(1, len(steps)) if steps[k - 1].meets(theirs)]

    async def order(self, state: str, first: str, second: str) -> Seen:
        """What one after the other leaves behind."""
        known = (state, first, second)
        if known not in self.orders:
            await self._take_up(state)
            reach = self.reach[known] = {}
            for verb, app in ((first, 0), (second, 1)):
                found = await self._apart(gate := Gate(), verb, app)
                reach[verb] = reduce(operator.or_, gate.touches, reach.get(verb, Touched()))
                self.alone.setdefault((state, first + (" then " + second if app else "")), []).extend(found)
            found, stands = await self._afterwards(first, second)
            self.alone.setdefault((state, f"{first} then {second}"), []).extend(found)
            self.orders[known] = stands
        return self.orders[known]

    async def try_case(self, case: Case) -> Result:
        """Run it, work off what is left, and read everything."""
        verbs = [name for name in (case.first, case.second, case.third) if name]
        works = all(name.startswith("work") for name in verbs)
        if case.third or (case.first != case.second and set(verbs) <= SCRIPTED) or (works and _UNWELL & set(verbs)):
            orders = []  # nothing to compare with: what must never be is read all the same
        else:
            orders = [await self.order(case.state, case.first, case.second)]
            orders.append(await self.order(case.state, case.second, case.first))
        self.run += 1
        await self._take_up(case.state)
        gates = [Gate(stop_at=case.k), Gate(stop_at=case.k_second or None), Gate()]
        tasks: list[asyncio.Task[Any]] = []
        found: list[Finding] = []
        waited = False
        for number, (verb, gate) in enumerate(zip(verbs, gates, strict=False)):
            tasks.append(task := asyncio.ensure_future(self._act(gate, verb, number)))
            waited |= await self._until_stuck(task, gate) and number > 0
        for gate in reversed(gates[: len(verbs)]):
            gate.go.set()
        done, late = await asyncio.wait(tasks, timeout=_PATIENCE_S)
        for task in late:
            task.cancel()
            found.append(("it never ends", "".join(traceback.format_stack(limit=3))))
        await asyncio.wait(tasks)
        for task, verb in zip(tasks, verbs, strict=True):
            if not task.cancelled() and (error := task.exception()) is not None:
                found.append(("a verb fails", f"{verb}: {type(error).__name__}: {' '.join(str(error).split())[:140]}"))
        for gate, verb in zip(gates, verbs, strict=False):
            found += [("PostgreSQL refuses a statement", f"{verb}: {trouble[:140]}") for trouble in gate.troubles]
        del done
        after, stands = await self._afterwards(*verbs)
        if orders:
            is_left = case.state == "left" and _ERASES in verbs
            amid = {"lowered": _LOWERS in verbs, "closed": _CLOSES in verbs, "left": is_left}
            after += stands.beyond(orders, takeovers=verbs.count(_TAKES_OVER), **amid)
        found += after
        if orders:
            found = [one for one in found if one not in self._known(case)]
        return Result(case, found, gates[0].stands_at, waited)

    def _known(self, case: Case) -> list[Finding]:
        """What is found without any race; it is told apart."""
        return [
            *self.alone.get((case.state, f"{case.first} then {case.second}"), ()),
            *self.alone.get((case.state, f"{case.second} then {case.first}"), ()),
        ]

    async def _take_up(self, state: str) -> Gate:
        enter(self.scene)
        GATE.set(None)
        await self.scene.take_up(state)
        return Gate()

    async def _act(self, gate: Gate, verb: str, app: int) -> None:
        enter(self.scene)
        GATE.set(gate)
        await VERBS[verb].act(self.scene, self.scene.apps[app % len(self.scene.apps)])

    async def _apart(self, gate: Gate, verb: str, app: int) -> list[Finding]:
        """Run it by itself."""
        try:
            await asyncio.wait_for(asyncio.ensure_future(self._act(gate, verb, app)), _PATIENCE_S)
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is a finding
            return [("a verb fails", f"{verb}: {type(error).__name__}: {' '.join(str(error).split())[:140]}")]
        return []

    async def _until_stuck(self, task: asyncio.Task[Any], gate: Gate) -> bool:
        """Until it has ended, stands at its gate, or (True) waits for a lock; on SQLite nobody is stopped with one."""
        stopped = asyncio.ensure_future(gate.stopped.wait())
        try:
            for _ in range(round(_PATIENCE_S / _LOOK_S)):
                done, _ = await asyncio.wait({task, stopped}, timeout=_LOOK_S, return_when=asyncio.FIRST_COMPLETED)
                if done:
                    return False
                if self.scene.watcher is not None and await self.scene.watcher.is_blocked(gate):
                    return True
            return True
        finally:
            stopped.cancel()

    async def _afterwards(self, *verbs: str) -> tuple[list[Finding], Seen]:
        """Work everything off, let the caretaker come, and read."""
        scene, found = self.scene, list[Finding]()
        enter(scene)
        GATE.set(None)
        scene.recover()
        if not await self._quietly(lambda: scene.work_off(scene.apps[-1])):
            found.append(("bells ring for ever", str(await scene.bells())))
        open_ones = await scene.rows(
            "SELECT key FROM note WHERE state <> 'done' UNION SELECT note_key FROM ask WHERE state = 'open'"
        )
        if open_ones:
            found.append(("nobody rings for a note", str(open_ones)))
        await scene.pass_time(70 * 60_000)
        try:
            await scene.apps[0].upkeep.refill()
            await scene.work_off(scene.apps[-1])
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is a finding
            found.append(("upkeep fails", f"{type(error).__name__}: {' '.join(str(error).split())[:140]}"))
        books = await read(scene)
        found += sound(scene, books, lowered=_LOWERS in verbs)
        return found, await seen(scene, books)

    @staticmethod
    async def _quietly(work: Callable[[], Awaitable[bool]]) -> bool:
        try:
            return await work()
        except Exception:  # noqa: BLE001 -- the desk logs what it cannot do; this says that it stopped
            return False
