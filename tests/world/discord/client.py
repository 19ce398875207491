"""The real discord.py, pointed at a local Discord and kept connected while a test runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import discord
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
