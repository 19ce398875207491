"""The button under a note that nobody has asked for yet: how servers begin that have decided nothing."""

from tests.choosing import decide
from tests.conftest import SPEECH, WORDS, World
from tests.world.discord import Message
from tests.world.discord.answers import Answer

PARK = SPEECH / "park.ogg"


async def offered(note: Answer) -> Message:
    """The message with the button, once it stands below a note."""
    await note.wait()
    return note.messages[0]


async def test_a_fresh_server_waits_to_be_asked(world: World) -> None:
    """Nothing is heard, or paid for, until somebody taps; the button then becomes the words, for everybody, at once."""
    async with world.bot(listen__automatic="false"):
        note = await world.mina.voice_note(world.general, PARK)
        offer = await offered(note)
        calls_before = len(world.openai.calls)
        await world.admin.press(offer, "Transcribe")
        await world.general.wait_for(lambda messages: WORDS in messages[-1].content)

    assert calls_before == 0
    assert [message.id for message in note.messages] == [offer.id]
    assert WORDS in note.content
    assert not offer.components or "Transcribe" not in str(offer.components)
    assert len(world.openai.calls) == 1
    assert not offer.pings


async def test_an_offer_stands_once_and_works_after_a_restart(world: World) -> None:
    """An event told twice makes one button; a button of an earlier run is answered."""
    async with world.bot(listen__automatic="false"):
        note = await world.mina.upload(world.general, PARK, SPEECH / "hotel.ogg")
        offer = await offered(note)
    async with world.bot(listen__automatic="false"):
        await world.admin.press(offer, "Transcribe")
        await world.diary.until("note", 2)

    assert [WORDS in message.content for message in note.messages] == [True, True]
    assert len(world.openai.calls) == 2


async def test_a_deleted_note_takes_its_offer_along(world: World) -> None:
    """Whoever deletes a note leaves no button behind."""
    async with world.bot(listen__automatic="false"):
        note = await world.mina.voice_note(world.general, PARK)
        await offered(note)
        assert note.message is not None
        await world.mina.delete(note.message)
        await world.general.wait_for(lambda messages: not messages)

    assert not world.openai.calls


async def test_words_for_one_are_seen_by_one(world: World) -> None:
    """Where words are only for who asks, each sees them alone: by the button, by the menu and by the command."""
    async with world.bot():
        await decide(world, place="private")
        note = await world.mina.voice_note(world.general, PARK)
        offer = await offered(note)
        pressed = await (await world.admin.press(offer, "Show me the words")).wait()
        assert note.message is not None
        by_menu = await (await world.mina.menu("Transcribe", note.message)).wait()

    for answer, reader in ((pressed, world.admin), (by_menu, world.mina)):
        assert WORDS in answer.content
        assert [message.only_for for message in answer.messages] == [reader.user]
    assert WORDS not in world.general.seen_by(world.home.member("Jun"))
    assert "Show me the words" in world.general.seen_by(world.home.member("Jun"))


async def test_a_refusal_is_for_the_one_who_tapped(world: World) -> None:
    """Who may not use it is told so alone, and the button stays for the others."""
    async with world.bot(listen__automatic="false"):
        note = await world.admin.voice_note(world.general, PARK)
        offer = await offered(note)
        await decide(world, role_ids=[world.admin.member.roles[0].id])
        refused = await (await world.mina.press(offer, "Transcribe")).wait()
        await world.general.wait_for(lambda _: "Transcribe" in str(offer.components) and len(refused.messages) > 1)
        await world.admin.press(offer, "Transcribe")
        await world.general.wait_for(lambda messages: WORDS in messages[-1].content)

    assert "one of these roles" in refused.content
    assert "one of these roles" not in world.general.seen_by(world.admin)


async def test_what_would_be_refused_is_not_offered(world: World) -> None:
    """A note that is too long gets no button: nobody asked, and nobody would get its words."""
    async with world.bot(listen__automatic="false"):
        long = await world.mina.voice_note(world.general, PARK, seconds=9_000)
        await offered(await world.mina.voice_note(world.general, PARK))

    assert not long.messages
