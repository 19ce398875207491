"""How the process feels, as a page that machines read."""

import asyncio
import re
import socket
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import date
from math import nan
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot import live
from bot import pulse as pulse_module
from bot.app.build import rules_of
from bot.database import open_database
from bot.health import Health
from bot.ledger import Ledger
from bot.live import ask
from bot.pulse import Pulse
from bot.settings import load
from bot.speech import Speech
from tests.conftest import PATIENCE_S, SPEECH, World
from tests.stores import Server
from tests.world.bot import NO_FILE, ROOT
from tests.world.openai.script import Fault, Hang
from tests.world.wire_cutter import open_wire

pytest_plugins = ["tests.stores"]

OFF_MS, OFF_USD = (f'earshot_balance_minus_journal{{unit="{unit}"}}' for unit in ("ms", "usd_micros"))


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


async def known(port: int, part: str, found: str) -> tuple[int, Any]:
    """/readyz, once the bot has found that of the part."""
    told = await page(port, "/readyz")
    async with asyncio.timeout(PATIENCE_S):
        while found not in told[1]["parts"][part]["found"]:
            await asyncio.sleep(0.05)  # a page rings no bell
            told = await page(port, "/readyz")
    return told


def value_of(metrics: str, name: str) -> float:
    """The value of one line of /metrics; not a number where it says nothing of that."""
    return next((float(line.rpartition(" ")[2]) for line in metrics.splitlines() if line.startswith(f"{name} ")), nan)


