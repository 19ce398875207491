"""The three doors, end to end: a real discord.py, a real openai client, real sockets, a real database."""

from pathlib import Path

from tests.conftest import SPEECH, WORDS, World
from tests.world.discord import Answer, Permission, Upload
from tests.world.discord.messages import post, start_thread
from tests.world.discord.state import Kind

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
        files: list[Path | Upload] = [
            SPEECH / "park.ogg",
            Upload("cat.png", b"no cat", "image/png"),
            SPEECH / "hotel.ogg",
        ]
        posted = await world.mina.upload(world.general, *files)
        await posted.wait(lambda seen: len(seen.messages) == 2)

    assert len(world.openai.calls) == 2
    assert world.minutes == (3610 + 4435, 0)


async def test_a_forwarded_voice_message_is_heard(world: World) -> None:
    """A forward carries its sound in a snapshot: it is found there; where its author is known, or it is asked for."""
    elsewhere = world.discord.guild("Elsewhere", bot=False)
    spoken = await elsewhere.welcome(world.mina).voice_note(elsewhere.channel("chat"), PARK)
    near = await world.mina.voice_note(world.home.channel("other"), SPEECH / "hotel.ogg")
    assert spoken.message is not None
    assert near.message is not None
    async with world.bot():
        of_known = await world.mina.forward(near.message, world.general)
        assert WORDS in (await of_known.wait()).content
        of_unknown = await world.mina.forward(spoken.message, world.general)
        assert of_unknown.message is not None
        in_private = await world.mina.forward(spoken.message, world.mina.dm())
        assert WORDS in (await in_private.wait()).content
        asked = await (await world.admin.menu("Transcribe", of_unknown.message)).wait()
        assert WORDS in asked.content

    accounts = {account for (account,) in world.rows("SELECT account FROM account WHERE money = 0")}
    assert not [one for one in of_unknown.messages if not one.interaction], "nobody here knows who speaks in it"
    assert len(world.openai.calls) == 2, "the same attachment, whoever shows it"
    assert accounts == {f"guild:{world.home.id}", f"personal:{world.mina.id}"}


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
    """Kinds of sound that are switched off are not answered by themselves, but still for whoever asks."""
    async with world.bot(listen__video_files="false", listen__audio_files="false"):
        video = await world.mina.upload(world.general, Upload("clip.webm", PARK.read_bytes(), "video/webm"))
        voice = await (await world.mina.voice_note(world.general, PARK)).wait()
        assert video.message is not None
        told = await (await world.mina.menu("Transcribe", video.message)).wait()

    assert not video.messages
    assert WORDS in voice.content
    assert WORDS in told.content
    assert len(world.openai.calls) == 2


async def test_without_automatic_listening_only_the_asked_is_heard(world: World) -> None:
    """With listen.automatic off a voice message waits until somebody asks for it."""
    async with world.bot(listen__automatic="false"):
        note = await world.mina.voice_note(world.general, PARK)
        assert note.message is not None
        asked = await (await world.admin.menu("Transcribe", note.message)).wait()

    assert WORDS in asked.content
    assert WORDS not in note.content, "below it stands the button alone"
    assert len(world.openai.calls) == 1


async def test_silence_costs_nothing_and_is_said(world: World) -> None:
    """A note in which nobody speaks is answered, but never sent to the provider."""
    async with world.bot():
        answer = await (await world.mina.voice_note(world.general, SPEECH / "silence.ogg")).wait()

    assert "No speech heard" in answer.content
    assert not world.openai.calls
    assert world.rows("SELECT * FROM account") == []


# Asked for: /transcribe and the menu.


def link(note: Answer) -> str:
    """What "Copy Message Link" gives."""
    assert note.message is not None
    guild = note.channel.guild
    return f"https://discord.com/channels/{guild.id if guild else '@me'}/{note.channel.id}/{note.message.id}"


async def test_an_asked_for_file_is_answered_in_place(world: World) -> None:
    """/transcribe with a file is deferred at once and edited when the words are there; private: for one's eyes only."""
    async with world.bot():
        gate = world.openai.hold()
        asked = await world.mina.slash("transcribe", world.general, file=PARK)
        private = await world.mina.slash("transcribe", world.general, file=PARK, private=True)
        await gate.wait_for(2)
        assert [one.interaction.callback for one in (asked, private) if one.interaction] == [5, 5]
        assert asked.thinking
        assert private.thinking
        gate.release()
        await asked.wait()
        await private.wait()

    assert WORDS in asked.content
    assert not asked.ephemeral
    assert private.ephemeral
    assert [message.edits for message in asked.messages] == [1]
    assert WORDS not in world.general.seen_by(world.admin).replace(asked.content, "")


async def test_without_an_option_the_latest_note_is_meant(world: World) -> None:
    """/transcribe alone takes the channel's newest sound that a person posted, whatever was said since."""
    robot = world.home.member("Robot", bot=True)
    other = world.home.channel("other")
    async with world.bot(listen__automatic="false"):
        nothing = await (await world.admin.slash("transcribe", world.general)).wait()
        await world.mina.voice_note(world.general, SPEECH / "hotel.ogg")
        newest = await world.mina.voice_note(world.general, PARK)
        await robot.upload(world.general, SPEECH / "meeting.ogg")
        await world.mina.say(world.general, "did you hear that?")
        await world.mina.voice_note(other, SPEECH / "hotel.ogg")
        asked = await (await world.admin.slash("transcribe", world.general)).wait()

    assert "found no voice note" in nothing.content
    assert WORDS in asked.content
    assert [call.size_bytes for call in world.openai.calls] == [PARK.stat().st_size]
    assert newest.message is not None
    assert world.rows("SELECT message_id FROM note") == [(newest.message.id,)]


