"""The way to Discord and back: trouble that passes, tokens that expire, rights that are missing, long words."""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest

from bot.post.fetching import is_allowed
from bot.reply import plain
from tests.conftest import PATIENCE_S, SPEECH, WORDS, World
from tests.world.discord import EVERYBODY, Answer, Permission
from tests.world.discord.events import message_event
from tests.world.openai import Answer as Say

PARK = SPEECH / "park.ogg"
LENGTH_MS = 3_610
EVIL = "@everyone @here <@{mina}> <@&{role}> <#1> </usage:1> ```code``` [click](https://evil.example) **x** \\* #"
LONG = " ".join(f"word{number:04}" for number in range(3334))  # 30,000 characters


async def heard(answer: Answer) -> str:
    """The words people read, once they are there."""
    return (await answer.wait(seconds=PATIENCE_S)).content


# Trouble that passes.


async def test_discord_in_trouble_delays_an_answer_and_nothing_else(world: World) -> None:
    """Errors, limits and cut connections while an answer is posted: it comes later, once, paid for once."""
    troubles: dict[str, Mapping[str, Any]] = {
        "broken": {"status": 500},
        "busy": {"status": 503},
        "limited": {"retry_after": 0.2},
        "all": {"retry_after": 0.2, "is_global": True},
        "cut": {"drop": True},
        "unheard": {"drop": True, "after": True},
        "edit": {"status": 503},
        "typing": {"status": 503},
    }
    rooms = {name: world.home.channel(name) for name in troubles}
    async with world.bot(rate__member_per_minute="100"):
        for name in ("broken", "busy", "limited", "all", "cut", "unheard"):
            world.discord.fail("POST", f"/channels/{rooms[name].id}/messages", **troubles[name])
        world.discord.fail("PATCH", "/webhooks/*", **troubles["edit"])
        world.discord.fail("POST", f"/channels/{rooms['typing'].id}/typing", **troubles["typing"])
        notes = [await world.mina.voice_note(room, PARK) for name, room in rooms.items() if name != "edit"]
        notes.append(await world.mina.slash("transcribe", rooms["edit"], file=PARK))
        await world.diary.until("put_off", 3)
        world.discord.forget_nonces()
        for note in notes:
            assert WORDS in await heard(note)
        await world.diary.until("note", len(notes))

    assert [len(note.messages) for note in notes] == [1] * len(notes)
    assert len(world.openai.calls) == len(notes)
    assert world.minutes == (len(notes) * LENGTH_MS, 0)


async def test_bytes_that_stop_half_way_are_fetched_again(world: World) -> None:
    """A download that is cut, or refused by a node out of order, is no lost note: it is tried again."""
    rooms = [world.home.channel(name) for name in ("cut", "ill")]
    async with world.bot():
        world.discord.cdn.fail(cut_after=5_000)
        first = await world.mina.voice_note(rooms[0], PARK)
        await world.diary.until("put_off")
        world.discord.cdn.fail(status=503)
        second = await world.mina.voice_note(rooms[1], PARK)
        assert WORDS in await heard(first)
        assert WORDS in await heard(second)

    assert world.rows("SELECT attempts FROM note") == [(1,), (1,)], "trouble outside is no attempt of ours"
    assert len(world.openai.calls) == 2


@pytest.mark.parametrize("status", [503, 200], ids=["out of order", "something else"])
async def test_a_message_that_cannot_be_read_again_yet_is_asked_for_later(world: World, status: int) -> None:
    """While Discord is out of order, or a proxy answers for it, a note without an address waits, and is not lost."""
    note = await world.mina.voice_note(world.general, PARK)
    assert note.message is not None
    event = message_event(note.message)
    world.discord.clock.advance(days=2)
    async with world.bot():
        world.discord.fail("GET", f"/channels/{world.general.id}/messages/*", status=status)
        world.discord.gateway.blurt("MESSAGE_CREATE", event)
        assert WORDS in await heard(note)

    assert len(world.diary.of("put_off")) == 1


async def test_an_expired_forward_finds_its_sound_in_its_snapshot(world: World) -> None:
    """A forward's sound has no message of its own: a fresh address comes from the snapshot."""
    spoken = await world.mina.voice_note(world.home.channel("other"), PARK)
    assert spoken.message is not None
    forward = await world.mina.forward(spoken.message, world.general)
    assert forward.message is not None
    event = message_event(forward.message)
    world.discord.clock.advance(days=2)
    async with world.bot():
        world.discord.gateway.blurt("MESSAGE_CREATE", event)
        assert WORDS in await heard(forward)


