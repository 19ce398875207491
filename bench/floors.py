"""The least each figure could be, measured in the same run: what any bot would have to do, and nothing else."""

import asyncio
import resource
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from aiohttp import web

from bench.booking import bare_sqlite
from bench.report import Figure
from bench.sounds import SHORT, ffmpeg, lasting

TRIPS = 300
FAST_OPUS = (
    "-c:a",
    "libopus",
    "-b:a",
    "32k",
    "-application",
    "audio",
    "-frame_duration",
    "60",
    "-compression_level",
    "0",
)
TO_OPUS = ("-vn", "-ac", "1", "-ar", "16000", *FAST_OPUS, "-f", "ogg", "-y", "/dev/null")
TO_PCM = ("-ac", "1", "-ar", "16000", "-f", "s16le", "/dev/null")


def conversion_s(path: Path) -> float:
    """Seconds a bare ffmpeg takes to make of a file what the bot would send."""
    return _best(lambda: ffmpeg("-i", str(path), *TO_OPUS), 1)


def decoding_cpu_s() -> float:
    """Seconds of CPU a bare ffmpeg takes to decode one short voice note, its start included."""
    before, rounds = _children_s(), 20
    for _ in range(rounds):
        ffmpeg("-i", str(SHORT), *TO_PCM)
    return (_children_s() - before) / rounds


async def round_trips(folder: Path) -> list[Figure]:
    """One request to a server that answers at once, and one download of a voice note of 12 s."""
    small_s, whole_s = await _trips_s(folder)
    return [Figure("bare round trip (aiohttp)", small_s, "s"), Figure("bare download of a note", whole_s, "s")]


async def note_s(folder: Path) -> float:
    """Seconds for what no bot is spared with a note: it says that it heard, fetches, asks, answers, and books twice."""
    small_s, whole_s = await _trips_s(folder)
    return 3 * small_s + whole_s + 2 / await asyncio.to_thread(bare_sqlite, folder)


async def _trips_s(folder: Path) -> tuple[float, float]:
    """Seconds for an empty request, and for the download of a voice note of 12 s."""
    sound = lasting(12, folder)
    async with _answering(sound) as address, aiohttp.ClientSession() as session:
        return await _each_s(session, f"{address}/nothing"), await _each_s(session, f"{address}/sound")


async def _each_s(session: aiohttp.ClientSession, address: str) -> float:
    began = time.perf_counter()
    for _ in range(TRIPS):
        async with session.get(address) as page:
            await page.read()
    return (time.perf_counter() - began) / TRIPS


@asynccontextmanager
async def _answering(sound: Path) -> AsyncIterator[str]:
    data = await asyncio.to_thread(sound.read_bytes)

    async def nothing(_: web.Request) -> web.Response:
        return web.Response()

    async def bytes_of(_: web.Request) -> web.Response:
        return web.Response(body=data)

    app = web.Application()
    app.add_routes([web.get("/nothing", nothing), web.get("/sound", bytes_of)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def _best(work: Callable[[], None], rounds: int) -> float:
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return min(took)


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
