"""Who may not speak in the local Discord: time-outs, slow mode, closed direct messages; as discord.py meets it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import discord
import pytest

from tests.world.discord import Channel, Discord, NotOffered, Permission, Person, Room, open_discord
from tests.world.discord.client import PlainBot, connected, open_wire
from tests.world.discord.rules import Refusal

NOTE = ("note.ogg", b"OggS and what follows")


@pytest.fixture
async def world() -> AsyncIterator[Discord]:
    """A local Discord with a channel and a member in its guild."""
    async with open_discord() as opened:
        opened.guild("Home").channel("general")
        opened.guild("Home").member("Mina")
        yield opened


@pytest.fixture
async def bot(world: Discord) -> AsyncIterator[PlainBot]:
    """The real discord.py, logged in over REST only."""
    async with connected(world, made := PlainBot(), gateway=False):
        yield made


@pytest.fixture
def general(world: Discord) -> Room:
    """A channel."""
    return world.guild("Home").channel("general")


@pytest.fixture
def mina(world: Discord) -> Person:
    """A member."""
    return world.guild("Home").member("Mina")


def channel_of(bot: PlainBot, channel: Channel) -> discord.PartialMessageable:
    """The same channel for discord.py."""
    guild_id = channel.guild.id if channel.guild else None
    return bot.get_partial_messageable(channel.id, guild_id=guild_id)


async def test_a_member_in_time_out_only_reads(world: Discord, general: Room, mina: Person) -> None:
    """They neither write, react, press nor command until it is over; the app reads so in every member object."""
    bot = PlainBot(guilds=True)

    @bot.tree.command(description="Say it")
    async def say(interaction: discord.Interaction) -> None:
        assert isinstance(interaction.user, discord.Member)
        button: discord.ui.Button[discord.ui.View] = discord.ui.Button(label="Again", custom_id="again")
        await interaction.response.send_message(
            str(interaction.user.is_timed_out()), view=discord.ui.View(timeout=None).add_item(button)
        )

    async with connected(world, bot):
        await bot.heard("ready")
        await bot.tree.sync()
        answer = await (await mina.slash("say")).wait()
        mina.time_out(60)
        member = await bot.guilds[0].fetch_member(mina.id)
        assert member.is_timed_out()
        assert member.timed_out_until is not None
        assert member.timed_out_until - discord.utils.utcnow() > timedelta(seconds=50)
        with pytest.raises(Refusal, match="Missing Permissions"):
            await mina.voice_note(general, NOTE)
        for attempt in (
            mina.slash("say"), mina.press(answer.messages[0], "Again"), mina.react(answer.messages[0], "\N{BELL}")
        ):  # fmt: skip
            with pytest.raises(NotOffered):
                await attempt
        assert "Again" in general.seen_by(mina)

        world.clock.advance(minutes=2)
        assert (await (await mina.slash("say")).wait()).content == "False"
    assert answer.content == "False"


async def test_time_outs_of_others_are_told_with_the_intent_only(world: Discord, mina: Person) -> None:
    """GUILD_MEMBER_UPDATE names until when, to a bot that asked for members; one without hears of itself alone."""
    async with aiohttp.ClientSession() as session:
        wires = [await open_wire(world, session), await open_wire(world, session)]
        for wire, intents in zip(wires, (1 << 0 | 1 << 1, 1 << 0), strict=True):
            await wire.identify(world, intents)
        mina.time_out(60)
        world.guild("Home").bot.time_out(60)
        told = [await wire.event("GUILD_MEMBER_UPDATE") for wire in wires]

    assert [each["user"]["id"] for each in told] == [str(mina.id), str(world.bot.id)]
    assert all(each["communication_disabled_until"] for each in told)


async def test_a_bot_in_time_out_is_refused_until_it_is_over(world: Discord, general: Room, mina: Person) -> None:
    """Its messages are 50013 and it is told so; answers to interactions pass; administrators are never silenced."""
    bot = PlainBot(guilds=True)

    @bot.tree.command(description="Say it")
    async def say(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("words")

    async with connected(world, bot):
        await bot.tree.sync()
        world.guild("Home").bot.time_out(60)
        await bot.heard("member_update")
        there = bot.get_channel(general.id)
        assert isinstance(there, discord.TextChannel)
        assert bot.guilds[0].me.is_timed_out()
        assert not there.permissions_for(bot.guilds[0].me).send_messages
        with pytest.raises(discord.Forbidden) as refused:
            await there.send("words")
        assert refused.value.code == 50013
        assert [each.content async for each in there.history()] == []
        assert (await (await mina.slash("say")).wait()).content == "words"

        world.guild("Home").bot.time_out(0)
        assert (await there.send("again")).content == "again"
    boss = world.guild("Home").member("Boss", permissions=Permission.ADMINISTRATOR)
    boss.time_out(60)
    await boss.say(general, "never silent")


async def test_slow_mode_may_hold_a_bot(world: Discord, bot: PlainBot, general: Room) -> None:
    """Sooner than it allows, a message is a 429 with 20016 and the seconds left; discord.py waits them out."""
    general.slow(30)
    await channel_of(bot, general).send("first")
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {world.token}"}) as session:
        answer = await session.post(f"{world.api_url}/channels/{general.id}/messages", json={"content": "second"})
        body = await answer.json()
    assert (answer.status, body["code"], answer.headers["Via"]) == (429, 20016, "1.1 google")
    assert 0 < body["retry_after"] <= 30
    assert [scope for _, _, scope in world.rates.limited] == ["shared"]
    shape = await bot.http.get_channel(general.id)
    assert shape.get("rate_limit_per_user") == 30

    world.clock.advance(seconds=29.9)
    await channel_of(bot, general).send("third")
    assert world.asked("POST", "*/messages")[-1].status == 200
    assert [each.content for each in general.messages.values()] == ["first", "third"]


@pytest.mark.parametrize("power", [Permission.MANAGE_MESSAGES, Permission.MANAGE_CHANNELS, Permission.BYPASS_SLOWMODE])
async def test_slow_mode_spares_whoever_may_pass_it(
    world: Discord, bot: PlainBot, general: Room, mina: Person, power: Permission
) -> None:
    """Members wait unless one of three permissions is theirs, a bot where the test says so; other rooms are free."""
    general.slow(30, bots=False)
    await mina.say(general, "first")
    with pytest.raises(Refusal, match="slowmode"):
        await mina.say(general, "second")
    await mina.say(world.guild("Home").channel("other"), "elsewhere")
    for text in ("one", "two"):
        await channel_of(bot, general).send(text)

    general.slow(30)
    general.overwrite(world.bot, allow=power)
    await channel_of(bot, general).send("three")
    assert world.rates.limited == []


async def test_slow_mode_of_a_thread_is_its_own(bot: PlainBot, general: Room, mina: Person) -> None:
    """That of its channel does not hold in it, and an enforced nonce that comes again is no second message."""
    general.slow(600)
    thread = await mina.thread(general, "aside")
    for text in ("one", "two"):
        await channel_of(bot, thread).send(text)
    thread.slow(600)
    world_send = channel_of(bot, general).send
    first = await world_send("words", nonce="n-1")
    again = await world_send("words", nonce="n-1")
    assert first.id == again.id


@pytest.mark.parametrize(("way", "code"), [("nothing in common", 50278), ("refuses", 50007)])
async def test_a_direct_message_needs_a_will_and_something_in_common(
    world: Discord, bot: PlainBot, way: str, code: int
) -> None:
    """Opening it works; writing is 50278 without a guild or an installation in common, 50007 where it isn't wished."""
    stranger = world.person("Jun")
    if way == "refuses":
        world.guild("Home").welcome(stranger)
        stranger.user.refuses_dms = True
    there = await (await bot.fetch_user(stranger.id)).create_dm()
    with pytest.raises(discord.Forbidden) as refused:
        await there.send("hello")
    assert refused.value.code == code

    stranger.user.refuses_dms = False
    stranger.user.installed = True
    assert (await there.send("hello")).content == "hello"


async def test_a_guild_the_bot_left_is_nothing_in_common(world: Discord, bot: PlainBot, mina: Person) -> None:
    """After the last shared guild is gone, 50278 is the answer."""
    there = await (await bot.fetch_user(mina.id)).create_dm()
    await there.send("hello")
    world.guild("Home").kick_bot()
    with pytest.raises(discord.Forbidden) as refused:
        await there.send("still there?")
    assert refused.value.code == 50278


async def test_direct_messages_can_be_opened_too_fast(world: Discord, bot: PlainBot, mina: Person) -> None:
    """When the app has opened enough of them, a new one is 40003; those that are open stay open."""
    jun = world.guild("Home").member("Jun")
    world.world.new_dms_left = 1
    there = await (await bot.fetch_user(mina.id)).create_dm()
    with pytest.raises(discord.Forbidden, match="opening direct messages too fast") as refused:
        await (await bot.fetch_user(jun.id)).create_dm()
    assert refused.value.code == 40003
    await there.send("hello")
    assert (await bot.http.start_private_message(mina.id))["id"] == str(there.id)
