"""The local Discord's gateway, proven with the real discord.py and with bare sockets."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import pytest

from tests.world.discord import Discord, Permission, open_discord
from tests.world.discord.client import PlainBot, connected, open_wire

NOTE = ("note.ogg", b"OggS and what follows")


@pytest.fixture
async def world() -> AsyncIterator[Discord]:
    """A local Discord."""
    async with open_discord() as opened:
        yield opened


async def test_a_voice_note_reaches_the_bot_with_its_bytes(world: Discord) -> None:
    """The real discord.py sees a voice message as such and can fetch exactly what was recorded."""
    general = world.guild("Home").channel("general")
    mina = world.guild("Home").member("Mina")
    async with connected(world, bot := PlainBot()):
        await mina.voice_note(general, NOTE, seconds=2.5)
        message = await bot.heard("message")
        (note,) = message.attachments

        assert (message.flags.voice, note.is_voice_message(), note.duration) == (True, True, 2.5)
        assert (note.filename, note.content_type) == ("voice-message.ogg", "audio/ogg")
        assert await note.read() == NOTE[1]
        assert (message.author.display_name, message.guild.name, message.channel.name) == ("Mina", "Home", "general")


async def test_a_reply_is_seen_where_the_note_was_posted(world: Discord) -> None:
    """An answer waits until the bot has replied, and shows what the person then reads."""
    home = world.guild("Home")
    async with connected(world, bot := PlainBot()):
        note = await home.member("Mina").voice_note(home.channel("general"), NOTE)
        await (await bot.heard("message")).reply("hello", mention_author=False)

        assert (await note.wait()).content == "hello"
        assert note.messages[0].pings == frozenset()
        assert "Earshot: (to Mina) hello" in home.channel("general").seen_by(home.member("Jun"))


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """A bare HTTP client."""
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.mark.parametrize("compress", ["zstd-stream", "zlib-stream", None])
async def test_every_transport_carries_events(
    world: Discord, session: aiohttp.ClientSession, compress: str | None
) -> None:
    """A stream of events arrives whole over zstd, zlib and plain text."""
    home = world.guild("Home")
    wire = await open_wire(world, session, compress)
    ready = await wire.identify(world)
    await home.member("Mina").say(home.channel("general"), "one " * 400)
    await home.member("Mina").say(home.channel("general"), "two")

    assert ready["t"] == "READY"
    assert ready["d"]["resume_gateway_url"] == world.gateway_url
    assert (await wire.event("MESSAGE_CREATE"))["id"]
    assert (await wire.event("MESSAGE_CREATE"))["channel_type"] == 0


@pytest.mark.parametrize(
    ("wish", "code"),
    [({"token": "no"}, 4004), ({"intents": 1 << 40}, 4013), ({"intents": 1 << 15}, 4014), ({"shard": [2, 2]}, 4010)],
)
async def test_a_bad_identify_is_closed_with_its_code(session: aiohttp.ClientSession, wish: Any, code: int) -> None:
    """Wrong token, unknown intents, intents not granted and impossible shards have codes of their own."""
    async with open_discord(privileged_intents=0) as world:
        wire = await open_wire(world, session)
        assert (await wire.next())["op"] == 10
        hello = {"token": world.token, "intents": 1, "properties": {}} | wish
        await wire.socket.send_json({"op": 2, "d": hello})
        await wire.socket.receive(10)

        assert wire.socket.close_code == code


async def test_two_identifies_within_the_window_are_too_many(session: aiohttp.ClientSession, world: Discord) -> None:
    """With the identify window on, a second bot of the same bucket is told that its session is invalid."""
    world.gateway.identify_window_ms = 5_000
    first, second = await open_wire(world, session), await open_wire(world, session)

    assert (await first.identify(world))["t"] == "READY"
    assert (await second.identify(world)) == {"op": 9, "d": False}


async def test_each_shard_hears_of_its_own_guilds_only(session: aiohttp.ClientSession, world: Discord) -> None:
    """Events of a guild go to shard (id >> 22) % count, and READY lists only its guilds."""
    home = world.guild("Home")
    mine, other = await open_wire(world, session), await open_wire(world, session)
    number = (home.id >> 22) % 2
    owner = await mine.identify(world, shard=[number, 2])
    stranger = await other.identify(world, shard=[1 - number, 2])

    assert [each["id"] for each in owner["d"]["guilds"]] == [str(home.id)]
    assert stranger["d"]["guilds"] == []


async def test_without_the_intent_a_note_is_hollow(world: Discord) -> None:
    """Without MESSAGE_CONTENT a voice message keeps its flag but loses its attachment; a mention or a DM keeps all."""
    home = world.guild("Home")
    mina = home.member("Mina")
    async with connected(world, bot := PlainBot(guilds=True, messages=True)):
        await mina.voice_note(home.channel("general"), NOTE)
        hollow = await bot.heard("message")
        await mina.upload(home.channel("general"), NOTE, content=f"<@{world.bot.id}> please")
        mentioned = await bot.heard("message")
        await mina.voice_note(mina.dm(), NOTE)
        private = await bot.heard("message")

        assert (hollow.flags.voice, hollow.content, hollow.attachments) == (True, "", [])
        assert len(mentioned.attachments) == len(private.attachments) == 1
        assert private.guild is None


async def test_discord_py_reports_an_intent_that_is_switched_off() -> None:
    """A bot that asks for message content without having it is told so by name."""
    async with open_discord(privileged_intents=0) as world:
        with pytest.RaisesGroup(discord.PrivilegedIntentsRequired):
            async with connected(world, PlainBot()) as bot:
                await world.clock.bell.until(bot.is_closed, 10)


async def test_what_happened_while_the_bot_was_away_is_replayed(world: Discord) -> None:
    """After a dropped connection the bot resumes its session and hears the missed message exactly once."""
    home = world.guild("Home")
    mina, general = home.member("Mina"), home.channel("general")
    async with connected(world, bot := PlainBot()):
        (before,) = await world.ready()
        await world.drop_gateway(4000)
        await mina.say(general, "are you there?")
        (after,) = await world.ready()

        assert (await bot.heard("message")).content == "are you there?"
        await bot.heard("resumed")
        await mina.say(general, "once more")
        assert (await bot.heard("message")).content == "once more"
        assert before is after


@pytest.mark.parametrize("how", ["cut", "op 7", "op 9, resumable"])
async def test_the_bot_comes_back_to_its_session(world: Discord, how: str) -> None:
    """A cut line, a reconnect and a resumable invalid session all end in a resume."""
    async with connected(world, bot := PlainBot()):
        (before,) = await world.ready()
        if how == "cut":
            await world.drop_gateway(None)
        elif how == "op 7":
            await world.reconnect()
        else:
            await world.invalidate(resumable=True)
        await bot.heard("resumed")

        assert await world.ready() == [before]


@pytest.mark.parametrize("how", ["op 9", "forgotten"])
async def test_a_lost_session_is_begun_anew(world: Discord, how: str) -> None:
    """After an invalid session, or one the gateway no longer knows, the bot identifies again."""
    async with connected(world, bot := PlainBot()):
        (before,) = await world.ready()
        await bot.heard("ready")
        await (world.invalidate() if how == "op 9" else world.drop_gateway(forget=True))
        await bot.heard("ready")

        assert await world.ready() != [before]
        assert len(world.gateway.identified) == 2


async def test_changes_arrive_as_events(world: Discord) -> None:
    """Edits, deletions one by one and in bulk, reactions, typing, threads and a farewell are told."""
    home = world.guild("Home")
    mina, general = home.member("Mina"), home.channel("general")
    admin = home.member("Admin", permissions=Permission.MANAGE_MESSAGES)
    said = [(await mina.say(general, f"line {number}")).message for number in range(4)]
    first, *others = [each for each in said if each is not None]
    async with connected(world, bot := PlainBot()):
        await bot.heard("guild_available")
        await mina.edit(first, "line zero")
        assert (await bot.heard("raw_message_edit")).message.content == "line zero"
        await mina.react(first, "👍")
        assert (await bot.heard("raw_reaction_add")).emoji.name == "👍"
        await mina.typing(general)
        assert (await bot.heard("raw_typing")).user_id == mina.id
        await mina.delete(first)
        assert (await bot.heard("raw_message_delete")).message_id == first.id
        await admin.delete(*others)
        assert (await bot.heard("raw_bulk_message_delete")).message_ids == {each.id for each in others}
        thread = await mina.thread(general, "aside")
        assert (await bot.heard("thread_create")).id == thread.id
        general.remove()
        assert (await bot.heard("guild_channel_delete")).id == general.id
        home.kick_bot()
        assert (await bot.heard("guild_remove")).id == home.id


async def test_a_hidden_channel_is_silent(world: Discord) -> None:
    """Messages in a channel the bot can't see never reach it."""
    home = world.guild("Home")
    secret, general, mina = home.channel("secret"), home.channel("general"), home.member("Mina")
    async with connected(world, bot := PlainBot()):
        secret.overwrite(world.bot, deny=Permission.VIEW_CHANNEL)
        await mina.say(secret, "psst")
        await mina.say(general, "hello")

        assert (await bot.heard("message")).content == "hello"


