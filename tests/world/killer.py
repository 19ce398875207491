"""
The bot, until a step of its path: `python -m tests.world.killer ACTION [N [ROLE]]` runs `bot run`, or another role, and
ends itself by SIGKILL at the N-th log record with that action.

Hides nothing and changes nothing: the bot's own debug lines say where it stands.
"""

import logging
import os
import signal
import sys

from bot.__main__ import main


class Killer(logging.Handler):
    """Ends the process, as a power cut would, when a step has been reached so often."""

    def __init__(self, action: str, count: int = 1) -> None:
        super().__init__(logging.DEBUG)
        self._action = action
        self._left = count

    def emit(self, record: logging.LogRecord) -> None:
        """Count, and at the last one end."""
        self._left -= getattr(record, "action", None) == self._action
        if self._left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    step = sys.argv[1]
    times = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    role = sys.argv[3] if len(sys.argv) > 3 else "run"
    logging.getLogger("bot").addHandler(Killer(step, times))
    sys.exit(main([role]))
