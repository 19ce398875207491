"""
The local Discord as one thing: REST and gateway on one port, the CDN on another, over one world.

Promises: binds loopback only; on leaving raises `Breach` if the bot did what the real Discord's
specification doesn't know (an unlisted path, a malformed request), or if this stand-in sent a malformed event.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.world.discord.cdn import Cdn, cdn_app
from tests.world.discord.clock import Clock
from tests.world.discord.door import BASE, LISTED, Door
from tests.world.discord.gateway import PRIVILEGED, Gateway, Session
from tests.world.discord.places import Places
from tests.world.discord.rates import Rates
from tests.world.discord.rooms import Room
from tests.world.discord.state import Json, User, World
from tests.world.oracle import Oracle

TOKEN = "stand-in.bot.token"
TOO_LARGE = 25 * 1024 * 1024  # docs, "Uploading Files": of a whole request


class Breach(AssertionError):
    """The bot did what the real Discord's specification doesn't know."""


@dataclass(eq=False, repr=False)
class Discord(Door, Places):
    """The face: where to connect, who is there, what was asked, what shall go wrong."""

    cdn: Cdn = field(kw_only=True)
    api_url: str = ""

    @property
    def bot(self) -> User:
        """The app's own account."""
        return self.world.bot

    @property
    def application_id(self) -> int:
        """The app's id."""
        return self.world.bot.id

    @property
    def gateway_url(self) -> str:
        """Where the gateway listens."""
        return self.gateway.url

    @property
    def cdn_origin(self) -> str:
        """Where attachments live."""
        return self.cdn.origin

    @property
    def events(self) -> list[tuple[str, Json]]:
        """Everything the gateway dispatched."""
        return self.gateway.events

    @property
    def env(self) -> dict[str, str]:
        """What points the real bot here."""
        return {
            "DISCORD_TOKEN": self.token,
            "DISCORD_API_URL": self.api_url,
            "DISCORD_GATEWAY_URL": self.gateway_url,
            "EARSHOT_DISCORD__ATTACHMENT_HOSTS": self.cdn_origin,
        }

    async def ready(self, sessions: int = 1, seconds: float = 20) -> list[Session]:
        """Wait until a bot is connected and READY (or resumed)."""
        found = self.gateway.ready_sessions
        return await self.clock.bell.until(
            lambda: found() if len(found()) >= sessions else [], seconds, lambda: f"{len(found())} sessions"
        )

    async def gone(self, seconds: float = 20) -> None:
        """Wait until no bot is connected."""
        await self.clock.bell.until(lambda: not self.gateway.ready_sessions(), seconds)

    async def drop_gateway(self, code: int | None = 4000, *, forget: bool = False) -> None:
        """Close the bot's connections (None: cut them); `forget` loses their sessions."""
        self.gateway.drop(code, forget=forget)
        await self.gone()

    async def reconnect(self) -> None:
        """Op 7; returns when the bot has left."""
        self.gateway.reconnect()
        await self.gone()

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Op 9; returns when the bot has left."""
        self.gateway.invalidate(resumable=resumable)
        await self.gone()


def api_app(discord: Discord) -> web.Application:
    """The routes of REST and the gateway."""
    app = web.Application(client_max_size=TOO_LARGE)
    paths = {path for _, path, _ in LISTED}
    for path in sorted(paths, key=lambda path: [part.startswith("{") for part in path.split("/")]):  # names before ids
        app.router.add_route("*", BASE + path, discord.serve)
    # With the slash alone, as a proxy serves what lies below a path: an address that loses it leads nowhere.
    app.router.add_get("/gateway/", discord.gateway.serve)
    app.router.add_get("/proxy/{name}/", discord.gateway.serve)
    app.router.add_route("*", "/{unlisted:.*}", discord.serve)
    return app


@asynccontextmanager
async def open_discord(
    *,
    clock: Clock | None = None,
    token: str = TOKEN,
    privileged_intents: int = PRIVILEGED,
    port: int = 0,
    cdn_port: int = 0,
    validate: bool = True,
    strict: bool = True,
) -> AsyncIterator[Discord]:
    """
    A local Discord on loopback. Ports 0 are chosen by the system.

    `validate` False switches the oracle off (benchmarks); `strict` False keeps breaches in `.breaches` only.
    """
    clock = clock or Clock()
    bot = User(clock.snowflake(), "Earshot", bot=True)
    files: dict[int, Any] = {}
    cdn = Cdn(clock, files, secrets.token_bytes(16))
    world = World(clock, bot, cdn.address, privileged_intents, files=files, channel_type=Room)
    world.users[bot.id] = bot
    oracle = Oracle.load("discord-bot-subset.json") if validate else None
    breaches: list[str] = []

    def checked(name: str, body: Json) -> None:
        if oracle is not None:
            breaches.extend(oracle.event(name, body))

    gateway = Gateway(world, token, checked, breaches.append)
    world.listeners.append(gateway.dispatch)
    discord = Discord(world, gateway, Rates(clock), oracle, token, breaches=breaches, cdn=cdn)
    runners = [web.AppRunner(app, access_log=None, shutdown_timeout=1.0) for app in (api_app(discord), cdn_app(cdn))]
    try:
        api_port, files_port = [await _bind(*each) for each in zip(runners, (port, cdn_port), strict=True)]
        discord.api_url = f"http://127.0.0.1:{api_port}{BASE}"
        gateway.url = f"ws://127.0.0.1:{api_port}/gateway/"
        cdn.origin = f"http://127.0.0.1:{files_port}"
        yield discord
    finally:
        gateway.drop(1001)
        for runner in runners:
            await runner.cleanup()
    if strict and breaches:
        raise Breach("\n".join(breaches))


async def _bind(runner: web.AppRunner, port: int) -> int:
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    chosen: int = runner.addresses[0][1]
    return chosen
