"""
How the process feels: metrics, the loop's lateness, and a small page that tells them.

Hides prometheus_client and the little web server. Promises: bound to loopback unless the host says
otherwise; nothing here knows a note's words; what cannot be read is left out, never told as zero.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.version import VERSION

_BEAT_S = 0.05
# A loop that keeps its own heartbeat waiting for so long answers nobody in time.
_STUCK_S = 5.0
_STAGES = ("fetch", "convert", "hear", "deliver", "work")
_STAGE_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
_LATE_SECONDS = (0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.125, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 1, 2, 5)
_UNHEALTHY = 503


@dataclass(frozen=True, slots=True)
class Vitals:
    """
    What the books say at one moment. Durations in milliseconds, money in micro-dollars, both of this month.

    `off` is what balances and journal of all months disagree about, by unit: 0, or somebody wrote into the file; None
    where they were not compared.
    """

    queue_notes: int
    queue_age_ms: int
    held_ms: int
    committed_ms: int
    host_held_usd_micros: int
    host_spent_usd_micros: int
    host_left_usd_micros: int
    off: Mapping[str, int] | None


@dataclass(frozen=True, slots=True)
class Part:
    """
    One thing the bot needs: is it there, and in a few words what was found, `age_s` seconds ago.

    `is_sure`: False where that could not be found out, so that it is tried again soon.
    """

    is_ready: bool
    found: str
    age_s: float = 0.0
    is_sure: bool = True


Read = Callable[[], Awaitable[Vitals | None]]
Try = Callable[[], Awaitable[Mapping[str, Part]]]


class Health:
    """The metrics of one process, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self._notes = Counter("earshot_notes", "Notes by how they ended", ["outcome"], registry=registry)
        self._stages = Histogram(
            "earshot_stage_seconds",
            "How long the stages of notes took",
            ["stage"],
            buckets=_STAGE_SECONDS,
            registry=registry,
        )
        self._errors = Counter(
            "earshot_provider_errors", "Calls the speech provider did not answer", ["fault", "code"], registry=registry
        )
        self._incomplete = Counter(
            "earshot_incomplete",
            "Pieces in which somebody speaks, and of which no words came, or too few, however they were asked for",
            ["words"],
            registry=registry,
        )
        self._undelivered = Counter(
            "earshot_undelivered",
            "Notes whose words reached nobody, by Discord's last refusal",
            ["reason"],
            registry=registry,
        )
        self._drift = Counter(
            "earshot_provider_drift_usd",
            "Dollars by which the provider counted calls otherwise than we did, and by which it is not believed",
            ["direction"],
            registry=registry,
        )
        for direction in ("more", "less", "unbelieved_more", "unbelieved_less"):
            self._drift.labels(direction)
        self._takeovers = Counter(
            "earshot_takeovers", "Notes taken up again after a try that crashed or broke", registry=registry
        )
        self._short = Counter(
            "earshot_put_off",
            "Notes put off because the machine was short of something, by the system's name for it",
            ["reason"],
            registry=registry,
        )
        self._short.labels("ENOSPC")
        self._lateness = Histogram(
            "earshot_loop_late_seconds",
            "How late the event loop came to its own heartbeat, twenty times a second",
            buckets=_LATE_SECONDS,
            registry=registry,
        )
        self._held = Histogram(
            "earshot_loop_held_seconds",
            "The part of that in which the bot itself was at work: the rest of it the machine had others to serve",
            buckets=_LATE_SECONDS,
            registry=registry,
        )
        self._late = Gauge("earshot_loop_late_seconds_max", "The latest the event loop ever was", registry=registry)
        self._ends = Gauge(
            "earshot_model_shutdown_days", "Days until the model is switched off", ["model"], registry=registry
        )
        self._ready = Gauge("earshot_ready", "1 for each part that does its work", ["part"], registry=registry)
        build = Gauge("earshot_build_info", "Which Earshot this is", ["version"], registry=registry)
        build.labels(VERSION).set(1)
        for stage in _STAGES:
            self._stages.labels(stage)  # so that a quiet bot has them too
        ProcessCollector(registry=registry)
        self._latest_s = 0.0
        self._beat_late_s = 0.0
        self._ending: dict[str, date] = {}

    def ended(self, outcome: str, took: Mapping[str, object] | None = None) -> None:
        """One note more has ended as `outcome`; `took` has how long its stages lasted, as `hear_ms` and the like."""
        self._notes.labels(outcome).inc()
        for stage in _STAGES:
            if isinstance(lasted_ms := (took or {}).get(f"{stage}_ms"), int):
                self._stages.labels(stage).observe(lasted_ms / 1000)

    def unanswered(self, fault: str, code: str) -> None:
        """One paid or unpaid call brought no words; `code` is the HTTP status, or what broke."""
        self._errors.labels(fault, code or "none").inc()

    def incomplete(self, *, nothing: bool) -> None:
        """Words of a piece are missing for good: all of them, or some."""
        self._incomplete.labels("none" if nothing else "some").inc()

    def undelivered(self, reason: str) -> None:
        """The words of a note reached nobody; `reason` is Discord's code, the HTTP status, or what broke."""
        self._undelivered.labels(reason).inc()

    def drifted(self, usd_micros: int) -> None:
        """The provider counted a call as so much dearer than we had, or cheaper."""
        self._drift.labels("more" if usd_micros > 0 else "less").inc(abs(usd_micros) / 1e6)

    def disbelieved(self, usd_micros: int) -> None:
        """The provider counted a call as so much dearer than is believed, or cheaper."""
        self._drift.labels("unbelieved_more" if usd_micros > 0 else "unbelieved_less").inc(abs(usd_micros) / 1e6)

    def claimed(self, *, again: bool) -> None:
        """A worker has a note; `again` after a try that crashed or broke (others take their count back)."""
        self._takeovers.inc(int(again))

    def short_of(self, reason: str) -> None:
        """A note was put off because the machine was short of something; `reason` is the error's name in C."""
        self._short.labels(reason).inc()

    def model_ends(self, model: str, day: date) -> None:
        """The provider switches `model` off on that day."""
        self._ending[model] = day

    @property
    def latest_s(self) -> float:
        """The longest the event loop kept a timer waiting, in seconds."""
        return self._latest_s

    @asynccontextmanager
    async def watch(
        self, host: str, port: int, *, read: Read | None = None, attempt: Try | None = None
    ) -> AsyncIterator[int]:
        """
        Watch the loop and serve /healthz, /readyz and /metrics while the context is open; yields the port.

        `read` reads the books, None where it could not; `attempt` tells how each part is. Whoever asks the pages may be
        anybody, and ask without end: both have to be cheap, and soon done. Port 0 serves nothing.
        Raises OSError where that port cannot be had.
        """
        runner = await self._serve(host, port, read or _no_books, attempt or _no_parts) if port else None
        beating = asyncio.create_task(self._beat(), name="heartbeat")
        try:
            yield port
        finally:
            beating.cancel()
            if runner is not None:
                await runner.cleanup()

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due, used_s = loop.time() + _BEAT_S, time.process_time()
            await asyncio.sleep(_BEAT_S)
            self._beat_late_s = loop.time() - due
            self._lateness.observe(max(self._beat_late_s, 0))
            self._held.observe(max(min(self._beat_late_s, time.process_time() - used_s), 0))
            self._latest_s = max(self._latest_s, self._beat_late_s)
            self._late.set(self._latest_s)

    async def metrics(self, read: Read, attempt: Try, *, today: date | None = None) -> bytes:
        """Everything there is to tell, as Prometheus reads it; `today` counts the days models have left."""
        for name, part in (await attempt()).items():
            self._ready.labels(name).set(part.is_ready)
        for model, day in self._ending.items():
            self._ends.labels(model).set((day - (today or date.today())).days)  # noqa: DTZ011 -- a day more or less
        vitals = await read()
        return generate_latest(self.registry) + (generate_latest(_registry_of(vitals)) if vitals else b"")

    async def _serve(self, host: str, port: int, read: Read, attempt: Try) -> web.AppRunner:
        async def healthz(_: web.Request) -> web.Response:
            stuck = self._beat_late_s > _STUCK_S
            late = {"loop_late_seconds": self._beat_late_s, "loop_late_seconds_max": self._latest_s}
            return web.json_response(
                {"status": "stuck" if stuck else "ok", **{name: round(value, 4) for name, value in late.items()}},
                status=_UNHEALTHY if stuck else 200,
            )

        async def readyz(_: web.Request) -> web.Response:
            parts = await attempt()
            ready = all(part.is_ready for part in parts.values())
            found = {
                name: {"ready": part.is_ready, "found": part.found, "seconds_ago": round(part.age_s)}
                for name, part in parts.items()
            }
            return web.json_response(
                {"status": "ready" if ready else "not ready", "parts": found}, status=200 if ready else _UNHEALTHY
            )

        async def metrics(_: web.Request) -> web.Response:
            return web.Response(body=await self.metrics(read, attempt), headers={"Content-Type": CONTENT_TYPE_LATEST})

        site = web.Application()
        site.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)])
        runner = web.AppRunner(site, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError:
            await runner.cleanup()
            raise
        return runner


def _registry_of(vitals: Vitals) -> CollectorRegistry:
    """One scrape's gauges of the books: read anew each time, so that a value never outlives its reading."""
    registry = CollectorRegistry()
    for name, says, value in (
        ("earshot_queue_notes", "Notes that wait or are in work", vitals.queue_notes),
        ("earshot_queue_age_seconds", "How long whoever waits longest has waited", vitals.queue_age_ms / 1000),
        ("earshot_held_ms", "Milliseconds held for notes in work", vitals.held_ms),
        ("earshot_committed_ms", "Milliseconds billed to servers and people this month", vitals.committed_ms),
        ("earshot_host_held_usd", "The host's dollars held for notes in work", vitals.host_held_usd_micros / 1e6),
        ("earshot_host_spent_usd", "The host's dollars spent this month", vitals.host_spent_usd_micros / 1e6),
        ("earshot_host_left_usd", "The host's dollars left this month", vitals.host_left_usd_micros / 1e6),
    ):
        Gauge(name, says, registry=registry).set(value)
    off = Gauge(
        "earshot_balance_minus_journal", "What balances and journal disagree about: 0", ["unit"], registry=registry
    )
    for unit, amount in (vitals.off or {}).items():
        off.labels(unit).set(amount)
    return registry


async def _no_books() -> Vitals | None:
    return None


async def _no_parts() -> Mapping[str, Part]:
    return {}