async def test_a_linked_message_is_heard(world: World) -> None:
    """/transcribe takes a message's link, also from another channel, a thread or the direct messages one is in."""
    other = world.home.channel("other")
    async with world.bot(listen__automatic="false"):
        far = await world.mina.voice_note(other, PARK)
        thread = await world.mina.thread(world.general, "aside")
        threaded = await world.mina.voice_note(thread, PARK)
        direct = await world.mina.voice_note(world.mina.dm(), PARK)
        first = await (await world.admin.slash("transcribe", world.general, message=f"<{link(far)}>")).wait()
        await world.diary.until("done")
        again = await (await world.mina.slash("transcribe", world.general, message=link(far))).wait()
        below = await (await world.mina.slash("transcribe", world.general, message=link(threaded))).wait()
        alone = await (await world.mina.slash("transcribe", world.mina.dm(), message=link(direct))).wait()

    assert all(WORDS in answer.content for answer in (first, again, below, alone))
    assert f"/{world.general.id}/{first.messages[0].id}" in again.content, "the answer is where it was asked for"
    assert len(world.openai.calls) == 3


async def test_nobody_is_read_to_from_where_they_may_not_look(world: World) -> None:
    """A link opens no door: to hidden channels, private threads, other servers, or to what is gone."""
    hidden = world.home.channel("staff")
    hidden.overwrite(world.home.everyone, deny=Permission.VIEW_CHANNEL)
    hidden.overwrite(world.discord.bot, allow=Permission.VIEW_CHANNEL)
    hidden.overwrite(world.admin, allow=Permission.VIEW_CHANNEL)
    elsewhere = world.discord.guild("Elsewhere")
    guest = elsewhere.welcome(world.mina)
    sealed = start_thread(world.admin.user, world.general, "sealed", kind=Kind.PRIVATE_THREAD)
    async with world.bot(listen__automatic="false"):
        secret = await world.admin.voice_note(hidden, PARK)
        in_thread = await world.admin.voice_note(sealed, PARK)
        foreign = await guest.voice_note(elsewhere.channel("chat"), PARK)
        gone = await world.mina.voice_note(world.general, PARK)
        assert gone.message is not None
        await world.mina.delete(gone.message)
        told = {
            name: await (
                await (world.admin if name == "foreign" else world.mina).slash("transcribe", place, **options)
            ).wait()
            for name, place, options in (
                ("hidden", world.general, {"message": link(secret)}),
                ("sealed", world.general, {"message": link(in_thread)}),
                ("foreign", world.general, {"message": link(foreign)}),
                ("gone", world.general, {"message": link(gone)}),
                ("no link", world.general, {"message": "the one from yesterday"}),
                ("both", world.general, {"message": link(secret), "file": PARK}),
                ("from outside", world.mina.dm(), {"message": link(secret)}),
            )
        }
        allowed = await (await world.admin.slash("transcribe", world.general, message=link(secret))).wait()

    assert "You can't see that channel" in told["hidden"].content
    assert "You can't see that channel" in told["sealed"].content
    assert "You can't see that channel" in told["foreign"].content
    assert "I can't see that message" in told["gone"].content
    assert "not a link" in told["no link"].content
    assert "not both" in told["both"].content
    assert "You can't see that channel" in told["from outside"].content
    assert all(told[name].ephemeral for name in told if name != "gone")
    assert WORDS in allowed.content
    assert len(world.openai.calls) == 1


async def test_a_channel_the_bot_may_not_read_is_named(world: World) -> None:
    """Asked for something it has no right to read, the bot says which rights it lacks, to the host as well."""
    shut = world.home.channel("shut")
    note = await world.mina.voice_note(shut, PARK)
    shut.overwrite(world.discord.bot, deny=Permission.VIEW_CHANNEL)
    async with world.bot():
        latest = await (await world.mina.slash("transcribe", shut)).wait()
        linked = await (await world.mina.slash("transcribe", world.general, message=link(note))).wait()
        assert note.message is not None
        by_menu = await (await world.mina.menu("Transcribe", note.message)).wait()

    assert "View Channel" in latest.content
    assert "View Channel" in linked.content
    assert [line.channel for line in world.diary.of("no_permission")] == [shut.id, shut.id]
    assert [
        line.note in answer.content
        for line, answer in zip(world.diary.of("no_permission"), (latest, linked), strict=True)
    ]
    assert WORDS in by_menu.content, "the menu brings the message along"


async def test_the_menu_takes_every_sound_of_a_message(world: World) -> None:
    """The "Transcribe" menu answers the first sound in place and the others as replies; no sound is said so."""
    async with world.bot(listen__automatic="false"):
        posted = await world.mina.upload(world.general, SPEECH / "park.ogg", SPEECH / "hotel.ogg")
        chat = await world.mina.say(world.general, "just text")
        assert posted.message is not None
        assert chat.message is not None
        asked = await (await world.admin.menu("Transcribe", posted.message)).wait()
        await posted.wait()
        nothing = await (await world.admin.menu("Transcribe", chat.message)).wait()

    assert WORDS in asked.content
    assert WORDS in posted.content
    assert "found no voice note" in nothing.content
    assert len(world.openai.calls) == 2
