"""The real discord.py, pointed at a local Discord and kept connected while a test runs; and a bare gateway wire."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
import zstandard
from discord.ext import commands
from yarl import URL

from tests.world.discord.server import Discord


class PlainBot(commands.Bot):
    """An ordinary bot without a cache of messages; `got` collects the named events it hears."""

    def __init__(self, **intents: bool) -> None:
        wanted = discord.Intents(guilds=True, messages=True, message_content=True, reactions=True, typing=True)
        chosen = discord.Intents(**intents) if intents else wanted
        super().__init__("!", intents=chosen, max_messages=None, guild_ready_timeout=0.1)
        self.got: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """A local Discord has nothing against identifying again at once."""

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Keep every event for the test, then do as usual."""
        self.got.put_nowait((event, args[0] if args else None))
        super().dispatch(event, *args, **kwargs)

    async def heard(self, event: str) -> Any:
        """The next event of that name; others before it are dropped."""
        async with asyncio.timeout(10):
            while (found := await self.got.get())[0] != event:
                pass
        return found[1]


@asynccontextmanager
async def connected(world: Discord, bot: commands.Bot, *, gateway: bool = True) -> AsyncIterator[commands.Bot]:
    """Log in (and connect) for the length of the block."""
    discord.http.Route.BASE = world.api_url
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(world.gateway_url)
    async with asyncio.TaskGroup() as group, bot:
        await bot.login(world.token)
        if gateway:
            group.create_task(bot.connect())
            await world.ready()
        yield bot


class Wire:
    """A bare gateway connection."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, compress: str | None) -> None:
        self.socket = socket
        unzstd = zstandard.ZstdDecompressor().decompressobj()
        unzip = zlib.decompressobj()
        streams: dict[str | None, Any] = {"zstd-stream": unzstd.decompress, "zlib-stream": unzip.decompress}
        self._unpack = streams.get(compress)

    async def next(self) -> Any:
        """The next payload."""
        frame = await self.socket.receive(10)
        return json.loads(self._unpack(frame.data) if self._unpack else frame.data)

    async def event(self, name: str) -> Any:
        """The body of the next event of that name."""
        while (payload := await self.next())["t"] != name:
            pass
        return payload["d"]

    async def identify(self, world: Discord, intents: int = 1 << 9, **more: Any) -> Any:
        """Say who we are; returns what comes next."""
        assert (await self.next())["op"] == 10
        hello = {"token": world.token, "intents": intents, "properties": {}, **more}
        await self.socket.send_json({"op": 2, "d": hello})
        return await self.next()


async def open_wire(world: Discord, session: aiohttp.ClientSession, compress: str | None = None) -> Wire:
    """A bare connection to the gateway."""
    query = f"?v=10&encoding=json{f'&compress={compress}' if compress else ''}"
    return Wire(await session.ws_connect(world.gateway_url + query), compress)
