"""/settings: one panel, each tap saved and shown, for people who manage the server alone."""

import pytest

from tests.conftest import SPEECH, WORDS, World
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
    assert world.rows("SELECT name, value, by_id FROM choice") == [("mode", '"auto"', world.admin.id)]


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
