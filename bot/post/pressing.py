"""
What people press: buttons, selects and forms whose ids say everything, so that they outlive a restart.

Hides how discord.py routes components. Promises: a press that breaks is answered with an id that stands in the log.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any, Self

import discord
from discord import app_commands

Press = Callable[[discord.Interaction[Any], re.Match[str], list[str]], Awaitable[None]]


def pressable(kind: type[discord.ui.Item[Any]], pattern: str, press: Press) -> type[discord.ui.DynamicItem[Any]]:
    """What hands presses of every such component, whenever it was sent, to `press`: with its id and what was chosen."""

    class Pressed(discord.ui.DynamicItem[kind], template=pattern):  # type: ignore[valid-type]
        def __init__(self, item: Any, match: re.Match[str]) -> None:
            super().__init__(item)
            self.match = match

        @classmethod
        async def from_custom_id(cls, interaction: discord.Interaction, item: Any, match: re.Match[str], /) -> Self:
            del interaction
            return cls(item, match)

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            interaction.client.attend(interaction)
            try:
                data: Any = interaction.data or {}
                chosen = data.get("values") or []
                await press(interaction, self.match, [str(value) for value in chosen])
            except Exception as error:  # noqa: BLE001 -- the edge: it is answered and logged under one id
                await broke(interaction, error)

    return Pressed


async def broke(interaction: discord.Interaction[Any], error: Exception) -> None:
    """Answer and log a press that broke, as a command that breaks is answered and logged."""
    wrapped = app_commands.AppCommandError(str(error))
    wrapped.__cause__ = error
    await interaction.client.tree.on_error(interaction, wrapped)
