"""The same sound again in the same server: quoted, free, one call; and only where whoever asks could read it."""

from collections.abc import Callable

import pytest

from tests.conftest import SPEECH, WORDS, World
from tests.world.discord import Permission
from tests.world.discord.permissions import NONE

PARK = SPEECH / "park.ogg"
LENGTH_MS = 3_610


async def test_a_repost_is_quoted(world: World) -> None:
    """The same bytes, posted again by somebody else in another open channel, cost no call and no minute."""
    async with world.bot(quota__repeat_hours="24"):
        first = await (await world.mina.voice_note(world.general, PARK)).wait()
        await world.diary.until("note")
        again = await (await world.admin.voice_note(world.home.channel("other"), PARK)).wait()
        await world.diary.until("note", 2)

    assert again.content.count(WORDS) == 1
    assert f"/{world.general.id}/{first.messages[0].id}" in again.content
    assert len(world.openai.calls) == 1
    assert world.minutes == (LENGTH_MS, 0)
    assert world.rows("SELECT ending, length_ms, billed_ms FROM expense ORDER BY at_ms") == [
        ("Transcript", LENGTH_MS, LENGTH_MS),
        ("Repeat", LENGTH_MS, 0),
    ]


async def test_the_line_of_a_repost_names_nothing_that_is_erased(world: World) -> None:
    """With the repost's channel its attachment leaves the bill, too, though nothing was ever charged for it."""
    async with world.bot(quota__repeat_hours="24"):
        other = world.home.channel("other")
        await (await world.mina.voice_note(world.general, PARK)).wait()
        await world.diary.until("note")
        await (await world.admin.voice_note(other, PARK)).wait()
        await world.diary.until("note", 2)
        other.remove()
        await world.diary.until("withdrawn")

    (first, again) = world.rows("SELECT id FROM expense ORDER BY at_ms")
    assert not first[0].startswith("nobody:")
    assert again[0].startswith("nobody:")


async def test_two_identical_uploads_at_once_are_one_call(world: World) -> None:
    """While a sound is being heard a second upload of it waits, and is answered with the same words."""
    async with world.bot(quota__repeat_hours="24"):
        gate = world.openai.hold()
        first = await world.mina.voice_note(world.general, PARK)
        second = await world.admin.voice_note(world.general, PARK)
        await world.diary.until("put_off")
        gate.release()
        answers = [await first.wait(), await second.wait(seconds=30)]

    assert all(WORDS in answer.content for answer in answers)
    assert len(world.openai.calls) == 1


async def test_a_hidden_channel_is_not_quoted(world: World) -> None:
    """What was answered where not everybody may read is heard anew elsewhere, and quoted only right there."""
    hidden = world.home.channel("hidden")
    hidden.overwrites[world.home.id] = (NONE, Permission.VIEW_CHANNEL)
    hidden.overwrites[world.discord.bot.id] = (Permission.VIEW_CHANNEL, NONE)
    hidden.overwrites[world.mina.user.id] = (Permission.VIEW_CHANNEL, NONE)
    async with world.bot(quota__repeat_hours="24"):
        await (await world.mina.voice_note(hidden, PARK)).wait()
        await world.diary.until("note")
        there = await (await world.mina.voice_note(hidden, PARK)).wait()
        await world.diary.until("note", 2)
        elsewhere = await (await world.mina.voice_note(world.general, PARK)).wait()

    assert "transcribed before" in there.content
    assert "transcribed before" not in elsewhere.content
    assert len(world.openai.calls) == 2


@pytest.mark.parametrize("how", ["deleted", "old", "off", "another server"])
async def test_when_there_is_nothing_to_quote(world: World, how: str) -> None:
    """A deleted note, one too long ago, and one of another server are no answer: the sound is heard again."""
    room, who = world.general, world.admin
    if how == "another server":
        elsewhere = world.discord.guild("Elsewhere")
        room, who = elsewhere.channel("chat"), elsewhere.member("Ada")
    async with world.bot(quota__repeat_hours="0" if how == "off" else "24"):
        first = await world.mina.voice_note(world.general, PARK)
        await first.wait()
        await world.diary.until("note")
        if how == "deleted":
            assert first.message is not None
            await world.mina.delete(first.message)
            await world.diary.until("withdrawn")
        if how == "old":
            with world.books() as books:
                books.execute("UPDATE original SET at_ms = at_ms - 90000000")
        again = await (await who.voice_note(room, PARK)).wait()

    assert WORDS in again.content
    assert "transcribed before" not in again.content
    assert len(world.openai.calls) == 2


async def test_the_steps_of_a_month_are_told_once(world: World, spoken: Callable[[int], bytes]) -> None:
    """Half a month used is told in the chosen channel, once; passing 80 and 100 percent at once is told as 100."""
    alerts = world.home.channel("alerts")
    async with world.bot(quota__guild_minutes="1", quota__host_usd="100"):
        with world.books() as books:
            books.execute(
                "INSERT INTO choice (guild_id, channel_id, name, value, at_ms) "
                "VALUES (?, 0, 'alerts_channel_id', ?, 1)",
                (world.home.id, str(alerts.id)),
            )
        for number, seconds in enumerate((31, 1, 28)):
            await (await world.mina.voice_note(world.general, (f"{number}.ogg", spoken(seconds)))).wait()
        everything = await alerts.wait_for(lambda seen: seen if len(seen) == 3 else [])
        told = [one for one in everything if "/privacy" not in one.content]  # beside the introduction

    assert "50 % of this server's transcription minutes" not in told[1].content
    assert "51 %" not in told[0].content
    assert "50 %" in told[0].content
    assert "used up" in told[1].content
    assert "@" not in told[0].content
