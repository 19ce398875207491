"""Every kind of place and message: user installs, group messages, other servers, sounds taken out of a message."""

from tests.conftest import PATIENCE_S, SPEECH, WORDS, World
from tests.world.discord import Permission
from tests.world.discord.messages import edit
from tests.world.discord.permissions import EVERYBODY

PARK, HOTEL = SPEECH / "park.ogg", SPEECH / "hotel.ogg"


async def test_a_user_brings_the_bot_along(world: World) -> None:
    """In a group message every sound somebody points at is answered there, and their own month pays."""
    jun, eva = world.discord.person("Jun", installed=True), world.discord.person("Eva")
    group = world.discord.group("trip", jun, eva)
    async with world.bot():
        posted = await eva.upload(group, PARK, HOTEL)
        assert posted.message is not None
        asked = await jun.menu("Transcribe", posted.message)
        await asked.wait(lambda seen: seen.content.count(WORDS) == 2)
        lost = await (await jun.slash("transcribe", group)).wait()

    assert len(asked.messages) == 2
    assert lost.content.startswith("I am no member here")
    assert lost.ephemeral
    assert world.rows("SELECT account, committed FROM account WHERE money = 0") == [(f"personal:{jun.id}", 3610 + 4435)]


async def test_a_server_that_allows_no_outside_apps_sees_nothing(world: World) -> None:
    """Where only its user has installed the bot and the server forbids outside apps, words are for the user alone."""
    elsewhere = world.discord.guild("Elsewhere", bot=False)
    elsewhere.permit(EVERYBODY & ~Permission.USE_EXTERNAL_APPS)
    jun = elsewhere.welcome(world.discord.person("Jun", installed=True))
    room = elsewhere.channel("chat")
    async with world.bot():
        spoken = await jun.voice_note(room, PARK)
        assert spoken.message is not None
        asked = await (await jun.menu("Transcribe", spoken.message)).wait()

    assert asked.ephemeral
    assert WORDS in asked.content
    assert world.rows("SELECT account FROM account WHERE money = 0") == [(f"personal:{jun.id}",)]


async def test_a_link_to_another_server_is_read_to_who_may_read_there(world: World) -> None:
    """A link may lead to another server: its words are shown to a member of that server, and to them alone."""
    other = world.discord.guild("Other")
    room = other.channel("talk")
    mina_there = other.welcome(world.mina)
    jun = world.home.member("Jun")
    async with world.bot(listen__automatic="false"):
        spoken = await mina_there.voice_note(room, PARK)
        assert spoken.message is not None
        link = f"https://discord.com/channels/{other.id}/{room.id}/{spoken.message.id}"
        stranger = await (await jun.slash("transcribe", world.general, message=link)).wait()
        member = await (await world.mina.slash("transcribe", world.general, message=link)).wait()

    assert "You can't see that channel" in stranger.content
    assert WORDS in member.content
    assert member.ephemeral
    assert world.rows("SELECT account FROM account WHERE money = 0") == [(f"guild:{world.home.id}",)]


async def test_a_sound_taken_out_of_its_message_takes_its_words_along(world: World) -> None:
    """Whoever edits a sound out of a message has its text deleted; the message's other sound keeps its own."""
    async with world.bot():
        posted = await world.mina.upload(world.general, PARK, HOTEL, content="two notes")
        await posted.wait(lambda seen: len(seen.messages) == 2)
        assert posted.message is not None
        kept = posted.message.files[1]
        edit(posted.message, {"attachments": [{"id": str(kept.id)}]})
        await posted.wait(lambda seen: len(seen.messages) == 1)

    assert world.rows("SELECT count(*) FROM note WHERE gone = 1") == [(1,)]
    assert world.minutes == (3610 + 4435, 0)


async def test_what_discord_has_no_room_for_is_said(world: World) -> None:
    """Where the bot is no member, five of eight sounds of a message are answered, and who asked is told of the rest."""
    jun, eva = world.discord.person("Jun", installed=True), world.discord.person("Eva")
    group = world.discord.group("trip", jun, eva)
    async with world.bot():
        posted = await eva.upload(group, *[PARK] * 8)
        assert posted.message is not None
        asked = await jun.menu("Transcribe", posted.message)
        await asked.wait(lambda seen: seen.content.count(WORDS) == 5, seconds=PATIENCE_S)

    assert len(asked.messages) == 6
    assert asked.messages[0].content.startswith("I hear the first 5 sounds of this message")
    assert "the other 3, save the file and use /transcribe" in asked.messages[0].content