async def measured(port: int, name: str, value: float) -> str:
    """/metrics, once that line has that value."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            metrics: str = (await page(port, "/metrics"))[1]
            if value_of(metrics, name) == value:
                return metrics
            await asyncio.sleep(0.05)  # a page rings no bell


async def test_the_page_tells_how_the_bot_is(world: World) -> None:
    """After one note, /metrics, /healthz and /readyz say what became of it, what it cost, and that all parts work."""
    port = free_port()
    async with world.bot(health__port=str(port), quota__host_usd="1"):
        answer = await world.mina.voice_note(world.general, SPEECH / "park.ogg")
        await answer.wait(seconds=60)
        await world.diary.until("note")
        health, ready = await page(port, "/healthz"), await known(port, "speech_key", "accepted")
        metrics = await measured(port, OFF_MS, 0)
        alive, told = await asyncio.to_thread(ask, "127.0.0.1", port)

    assert health[0] == 200
    assert health[1]["loop_late_seconds_max"] >= 0
    assert ready[0] == 200
    assert {name: part["ready"] for name, part in ready[1]["parts"].items()} == dict.fromkeys(
        ("database", "ffmpeg", "speech_key", "sandbox", "disk", "queue", "gateway"), True
    )
    assert value_of(metrics, 'earshot_notes_total{outcome="Transcript"}') == 1
    assert value_of(metrics, 'earshot_stage_seconds_count{stage="hear"}') == 1
    assert value_of(metrics, "earshot_committed_ms") == world.minutes[0] > 0
    assert value_of(metrics, "earshot_held_ms") == 0
    assert value_of(metrics, "earshot_host_spent_usd") == world.dollars[0] / 1e6 > 0
    assert value_of(metrics, "earshot_host_left_usd") == pytest.approx(1 - world.dollars[0] / 1e6)
    assert value_of(metrics, OFF_MS) == 0
    assert value_of(metrics, OFF_USD) == 0
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
        metrics = await measured(port, OFF_MS, 7)
        with world.books() as books:
            books.execute("UPDATE account SET held = held - 7 WHERE money = 0")
        gate.release()
        await answer.wait(seconds=60)

    assert value_of(metrics, 'earshot_provider_errors_total{code="429",fault="rate_limited"}') == 1
    assert value_of(metrics, "earshot_queue_notes") == 1
    assert value_of(metrics, "earshot_queue_age_seconds") > 0
    assert value_of(metrics, "earshot_held_ms") > 7
    assert value_of(metrics, "earshot_host_held_usd") >= 0
    assert value_of(metrics, OFF_MS) == 7


async def test_a_refused_key_makes_the_bot_unready_and_not_dead(world: World) -> None:
    """/readyz is 503 and names the part; /healthz stays 200, because a restart would not help."""
    port = free_port()
    env = world.env(health__port=str(port), speech__model="whisper-1") | {
        "OPENAI_API_KEY": "sk-proj-refused-0123456789"
    }
    async with world.bot(env):
        ready, health = await known(port, "speech_key", "refused"), await page(port, "/healthz")
        alive, told = await asyncio.to_thread(ask, "0.0.0.0", port)  # noqa: S104 -- as a container would be asked

    assert ready[0] == 503
    assert ready[1]["parts"]["speech_key"]["ready"] is False
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


async def test_asking_changes_nothing(world: World) -> None:
    """However often the pages are asked, nothing is written, the provider is asked nothing, and nobody waits."""
    port = free_port()
    async with world.bot(health__port=str(port)):
        await known(port, "speech_key", "accepted")
        async with asyncio.timeout(PATIENCE_S):
            while world.openai.listed < 2:  # the start asks once, too
                await page(port, "/healthz")
        with closing(sqlite3.connect(world.database, isolation_level=None, check_same_thread=False)) as books:
            await asyncio.to_thread(books.execute, "BEGIN IMMEDIATE")  # from here on nobody else can write
            answers = await asyncio.gather(*(page(port, "/readyz") for _ in range(300)))
            scraped = await page(port, "/metrics")
            books.execute("ROLLBACK")

    assert {(status, told["parts"]["database"]["found"]) for status, told in answers} == {(200, "writable")}
    assert scraped[0] == 200
    assert value_of(scraped[1], 'earshot_ready{part="database"}') == 1
    assert world.openai.listed == 2


async def test_a_provider_that_is_silent_makes_nobody_dead(world: World) -> None:
    """While the speech service takes calls and never answers, the bot is alive at once and ready soon."""
    port = free_port()
    world.openai.listing = Hang()
    async with world.bot(health__port=str(port)):
        alive, _ = await asyncio.to_thread(ask, "127.0.0.1", port)
        ready = await known(port, "speech_key", "the provider is slow")
        listed = world.openai.listed
        again = await asyncio.gather(*(page(port, "/readyz") for _ in range(20)))
        still, told = await asyncio.to_thread(ask, "127.0.0.1", port)

    assert alive
    assert still
    assert "ok    speech_key: not known: the provider is slow" in told
    assert {status for status, _ in [ready, *again]} == {200}
    assert world.openai.listed == listed


async def test_an_ffmpeg_that_does_not_run_makes_the_bot_unready(world: World) -> None:
    """A program that is there but does no work is found out by starting it."""
    port = free_port()
    async with world.bot(health__port=str(port), audio__ffmpeg="/bin/false"):
        status, told = await known(port, "ffmpeg", "does not run")

    assert status == 503
    assert told["parts"]["ffmpeg"]["ready"] is False


async def test_pages_that_do_not_answer_kill_nobody() -> None:
    """`check --live` calls a bot alive whose /healthz answers well, whatever its /readyz does."""

    async def well(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "loop_late_seconds_max": 0})

    async def cut(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    site = web.Application()
    site.add_routes([web.get("/healthz", well), web.get("/readyz", cut)])
    runner = web.AppRunner(site)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    alive, told = await asyncio.to_thread(ask, "127.0.0.1", port)
    await runner.cleanup()

    assert alive
    assert "WARN  parts: /readyz did not answer" in told


async def test_a_queue_nobody_asks_any_more_makes_the_bot_unready(world: World) -> None:
    """Where nothing is taken from the queue for ten seconds /readyz says so; the bot lives."""
    port = free_port()
    async with world.bot(health__port=str(port)):
        well = await known(port, "queue", "notes in work")
        (queue,) = (task for task in asyncio.all_tasks() if task.get_name() == "queue")
        queue.cancel()
        status, told = await known(port, "queue", "nothing was taken")
        health = await page(port, "/healthz")

    assert well[1]["parts"]["queue"]["ready"]
    assert (status, told["parts"]["queue"]["ready"], health[0]) == (503, False, 200)


async def test_a_database_that_falls_silent_keeps_nobody_waiting(postgresql: Server, tmp_path: Path) -> None:
    """A connection that is there and says nothing, not even that it was given up, delays no answer for long."""
    url, settings = await postgresql.begin(), load(NO_FILE, env={})
    never = Random(1)  # noqa: S311 -- nothing is cut by chance
    async with (
        open_wire(tmp_path, postgresql.folder, share=0, chance=never) as wire,
        open_database(wire.url(url)) as database,
    ):
        one = Pulse(
            database=database,
            ledger=Ledger(),
            rules=rules_of(settings, tmp_path),
            speech=None,
            clock=lambda: 1_800_000_000_000,
            ffmpeg="auto",
        )
        async with one.beating():
            before = await one.vitals()
            while not (await one.parts())["database"].is_ready:
                pass  # each ask waits for two seconds
            wire.is_mute = True
            async with asyncio.timeout(10):  # Prometheus' own patience
                while await one.vitals() is not None:
                    await asyncio.to_thread(lambda: None)  # what was read lately is told for three seconds
                again = await one.vitals()
        wire.end()
    await postgresql.drop(url)

    assert before is not None
    assert again is None


def test_each_probe_ends_before_its_asker_gives_up() -> None:
    """What Docker, Kubernetes and Prometheus wait for is longer than what each page may take."""
    (docker_s,) = re.findall(r"HEALTHCHECK .*--timeout=(\d+)s", (ROOT / "Dockerfile").read_text("utf-8"))
    kubernetes = (ROOT / "docs" / "deploy" / "kubernetes.yaml").read_text("utf-8")
    probes = re.findall(r"Probe: .*path: (/\w+).*timeoutSeconds: (\d+)", kubernetes)
    scraping = (ROOT / "docs" / "deploy" / "prometheus.yml").read_text("utf-8")

    assert int(docker_s) > live._ALIVE_WITHIN_S + live._READY_WITHIN_S
    assert pulse_module._FIRST_WITHIN_S < live._READY_WITHIN_S
    assert {path for path, _ in probes} == {"/healthz", "/readyz"}
    assert all(int(seconds) > pulse_module._FIRST_WITHIN_S for _, seconds in probes)
    assert "scrape_timeout" not in scraping, "ten seconds, unless it is said"
    assert pulse_module._FIRST_WITHIN_S + pulse_module._READ_WITHIN_S < 10


@pytest.fixture
async def pulse(tmp_path: Path) -> AsyncIterator[tuple[Pulse, Path, list[float]]]:
    """A pulse over real books, its database's file, and how many seconds it believes to have passed."""
    seconds = [0.0]
    settings = load(NO_FILE, env={"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"})
    async with (
        open_database(f"sqlite:///{tmp_path}/earshot.db") as database,
        Speech(base_url=settings.openai_base_url, api_key="sk-none", model="gpt-transcribe", timeout_s=1) as speech,
    ):
        rules, clock = rules_of(settings, tmp_path), lambda: 1_800_000_000_000
        yield (
            Pulse(
                database=database,
                ledger=Ledger(),
                rules=rules,
                speech=speech,
                clock=clock,
                ffmpeg="auto",
                seconds=lambda: seconds[0],
            ),
            tmp_path / "earshot.db",
            seconds,
        )


