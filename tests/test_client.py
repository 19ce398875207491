"""The connection: what happens when a command breaks, or Discord will not have us."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord
import pytest
from discord import app_commands
from discord.ext import commands
from yarl import URL

from bot import app
from bot.client import Client, Shards, point_at
from bot.settings import load
from tests.conftest import PATIENCE_S, SPEECH, WORDS, World
from tests.world.bot import NO_FILE
from tests.world.discord import Answer, Message

PARK = SPEECH / "park.ogg"  # 3.61 seconds


class Fragile(commands.Cog):
    """Commands and a listener with a mistake in each."""

    @app_commands.command(description="Breaks at once")
    async def early(self, interaction: discord.Interaction) -> None:
        """Nothing was answered yet."""
        raise ZeroDivisionError(interaction.id)

    @app_commands.command(description="Breaks after its first answer")
    async def late(self, interaction: discord.Interaction) -> None:
        """Discord already shows "thinking"."""
        await interaction.response.defer(thinking=True)
        raise ZeroDivisionError(interaction.id)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Every message is too much."""
        raise ZeroDivisionError(message.id)


@asynccontextmanager
async def connected(world: World) -> AsyncIterator[Client]:
    """The bot's client with the fragile cog, connected."""
    point_at(world.discord.api_url, world.discord.gateway_url)
    async with Client(sync_commands=True) as client:
        await client.take([Fragile()])
        await client.login(world.discord.token)
        connection = asyncio.create_task(client.stay_connected())
        await world.discord.ready(seconds=PATIENCE_S)
        yield client
        connection.cancel()
        await asyncio.wait({connection})


@pytest.mark.parametrize("command", ["early", "late"])
async def test_a_command_that_breaks_is_answered_with_an_id(world: World, command: str) -> None:
    """Whoever hits a bug gets an answer whose id stands in the log, beside the traceback."""
    async with connected(world):
        answer = await (await world.mina.slash(command, world.general)).wait(seconds=PATIENCE_S)
        (record,) = await world.diary.until("command_failed")

    assert record.note in answer.content
    assert record.exc_info
    assert not answer.thinking


async def test_a_listener_that_breaks_does_not_end_the_connection(world: World) -> None:
    """One message that breaks a listener is logged; the next event is heard as if nothing had been."""
    async with connected(world):
        await world.mina.say(world.general, "one")
        await world.mina.say(world.general, "two")
        records = await world.diary.until("listener_failed", 2)

    assert [record.event for record in records] == ["on_message", "on_message"]


async def ended(world: World, **env: str) -> int:
    """The exit code of a bot that ends by itself."""
    return await asyncio.wait_for(app.run(load(NO_FILE, world.env() | env), asyncio.Event()), PATIENCE_S)


async def test_a_token_discord_refuses_ends_the_start_with_the_fix(world: World) -> None:
    """A refused token is told with the way to a new one; the exit code is 1, without a traceback."""
    code = await ended(world, DISCORD_TOKEN="another.token.entirely")

    assert code == 1
    (record,) = world.diary.of("start_failed")
    assert "Reset Token" in record.getMessage()
    assert not record.exc_info


def the_note(answer: Answer) -> Message:
    """The message itself that somebody posted."""
    assert answer.message is not None
    return answer.message


async def test_without_the_intent_what_people_hand_over_is_heard(world: World) -> None:
    """
    Where Discord refuses the Message Content intent the bot goes on without, and says so.

    The menu, a file and a direct message are answered; a note gets no button; `/transcribe` that has to look says why
    it finds nothing, and a message that changes keeps its answer.
    """
    world.discord.world.privileged = 0

    async with world.bot(LISTEN__AUTOMATIC="true"):
        await world.discord.ready(seconds=PATIENCE_S)
        note = await world.mina.upload(world.general, PARK)
        menu = await (await world.mina.menu("Transcribe", the_note(note))).wait(seconds=PATIENCE_S)
        direct = await (await world.mina.voice_note(world.mina.dm(), PARK)).wait(seconds=PATIENCE_S)
        latest = await (await world.admin.slash("transcribe", world.general)).wait(seconds=PATIENCE_S)
        file = await (await world.admin.slash("transcribe", world.general, file=PARK)).wait(seconds=PATIENCE_S)
        await world.mina.edit(the_note(note), "with a sentence beside it")
        again = await (await world.admin.slash("transcribe", world.general)).wait(seconds=PATIENCE_S)

    told = [line.getMessage() for line in world.diary.of("start_check")]
    assert [line for line in told if "Message Content intent: off" in line and "Privileged Gateway Intents" in line]
    assert WORDS in menu.content
    assert WORDS in direct.content
    assert WORDS in file.content
    assert "Discord hides from me" in latest.content
    assert again.content == latest.content
    assert menu.messages[0] in world.general.messages.values()


