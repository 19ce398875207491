"""What every test may ask for: a world with a Discord, an OpenAI and a bot in it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.world.bot import running
from tests.world.discord import Discord, Permission, Person, Room, Server, open_discord
from tests.world.openai import LocalOpenAI, Scripted, open_openai

SPEECH = Path(__file__).parent / "speech"


@dataclass(slots=True)
class World:
    """A server with a channel, a member and an admin; `bot` runs the bot in it."""

    discord: Discord
    openai: LocalOpenAI
    folder: Path
    home: Server = field(init=False)
    general: Room = field(init=False)
    mina: Person = field(init=False)
    admin: Person = field(init=False)

    def __post_init__(self) -> None:
        self.home = self.discord.guild("Home")
        self.general = self.home.channel("general")
        self.mina = self.home.member("Mina")
        self.admin = self.home.member("Admin", permissions=Permission.MANAGE_GUILD)

    @property
    def database(self) -> Path:
        """The file with the bot's books."""
        return self.folder / "earshot.db"

    def env(self, **settings: str) -> dict[str, str]:
        """What points a bot at this world; settings as EARSHOT_<SECTION>__<KEY> without the prefix."""
        named = {f"EARSHOT_{name.upper()}": value for name, value in settings.items()}
        return {**self.discord.env, **self.openai.env, "DATABASE_URL": f"sqlite:///{self.database}", **named}

    @asynccontextmanager
    async def bot(self, env: Mapping[str, str] | None = None, **settings: str) -> AsyncIterator[None]:
        """The bot, connected and ready, in this event loop."""
        async with running(env or self.env(**settings)):
            await self.discord.ready()
            yield


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A world whose OpenAI hears "hello from the note" in everything."""
    async with AsyncExitStack() as stack:
        discord = await stack.enter_async_context(open_discord())
        openai = await stack.enter_async_context(open_openai(ears=Scripted("hello from the note")))
        yield World(discord, openai, tmp_path)
