"""
The walls around what reads strangers' bytes: one set for the worker process, a narrower one for the decoder in it.

Hides which walls this kernel has. Promises: they stand before the first byte is read; a wall that cannot be had is left
out and told, never an error; whoever is inside cannot take one down, and what they start has them too.

The worker walls itself in as soon as it runs. The decoder is started by `main`, a Python without site-packages that
sets limits and walls and then becomes ffmpeg: between fork and exec nothing of ours runs. Each converted clip starts it
anew, so that no module is loaded here that can be done without.
"""

from __future__ import annotations

import os
import resource
import sys
from _signal import SIG_DFL, SIGPIPE, SIGXFSZ, signal  # type: ignore[import-not-found] # `signal` itself loads `enum`

from bot.audio import permitted
from bot.kernel import drop_capabilities, hide_memory, landlock, leave_network, renounce, seccomp

TYPE_CHECKING = False  # typing's own would load `typing`
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# Where systems keep what programs share; these are for everybody to read. For /nix and /gnu: NixOS and Guix.
LIBRARIES = (
    *("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64"),
    *("/nix/store", "/gnu/store", "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/ld-musl-x86_64.path"),
    *("/etc/ld-musl-aarch64.path", "/dev/urandom", "/dev/random"),
)
OPEN_FILES = 64
EXIT_NOT_STARTED = 127
INTERPRETERS = 4  # a script's interpreter has its own, and so on
ELF, PT_INTERP = b"\x7fELF\x02\x01", 3  # elf(5): 64 bits, little end first
# The real place: a service has a link to it among its packages, and the folder above that one is theirs.
CODE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
# `-m` would import the room's face, and asyncio with it: 45 ms of CPU for each clip. And it would look for `bot` in the
# folder above, which holds what nobody in here may see: so that is where its modules are.
FACES = """
import sys, types
for name, path in ("bot", sys.argv[1]), ("bot.audio", sys.argv[1] + "/audio"):
    sys.modules[name] = face = types.ModuleType(name)
    face.__path__ = [path]
"""
START = f"""{FACES}
from bot.audio import sandbox
sandbox.main(sys.argv[2:])
"""


def wall_worker_in(*, directory: str, source: str, ffmpeg: str, reads: Iterable[str]) -> list[str]:
    """
    For the worker, before it reads anything: no network, no other file, no sight of others. The walls that stand.

    It changes what is in `directory`, and reads `source`, ffmpeg and Python. Has to be the process's only thread.
    """
    if sys.platform != "linux":
        return []
    rules = [
        (directory, landlock.CHANGE),
        (os.path.dirname(directory), landlock.REMOVE_DIR),  # to take the empty directory away when the bot has died
        (source, landlock.READ),
        ("/dev/null", landlock.READ | landlock.WRITE_FILE),
        *((path, landlock.READ) for path in (*LIBRARIES, *_beside(ffmpeg), *_python())),
        *((path, landlock.RUN) for path in (*_programs(ffmpeg), *_programs(sys.executable), *reads)),
    ]
    return _raise(
        {
            "namespaces": leave_network,
            "no new privileges": renounce,
            "no capabilities": drop_capabilities,
            "hidden memory": hide_memory,
            "Landlock": lambda: landlock.confine(rules),
            "seccomp": lambda: seccomp.confine(permitted.of_worker(), otherwise=seccomp.ALLOWED),
        }
    )


def wall_decoder_in(*, source: str, ffmpeg: str, reads: Iterable[str]) -> list[str]:
    """For whoever is about to become ffmpeg: reads `source`, the program and libraries, and what it was handed open."""
    if sys.platform != "linux":
        return []
    rules = [
        *((path, landlock.READ) for path in (*LIBRARIES, *_beside(ffmpeg), source) if path),
        *((path, landlock.RUN) for path in (*_programs(ffmpeg), *reads)),
    ]
    return _raise(
        {
            "no new privileges": renounce,
            "no capabilities": drop_capabilities,
            "Landlock": lambda: landlock.confine(rules),
            "seccomp": lambda: seccomp.confine(permitted.of_decoder(os.getpid()), otherwise=seccomp.ABSENT),
        }
    )


