"""Rights are the asker's: what is private, what crosses servers, what goes elsewhere, and which roles count."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import discord
import pytest

from bot.client import point_at
from bot.post import Access
from tests.choosing import decide
from tests.conftest import PATIENCE_S, SPEECH, WORDS, World
from tests.world.discord import Answer, Message, Permission, Person, Room
from tests.world.discord.messages import start_thread
from tests.world.discord.state import Kind, Role

PARK, HOTEL = SPEECH / "park.ogg", SPEECH / "hotel.ogg"
AGAIN = "Hear it again in …"


def link(world: World, room: Room, note: Answer) -> str:
    """What "Copy Message Link" gives."""
    assert note.message is not None
    return f"https://discord.com/channels/{world.home.id}/{room.id}/{note.message.id}"


async def more(person: Person, message: Message) -> Message:
    """The panel behind "More"."""
    return (await (await person.press(message, "More")).wait(seconds=PATIENCE_S)).messages[0]


async def again(person: Person, panel: Message, language: str = "Korean") -> Answer:
    """Heard once more, in that language."""
    return await (await person.choose(panel, AGAIN, language)).wait(seconds=PATIENCE_S)


def role_of(world: World, *people: Person) -> Role:
    """A role that these people have."""
    role = Role(world.discord.clock.snowflake(), "some")
    world.home.roles[role.id] = role
    for person in people:
        person.member.roles.append(role)
    return role


# -- what is private --------------------------------------------------------------------------------


async def test_what_was_private_is_heard_anew_in_private(world: World) -> None:
    """An answer for one person is heard again for that person alone, also when nobody knows of the answer any more."""
    jun = world.home.member("Jun")
    note = await world.admin.voice_note(world.general, PARK)
    async with world.bot(listen__automatic="false"):
        asked = await world.mina.slash(
            "transcribe", world.general, message=link(world, world.general, note), private=True
        )
        panel = await more(world.mina, (await asked.wait(seconds=PATIENCE_S)).messages[0])
        await world.idle()
        known = await again(world.mina, panel)
        await world.idle()
        await world.write("DELETE FROM reply", "DELETE FROM ask")
        forgotten = await again(world.mina, panel, "Japanese")

    assert all(WORDS in one.content and one.ephemeral for one in (known, forgotten))
    assert WORDS not in world.general.seen_by(jun)


async def test_a_panel_about_an_answer_nobody_knows_is_private(world: World) -> None:
    """Of a public answer whose row is gone nobody can tell from its panel that it was one: what follows is private."""
    async with world.bot():
        reply = (await (await world.mina.voice_note(world.general, PARK)).wait()).messages[-1]
        await world.idle()
        panel = await more(world.mina, reply)
        await world.write("DELETE FROM reply")
        heard = await again(world.mina, panel)

    assert WORDS in heard.content
    assert heard.ephemeral


@pytest.mark.parametrize("where", ["server", "channel"])
async def test_where_words_are_for_one_person_buttons_obey(world: World, where: str) -> None:
    """Once a server shows words to one person alone, the buttons of older answers show them so as well."""
    async with world.bot():
        reply = (await (await world.mina.voice_note(world.general, PARK)).wait()).messages[-1]
        await world.idle()
        await decide(world, *([world.general] if where == "channel" else []), place="private")
        heard = await again(world.mina, await more(world.mina, reply))

    assert WORDS in heard.content
    assert heard.ephemeral


async def test_a_link_from_where_words_are_for_one_person_is_private(world: World) -> None:
    """Words of a channel that shows them to one person alone are shown so wherever they are asked for."""
    other = world.home.channel("other")
    note = await world.admin.voice_note(other, PARK)
    async with world.bot(listen__automatic="false"):
        await decide(world, other, place="private")
        asked = await world.mina.slash("transcribe", world.general, message=link(world, other, note))
        await asked.wait(seconds=PATIENCE_S)

    assert WORDS in asked.content
    assert asked.ephemeral


# -- what crosses two servers -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decided", "told"),
    [
        ({"mode": "off"}, "The server of that note"),
        ({"role_ids": [1]}, "The server of that note"),
        ({"kinds": ["audio"]}, "The server of that note"),
        ({"least_ms": 60_000}, "The server of that note"),
        ({"most_ms": 1_000}, "too long"),
    ],
)
@pytest.mark.parametrize("where", ["server", "channel"])
async def test_both_servers_have_to_allow_it(world: World, decided: dict[str, object], told: str, where: str) -> None:
    """What a server decided holds for its notes wherever they are asked for; its channel's decision, too."""
    mine = world.discord.guild("Mine")
    there, room = mine.welcome(world.mina), mine.channel("chat")
    note = await world.admin.voice_note(world.general, PARK)
    async with world.bot(listen__automatic="false"):
        await decide(world, *([world.general] if where == "channel" else []), **decided)
        asked = await (await there.slash("transcribe", room, message=link(world, world.general, note))).wait()

    assert told in asked.content
    assert asked.ephemeral
    assert not world.openai.calls


