"""One trial: a machine, a user, the bot on it with secrets around, and a decoder that somebody has taken over."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.audio import ffmpeg_of
from tests.walls.decoder import TRIES

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
CONTAINER_UID, USER_UID = 10_001, 10_002
SITE = next(path for path in map(Path, sys.path) if path.name == "site-packages")
FILES = (".env", "earshot.db", "victim", "gone", "moved", "sound", "scratch/other")


@dataclass(frozen=True, slots=True)
class Column:
    """A machine and who the bot is on it: "root", "user" or "container"; `walls` False is a decoder without any."""

    who: str
    missing: tuple[str, ...] = ()
    walls: bool = True

    def __str__(self) -> str:
        without = "no walls" if not self.walls else f"no {' and '.join(self.missing)}" if self.missing else "all walls"
        return f"{self.who}: {without.replace('no no', 'no dropped')}"


COLUMNS = (
    Column("user", walls=False),
    Column("user"),
    Column("user", ("namespaces",)),
    Column("user", ("hidden memory",)),
    Column("user", ("seccomp",)),
    Column("user", ("Landlock",)),
    Column("user", ("Landlock", "namespaces")),
    Column("container"),
    Column("container", ("hidden memory",)),
    Column("container", ("seccomp",)),
    Column("container", ("Landlock",)),
    Column("root", walls=False),
    Column("root"),
    Column("root", ("namespaces",)),
    Column("root", ("hidden memory",)),
    Column("root", ("no capabilities",)),
    Column("root", ("seccomp",)),
    Column("root", ("Landlock",)),
)
# What the tries are about, for people.
ROWS: dict[str, tuple[str, ...]] = {
    "memory and environment of the bot": (
        *("the bot's environment", "the bot's memory", "the bot's memory, copied", "the bot, traced"),
        *("the bot's open files", "the bot's files, by handle"),
    ),
    "memory and environment of the worker": (
        *("the worker's environment", "the worker's memory", "the worker's memory, copied", "the worker, traced"),
    ),
    "reading other files": (
        *("secrets in .env", "the database", "another note", "the system's files", "a folder's names"),
        "a file by its handle",
    ),
    "changing files": (
        *("a file, written", "a file, made", "a file, emptied", "a file, removed", "a file, renamed", "a symlink"),
        *("a folder, made", "memory in /dev/shm"),
    ),
    "modes, owners and times of files": ("a file's mode", "a file's owner", "a file's times"),
    "TCP": ("TCP",),
    "UDP": ("UDP",),
    "Unix sockets": ("a Unix socket", "a Unix socket for datagrams"),
    "abstract sockets": ("an abstract socket",),
    "other sockets": ("a pair of sockets", "netlink", "packets"),
    "io_uring": ("io_uring",),
    "signals": (
        *("the bot, signalled", "the worker, signalled", "the bot, signalled by thread"),
        *("the bot, signalled by handle", "the bot, signalled by the kernel"),
    ),
    "limits and priority": ("the bot's limits", "the bot's priority", "the bot's processors", "its own limits"),
    "what was left open": ("what it was not given, open",),
    "processes and programs": (
        *("another process", "a session of its own", "another program", "a program from memory"),
        "memory without a file",
    ),
    "namespaces, mounts, users": (
        *("a user namespace", "a mount namespace", "a mount", "another root", "another user", "another personality"),
    ),
    "keys, eBPF, events, page faults": (
        *("keys of the kernel", "a key, added", "eBPF", "performance events", "page faults"),
    ),
    "shared memory, message queues": ("shared memory", "a message queue"),
}


def reached(column: Column) -> frozenset[str]:
    """What the decoder reached there. Raises LookupError where this machine cannot play that one."""
    found = _put(column, sound="")
    if not isinstance(found, dict) or found["tried"] != len(TRIES):
        raise AssertionError(f"{column}: {found}")
    names = list(TRIES)
    return frozenset(names[number] for number in found["reached"])


def worked(column: Column, sound: Path) -> dict[str, Any]:
    """What became of an ordinary sound there, and what the room says of its walls. Raises LookupError as `reached`."""
    found: dict[str, Any] = _put(column, sound=str(sound))
    return found


def _put(column: Column, *, sound: str) -> Any:
    with _place(column) as (folder, uid, interpreter):
        order = {
            "folder": str(folder),
            "interpreter": str(Path(interpreter).resolve()),
            "reads": [str(Path(interpreter).resolve().parents[1] / "lib")],
            "walls": column.walls,
            "ffmpeg": str(ffmpeg_of("bundled")),
            "sound": sound,
        }
        world = {"missing": column.missing, "uid": uid, "container": str(folder) if column.who == "container" else ""}
        run = subprocess.run(  # noqa: S603 - our own words
            [
                sys.executable,
                HERE / "kernels.py",
                json.dumps(world),
                interpreter,
                HERE / "victim.py",
                json.dumps(order),
            ],
            env={"PYTHONPATH": str(ROOT), "DISCORD_TOKEN": "secret", "PYTHONDONTWRITEBYTECODE": "1"},
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
    if run.returncode:
        raise AssertionError(f"{column}: {run.stderr}")
    return json.loads(run.stdout)


@contextmanager
def _place(column: Column) -> Iterator[tuple[Path, int, str]]:
    """A folder with secrets in it, whose they are, and a Python for them; all gone afterwards."""
    uid = {"root": 0, "user": USER_UID, "container": CONTAINER_UID}[column.who]
    is_root = os.geteuid() == 0
    if not is_root and column.who == "root":
        raise LookupError("only root plays root")
    uid = uid if is_root else os.geteuid()
    base = Path(tempfile.mkdtemp(prefix="walls-"))
    try:
        base.chmod(0o755)
        interpreter = sys.executable if uid == os.geteuid() else _python_for_all(base)
        folder = base / "home"
        (folder / "scratch").mkdir(parents=True)
        for name in FILES:
            (folder / name).write_bytes(b"OPENAI_API_KEY=secret")
            (folder / name).chmod(0o600)
        for path in (folder, *folder.rglob("*")):
            if is_root:
                os.chown(path, uid, uid)
        yield folder, uid, interpreter
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _python_for_all(base: Path) -> str:
    """A Python that other users may start, with the packages of this one."""
    version = f"python3.{sys.version_info.minor}"
    system = shutil.which(version, path="/usr/local/bin:/usr/bin")
    if not system:
        raise LookupError(f"no {version} of the system for another user")
    bin_folder = base / "venv" / "bin"
    packages = base / "venv" / "lib" / version / "site-packages"
    bin_folder.mkdir(parents=True)
    packages.mkdir(parents=True)
    (bin_folder / version).symlink_to(system)
    (base / "venv" / "pyvenv.cfg").write_text(f"home = {Path(system).parent}\n")
    (packages / "all.pth").write_text(f"{SITE}\n")
    return str(bin_folder / version)