async def test_books_that_cannot_be_written_are_found_by_the_bot_itself(
    pulse: tuple[Pulse, Path, list[float]],
) -> None:
    """A database that somebody else keeps locked is told as too busy; the books can be read meanwhile."""
    one, path, _ = pulse
    with closing(sqlite3.connect(path, isolation_level=None)) as books:
        books.execute("BEGIN IMMEDIATE")
        async with one.beating():
            while (part := (await one.parts())["database"]).found == "not tried yet":
                pass  # each ask waits for two seconds
        books.execute("ROLLBACK")

    assert (part.is_ready, part.found) == (False, "too busy to be written")
    assert await one.vitals() is not None


async def test_an_old_finding_is_not_told_as_one(pulse: tuple[Pulse, Path, list[float]]) -> None:
    """What was writable long ago, and was not tried since, is not called so."""
    one, _, seconds = pulse
    async with one.beating():
        while not (await one.parts())["database"].is_ready:
            pass  # each ask waits for two seconds
    seconds[0] = 45.0
    lately = (await one.parts())["database"]
    seconds[0] = 500.0
    parts = await one.parts()

    assert (lately.is_ready, lately.age_s) == (True, 45.0)
    assert {name: part.is_ready for name, part in parts.items()} == dict.fromkeys(parts, False)
    assert parts["database"].found == "not tried for 500 seconds"


async def test_readings_that_fail_are_remembered_too(pulse: tuple[Pulse, Path, list[float]]) -> None:
    """Books that cannot be read are asked again after some seconds, not for everybody who wants to know."""
    one, path, seconds = pulse
    with closing(sqlite3.connect(path, isolation_level=None)) as books:
        books.execute("ALTER TABLE note RENAME TO hidden")
        assert await one.vitals() is None
        books.execute("ALTER TABLE hidden RENAME TO note")
    assert await one.vitals() is None, "the same answer"
    seconds[0] = 3.0

    assert await one.vitals() is not None
