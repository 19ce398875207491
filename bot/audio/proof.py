"""
The walls put to the test on this machine: what would code that runs in the decoder reach?

Runs in the decoder's place, behind the same walls, with nobody's bytes. Hides the tries. Promises: changes nothing that
is not its own, whether a try succeeds or not; says what stands and what is open in one line.
"""

from __future__ import annotations

import os
import sys
from _socket import AF_INET, AF_UNIX, SOCK_DGRAM, SOCK_STREAM, socket

from bot.audio import sandbox

TYPE_CHECKING = False  # typing's own would load `typing`
if TYPE_CHECKING:
    from collections.abc import Callable

START = f"""{sandbox.FACES}
from bot.audio import proof, sandbox
sandbox.main(sys.argv[2:], proof.tell)
"""
SEPARATOR = ", "


def tell(command: list[str], walls: list[str]) -> None:
    """Writes which walls stand, and what is open in spite of them; `command` ends with the bot's number and a file."""
    bot, foreign = int(command[-2]), command[-1]
    tries: dict[str, Callable[[], object]] = {
        "memory": lambda: _read(f"/proc/{bot}/environ"),
        "files": lambda: _read(foreign),
        "changes": lambda: os.chmod(foreign, 0o600),  # as it is: if it can be said, it can be changed
        "network": _reach,
        "sockets": lambda: socket(AF_UNIX, SOCK_STREAM).close(),
        "signals": lambda: os.kill(bot, 0),
        "processes": _fork,
    }
    is_open = [name for name, attempt in tries.items() if _works(attempt)]
    sys.stdout.write(f"{SEPARATOR.join(walls)}\n{SEPARATOR.join(is_open)}\n")
    sys.stdout.flush()
    os._exit(0)


def _works(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True


def _read(path: str) -> None:
    with open(path, "rb") as file:
        file.read(1)


def _reach() -> None:
    """Nothing is sent; but there has to be a network to be told a way."""
    link = socket(AF_INET, SOCK_DGRAM)
    try:
        link.connect(("127.0.0.1", 9))
    finally:
        link.close()


def _fork() -> None:
    if not (child := os.fork()):
        os._exit(0)
    os.waitpid(child, 0)
