"""Answers Discord does not take as they were wished: who gets the words all the same, and who pays if nobody does."""

import pytest

from tests.choosing import decide
from tests.conftest import PATIENCE_S, SPEECH, WORDS, World
from tests.world.discord import NONE, Answer, Permission, Room

PARK = SPEECH / "park.ogg"
LENGTH_MS = 3_610


async def ended(world: World, count: int = 1) -> list[str]:
    """How so many notes ended, as the log has it."""
    return [line.outcome for line in await world.diary.until("note", count)]


async def words_below(note: Answer) -> str:
    """What stands below a note, once the words do."""
    await note.wait(lambda seen: WORDS in seen.content, seconds=PATIENCE_S)
    return note.content


@pytest.mark.parametrize("kind", ["voice", "stage"])
async def test_where_no_thread_can_be_the_words_stand_below_the_note(world: World, kind: str) -> None:
    """The chat of a voice channel or a stage has no threads: the words come below the note, and managers are told."""
    alerts = world.home.channel("alerts")
    room: Room = getattr(world.home, kind)("lounge")
    async with world.bot():
        await decide(world, place="thread", alerts_channel_id=alerts.id)
        note = await world.mina.voice_note(room, PARK)
        assert WORDS in await words_below(note)
        await alerts.wait_for(lambda seen: any("no thread" in one.content for one in seen), PATIENCE_S)

    assert [message.channel for message in note.messages] == [room]
    assert world.minutes == (LENGTH_MS, 0)


async def test_where_too_many_threads_are_open_the_words_stand_below_the_note(world: World) -> None:
    """A server with as many threads as Discord allows loses no words."""
    world.discord.world.most_threads = 0
    async with world.bot():
        await decide(world, place="thread")
        note = await world.mina.voice_note(world.general, PARK)
        assert WORDS in await words_below(note)


async def test_a_forum_post_is_answered_in_it(world: World) -> None:
    """A note in a forum's post has its words there, also where words go into threads: a post is one."""
    forum = world.home.forum("questions")
    post = await world.mina.open_post(forum, "How do I say this?")
    async with world.bot():
        await decide(world, place="thread")
        note = await world.mina.voice_note(post, PARK)
        assert WORDS in await words_below(note)

    assert {message.channel for message in note.messages} == {post}


async def test_a_locked_thread_sends_the_words_to_who_posted(world: World) -> None:
    """A thread that is locked while its note is heard takes no reply: the words come as a direct message."""
    forum = world.home.forum("questions")
    post = await world.mina.open_post(forum, "How do I say this?")
    gate = world.openai.hold()
    async with world.bot():
        await world.mina.voice_note(post, PARK)
        await gate.wait_for(1)
        post.lock()
        gate.release()
        assert await ended(world) == ["Transcript"]

    assert WORDS in world.mina.dm().seen_by(world.mina)
    assert world.minutes == (LENGTH_MS, 0)


async def test_a_filter_is_not_gone_round(world: World) -> None:
    """Words AutoMod blocks stand nowhere in the server, in no form; who spoke has them, managers only the fact."""
    alerts = world.home.channel("alerts")
    world.home.automod("hello")
    async with world.bot():
        await decide(world, place="thread", alerts_channel_id=alerts.id)
        await world.mina.voice_note(world.general, PARK)
        assert await ended(world) == ["Transcript"]
        told = await alerts.wait_for(lambda seen: any("filter" in one.content for one in seen), PATIENCE_S)

    everywhere = [one for room in world.home.channels.values() for one in room.messages.values()]
    assert not any(WORDS in one.content or one.files for one in everywhere if one.author is world.discord.bot)
    assert not any("hello" in one.content for one in told)
    assert WORDS in world.mina.dm().seen_by(world.mina)


async def test_a_filtered_answer_to_a_command_reaches_the_one_who_asked(world: World) -> None:
    """Where answers to commands are filtered too, the command says where the words are, and they are there."""
    world.home.automod("hello", answers=True)
    async with world.bot(listen__automatic="false"):
        asked = await world.mina.slash("transcribe", world.general, file=PARK)
        await asked.wait(seconds=PATIENCE_S)
        await ended(world)

    assert "direct message" in asked.content
    assert WORDS in world.mina.dm().seen_by(world.mina)


