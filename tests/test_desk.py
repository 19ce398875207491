"""The desk's promises, seen from Discord: one call however many ask, nothing paid twice, nothing left behind."""

import subprocess
from math import ceil
from pathlib import Path

import pytest

from bot import audio
from tests.conftest import SPEECH, WORDS, World
from tests.world.discord import Answer
from tests.world.discord.state import Message
from tests.world.openai import Answer as Say
from tests.world.openai import spoken_for

PARK = SPEECH / "park.ogg"
LENGTH_MS = 3_610


def posted(note: Answer) -> Message:
    """The message somebody posted."""
    assert note.message is not None
    return note.message


async def test_whoever_asks_at_once_shares_one_call(world: World) -> None:
    """The same note asked for by several people at once is heard once, and everybody is answered."""
    async with world.bot():
        gate = world.openai.hold()
        note = await world.mina.voice_note(world.general, PARK)
        await gate.wait_for(1)
        asked = [await person.menu("Transcribe", posted(note)) for person in (world.mina, world.admin)]
        await world.diary.until("opened", 3)
        gate.release()
        answers = [await one.wait() for one in (note, *asked)]

    assert all(WORDS in answer.content for answer in answers)
    assert len(world.openai.calls) == 1
    assert world.minutes == (LENGTH_MS, 0)


async def test_a_note_that_was_answered_is_quoted_for_nothing(world: World) -> None:
    """Whoever asks for a note that was heard gets its reply quoted, with the link to it; nobody pays."""
    async with world.bot(quota__guild_minutes="1"):
        note = await (await world.mina.voice_note(world.general, PARK)).wait()
        await world.diary.until("note")
        answers = []
        for number, person in enumerate((world.admin, world.mina)):
            answers.append(await (await person.menu("Transcribe", posted(note))).wait())
            await world.diary.until("note", number + 2)
        private = await world.admin.slash("transcribe", world.general, private=True)
        await private.wait()

    link = f"https://discord.com/channels/{world.home.id}/{world.general.id}/{note.messages[0].id}"
    for answer in (*answers, private):
        assert answer.content.count(WORDS) == 1
        assert answer.content.count(link) == 1, "a quote is never quoted"
        assert "No minutes used" in answer.content
    assert private.ephemeral
    assert len(world.openai.calls) == 1
    assert world.minutes == (LENGTH_MS, 0)


async def test_a_note_whose_reply_is_gone_is_heard_again(world: World) -> None:
    """Where nothing is left to quote the note is heard once more, and whoever asks now pays for that."""
    async with world.bot():
        note = await (await world.mina.voice_note(world.general, PARK)).wait()
        await world.diary.until("note")
        world.general.messages.pop(note.messages[0].id)  # as when an admin deletes it
        again = await (await world.admin.menu("Transcribe", posted(note))).wait()
        await world.diary.until("note", 2)
        third = await (await world.mina.menu("Transcribe", posted(note))).wait()

    assert WORDS in again.content
    assert "transcribed before" not in again.content
    assert f"/{again.messages[0].id}" in third.content, "the new answer is the one to quote"
    assert len(world.openai.calls) == 2
    assert world.minutes == (2 * LENGTH_MS, 0)


async def test_hearing_again_is_paid_where_and_when_it_is_asked_for(world: World) -> None:
    """A forward heard anew in another server draws on that server's month, not on the first one's."""
    elsewhere = world.discord.guild("Elsewhere")
    guest = elsewhere.welcome(world.mina)
    async with world.bot():
        note = await (await world.mina.voice_note(world.general, PARK)).wait()
        await world.diary.until("note")
        world.general.messages.pop(note.messages[0].id)
        forwarded = await (await guest.forward(posted(note), elsewhere.channel("chat"))).wait()

    assert WORDS in forwarded.content
    paid = dict(world.rows("SELECT account, committed FROM account WHERE money = 0"))
    assert paid == {f"guild:{world.home.id}": LENGTH_MS, f"guild:{elsewhere.id}": LENGTH_MS}


