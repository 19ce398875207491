"""
The cell: starts a worker process for one clip, waits for its word, and makes sure that it ends.

Hides the process, its group and its deadline. Promises: when `ask` is left, by whatever door, no process of
the worker's group is alive.
"""

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

from bot.audio.ffmpeg import environment
from bot.audio.reader import MALLOC
from bot.audio.rules import SoundTooLong, UnreadableSound
from bot.audio.sandbox import CODE, FACES
from bot.outcome import Why

T = TypeVar("T")

log = logging.getLogger(__name__)

GRACE_SECONDS = 2  # to end children in peace before the group is killed
START = f"""{FACES}
from bot.audio import worker
worker.main(sys.argv[2])
"""


async def ask(order: dict[str, Any], *, deadline_s: float) -> dict[str, Any]:
    """
    The worker's word on one order.

    Raises UnreadableSound, SoundTooLong, OSError where the machine is short of something, RuntimeError for a failure of
    ours.
    """
    # Half a start would leave pipes and perhaps a process behind, half an end too: neither can be cancelled.
    process, cancelled = await _to_the_end(_start(order))
    try:
        if cancelled:
            raise cancelled
        async with asyncio.timeout(deadline_s):
            answer, complaint = await _hear_out(process)
    except TimeoutError:
        raise UnreadableSound(Why.TOO_SLOW) from None
    finally:
        _, cancelled = await _to_the_end(_end(process))
        if cancelled:
            raise cancelled
    return _read(answer, complaint)


async def _to_the_end(work: Coroutine[None, None, T]) -> tuple[T, asyncio.CancelledError | None]:
    """Its result, however often we are cancelled meanwhile, and the cancel that has to be heeded now."""
    task = asyncio.ensure_future(work)
    cancelled = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
    return task.result(), cancelled


async def _start(order: dict[str, Any]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-W", "ignore", "-c", START),
        *(CODE, json.dumps(order)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
        cwd="/",
        env=_environment(order["ffmpeg"]),
    )


async def _hear_out(process: asyncio.subprocess.Process) -> tuple[bytes, bytes]:
    """All it says on stdout and stderr, and its end. (`communicate` would close stdin, by which it follows us.)"""
    stdout, stderr = cast("asyncio.StreamReader", process.stdout), cast("asyncio.StreamReader", process.stderr)
    async with asyncio.TaskGroup() as group:
        answer = group.create_task(stdout.read())
        complaint = group.create_task(stderr.read())
    await process.wait()
    return answer.result(), complaint.result()


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ends the worker's whole group; in peace first, so that it can wait for its children."""
    if process.returncode == 0:
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        async with asyncio.timeout(GRACE_SECONDS):
            await process.wait()
    except TimeoutError:
        log.warning("A worker had to be killed", extra={"action": "convert"})
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


def _environment(ffmpeg: str) -> dict[str, str]:
    # pydub looks for ffmpeg on the PATH while it is imported and wants to find something there.
    return {"PATH": str(Path(ffmpeg).parent), "LC_ALL": "C.UTF-8", **MALLOC, **environment()}


def _read(answer: bytes, complaint: bytes) -> dict[str, Any]:
    if not answer.endswith(b"\n"):
        raise RuntimeError(f"The audio worker failed: {complaint.decode(errors='replace')[-2_000:]}")
    words: dict[str, Any] = json.loads(answer)
    if "short_of" in words:
        raise OSError(words["short_of"], os.strerror(words["short_of"]))
    if "too_long_ms" in words:
        raise SoundTooLong(words["too_long_ms"])
    if "why" in words:
        raise UnreadableSound(Why(words["why"]), words.get("readable_ms", 0))
    return words