async def test_words_that_reach_nobody_cost_nothing_and_can_be_asked_for(world: World) -> None:
    """Neither channel nor person takes the words: nothing is billed, it is said once, and a command hears the note."""
    world.home.automod("hello")
    world.mina.user.refuses_dms = True
    async with world.bot():
        await world.mina.voice_note(world.general, PARK)
        assert await ended(world) == ["Undelivered"]
        assert world.minutes == (0, 0)
        (line,) = world.diary.of("undeliverable")
        usage = await (await world.admin.slash("usage", world.general)).wait(seconds=PATIENCE_S)
        world.home.automod()
        again = await world.mina.slash("transcribe", world.general)
        await again.wait(seconds=PATIENCE_S)
        await ended(world, 2)

    assert line.reason == "200000"
    assert WORDS not in world.diary.text
    assert "Discord took the answer nowhere" in str([one.get("content") for one in usage.components])
    assert WORDS in again.content
    assert world.minutes == (LENGTH_MS, 0)
    assert world.dollars[0] == len(world.openai.calls) * 300, "what the calls cost stays the host's"


async def test_a_bot_in_time_out_brings_the_words_to_who_spoke(world: World) -> None:
    """A bot that managers have silenced after it took a note in gives its words to the speaker alone."""
    gate = world.openai.hold()
    async with world.bot():
        await world.mina.voice_note(world.general, PARK)
        await gate.wait_for(1)
        world.home.bot.time_out(3600)
        gate.release()
        assert await ended(world) == ["Transcript"]

    assert WORDS in world.mina.dm().seen_by(world.mina)


async def test_slow_mode_delays_an_answer(world: World) -> None:
    """Where bots are slowed too, the second answer comes later."""
    world.general.slow(1)
    async with world.bot():
        notes = [await who.voice_note(world.general, PARK) for who in (world.mina, world.admin)]
        for note in notes:
            assert WORDS in await words_below(note)
        assert await ended(world, 2) == ["Transcript"] * 2


async def test_what_stood_is_taken_back_before_the_words_stand_elsewhere(world: World) -> None:
    """Two parts of four stand when the thread's channel stops taking them: all are read in one place, none twice."""
    text = " ".join(f"word{number}" for number in range(900))
    world.openai.ears = type(world.openai.ears)(text)  # type: ignore[call-arg]
    async with world.bot():
        world.discord.rates.off()
        world.discord.fail(
            "POST",
            f"/channels/{world.general.id}/messages",
            times=50,
            status=403,
            code=50013,
            when=lambda body: "word700" in str(body.get("content")),
        )
        note = await world.mina.voice_note(world.general, PARK)
        assert await ended(world) == ["Transcript"]
        await note.wait(lambda seen: not seen.messages, seconds=PATIENCE_S)

    assert all(f"word{number}" in world.mina.dm().seen_by(world.mina) for number in (0, 450, 899))


async def test_deleting_a_note_deletes_the_words_in_the_direct_message(world: World) -> None:
    """Words that went to a person instead of the channel go with their note as well."""
    world.home.automod("hello")
    async with world.bot():
        note = await world.mina.voice_note(world.general, PARK)
        await ended(world)
        assert WORDS in world.mina.dm().seen_by(world.mina)
        assert note.message is not None
        await world.mina.delete(note.message)
        await world.mina.dm().wait_for(lambda seen: not any(WORDS in one.content for one in seen), PATIENCE_S)


async def test_words_given_to_one_person_are_quoted_to_nobody(world: World) -> None:
    """Who asks for a note whose words went to its speaker alone is not read that direct message: it is heard anew."""
    world.home.automod("hello")
    async with world.bot():
        await world.mina.voice_note(world.general, PARK)
        await ended(world)
        world.home.automod()
        jun = world.home.member("Jun")
        asked = await (await jun.slash("transcribe", world.general)).wait(seconds=PATIENCE_S)
        await ended(world, 2)

    assert "transcribed before" not in asked.content
    assert WORDS in asked.content
    assert len(world.openai.calls) == 2


