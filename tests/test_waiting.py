"""The last line of defence: whatever breaks, and however far it had come, whoever waits gets a sentence with an id."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import discord
import pytest
from discord import app_commands
from discord.ext import commands

from bot.client import Client, point_at
from bot.post import pressable
from tests.conftest import PATIENCE_S, World
from tests.world.discord import Answer, Message

Do = Callable[[discord.Interaction], Awaitable[Any]]
BROKE, STOPPED = "Something in the bot broke", "I was stopped before this was done"
KO_BROKE = "봇에 문제가 생겼어요"


def layout(text: str, *, button: str = "") -> discord.ui.LayoutView:
    """A message of Components V2: it takes no content, ever."""
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.TextDisplay(text))
    if button:
        row: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
        row.add_item(discord.ui.Button(label="Press", custom_id=button))
        view.add_item(row)
    view.stop()
    return view


def text_view(button: str) -> discord.ui.View:
    """A button below a message of text."""
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Press", custom_id=button))
    view.stop()
    return view


def form() -> discord.ui.Modal:
    """A form of one field."""
    made = discord.ui.Modal(title="Form", custom_id="fragile:form")
    field: discord.ui.TextInput[Any] = discord.ui.TextInput(custom_id="x", required=False)
    made.add_item(discord.ui.Label(text="X", component=field))
    return made


async def thinks(interaction: discord.Interaction) -> None:
    """It says "is thinking" to all."""
    await interaction.response.defer(thinking=True)


async def thinks_alone(interaction: discord.Interaction) -> None:
    """It says "is thinking" to one."""
    await interaction.response.defer(thinking=True, ephemeral=True)


async def fills(interaction: discord.Interaction) -> None:
    """It thought, and then said something."""
    await thinks(interaction)
    await interaction.edit_original_response(content="words")


async def fills_v2(interaction: discord.Interaction) -> None:
    """It thought, and then showed a layout."""
    await thinks_alone(interaction)
    await interaction.edit_original_response(view=layout("shown"))


async def deletes(interaction: discord.Interaction) -> None:
    """What it said is gone."""
    await interaction.response.send_message("words")
    await interaction.delete_original_response()


async def changes(interaction: discord.Interaction) -> None:
    """The message shows something else."""
    is_v2 = interaction.message is not None and interaction.message.flags.components_v2
    await interaction.response.edit_message(view=layout("changed") if is_v2 else None)


# How far an interaction has come when it breaks; those that only a press knows come last.
COMMANDS: dict[str, Do] = {
    "nothing": lambda _: asyncio.sleep(0),
    "thinks": thinks,
    "thinks alone": thinks_alone,
    "says": lambda interaction: interaction.response.send_message("words"),
    "whispers": lambda interaction: interaction.response.send_message("words", ephemeral=True),
    "says v2": lambda interaction: interaction.response.send_message(view=layout("shown")),
    "whispers v2": lambda interaction: interaction.response.send_message(view=layout("shown"), ephemeral=True),
    "fills": fills,
    "fills v2": fills_v2,
    "deletes": deletes,
    "asks": lambda interaction: interaction.response.send_modal(form()),
}
PRESSES: dict[str, Do] = COMMANDS | {
    "defers": lambda interaction: interaction.response.defer(),
    "changes": changes,
}
del PRESSES["deletes"]  # it would be the message somebody pressed on; that is tried below
SHOWN = ["text", "text alone", "v2", "v2 alone"]


class Fragile(commands.Cog):
    """It does something of the above, then breaks, or waits until it is cut off."""

    def __init__(self, *, waits: bool = False) -> None:
        self._waits = waits
        self.reached = asyncio.Event()
        self.items = [pressable(discord.ui.Button, r"fragile:(?P<how>.+)", self.pressed)]

    async def _break(self) -> None:
        self.reached.set()
        if self._waits:
            await asyncio.Event().wait()
        raise ZeroDivisionError

    @app_commands.command(description="Does it, then breaks")
    async def act(self, interaction: discord.Interaction, how: str) -> None:
        """As far as it is told."""
        await COMMANDS[how](interaction)
        await self._break()

    @app_commands.command(description="Shows a button")
    async def show(self, interaction: discord.Interaction, kind: str, how: str) -> None:
        """A message of that kind."""
        alone, button = kind.endswith("alone"), f"fragile:{how}"
        if kind.startswith("v2"):
            await interaction.response.send_message(view=layout("shown", button=button), ephemeral=alone)
        else:
            await interaction.response.send_message("words", view=text_view(button), ephemeral=alone)

    async def pressed(self, interaction: discord.Interaction, match: re.Match[str], _: list[str]) -> None:
        """As far as the button says."""
        await PRESSES[match["how"]](interaction)
        await self._break()

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """A form that was sent."""
        if interaction.type is discord.InteractionType.modal_submit:
            await self._break()


@asynccontextmanager
async def connected(world: World, cog: commands.Cog) -> AsyncIterator[Client]:
    """The bot's client with that cog, connected."""
    point_at(world.discord.api_url, world.discord.gateway_url)
    async with Client(sync_commands=True) as client:
        await client.take([cog])
        await client.login(world.discord.token)
        connection = asyncio.create_task(client.stay_connected())
        await world.discord.ready(seconds=PATIENCE_S)
        yield client
        connection.cancel()
        await asyncio.wait({connection})


def said(answer: Answer) -> list[Message]:
    """The messages with the sentence."""
    return [each for each in answer.messages if BROKE in each.content or KO_BROKE in each.content]