async def test_an_intent_withdrawn_while_running_is_gone_without(world: World) -> None:
    """When the switch is put off while the bot runs, it comes back without the intent and hears the menu."""
    async with world.bot():
        await world.discord.ready(seconds=PATIENCE_S)
        world.discord.world.privileged = 0
        await world.discord.drop_gateway(4014)
        await world.diary.when(lambda: "Message Content intent: off" in world.diary.text)
        await world.discord.ready(seconds=PATIENCE_S)
        note = await world.mina.voice_note(world.general, PARK)
        menu = await (await world.mina.menu("Transcribe", the_note(note))).wait(seconds=PATIENCE_S)

    assert WORDS in menu.content


async def test_a_discord_that_is_not_there_ends_the_start_as_no_network(world: World) -> None:
    """No network is told as no network."""
    code = await ended(world, DISCORD_API_URL="http://127.0.0.1:9/api/v10")

    assert code == 1
    (record,) = world.diary.of("start_failed")
    assert "could not be reached" in record.getMessage()


async def test_a_token_withdrawn_while_running_ends_the_bot_with_the_fix(world: World) -> None:
    """When Discord closes the connection for a bad token, waiting would not help: the bot says so and ends."""
    stop = asyncio.Event()
    task = asyncio.create_task(app.run(load(NO_FILE, world.env()), stop))
    await world.discord.ready(seconds=PATIENCE_S)
    await world.discord.drop_gateway(4004)

    code = await asyncio.wait_for(task, PATIENCE_S)

    assert code == 1
    assert "DISCORD_TOKEN" in world.diary.of("start_failed")[-1].getMessage()


async def test_a_gateway_that_is_down_at_first_is_tried_again(world: World) -> None:
    """A connection that cannot be made is made later: discord.py alone would give up."""
    world.discord.gateway.next_close.append(4000)

    async with world.bot():
        assert len(await world.discord.ready(seconds=PATIENCE_S)) == 1


async def test_command_names_are_korean_for_korean_readers(world: World) -> None:
    """Every command and option is registered with its Korean name and description."""
    async with world.bot():
        (sync,) = world.discord.asked("PUT", "/applications/*/commands")
        offered = sync.body

    names = {one["name"]: one["name_localizations"]["ko"] for one in offered}
    assert set(names) == {"transcribe", "usage", "quota", "settings", "privacy", "Transcribe"}
    assert names["usage"] == "사용량"
    assert all(re.search("[가-힣]", name) for name in names.values())


async def test_a_note_posted_while_the_connection_was_gone_is_answered(world: World) -> None:
    """After a drop the bot resumes and hears what it missed; told to start anew it does, and answers nothing twice."""
    async with world.bot():
        before = await (await world.mina.voice_note(world.general, SPEECH / "park.ogg")).wait(seconds=PATIENCE_S)
        await world.discord.drop_gateway()
        missed = await world.mina.voice_note(world.general, SPEECH / "park.ogg")
        await world.discord.ready(seconds=PATIENCE_S)
        await missed.wait(seconds=PATIENCE_S)
        await world.discord.reconnect()
        await world.discord.ready(seconds=PATIENCE_S)
        await world.discord.invalidate()
        await world.discord.ready(seconds=PATIENCE_S)
        after = await (await world.mina.voice_note(world.general, SPEECH / "park.ogg")).wait(seconds=PATIENCE_S)
        await world.diary.until("note", 3)

    names = [name for name, _ in world.discord.events]
    assert names.count("READY") == 2
    assert names.count("RESUMED") == 2
    assert [len(note.messages) for note in (before, missed, after)] == [1, 1, 1]
    assert len(world.openai.calls) == 3