async def test_a_length_that_was_lied_about_is_measured_for_both(world: World, spoken: Callable[[int], bytes]) -> None:
    """The other server's longest note is held against what the sound is, not only against what its sender says."""
    mine = world.discord.guild("Mine")
    there, room = mine.welcome(world.mina), mine.channel("chat")
    note = await world.admin.voice_note(world.general, ("long.ogg", spoken(15)), seconds=2)
    async with world.bot(listen__automatic="false"):
        await decide(world, most_ms=10_000)
        asked = await there.slash("transcribe", room, message=link(world, world.general, note))
        await asked.wait(seconds=PATIENCE_S)

    assert "too long" in asked.content
    assert not world.openai.calls


async def test_switched_off_in_its_own_server_a_note_in_work_ends(world: World) -> None:
    """Switching off reaches a note that was asked for from another server, before the next call."""
    mine = world.discord.guild("Mine")
    there, room = mine.welcome(world.mina), mine.channel("chat")
    note = await world.admin.voice_note(world.general, HOTEL)
    async with world.bot(speech__parallel="1", listen__automatic="false"):
        gate = world.openai.hold()
        await world.mina.slash("transcribe", world.general, file=PARK)
        await gate.wait_for(1)
        asked = await there.slash("transcribe", room, message=link(world, world.general, note))
        await world.diary.until("held", 2)
        await decide(world, mode="off")
        gate.release()
        await asked.wait(seconds=PATIENCE_S)

    assert WORDS not in asked.content
    assert len(world.openai.calls) == 1
    assert world.minutes[1] == 0


async def test_the_roles_of_both_servers_are_asked_for(world: World) -> None:
    """Whoever has the role in the server of the note also needs one where they ask, if a role is needed there."""
    mine = world.discord.guild("Mine")
    there, room = mine.welcome(world.mina), mine.channel("chat")
    note = await world.admin.voice_note(world.general, PARK)
    role = role_of(world, world.mina)
    async with world.bot(listen__automatic="false"):
        await decide(world, role_ids=[role.id])
        allowed = await there.slash("transcribe", room, message=link(world, world.general, note))
        assert WORDS in (await allowed.wait(seconds=PATIENCE_S)).content
        await world.idle()
        with world.books() as books:
            columns = "guild_id, channel_id, name, value, at_ms"
            decision = (mine.id, 0, "role_ids", json.dumps([role.id]), 0)
            books.execute(f"INSERT INTO choice ({columns}) VALUES (?, ?, ?, ?, ?)", decision)  # noqa: S608 -- ours
        refused = await (await there.slash("transcribe", room, message=link(world, world.general, note))).wait()

    assert f"<@&{role.id}>" in refused.content
    assert WORDS not in refused.content


# -- words elsewhere ----------------------------------------------------------------------------------


async def test_words_go_elsewhere_only_where_the_same_people_read(world: World, spoken: Callable[[int], bytes]) -> None:
    """Words of a channel that not everybody reads stand below the note, live ones too; the managers are told once."""
    secret, notes, alerts = (world.home.channel(name) for name in ("secret", "notes", "alerts"))
    secret.overwrite(world.admin, deny=Permission.VIEW_CHANNEL)
    async with world.bot():
        await decide(world, place="channel", other_channel_id=notes.id, alerts_channel_id=alerts.id)
        sounds: list[Path | tuple[str, bytes]] = [("long.ogg", spoken(25)), PARK]
        for number, sound in enumerate(sounds, 1):
            note = await world.mina.voice_note(secret, sound)
            await world.diary.until("note", number)
            assert WORDS in note.content
        assert not notes.messages
        open_to_all = await world.mina.voice_note(world.general, PARK)
        await world.diary.until("note", 3)

    assert not open_to_all.messages
    assert WORDS in notes.seen_by(world.admin)
    (told,) = [one for one in alerts.messages.values() if "/privacy" not in one.content]  # beside the introduction
    assert f"<#{notes.id}>" in told.content


