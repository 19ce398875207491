"""Presses, forms and the rules of time in the local Discord, with the real discord.py."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import discord
import pytest
from discord import app_commands

from tests.world.discord import Discord, NotOffered, Permission, Person, Room, open_discord
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


class Talker(PlainBot):
    """A bot with one command, /act, which does what the test says; `seen` is its last interaction."""

    def __init__(self, do: Do) -> None:
        super().__init__()
        self.seen: asyncio.Queue[discord.Interaction] = asyncio.Queue()

        async def act(interaction: discord.Interaction) -> None:
            self.seen.put_nowait(interaction)
            await do(interaction)

        self.tree.command(name="act", description="Does it")(act)

    async def setup_hook(self) -> None:
        """Register."""
        await self.tree.sync()


async def nothing(_: discord.Interaction) -> None:
    """No answer at all."""


class Panel(discord.ui.View):
    """A button, a switched-off one, and selects."""

    @discord.ui.button(label="Again", custom_id="again")
    async def again(self, interaction: discord.Interaction, _: Any) -> None:
        """Ask in a form."""
        await interaction.response.send_modal(Question())

    @discord.ui.button(label="Stop", custom_id="stop", disabled=True)
    async def halt(self, interaction: discord.Interaction, _: Any) -> None:
        """Never."""

    @discord.ui.select(placeholder="Language", options=[discord.SelectOption(label="Korean", value="ko")])
    async def language(self, interaction: discord.Interaction, select: discord.ui.Select["Panel"]) -> None:
        """Change the message itself."""
        await interaction.response.edit_message(content=f"now in {select.values[0]}")

    @discord.ui.select(cls=discord.ui.ChannelSelect, placeholder="Where")
    async def where(self, interaction: discord.Interaction, select: discord.ui.ChannelSelect["Panel"]) -> None:
        """Defer, then change the message."""
        await interaction.response.defer()
        await interaction.edit_original_response(content=f"now in #{select.values[0].name}")


class Question(discord.ui.Modal, title="Your words"):
    """A form."""

    words: discord.ui.TextInput["Question"] = discord.ui.TextInput(label="Words", custom_id="words")
    why: discord.ui.TextInput["Question"] = discord.ui.TextInput(label="Why", custom_id="why", default="because")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Say them."""
        await interaction.response.send_message(f"{self.words.value} {self.why.value}", ephemeral=True)


async def test_buttons_selects_and_forms_work_like_in_the_app(world: Discord, general: Room, mina: Person) -> None:
    """A press opens a form, a choice changes the message; what is switched off or invisible can't be pressed."""

    async def show(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("panel", view=Panel())

    async with connected(world, Talker(show)):
        panel = (await (await mina.slash("act")).wait()).messages[0]
        form = await (await mina.press(panel, "Again")).wait(lambda seen: seen.modal)
        said = await (await mina.submit(form, words="hello")).wait()
        await (await mina.choose(panel, "Language", "Korean")).wait()
        assert panel.content == "now in ko"
        await (await mina.choose(panel, "Where", general)).wait(lambda _: panel.edits == 2)

        assert panel.content == "now in #general"
        assert (said.content, said.ephemeral) == ("hello because", True)
        assert form.modal is not None
        assert form.modal["title"] == "Your words"
        for name in ("Stop", "Elsewhere"):
            with pytest.raises(NotOffered):
                await mina.press(panel, name)


async def test_a_silent_bot_is_shown_as_not_responding(world: Discord, mina: Person) -> None:
    """After 3 seconds without an answer the person reads so, and the bot's answer is refused with 10062."""
    async with connected(world, bot := Talker(nothing)):
        answer = await mina.slash("act")
        interaction = await bot.seen.get()
        assert str(answer) == ""
        world.clock.advance(seconds=3.1)
        assert str(await answer.wait()) == "The application did not respond"
        with pytest.raises(discord.NotFound) as late:
            await interaction.response.send_message("too late")
        assert late.value.code == 10062


async def test_an_interaction_is_answered_once_and_for_a_quarter_of_an_hour(world: Discord, mina: Person) -> None:
    """A second first answer is refused with 40060; after 15 minutes the token is worth nothing."""
    async with connected(world, bot := Talker(lambda one: one.response.defer())):
        answer = await (await mina.slash("act")).wait(lambda seen: seen.thinking)
        interaction = await bot.seen.get()
        sent: Any = next(body for name, body in world.events if name == "INTERACTION_CREATE")
        twin = discord.Interaction(data=sent, state=bot._connection)
        with pytest.raises(discord.HTTPException) as twice:
            await twin.response.send_message("again")
        world.clock.advance(minutes=14)
        await interaction.edit_original_response(content="in time")
        world.clock.advance(minutes=2)
        with pytest.raises(discord.HTTPException) as expired:
            await interaction.edit_original_response(content="too late")

        assert (twice.value.code, expired.value.code, answer.content) == (40060, 50027, "in time")


async def test_the_first_follow_up_fills_a_deferred_answer(world: Discord, mina: Person) -> None:
    """Directly after a deferral a follow-up is the answer; the next one is another message; both can be deleted."""

    async def speak(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await interaction.followup.send("one")
        await interaction.followup.send("two")

    async with connected(world, bot := Talker(speak)):
        answer = await (await mina.slash("act")).wait(lambda seen: len(seen.messages) == 2)
        interaction = await bot.seen.get()
        assert [each.content for each in answer.messages] == ["one", "two"]
        assert (await interaction.original_response()).content == "one"
        await interaction.delete_original_response()
        assert answer.content == "two"


async def test_an_installed_app_follows_its_user_elsewhere(world: Discord) -> None:
    """Where only the user added the app: user-installed commands, five follow-ups; no public word without the right."""

    async def chat(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("first")
        for number in range(5):
            await interaction.followup.send(str(number))
        with pytest.raises(discord.HTTPException) as sixth:
            await interaction.followup.send("5")
        assert sixth.value.code == 40094

    bot = Talker(chat)
    act = bot.tree.get_command("act")
    assert isinstance(act, app_commands.Command)
    act.allowed_installs = app_commands.AppInstallationType(guild=False, user=True)
    traveller = world.person("Jun", installed=True)
    away = world.guild("Away", bot=False)
    square = away.channel("square")
    away.welcome(traveller)
    stranger = away.member("Mina")
    async with connected(world, bot):
        in_public = await (await traveller.slash("act", square)).wait(lambda seen: len(seen.messages) == 6)
        away.permit(Permission.VIEW_CHANNEL | Permission.USE_APPLICATION_COMMANDS)
        in_private = await (await traveller.slash("act", square)).wait(lambda seen: len(seen.messages) == 6)
        in_group = await (await traveller.slash("act", world.group("us", traveller, stranger))).wait()

        assert (in_public.ephemeral, in_private.ephemeral, in_group.ephemeral) == (False, True, False)
        with pytest.raises(NotOffered):
            await stranger.slash("act", square)
