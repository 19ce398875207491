"""What people do in the local Discord, and what the real discord.py may answer them."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import discord
import pytest
from discord import app_commands

from tests.world.discord import Answer, Discord, NotOffered, Permission, Person, Room, open_discord
from tests.world.discord.client import PlainBot, connected

Do = Callable[[discord.Interaction], Awaitable[Any]]
NOTE = ("note.ogg", b"OggS and what follows")


@pytest.fixture
async def world() -> AsyncIterator[Discord]:
    """A local Discord with a guild, a channel and a member."""
    async with open_discord() as opened:
        opened.guild("Home").channel("general")
        opened.guild("Home").member("Mina")
        yield opened


@pytest.fixture
def general(world: Discord) -> Room:
    """The channel."""
    return world.guild("Home").channel("general")


@pytest.fixture
def mina(world: Discord) -> Person:
    """The member."""
    return world.guild("Home").member("Mina")


async def test_a_deferred_answer_thinks_and_then_speaks_to_one_person(
    world: Discord, general: Room, mina: Person
) -> None:
    """A command with a file is deferred privately, edited, followed up; nobody else sees any of it."""
    may_speak = asyncio.Event()
    bot = PlainBot()

    @bot.tree.command(description="Write it down")
    async def transcribe(
        interaction: discord.Interaction, file: discord.Attachment, times: app_commands.Range[int, 1, 5] = 1
    ) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        await may_speak.wait()
        heard = (await file.read()).decode()
        await interaction.edit_original_response(content=heard * times)
        await interaction.followup.send("more", file=discord.File(io.BytesIO(b"all"), "all.txt"), ephemeral=True)

    async with connected(world, bot):
        await bot.tree.sync()
        answer = await mina.slash("transcribe", file=NOTE, times=2)
        await answer.wait(lambda seen: seen.thinking)
        may_speak.set()
        await answer.wait(lambda seen: len(seen.messages) == 2)

        assert answer.content == NOTE[1].decode() * 2 + "\nmore"
        assert [file.read() for file in answer.files] == [b"all"]
        assert answer.ephemeral
        assert "(only you can see this)" in general.seen_by(mina)
        assert general.seen_by(world.guild("Home").member("Jun")) == ""


async def test_commands_take_every_kind_of_option(world: Discord, general: Room, mina: Person) -> None:
    """Users, channels, roles, numbers, choices, text and sub-commands arrive as what they are."""
    bot = PlainBot()
    group = app_commands.Group(name="set", description="Settings")

    @group.command(description="All at once")
    @app_commands.choices(mode=[app_commands.Choice(name="Loud", value="loud")])
    async def all(  # noqa: A001  # the name is the command's
        interaction: discord.Interaction,
        who: discord.Member,
        where: discord.TextChannel,
        role: discord.Role,
        mode: str,
        share: float,
        *,
        on: bool,
    ) -> None:
        await interaction.response.send_message(f"{who.display_name} {where.name} {role.name} {mode} {share} {on}")

    bot.tree.add_command(group)
    async with connected(world, bot):
        await bot.tree.sync()
        role = world.guild("Home").everyone
        options: dict[str, Any] = {
            "who": mina,
            "where": general,
            "role": role,
            "mode": "loud",
            "share": 0.5,
            "on": True,
        }
        answer = await mina.slash("set all", general, **options)

        assert (await answer.wait()).content == "Mina general @everyone loud 0.5 True"
        with pytest.raises(NotOffered, match="not a choice"):
            await mina.slash("set all", general, **{**options, "mode": "quiet"})
        with pytest.raises(NotOffered, match=r"needs \{'on'\}"):
            await mina.slash("set all", general, **{key: options[key] for key in options if key != "on"})


async def test_a_command_for_managers_is_offered_to_managers_only(world: Discord, mina: Person) -> None:
    """default_member_permissions hides a command from members who lack them, on servers and nowhere else."""
    bot = PlainBot()

    @bot.tree.command(description="What it cost")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only
    async def usage(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("12 minutes", ephemeral=True)

    admin = world.guild("Home").member("Admin", permissions=Permission.MANAGE_GUILD)
    async with connected(world, bot):
        await bot.tree.sync()
        assert (await (await admin.slash("usage")).wait()).content == "12 minutes"
        with pytest.raises(NotOffered):
            await mina.slash("usage")
        with pytest.raises(NotOffered):
            await admin.slash("usage", admin.dm())


async def test_a_message_command_gets_its_message_even_without_the_intent(
    world: Discord, general: Room, mina: Person
) -> None:
    """The target of a context menu carries its attachment to bots that may not read messages."""
    bot = PlainBot(guilds=True)

    @bot.tree.context_menu(name="Transcribe")
    async def transcribe(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message((await message.attachments[0].read()).decode())

    note = (await mina.voice_note(general, NOTE)).message
    assert note is not None
    async with connected(world, bot):
        await bot.tree.sync()
        answer = await world.guild("Home").member("Jun").menu("Transcribe", note)

        assert (await answer.wait()).content == NOTE[1].decode()
        assert not answer.ephemeral


async def test_an_option_completes_itself(world: Discord, mina: Person) -> None:
    """What is typed goes to the bot, which offers choices."""
    bot = PlainBot()

    @bot.tree.command(description="Choose")
    async def speak(interaction: discord.Interaction, language: str) -> None:
        await interaction.response.send_message(language)

    @speak.autocomplete("language")
    async def languages(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=name, value=name) for name in ("Korean", "English") if name.startswith(typed)]

    async with connected(world, bot):
        await bot.tree.sync()
        offered = await (await mina.autocomplete("speak", "language", "Ko")).wait()
        assert [each["name"] for each in offered.choices] == ["Korean"]


async def test_bad_commands_are_refused_at_registration(world: Discord) -> None:
    """Upper case, missing descriptions, 26 choices, doubled names: each has its place in the form error."""
    async with connected(world, PlainBot(), gateway=False) as bot:
        put, app = bot.http.bulk_upsert_global_commands, world.application_id
        good: dict[str, Any] = {"name": "good", "description": "fine", "type": 1}
        choices = [{"name": str(number), "value": str(number)} for number in range(26)]
        bad: list[tuple[dict[str, Any], str]] = [
            ({"name": "Bad"}, "name"),
            ({"description": ""}, "description"),
            ({"name_localizations": {"ko": "두 낱말"}}, "name_localizations"),
            ({"options": [{"type": 3, "name": "x", "description": "x", "choices": choices}]}, "choices"),
        ]
        for change, where in bad:
            with pytest.raises(discord.HTTPException, match=where) as refused:
                await put(app, [good | change])
            assert refused.value.code == 50035
        with pytest.raises(discord.HTTPException, match="unique"):
            await put(app, [good, good])
        world.breaches.clear()  # the specification knows some of these limits too
        (kept,) = await put(app, [good | {"name_localizations": {"ko": "좋은"}}])
        (same,) = await put(app, [good])
        assert kept["id"] == same["id"]


async def test_bots_and_webhooks_are_known_as_such(world: Discord, general: Room) -> None:
    """What another bot or a webhook posts says so, and needs no membership."""
    async with connected(world, bot := PlainBot()):
        await world.guild("Home").member("Robot", bot=True).voice_note(general, NOTE)
        robot = await bot.heard("message")
        await world.guild("Home").webhook("News").upload(general, NOTE, content="news")
        news = await bot.heard("message")

        assert (robot.author.bot, robot.webhook_id) == (True, None)
        assert (news.author.bot, bool(news.webhook_id)) == (True, True)


async def test_people_are_held_to_what_the_app_lets_them_do(world: Discord, general: Room, mina: Person) -> None:
    """Nobody edits others' words, or deletes them without the right; waiting in vain shows what was there."""
    jun = world.guild("Home").member("Jun")
    said = (await mina.say(general, "mine")).message
    assert said is not None
    with pytest.raises(NotOffered):
        await jun.edit(said, "ours")
    with pytest.raises(NotOffered):
        await jun.delete(said)
    with pytest.raises(AssertionError, match="Mina: mine"):
        await general.wait_for(lambda lines: len(lines) == 2, seconds=0.01)
    answer: Answer = await jun.say(general, "yours", reply_to=said)
    assert [each.content for each in await general.wait_for(lambda lines: len(lines) == 2)] == ["mine", "yours"]
    assert answer.message is not None
    assert answer.message.pings == {mina.id}