async def test_a_reply_is_taken_back_whatever_discord_says_first(world: World) -> None:
    """Deleting a note while Discord is out of order still deletes its reply; one already gone is let be."""
    async with world.bot():
        first = await world.mina.voice_note(world.general, PARK)
        second = await world.mina.voice_note(world.general, PARK)
        for note in (first, second):
            await heard(note)
        await world.diary.until("note", 2)
        world.discord.fail("DELETE", f"/channels/{world.general.id}/messages/{first.messages[0].id}", status=503)
        world.general.messages.pop(second.messages[0].id)
        assert first.message is not None
        assert second.message is not None
        await world.mina.delete(first.message, second.message)
        await world.general.wait_for(lambda seen: not seen)
        await world.diary.until("reply_deleted")


async def test_a_refusal_that_cannot_be_said_is_logged(world: World) -> None:
    """Where even a refusal is not taken by Discord, the log has it; nothing else breaks."""
    async with world.bot(quota__guild_minutes="0"):
        world.discord.fail("POST", f"/channels/{world.general.id}/messages", status=400, code=50083)
        await world.mina.voice_note(world.general, PARK)
        (line,) = await world.diary.until("undeliverable")
        spoken = await heard(await world.mina.voice_note(world.general, PARK))

    assert "refusal could not be said" in line.getMessage()
    assert line.reason == "50083"
    assert "not enough" in spoken


# Interactions that wait too long.


async def test_an_answer_that_comes_too_late_becomes_a_reply(world: World) -> None:
    """After 15 minutes nothing can be edited: who asked in the open gets a message, in private a direct one."""
    async with world.bot():
        gate = world.openai.hold()
        note = await world.mina.upload(world.general, ("notes.txt", b"no sound"), SPEECH / "hotel.ogg")
        await gate.wait_for(1)
        assert note.message is not None
        asked = await world.admin.menu("Transcribe", note.message)
        private = await world.admin.slash("transcribe", world.general, file=PARK, private=True)
        gone = await world.admin.slash("transcribe", world.home.channel("other"), file=PARK)
        await gate.wait_for(3)
        assert gone.interaction is not None
        assert gone.interaction.original is not None
        gone.channel.messages.pop(gone.interaction.original.id)
        world.discord.clock.advance(minutes=16)
        gate.release()
        await note.wait(lambda seen: len(seen.messages) == 2)
        await gone.channel.wait_for(lambda seen: seen)  # type: ignore[attr-defined] # a Room
        await world.diary.until("note", 3)

    assert asked.thinking
    assert all(WORDS in message.content for message in note.messages)
    assert private.thinking
    assert WORDS in world.admin.dm().seen_by(world.admin)
    assert [one for one in world.general.messages.values() if WORDS in one.content] == note.messages
    assert not world.diary.of("undeliverable")


async def test_an_interaction_known_to_be_old_is_not_even_tried(world: World) -> None:
    """An interaction that waited here for longer than its token's life is answered by a message at once."""
    async with world.bot(work__shutdown_seconds="0"):
        gate = world.openai.hold()
        await world.mina.slash("transcribe", world.general, file=PARK)
        await gate.wait_for(1)
    gate.release()
    with world.books() as books:
        books.execute("UPDATE ask SET created_ms = created_ms - 20 * 60000")
    async with world.bot():
        posted = await world.general.wait_for(lambda seen: [one for one in seen if WORDS in one.content])

    assert not posted[-1].interaction
    assert not world.discord.asked("PATCH", "/webhooks/*")


# Rights.


async def test_without_history_the_answer_is_no_reply(world: World) -> None:
    """Where the bot may not read history it cannot reply, so it posts the words plainly."""
    world.general.overwrite(world.discord.bot, deny=Permission.READ_MESSAGE_HISTORY)
    async with world.bot():
        note = await world.mina.voice_note(world.general, PARK)
        seen = await world.general.wait_for(lambda seen: len(seen) == 2)

    assert WORDS in seen[-1].content
    assert not note.messages