@pytest.mark.parametrize("place", ["thread", "channel"])
async def test_answers_elsewhere_survive_a_restart(world: World, place: str) -> None:
    """After a restart no answer in a thread or another channel is taken for one whose note is gone."""
    notes = world.home.channel("notes")
    async with world.bot():
        await decide(world, place=place, other_channel_id=notes.id)
        note = await world.mina.voice_note(world.general, PARK)
        await ended(world)
    before = len(world.diary.of("looked_back"))
    async with world.bot():
        await world.diary.until("looked_back", before + 1)

    there = notes if place == "channel" else note.messages[0].channel
    assert any(WORDS in one.content for one in there.messages.values())


async def test_a_reply_in_an_archived_thread_goes_with_its_note(world: World) -> None:
    """A thread that was archived is opened again, so that the words in it can be deleted with their note."""
    async with world.bot():
        await decide(world, place="thread")
        note = await world.mina.voice_note(world.general, PARK)
        await ended(world)
        assert note.message is not None
        thread = note.message.thread
        assert isinstance(thread, Room)
        thread.archive()
        await world.mina.delete(note.message)
        await thread.wait_for(lambda seen: not any(WORDS in one.content for one in seen), PATIENCE_S)


async def test_a_reply_that_may_not_be_deleted_is_tried_again(world: World) -> None:
    """The bot loses sight of a channel, a note there is deleted; when it may look again, the words go."""
    async with world.bot():
        note = await world.mina.voice_note(world.general, PARK)
        await ended(world)
        (reply,) = note.messages
        world.discord.fail("DELETE", f"/channels/{world.general.id}/messages/{reply.id}", status=403, code=50001)
        assert note.message is not None
        await world.mina.delete(note.message)
        await world.diary.until("reply_deleted")
        await world.diary.until("swept", 2)
    with world.books() as books:
        books.execute("UPDATE unwanted SET at_ms = 0")
    async with world.bot():
        await world.general.wait_for(lambda seen: not seen, PATIENCE_S)


async def test_a_notice_that_meets_trouble_is_said_later(world: World) -> None:
    """Discord is out of order while the managers are to be told: they are told by the next who looks, once."""
    alerts = world.home.channel("alerts")
    world.general.overwrite(world.discord.bot, allow=NONE, deny=Permission.CREATE_PUBLIC_THREADS)
    async with world.bot():
        await decide(world, place="thread", alerts_channel_id=alerts.id)
        world.discord.fail("POST", f"/channels/{alerts.id}/messages", times=6, status=503)
        await world.mina.voice_note(world.general, PARK)
        await ended(world)
        await world.diary.when(lambda: any("put off" in one.getMessage() for one in world.diary.of("notice")))
    with world.books() as books:
        books.execute("UPDATE told SET due_ms = 0 WHERE notice IS NOT NULL")
    async with world.bot():
        told = await alerts.wait_for(lambda seen: any("thread" in one.content for one in seen), PATIENCE_S)

    assert len([one for one in told if "thread" in one.content]) == 1


async def test_a_page_in_the_place_of_an_answer_deletes_nothing(world: World) -> None:
    """A proxy's 404 while the bot looks back after a start says nothing about a note: its answer stays."""
    async with world.bot():
        note = await world.mina.voice_note(world.general, PARK)
        await ended(world)
    before = len(world.diary.of("looked_back"))
    world.discord.fail("GET", f"/channels/{world.general.id}/messages*", times=3, status=404, html=True)
    async with world.bot():
        await world.diary.until("looked_back", before + 1)

    assert WORDS in note.content


async def test_no_half_of_an_answer_is_left_or_billed(world: World) -> None:
    """A filter takes the last part and no direct message opens: what stood is taken back, nothing is billed."""
    world.openai.ears = type(world.openai.ears)(" ".join(f"word{number}" for number in range(900)))  # type: ignore[call-arg]
    async with world.bot():
        world.discord.rates.off()
        world.home.automod("word700")
        world.discord.fail("POST", "/users/@me/channels", times=50, status=403, code=50278)
        note = await world.mina.voice_note(world.general, PARK)
        assert await ended(world) == ["Undelivered"]
        await note.wait(lambda seen: not seen.messages, seconds=PATIENCE_S)

    assert world.minutes == (0, 0)


