"""Words while they come, how far it is, and Stop: end to end."""

import asyncio
from collections.abc import Callable

import pytest

from tests.conftest import WORDS, World
from tests.world.discord import Answer


def offers(answer: Answer, label: str) -> bool:
    """Whether something with that label can be pressed."""
    return label in [one.get("label") for one in answer.components]


async def test_words_are_shown_while_they_come(world: World, spoken: Callable[[int], bytes]) -> None:
    """A long note's first words stand in its reply before the last are said; the same message becomes the answer."""
    dictation = world.openai.dictate(after=2)
    async with world.bot():
        note = await world.mina.voice_note(world.general, ("long.ogg", spoken(25)))
        await note.wait(lambda seen: seen.content.startswith("hello from"))
        assert "-# Listening …" in note.content
        assert WORDS not in note.content
        assert offers(note, "Stop")
        first = note.messages[0].id
        dictation.release()
        await note.wait(lambda seen: offers(seen, "More"))

    assert [message.id for message in note.messages] == [first]
    assert note.content == f"{WORDS}\n-# 0:25 · gpt-transcribe"
    assert not offers(note, "Stop")
    assert world.minutes == (25_000, 0)
    assert world.rows("SELECT live FROM reply") == [(0,)]
    assert world.discord.rates.limited == []


async def test_words_come_into_the_answer_of_a_command(world: World, spoken: Callable[[int], bytes]) -> None:
    """Whoever asks by command watches the words in the very answer of the command, in private if they asked so."""
    dictation = world.openai.dictate(after=2)
    async with world.bot():
        asked = await world.mina.slash("transcribe", world.general, file=("long.ogg", spoken(25)), private=True)
        await asked.wait(lambda seen: seen.content.startswith("hello from"))
        dictation.release()
        await asked.wait(lambda seen: offers(seen, "More"))

    assert asked.ephemeral
    assert asked.content == f"{WORDS}\n-# 0:25 · gpt-transcribe"


@pytest.mark.long
async def test_stop_delivers_what_was_heard(world: World, spoken: Callable[[int], bytes]) -> None:
    """Stop ends the calls: what was heard is delivered and paid, the rest is named, and calls begun cost the host."""
    gate = world.openai.hold()
    jun = world.home.member("Jun")
    async with world.bot(audio__convert="always"):
        note = await world.mina.voice_note(world.general, ("long.ogg", spoken(150)))
        async with asyncio.timeout(20):
            await gate.wait_for(2)
        gate.release(1)
        await note.wait(lambda seen: "% heard" in seen.content)
        refused = await (await jun.press(note.messages[0], "Stop")).wait()
        pressed = await (await world.mina.press(note.messages[0], "Stop")).wait()
        await note.wait(lambda seen: offers(seen, "More"))

    assert "Only the author" in refused.content
    assert pressed.content == "Stopping. What was heard so far is delivered."
    assert ": not listened to]" in note.content
    assert "-# Stopped at somebody's wish" in note.content
    assert WORDS in note.content
    assert 0 < world.minutes[0] < 150_000
    assert world.minutes[1] == 0
    assert world.dollars[0] >= 150 * 75


async def test_stop_before_anything_is_heard_costs_the_server_nothing(
    world: World, spoken: Callable[[int], bytes]
) -> None:
    """Stopped before its first words, a note costs its server nothing, and may be asked for again."""
    gate = world.openai.hold()
    async with world.bot():
        note = await world.mina.voice_note(world.general, ("long.ogg", spoken(25)))
        await gate.wait_for(1)
        await note.wait(lambda seen: offers(seen, "Stop"))
        await world.mina.press(note.messages[0], "Stop")
        await note.wait(lambda seen: "Stopped before anything was heard." in seen.content)
        assert world.minutes == (0, 0)
        gate.release()
        assert note.message is not None
        again = await world.mina.menu("Transcribe", note.message)
        await again.wait(lambda seen: offers(seen, "More"))

    assert WORDS in again.content
    assert world.minutes == (25_000, 0)
    assert world.dollars == (2 * 25 * 75, 0)


async def test_a_note_deleted_while_it_is_heard_leaves_nothing(world: World, spoken: Callable[[int], bytes]) -> None:
    """Deleting a note while its words come takes the words that are already shown away, and no more follow."""
    dictation = world.openai.dictate(after=2)
    async with world.bot():
        note = await world.mina.voice_note(world.general, ("long.ogg", spoken(25)))
        await note.wait(lambda seen: seen.content.startswith("hello from"))
        assert note.message is not None
        await world.mina.delete(note.message)
        await note.wait(lambda seen: not seen.messages)
        dictation.release()
        await world.diary.until("taken_over")

    assert list(world.general.messages) == []
    assert world.minutes == (0, 0)