def launch(
    command: list[str],
    *,
    source: str,
    reads: Iterable[str],
    memory_bytes: int,
    cpu_s: int,
    most_cpu_s: int,
    start: str = START,
) -> list[str]:
    """The command line that becomes `command` behind limits and the decoder's walls; `source` may be empty."""
    paths = tuple(reads)
    limits = map(str, (memory_bytes, cpu_s, most_cpu_s))
    return [sys.executable, "-I", "-S", "-c", start, CODE, *limits, source, str(len(paths)), *paths, *command]


def main(words: list[str], become: Callable[[list[str], list[str]], None] | None = None) -> None:
    """Becomes the command that `launch` was given, or does what `become` does. Does not return."""
    memory_bytes, cpu_s, most_cpu_s = map(int, words[:3])
    source, count = words[3], int(words[4])
    reads, command = words[5 : 5 + count], words[5 + count :]
    try:
        for limit, soft, hard in (
            (resource.RLIMIT_CORE, 0, 0),
            (resource.RLIMIT_FSIZE, 0, 0),
            (resource.RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES),
            (resource.RLIMIT_CPU, cpu_s, most_cpu_s),
            (resource.RLIMIT_AS, memory_bytes, memory_bytes),
        ):
            _limit(limit, soft, hard)
        for number in (SIGPIPE, SIGXFSZ):  # Python ignores them, and so would the program that it becomes
            signal(number, SIG_DFL)
        walls = wall_decoder_in(source=source, ffmpeg=command[0], reads=reads)
        (become or _become)(command, walls)
    except OSError as trouble:
        # No brackets: by them ffmpeg's own words are known.
        sys.stderr.write(f"{command[0]}: {trouble.strerror}\n")
        sys.stderr.flush()
    os._exit(EXIT_NOT_STARTED)


def _limit(limit: int, soft: int, hard: int) -> None:
    """Sets a limit for good; one that the host has set lower stays."""
    _, most = resource.getrlimit(limit)
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(limit, (soft, hard))


def _become(command: list[str], _walls: list[str]) -> None:
    os.environ.pop("LC_CTYPE", None)  # Python puts it there where no locale is set (PEP 538)
    os.execve(command[0], command, os.environ)  # noqa: S606 - an absolute path and our own words


def _raise(walls: dict[str, Callable[[], object]]) -> list[str]:
    """Tries each in turn; those that stand."""
    standing = []
    for name, build in walls.items():
        try:
            if build() is False:
                continue
        except OSError:
            continue
        standing.append(name)
    return standing


def _programs(path: str) -> Iterator[str]:
    """A program, and what the kernel opens to run it: the interpreter named in its first line or in its ELF header."""
    for _ in range(INTERPRETERS):
        path = os.path.realpath(path)
        yield path
        try:
            with open(path, "rb") as file:
                path = _interpreter(file.read(4_096))
        except OSError:
            return
        if not path:
            return


def _beside(program: str) -> tuple[str, ...]:
    """The libraries of a program that was built for a place of its own: those in `lib`, for one in `bin`."""
    folder, name = os.path.split(os.path.dirname(os.path.realpath(program)))
    return (os.path.join(folder, "lib"),) if name == "bin" else ()


def _interpreter(head: bytes) -> str:
    """What a program's first bytes say it is run by, or nothing: execve(2), elf(5)."""
    if head[:2] == b"#!":
        return os.fsdecode((head[2:].split(b"\n", 1)[0].split() or [b""])[0])
    if head[: len(ELF)] != ELF:
        return ""
    table, size, count = (int.from_bytes(head[at : at + n], "little") for at, n in ((32, 8), (54, 2), (56, 2)))
    for at in range(table, min(table + size * count, len(head)), size or 1):
        if int.from_bytes(head[at : at + 4], "little") == PT_INTERP:
            start = int.from_bytes(head[at + 8 : at + 16], "little")
            return os.fsdecode(head[start:].split(b"\0", 1)[0])
    return ""


def _python() -> set[str]:
    """Where this Python has its modules and libraries. Of the bot's folder, where secrets may lie, the code alone."""
    paths = {path for path in sys.path if path and path != os.path.dirname(CODE)}
    paths |= {CODE, os.path.dirname(os.__file__), os.path.join(sys.prefix, "pyvenv.cfg")}
    paths |= {path for path in os.environ.get("LD_LIBRARY_PATH", "").split(":") if os.path.isabs(path)}
    with open("/proc/self/maps", "rb") as maps:
        libraries = {os.fsdecode(line[line.index(b"/") :]) for line in maps if b".so" in line}
    return paths | {os.path.dirname(path) for path in libraries}