async def test_a_filter_meets_an_answer_once_while_no_direct_message_opens(world: World) -> None:
    """Discord opens no direct message for a while: blocked words are not posted again meanwhile, and come later."""
    world.home.automod("hello")
    async with world.bot():
        world.discord.fail("POST", "/users/@me/channels", times=2, status=400, code=40003)
        await world.mina.voice_note(world.general, PARK)
        assert await ended(world) == ["Transcript"]

    assert len(world.discord.asked("POST", f"/channels/{world.general.id}/messages")) == 1
    assert WORDS in world.mina.dm().seen_by(world.mina)


@pytest.mark.parametrize("shape", ["no retry_after", "a page", "another shape"])
async def test_an_answer_nobody_can_read_is_trouble_that_passes(world: World, shape: str) -> None:
    """Answers of Discord's that make no sense put a note off, and break nothing."""
    bodies: dict[str, dict[str, object]] = {
        "no retry_after": {"status": 429, "message": "x"},
        "a page": {"status": 200, "html": True},
        "another shape": {"status": 200, "message": "x"},
    }
    async with world.bot():
        world.discord.fail("POST", f"/channels/{world.general.id}/messages", **bodies[shape])  # type: ignore[arg-type]
        note = await world.mina.voice_note(world.general, PARK)
        assert WORDS in await words_below(note)
        await ended(world)

    assert not world.diary.of("broke")
    assert len(note.messages) == 1


async def test_the_last_try_ends_a_command(world: World) -> None:
    """After a day of trouble the last try takes every way: whoever waits for a command has their words, or an end."""
    async with world.bot(work__attempts="1"):
        asked = await world.mina.slash("transcribe", world.general, file=PARK)
        assert asked.interaction is not None
        path = f"/webhooks/*/{asked.interaction.token}/messages/@original"
        world.discord.fail("PATCH", path, times=2, status=429, via=False)
        await world.diary.until("put_off")
        await world.write("UPDATE note SET created_ms = created_ms - 2 * 86400000, attempts = 1")
        await ended(world)

    assert any(WORDS in one.content for one in world.general.messages.values())


async def test_a_refusal_finds_its_way_to_who_asked(world: World) -> None:
    """Where a command's answer cannot be edited, its refusal comes beside it; nobody sees "thinking" for ever."""
    async with world.bot(quota__guild_minutes="0"):
        asked = await world.mina.slash("transcribe", world.general, file=PARK)
        assert asked.interaction is not None
        path = f"/webhooks/*/{asked.interaction.token}/messages/@original"
        world.discord.fail("PATCH", path, times=50, status=400, code=50035)
        await asked.wait(seconds=PATIENCE_S)

    assert "not enough" in asked.content


async def test_a_private_follow_up_can_be_a_refusal(world: World) -> None:
    """Two sounds are asked for in private, and the month has room for none: both are refused, nothing breaks."""
    async with world.bot(listen__automatic="false", quota__guild_minutes="0"):
        several = await world.mina.upload(world.general, PARK, SPEECH / "hotel.ogg")
        assert several.message is not None
        link = f"https://discord.com/channels/{world.home.id}/{world.general.id}/{several.message.id}"
        asked = await world.mina.slash("transcribe", world.general, message=link, private=True)
        await asked.wait(lambda seen: len(seen.messages) == 2 and not seen.thinking, seconds=PATIENCE_S)

    assert asked.ephemeral
    assert asked.content.count("not enough") == 2
    assert not world.diary.of("command_failed")


async def test_a_page_about_the_first_answer_overwrites_no_other(world: World) -> None:
    """A proxy's 404 about a command's first answer does not let the second take its place: both are read."""
    async with world.bot(listen__automatic="false"):
        several = await world.mina.upload(world.general, PARK, SPEECH / "hotel.ogg")
        assert several.message is not None
        link = f"https://discord.com/channels/{world.home.id}/{world.general.id}/{several.message.id}"
        asked = await world.mina.slash("transcribe", world.general, message=link, private=True)
        world.discord.fail("*", "/webhooks/*/messages/@original", times=2, status=404, html=True)
        await ended(world, 2)

    assert asked.content.count(WORDS) == 2
    assert asked.ephemeral
