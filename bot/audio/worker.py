"""
The worker process: one clip from untrusted bytes to pieces ready to send, then gone.

Hides the order of decoding, listening, cutting and exporting. Promises: one line of JSON on stdout says what
became of the clip; decoding goes on while the piece before is exported, so two pieces are in memory, whatever the
length; every process it starts has ended before it ends, also on SIGTERM; if its parent dies it removes the clip's
directory and dies too. It imports neither asyncio nor the room's face: starting it is a third of a short note's cost.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from bot.audio.mp4 import track_of
from bot.audio.protection import is_protected
from bot.audio.reader import MALLOC, Reader
from bot.audio.sandbox import launch, wall_worker_in
from bot.shortage import shortage_of

if TYPE_CHECKING:
    from bot.audio.cut import Cut
    from bot.audio.gate import Gate

BOMB_MS = 60_000  # a file may hold a minute more than its bytes would at BOMB_BITS
BOMB_BITS = 800  # per second; no codec that people use speaks at less
WHOLE = 0.9  # less of what the container claims, and errors on the way: part of it is lost
PIECE = "piece-{:03}.{}"
LISTEN_MS = 10_000  # at a time
NICENESS = 5  # the gateway's heartbeat comes first
LASTING_S = 2.0  # what takes longer than nearly every note
LASTING_NICENESS = 19  # gives way to those who have just come
SESSION_TRIES, SESSION_PAUSE_S = 3, 0.02


class _RefusedError(Exception):
    """What to tell the parent instead of pieces."""

    def __init__(self, **words: Any) -> None:
        super().__init__(words)
        self.words = words


def work(order: dict[str, Any], reader: Reader) -> dict[str, Any]:
    """Carries out one order; returns what the parent is told. Raises OSError and pydub's errors: those are ours."""
    from bot.audio.cut import Knife  # noqa: PLC0415 - loaded while the decoder starts

    bomb_ms = BOMB_MS + Path(order["source"]).stat().st_size * 8_000 // BOMB_BITS
    knife = Knife(
        target_ms=order["target_ms"],
        longest_ms=order["piece_ms"],
        hushed=order["hushed"],
        trimmed=order["trimmed"],
    )
    press = _Press(order)
    try:
        for block in _even(reader):
            _bound(reader.length_ms, order["max_ms"], bomb_ms)
            if _is_dubious(order, reader):
                continue  # most likely too long: count first, the export is half of the work
            for cut in knife.feed(block):
                press.put(cut)
        _judge(reader, salvage=order["salvage"])
        if _is_dubious(order, reader):
            return {"claims_too_much": True}
        for cut in knife.end():
            press.put(cut)
        press.wait()
    except _RefusedError as refused:
        return refused.words
    return {
        "length_ms": reader.length_ms,
        "is_silent": order["hushed"] and not knife.has_heard,
        "tracks": reader.tracks,
        "has_video": reader.has_video,
        "damaged": reader.has_errors,
        "pieces": press.pieces,
    }


def listen(order: dict[str, Any], reader: Reader) -> dict[str, Any]:
    """
    Whether anybody speaks in a voice note, and where its long silent ends are, if they are asked for (`ends_of_ms`).

    Stops at the first who speaks where nobody asks for ends. What cannot be decoded is not called silent, and loses
    nothing.
    """
    from bot.audio.gate import FRAME_MS, SPOKEN_FRAMES, Gate  # noqa: PLC0415 - see work

    gate, frames, looked_at, is_heard = Gate(), LISTEN_MS // FRAME_MS, 0, False
    for block in _even(reader):
        gate.feed(block)
        while len(gate.levels) >= looked_at + frames:
            # A syllable may lie across the border.
            is_heard = is_heard or gate.hears(looked_at + frames, max(0, looked_at - SPOKEN_FRAMES))
            if is_heard and not order["ends_of_ms"]:
                return {"is_silent": False}
            looked_at += frames
    is_heard = is_heard or gate.hears(len(gate.levels), max(0, looked_at - SPOKEN_FRAMES))
    if is_heard and order["ends_of_ms"] and not reader.has_errors:
        return {"is_silent": False} | _without_ends(order, gate)
    return {"is_silent": not is_heard and reader.length_ms > 0 and not reader.has_errors}


def _without_ends(order: dict[str, Any], gate: "Gate") -> dict[str, Any]:
    """The note's own packets without the silence around them, where it is long."""
    from bot.audio.crop import crop  # noqa: PLC0415 - needed by few
    from bot.audio.cut import spoken_part  # noqa: PLC0415 - see work
    from bot.audio.gate import FRAME_MS  # noqa: PLC0415 - see work

    frames = len(gate.levels)
    first, last = spoken_part(gate, frames)
    if (first, last) == (0, frames):
        return {}
    start_ms, end_ms = first * FRAME_MS, order["ends_of_ms"] if last == frames else last * FRAME_MS
    made = Path(order["directory"], PIECE.format(0, "ogg"))
    crop(Path(order["source"]), made, start_ms=start_ms, end_ms=end_ms)
    return {"pieces": [{"name": made.name, "spans": [[start_ms, end_ms]]}]}


