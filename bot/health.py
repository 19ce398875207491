"""
How the process feels: counters, the loop's lateness, and a small page that tells them.

Hides prometheus_client and the little web server. Promises: bound to loopback unless the host says
otherwise; nothing here knows a note's words.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

_BEAT_S = 0.05


class Health:
    """The metrics of one process, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._notes = Counter("earshot_notes", "Notes by how they ended", ["outcome"], registry=self.registry)
        self._late = Gauge(
            "earshot_loop_late_seconds_max", "The latest the event loop ever was", registry=self.registry
        )
        self._latest_s = 0.0

    def ended(self, outcome: str) -> None:
        """One note more has ended as `outcome`."""
        self._notes.labels(outcome).inc()

    @property
    def latest_s(self) -> float:
        """The longest the event loop kept a timer waiting, in seconds."""
        return self._latest_s

    @asynccontextmanager
    async def watch(self, host: str, port: int) -> AsyncIterator[int]:
        """
        Watch the loop and serve /healthz and /metrics while the context is open; yields the port.

        Port 0 serves nothing. Raises OSError where that port cannot be had.
        """
        runner = await self._serve(host, port) if port else None
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
            due = loop.time() + _BEAT_S
            await asyncio.sleep(_BEAT_S)
            self._latest_s = max(self._latest_s, loop.time() - due)
            self._late.set(self._latest_s)

    async def _serve(self, host: str, port: int) -> web.AppRunner:
        async def healthz(_: web.Request) -> web.Response:
            return web.json_response({"status": "ok", "loop_late_seconds_max": round(self._latest_s, 4)})

        async def metrics(_: web.Request) -> web.Response:
            return web.Response(body=generate_latest(self.registry), content_type="text/plain")

        site = web.Application()
        site.add_routes([web.get("/healthz", healthz), web.get("/metrics", metrics)])
        runner = web.AppRunner(site, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError:
            await runner.cleanup()
            raise
        return runner
