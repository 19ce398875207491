"""/privacy end to end: who opted out is not heard, who is forgotten is gone, and replies go with their notes."""

from functools import partial

import pytest

from bot.app import open_app
from bot.settings import load
from tests.conftest import SPEECH, WORDS, World
from tests.world.bot import NO_FILE
from tests.world.discord import Answer, Permission, Person, Upload
from tests.world.discord.rooms import Room

PARK = SPEECH / "park.ogg"
OUT, IN, FORGET, YES, NO = ("Don't transcribe me", "Transcribe me again", "Forget me", "Yes, forget me", "Cancel")
REFUSED = "I may not write this one down"


async def panel(world: World, who: str = "mina") -> Answer:
    """Open /privacy as somebody."""
    person: Person = getattr(world, who)
    return await (await person.slash("privacy", world.general)).wait()


async def press(world: World, answer: Answer, *labels: str, who: str = "mina") -> str:
    """Press buttons one after the other; what the panel says in the end."""
    for label in labels:
        before = answer.content
        await getattr(world, who).press(answer.messages[0], label)
        await answer.wait(partial(_differs, before))
    return answer.content


def _differs(before: str, seen: Answer) -> bool:
    return seen.content != before


def replies_in(room: Room, world: World) -> list[str]:
    """What the bot has standing there for all to see."""
    return [
        message.content
        for message in room.messages.values()
        if message.author is world.discord.bot and message.only_for is None
    ]


async def test_who_opts_out_is_not_heard_by_anybody(world: World) -> None:
    """After opting out a member's notes are let be everywhere, whoever asks; opting in undoes it."""
    elsewhere = world.discord.guild("Elsewhere")
    there, guest = elsewhere.channel("chat"), elsewhere.welcome(world.mina)
    async with world.bot():
        said = await press(world, await panel(world), OUT)
        assert "I don't listen to your voice any more" in said
        here = await world.mina.voice_note(world.general, PARK)
        await guest.voice_note(there, PARK)
        direct = await world.mina.voice_note(world.mina.dm(), PARK)
        assert here.message is not None
        asked = await (await world.admin.menu("Transcribe", here.message)).wait()
        own = await (await world.mina.slash("transcribe", world.general, file=PARK)).wait()
        assert REFUSED in asked.content
        assert REFUSED in own.content
        assert not world.openai.calls
        assert not [*replies_in(there, world), *direct.messages]
        assert "again" in await press(world, await panel(world), IN)
        again = await (await world.mina.voice_note(world.general, PARK)).wait()

    assert WORDS in again.content
    assert world.rows("SELECT * FROM opted_out") == []
    assert len(world.openai.calls) == 1


async def test_a_forward_of_somebody_who_opted_out_is_not_heard(world: World) -> None:
    """Known by an earlier note, by the original message or by its bytes, an opted-out voice stays unheard."""
    other = world.home.channel("other")
    async with world.bot():
        known = await (await world.mina.voice_note(other, PARK)).wait()
        await press(world, await panel(world), OUT)
        fresh = await world.mina.voice_note(other, SPEECH / "hotel.ogg")
        assert known.message is not None
        assert fresh.message is not None
        calls = len(world.openai.calls)
        by_note = await world.admin.forward(known.message, world.general)
        by_original = await world.admin.forward(fresh.message, world.general)
        by_bytes = await world.admin.upload(world.general, Upload("mine.ogg", PARK.read_bytes(), "audio/ogg"))
        await world.diary.until("note", 2)
        assert by_note.message is not None
        assert by_original.message is not None
        refusals = [
            await (await world.admin.menu("Transcribe", message)).wait()
            for message in (by_note.message, by_original.message)
        ]

    assert all(REFUSED in refusal.content for refusal in refusals)
    assert not [one for one in (*by_note.messages, *by_original.messages, *by_bytes.messages) if not one.interaction]
    assert len(world.openai.calls) == calls


async def test_opting_out_stops_what_is_being_heard(world: World) -> None:
    """A note whose author opts out while it is worked on ends there: no words, no further call, no bill."""
    gate = world.openai.hold()
    async with world.bot(speech__parallel="1"):
        await world.mina.voice_note(world.general, PARK)
        asked = await world.admin.slash("transcribe", world.general)
        await gate.wait_for(1)
        await press(world, await panel(world), OUT)
        await asked.wait(seconds=30)
        gate.release()
        await world.diary.until("taken_over")

    assert REFUSED in asked.content
    assert not replies_in(world.general, world) or WORDS not in "".join(replies_in(world.general, world))
    assert len(world.openai.calls) == 1
    assert world.minutes == (0, 0)
    assert all(WORDS.encode() not in path.read_bytes() for path in world.folder.glob("earshot.db*"))