async def told(world: World, answer: Answer) -> Message:
    """The sentence, once it stands; its id is in the log, beside the traceback."""
    await answer.wait(said, PATIENCE_S)
    (record,) = await world.diary.until("command_failed")
    (message,) = said(answer)
    assert record.note in message.content
    assert record.exc_info
    assert not answer.thinking
    assert world.diary.of("undeliverable") == []
    return message


@pytest.mark.parametrize("how", COMMANDS)
async def test_a_command_that_breaks_says_so(world: World, how: str) -> None:
    """However far it had come, the sentence arrives; what stands already stays, and only who asked reads about it."""
    async with connected(world, Fragile()):
        answer = await world.mina.slash("act", world.general, how=how)
        message = await told(world, answer)

    if how.startswith(("fills", "says", "whispers")):
        assert "words" in answer.content or "shown" in str(answer.components)
    assert (message.only_for is None) == (how == "thinks")
    assert all(one.status != 400 for one in world.discord.requests)


@pytest.mark.parametrize("kind", SHOWN)
@pytest.mark.parametrize("how", PRESSES)
async def test_a_press_that_breaks_says_so(world: World, kind: str, how: str) -> None:
    """On a message of text or of Components V2, public or not: the same sentence."""
    async with connected(world, Fragile()):
        shown = (await (await world.mina.slash("show", world.general, kind=kind, how=how)).wait()).messages[0]
        answer = await world.mina.press(shown, "Press")
        await told(world, answer)

    assert shown.id in world.general.messages
    assert BROKE not in shown.content
    assert all(one.status != 400 for one in world.discord.requests)


@pytest.mark.parametrize("kind", SHOWN)
async def test_a_form_that_breaks_says_so(world: World, kind: str) -> None:
    """A form that was sent reaches a listener; it, too, speaks when it breaks."""
    cog = Fragile()
    async with connected(world, cog):
        shown = (await (await world.mina.slash("show", world.general, kind=kind, how="asks")).wait()).messages[0]
        opened = await world.mina.press(shown, "Press")
        await opened.wait(lambda one: one.modal)
        await world.diary.until("command_failed")
        world.diary.records.clear()
        await told(world, await world.mina.submit(opened))


@pytest.mark.parametrize("how", ["nothing", "thinks", "thinks alone", "defers"])
async def test_a_press_whose_message_is_gone_says_so(world: World, how: str) -> None:
    """Deleted while the press was at work, the message takes no edit; the sentence comes by itself."""
    async with connected(world, Fragile()):
        shown = (await (await world.mina.slash("show", world.general, kind="v2", how=how)).wait()).messages[0]
        gate = world.discord.hold("POST", "/interactions/*")
        answer = await world.mina.press(shown, "Press")
        await gate.arrived()
        world.general.messages.pop(shown.id)
        gate.open()
        await told(world, answer)


async def test_who_deleted_the_answer_is_told_directly(world: World) -> None:
    """Where Discord takes no follow-up either, the sentence comes as a direct message."""
    async with connected(world, Fragile()):
        world.discord.fail("POST", "/webhooks/*", status=404, code=10008)
        await world.mina.slash("act", world.general, how="thinks")
        (record,) = await world.diary.until("command_failed")
        direct = world.mina.dm()
        (message,) = await direct.wait_for(lambda messages: messages, PATIENCE_S)

    assert BROKE in message.content
    assert record.note in message.content


async def test_the_language_is_the_readers(world: World) -> None:
    """What all of a server see is in the server's language; what one person sees, in theirs."""
    world.home.locale = "en-US"
    jun = world.home.member("Jun", locale="ko")
    async with connected(world, Fragile()):
        public = await told(world, await jun.slash("act", world.general, how="thinks"))
        world.diary.records.clear()
        own = await told(world, await jun.slash("act", world.general, how="thinks alone"))

    assert BROKE in public.content
    assert KO_BROKE in own.content


@pytest.mark.parametrize("how", ["nothing", "thinks", "thinks alone"])
async def test_who_waits_when_the_bot_stops_is_told(world: World, how: str) -> None:
    """A command that is cut off by the stop leaves nobody with an endless "is thinking"."""
    cog = Fragile(waits=True)
    async with connected(world, cog) as client:
        answer = await world.mina.slash("act", world.general, how=how)
        await asyncio.wait_for(cog.reached.wait(), PATIENCE_S)
        await client.close()

    (record,) = world.diary.of("command_cut")
    assert STOPPED in answer.content
    assert record.note in answer.content
    assert not answer.thinking


@pytest.mark.parametrize("kind", SHOWN)
async def test_who_pressed_when_the_bot_stops_is_told(world: World, kind: str) -> None:
    """A press, too: on every kind of message."""
    cog = Fragile(waits=True)
    async with connected(world, cog) as client:
        shown = (await (await world.mina.slash("show", world.general, kind=kind, how="defers")).wait()).messages[0]
        answer = await world.mina.press(shown, "Press")
        await asyncio.wait_for(cog.reached.wait(), PATIENCE_S)
        await client.close()

    assert STOPPED in answer.content


async def test_a_stop_waits_for_what_is_nearly_done(world: World) -> None:
    """A command whose last request is on its way is not cut off: its answer arrives."""
    async with world.bot():
        gate = world.discord.hold("PATCH", "/webhooks/*")
        answer = await world.admin.slash("usage", world.general, whose="me")
        await gate.arrived()
        gate.open()

    assert not answer.thinking
    assert STOPPED not in answer.content


async def test_a_command_in_work_is_told_by_the_whole_bot(world: World) -> None:
    """The same with the bot as it runs: /usage cut off by the stop says so."""
    async with world.bot():
        gate = world.discord.hold("PATCH", "/webhooks/*")
        answer = await world.admin.slash("usage", world.general, whose="me")
        await gate.arrived()

    assert STOPPED in answer.content
    assert not answer.thinking
