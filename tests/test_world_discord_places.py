"""The local Discord's places as the real discord.py meets them: kinds of channels, threads, what each refuses."""

from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest

from tests.world.discord import EVERYBODY, Channel, Discord, Message, NotOffered, Permission, Person, Room, open_discord
from tests.world.discord.client import PlainBot, connected
from tests.world.discord.rules import Refusal
from tests.world.discord.state import Kind

NOTE = ("note.ogg", b"OggS and what follows")


@pytest.fixture
async def world() -> AsyncIterator[Discord]:
    """A local Discord with a text channel in its guild."""
    async with open_discord() as opened:
        opened.guild("Home").channel("general")
        yield opened


@pytest.fixture
async def bot(world: Discord) -> AsyncIterator[PlainBot]:
    """The real discord.py, logged in over REST only."""
    async with connected(world, made := PlainBot(), gateway=False):
        yield made


@pytest.fixture
def general(world: Discord) -> Room:
    """A text channel."""
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


async def opened(bot: PlainBot, channel: Channel, on: Message | None = None, name: str = "words") -> Any:
    """The answer to the bot's wish for a thread."""
    if on is None:
        return await bot.http.start_thread_without_message(
            channel.id, name=name, auto_archive_duration=1440, type=11, invitable=True, rate_limit_per_user=0
        )
    return await bot.http.start_thread_with_message(
        channel.id, on.id, name=name, auto_archive_duration=1440, rate_limit_per_user=0
    )


async def test_every_kind_of_channel_is_what_discord_py_says(world: Discord) -> None:
    """Voice, stage, forum, media, announcements and categories reach a bot with their own classes and fields."""
    home = world.guild("Home")
    made = {
        home.voice("lounge"): discord.VoiceChannel,
        home.stage("hall"): discord.StageChannel,
        home.forum("ideas"): discord.ForumChannel,
        home.media("pictures"): discord.ForumChannel,
        home.announcements("news"): discord.TextChannel,
        home.category("talk"): discord.CategoryChannel,
    }
    home.voice("lounge").move(home.category("talk"))
    home.voice("lounge").age_restrict()
    async with connected(world, bot := PlainBot()):
        late = home.stage("later")
        assert isinstance(await bot.heard("guild_channel_create"), discord.StageChannel)
        for channel, kind in {**made, late: discord.StageChannel}.items():
            told, asked = bot.get_channel(channel.id), await bot.fetch_channel(channel.id)
            assert type(told) is type(asked) is kind
        lounge = bot.get_channel(home.voice("lounge").id)
        assert isinstance(lounge, discord.VoiceChannel)
        assert (lounge.nsfw, lounge.category and lounge.category.name) == (True, "talk")
        news = bot.get_channel(home.announcements("news").id)
        assert isinstance(news, discord.TextChannel)
        assert news.is_news()
        assert home.voice("lounge") is home.voice("lounge")