async def test_forget_me_leaves_nothing(world: World) -> None:
    """Forgetting somebody asks once more, then erases them from every table, and the replies to their notes."""
    async with world.bot():
        note = await (await world.mina.voice_note(world.general, PARK)).wait()
        direct = await (await world.mina.voice_note(world.mina.dm(), SPEECH / "hotel.ogg")).wait()
        admins = await (await world.admin.voice_note(world.general, SPEECH / "meeting.ogg")).wait()
        assert admins.message is not None
        asked = await (await world.mina.menu("Transcribe", admins.message)).wait()
        await world.diary.until("note", 3)
        opened = await panel(world)
        assert "2 notes" in opened.content
        assert "No" not in await press(world, opened, FORGET, NO)
        assert note.messages
        assert "erased" in await press(world, opened, FORGET, YES)
        await note.wait(lambda seen: not seen.messages)
        await direct.wait(lambda seen: not seen.messages)
        await admins.wait()
        await asked.wait()

    tables = [name for (name,) in world.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {
        (table, *row)
        for table in tables
        for row in world.rows(f"SELECT * FROM {table}")  # noqa: S608 - its own tables
        if any(str(world.mina.id) in str(value) for value in row)
    }
    assert found == set(), "a sum that still counts has a name that only the key tells"
    assert world.minutes[0] > 0


async def test_a_button_goes_with_whoever_spoke_and_with_its_channel(world: World) -> None:
    """The button below a note nobody had asked for, and its row, go with its speaker; its row goes with its channel."""
    other = world.home.channel("other")
    async with world.bot(listen__automatic="false"):
        note = await (await world.mina.voice_note(world.general, PARK)).wait()
        assert note.message is not None
        await world.diary.when(lambda: bool(world.rows("SELECT 1 FROM offer WHERE offer_id IS NOT NULL")))
        asked = await (await world.admin.menu("Transcribe", note.message)).wait()
        assert WORDS in asked.content
        assert "erased" in await press(world, await panel(world), FORGET, YES)
        await note.wait(lambda seen: not seen.messages)
        assert world.rows("SELECT * FROM offer") == []
        await (await world.mina.voice_note(other, PARK)).wait()
        assert world.rows("SELECT count(*) FROM offer") == [(1,)]
        other.remove()
        await world.diary.when(lambda: not world.rows("SELECT * FROM offer"))

    assert world.rows("SELECT * FROM unwanted") == []


async def test_words_go_with_who_spoke_though_who_asked_for_them_went_first(world: World) -> None:
    """Somebody asks for a note and is forgotten; when its speaker is, the answer that still stands goes too."""
    jun = world.home.member("Jun")
    async with world.bot(listen__automatic="false"):
        note = await world.mina.voice_note(world.general, PARK)
        assert note.message is not None
        asked = await (await jun.menu("Transcribe", note.message)).wait()
        await world.diary.until("note")
        theirs = await (await jun.slash("privacy", world.general)).wait()
        for label in (FORGET, YES):
            before = theirs.content
            await jun.press(theirs.messages[0], label)
            await theirs.wait(partial(_differs, before))
        assert WORDS in asked.content
        assert "erased" in await press(world, await panel(world), FORGET, YES)
        await asked.wait(lambda seen: not seen.messages)

    assert world.rows("SELECT * FROM trace") == []


async def test_replies_are_taken_back_beside_each_other_and_each_once(world: World) -> None:
    """While Discord takes its time over one reply the next one goes, and nobody asks for the first a second time."""
    other = world.home.channel("other")
    async with world.bot():
        first = await (await world.mina.voice_note(world.general, PARK)).wait()
        second = await (await world.mina.voice_note(other, SPEECH / "hotel.ogg")).wait()
        await world.diary.until("note", 2)
        assert first.message is not None
        assert second.message is not None
        path = f"/channels/{world.general.id}/messages/{first.messages[0].id}"
        gate = world.discord.hold("DELETE", path)
        await world.mina.delete(first.message)
        await gate.arrived(seconds=30)
        await world.mina.delete(second.message)
        await second.wait(lambda seen: not seen.messages, seconds=30)
        assert first.messages
        gate.open()
        await first.wait(lambda seen: not seen.messages, seconds=30)
        await world.diary.when(lambda: world.rows("SELECT * FROM unwanted") == [])

    assert len(world.discord.asked("DELETE", path)) == 1


async def test_a_reply_goes_when_its_note_went_while_nobody_looked(world: World) -> None:
    """Notes deleted while the bot was off lose their replies when it is back; the others keep theirs."""
    thread = await world.mina.thread(world.general, "aside")
    async with world.bot():
        notes = [await world.mina.voice_note(room, PARK) for room in (world.general, world.general, thread)]
        for note in notes:
            await note.wait()
        await world.diary.until("note", 3)
    assert notes[0].message is not None
    assert notes[2].message is not None
    await world.mina.delete(notes[0].message)
    await world.mina.delete(notes[2].message)
    looked = len(world.diary.of("looked_back"))
    async with world.bot():
        await notes[0].wait(lambda seen: not seen.messages)
        await notes[2].wait(lambda seen: not seen.messages)
        await world.diary.until("looked_back", looked + 1)

    assert WORDS in notes[1].content
    assert world.rows("SELECT * FROM unwanted") == []


async def test_without_the_right_to_read_nothing_is_taken_for_deleted(world: World) -> None:
    """A channel in which the bot may no longer read looks empty to it; its replies stay."""
    async with world.bot():
        note = await (await world.mina.voice_note(world.general, PARK)).wait()
        await world.diary.until("note")
    world.general.overwrite(world.discord.bot, deny=Permission.READ_MESSAGE_HISTORY)
    looked = len(world.diary.of("looked_back"))
    async with world.bot():
        await world.diary.until("looked_back", looked + 1)

    assert WORDS in note.content


async def test_the_rows_of_a_channel_go_with_it(world: World) -> None:
    """When a channel or thread is deleted, every row about its notes goes; what stands elsewhere is deleted."""
    other = world.home.channel("other")
    async with world.bot(listen__automatic="false"):
        note = await world.mina.voice_note(other, PARK)
        assert note.message is not None
        link = f"https://discord.com/channels/{world.home.id}/{other.id}/{note.message.id}"
        asked = await (await world.mina.slash("transcribe", world.general, message=link)).wait()
        await world.diary.until("note")
        other.remove()
        await asked.wait(lambda seen: not seen.messages)

    assert (
        world.rows("SELECT * FROM note") == world.rows("SELECT * FROM ask") == world.rows("SELECT * FROM reply") == []
    )
    assert world.minutes[0] > 0


@pytest.mark.parametrize("locale", ["ko", "en-US"])
async def test_the_panel_speaks_the_language_of_who_asks(world: World, locale: str) -> None:
    """/privacy is for one's own eyes, in one's own language, with its buttons in words."""
    world.mina.user.locale = locale
    async with world.bot():
        shown = await panel(world)

    assert shown.ephemeral
    assert ("내 목소리" in shown.content) == (locale == "ko")
    labels = [one["label"] for one in shown.components if "label" in one]
    assert labels == (["받아쓰지 않기", "내 기록 지우기"] if locale == "ko" else [OUT, FORGET])


async def test_a_server_that_removed_the_bot_is_erased_after_its_grace(world: World) -> None:
    """Removed, the bot keeps a server's rows for the grace; then no row names it but the sums of its bill."""
    env = world.env(privacy__left_server_days="0")
    async with world.bot(env):
        await (await world.mina.voice_note(world.general, PARK)).wait()
        await (await world.admin.slash("settings", world.general)).wait()
        await world.diary.until("note")
        await world.diary.until("ready")
        world.home.kick_bot()
        await world.diary.when(lambda: bool(world.rows("SELECT guild_id FROM left_guild")))
    kept = named(world)
    async with open_app(load(NO_FILE, dict(env))) as app:
        await app.privacy.purge()

    assert {"note", "told", "left_guild"} <= kept
    assert named(world) <= {"account", "entry", "expense", "calendar"}, (
        "the bill, and whose midnight its months begin at"
    )
    assert world.rows("SELECT member_id, channel_id FROM expense") == [(None, None)]
    assert world.minutes[0] > 0


def named(world: World) -> set[str]:
    """The tables in which the server stands."""
    tables = [name for (name,) in world.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {
        table
        for table in tables
        for row in world.rows(f"SELECT * FROM {table}")  # noqa: S608 - its own tables
        if any(str(world.home.id) in str(value) for value in row)
    }
