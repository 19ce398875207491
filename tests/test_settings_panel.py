"""/settings: one panel, each tap saved and shown, for people who manage the server alone."""

import asyncio

import pytest

from bot.panel import CHANNELS
from tests.choosing import decide
from tests.conftest import PATIENCE_S, SPEECH, WORDS, World
from tests.world.discord import Permission
from tests.world.discord.answers import Answer, NotOffered

MODE, ALERTS = "When I write a note down", "Where I warn the people who manage this server"
PARK = SPEECH / "park.ogg"


async def panel(world: World) -> Answer:
    """The panel an admin opens in the channel."""
    return await (await world.admin.slash("settings", world.general)).wait()


def shown(answer: Answer) -> str:
    """All that a panel says, as somebody reads it."""
    return str(answer.messages[0].components)


async def test_a_tap_is_saved_and_shown_and_told(world: World) -> None:
    """Switched to automatic, the panel shows it, the server is told in public, and the next note is heard."""
    async with world.bot(listen__automatic="false"):
        opened = await panel(world)
        message = opened.messages[0]
        before = shown(opened)
        await world.admin.choose(message, MODE, "Automatically, every note")
        await world.general.wait_for(lambda messages: messages and "From now on" in messages[-1].content)
        heard = await (await world.mina.voice_note(world.general, PARK)).wait()

    assert message.only_for is world.admin.user
    assert f"**{MODE}**: When somebody taps the button below it" in before
    assert f"**{MODE}**: Automatically, every note" in shown(opened)
    assert WORDS in heard.content
    assert world.rows("SELECT name, value FROM choice") == [("mode", '"auto"')]


async def test_a_channel_decides_for_itself_and_follows_again(world: World) -> None:
    """A channel's own decision holds there alone, and is taken back with one tap; the panel works after a restart."""
    async with world.bot():
        message = (await panel(world)).messages[0]
        await (await world.admin.press(message, "Show this channel alone")).wait()
        await world.general.wait_for(lambda _: "As in the whole server" in str(message.components))
        await world.admin.choose(message, MODE, "Never")
        await world.general.wait_for(lambda _: "Follow the whole server again" in str(message.components))
        let_be = await world.mina.voice_note(world.general, PARK)
        elsewhere = await (await world.mina.voice_note(world.home.channel("music"), PARK)).wait()
    async with world.bot():
        await world.admin.press(message, "Follow the whole server again")
        await world.general.wait_for(lambda _: "Follow the whole server again" not in str(message.components))
        heard = await (await world.mina.voice_note(world.general, PARK)).wait()

    assert not let_be.messages
    assert WORDS in elsewhere.content
    assert WORDS in heard.content


async def test_roles_and_channels_are_chosen(world: World) -> None:
    """Who may use it and where warnings go are picked from the server's own lists, and can be emptied."""
    role = world.admin.member.roles[0]
    async with world.bot():
        message = (await panel(world)).messages[0]
        await world.admin.choose(message, "Who may use it", role)
        await world.general.wait_for(lambda _: f"**Who may use it**: <@&{role.id}>" in str(message.components))
        await world.admin.choose(message, ALERTS, world.general)
        await world.general.wait_for(lambda _: f"**{ALERTS}**: <#{world.general.id}>" in str(message.components))
        await world.admin.choose(message, "Who may use it")
        await world.general.wait_for(lambda _: "**Who may use it**: everybody" in str(message.components))

    assert dict(world.rows("SELECT name, value FROM choice")) == {
        "role_ids": "[]",
        "alerts_channel_id": str(world.general.id),
    }


async def test_names_and_lengths_are_typed(world: World) -> None:
    """Forms keep what they show; what the provider would refuse changes nothing and is named."""
    async with world.bot():
        message = (await panel(world)).messages[0]
        form = await (await world.admin.press(message, "Languages and names")).wait()
        await world.admin.submit(form, languages="ko, en", vocabulary="민아\nEarshot")
        await world.general.wait_for(lambda _: "민아, Earshot" in str(message.components))
        again = await (await world.admin.press(message, "Languages and names")).wait()
        slip = await (await world.admin.submit(again, vocabulary="<b>")).wait()
        lengths = await (await world.admin.press(message, "Lengths")).wait()
        await world.admin.submit(lengths, least_ms="0.5", most_ms="10:00")
        await world.general.wait_for(lambda _: "0:30 to 10:00" in str(message.components))

    assert "Nothing was changed" in slip.content
    assert "<b>" in slip.content
    assert dict(world.rows("SELECT name, value FROM choice")) == {
        "languages": '["ko", "en"]',
        "vocabulary": '["민아", "Earshot"]',
        "least_ms": "30000",
        "most_ms": "600000",
    }


