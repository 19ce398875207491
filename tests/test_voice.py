"""The three doors, end to end: a real discord.py, a real openai client, real sockets, a real database."""

from tests.conftest import SPEECH, World


async def test_a_voice_message_is_answered_with_its_words(world: World) -> None:
    """A voice message comes back as a reply that holds its words and pings nobody."""
    async with world.bot():
        note = await world.mina.voice_note(world.general, SPEECH / "park.ogg")
        answer = await note.wait()

    assert "hello from the note" in answer.content
    assert all(not message.pings for message in answer.messages)
    assert len(world.openai.calls) == 1
