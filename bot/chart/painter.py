"""Starts the process that draws, waits for its picture, and makes sure that it ends."""

import asyncio
import logging
import os
import sys
from contextlib import suppress
from pathlib import Path

from bot.chart.month import Chart, encode

log = logging.getLogger(__name__)

_ROOT = Path(__file__).parents[2]
_DEADLINE_S = 20.0  # drawing takes about a second; the first time, the library lists the machine's fonts
# It lives for one picture: what it loads need not be looked through meanwhile, nor at its end.
_START = """
import gc, sys
gc.disable()
sys.path.insert(0, sys.argv[1])
from bot.chart.drawing import main
main()
gc.freeze()
"""


class Painter:
    """Draws one picture at a time; `folder` keeps what the plotting library wants to remember between two."""

    def __init__(self, folder: Path, *, deadline_s: float = _DEADLINE_S) -> None:
        self._folder = folder
        self._deadline_s = deadline_s
        self._turn = asyncio.Semaphore(1)

    async def png(self, chart: Chart) -> bytes | None:
        """The picture; None when it could not be drawn in time, waiting for others included."""
        process = None
        try:
            async with asyncio.timeout(self._deadline_s), self._turn:
                process = await self._start()
                picture, complaint = await process.communicate(encode(chart))
        except TimeoutError:
            log.warning("A chart took too long", extra={"action": "chart_failed"})
            return None
        finally:
            if process is not None and process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if process.returncode:
            last = (complaint.decode(errors="replace").strip().splitlines() or [""])[-1]
            log.warning("A chart could not be drawn: %s", last, extra={"action": "chart_failed"})
            return None
        return picture

    async def _start(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-W", "ignore", "-c", _START, str(_ROOT)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd="/",
            env={
                "MPLCONFIGDIR": str(self._folder),
                "OPENBLAS_NUM_THREADS": "1",  # else numpy starts a thread for each core
                **{name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ},
            },
        )
