"""/usage, and everything else in Korean: what the people who manage a server read, and in whose language."""

from collections.abc import Callable

import pytest

from tests.conftest import SPEECH, WORDS, World
from tests.world.discord import NotOffered, Permission
from tests.world.openai import Fault

PARK = SPEECH / "park.ogg"


async def test_usage_adds_up(world: World, spoken: Callable[[int], bytes]) -> None:
    """Used, held, left, the day it starts anew and the cost so far are what the ledger says, for this server alone."""
    elsewhere = world.discord.guild("Elsewhere")
    async with world.bot(quota__guild_minutes="10", listen__automatic="true"):
        await (await world.mina.voice_note(world.general, ("a.ogg", spoken(60)))).wait()
        await (await world.mina.voice_note(world.general, ("b.ogg", spoken(29)))).wait()
        await (await elsewhere.member("Ada").voice_note(elsewhere.channel("chat"), PARK)).wait()
        gate = world.openai.hold()
        await world.mina.voice_note(world.general, ("c.ogg", spoken(41)))
        await gate.wait_for(1)
        told = await (await world.admin.slash("usage", world.general)).wait()
        gate.release()
        await world.diary.until("note", 4)

    assert told.ephemeral
    lines = told.content.splitlines()
    assert lines[1:4] == [
        "Used: 1 minute 29 seconds of 10 minutes",
        "Held for notes in work: 41 seconds",
        "Left: 7 minutes 50 seconds",
    ]
    assert "Starts anew: <t:" in told.content
    assert "$0.006" in told.content.partition("Cost so far")[2], "89 seconds at $0.0045 a minute, rounded up"
    assert "gpt-transcribe" in told.content
    assert "$0.0045 a minute" in told.content
    assert "No refusals this month." in told.content


async def test_a_hundred_minutes_of_the_classic_model_cost_sixty_cents(world: World) -> None:
    """The cost is the used minutes at the model's own price, or at the one the host has set for it."""
    async with world.bot(quota__guild_minutes="200", speech__model="whisper-1"):
        with world.books() as books:
            await (await world.mina.voice_note(world.general, PARK)).wait()
            await world.diary.until("note")
            books.execute("UPDATE account SET committed = 6000000 WHERE money = 0")
        told = await (await world.admin.slash("usage", world.general)).wait()
        with world.books() as books:
            books.execute("UPDATE account SET committed = 3610 WHERE money = 0")

    assert "Used: 1 hour 40 minutes of 3 hours 20 minutes" in told.content
    assert "Cost so far: $0.60 (whisper-1, $0.006 a minute)" in told.content


async def test_usage_lists_the_last_refusals(world: World, spoken: Callable[[int], bytes]) -> None:
    """The last refusals are listed, newest first, whoever decided them: the early gates or the work itself."""
    world.openai.script(Fault(401, "invalid_api_key"), forever=True)
    async with world.bot(quota__guild_minutes="1", audio__max_minutes="2", rate__member_per_minute="4"):
        sent = [
            (world.mina.voice_note(world.general, ("a.ogg", spoken(121)), seconds=1), "too long (2 minutes 1 second"),
            (
                world.mina.voice_note(world.general, ("b.ogg", spoken(61)), seconds=1),
                "not enough left (needed",
            ),
            (world.mina.upload(world.general, ("c.mp3", b"no sound " * 99)), "not readable as sound"),
            (world.mina.voice_note(world.general, PARK), "API key refused"),
            (world.mina.voice_note(world.general, PARK), "too many notes at once"),
        ]
        for act, _ in sent:
            await (await act).wait(seconds=30)
        told = await (await world.admin.slash("usage", world.general)).wait()

    listed = told.content.partition("Last refusals:\n")[2].splitlines()
    assert len(listed) == len(sent)
    for line, (_, why) in zip(listed, reversed(sent), strict=True):
        assert why in line
        assert f"<@{world.mina.id}>" in line
    assert not any(message.pings for message in told.messages)


