"""Ends for good: whatever it was that ended the process, its reason is the last line of the log."""

import asyncio
from collections.abc import Callable

import pytest

from bot.client import Shards, point_at
from tests.conftest import PATIENCE_S, SPEECH, WORDS, World
from tests.test_client import nobody_else
from tests.world.bot import BotProcess, start

PARK = SPEECH / "park.ogg"
Spoil = Callable[[World, dict[str, str]], None]


def refused(_: World, env: dict[str, str]) -> None:
    """Another bot's token."""
    env["DISCORD_TOKEN"] = "another.token.entirely"


def closed(code: int) -> Spoil:
    """Discord closes the first connection."""
    return lambda world, _: world.discord.gateway.next_close.append(code)


def sick(path: str, status: int) -> Spoil:
    """Discord refuses something at the start."""

    def spoil(world: World, _: dict[str, str]) -> None:
        world.discord.fail("*", path, status=status, times=100)

    return spoil


def away(_: World, env: dict[str, str]) -> None:
    """Nobody is there."""
    env["DISCORD_API_URL"] = "http://127.0.0.1:9/api/v10"


def port_taken(world: World, env: dict[str, str]) -> None:
    """The health page cannot be had."""
    env["EARSHOT_HEALTH__PORT"] = world.discord.api_url.partition("127.0.0.1:")[2].partition("/")[0]


ENDS: dict[str, tuple[Spoil, str]] = {
    "token refused": (refused, "Reset Token"),
    "Discord away": (away, "could not be reached"),
    "login in trouble": (sick("/users/@me", 503), "discordstatus.com"),
    "commands refused": (sick("/applications/*/commands", 403), "did not let us start"),
    "port taken": (port_taken, "health.port"),
    **{str(code): (closed(code), f"code {code}") for code in (4010, 4011, 4012, 4013)},
    "4004": (closed(4004), "DISCORD_TOKEN"),
    "4014": (closed(4014), "Message Content"),
}


def ends_with(process: BotProcess, says: str) -> None:
    """The last line is the reason, and nothing anybody else had to say of it stands before."""
    assert says in process.lines[-1]
    assert "action=start_failed" in process.lines[-1]
    assert not [line for line in process.lines if "Traceback" in line or "Unclosed" in line or "never" in line]
    assert all(line.startswith("20") for line in process.lines), process.lines


# Each starts a process; what Discord closes with these codes goes the way of 4011, so `make test` does without.
ALIKE = {"4010", "4012", "4013"}


@pytest.mark.parametrize("end", [pytest.param(end, marks=[pytest.mark.long] * (end in ALIKE)) for end in ENDS])
async def test_a_start_that_fails_ends_with_its_reason(world: World, end: str) -> None:
    """Login, intents, commands, gateway: exit code 1, and one line that says what to do, below which nothing stands."""
    spoil, says = ENDS[end]
    env = world.env()
    spoil(world, env)

    process = await start(env)

    assert await process.wait() == 1
    ends_with(process, says)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (4004, "DISCORD_TOKEN"),
        pytest.param(4013, "code 4013", marks=pytest.mark.long),
        pytest.param(4014, "Message Content", marks=pytest.mark.long),
    ],
)
async def test_an_end_amid_work_comes_after_the_work(world: World, code: int, says: str) -> None:
    """A note and a command that are at work when Discord closes for good are finished; then the reason, and no more."""
    process = await start(world.env())
    await world.discord.ready(seconds=PATIENCE_S)
    gate = world.discord.hold("POST", "/channels/*/messages")
    note = await world.mina.voice_note(world.general, PARK)
    await gate.arrived(seconds=PATIENCE_S)
    command = world.discord.hold("PATCH", "/webhooks/*")
    asked = await world.mina.slash("usage", world.general)
    await command.arrived(seconds=PATIENCE_S)
    await world.discord.drop_gateway(code)
    gate.open()

    assert await process.wait() == 1
    ends_with(process, says)
    assert WORDS in note.content
    assert "I was stopped before this was done" in asked.content


@pytest.mark.parametrize("code", [4004, 4010, 4011, 4012, 4013, 4014])
async def test_shards_end_with_the_reason_too(world: World, code: int) -> None:
    """A gateway of several shards says the same when Discord closes one for good, and is not built anew."""
    point_at(world.discord.api_url, world.discord.gateway_url)
    async with Shards(None, alone=nobody_else, sync_commands=False) as client:
        await client.login(world.discord.token)
        connection = asyncio.create_task(client.stay_connected())
        await world.discord.ready(seconds=PATIENCE_S)
        await world.discord.drop_gateway(code)
        why = await asyncio.wait_for(connection, PATIENCE_S)

    assert why
    assert {4004: "DISCORD_TOKEN", 4014: "Message Content"}.get(code, f"code {code}") in why