async def test_a_voice_channel_has_a_chat(world: Discord, mina: Person) -> None:
    """Notes and answers stand in the chat of a voice channel as in any other; commands work there."""
    lounge = world.guild("Home").voice("lounge")
    bot = PlainBot()

    @bot.tree.command(description="Say hello")
    async def hello(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(type(interaction.channel).__name__)

    async with connected(world, bot):
        await bot.tree.sync()
        await mina.voice_note(lounge, NOTE)
        heard = await bot.heard("message")
        await heard.reply("words")
        assert (await (await mina.slash("hello", lounge)).wait()).content == "VoiceChannel"

    assert isinstance(heard.channel, discord.VoiceChannel)
    assert [each.content for each in lounge.messages.values()] == ["", "words", "VoiceChannel"]


@pytest.mark.parametrize("kind", ["voice", "stage"])
async def test_who_may_not_connect_neither_reads_nor_writes_there(
    world: Discord, bot: PlainBot, mina: Person, kind: str
) -> None:
    """Without CONNECT a voice channel is seen, its chat is 50001 for all that needs it, and nothing of it is told."""
    room = getattr(world.guild("Home"), kind)("staff")
    note = await said(mina, room, "secret")
    room.overwrite(world.bot, deny=Permission.CONNECT)
    partial = channel_of(bot, room)
    tries = [
        partial.send("x"),
        partial.fetch_message(note.id),
        partial.get_partial_message(note.id).delete(),
        anext(partial.history()),
    ]
    for each in tries:
        with pytest.raises(discord.Forbidden) as refused:
            await each
        assert refused.value.code == 50001
    assert (await bot.fetch_channel(room.id)).id == room.id
    assert room.allowed(world.bot) == Permission.VIEW_CHANNEL
    room.overwrite(mina, deny=Permission.CONNECT)
    assert room.seen_by(mina) == ""


async def test_a_voice_chat_that_cannot_be_entered_is_not_told(world: Discord, general: Room, mina: Person) -> None:
    """No message event comes from a voice channel without CONNECT."""
    lounge = world.guild("Home").voice("lounge")
    lounge.overwrite(world.bot, deny=Permission.CONNECT)
    async with connected(world, bot := PlainBot()):
        await mina.say(lounge, "behind the door")
        await mina.say(general, "in the open")
        assert (await bot.heard("message")).content == "in the open"


@pytest.mark.parametrize("kind", ["voice", "stage"])
@pytest.mark.parametrize("on_message", [True, False])
async def test_no_thread_is_opened_beside_people_who_talk(
    world: Discord, bot: PlainBot, mina: Person, kind: str, *, on_message: bool
) -> None:
    """In the chat of a voice or stage channel a thread is 50024, on a message or without."""
    room = getattr(world.guild("Home"), kind)("lounge")
    note = await said(mina, room)
    with pytest.raises(discord.HTTPException, match="Cannot execute action on this channel type") as refused:
        await opened(bot, room, note if on_message else None)
    assert (refused.value.status, refused.value.code) == (400, 50024)


async def test_no_thread_is_opened_in_a_thread_or_a_private_one_under_news(
    world: Discord, bot: PlainBot, general: Room, mina: Person
) -> None:
    """Threads do not nest, and private ones belong to text channels."""
    thread = await mina.thread(general, "aside")
    with pytest.raises(discord.HTTPException) as refused:
        await opened(bot, thread, await said(mina, thread))
    assert refused.value.code == 50024
    from_news = world.guild("Home").announcements("news")
    with pytest.raises(Refusal):
        await mina.thread(from_news, "whisper", kind=Kind.PRIVATE_THREAD)


async def test_a_forum_takes_posts_and_no_messages(world: Discord, bot: PlainBot, mina: Person) -> None:
    """A message in a forum itself is 50008; a post is a thread whose first message has its id, and takes notes."""
    forum = world.guild("Home").forum("ideas")
    with pytest.raises(discord.HTTPException, match="non-text channel") as refused:
        await channel_of(bot, forum).send("words")
    assert (refused.value.status, refused.value.code) == (400, 50008)

    post = await mina.open_post(forum, "A bell", "It should ring", NOTE)
    assert [(each.id, each.content, len(each.files)) for each in post.messages.values()] == [
        (post.id, "It should ring", 1)
    ]
    await mina.voice_note(post, NOTE)
    await channel_of(bot, post).send("words")
    found = await bot.fetch_channel(post.id)
    assert isinstance(found, discord.Thread)
    assert (found.parent_id, found.name, found.type) == (forum.id, "A bell", discord.ChannelType.public_thread)
    assert (await channel_of(bot, post).fetch_message(post.id)).content == "It should ring"


async def test_a_bot_may_open_a_post(world: Discord) -> None:
    """discord.py's way to open a post gives the thread and its first message."""
    forum = world.guild("Home").forum("ideas")
    async with connected(world, bot := PlainBot()):
        await bot.heard("ready")
        there = bot.get_channel(forum.id)
        assert isinstance(there, discord.ForumChannel)
        made = await there.create_thread(name="Words", content="all of them")
        assert made.thread.id == made.message.id
        forum.overwrite(world.bot, deny=Permission.SEND_MESSAGES)
        with pytest.raises(discord.Forbidden):
            await there.create_thread(name="More", content="words")


async def test_threads_of_an_announcement_channel_are_their_own_kind(
    world: Discord, bot: PlainBot, mina: Person
) -> None:
    """They have type 10 on the wire."""
    news = world.guild("Home").announcements("news")
    made = await opened(bot, news, await said(mina, news))
    assert made["type"] == 10
    assert (await channel_of(bot, world.world.channels[int(made["id"])]).send("words")).content == "words"


async def test_a_message_wakes_an_archived_thread(world: Discord, general: Room, mina: Person) -> None:
    """The archive is told, left out of what is active, and over with the next message; until then nothing changes."""
    bot = PlainBot()
    bot.tree.command(name="act", description="Act")(_silent)
    async with connected(world, bot):
        await bot.tree.sync()
        thread = await mina.thread(general, "aside")
        mine = await channel_of(bot, thread).send("first")
        thread.archive()
        told = await bot.heard("raw_thread_update")
        assert told.data["thread_metadata"]["archived"] is True
        for attempt in (mine.edit(content="x"), mine.delete(), mine.add_reaction("\N{THUMBS UP SIGN}")):
            with pytest.raises(discord.HTTPException, match="Thread is archived") as refused:
                await attempt
            assert (refused.value.status, refused.value.code) == (400, 50083)
        with pytest.raises(NotOffered):
            await mina.slash("act", thread)
        assert await bot.guilds[0].active_threads() == []

        await channel_of(bot, thread).send("second")
        told = await bot.heard("raw_thread_update")
        assert told.data["thread_metadata"]["archived"] is False
        await mine.edit(content="changed")
    assert not thread.archived
    assert [each.content for each in thread.messages.values()] == ["changed", "second"]


async def _silent(interaction: discord.Interaction) -> None:
    """No answer."""


async def test_a_locked_thread_is_for_those_who_manage_threads(
    world: Discord, bot: PlainBot, general: Room, mina: Person
) -> None:
    """160005 to write or edit in it, 50083 if it is archived too; a moderator does both, and anybody deletes."""
    thread = await mina.thread(general, "aside")
    send = channel_of(bot, thread).send
    mine = await send("first")
    thread.lock()
    for attempt in (send("second"), mine.edit(content="x")):
        with pytest.raises(discord.HTTPException, match="Thread is locked") as refused:
            await attempt
        assert refused.value.code == 160005
    thread.archive()
    with pytest.raises(discord.HTTPException) as refused:
        await send("third")
    assert refused.value.code == 50083
    shape: Any = await bot.http.get_channel(thread.id)
    assert (shape["thread_metadata"]["archived"], shape["thread_metadata"]["locked"]) == (True, True)

    world.guild("Home").permit(EVERYBODY | Permission.MANAGE_THREADS)
    await send("fourth")
    assert (thread.archived, thread.locked) == (False, True)
    world.guild("Home").permit(EVERYBODY)
    await mine.delete()
    thread.reopen()
    await send("fifth")
    assert [each.content for each in thread.messages.values()] == ["fourth", "fifth"]


async def test_a_server_has_only_so_many_active_threads(
    world: Discord, bot: PlainBot, general: Room, mina: Person
) -> None:
    """160006 for text channels and 160007 for announcements; an archived thread makes room, and needs it to wake."""
    home = world.guild("Home")
    news = home.announcements("news")
    world.world.most_threads, world.world.most_announcement_threads = 1, 0
    first = await mina.thread(general, "one")
    note = await said(mina, general)
    with pytest.raises(discord.HTTPException, match="Maximum number of active threads reached") as refused:
        await opened(bot, general, note)
    assert (refused.value.status, refused.value.code) == (400, 160006)
    with pytest.raises(discord.HTTPException, match="announcement threads") as refused:
        await opened(bot, news, await said(mina, news))
    assert refused.value.code == 160007
    assert note.thread is None

    first.archive()
    await opened(bot, general, note)
    with pytest.raises(discord.HTTPException) as refused:
        await channel_of(bot, first).send("awake?")
    assert refused.value.code == 160006
    assert first.archived


async def test_an_edit_keeps_only_files_the_message_has(bot: PlainBot, general: Room) -> None:
    """An id of another file, or of one that is gone, is a form error at its place, and nothing changes."""
    send = channel_of(bot, general).send
    one = await send("one", file=discord.File(__file__, "a.py"))
    two = await send("two", file=discord.File(__file__, "b.py"))
    with pytest.raises(discord.HTTPException, match=r"In attachments\.1: Attachment data not found") as refused:
        await one.edit(content="changed", attachments=[*one.attachments, *two.attachments])
    assert (refused.value.status, refused.value.code) == (400, 50035)
    assert general.messages[one.id].content == "one"

    both = await one.edit(attachments=[*one.attachments, discord.File(__file__, "c.py")])
    assert [each.filename for each in both.attachments] == ["a.py", "c.py"]
    none = await one.edit(attachments=[])
    assert none.attachments == []
    with pytest.raises(discord.HTTPException):
        await one.edit(attachments=both.attachments)