async def test_managers_choose_channels_they_read(world: World) -> None:
    """A manager can choose neither a channel they may not read nor one of another server; others they can."""
    secret, alerts = world.home.channel("secret"), world.home.channel("alerts")
    foreign = world.discord.guild("Mine").channel("chat")
    secret.overwrite(world.admin, deny=Permission.VIEW_CHANNEL)
    select = "Where I warn the people who manage this server"
    async with world.bot():
        panel = (await (await world.admin.slash("settings", world.general)).wait()).messages[0]
        refused = [await (await world.admin.choose(panel, select, room)).wait() for room in (secret, foreign)]
        assert all(answer.content.startswith("Nothing was changed") for answer in refused)
        await world.admin.choose(panel, select, alerts)
        await world.general.wait_for(lambda _: f"<#{alerts.id}>" in str(panel.components))

    assert world.rows("SELECT name, value FROM choice") == [("alerts_channel_id", str(alerts.id))]


async def test_managers_decide_in_channels_they_read(world: World) -> None:
    """A panel about a channel that its reader may no longer read decides nothing there."""
    thread = await world.admin.thread(world.general, "aside")
    async with world.bot():
        panel = (await (await world.admin.slash("settings", thread)).wait()).messages[0]
        await world.admin.press(panel, "Show this channel alone")
        await world.general.wait_for(lambda _: "As in the whole server" in str(panel.components))
        # Discord names the permissions of the thread; of its channel's history nothing is left.
        world.general.overwrite(world.admin, deny=Permission.READ_MESSAGE_HISTORY)
        refused = await (await world.admin.choose(panel, "When I write a note down", "Never")).wait()

    assert refused.content.startswith("Nothing was changed")
    assert not world.rows("SELECT name FROM choice")


async def test_an_answer_is_quoted_where_it_may_be_read(world: World) -> None:
    """Asked again, a note's answer that stands where others may not read is told without the way to it."""
    staff = world.home.channel("staff")
    staff.overwrite(world.home.everyone, deny=Permission.VIEW_CHANNEL)
    for person in (world.admin, world.home.bot):
        staff.overwrite(person, allow=Permission.VIEW_CHANNEL)
    note = await world.mina.voice_note(world.general, PARK)
    async with world.bot(listen__automatic="false"):
        there = await world.admin.slash("transcribe", staff, message=link(world, world.general, note))
        await there.wait(seconds=PATIENCE_S)
        await world.idle()
        assert note.message is not None
        here = await (await world.mina.menu("Transcribe", note.message)).wait(seconds=PATIENCE_S)
        theirs = await (await world.admin.slash("transcribe", staff, message=link(world, world.general, note))).wait()

    assert not there.ephemeral, "whoever reads there reads the note's channel as well"
    assert WORDS in here.content
    assert str(staff.id) not in here.content
    assert f"/{staff.id}/" in theirs.content
    assert len(world.openai.calls) == 1


# -- without a gateway ------------------------------------------------------------------------------


async def test_a_worker_knows_by_rest_who_may_read(world: World) -> None:
    """Without a gateway every answer is Discord's own: for each kind of channel, each member, and who is none."""
    home, jun, eva = world.home, world.home.member("Jun"), world.discord.person("Eva")
    voice, forum = home.voice("talk"), home.forum("questions")
    post = await world.mina.open_post(forum, "how?")
    sealed = start_thread(world.mina.user, world.general, "sealed", kind=Kind.PRIVATE_THREAD)
    hidden = home.channel("hidden")
    hidden.overwrite(role_of(world, jun), deny=Permission.VIEW_CHANNEL)
    voice.overwrite(jun, deny=Permission.CONNECT)
    forum.overwrite(jun, deny=Permission.READ_MESSAGE_HISTORY)
    rooms = [world.general, voice, post, sealed, hidden]
    point_at(world.discord.api_url, world.discord.gateway_url)
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(world.discord.token)
        access = Access(client)
        may = {
            (who.name, room.name): await access.may_read(who.id, room.id)
            for who in (world.mina, jun, eva, home.owner)
            for room in rooms
        }
        wider = [await access.is_no_wider(world.general.id, room.id) for room in rooms]
        unknown = await access.may_read(world.mina.id, 1)
        asked = len(world.discord.requests)
        await asyncio.gather(*(access.is_no_wider(world.general.id, hidden.id) for _ in range(20)))

    assert may == {
        (who.name, room.name): room.is_open_to(who.user)
        and bool(room.allowed(who.user) & Permission.READ_MESSAGE_HISTORY)
        for who in (world.mina, jun, eva, home.owner)
        for room in rooms
    }
    assert [room.name for room in rooms if may["Jun", room.name]] == ["general"]
    assert wider == [True, False, False, False, False]
    assert not unknown
    assert len(world.discord.requests) == asked, "what was asked a moment ago is not asked again"
