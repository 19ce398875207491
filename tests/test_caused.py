"""What notes cause: whatever becomes of them, a server costs its host no more than its minutes are worth."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

import pytest

from tests.choosing import decide
from tests.conftest import WORDS, World
from tests.world.discord import Answer
from tests.world.openai import Answer as Say
from tests.world.openai import CutConnection, Fault, spoken_for

MINUTE_USD_MICROS = 4_500  # of gpt-transcribe
BOUND = MINUTE_USD_MICROS * 6 // 5  # of a server that has one minute a month
PANEL_TEXT = 10  # Discord: "Component Reference", Text Display
TEXT = "alpha bravo charlie delta echo foxtrot golf hotel india juliet"


def bot(world: World, **settings: str) -> AbstractAsyncContextManager[None]:
    """A bot whose servers have one minute a month."""
    return world.bot(world.env(quota__guild_minutes="1", rate__member_per_minute="100", **settings))


def caused(world: World) -> int:
    """What the calls for Home's notes count there, in micro-dollars."""
    committed: int = dict(world.rows("SELECT account, committed FROM account")).get(f"caused:guild:{world.home.id}", 0)
    return committed


def text_of(panel: Answer) -> str:
    """The words of a panel, in order."""
    return "\n".join(one["content"] for one in panel.components if one["type"] == PANEL_TEXT)


async def test_notes_deleted_in_work_cost_no_more_than_the_servers_minutes(
    world: World, spoken: Callable[[int], bytes]
) -> None:
    """Whoever deletes each note before a word is shown pays no minute, and is soon refused: others still are heard."""
    other = world.discord.guild("Other")
    async with bot(world, live__enabled="false", quota__strangers_percent="100"):
        gate = world.openai.hold()
        note = await world.mina.voice_note(world.general, ("a.ogg", spoken(50)))
        assert note.message is not None
        await gate.wait_for(1)
        await world.mina.delete(note.message)
        await world.diary.until("withdrawn")
        gate.release()
        await world.diary.until("taken_over")
        refused = await (await world.mina.voice_note(world.general, ("b.ogg", spoken(50)))).wait()
        world.openai.script(Say(f"{WORDS} {spoken_for(50, 'c')}"), forever=True)
        heard = await (await other.member("Jun").voice_note(other.channel("den"), ("c.ogg", spoken(50)))).wait()

    assert world.minutes == (50_000, 0), "the other server's"
    assert caused(world) == 50 * 75
    assert "There are still minutes left here" in refused.content
    assert WORDS in heard.content


async def test_empty_answers_cost_no_more_than_the_servers_minutes(
    world: World, spoken: Callable[[int], bytes]
) -> None:
    """Sound with a voice but no words is free, until its calls have cost what the server's minutes are worth."""
    world.openai.script(Say(""), forever=True)
    async with bot(world, live__enabled="false"):
        for number in range(12):
            await (await world.mina.voice_note(world.general, (f"{number}.ogg", spoken(10)))).wait()
        shown = await (await world.admin.slash("usage", world.general)).wait()

    assert world.minutes == (0, 0)
    assert len(world.openai.calls) == BOUND // (10 * 75)
    assert caused(world) <= BOUND
    assert "whatever became of them: $0.00525 of $0.0054" in text_of(shown)


async def test_an_error_is_nothing_a_server_has_caused(world: World, spoken: Callable[[int], bytes]) -> None:
    """A call the provider answers with an error status is not on the server; the host's books stay careful."""
    world.openai.script(*[Fault(500)] * 2, Say(WORDS))
    async with bot(world):
        note = await (await world.mina.voice_note(world.general, ("a.ogg", spoken(10)))).wait()

    assert WORDS in note.content
    assert caused(world) == 10 * 75
    assert world.dollars == (3 * 10 * 75, 0)


async def deleted(world: World, note: Answer, panel: Answer) -> None:
    """The message goes."""
    del panel
    assert note.message is not None
    await world.mina.delete(note.message)
    await world.diary.until("withdrawn")


