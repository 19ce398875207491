"""The demo's world with the page in front, as one thing to enter and leave."""

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.world.bot import BotProcess, start
from tests.world.discord import Discord, Permission, Person, Server, open_discord
from tests.world.openai import LocalOpenAI, open_openai
from tests.world.openai.whisper import open_ears
from tests.world.web.site import Site, open_site

READY_S = 60.0
AUTOMATIC = {"EARSHOT_LISTEN__AUTOMATIC": "true"}  # this server has long decided; `/settings` changes it


@dataclass(frozen=True, slots=True)
class Scenery:
    """Everything that runs: the world, the bot in it, the page in front."""

    discord: Discord
    openai: LocalOpenAI
    server: Server
    people: Mapping[str, Person]
    bot: BotProcess
    site: Site
    folder: Path


@asynccontextmanager
async def open_scenery(
    env: Mapping[str, str], *, port: int = 0, listener: str = "recogniser"
) -> AsyncIterator[Scenery]:
    """The demo's server with its three people, the bot started with `env` besides, and the page."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="earshot-web-")))
        discord = await stack.enter_async_context(open_discord(strict=False))
        ears = await stack.enter_async_context(open_ears(listener))
        openai = await stack.enter_async_context(open_openai(ears=ears))
        server = discord.guild("Home")
        for name in ("general", "voice-notes"):
            server.channel(name)
        people = {name: server.member(name) for name in ("Mina", "Jun")}
        people["Admin"] = server.member("Admin", permissions=Permission.MANAGE_GUILD | Permission.MANAGE_MESSAGES)
        site = await stack.enter_async_context(open_site(discord, server, people, port=port))
        bot = await start(
            {**discord.env, **openai.env, "DATABASE_URL": f"sqlite:///{folder / 'earshot.db'}", **AUTOMATIC, **env}
        )
        stack.push_async_callback(bot.stop)
        await discord.ready(seconds=READY_S)
        yield Scenery(discord, openai, server, people, bot, site, folder)