async def test_only_managers_decide(world: World) -> None:
    """Members are not offered the command; whoever lost the right changes nothing on a panel that is still open."""
    async with world.bot():
        with pytest.raises(NotOffered):
            await world.mina.slash("settings", world.general)
        message = (await panel(world)).messages[0]
        world.admin.member.roles[0].permissions = Permission(0)
        refused = await (await world.admin.choose(message, MODE, "Never")).wait()

    assert "Manage Server" in refused.content
    assert world.rows("SELECT * FROM choice") == []


async def test_the_panel_is_korean_for_koreans(world: World) -> None:
    """The language is the one of whoever opened it, and every control stands below a line that names it."""
    jun = world.home.member("Jun", permissions=Permission.MANAGE_GUILD, locale="ko")
    async with world.bot():
        message = (await (await jun.slash("settings", world.general)).wait()).messages[0]

    texts = [one["content"] for one in message.components if one["type"] == 10]
    selects = [row["components"][0] for row in message.components if row["type"] == 1]
    named = [select["placeholder"] for select in selects if "placeholder" in select]
    assert "서버 전체 설정" in texts[0]
    assert len(named) == 6
    assert all(any(text.startswith(f"**{name}**: ") for text in texts) for name in named)


async def test_what_no_panel_offers_is_refused(world: World) -> None:
    """Forged values change nothing and are answered: foreign, unreadable and unsuitable channels, roles, words."""
    world.discord.world.answer_ms = 60_000  # however busy this machine is
    foreign, voice, secret = world.discord.guild("Mine"), world.home.voice("talk"), world.home.channel("secret")
    secret.overwrite(world.admin, deny=Permission.VIEW_CHANNEL)
    there = foreign.channel("chat").id
    ids = (str(one) for one in (there, secret.id, voice.id, world.home.id, 7))
    channels = (*ids, "-1", "0x7", "\u0661", "9" * 30, "all")
    forged: list[tuple[str, tuple[str, ...]]] = [
        *((f"set:{what}:0", (one,)) for what in CHANNELS for one in channels),
        *((f"set:{what}:0", (str(world.general.id),) * 2) for what in CHANNELS),
        ("set:role_ids:0", (str(foreign.everyone.id),)),
        ("set:role_ids:0", ("mod",)),
        *(("set:mode:0", values) for values in (("sometimes",), ("follow",), ("auto", "off"), ())),
        *(("set:place:0", values) for values in (("",), ())),
        *(("set:locale:0", values) for values in (("xx",), ())),
        *(("set:kinds:0", values) for values in (("smell",), ("voice", "smell"), ())),
    ]
    async with world.bot():
        await decide(world, place="channel")
        message = (await panel(world)).messages[0]
        for custom_id, values in forged:
            answer = await (await world.admin.forge(message, custom_id, *values)).wait(seconds=PATIENCE_S)
            assert answer.content.startswith("Nothing was changed"), (custom_id, values, str(answer))

    assert world.rows("SELECT name, value FROM choice") == [("place", '"channel"')]
    assert not [one for one in world.diary.records if one.levelname == "ERROR"]


async def test_controls_that_no_panel_has_do_nothing(world: World) -> None:
    """Forged ids of controls, also those about another server's channels, decide nothing."""
    there = world.discord.guild("Mine").channel("chat").id
    async with world.bot():
        message = (await panel(world)).messages[0]
        answers = [
            await world.admin.forge(message, custom_id, value)
            for custom_id, value in (
                (f"set:mode:{there}", "off"),
                (f"set:alerts_channel_id:{world.general.id}", str(world.general.id)),
                (f"set:locale:{world.general.id}", "ko"),
                ("set:least_ms:0", "5"),
                ("set:vocabulary:0", "hello"),
                ("set:anything:0", "hello"),
            )
        ]
        # Nobody answers them: each is over when Discord waits no longer.
        await asyncio.gather(
            *(answer.wait(lambda seen: seen.failed or seen.done, seconds=PATIENCE_S) for answer in answers)
        )

    assert world.rows("SELECT * FROM choice") == []


async def test_a_forged_form_changes_nothing(world: World) -> None:
    """A form with fields it never had, or about a channel that has no such setting, is answered and not kept."""
    world.discord.world.answer_ms = 60_000  # however busy this machine is
    async with world.bot():
        message = (await panel(world)).messages[0]
        for custom_id, fields in (
            ("form:lengths:0", {"mode": "off"}),
            ("form:hints:0", {"role_ids": "1"}),
            ("form:everything:0", {"zone": "UTC"}),
            (f"form:zone:{world.general.id}", {"zone": "UTC"}),
            (f"form:hints:{world.discord.guild('Mine').channel('chat').id}", {"languages": "ko"}),
        ):
            form = await (await world.admin.press(message, "Lengths")).wait()
            answer = await (await world.admin.forge_form(form, custom_id, **fields)).wait(seconds=PATIENCE_S)
            assert answer.content.startswith("Nothing was changed"), custom_id

    assert world.rows("SELECT * FROM choice") == []
