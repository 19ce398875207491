"""What somebody asked for in private is read by nobody else."""

import sqlite3

from tests.conftest import PATIENCE_S, SPEECH, WORDS, World
from tests.world.openai import Scripted


async def test_a_private_answer_never_becomes_a_public_one(world: World) -> None:
    """A message with two sounds, asked for in private: nothing of it appears where others read."""
    jun = world.home.member("Jun")
    posted = await world.mina.upload(world.general, SPEECH / "report.m4a", SPEECH / "park.ogg")
    assert posted.message is not None
    link = f"https://discord.com/channels/{world.home.id}/{world.general.id}/{posted.message.id}"
    async with world.bot(listen__automatic="false"):
        asked = await world.admin.slash("transcribe", world.general, message=link, private=True)
        await asked.wait(seconds=PATIENCE_S)

    assert WORDS in asked.content
    assert asked.ephemeral
    assert WORDS not in world.general.seen_by(jun)


async def test_every_sound_of_a_message_is_answered_in_private(world: World) -> None:
    """Who asks in private for a message with eight sounds is answered eight times, and nobody else reads one."""
    jun = world.home.member("Jun")
    posted = await world.mina.upload(world.general, *[SPEECH / "park.ogg"] * 8)
    assert posted.message is not None
    link = f"https://discord.com/channels/{world.home.id}/{world.general.id}/{posted.message.id}"
    async with world.bot(listen__automatic="false"):
        asked = await world.admin.slash("transcribe", world.general, message=link, private=True)
        await asked.wait(lambda seen: seen.content.count(WORDS) == 8, seconds=PATIENCE_S)

    assert len(asked.messages) == 8
    assert all(one.only_for for one in asked.messages)
    assert WORDS not in world.general.seen_by(jun)


async def test_asking_again_in_private_costs_nothing(world: World) -> None:
    """Who asks in private for what they were shown in private gets it again, whole and free; nobody else does."""
    long = " ".join(f"word{number}" for number in range(3_000))
    jun = world.home.member("Jun")
    posted = await world.admin.voice_note(world.general, SPEECH / "park.ogg")
    assert posted.message is not None
    link = f"https://discord.com/channels/{world.home.id}/{world.general.id}/{posted.message.id}"
    asking = {"message": link, "private": True}
    async with world.bot(listen__automatic="false"):
        first = await (await world.mina.slash("transcribe", world.general, **asking)).wait(seconds=PATIENCE_S)
        again = await (await world.mina.slash("transcribe", world.general, **asking)).wait(seconds=PATIENCE_S)
        assert len(world.openai.calls) == 1
        world.openai.ears = Scripted(long)
        other = await (await jun.slash("transcribe", world.general, **asking)).wait(seconds=PATIENCE_S)
        once_more = await (await jun.slash("transcribe", world.general, **asking)).wait(seconds=PATIENCE_S)

    assert again.content.startswith(first.content)
    assert "transcribed before" in again.content
    assert [one.files[0].read().decode().strip() for one in (other, once_more)] == [long, long]
    assert all(one.ephemeral for one in (first, again, other, once_more))
    assert len(world.openai.calls) == 2
    assert world.minutes == (2 * 3_610, 0)


async def test_after_a_restart_a_private_answer_is_another_hearing(world: World) -> None:
    """The address of a private answer rests in memory alone: who asks after a restart is heard again, and pays."""
    posted = await world.admin.voice_note(world.general, SPEECH / "park.ogg")
    assert posted.message is not None
    link = f"https://discord.com/channels/{world.home.id}/{world.general.id}/{posted.message.id}"
    for _ in range(2):
        async with world.bot(listen__automatic="false"):
            asked = await world.mina.slash("transcribe", world.general, message=link, private=True)
            assert WORDS in (await asked.wait(seconds=PATIENCE_S)).content

    assert len(world.openai.calls) == 2
    assert world.minutes == (2 * 3_610, 0)


async def test_a_private_answer_that_comes_too_late_stays_private(world: World) -> None:
    """When the interaction's token is gone before the answer is there, only who asked gets it: as a direct message."""
    jun = world.home.member("Jun")
    gate = world.openai.hold()
    async with world.bot(listen__automatic="false"):
        await world.mina.slash("transcribe", world.general, file=SPEECH / "park.ogg", private=True)
        await gate.wait_for(1)
        with sqlite3.connect(world.database, timeout=PATIENCE_S) as books:
            books.execute("UPDATE ask SET token = NULL")
        books.close()
        gate.release()
        await world.diary.until("note")

    assert WORDS not in world.general.seen_by(jun)
    assert WORDS in world.mina.dm().seen_by(world.mina)
    assert not world.diary.of("undeliverable")


async def test_deleting_a_note_does_not_reset_the_rate(world: World) -> None:
    """Whoever posts, deletes and posts again is as fast as the rate allows, and no faster."""
    async with world.bot(rate__member_per_minute="1"):
        first = await world.mina.voice_note(world.general, SPEECH / "park.ogg")
        await first.wait(seconds=PATIENCE_S)
        assert first.message is not None
        await world.mina.delete(first.message)
        second = await world.mina.voice_note(world.general, SPEECH / "meeting.ogg")
        await second.wait(seconds=PATIENCE_S)

    assert WORDS not in second.content
    assert len(world.openai.calls) == 1