async def test_without_files_a_long_text_comes_in_many_messages(world: World) -> None:
    """Where the bot may not attach files, a long text is posted whole, message after message."""
    world.openai.script(Say(LONG), forever=True)
    world.general.overwrite(world.discord.bot, deny=Permission.ATTACH_FILES)
    async with world.bot():
        world.discord.rates.off()
        note = await world.mina.voice_note(world.general, PARK)
        await note.wait(lambda seen: "word3333" in seen.content)
        await world.diary.until("note")

    # Discord trims messages, so the blank between two of them is gone.
    assert [word for message in note.messages for word in plain([message.content]).split()] == LONG.split()
    assert len(note.messages) > 5
    assert not note.files


# Words.


async def test_a_long_text_arrives_whole(world: World) -> None:
    """30,000 characters: by themselves the beginning and a file with all; 7,000 in messages, in order; none is cut."""
    middle = LONG[:7000].rstrip()
    world.openai.script(Say(LONG), Say(LONG), Say(middle), Say(middle))
    async with world.bot():
        long = await world.mina.voice_note(world.general, PARK)
        await heard(long)
        asked = await world.mina.slash("transcribe", world.general, file=PARK)
        await heard(asked)
        parts = await world.mina.voice_note(world.home.channel("other"), PARK)
        await parts.wait(lambda seen: "gpt-transcribe" in seen.content)
        one = await world.mina.slash("transcribe", world.general, file=PARK)
        await heard(one)
        await world.diary.until("note", 4)

    assert [file.read().decode().strip() for file in (*long.files, *asked.files)] == [LONG, LONG]
    assert [word for message in parts.messages for word in plain([message.content]).split()] == middle.split()
    assert len(parts.messages) == 4
    assert not parts.files
    assert len(one.messages) == 1
    assert [file.read().decode().strip() for file in one.files] == [middle]


async def test_words_cannot_do_anything(world: World) -> None:
    """A transcript that tries to ping, link, format or run a command is only words, in replies and in answers."""
    role = next(iter(world.home.members[world.admin.id].roles))
    evil = EVIL.format(mina=world.mina.id, role=role.id)
    world.openai.script(Say(evil), forever=True)
    world.home.permit(EVERYBODY | Permission.MENTION_EVERYONE)
    async with world.bot():
        note = await world.admin.voice_note(world.general, PARK)
        await heard(note)
        asked = await world.admin.slash("transcribe", world.general, file=PARK)
        await heard(asked)
        await world.diary.until("note", 2)
        again = await world.mina.slash("transcribe", world.general)
        await heard(again)

    for answer in (note, asked, again):
        assert all(not message.pings and not message.mentions for message in answer.messages)
        assert not any(message.mention_everyone or message.mention_roles for message in answer.messages)
        assert "```" not in answer.content
        assert "\\[click](https\\:" in answer.content
    assert plain(message.content for message in note.messages) == evil


# Where bytes may come from.


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://cdn.discordapp.com/attachments/1/2/a.ogg?ex=1", True),
        ("https://cdn.discordapp.com:443/attachments/1/2/a.ogg", True),
        ("http://127.0.0.1:8080/attachments/1/2/a.ogg", True),
        ("http://cdn.discordapp.com/attachments/1/2/a.ogg", False),
        ("https://cdn.discordapp.com:8443/attachments/1/2/a.ogg", False),
        ("https://cdn.discordapp.com.evil.example/a.ogg", False),
        ("https://evil.example/cdn.discordapp.com/a.ogg", False),
        ("https://someone@cdn.discordapp.com/a.ogg", False),
        ("https://cdn.discordapp.com@evil.example/a.ogg", False),
        ("http://127.0.0.1:8081/attachments/1/2/a.ogg", False),
        ("https://127.0.0.1:8080/attachments/1/2/a.ogg", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_named_hosts_are_allowed(url: str, *, allowed: bool) -> None:
    """A host's name means https on its usual port; an origin means exactly that."""
    assert is_allowed(url, ("cdn.discordapp.com", "http://127.0.0.1:8080")) is allowed


async def test_signed_addresses_lead_nowhere_when_changed(world: World) -> None:
    """The stand-in's signatures are real ones: a changed address is refused, as Discord's are."""
    note = await world.mina.voice_note(world.general, PARK)
    assert note.message is not None
    (address,) = [each["url"] for each in message_event(note.message)["attachments"]]
    async with aiohttp.ClientSession() as session:
        answers = [await session.get(url) for url in (address, address.replace("ex=", "ex=7"))]
        codes = [answer.status for answer in answers]
        await asyncio.gather(*(answer.read() for answer in answers))

    assert codes == [200, 404]