async def test_usage_is_for_managers(world: World) -> None:
    """Who may not manage the server is not offered /usage, and told so where an admin has opened it to them."""
    async with world.bot():
        with pytest.raises(NotOffered):
            await world.mina.slash("usage", world.general)
        with pytest.raises(NotOffered):
            await world.admin.slash("usage", world.admin.dm())
        for command in world.discord.world.commands[None].values():
            command |= {"default_member_permissions": None, "contexts": [0, 1], "dm_permission": True}
        told = await (await world.mina.slash("usage", world.general)).wait()
        shown = await (await world.admin.slash("usage", world.general)).wait()
        alone = await (await world.admin.slash("usage", world.admin.dm())).wait()

    assert "Only people with the permission Manage Server" in told.content
    assert told.ephemeral
    assert "Used: 0 seconds" in shown.content
    assert "in a server only" in alone.content


# Korean.


async def test_a_korean_server_reads_korean(world: World, spoken: Callable[[int], bytes]) -> None:
    """What is posted by itself is in the server's language, what somebody asks for in theirs."""
    seoul = world.discord.guild("Seoul", locale="ko")
    jun = seoul.member("Jun", locale="ko", permissions=Permission.MANAGE_GUILD)
    ada = seoul.member("Ada", locale="en-GB")
    room = seoul.channel("suda")
    async with world.bot(quota__guild_minutes="1"):
        silent = await (await jun.voice_note(room, SPEECH / "silence.ogg")).wait()
        over = await (await jun.voice_note(room, ("a.ogg", spoken(61)))).wait()
        usage = await (await jun.slash("usage", room)).wait()
        slip = await (await jun.slash("transcribe", room, message="어제 그거")).wait()
        english = await (await ada.slash("transcribe", room, message="the one from yesterday")).wait()
        direct = await (await jun.voice_note(jun.dm(), SPEECH / "silence.ogg")).wait()

    assert "말소리가" in silent.content
    assert "이번 달" in over.content
    assert "이번 달" in usage.content
    assert "링크" in slip.content
    assert "not a link" in english.content
    assert "No speech" in direct.content, "a direct message names no language: the host's default"


async def test_the_host_chooses_the_language_of_direct_messages(world: World) -> None:
    """listen.locale is spoken where nobody's language is known."""
    async with world.bot(listen__locale="ko"):
        answer = await (await world.mina.voice_note(world.mina.dm(), SPEECH / "silence.ogg")).wait()

    assert "말소리가" in answer.content


async def test_commands_are_known_in_korean(world: World) -> None:
    """Discord is told the commands' names and descriptions in every language we have; managers' commands as such."""
    async with world.bot():
        registered = {(each["type"], each["name"]): each for each in world.discord.world.commands[None].values()}

    assert set(registered) == {(1, "transcribe"), (1, "usage"), (1, "privacy"), (1, "settings"), (3, "Transcribe")}
    transcribe, usage, menu = (registered[key] for key in ((1, "transcribe"), (1, "usage"), (3, "Transcribe")))
    for command in (transcribe, usage, registered[1, "privacy"]):
        assert command["description_localizations"]["ko"] != command["description"]
        assert command["name_localizations"]["ko"]
    assert menu["name_localizations"]["ko"]
    assert all(option["description_localizations"]["ko"] for option in transcribe["options"])
    assert set(transcribe["name_localizations"]) <= {"ko", "en-US", "en-GB"}
    assert usage["default_member_permissions"] == str(int(Permission.MANAGE_GUILD))
    assert usage["contexts"] == [0]
    assert transcribe["contexts"] == [0, 1]


async def test_commands_are_left_alone_where_the_host_says_so(world: World) -> None:
    """With discord.sync_commands off nothing is registered; the listener works all the same."""
    async with world.bot(discord__sync_commands="false"):
        answer = await (await world.mina.voice_note(world.general, PARK)).wait()

    assert WORDS in answer.content
    assert not world.discord.asked("PUT", "/applications/*/commands")
