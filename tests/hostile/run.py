"""
The whole corpus through the room, watched.

Hides how it is watched: once in a process of its own whose children are weighed, and once more under strace where there
is one. Promises: every trial, every call at the canary's port, and every path and network call the system saw.
"""

import asyncio
import json
import re
import shutil
import socket
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from bot import audio
from tests.decoders import DECODER, MAKER
from tests.hostile.corpus import Case, corpus
from tests.hostile.trial import Trial, put

ROOT = Path(__file__).parents[2]
REACHING = {"playlists", "bombs of text", "polyglots", "no sound"}  # the classes that try; all the quick part traces
CALLS = "trace=open,openat,openat2,creat,socket,connect,bind,sendto"
_PATH = re.compile(r'\b(?:open|openat|openat2|creat)\([^"]*"((?:[^"\\]|\\.)*)"')
_NET = re.compile(r"\bsocket\(AF_(?:INET6?|NETLINK)|\b(?:connect|bind|sendto)\(\d+, .*AF_INET")


@dataclass(frozen=True, slots=True)
class Watched:
    """What came of the corpus; `trace` is what the system saw, None where there is no strace."""

    trials: tuple[Trial, ...]
    canary_calls: int
    trace: tuple[str, ...] | None
    folder: Path

    @property
    def foreign_paths(self) -> set[str]:
        """What was opened below the corpus's folder, but for the file on trial and the room's own files."""
        matches = (_PATH.search(line) for line in self.trace or ())
        paths = {match[1] for match in matches if match and match[1].startswith(str(self.folder))}
        on_trial = {trial.path for trial in self.trials}
        return {path for path in paths - on_trial if not path.startswith(str(self.folder / "scratch"))}

    @property
    def network_calls(self) -> list[str]:
        """Every call that has to do with a network."""
        return [line for line in self.trace or () if _NET.search(line)]


def watch(folder: Path, *, quick: bool) -> Watched:
    """Puts the corpus to the room below `folder`; blocks for half a minute, or several where not `quick`."""
    canary = folder / "victim" / "canary.wav"
    canary.parent.mkdir(parents=True)
    (folder / "scratch").mkdir()
    run = [MAKER, "-v", "error", "-f", "lavfi", "-i", "sine=700:d=7.777", str(canary)]
    subprocess.run(run, check=True)  # noqa: S603 - our own words
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        port = listener.getsockname()[1]
        cases = list(corpus(folder / "files", MAKER, canary=canary, port=port, quick=quick))
        (folder / "cases.json").write_text(json.dumps([(case.kind, str(case.path)) for case in cases]))
        trials = _run([], folder, DECODER)
        if quick:
            reaching = [(case.kind, str(case.path)) for case in cases if case.kind in REACHING]
            (folder / "cases.json").write_text(json.dumps(reaching))
        trace = _trace(folder, DECODER)
        calls = _callers(listener)
    return Watched(trials, calls, trace, folder)


def _run(tracer: list[str], folder: Path, ffmpeg: str) -> tuple[Trial, ...]:
    """All cases in a process of their own."""
    words = [*tracer, sys.executable, "-m", "tests.hostile.run", str(folder), ffmpeg, *(["traced"] if tracer else [])]
    done = subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.PIPE)  # noqa: S603 - our own words
    return tuple(Trial(**json.loads(line)) for line in done.stdout.splitlines())


def _trace(folder: Path, ffmpeg: str) -> tuple[str, ...] | None:
    strace = shutil.which("strace")
    if not strace:
        return None
    log = folder / "strace.log"
    _run([strace, "-f", "--seccomp-bpf", "-s", "4096", "-e", CALLS, "-o", str(log)], folder, ffmpeg)
    return tuple(log.read_text(errors="replace").splitlines())


def _callers(listener: socket.socket) -> int:
    """How many tried to reach the canary's port."""
    calls = 0
    while True:
        try:
            listener.accept()[0].close()
        except BlockingIOError:
            return calls
        calls += 1


async def _put_all(folder: Path, ffmpeg: str, *, weighed: bool) -> None:
    rules = audio.UploadRules(scratch=folder / "scratch", ffmpeg=ffmpeg)
    for kind, path in json.loads((folder / "cases.json").read_text()):
        trial = await put(Case(kind, Path(path)), rules, weighed=weighed)
        sys.stdout.write(json.dumps(asdict(trial)) + "\n")


if __name__ == "__main__":
    asyncio.run(_put_all(Path(sys.argv[1]), sys.argv[2], weighed=len(sys.argv) == 3))
