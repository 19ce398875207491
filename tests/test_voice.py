"""The listener, end to end: a real discord.py, a real openai client, real sockets, a real database."""

from tests.conftest import SPEECH, WORDS, World
from tests.world.discord import Upload
from tests.world.discord.messages import post

PARK = SPEECH / "park.ogg"


async def test_a_voice_message_is_answered_with_its_words(world: World) -> None:
    """A voice message comes back as a reply that holds its words and pings nobody."""
    async with world.bot():
        note = await world.mina.voice_note(world.general, PARK)
        answer = await note.wait()

    assert WORDS in answer.content
    assert all(not message.pings for message in answer.messages)
    assert len(world.openai.calls) == 1
    assert world.minutes == (3610, 0)


async def test_sound_is_known_by_its_type_or_its_name(world: World) -> None:
    """Sound files are heard whether Discord names their type or only their name tells; other files are let go."""
    data = PARK.read_bytes()
    sounds = [
        Upload("note.ogg", data, "audio/ogg; codecs=opus"),
        Upload("recording", data, "audio/ogg"),
        Upload("UNTYPED.OPUS", data, "application/octet-stream"),
        Upload("clip.webm", data, "video/webm"),
    ]
    async with world.bot():
        world.discord.rates.off()
        picture = await world.mina.upload(world.general, Upload("cat.png", b"not really a cat", "image/png"))
        text = await world.mina.upload(world.general, ("notes.txt", b"milk, bread"), content="shopping")
        heard = [await world.mina.upload(world.general, sound) for sound in sounds]
        for note in heard:
            await note.wait()

    assert all(WORDS in note.content for note in heard)
    assert not picture.messages
    assert not text.messages
    assert len(world.openai.calls) == len(sounds)


async def test_every_sound_of_a_message_is_answered(world: World) -> None:
    """Several sounds in one message are several notes, each with its own reply; what is no sound is passed over."""
    async with world.bot():
        files = [SPEECH / "park.ogg", Upload("cat.png", b"no cat", "image/png"), SPEECH / "hotel.ogg"]
        posted = await world.mina.upload(world.general, *files)
        await posted.wait(lambda seen: len(seen.messages) == 2)

    assert len(world.openai.calls) == 2
    assert world.minutes == (3610 + 4435, 0)


async def test_a_forwarded_voice_message_is_heard(world: World) -> None:
    """A forward carries its sound in a snapshot: it is found there, in guilds and in direct messages."""
    origin = world.discord.guild("Elsewhere", bot=False).channel("chat")
    guest = world.discord.guild("Elsewhere").welcome(world.mina)
    spoken = await guest.voice_note(origin, PARK)
    assert spoken.message is not None
    async with world.bot():
        forwarded = await world.mina.forward(spoken.message, world.general)
        in_private = await world.mina.forward(spoken.message, world.mina.dm())
        assert WORDS in (await forwarded.wait()).content
        assert WORDS in (await in_private.wait()).content

    accounts = {account for (account,) in world.rows("SELECT account FROM account WHERE money = 0")}
    assert len(world.openai.calls) == 1, "the same attachment, whoever shows it"
    assert accounts == {f"guild:{world.home.id}"}


async def test_a_direct_message_draws_on_its_senders_own_minutes(world: World) -> None:
    """In a direct message there is no server to pay: the member's own month does."""
    async with world.bot():
        answer = await (await world.mina.voice_note(world.mina.dm(), PARK)).wait()

    assert WORDS in answer.content
    assert world.rows("SELECT account FROM account WHERE money = 0") == [(f"personal:{world.mina.id}",)]


async def test_bots_webhooks_and_the_bot_itself_are_ignored(world: World) -> None:
    """Only people are listened to: machines could talk to each other for ever, at the host's expense."""
    robot = world.home.member("Robot", bot=True)
    sound = Upload("note.ogg", PARK.read_bytes(), "audio/ogg")
    async with world.bot():
        await robot.upload(world.general, sound)
        post(world.discord.world, world.discord.bot, world.general, {"content": "mine"}, [sound])
        named, body = next(event for event in reversed(world.discord.events) if event[0] == "MESSAGE_CREATE")
        hook = {**body, "id": str(world.discord.clock.snowflake()), "webhook_id": str(robot.id)}
        hook["author"] = {**body["author"], "id": str(robot.id), "bot": False}
        world.discord.gateway.blurt(named, hook)
        person = await (await world.mina.voice_note(world.general, PARK)).wait()

    assert WORDS in person.content
    assert len(world.openai.calls) == 1


async def test_what_the_host_switched_off_is_let_be(world: World) -> None:
    """Kinds of sound that are switched off are not answered by themselves, and whoever asks is told."""
    async with world.bot(listen__video_files="false", listen__audio_files="false"):
        video = await world.mina.upload(world.general, Upload("clip.webm", PARK.read_bytes(), "video/webm"))
        voice = await (await world.mina.voice_note(world.general, PARK)).wait()
        assert video.message is not None
        told = await (await world.mina.menu("Transcribe", video.message)).wait()

    assert not video.messages
    assert WORDS in voice.content
    assert "switched off" in told.content
    assert len(world.openai.calls) == 1


async def test_without_automatic_listening_only_the_asked_is_heard(world: World) -> None:
    """With listen.automatic off a voice message waits until somebody asks for it."""
    async with world.bot(listen__automatic="false"):
        note = await world.mina.voice_note(world.general, PARK)
        assert note.message is not None
        asked = await (await world.admin.menu("Transcribe", note.message)).wait()

    assert WORDS in asked.content
    assert not [one for one in note.messages if not one.interaction]
    assert len(world.openai.calls) == 1


async def test_silence_costs_nothing_and_is_said(world: World) -> None:
    """A note in which nobody speaks is answered, but never sent to the provider."""
    async with world.bot():
        answer = await (await world.mina.voice_note(world.general, SPEECH / "silence.ogg")).wait()

    assert "No speech heard" in answer.content
    assert not world.openai.calls
    assert world.rows("SELECT * FROM account") == []