def measure(order: dict[str, Any], reader: Reader) -> dict[str, Any]:
    """Where somebody speaks in it, and how many syllables; for a piece whose words are doubtful."""
    from bot.audio.voice import Meter  # noqa: PLC0415 - see work

    meter = Meter(detects=order["detects"])
    for block in _even(reader):
        meter.feed(block)
    return asdict(meter.end())


def prove(order: dict[str, Any], walls: list[str]) -> dict[str, Any]:
    """What stands around the decoder here, what is open in spite of it, and whether ffmpeg runs there."""
    # All that a sound needs has to be readable in here, pydub and the voice's own libraries too.
    from bot.audio import cut, detector, export, proof  # noqa: F401, PLC0415 - asked once a start

    if order["detects"]:
        detector.Detector()
    limits = {"memory_bytes": order["memory_bytes"], "cpu_s": order["deadline_s"], "most_cpu_s": order["deadline_s"]}
    place = {"source": order["source"], "reads": order["reads"], **limits}
    there: dict[str, Any] = {"capture_output": True, "text": True, "cwd": "/", "env": MALLOC, "check": False}
    command = [order["ffmpeg"], str(order["bot"]), order["foreign"]]
    tried = subprocess.run(launch(command, start=proof.START, **place), stdin=subprocess.DEVNULL, **there)  # noqa: PLW1510, S603 - our own words
    if tried.returncode:
        raise RuntimeError(f"the walls could not be tried: {tried.stderr}")
    version = subprocess.run(launch([order["ffmpeg"], "-version"], **place), stdin=subprocess.DEVNULL, **there)  # noqa: PLW1510, S603 - see above
    standing, exposed = (
        [word for word in line.split(proof.SEPARATOR) if word] for line in tried.stdout.split("\n")[:2]
    )
    return {
        "walls": walls + [wall for wall in standing if wall not in walls],
        "exposed": exposed,
        "fails": (version.stderr.strip() or f"it ends with {version.returncode}") if version.returncode else "",
    }


