"""
The bot on a machine whose clock is wrong: `python -m tests.world.shifted "ROLE [OPTION ...]" SECONDS [SECONDS ...]`.

Each SIGUSR1 sets the clock to the next shift. Promises: only the wall clock moves; loops and timeouts do not.
"""

import signal
import sys
import time

from bot.__main__ import main

_SECOND_NS = 1_000_000_000


class Watch:
    """The machine's clock, so many seconds ahead."""

    def __init__(self, shifts: list[float]) -> None:
        self._shifts = shifts
        self._time_ns = time.time_ns

    def set(self, *_: object) -> None:
        """The next shift."""
        del self._shifts[:1]

    def time_ns(self) -> int:
        """What the machine believes."""
        ahead_s = self._shifts[0] if self._shifts else 0.0
        return self._time_ns() + int(ahead_s * _SECOND_NS)

    def time(self) -> float:
        """The same in seconds."""
        return self.time_ns() / _SECOND_NS


if __name__ == "__main__":
    role, *seconds = sys.argv[1:]
    watch = Watch([float(each) for each in seconds])
    time.time_ns, time.time = watch.time_ns, watch.time
    signal.signal(signal.SIGUSR1, watch.set)
    sys.exit(main(role.split()))
