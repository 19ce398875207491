"""How the process feels, as a page that machines read."""

import asyncio
import socket
import time
from datetime import date
from typing import Any

import aiohttp
import pytest

from bot.health import Health
from bot.live import ask
from tests.conftest import SPEECH, World
from tests.world.openai.script import Fault


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def page(port: int, path: str) -> tuple[int, Any]:
    """Status and content of one of the bot's pages."""
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session, session.get(path) as answer:
        return answer.status, await (answer.text() if path == "/metrics" else answer.json())


def value_of(metrics: str, name: str) -> float:
    """The value of one line of /metrics."""
    return next(float(line.rpartition(" ")[2]) for line in metrics.splitlines() if line.startswith(f"{name} "))


async def test_the_page_tells_how_the_bot_is(world: World) -> None:
    """After one note, /metrics, /healthz and /readyz say what became of it, what it cost, and that all parts work."""
    port = free_port()
    async with world.bot(health__port=str(port), quota__host_usd="1"):
        answer = await world.mina.voice_note(world.general, SPEECH / "park.ogg")
        await answer.wait(seconds=60)
        await world.diary.until("note")
        health, ready = await page(port, "/healthz"), await page(port, "/readyz")
        _, metrics = await page(port, "/metrics")
        alive, told = await asyncio.to_thread(ask, "127.0.0.1", port)

    assert health[0] == 200
    assert health[1]["loop_late_seconds_max"] >= 0
    assert ready[0] == 200
    assert {name: part["ready"] for name, part in ready[1]["parts"].items()} == dict.fromkeys(
        ("database", "ffmpeg", "speech_key", "disk", "gateway"), True
    )
    assert value_of(metrics, 'earshot_notes_total{outcome="Transcript"}') == 1
    assert value_of(metrics, 'earshot_stage_seconds_count{stage="hear"}') == 1
    assert value_of(metrics, "earshot_committed_ms") == world.minutes[0] > 0
    assert value_of(metrics, "earshot_held_ms") == 0
    assert value_of(metrics, "earshot_host_spent_usd") == world.dollars[0] / 1e6 > 0
    assert value_of(metrics, "earshot_host_left_usd") == pytest.approx(1 - world.dollars[0] / 1e6)
    assert value_of(metrics, 'earshot_balance_minus_journal{unit="ms"}') == 0
    assert value_of(metrics, 'earshot_balance_minus_journal{unit="usd_micros"}') == 0
    assert value_of(metrics, 'earshot_ready{part="gateway"}') == 1
    assert alive
    assert "ok    gateway: connected" in told


async def test_trouble_shows_in_the_numbers(world: World) -> None:
    """A note that waits has an age and a hold; a refused call is counted by its code; a broken book is off."""
    port = free_port()
    world.openai.script(Fault(429, code="rate_limit_exceeded", retry_after=0))
    gate = world.openai.hold()
    async with world.bot(health__port=str(port)):
        answer = await world.mina.voice_note(world.general, SPEECH / "park.ogg")
        await world.openai.wait_for_calls(2)
        with world.books() as books:
            books.execute("UPDATE account SET held = held + 7 WHERE money = 0")
        _, metrics = await page(port, "/metrics")
        with world.books() as books:
            books.execute("UPDATE account SET held = held - 7 WHERE money = 0")
        gate.release()
        await answer.wait(seconds=60)

    assert value_of(metrics, 'earshot_provider_errors_total{code="429",fault="rate_limited"}') == 1
    assert value_of(metrics, "earshot_queue_notes") == 1
    assert value_of(metrics, "earshot_queue_age_seconds") > 0
    assert value_of(metrics, "earshot_held_ms") > 7
    assert value_of(metrics, "earshot_host_held_usd") >= 0
    assert value_of(metrics, 'earshot_balance_minus_journal{unit="ms"}') == 7


async def test_a_refused_key_makes_the_bot_unready_and_not_dead(world: World) -> None:
    """/readyz is 503 and names the part; /healthz stays 200, because a restart would not help."""
    port = free_port()
    env = world.env(health__port=str(port), speech__model="whisper-1") | {
        "OPENAI_API_KEY": "sk-proj-refused-0123456789"
    }
    async with world.bot(env):
        ready, health = await page(port, "/readyz"), await page(port, "/healthz")
        alive, told = await asyncio.to_thread(ask, "0.0.0.0", port)  # noqa: S104 -- as a container would be asked

    assert ready[0] == 503
    assert ready[1]["parts"]["speech_key"] == {"ready": False, "found": "refused"}
    assert health[0] == 200
    assert alive
    assert "WARN  speech_key: refused" in told


async def test_days_until_a_model_ends_are_counted() -> None:
    """The day the provider names is told as days left, negative once it has passed; other models have none."""
    health = Health()
    health.model_ends("whisper-1", date(2027, 2, 26))

    async def nothing() -> None:
        return None

    async def no_parts() -> dict[str, Any]:
        return {}

    before = await health.metrics(nothing, no_parts, today=date(2026, 11, 22))
    after = await health.metrics(nothing, no_parts, today=date(2027, 2, 27))

    assert value_of(before.decode(), 'earshot_model_shutdown_days{model="whisper-1"}') == 96
    assert value_of(after.decode(), 'earshot_model_shutdown_days{model="whisper-1"}') == -1


def test_a_note_taken_up_after_a_crash_is_counted() -> None:
    """A second try after a crash counts as a takeover, a first one does not."""
    health = Health()
    health.claimed(again=False)
    health.claimed(again=True)

    assert health.registry.get_sample_value("earshot_takeovers_total") == 1


def test_nobody_there_is_said_with_what_to_do(dead_address: str) -> None:
    """`check --live` on a machine without a running bot, or without a page, fails and says how to mend it."""
    port = int(dead_address.rpartition(":")[2])

    assert ask("127.0.0.1", port)[0] is False
    assert "python -m bot run" in ask("127.0.0.1", port)[1]
    assert "EARSHOT_HEALTH__PORT" in ask("127.0.0.1", 0)[1]


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
