"""
The bot on a disk that fills up or turns read-only: `python -m tests.world.cramped` runs `bot run`.

SIGUSR1: the database may not grow by one more page (SQLite's own `max_page_count`); SIGUSR2: nothing may be written
(`query_only`); SIGHUP: the disk is well again. Hides that a connection can be told so only in its own thread.
"""

import signal
import sqlite3
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from bot.__main__ import main

WELL = ("PRAGMA query_only = OFF", "PRAGMA max_page_count = 1073741823")
FULL = ("PRAGMA max_page_count = 1",)  # SQLite takes the present size for the least
READ_ONLY = ("PRAGMA query_only = ON",)


class Disk(sqlite3.Connection):
    """What was decided about the disk is done before the next statement."""

    told: tuple[str, ...] = ()

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """As always."""
        pragmas, Disk.told = Disk.told, ()
        for pragma in pragmas:
            super().execute(pragma)
        return super().execute(sql, parameters)


def _tell(pragmas: tuple[str, ...]) -> Callable[..., None]:
    def told(*_: object) -> None:
        Disk.told = pragmas

    return told


if __name__ == "__main__":
    connect = sqlite3.connect
    sqlite3.connect = partial(connect, factory=Disk)  # type: ignore[assignment]  # the very same verb
    for name, pragmas in ((signal.SIGUSR1, FULL), (signal.SIGUSR2, READ_ONLY), (signal.SIGHUP, WELL)):
        signal.signal(name, _tell(pragmas))
    sys.exit(main(["run"]))
