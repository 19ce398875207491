"""What a server decided, as its members meet it: which notes are heard, with what hints, and from when on."""

from tests.choosing import decide
from tests.conftest import SPEECH, WORDS, World

PARK = SPEECH / "park.ogg"  # 3.6 s


async def test_a_channel_that_is_off_hears_nothing(world: World) -> None:
    """Where it is switched off a note is let be, and whoever asks all the same is told so; next door it is heard."""
    music = world.home.channel("music")
    async with world.bot():
        await decide(world, music, mode="off")
        let_be = await world.mina.voice_note(music, PARK)
        heard = await (await world.mina.voice_note(world.general, PARK)).wait()
        assert let_be.message is not None
        asked = await (await world.mina.menu("Transcribe", let_be.message)).wait()
        thread = await world.mina.thread(music, "talk")
        in_thread = await world.mina.voice_note(thread, PARK)
        latest = await (await world.mina.slash("transcribe", thread)).wait()

    assert WORDS in heard.content
    assert "switched off here" in asked.content
    assert "switched off here" in latest.content, "a thread follows its channel"
    assert not let_be.messages
    assert not in_thread.messages
    assert len(world.openai.calls) == 1


async def test_switching_off_reaches_notes_in_work(world: World) -> None:
    """No further call is paid for once it is switched off: the note at the provider is answered, the next is let be."""
    async with world.bot(speech__parallel="1"):
        gate = world.openai.hold()
        first = await world.mina.voice_note(world.general, PARK)
        await gate.wait_for(1)
        second = await world.mina.voice_note(world.general, SPEECH / "hotel.ogg")
        await world.diary.until("held", 2)
        await decide(world, mode="off")
        gate.release()
        await world.diary.until("note", 2)

    assert sorted(line.outcome for line in world.diary.of("note")) == ["SwitchedOff", "Transcript"]
    assert WORDS in first.content
    assert not second.messages
    assert len(world.openai.calls) == 1
    assert world.minutes[1] == 0


async def test_kinds_and_lengths_are_the_servers(world: World) -> None:
    """What is too short or of another kind is let be; what is too long is refused with the server's own limit."""
    async with world.bot():
        await decide(world, kinds=["voice"], least_ms=2_000, most_ms=10_000)
        short = await world.mina.voice_note(world.general, PARK, seconds=1.0)
        video = await world.mina.upload(world.general, ("clip.mp4", b"0"))
        long = await (await world.mina.voice_note(world.general, PARK, seconds=60.0)).wait()
        lied = await (await world.mina.voice_note(world.general, SPEECH / "pauses.ogg", seconds=9.0)).wait()

    assert not short.messages
    assert not video.messages
    assert "only notes up to 10 seconds" in long.content or "10 seconds" in long.content
    assert "10 seconds" in lied.content, "what the sender claims opens the door, what it is decides"
    assert not world.openai.calls


async def test_roles_decide_who_may(world: World) -> None:
    """With roles chosen, the notes of others are let be, and whoever asks without one is told which roles may."""
    async with world.bot():
        role = world.admin.member.roles[0]
        await decide(world, role_ids=[role.id])
        let_be = await world.mina.voice_note(world.general, PARK)
        heard = await (await world.admin.voice_note(world.general, PARK)).wait()
        asked = await (await world.mina.slash("transcribe", world.general)).wait()

    assert not let_be.messages
    assert WORDS in heard.content
    assert f"<@&{role.id}>" in asked.content
    assert not asked.messages[0].pings


async def test_hints_reach_the_ear_and_not_the_bill(world: World) -> None:
    """Expected languages and names go with each call; changing them makes no second bill for the same note."""
    async with world.bot():
        await decide(world, languages=["ko", "en"], vocabulary=["민아", "Earshot"])
        note = await (await world.mina.voice_note(world.general, PARK)).wait()
        await decide(world, languages=["ja"], vocabulary=[])
        assert note.message is not None
        again = await (await world.admin.menu("Transcribe", note.message)).wait()

    (call,) = world.openai.calls
    assert call.params["languages[]"] == ["ko", "en"]
    assert call.params["keywords[]"] == ["민아", "Earshot"]
    assert WORDS in again.content
