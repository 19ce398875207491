"""The local Discord's limits, faults and CDN, proven with the real discord.py."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import pytest

from tests.world.discord import Breach, Channel, Discord, Message, Person, Room, open_discord
from tests.world.discord.client import PlainBot, connected


@pytest.fixture
async def world() -> AsyncIterator[Discord]:
    """A local Discord."""
    async with open_discord() as opened:
        yield opened


@pytest.fixture
async def bot(world: Discord) -> AsyncIterator[PlainBot]:
    """The real discord.py, logged in over REST only."""
    async with connected(world, made := PlainBot(), gateway=False):
        yield made


@pytest.fixture
def general(world: Discord) -> Room:
    """A channel the bot may write in."""
    return world.guild("Home").channel("general")


@pytest.fixture
def mina(world: Discord) -> Person:
    """A member."""
    return world.guild("Home").member("Mina")


def channel_of(bot: PlainBot, channel: Channel) -> discord.PartialMessageable:
    """The same channel for discord.py."""
    guild_id = channel.guild.id if channel.guild else None
    return bot.get_partial_messageable(channel.id, guild_id=guild_id)


async def said(person: Person, channel: Channel, text: str = "hello") -> Message:
    """A message somebody wrote."""
    message = (await person.say(channel, text)).message
    assert message is not None
    return message


async def test_text_has_2000_characters_at_most(bot: PlainBot, general: Room) -> None:
    """2,000 characters pass, counted by code points; one more is refused with the nested form error."""
    await channel_of(bot, general).send("\N{SPEAKING HEAD IN SILHOUETTE}" * 2000)
    with pytest.raises(discord.HTTPException, match="In content: Must be 2000 or fewer in length") as refused:
        await channel_of(bot, general).send("x" * 2001)
    assert refused.value.code == 50035


@pytest.mark.parametrize("content", [None, "", "  \n "])
async def test_an_empty_message_is_refused(bot: PlainBot, general: Room, content: str | None) -> None:
    """Nothing, or blanks only, is no message."""
    with pytest.raises(discord.HTTPException) as refused:
        await channel_of(bot, general).send(content)
    assert refused.value.code == 50006


async def test_limits_within_embeds_and_components_are_kept(world: Discord, bot: PlainBot, general: Room) -> None:
    """Too long a title, too many characters in all, doubled ids and choices each have their error."""
    send = channel_of(bot, general).send
    twins: Any = discord.ui.View()
    for _ in range(2):
        twins.add_item(discord.ui.Button(label="again", custom_id="same"))
    long = [
        discord.Embed(title="t" * 257),
        discord.Embed(description="d" * 4000),
        discord.Embed(description="e" * 4000),
    ]
    with pytest.raises(discord.HTTPException, match="256 or fewer"):
        await send(embed=long[0])
    with pytest.raises(discord.HTTPException, match="exceeds maximum size of 6000"):
        await send(embeds=long[1:])
    with pytest.raises(discord.HTTPException, match="duplicated"):
        await send("press", view=twins)
    world.breaches.clear()  # the specification knows the length of a title too


async def test_a_dropped_request_never_happened(world: Discord, bot: PlainBot, general: Room) -> None:
    """A connection reset before the fact leaves nothing behind."""
    world.fail("POST", "/channels/*/messages", drop=True)
    with pytest.raises(aiohttp.ClientConnectionError):
        await channel_of(bot, general).send("never")
    assert not general.messages


async def test_a_gate_holds_requests_until_it_opens(world: Discord, bot: PlainBot, general: Room) -> None:
    """A test can act while the bot waits for an answer."""
    gate = world.hold("POST", "/channels/*/messages")
    sending = asyncio.create_task(channel_of(bot, general).send("late"))
    await gate.arrived()
    assert not general.messages
    gate.open()
    assert (await sending).content == "late"


async def test_a_burst_in_one_channel_is_paced_by_the_headers(world: Discord, bot: PlainBot, general: Room) -> None:
    """discord.py reads the bucket's headers, so that a burst arrives whole without a single 429."""
    world.rates.limits["POST", "/channels/{channel_id}/messages"] = (3, 0.2)
    await asyncio.gather(*(channel_of(bot, general).send(str(number)) for number in range(10)))

    assert len(general.messages) == 10
    assert world.rates.limited == []


@pytest.mark.parametrize("everywhere", [False, True])
async def test_a_429_is_waited_out_and_logged(
    world: Discord, bot: PlainBot, general: Room, *, everywhere: bool
) -> None:
    """A 429, of a resource or global, delays the message; the log remembers it."""
    world.fail("POST", "/channels/*/messages", retry_after=0.05, is_global=everywhere)
    await channel_of(bot, general).send("hello")

    assert [each.status for each in world.asked("POST", "*/messages")] == [429, 200]
    assert [scope for _, _, scope in world.rates.limited] == ["global" if everywhere else "shared"]