async def opted_out(world: World, note: Answer, panel: Answer) -> None:
    """Mina does not want to be heard, for a moment."""
    del note
    await world.mina.press(panel.messages[0], "Don't transcribe me")
    await world.diary.until("opted_out")
    await world.diary.until("delivered")
    await panel.wait(lambda seen: "Transcribe me again" in str(seen.components))
    await world.mina.press(panel.messages[0], "Transcribe me again")
    await world.diary.until("opted_in")


async def forgotten(world: World, note: Answer, panel: Answer) -> None:
    """Mina has all rows about herself erased."""
    await world.mina.press(panel.messages[0], "Forget me")
    await panel.wait(lambda seen: "Forget you?" in seen.content)
    await world.mina.press(panel.messages[0], "Yes, forget me")
    await world.diary.until("forgotten")
    del note


TAKEN_BACK = [deleted, opted_out, forgotten]


@pytest.mark.parametrize("way", TAKEN_BACK, ids=lambda way: way.__name__)
async def test_who_takes_a_note_back_pays_for_the_words_that_were_shown(
    world: World, spoken: Callable[[int], bytes], way: Callable[[World, Answer, Answer], Awaitable[None]]
) -> None:
    """Words shown live are words delivered: taken back, they are gone, and billed as Stop would have billed them."""
    world.openai.script(Say(TEXT), forever=True)
    async with bot(world):
        panel = await (await world.mina.slash("privacy", world.general)).wait()
        dictation = world.openai.dictate(after=9)
        note = await world.mina.voice_note(world.general, ("a.ogg", spoken(55)))
        await note.wait(lambda seen: "india" in seen.content)
        await way(world, note, panel)
        await note.wait(lambda seen: not seen.messages or "alpha" not in seen.content)
        dictation.release()
        await world.diary.until("taken_over")
        again = await (await world.mina.voice_note(world.general, ("b.ogg", spoken(55)))).wait()

    assert world.minutes == (4_250, 0), "17 syllables, a quarter of a second each"
    assert world.rows("SELECT sum(billed_ms) FROM expense") == [(4_250,)]
    assert caused(world) == 55 * 75
    assert "alpha" not in again.content


async def test_a_note_switched_off_amid_its_words_is_billed_for_those_shown(
    world: World, spoken: Callable[[int], bytes]
) -> None:
    """Switched off while it is heard: no further call is made, and what was shown by then is billed."""
    dictation = world.openai.dictate(after=2)
    async with world.bot(audio__convert="always", speech__parallel="1"):
        note = await world.mina.voice_note(world.general, ("a.ogg", spoken(150)))
        await note.wait(lambda seen: "hello from" in seen.content)
        await decide(world, mode="off")
        dictation.release()
        await world.diary.until("note")

    assert 0 < world.minutes[0] < 150_000
    assert world.rows("SELECT ending, sum(billed_ms) FROM expense") == [("SwitchedOff", world.minutes[0])]
    assert not note.messages


async def test_words_nobody_was_shown_are_not_billed(world: World, spoken: Callable[[int], bytes]) -> None:
    """Without live words nothing was delivered: a note deleted in work is free, and its call is what it has caused."""
    async with bot(world, live__enabled="false"):
        dictation = world.openai.dictate(after=9)
        note = await world.mina.voice_note(world.general, ("a.ogg", spoken(55)))
        await world.diary.until("call_started")
        assert note.message is not None
        await world.mina.delete(note.message)
        await world.diary.until("withdrawn")
        dictation.release()
        await world.diary.until("taken_over")

    assert world.minutes == (0, 0)
    assert caused(world) == 55 * 75


async def test_a_repeated_call_is_caused_too(world: World, spoken: Callable[[int], bytes]) -> None:
    """A call that is cut off may have been paid: it counts, and a server without room for another is not heard."""
    world.openai.script(CutConnection(), Say(WORDS))
    async with bot(world):
        note = await (await world.mina.voice_note(world.general, ("a.ogg", spoken(50)))).wait()

    assert "There are still minutes left here" in note.content
    assert caused(world) == 50 * 75
    assert world.minutes == (0, 0)
