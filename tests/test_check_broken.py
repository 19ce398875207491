"""Set-ups that are broken in one way each: `check` says which, and what it says to do mends it."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from bot.check import Finding, examine
from bot.database import open_database
from bot.database.migrations import CREATE_VERSION
from bot.settings import SettingsError, load
from tests.conftest import World
from tests.world.bot import NO_FILE

TODAY = date(2026, 6, 1)
Env = dict[str, str]


@dataclass(frozen=True)
class Broken:
    """What is broken, in which part, what the instruction has to say, and what following it amounts to."""

    name: str
    part: str
    says: str
    spoil: Callable[[World, Env], Env]
    mend: Callable[[World], None] = lambda _: None


def without(*names: str) -> Callable[[World, Env], Env]:
    """Variables that were forgotten; the provider is then OpenAI itself, which wants a key."""
    return lambda _, env: {name: value for name, value in env.items() if name not in names}


def with_(**more: str) -> Callable[[World, Env], Env]:
    """Variables with something else in them."""
    return lambda _, env: env | more


def intent_off(world: World, env: Env) -> Env:
    """The switch in the portal is off."""
    world.discord.world.privileged = 0
    return env


def intent_on(world: World) -> None:
    """The switch is on, as the instruction says."""
    world.discord.world.privileged = 1 << 15  # Discord: "Gateway Intents", MESSAGE_CONTENT


def no_database(world: World, env: Env) -> Env:
    """The file is something else."""
    world.database.write_bytes(b"a picture, say" * 500)
    return env


def newer(world: World, env: Env) -> Env:
    """A newer Earshot was here."""
    with sqlite3.connect(world.database) as books:
        books.execute(CREATE_VERSION)  # where an earlier set-up has taken the books away
        books.execute("INSERT INTO schema_version VALUES (999, 'later')")
    books.close()
    return env


def gone(world: World) -> None:
    """The file is out of the way, as after a restore."""
    world.database.unlink()


SETUPS = [
    Broken("no token", "Discord token", "DISCORD_TOKEN is not set", without("DISCORD_TOKEN")),
    Broken("another bot's token", "Discord token", "Reset Token", with_(DISCORD_TOKEN="another.token.entirely")),
    Broken(
        "no way to Discord", "Discord token", "DISCORD_API_URL", with_(DISCORD_API_URL="http://127.0.0.1:9/api/v10")
    ),
    Broken("intent off", "Message Content intent", "Privileged Gateway Intents", intent_off, intent_on),
    Broken("no key", "speech key", "OPENAI_API_KEY is not set", without("OPENAI_API_KEY", "OPENAI_BASE_URL")),
    Broken("a refused key", "speech key", "Make a new one", with_(OPENAI_API_KEY="sk-proj-refused-0123456789")),
    Broken("no way to the provider", "speech key", "OPENAI_BASE_URL", with_(OPENAI_BASE_URL="http://127.0.0.1:9/v1")),
    Broken("no such model", "speech model", "It has: gpt-", with_(EARSHOT_SPEECH__MODEL="whisper-9")),
    Broken("no ffmpeg", "ffmpeg", "/nowhere/ffmpeg", with_(EARSHOT_AUDIO__FFMPEG="/nowhere/ffmpeg")),
    Broken("no database", "database", "not a database", no_database, gone),
    Broken("a newer database", "database", "start the newer Earshot", newer, gone),
    Broken(
        "no folder for the database", "database", "cannot be written", with_(DATABASE_URL="sqlite:////nowhere/a.db")
    ),
]


async def broken(env: Env) -> list[Finding]:
    """What check finds to mend."""
    return [finding async for finding in examine(load(NO_FILE, env), today=TODAY) if finding.fix]


@pytest.mark.parametrize("setup", SETUPS, ids=lambda setup: setup.name)
async def test_what_is_broken_is_named_with_what_mends_it(world: World, setup: Broken) -> None:
    """Exactly the broken part is named, its instruction names the thing to change, and changing it mends the set-up."""
    found = await broken(setup.spoil(world, world.env()))

    assert [finding.part for finding in found] == [setup.part]
    assert setup.says in found[0].fix
    setup.mend(world)
    assert await broken(world.env()) == []


async def test_every_broken_set_up_has_an_instruction_of_its_own(world: World) -> None:
    """Twelve ways to be broken, twelve different instructions."""
    fixes = set()
    for setup in SETUPS:
        fixes |= {finding.fix for finding in await broken(setup.spoil(world, world.env()))}
        setup.mend(world)

    assert len(fixes) == len(SETUPS) >= 10


async def test_books_that_disagree_are_told(world: World) -> None:
    """A balance somebody changed by hand is named with the account and the way back."""
    async with open_database(f"sqlite:///{world.database}"):
        pass
    assert await broken(world.env()) == []
    with world.books() as books:
        books.execute(
            "INSERT INTO account (account, period, rank, money, ceiling, held)"
            " VALUES ('guild:1', '2026-06', 2, 0, 9, 7)"
        )
    (finding,) = await broken(world.env())
    with world.books() as books:
        books.execute("DELETE FROM account")

    assert "guild:1 in 2026-06" in finding.fix
    assert "restore" in finding.fix


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DISCORD_TOKEN", "123456789012345678", "application's ID"),
        ("DISCORD_TOKEN", '"quoted.token.here"', "leave them out"),
        ("OPENAI_API_KEY", "not a key", "only the key itself"),
        ("EARSHOT_QUOTA__GUILD_MINUETS", "5", "guild_minutes"),
        ("EARSHOT_QUOTA__TIMEZONE", "Seoul", "Asia/Seoul"),
    ],
)
def test_slips_of_the_pen_are_told_before_anything_is_tried(name: str, value: str, says: str) -> None:
    """A value that cannot be right is named with what was probably meant, without being shown."""
    with pytest.raises(SettingsError, match=says):
        load(NO_FILE, {name: value})
