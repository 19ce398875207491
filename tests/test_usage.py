"""/usage, and everything else in Korean: what the people who manage a server read, and in whose language."""

from collections.abc import Callable

from bot.reply import dollars
from tests.conftest import SPEECH, WORDS, World
from tests.world.discord import Answer, Permission
from tests.world.openai import Fault

PARK = SPEECH / "park.ogg"


def read(told: Answer) -> str:
    """The words of a panel, in order."""
    return "\n".join(one["content"] for one in told.components if one["type"] == 10) or told.content


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
        told = await (await world.admin.slash("usage", world.general)).wait(seconds=30)
        gate.release()
        await world.diary.until("note", 4)

    assert told.ephemeral
    lines = read(told).splitlines()
    assert lines[1:4] == [
        "Used: 1 minute 29 seconds of 10 minutes",
        "Held for notes in work: 41 seconds",
        "Left: 7 minutes 50 seconds",
    ]
    assert "Starts anew: <t:" in read(told)
    assert "$0.006675 (gpt-transcribe, $0.0045 a minute)" in read(told), "89 seconds at $0.0045 a minute"
    assert "No refusals this month." in read(told)


async def test_the_cost_is_what_the_calls_came_to(world: World) -> None:
    """The minutes are the server's, the dollars what the host's calls came to; neither is reckoned from the other."""
    async with world.bot(quota__guild_minutes="200", speech__model="whisper-1", listen__automatic="true"):
        await (await world.mina.voice_note(world.general, PARK)).wait()
        await world.diary.until("note")
        told = await (await world.admin.slash("usage", world.general)).wait(seconds=30)

    ((used_ms, usd_micros),) = world.rows("SELECT billed_ms, usd_micros FROM expense")
    assert usd_micros == -(-used_ms // 1000) * 100 == world.dollars[0], "started seconds at $0.006 a minute"
    assert f"the people who run the bot: {dollars(usd_micros)} (whisper-1, $0.006 a minute)" in read(told)


async def test_usage_lists_the_last_refusals(world: World, spoken: Callable[[int], bytes]) -> None:
    """The last refusals are listed, newest first, whoever decided them: the early gates or the work itself."""
    world.openai.script(Fault(401, "invalid_api_key"), forever=True)
    async with world.bot(quota__guild_minutes="1", audio__max_minutes="2", rate__member_per_minute="4"):
        sent = [
            (world.mina.voice_note(world.general, ("a.ogg", spoken(121)), seconds=1), "too long (2 minutes 1 second"),
            (
                world.mina.voice_note(world.general, ("b.ogg", spoken(61)), seconds=1),
                "not enough left of the server's month (needed",
            ),
            (world.mina.upload(world.general, ("c.mp3", b"no sound " * 99)), "not readable as sound"),
            (world.mina.voice_note(world.general, PARK), "API key refused"),
            (world.mina.voice_note(world.general, PARK), "too many notes at once"),
        ]
        for act, _ in sent:
            await (await act).wait(seconds=30)
        told = await (await world.admin.slash("usage", world.general)).wait(seconds=30)

    listed = read(told).partition("Last refusals:\n")[2].partition("\n\n")[0].splitlines()
    assert len(listed) == len(sent)
    for line, (_, why) in zip(listed, reversed(sent), strict=True):
        assert why in line
        assert f"<@{world.mina.id}>" in line
    assert not any(message.pings for message in told.messages)


async def test_the_servers_month_is_for_managers(world: World) -> None:
    """/usage shows managers the server and members their own share; whoever asks for the server must manage it."""
    async with world.bot():
        own = await (await world.mina.slash("usage", world.general)).wait(seconds=30)
        refused = await (await world.mina.slash("usage", world.general, whose="server")).wait(seconds=30)
        shown = await (await world.admin.slash("usage", world.general)).wait(seconds=30)
        mine = await (await world.admin.slash("usage", world.general, whose="me")).wait(seconds=30)
        alone = await (await world.admin.slash("usage", world.admin.dm())).wait(seconds=30)
        nowhere = await (await world.admin.slash("usage", world.admin.dm(), whose="server")).wait(seconds=30)

    assert "You used: 0 seconds" in own.content
    assert "Only people with the permission Manage Server" in refused.content
    assert all(told.ephemeral for told in (own, refused, shown, mine))
    assert "Used: 0 seconds of 1 hour" in read(shown)
    assert "Left to you here: 1 hour" in mine.content
    assert "Left to you: 1 hour" in alone.content
    assert "in a server only" in nowhere.content


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
        usage = await (await jun.slash("usage", room)).wait(seconds=30)
        slip = await (await jun.slash("transcribe", room, message="어제 그거")).wait()
        english = await (await ada.slash("transcribe", room, message="the one from yesterday")).wait()
        direct = await (await jun.voice_note(jun.dm(), SPEECH / "silence.ogg")).wait()

    assert "말소리가" in silent.content
    assert "이번 달" in over.content
    assert "남음:" in read(usage)
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

    slash = {(1, name) for name in ("transcribe", "usage", "quota", "privacy", "settings")}
    assert set(registered) == {*slash, (3, "Transcribe")}
    transcribe, usage, quota = (registered[1, name] for name in ("transcribe", "usage", "quota"))
    menu = registered[3, "Transcribe"]
    for command in (registered[key] for key in slash):
        assert command["description_localizations"]["ko"] != command["description"]
        assert command["name_localizations"]["ko"]
    assert menu["name_localizations"]["ko"]
    assert all(option["description_localizations"]["ko"] for option in transcribe["options"])
    assert set(transcribe["name_localizations"]) <= {"ko", "en-US", "en-GB"}
    assert usage["default_member_permissions"] is None
    assert [each["name_localizations"]["ko"] for each in usage["options"][0]["choices"]] == ["서버", "나"]
    assert quota["default_member_permissions"] == str(int(Permission.MANAGE_GUILD))
    assert {each["name_localizations"]["ko"] for each in quota["options"]} == {
        "보기",
        "정하기",
        "더주기",
        "멤버별",
        "취소",
    }
    assert transcribe["contexts"] == [0, 1, 2]


async def test_commands_are_left_alone_where_the_host_says_so(world: World) -> None:
    """With discord.sync_commands off nothing is registered; the listener works all the same."""
    async with world.bot(discord__sync_commands="false"):
        answer = await (await world.mina.voice_note(world.general, PARK)).wait()

    assert WORDS in answer.content
    assert not world.discord.asked("PUT", "/applications/*/commands")