async def test_a_forward_carries_the_sound_but_not_its_author(world: Discord) -> None:
    """A forwarded voice message has a snapshot with attachments and the inner flag, and nobody's name."""
    home, mina, jun = world.guild("Home"), world.guild("Home").member("Mina"), world.guild("Home").member("Jun")
    note = (await mina.voice_note(home.channel("private"), NOTE)).message
    assert note is not None
    async with connected(world, bot := PlainBot()):
        await jun.forward(note, home.channel("general"))
        message = await bot.heard("message")
        (snapshot,) = message.message_snapshots

        assert (message.author.display_name, message.attachments, message.flags.forwarded) == ("Jun", [], True)
        assert snapshot.flags.voice
        assert await snapshot.attachments[0].read() == NOTE[1]
        assert "Mina" not in json.dumps(world.events[-1][1])


async def test_every_event_and_request_was_validated(world: Discord) -> None:
    """Where the specification is at hand, READY, guilds, messages and requests are counted as validated."""
    if world.oracle is None:
        pytest.skip("specification files are not beside this repository")
    home = world.guild("Home")
    async with connected(world, bot := PlainBot()):
        await home.member("Mina").voice_note(home.channel("general"), NOTE)
        await (await bot.heard("message")).channel.send("heard")

    assert (world.oracle.events_checked, world.oracle.requests_checked) == (4, 3)
    assert world.breaches == []