async def test_a_replayed_event_changes_nothing(world: World) -> None:
    """The same message event twice, early or late, is one note and one reply, even when the month is full by then."""
    async with world.bot(quota__guild_minutes="1", rate__member_per_minute="1"):
        gate = world.openai.hold()
        note = await world.mina.voice_note(world.general, PARK, seconds=50)
        event = next(body for name, body in reversed(world.discord.events) if name == "MESSAGE_CREATE")
        await gate.wait_for(1)
        world.discord.gateway.blurt("MESSAGE_CREATE", event)
        await world.diary.until("opened", 2)
        gate.release()
        await note.wait()
        await world.diary.until("note")
        world.discord.gateway.blurt("MESSAGE_CREATE", event)
        await world.diary.until("opened", 3)

    assert len(note.messages) == 1
    assert len(world.openai.calls) == 1
    assert world.rows("SELECT count(*) FROM refusal") == [(0,)]


async def test_a_note_deleted_in_work_leaves_nothing_behind(world: World) -> None:
    """Deleting a note while it is heard: no reply appears, its hold goes back, its words are nowhere."""
    async with world.bot():
        gate = world.openai.hold()
        note = await world.mina.voice_note(world.general, PARK)
        await gate.wait_for(1)
        assert world.minutes == (0, LENGTH_MS)
        await world.mina.delete(posted(note))
        await world.diary.until("withdrawn")
        assert world.minutes == (0, 0)
        gate.release()
        await world.diary.until("taken_over")

    assert not note.messages
    assert world.minutes == (0, 0)
    assert world.rows("SELECT state, url, gone FROM note") == [("done", "", 1)]
    assert world.dollars[0] > 0, "the host's call was made"


async def test_a_note_deleted_while_its_answer_is_posted_takes_it_along(world: World) -> None:
    """Deleting a note in the moment its answer is being posted takes the answer back."""
    async with world.bot():
        gate = world.discord.hold("POST", f"/channels/{world.general.id}/messages")
        note = await world.mina.voice_note(world.general, PARK)
        await gate.arrived()
        place = {"channel_id": str(world.general.id), "guild_id": str(world.home.id)}
        world.discord.gateway.blurt("MESSAGE_DELETE", {"id": str(posted(note).id), **place})
        await world.diary.until("withdrawn")
        gate.open()
        await world.general.wait_for(lambda _: world.discord.asked("DELETE"))
        late = world.discord.hold("POST", f"/channels/{world.general.id}/messages")
        other = await world.mina.voice_note(world.general, PARK)
        await late.arrived()
        world.general.messages.pop(posted(other).id)
        late.open()
        await world.diary.until("undeliverable")

    assert not note.messages
    assert not other.messages


async def test_the_reply_goes_with_its_note(world: World) -> None:
    """Whoever deletes a note, alone or in a purge, takes all parts of its reply along."""
    world.openai.script(Say(spoken_for(220, "long")), forever=True)
    async with world.bot():
        world.discord.rates.off()
        first = await (await world.mina.voice_note(world.general, PARK)).wait(lambda seen: len(seen.messages) == 2)
        others = [await world.mina.voice_note(world.general, PARK) for _ in range(2)]
        for note in others:
            await note.wait(lambda seen: len(seen.messages) == 2)
        await world.diary.until("note", 3)
        await world.mina.delete(posted(first))
        await world.general.wait_for(lambda seen: len(seen) == 6)
        await world.mina.delete(*map(posted, others))
        left = await world.general.wait_for(lambda seen: not seen)

    assert left == []


async def test_a_forward_outlives_the_note_and_the_note_the_forward(world: World) -> None:
    """Deleting a forward takes only its own answer along; one whose original was deleted is heard for itself."""
    other = world.home.channel("other")
    async with world.bot():
        note = await (await world.mina.voice_note(world.general, PARK)).wait()
        await world.diary.until("note")
        forwards = [await (await world.admin.forward(posted(note), other)).wait() for _ in range(2)]
        await world.diary.until("answered", 3)
        await world.admin.delete(posted(forwards[0]))
        await other.wait_for(lambda seen: len(seen) == 2)
        assert note.messages
        await world.mina.delete(posted(note))
        await world.diary.until("withdrawn")
        await other.wait_for(lambda seen: len(seen) == 1)
        again = await (await world.mina.menu("Transcribe", posted(forwards[1]))).wait()

    assert not note.messages
    assert WORDS in again.content
    assert "transcribed before" not in again.content
    assert len(world.openai.calls) == 2


