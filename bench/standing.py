"""What the bot costs before anybody speaks: memory and the time until it is ready, beside its bare libraries."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from bench.report import Figure, at_most
from bench.stage import Stage, running
from bench.weight import pss_of

IMPORT = """
import gc, importlib, sys
if sys.argv[2] == "bare":
    gc.disable()
for name in sys.argv[1].split():
    importlib.import_module(name)
print(flush=True)
sys.stdin.readline()
"""
# What a start imports before it can log in, as `bot.__main__` does.
ROOMS = ["bot.app", *sorted(f"cogs.{path.stem}" for path in (Path(__file__).parents[1] / "cogs").glob("[a-z]*.py"))]
SETTLED_S = 3.0  # after READY: the provider's client is loaded in the background


async def libraries(stage: Stage) -> list[str]:
    """The modules a bot that stands idle has imported."""
    told = stage.folder / "libraries"
    async with running(stage, "-m", "bench.libraries", str(told)) as bot:
        await asyncio.sleep(SETTLED_S)
        os.kill(bot.process.pid, signal.SIGUSR1)
        await asyncio.sleep(SETTLED_S)
    return told.read_text("utf-8").split()


async def bare(names: list[str], *, collects: bool = True) -> tuple[float, int]:
    """Seconds until a new process has imported these and nothing else, and its PSS in bytes then."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", IMPORT, " ".join(names), "collects" if collects else "bare"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("a process without pipes")
    await process.stdout.readline()
    took = time.perf_counter() - began
    await asyncio.sleep(SETTLED_S)
    pss = pss_of(process.pid)
    process.stdin.close()
    await process.wait()
    return took, pss


async def standing(stage: Stage, rounds: int) -> list[Figure]:
    """Both, several times in turn, so that a busy moment of the machine does not hit one of them alone."""
    names = await libraries(stage)
    ready, memory, imports, least, waits = [], [], [], [], []
    for _ in range(rounds):
        took, pss = await bare(names)
        imports.append(took)
        least.append(pss)
        waits.append((await bare(ROOMS, collects=False))[0])
        async with running(stage) as bot:
            await asyncio.sleep(SETTLED_S)
            ready.append(bot.ready_s)
            memory.append(bot.pss_bytes)
    least_s, least_bytes = min(imports), min(least)
    same = f"({len(names)} modules, imported)"
    return [
        at_most("idle memory (PSS)", min(memory), "MB", least_bytes + 15e6, floor=least_bytes, floor_is=same),
        at_most("start to READY", min(ready), "s", least_s + 0.5, floor=least_s, floor_is=same),
        Figure("imports a start waits for", min(waits), "s", "", None, least_s, same),
    ]
