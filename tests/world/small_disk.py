"""
The bot in a place of its own, where the folder for sounds is a small disk that others can fill.

Hides a mount namespace (`unshare` of util-linux), in which whoever may not mount for all may for themselves. Promises:
nothing of it is seen by others, and it is gone with the bot.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.world.bot import BotProcess

_MOUNT = 'mount -t tmpfs -o "size=$1" tmpfs "$2" && shift 2 && exec "$@"'


def disk(folder: Path, size: str, *words: str) -> tuple[str, ...]:
    """What runs `words` with a disk of that size at `folder`."""
    return ("--map-root-user", "--mount", "sh", "-c", _MOUNT, "sh", size, str(folder), *words)


def bot_on(folder: Path, size: str) -> tuple[str, ...]:
    """The words after `unshare` that run the bot on such a disk."""
    return disk(folder, size, sys.executable, "-m", "bot", "run")


def may_mount(folder: Path) -> bool:
    """Whether this machine lets us."""
    program = shutil.which("unshare")
    if program is None:
        return False
    tried = subprocess.run([program, *disk(folder, "64k", "true")], capture_output=True, check=False)  # noqa: S603 -- our own words
    return tried.returncode == 0


def inside(bot: BotProcess, folder: Path) -> Path:
    """The folder as the bot sees it."""
    return Path(f"/proc/{bot.pid}/root{folder}")
