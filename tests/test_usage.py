"""/usage: the month of a server, for the people who manage it."""

import re

import pytest

from tests.conftest import PATIENCE_S, SPEECH, World
from tests.world.discord import NotOffered, Permission


async def usage(world: World) -> str:
    """What the admin reads."""
    answer = await (await world.admin.slash("usage", world.general)).wait(seconds=PATIENCE_S)
    assert answer.ephemeral
    return answer.content


async def test_usage_adds_up_what_was_heard(world: World) -> None:
    """Two notes later, used, left and cost are theirs, to the second and the micro-dollar; only the admin sees it."""
    async with world.bot(quota__guild_minutes="2"):
        before = await usage(world)
        for note in ("park.ogg", "meeting.ogg"):
            await (await world.mina.voice_note(world.general, SPEECH / note)).wait(seconds=PATIENCE_S)
        after = await usage(world)

    assert "Used: 0 seconds of 2 minutes" in before
    assert "Used: 9 seconds of 2 minutes" in after  # 3.61 s and 4.57 s, rounded up as people expect of a bill
    assert "Held for notes in work: 0 seconds" in after
    assert "Left: 1 minute 51 seconds" in after
    assert "Cost so far: $0.0006 (gpt-transcribe, $0.0045 a minute)" in re.sub(r"0\.0006\d*", "0.0006", after)
    assert re.search(r"Starts anew: <t:\d+:D> \(<t:\d+:R>\)", after)


async def test_the_classic_price_makes_100_minutes_60_cents(world: World) -> None:
    """At $0.006 a minute the price stands in /usage as such, and a three-second note is not free."""
    async with world.bot(speech__model="whisper-1"):
        await (await world.mina.voice_note(world.general, SPEECH / "park.ogg")).wait(seconds=PATIENCE_S)
        text = await usage(world)

    assert "$0.006 a minute" in text
    assert "Cost so far: $0.0004" in text


async def test_usage_lists_the_last_refusals(world: World) -> None:
    """Who was refused and why stands below the numbers, newest first, without pinging anybody."""
    async with world.bot(quota__guild_minutes="0"):
        for note in ("park.ogg", "meeting.ogg"):
            await (await world.mina.voice_note(world.general, SPEECH / note)).wait(seconds=PATIENCE_S)
        answer = await (await world.admin.slash("usage", world.general)).wait(seconds=PATIENCE_S)

    refusals = [line for line in answer.content.split("\n") if line.startswith("- ")]
    assert len(refusals) == 2
    assert "5 seconds" in refusals[0]
    assert "4 seconds" in refusals[1]
    assert all(f"<@{world.mina.id}>" in line for line in refusals)
    assert not answer.messages[0].pings


async def test_members_are_not_even_offered_usage(world: World) -> None:
    """Discord hides /usage from members without Manage Server."""
    async with world.bot():
        with pytest.raises(NotOffered):
            await world.mina.slash("usage", world.general)


async def test_a_server_that_opens_usage_to_all_still_shows_it_to_managers_only(world: World) -> None:
    """Where an admin lifted Discord's own rule, the bot still checks for itself."""
    async with world.bot():
        for command in world.discord.world.commands[None].values():
            if command["name"] == "usage":
                command["default_member_permissions"] = None
        answer = await (await world.mina.slash("usage", world.general)).wait(seconds=PATIENCE_S)

    assert "Manage Server" in answer.content
    assert "Used" not in answer.content
    assert answer.ephemeral


async def test_usage_speaks_korean_to_a_korean_admin(world: World) -> None:
    """The page is in the language of who asks."""
    admin = world.home.member("Admin K", permissions=Permission.MANAGE_GUILD, locale="ko")
    async with world.bot():
        answer = await (await admin.slash("usage", world.general)).wait(seconds=PATIENCE_S)

    assert re.search(r"[가-힣]", answer.content)
    assert "Used" not in answer.content
