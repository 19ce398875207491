"""The local Discord's REST and CDN, proven with the real discord.py."""

import io
from collections.abc import AsyncIterator

import aiohttp
import discord
import pytest

from tests.world.discord import EVERYBODY, Channel, Discord, Message, Permission, Person, Room, open_discord
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


async def test_a_wrong_token_is_a_login_failure(world: Discord) -> None:
    """Discord answers 401 and discord.py calls it by its name."""
    world.token, right = "another", world.token
    assert right != world.token
    discord.http.Route.BASE = world.api_url
    async with PlainBot() as bot:
        with pytest.raises(discord.LoginFailure):
            await bot.login(right)


async def test_messages_are_sent_edited_read_and_deleted(bot: PlainBot, general: Room, mina: Person) -> None:
    """What the bot writes is what a member reads, through an edit, until it is gone."""
    sent = await channel_of(bot, general).send("frist", file=discord.File(io.BytesIO(b"words"), "words.txt"))
    await sent.edit(content="first")
    assert "Earshot: first <words.txt 5 bytes> (edited)" in general.seen_by(mina)
    assert [each.content async for each in channel_of(bot, general).history()] == ["first"]
    assert await sent.attachments[0].read() == b"words"
    await sent.delete()
    assert general.seen_by(mina) == ""


async def test_history_is_cut_where_it_was_asked_to(bot: PlainBot, general: Room, mina: Person) -> None:
    """before, after, around and limit pick what the documentation says."""
    ids = [(await said(mina, general, str(number))).id for number in range(6)]
    read = channel_of(bot, general).history
    middle = discord.Object(ids[3])

    assert [int(each.content) async for each in read(limit=2)] == [5, 4]
    assert [int(each.content) async for each in read(before=middle, limit=2)] == [2, 1]
    assert [int(each.content) async for each in read(after=middle)] == [4, 5]
    assert [int(each.content) async for each in read(around=middle, limit=3)] == [4, 3, 2]


async def test_the_same_nonce_is_the_same_message_for_a_while(world: Discord, bot: PlainBot, general: Room) -> None:
    """An enforced nonce posts once; when its window is over, it posts again."""
    send = channel_of(bot, general).send
    first, second = await send("hello", nonce="n-1"), await send("hello", nonce="n-1")
    world.clock.advance(minutes=10)
    third = await send("hello", nonce="n-1")
    world.forget_nonces()
    fourth = await send("hello", nonce="n-1")

    assert first.id == second.id
    assert len({first.id, third.id, fourth.id}) == 3


async def test_an_answer_may_be_lost_although_the_message_was_posted(
    world: Discord, bot: PlainBot, general: Room
) -> None:
    """A connection reset after the fact leaves a message; the retry with its nonce finds it again."""
    world.fail("POST", "/channels/*/messages", drop=True, after=True)
    with pytest.raises(aiohttp.ClientConnectionError):
        await channel_of(bot, general).send("once", nonce="n-2")
    again = await channel_of(bot, general).send("once", nonce="n-2")

    assert list(general.messages) == [again.id]


TAKEN = [
    (Permission.VIEW_CHANNEL, 50001),
    (Permission.SEND_MESSAGES, 50013),
    (Permission.READ_MESSAGE_HISTORY, 160002),
    (Permission.ATTACH_FILES, 50013),
]


@pytest.mark.parametrize(("taken", "code"), TAKEN)
async def test_each_permission_missing_has_its_code(
    world: Discord, bot: PlainBot, general: Room, mina: Person, taken: Permission, code: int
) -> None:
    """A reply with a file needs sight, speech, history and attachments, and is told what is missing."""
    note = await said(mina, general)
    general.overwrite(world.bot, deny=taken)
    with pytest.raises(discord.Forbidden) as refused:
        await channel_of(bot, general).send(
            "x",
            file=discord.File(io.BytesIO(b"x"), "x.txt"),
            reference=discord.MessageReference(message_id=note.id, channel_id=general.id),
        )
    assert refused.value.code == code


async def test_threads_have_a_permission_of_their_own(
    world: Discord, bot: PlainBot, general: Room, mina: Person
) -> None:
    """In a thread SEND_MESSAGES_IN_THREADS counts, not SEND_MESSAGES; started from a message it has its id."""
    note = await said(mina, general)
    channel = await bot.fetch_channel(general.id)
    assert isinstance(channel, discord.TextChannel)
    thread = await channel.create_thread(name="words", message=discord.Object(note.id))
    general.overwrite(world.bot, deny=Permission.SEND_MESSAGES)
    await thread.send("here")
    general.overwrite(world.bot, deny=Permission.SEND_MESSAGES_IN_THREADS)
    with pytest.raises(discord.Forbidden):
        await thread.send("not here")
    assert thread.id == note.id


