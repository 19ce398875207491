"""After a pause: what was missed is heard, once; what waited too long is let go."""

from tests.conftest import PATIENCE_S, SPEECH, WORDS, World

PARK = SPEECH / "park.ogg"
LENGTH_MS = 3_610


async def first_note(world: World) -> None:
    """A bot that hears one note in the channel and is stopped."""
    async with world.bot():
        await world.diary.until("ready")
        await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)
        await world.diary.until("note")


async def test_what_was_posted_during_a_pause_is_answered_once(world: World) -> None:
    """A note posted while the bot was away is answered when it is back; starting yet again answers nothing twice."""
    await first_note(world)
    await world.mina.say(world.general, "nobody home?")
    missed = await world.mina.voice_note(world.general, PARK)
    async with world.bot():
        await missed.wait(seconds=PATIENCE_S)
        await world.diary.until("note", 2)
        await world.diary.until("ready", 2)
    async with world.bot():
        await world.diary.until("ready", 3)

    assert len(missed.messages) == 1
    assert world.minutes == (2 * LENGTH_MS, 0)


async def test_with_no_window_nothing_is_read_back(world: World) -> None:
    """Whoever wants no catching up has a pause that is a pause."""
    await first_note(world)
    missed = await world.mina.voice_note(world.general, PARK)
    async with world.bot(listen__catch_up_minutes="0"):
        await world.diary.until("ready", 2)
        answer = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)

    assert WORDS in answer.content
    assert not missed.messages


async def test_channels_without_news_cost_no_request(world: World) -> None:
    """Discord tells each channel's latest message by itself: only those with news are read."""
    await first_note(world)
    asked = len(world.discord.asked("GET", "/channels/*/messages"))
    quiet = world.home.channel("quiet")
    await world.mina.say(quiet, "no note was ever heard here")
    async with world.bot():
        await world.diary.until("ready", 2)
    read = [request.path for request in world.discord.asked("GET", "/channels/*/messages")[asked:]]

    assert not [path for path in read if str(quiet.id) in path]


async def test_an_old_backlog_is_not_billed_by_surprise(world: World) -> None:
    """A note that waited longer than the host allows ends unheard and unbilled, when nobody asked for it."""
    gate = world.openai.hold()
    async with world.bot(work__shutdown_seconds="0"):
        note = await world.mina.voice_note(world.general, PARK)
        await gate.wait_for(1)
    calls = len(world.openai.calls)
    gate.release()
    with world.books() as books:
        day_ms = 25 * 3_600_000
        books.execute(
            "UPDATE note SET length_ms = NULL, created_ms = created_ms - ?, request_id = request_id - (? << 22)",
            (day_ms, day_ms),
        )
    async with world.bot():
        await world.diary.until("stale")

    assert not note.messages
    assert len(world.openai.calls) == calls
    assert world.minutes == (0, 0)