async def test_what_the_protocol_forbids_is_closed(world: Discord, session: aiohttp.ClientSession) -> None:
    """Speaking before identifying, identifying twice, resuming from the future and unknown ops have close codes."""
    for early, code in (({"op": 3, "d": {}}, 4003), ({"op": 2, "d": {}}, 4005), ({"op": 8, "d": {}}, 4001)):
        wire = await open_wire(world, session)
        if code != 4003:
            await wire.identify(world)
        else:
            await wire.next()
        await wire.socket.send_json(early)
        await wire.socket.receive(10)
        assert wire.socket.close_code == code
    wire = await open_wire(world, session)
    ready = await wire.identify(world)
    await wire.socket.close(code=4000)
    again = await open_wire(world, session)
    await again.next()
    resume = {"token": world.token, "session_id": ready["d"]["session_id"], "seq": 99}
    await again.socket.send_json({"op": 6, "d": resume})
    await again.socket.receive(10)
    assert again.socket.close_code == 4007
    assert [each for each in world.breaches if "op 8" in each]
    world.breaches.clear()


async def test_a_connection_may_be_turned_away_or_go_silent(world: Discord, session: aiohttp.ClientSession) -> None:
    """A test can refuse the next connection with a code, swallow heartbeats, and send nonsense."""
    world.gateway.next_close.append(4000)
    turned_away = await open_wire(world, session)
    await turned_away.socket.receive(10)
    assert turned_away.socket.close_code == 4000
    wire = await open_wire(world, session)
    await wire.identify(world)
    world.gateway.acks = False
    await wire.socket.send_json({"op": 1, "d": 1})
    world.gateway.blurt("MESSAGE_CREATE", {"nonsense": True})
    assert (await wire.next())["d"] == {"nonsense": True}