async def test_only_managers_delete_what_others_wrote(
    world: Discord, bot: PlainBot, general: Room, mina: Person
) -> None:
    """The bot deletes others' messages only with MANAGE_MESSAGES; then several at once too."""
    lines = [await said(mina, general, str(number)) for number in range(3)]
    partial = [channel_of(bot, general).get_partial_message(each.id) for each in lines]
    with pytest.raises(discord.Forbidden):
        await partial[0].delete()
    general.overwrite(world.bot, allow=Permission.MANAGE_MESSAGES)
    await partial[0].delete()
    channel = await bot.fetch_channel(general.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.delete_messages(partial[1:])
    assert not general.messages


async def test_a_reply_to_a_deleted_message_degrades_if_asked_to(bot: PlainBot, general: Room, mina: Person) -> None:
    """Replying to what is gone is an error, unless fail_if_not_exists is false."""
    note = await said(mina, general)
    await mina.delete(note)
    gone = discord.MessageReference(message_id=note.id, channel_id=general.id)
    with pytest.raises(discord.HTTPException, match="Unknown message"):
        await channel_of(bot, general).send("x", reference=gone)
    gone.fail_if_not_exists = False
    assert (await channel_of(bot, general).send("x", reference=gone)).reference is None


async def test_pings_are_those_that_allowed_mentions_lets_through(
    world: Discord, bot: PlainBot, general: Room, mina: Person
) -> None:
    """A mention and a reply ping, unless none is allowed; only with the right does @everyone."""
    note = await said(mina, general)
    text = f"<@{mina.id}> @everyone"
    reference = discord.MessageReference(message_id=note.id, channel_id=general.id)
    send = channel_of(bot, general).send
    loud = await send(text, reference=reference)
    quiet = await send(text, reference=reference, allowed_mentions=discord.AllowedMentions.none())
    general.overwrite(world.bot, allow=Permission.MENTION_EVERYONE)
    shout = await send(text)
    everybody = {each.user.id for each in world.guild("Home").members.values()} - {world.bot.id}

    assert general.messages[loud.id].pings == {mina.id}
    assert general.messages[quiet.id].pings == frozenset()
    assert general.messages[shout.id].pings == everybody


async def test_what_a_bot_looks_up_is_found(world: Discord, bot: PlainBot, general: Room, mina: Person) -> None:
    """Guild, channels, threads, members, users and direct messages can be fetched."""
    home = await bot.fetch_guild(world.guild("Home").id)
    thread = await mina.thread(general, "aside")
    dm = await (await bot.fetch_user(mina.id)).send("psst")

    assert [each.name for each in await home.fetch_channels()] == ["general"]
    assert [each.id for each in await home.active_threads()] == [thread.id]
    assert (await home.fetch_member(mina.id)).display_name == "Mina"
    assert mina.dm().id == dm.channel.id
    with pytest.raises(discord.NotFound):
        await home.fetch_member(1)


async def test_reactions_and_typing_are_seen(world: Discord, bot: PlainBot, general: Room, mina: Person) -> None:
    """The bot's reaction stands under the message until it takes it back."""
    note = await said(mina, general)
    partial = channel_of(bot, general).get_partial_message(note.id)
    await partial.add_reaction("👂")
    assert "👂 1" in general.seen_by(mina)
    await channel_of(bot, general).typing()
    me = bot.user
    assert me is not None
    await partial.remove_reaction("👂", me)
    assert "👂" not in general.seen_by(mina)
    world.guild("Home").permit(EVERYBODY & ~Permission.ADD_REACTIONS)
    general.overwrite(world.bot, deny=Permission.ADD_REACTIONS)
    with pytest.raises(discord.Forbidden):
        await partial.add_reaction("👂")


async def test_an_edit_keeps_what_it_does_not_name(bot: PlainBot, general: Room, mina: Person) -> None:
    """An edit may drop a file and keep another; one that would leave nothing changes nothing; voice stays as it is."""
    files = [discord.File(io.BytesIO(b"x"), name) for name in ("one.txt", "zwei 2.txt")]
    sent = await channel_of(bot, general).send("words", files=files)
    kept = await sent.edit(attachments=sent.attachments[1:])
    with pytest.raises(discord.HTTPException, match="empty message"):
        await sent.edit(content=None, attachments=[])
    note = (await mina.voice_note(general, ("n.ogg", b"OggS"))).message
    assert note is not None
    with pytest.raises(discord.Forbidden):
        await channel_of(bot, general).get_partial_message(note.id).edit(content="x")

    assert [(each.filename, each.title) for each in kept.attachments] == [("zwei_2.txt", "zwei 2")]
    assert (general.messages[sent.id].content, len(general.messages[sent.id].files)) == ("words", 1)


async def test_a_picture_in_an_embed_is_served_from_the_cdn(world: Discord, bot: PlainBot, general: Room) -> None:
    """attachment:// in an embed or a layout becomes a signed address."""
    embed = discord.Embed(title="Minutes").set_image(url="attachment://chart.png")
    sent = await channel_of(bot, general).send(embed=embed, file=discord.File(io.BytesIO(b"png"), "chart.png"))
    layout = discord.ui.LayoutView()
    layout.add_item(discord.ui.Container(discord.ui.TextDisplay("words"), discord.ui.File("attachment://all.txt")))
    rich = await channel_of(bot, general).send(view=layout, file=discord.File(io.BytesIO(b"all"), "all.txt"))
    (container,) = general.messages[rich.id].components

    assert (sent.embeds[0].image.url or "").startswith(world.cdn_origin)
    assert [each["type"] for each in container["components"]] == [10, 13]
    general.overwrite(world.bot, deny=Permission.EMBED_LINKS)
    with pytest.raises(discord.Forbidden):
        await channel_of(bot, general).send(embed=embed)


async def test_a_closed_door_is_50007(bot: PlainBot, mina: Person) -> None:
    """Who takes no direct messages gets none."""
    mina.user.refuses_dms = True
    with pytest.raises(discord.Forbidden) as refused:
        await (await bot.fetch_user(mina.id)).send("psst")
    assert refused.value.code == 50007


async def test_roles_are_pinged_only_by_who_may(world: Discord, bot: PlainBot, general: Room) -> None:
    """A role's holders are notified if the sender may mention everyone."""
    admin = world.guild("Home").member("Admin", permissions=Permission.MANAGE_GUILD)
    (role,) = admin.member.roles
    quiet = await channel_of(bot, general).send(f"<@&{role.id}>")
    general.overwrite(world.bot, allow=Permission.MENTION_EVERYONE)
    loud = await channel_of(bot, general).send(f"<@&{role.id}>")

    assert general.messages[quiet.id].pings == frozenset()
    assert general.messages[loud.id].pings == {admin.id}
