"""What a server is told once: who listens, where the sound goes, what is kept, how to opt out."""

from functools import partial

from tests.conftest import SPEECH, WORDS, World
from tests.world.discord import Message
from tests.world.discord.rooms import Room

PARK = SPEECH / "park.ogg"
TOLD, TOLD_KO = "Nobody has to take part", "참여하지 않아도"


def told(world: World, *rooms: Room) -> list[str]:
    """Every introduction that stands in these channels, or in the direct messages of the server's owner."""
    messages = [message for room in (*rooms, world.home.owner.dm()) for message in room.messages.values()]
    return [message.content for message in messages if TOLD in message.content or TOLD_KO in message.content]


def announced(messages: list[Message]) -> list[str]:
    """What stands in a channel of automatic answers having been switched on."""
    return [message.content for message in messages if message.content.startswith("From now on")]


def _shows(panel: Message, choice: str, _: list[Message]) -> bool:
    return f"**When I write a note down**: {choice}" in str(panel.components)


def _announced(count: int, messages: list[Message]) -> bool:
    return len(announced(messages)) == count


async def test_a_server_that_takes_the_bot_in_is_told_before_anybody_is_heard(world: World) -> None:
    """In its language and its system channel a new server reads what the bot does, once, whatever comes later."""
    async with world.bot():
        await world.diary.until("ready")
        server = world.discord.guild("Seoul", bot=False, locale="ko")
        lobby = server.channel("lobby")
        server.system_channel_id = lobby.id
        server.add_bot()
        (first,) = await lobby.wait_for(lambda messages: messages)
        jun = server.member("Jun", locale="en-US")
        await (await jun.voice_note(lobby, PARK)).wait()
    async with world.bot():
        await (await jun.voice_note(lobby, PARK)).wait()

    assert "음성 인식 서비스(봇 운영자가 고른 곳)" in first.content
    assert "30일 동안" in first.content
    assert "/개인정보" in first.content
    assert told(world, lobby) == [first.content]


async def test_a_server_from_before_is_told_with_its_first_note(world: World) -> None:
    """Where nobody was told yet, the first note is followed by it: to the owner, where no channel is for such news."""
    async with world.bot():
        await (await world.mina.voice_note(world.general, PARK)).wait()
        await world.diary.when(lambda: bool(told(world)))
    async with world.bot():
        note = await (await world.mina.voice_note(world.general, PARK)).wait()
        await world.idle()

    assert WORDS in note.content
    assert told(world, world.general) == told(world)
    assert len(told(world)) == 1
    assert len(told(world)[0]) < 1_000


async def test_switched_to_automatic_a_server_reads_both_in_one(world: World) -> None:
    """Who switches automatic answers on posts what they mean along with it; afterwards only what is new is said."""
    async with world.bot(listen__automatic="false"):
        opened = await (await world.admin.slash("settings", world.general)).wait()
        message = opened.messages[0]
        for choice, count in (("Automatically, every note", 1), ("Never", 1), ("Automatically, every note", 2)):
            await world.admin.choose(message, "When I write a note down", choice)
            await world.general.wait_for(partial(_announced, count))
            await world.general.wait_for(partial(_shows, message, choice))
        await (await world.mina.voice_note(world.general, PARK)).wait()
        await world.idle()

    both, again = announced(list(world.general.messages.values()))
    assert TOLD in both
    assert both.count("deletes a note") == 1
    assert TOLD not in again
    assert "deletes a note" in again
    assert told(world, world.general) == [both]