async def test_an_empty_bucket_answers_429(world: Discord, general: Room) -> None:
    """Who ignores the headers is refused with Retry-After, scope and the bucket."""
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {world.token}"}) as session:
        url = f"{world.api_url}/channels/{general.id}/messages"
        answers = [await session.post(url, json={"content": str(number)}) for number in range(6)]
        body = await answers[-1].json()

    assert [each.status for each in answers] == [200] * 5 + [429]
    assert 0 < body["retry_after"] <= 5
    assert answers[-1].headers["X-RateLimit-Scope"] == "user"


async def test_an_attachment_is_served_in_ranges_until_its_address_expires(
    world: Discord, bot: PlainBot, general: Room, mina: Person
) -> None:
    """Ranges and HEAD work; forged or a day old, an address is worth nothing; the message has a fresh one."""
    note = (await mina.upload(general, ("note.ogg", bytes(range(200))))).message
    assert note is not None
    partial = channel_of(bot, general).get_partial_message(note.id)
    url = (await partial.fetch()).attachments[0].url
    async with aiohttp.ClientSession() as session:
        part = await session.get(url, headers={"Range": "bytes=10-19"})
        head = await session.head(url)
        forged = await session.get(url.replace("hm=", "hm=0"))
        assert (part.status, await part.read()) == (206, bytes(range(10, 20)))
        assert (head.status, head.content_length, forged.status) == (200, 200, 404)
        world.clock.advance(hours=25)
        expired = await session.get(url)
        assert (expired.status, await expired.text()) == (404, "This content is no longer available.")
    assert len(await (await partial.fetch()).attachments[0].read()) == 200


async def test_the_cdn_can_fail_in_every_way(world: Discord, bot: PlainBot, general: Room, mina: Person) -> None:
    """A cut body, a status and a redirect can be ordered."""
    note = (await mina.upload(general, ("note.ogg", bytes(300_000)))).message
    assert note is not None
    attachment = (await channel_of(bot, general).get_partial_message(note.id).fetch()).attachments[0]
    world.cdn.fail(cut_after=1000)
    with pytest.raises(aiohttp.ClientError):
        await attachment.read()
    world.cdn.fail(status=404)
    with pytest.raises(discord.NotFound):
        await attachment.read()
    world.cdn.fail(redirect=f"{world.cdn_origin}/elsewhere")
    with pytest.raises(discord.NotFound):
        await attachment.read()
    assert len(await attachment.read()) == 300_000


async def test_paths_discord_does_not_list_are_breaches() -> None:
    """An unlisted path fails the test that asked for it."""

    async def astray() -> None:
        async with open_discord() as world, connected(world, PlainBot(), gateway=False) as bot:
            with pytest.raises(discord.NotFound):
                await bot.fetch_sticker(1)

    with pytest.raises(Breach, match="GET /stickers/1: this path is not listed"):
        await astray()


async def test_a_malformed_request_is_a_breach(world: Discord, general: Room) -> None:
    """A body the specification doesn't allow is noted with its path, whatever else happens to it."""
    if world.oracle is None:
        pytest.skip("specification files are not beside this repository")
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {world.token}"}) as session:
        await session.post(f"{world.api_url}/channels/{general.id}/messages", json={"content": "x", "tts": "loud"})
    (breach,) = world.breaches
    world.breaches.clear()
    assert breach == 'POST /channels/{channel_id}/messages: tts: "loud" is not of types "null", "boolean"'


async def test_too_many_requests_in_a_second_are_refused_globally(world: Discord) -> None:
    """The limit over all routes (50 a second, here 2) answers 429 with its own scope."""
    world.rates.per_second = 2
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {world.token}"}) as session:
        answers = [await session.get(f"{world.api_url}/users/@me") for _ in range(3)]
        body = await answers[-1].json()

    assert [each.status for each in answers] == [200, 200, 429]
    assert body["global"] is True


async def test_an_ordered_error_comes_as_often_as_ordered(world: Discord, bot: PlainBot, general: Room) -> None:
    """A status with a code is answered so many times, then all is well."""
    world.fail("POST", "/channels/*/messages", status=403, code=50013, times=2)
    for _ in range(2):
        with pytest.raises(discord.Forbidden):
            await channel_of(bot, general).send("no")
    assert (await channel_of(bot, general).send("yes")).content == "yes"


async def test_a_broken_body_is_said_to_be_broken(world: Discord, general: Room) -> None:
    """JSON that isn't is refused with 50109; another's token with 401."""
    url = f"{world.api_url}/channels/{general.id}/messages"
    kind = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession() as session:
        broken = await session.post(url, data=b"{", headers={**kind, "Authorization": f"Bot {world.token}"})
        stranger = await session.post(url, data=b"{}", headers={**kind, "Authorization": "Bot me"})
        assert (broken.status, (await broken.json())["code"], stranger.status) == (400, 50109, 401)
