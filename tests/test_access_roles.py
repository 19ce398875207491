"""Whose roles count: those of whoever presses, and of whoever posted what is read back."""

import pytest

from tests.choosing import decide
from tests.conftest import PATIENCE_S, SPEECH, WORDS, World
from tests.test_access import PARK, again, more
from tests.world.discord import Answer, Person

HOTEL = SPEECH / "hotel.ogg"
LENGTH_MS = 3_610
SHARES = "SELECT account, committed FROM account WHERE money = 0"


async def test_a_roles_share_is_drawn_on_by_buttons(world: World) -> None:
    """What somebody with a role hears anew comes out of the role's share, and the price names what is left of it."""
    async with world.bot():
        role = world.admin.member.roles[0]
        await (await world.admin.slash("quota cap", world.general, minutes=1, role=role)).wait()
        reply = (await (await world.admin.voice_note(world.general, PARK)).wait()).messages[-1]
        await world.idle()
        panel = await more(world.admin, reply)
        for language in ("Korean", "Japanese"):
            await again(world.admin, panel, language)
            await world.idle()

    assert dict(world.rows(SHARES))[f"role:{world.home.id}:{role.id}"] == 3 * LENGTH_MS
    assert "this month's share of your role (56 seconds left)" in panel.content


async def test_where_roles_may_their_buttons_work(world: World) -> None:
    """In a server for one role whoever has it hears notes anew, and whoever has not is told so."""
    async with world.bot():
        role = world.admin.member.roles[0]
        await decide(world, role_ids=[role.id])
        reply = (await (await world.admin.voice_note(world.general, PARK)).wait()).messages[-1]
        await world.idle()
        heard = await again(world.admin, await more(world.admin, reply))
        refused = await again(world.mina, await more(world.mina, reply), "Japanese")

    assert WORDS in heard.content
    assert f"<@&{role.id}>" in refused.content


async def missed(world: World, *people: Person) -> list[Answer]:
    """Notes that were posted while the bot was away, after one that it heard."""
    async with world.bot():
        await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)
        await world.idle()
    return [await person.voice_note(world.general, HOTEL) for person in people]


async def test_notes_read_back_draw_on_the_roles_of_their_authors(world: World) -> None:
    """History names no roles: they are asked for once for each author, and their share is drawn on."""
    role = world.admin.member.roles[0]
    async with world.bot():
        await (await world.admin.slash("quota cap", world.general, minutes=0, role=role)).wait()
    notes = await missed(world, world.admin, world.admin, world.mina)
    async with world.bot():
        for note in notes:
            await note.wait(seconds=PATIENCE_S)

    assert all(WORDS not in note.content for note in notes[:2])
    assert "share of" in notes[0].content
    assert WORDS in notes[2].content
    asked = [one.path for one in world.discord.asked("GET", f"/guilds/{world.home.id}/members/*")]
    assert sorted(asked) == sorted(f"/guilds/{world.home.id}/members/{who.id}" for who in (world.admin, world.mina))


async def test_notes_read_back_are_heard_where_their_role_may(world: World) -> None:
    """In a server for one role notes of a pause are answered to those who have it, and to nobody else."""
    role = world.admin.member.roles[0]
    notes = await missed(world, world.mina, world.admin)
    await decide(world, role_ids=[role.id])
    async with world.bot():
        await notes[1].wait(seconds=PATIENCE_S)

    assert WORDS in notes[1].content
    assert not notes[0].messages


@pytest.mark.parametrize("rule", ["a role's share", "a role's right", "none"])
async def test_who_has_left_is_held_to_the_strictest_rule(world: World, rule: str) -> None:
    """A note of somebody who left before it was read back is heard only where no role decides about it."""
    role, jun = world.admin.member.roles[0], world.home.member("Jun")
    async with world.bot():
        if rule == "a role's share":
            await (await world.admin.slash("quota cap", world.general, minutes=30, role=role)).wait()
    left, last = await missed(world, jun, world.admin)
    if rule == "a role's right":
        await decide(world, role_ids=[role.id])
    world.home.members.pop(jun.id)
    async with world.bot():
        await last.wait(seconds=PATIENCE_S)
        if rule == "none":
            await left.wait(seconds=PATIENCE_S)

    assert bool(left.messages) == (rule == "none")


async def test_a_thread_obeys_its_channel_when_it_is_heard_anew(world: World) -> None:
    """What was switched off in a channel is off for the buttons in its threads."""
    thread = await world.mina.thread(world.general, "aside")
    async with world.bot():
        reply = (await (await world.mina.voice_note(thread, PARK)).wait()).messages[-1]
        await world.idle()
        panel = await more(world.mina, reply)
        await decide(world, world.general, mode="off")
        refused = await again(world.mina, panel)

    assert "switched off" in refused.content
