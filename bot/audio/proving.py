"""
Whether the sandbox holds here: asked once at the start and by `check`, not for each sound.

Hides the worker that is asked. Promises: what is told was tried on this machine, in this process's place, behind the
walls that sounds will have, once in this process's life for each ffmpeg behind which they held; nothing is left behind.
"""

import asyncio
import os
import secrets
import shutil
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.audio.cell import ask
from bot.audio.detector import is_able
from bot.audio.ffmpeg import environment, ffmpeg_of
from bot.audio.rules import UnreadableSound, UploadRules

PROMISES = ("memory", "files", "changes", "network", "sockets", "signals", "processes")
DEADLINE_S = 20.0
_Tried = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Sandbox:
    """
    What stands around the decoder: `walls` by name, those of the worker and its own.

    `exposed` is what code in the decoder would reach in spite of them, of PROMISES; `fails` is what ffmpeg said where
    it does not run behind them.
    """

    walls: tuple[str, ...] = ()
    exposed: tuple[str, ...] = PROMISES
    fails: str = ""

    @property
    def holds(self) -> bool:
        """Whether ffmpeg runs in it, and nothing is exposed."""
        return not (self.exposed or self.fails)


async def prove(rules: UploadRules) -> Sandbox:
    """
    Raises the walls as for a sound, and tries them. Takes a quarter of a second, the first time.

    Raises FfmpegMissing, and OSError or RuntimeError where no worker can be started at all.
    """
    ffmpeg = str(await asyncio.to_thread(ffmpeg_of, rules.ffmpeg))
    held, tried = _held(), _tried(ffmpeg, rules)
    if tried not in held:
        found = await _try(ffmpeg, rules)
        if not found.holds:
            return found
        held[tried] = found
    return held[tried]


@cache
def _held() -> dict[_Tried, Sandbox]:
    """What held in this process; what did not is tried anew, for the host may be mending it."""
    return {}


def _tried(ffmpeg: str, rules: UploadRules) -> _Tried:
    """What decides how it ends: the program's very file, what it may read, what it is started with."""
    file = Path(ffmpeg).stat()
    program = (ffmpeg, file.st_dev, file.st_ino, file.st_size, file.st_mtime_ns, file.st_ctime_ns)
    return (*program, *rules.reads, rules.memory_bytes, *environment().items())


async def _try(ffmpeg: str, rules: UploadRules) -> Sandbox:
    directory = rules.scratch / f"proof-{secrets.token_hex(8)}"
    directory.mkdir(mode=0o700)
    try:
        (directory / "inside").mkdir()
        for name in ("foreign", "inside/source"):
            (directory / name).touch(mode=0o600)
        order = {
            "task": "prove",
            "ffmpeg": ffmpeg,
            "source": str(directory / "inside" / "source"),
            "directory": str(directory / "inside"),
            "reads": list(rules.reads),
            "memory_bytes": rules.memory_bytes,
            "deadline_s": int(DEADLINE_S),
            "foreign": str(directory / "foreign"),
            "bot": os.getpid(),
            "detects": await asyncio.to_thread(is_able),
        }
        answer = await ask(order, deadline_s=DEADLINE_S)
    except UnreadableSound:
        return Sandbox(fails="it does not end")
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    # Elsewhere there is no /proc to look into; what is not tried is not promised.
    exposed = tuple(answer["exposed"]) if sys.platform == "linux" else PROMISES
    return Sandbox(tuple(answer["walls"]), exposed, answer["fails"])
