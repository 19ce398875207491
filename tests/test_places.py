"""Where the words go: below the note, in its thread, in another channel; and back, where that may not be."""

import pytest

from tests.choosing import decide
from tests.conftest import SPEECH, WORDS, World
from tests.world.discord import Permission
from tests.world.discord.state import Message
from tests.world.openai import Answer

PARK = SPEECH / "park.ogg"
LONG = " ".join(f"word{number}" for number in range(3_000))  # 27,000 letters


async def found(world: World, text: str) -> list[Message]:
    """The messages of the server in which that stands, once there are any."""
    await world.diary.until("note")
    return [one for channel in world.home.channels.values() for one in channel.messages.values() if text in one.content]


def whole(messages: list[Message]) -> str:
    """All words of an answer, those in its file included."""
    files = [file for message in messages for file in message.files if file.filename == "transcript.txt"]
    if files:
        return files[0].read().decode().strip()
    lines = [line for message in messages for line in message.content.split("\n") if not line.startswith("-# ")]
    return " ".join(" ".join(lines).split())


@pytest.mark.parametrize("place", ["reply", "thread", "channel"])
async def test_a_long_text_arrives_whole_in_every_place(world: World, place: str) -> None:
    """27,000 letters are all there, below the note, in its thread, or in another channel with the way back."""
    notes = world.home.channel("notes")
    world.openai.script(Answer(LONG))
    async with world.bot():
        await decide(world, place=place, other_channel_id=notes.id)
        note = await world.mina.voice_note(world.general, PARK)
        (first, *_) = await found(world, "word0")

    assert note.message is not None
    there = {"reply": world.general.id, "thread": note.message.id, "channel": notes.id}[place]
    assert first.channel.id == there
    assert whole([one for one in first.channel.messages.values() if one.author is world.discord.world.bot]) == LONG
    assert (f"/{world.general.id}/{note.message.id}" in "".join(one.content for one in notes.messages.values())) == (
        place == "channel"
    )


async def test_a_thread_is_used_again(world: World) -> None:
    """Two sounds of one message are told in one thread; deleting the message takes what stands there along."""
    async with world.bot():
        await decide(world, place="thread")
        note = await world.mina.upload(world.general, PARK, SPEECH / "hotel.ogg")
        await world.diary.until("note", 2)
        told = [one for one in note.messages if WORDS in one.content]
        assert note.message is not None
        thread = note.message.thread
        await world.mina.delete(note.message)
        await world.general.wait_for(lambda _: thread is not None and not thread.messages)

    assert len(told) == 2
    assert {one.channel for one in told} == {thread}


@pytest.mark.parametrize(
    ("place", "missing"),
    [
        ("thread", Permission.CREATE_PUBLIC_THREADS),
        ("thread", Permission.SEND_MESSAGES_IN_THREADS),
        ("channel", Permission.SEND_MESSAGES),
    ],
)
async def test_what_may_not_stand_there_stands_below_the_note(world: World, place: str, missing: Permission) -> None:
    """A missing right costs no words, and the people who manage the server are told once what to do."""
    alerts, notes = world.home.channel("alerts"), world.home.channel("notes")
    (notes if place == "channel" else world.general).overwrite(world.discord.world.bot, deny=missing)
    async with world.bot():
        await decide(world, place=place, other_channel_id=notes.id, alerts_channel_id=alerts.id)
        for count, file in enumerate(("park.ogg", "hotel.ogg"), 1):
            note = await world.mina.voice_note(world.general, SPEECH / file)
            await world.diary.until("note", count)
            assert [WORDS in one.content for one in note.messages if one.channel is world.general] == [True]

    (told,) = [one for one in alerts.messages.values() if "/privacy" not in one.content]  # beside the introduction
    assert "/settings" in told.content
    assert not told.pings