async def test_no_word_outlives_its_answer(world: World) -> None:
    """Once a note is answered not one of its words rests in the database's files, nor any interaction's token."""
    world.openai.script(Say("xylophone quasar marmalade"), forever=True)
    async with world.bot(log__level="debug"):
        note = await (await world.mina.voice_note(world.general, PARK)).wait()
        asked = await (await world.admin.slash("transcribe", world.general, file=PARK)).wait()
        await world.diary.until("note", 2)
        files = sorted(world.folder.glob("earshot.db*"))
        resting = b"".join(path.read_bytes() for path in files)

    assert "marmalade" in note.content
    assert "marmalade" in asked.content
    assert {path.name for path in files} >= {"earshot.db", "earshot.db-wal"}
    assert str(world.home.id).encode() in resting
    assert not [word for word in (b"xylophone", b"quasar", b"marmalade") if word in resting]
    assert asked.interaction is not None
    assert asked.interaction.token.encode() not in resting
    assert "marmalade" not in world.diary.text


async def test_a_reader_of_the_database_delays_forgetting_only(world: World) -> None:
    """While another program reads the database words rest in its log; the next note's end sweeps those up as well."""
    world.openai.script(Say("xylophone"), Say("quasar"))
    async with world.bot():
        with world.books() as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM note").fetchone()
            first = await (await world.mina.voice_note(world.general, PARK)).wait()
            await world.diary.until("note")
        warning, *_ = world.diary.of("unscrubbed")
        second = await (await world.mina.voice_note(world.general, PARK)).wait()
        await world.diary.until("note", 2)
        resting = b"".join(path.read_bytes() for path in world.folder.glob("earshot.db*"))

    assert "xylophone" in first.content
    assert "quasar" in second.content
    assert "another program reads the file" in warning.getMessage()
    assert not world.diary.of("broke")
    assert b"xylophone" not in resting


async def test_a_token_that_nobody_takes_any_more_is_forgotten(world: World) -> None:
    """An asked-for note that outlives its interaction loses the token, and is answered by an ordinary message."""
    async with world.bot(work__shutdown_seconds="0"):
        gate = world.openai.hold()
        asked = await world.mina.slash("transcribe", world.general, file=PARK)
        await gate.wait_for(1)
    with world.books() as books:
        books.execute("UPDATE ask SET created_ms = created_ms - 16 * 60000")
    gate.release()
    async with world.bot():
        posted = await world.general.wait_for(lambda seen: [one for one in seen if WORDS in one.content])
        await world.diary.until("note")

    assert asked.thinking, "nothing can be edited any more"
    assert not posted[-1].interaction
    assert world.rows("SELECT token, state FROM ask") == [(None, "done")]
    assert world.minutes == (LENGTH_MS, 0)


@pytest.fixture
def hesitant(tmp_path: Path) -> Path:
    """A voice note with six seconds of nothing between two sentences."""
    words = (str(audio.ffmpeg_of("bundled")), "-v", "error", "-i", str(PARK), "-i", str(SPEECH / "hotel.ogg"))
    joined = "[0]apad=pad_dur=6[a];[a][1]concat=n=2:v=0:a=1"
    path = tmp_path / "hesitant.ogg"
    subprocess.run([*words, "-filter_complex", joined, "-c:a", "libopus", str(path)], check=True)  # noqa: S603 -- our own words
    return path


async def test_pauses_left_out_make_a_call_cheaper(world: World, hesitant: Path) -> None:
    """With audio.trim_pauses the provider gets, and the host pays, only what is left; the server pays the clip."""
    async with world.bot(audio__trim_pauses="true"):
        answer = await (await world.mina.voice_note(world.general, hesitant)).wait()
        await world.diary.until("note")

    (call,) = world.openai.calls
    committed_ms, _ = world.minutes
    assert WORDS in answer.content
    assert call.seconds is not None
    assert call.seconds < committed_ms / 1000 - 5
    assert world.dollars == (ceil(call.seconds) * 75, 0), "$0.0045 a minute"