async def test_a_connection_closed_for_good_ends_the_bot(world: World) -> None:
    """A close code after which Discord takes no reconnect ends the bot: whoever watches it starts it again."""
    world.discord.gateway.next_close.append(4011)

    code = await ended(world)

    assert code == 1
    assert "code 4011" in world.diary.of("start_failed")[-1].getMessage()


@pytest.mark.parametrize("place", ["/gateway/", "/proxy/x/", "/proxy/x/?key=a%2Bb&v=6"])
async def test_a_gateway_is_asked_where_the_host_says(world: World, dead_address: str, place: str) -> None:
    """DISCORD_GATEWAY_URL keeps its path, last slash and query; a session is resumed there too, not past the proxy."""
    world.discord.gateway.resume_url = dead_address.replace("http", "ws")
    base = world.discord.gateway_url.partition("/gateway")[0]
    async with world.bot(world.env() | {"DISCORD_GATEWAY_URL": base + place}):
        await world.discord.drop_gateway()
        await world.discord.ready(seconds=PATIENCE_S)

    asked = [URL(each) for each in world.discord.gateway.asked]
    assert [each.path for each in asked] == [URL(place).path] * 2
    assert [each.query.get("key") for each in asked] == [URL(place).query.get("key")] * 2
    assert {each.query["v"] for each in asked} == {"10"}
    assert [name for name, _ in world.discord.events].count("RESUMED") == 1


async def test_the_first_of_many_shards_goes_where_the_host_says(world: World, dead_address: str) -> None:
    """A gateway that asks Discord how many shards there are does not take the address that comes with the answer."""
    told, world.discord.gateway.url = world.discord.gateway.url, dead_address.replace("http", "ws")
    point_at(world.discord.api_url, told)
    async with Shards(None, alone=nobody_else, sync_commands=False) as client:
        await client.login(world.discord.token)
        connection = asyncio.create_task(client.stay_connected())
        (session,) = await world.discord.ready(seconds=PATIENCE_S)
        connection.cancel()
        await asyncio.wait({connection})

    assert session.shard == (0, 1)


async def test_a_gateway_nobody_can_name_is_asked_for_again(world: World) -> None:
    """When Discord cannot even say where its gateway is, the bot asks again until it can."""
    world.discord.fail("GET", "/gateway*", status=503, times=1)

    async with world.bot():
        assert len(await world.discord.ready(seconds=PATIENCE_S)) == 1


@pytest.mark.parametrize(("method", "path"), [("GET", "/users/@me"), ("PUT", "/applications/*/commands")])
async def test_a_discord_in_trouble_at_the_start_is_told(world: World, method: str, path: str) -> None:
    """Discord's own trouble at the login, or with the commands, ends the start without a traceback."""
    world.discord.fail(method, path, status=503)

    code = await ended(world)

    assert code == 1
    (record,) = world.diary.of("start_failed")
    assert "discordstatus.com" in record.getMessage()
    assert not record.exc_info


async def test_a_health_port_that_is_taken_is_told(world: World) -> None:
    """A port another program has ends the start with the setting's name."""
    port = world.discord.api_url.partition("127.0.0.1:")[2].partition("/")[0]

    code = await ended(world, EARSHOT_HEALTH__PORT=port)

    assert code == 1
    assert f"health.port {port} cannot be had" in world.diary.of("start_failed")[0].getMessage()


@asynccontextmanager
async def nobody_else(name: str) -> AsyncIterator[None]:
    """There is one process."""
    del name
    yield


async def test_a_gateway_whose_start_failed_ends_cleanly() -> None:
    """Shards that never met Discord can be closed: what is told is why the start failed, and no traceback."""
    shards = Shards(None, alone=nobody_else, sync_commands=False)

    await shards.close()

    assert not shards.is_connected()
