"""
How a server on somebody's own machine takes its time: so many sounds at once, and all that it was asked to the end.

Hides the queue and who shares the machine. Promises: the work for a call goes on when its caller has hung up, and
whoever comes later waits for it.
"""

import asyncio
from dataclasses import dataclass, field


@dataclass
class OwnServer:
    """
    It hears `at_once` sounds side by side, in `speed_s` for each of their seconds; the others wait in the order in
    which they came. `is_shared`: all that it hears at once share its speed.
    """

    at_once: int = 1
    speed_s: float = 0.001
    is_shared: bool = False
    most_waiting: int = 0
    _places: asyncio.Semaphore = field(init=False)
    _works: set[asyncio.Task[None]] = field(default_factory=set)
    _at_work: int = 0

    def __post_init__(self) -> None:
        self._places = asyncio.Semaphore(self.at_once)

    async def hear(self, seconds: float) -> None:
        """Take the time that a sound of so many seconds takes; cancelled, it takes it all the same."""
        work = asyncio.create_task(self._work(seconds))
        self._works.add(work)
        self.most_waiting = max(self.most_waiting, len(self._works))
        work.add_done_callback(self._works.discard)
        await asyncio.shield(work)

    def close(self) -> None:
        """Drop all that is being worked on."""
        for work in self._works:
            work.cancel()

    async def _work(self, seconds: float) -> None:
        async with self._places:
            self._at_work += 1
            left_s, loop = seconds * self.speed_s, asyncio.get_running_loop()
            while left_s > 0:
                slowness, began_s = self._at_work if self.is_shared else 1, loop.time()
                step_s = min(left_s * slowness, 0.01) if self.is_shared else left_s
                await asyncio.sleep(step_s)
                left_s -= (loop.time() - began_s) / slowness
            self._at_work -= 1
