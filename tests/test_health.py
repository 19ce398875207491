"""How the process feels, as a page that machines read."""

import asyncio
import socket
import time

import aiohttp

from bot.health import Health
from tests.conftest import SPEECH, World


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_the_page_tells_how_notes_ended(world: World) -> None:
    """/metrics counts notes by outcome, /healthz says how late the loop ever was; both on loopback."""
    port = free_port()
    async with world.bot(health__port=str(port)):
        answer = await world.mina.voice_note(world.general, SPEECH / "park.ogg")
        await answer.wait(seconds=60)
        await world.diary.until("note")
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            async with session.get("/healthz") as page:
                health = await page.json()
            async with session.get("/metrics") as page:
                metrics = await page.text()

    assert health["status"] == "ok"
    assert health["loop_late_seconds_max"] >= 0
    assert 'earshot_notes_total{outcome="Transcript"} 1.0' in metrics


async def test_a_blocked_loop_is_noticed() -> None:
    """Whatever keeps the event loop for long shows in the lateness."""
    health = Health()
    blocked = asyncio.Event()

    def block() -> None:
        until = time.monotonic() + 0.2
        while time.monotonic() < until:
            pass
        asyncio.get_running_loop().call_later(0.1, blocked.set)

    async with health.watch("127.0.0.1", 0):
        await asyncio.to_thread(lambda: None)
        asyncio.get_running_loop().call_later(0.1, block)
        await blocked.wait()

    assert health.latest_s > 0.1