def told(task: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The task's answer, or what the machine is short of; every other trouble is raised."""
    try:
        return task()
    except Exception as trouble:
        if (code := shortage_of(trouble)) is None:
            raise
        return {"short_of": code}


def main(said: str) -> None:  # pragma: no cover - ends its process, so nobody can count; tests watch from outside
    """Walls itself in, carries out the order `said` as JSON, reports."""
    order = json.loads(said)
    tempfile.tempdir = order["directory"]
    session = _open_session()
    _give_way(session, NICENESS)
    with suppress(AttributeError, OSError):  # Linux: ffmpeg's threads hand over every frame, but need not run at once
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    walls = {"directory": order["directory"], "source": order["source"], "ffmpeg": order["ffmpeg"]}
    standing = wall_worker_in(**walls, reads=order["reads"])
    if order["task"] == "prove":
        sys.stdout.write(json.dumps(prove(order, standing)) + "\n")
        return
    sys.stdout.write(json.dumps(told(lambda: _carry_out(order, session))) + "\n")
    sys.stdout.flush()
    # A refusal may come in the middle of an export: nothing that was started may stay behind.
    os.killpg(0, signal.SIGTERM)


def _carry_out(order: dict[str, Any], session: int | None) -> dict[str, Any]:  # pragma: no cover - see main
    """The order's task over its source; from here on SIGTERM ends whatever was started."""
    is_orphan = threading.Event()
    readers: list[Reader] = []

    def stop(_number: int, _frame: FrameType | None) -> None:
        # The signal went to the whole group: pydub's ffmpeg heeds it, the other one may be up to anything.
        for reader in readers:
            reader.kill()
        with suppress(ChildProcessError):
            while True:
                os.wait()
        if is_orphan.is_set():
            _remove(order["directory"])
            os.killpg(0, signal.SIGKILL)
        os._exit(0)

    signal.signal(signal.SIGTERM, stop)
    source = Path(order["source"])
    if order["task"] == "work" and is_protected(source):
        return {"why": "protected"}
    limits = {"memory_bytes": order["memory_bytes"], "deadline_s": order["deadline_s"]}
    reader = Reader(order["ffmpeg"], order["source"], track=track_of(source), reads=order["reads"], **limits)
    readers.append(reader)
    threading.Thread(target=_follow, args=(is_orphan,), daemon=True).start()
    threading.Thread(target=_age, args=(session,), daemon=True).start()
    tasks = {
        "work": lambda: work(order, reader),
        "listen": lambda: listen(order, reader),
        "measure": lambda: measure(order, reader),
    }
    return tasks[order["task"]]()


def _follow(is_orphan: threading.Event) -> None:  # pragma: no cover - see main
    """Ends with the parent: it holds the other end of our stdin and never writes to it."""
    os.read(0, 1)
    is_orphan.set()
    os.killpg(0, signal.SIGTERM)


def _age(session: int | None) -> None:  # pragma: no cover - see main
    """Whoever has worked for long lets others go first, with all its children, those to come too."""
    time.sleep(LASTING_S)
    _give_way(session, LASTING_NICENESS)


def _open_session() -> int | None:  # pragma: no cover - see main
    """Where Linux keeps the niceness of a whole session, opened while there is no wall; None where it keeps none."""
    try:
        return os.open("/proc/self/autogroup", os.O_WRONLY | os.O_CLOEXEC)
    except OSError:
        return None


def _give_way(session: int | None, niceness: int) -> None:  # pragma: no cover - see main
    """
    Lets all go first who are less nice.

    sched(7), "The autogroup feature": outside of containers and services Linux shares the cores by session, and who is
    nice is so to its own session alone. Each worker has one for itself, so that the session has to be nice, too.
    """
    with suppress(OSError):
        os.setpriority(os.PRIO_PGRP, 0, niceness)
    if session is None:
        return
    for _ in range(SESSION_TRIES):
        try:
            os.write(session, str(niceness).encode())
        except BlockingIOError:  # ten changes a second are taken from ordinary users, of all sessions together
            time.sleep(SESSION_PAUSE_S)
        except OSError:
            return
        else:
            return


def _remove(directory: str) -> None:  # pragma: no cover - see main
    """Nobody else will take the files away; an export that is on its way may still put one there."""
    while Path(directory).exists():
        shutil.rmtree(directory, ignore_errors=True)


def _even(reader: Reader) -> Iterator[bytes]:
    """The reader's blocks with whole samples in each."""
    rest = b""
    for block in reader:
        pcm = rest + block if rest else block
        rest = pcm[len(pcm) & ~1 :]
        yield pcm[: len(pcm) & ~1]


def _is_dubious(order: dict[str, Any], reader: Reader) -> bool:
    """Whether the container claims more than is allowed, and nobody has counted yet."""
    return not order["counted"] and reader.claimed_ms > order["max_ms"]


def _bound(length_ms: int, longest_ms: int, bomb_ms: int) -> None:
    """Stops at the first sample too many."""
    if length_ms > longest_ms:
        raise _RefusedError(too_long_ms=length_ms)
    if length_ms > bomb_ms:
        raise _RefusedError(why="not_sound")


def _judge(reader: Reader, *, salvage: bool) -> None:
    """What ffmpeg's end means; raises unless there is a sound to go on with."""
    is_claim = not reader.is_guessed and not reader.has_video  # a film's sound may be shorter than the film
    is_short = reader.has_errors and is_claim and reader.length_ms < reader.claimed_ms * WHOLE
    if reader.length_ms and (salvage or not (reader.exit_code or reader.is_flooded or is_short)):
        return
    said = reader.tail
    if b"[" not in said and reader.exit_code > 0:
        # ffmpeg speaks with its level in brackets; this is the system's loader or a shell.
        raise RuntimeError(f"ffmpeg did not start: {said.decode(errors='replace')}")
    if reader.length_ms:
        raise _RefusedError(why="damaged", readable_ms=reader.length_ms)
    if b"matches no streams" in said or b"does not contain any stream" in said:
        raise _RefusedError(why="no_audio")
    if b"moov atom not found" in said or (reader.tracks and not reader.is_foreign):
        raise _RefusedError(why="damaged")
    raise _RefusedError(why="not_sound")


class _Press:
    """Exports one piece at a time beside the decoding."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.pieces: list[dict[str, Any]] = []
        self._order = order
        self._thread: threading.Thread | None = None
        self._error: Exception | None = None

    def put(self, cut: "Cut") -> None:
        """Waits for the piece before, starts on this one. A stretch without a voice is passed over."""
        self.wait()
        if cut.pcm:
            name = PIECE.format(len(self.pieces), self._order["format"])
            self.pieces.append({"name": name, "spans": cut.spans})
            self._thread = threading.Thread(target=self._export, args=(cut, name), daemon=True)
            self._thread.start()

    def wait(self) -> None:
        """Until the piece in work is on disk; raises what went wrong with it."""
        if self._thread:
            self._thread.join()
            self._thread = None
        if self._error:
            raise self._error

    def _export(self, cut: "Cut", name: str) -> None:
        try:
            # pydub costs 40 ms to import; a clip that is only listened to, too long or not sound never needs it.
            from bot.audio.export import export  # noqa: PLC0415 - see above

            path = Path(self._order["directory"], name)
            export(cut.pcm, path, kind=self._order["format"], ffmpeg=self._order["ffmpeg"])
        except Exception as error:  # noqa: BLE001 - carried to the main thread, raised by `wait`
            self._error = error
