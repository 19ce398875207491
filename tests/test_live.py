"""Words while they come, how far it is, and Stop: end to end."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from bot.post.glimpses import EVERY_S, Turns
from tests.choosing import decide
from tests.conftest import WORDS, World
from tests.inbox import ASK
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
    assert note.content.startswith(WORDS)
    assert note.content.endswith("\n-# 0:25 · gpt-transcribe")
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
    assert asked.content.startswith(WORDS)
    assert asked.content.endswith("\n-# 0:25 · gpt-transcribe")


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
    """Deleting a note while its words come takes away those that were shown, and bills what they take to say."""
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
    assert world.minutes == (750, 0), "hel-lo from"


async def test_stop_amid_a_stream_keeps_its_words(world: World, spoken: Callable[[int], bytes]) -> None:
    """Words that had come when somebody pressed Stop are the answer; the server pays as long as they take to say."""
    world.openai.dictate(after=2)
    async with world.bot():
        note = await world.mina.voice_note(world.general, ("long.ogg", spoken(25)))
        await note.wait(lambda seen: seen.content.startswith("hello from"))
        await world.mina.press(note.messages[0], "Stop")
        await note.wait(lambda seen: offers(seen, "More"))
        assert len(world.openai.calls) == 1

    text, stopped, last = note.content.split("\n")
    assert text == r"hello from \[0:01–0:25: not listened to]"  # noqa: RUF001 -- a dash is meant
    assert stopped == "-# Stopped at somebody's wish: the rest was not listened to."
    assert last == "-# 0:25 · gpt-transcribe"
    assert world.minutes == (3 * 250, 0)
    assert world.rows("SELECT count(*) FROM heard") == [(0,)]


@pytest.mark.parametrize("place", ["thread", "channel"])
async def test_words_are_shown_where_they_will_stand(world: World, spoken: Callable[[int], bytes], place: str) -> None:
    """In a thread or another channel, too, the first words stand before the last are said."""
    notes = world.home.channel("notes")
    dictation = world.openai.dictate(after=2)
    async with world.bot():
        await decide(world, place=place, other_channel_id=notes.id)
        note = await world.mina.voice_note(world.general, ("long.ogg", spoken(25)))
        assert note.message is not None

        def there() -> list[str]:
            assert note.message is not None
            room = notes if place == "channel" else note.message.thread
            return [one.content for one in room.messages.values()] if room else []

        await note.wait(lambda _: any(text.startswith("hello from\n-# Listening") for text in there()))
        dictation.release()
        await world.diary.until("note")

    (text,) = there()
    assert text.startswith(WORDS)
    assert "\n-# 0:25 · gpt-transcribe" in text
    assert not any(WORDS in one.content for one in note.messages if one.channel is world.general)
    assert world.discord.rates.limited == []


def test_who_shows_words_side_by_side_takes_turns() -> None:
    """Three notes heard in one channel are shown equally often, and no two edits come closer than Discord likes."""
    now = 0.0
    turns = Turns(lambda: now)
    asks = [replace(ASK, id=number, sent=(number,)) for number in (1, 2, 3)]
    shown = []
    for look in range(400):
        now = look * 0.26
        shown += [(now, ask.id) for ask in asks if turns.has_come(ask, in_line=False)]
    moments = [at for at, _ in shown]

    assert min(later - earlier for earlier, later in pairwise(moments)) >= EVERY_S
    assert len(shown) >= 0.8 * now / EVERY_S
    counts = Counter(who for _, who in shown).values()
    assert max(counts) - min(counts) <= 1


def test_what_may_not_be_shown_is_not_tried_again() -> None:
    """Where Discord refused a glimpse none is tried again: it counts what it refuses."""
    turns = Turns(lambda: 100.0)
    turns.never(ASK)

    assert not turns.has_come(ASK, in_line=False)
