"""/usage: what this server's month looks like, for the people who manage it."""

import discord
from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.desk import Books
from bot.reply import Refusal, usage_text
from bot.words import Words


class Usage(commands.Cog):
    """Reads the books and shows them; changes nothing."""

    def __init__(self, books: Books) -> None:
        self._books = books

    @app_commands.command(
        name=locale_str("usage", key="command.usage.name"),
        description=locale_str("Minutes used and left this month", key="command.usage.description"),
    )
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    async def usage(self, interaction: discord.Interaction) -> None:
        """Used, held and left, when it resets, what it cost, and the last refusals."""
        words = Words(interaction.locale.value)
        # An admin may open the command to others in the server's settings; the numbers stay with managers.
        if interaction.guild_id is None or not interaction.permissions.manage_guild:
            refusal = "usage.servers_only" if interaction.guild_id is None else "usage.managers_only"
            await interaction.response.send_message(words(refusal), ephemeral=True)
            return
        await interaction.response.defer(thinking=True, ephemeral=True)
        told = await self._books.of_guild(interaction.guild_id, at=interaction.id)
        text = usage_text(
            words,
            usage=told.usage,
            month=told.month,
            model=told.model,
            usd_micros_per_minute=told.usd_micros_per_minute,
            refusals=[Refusal(one.at_ms, one.member_id, one.outcome) for one in told.refusals],
        )
        await interaction.edit_original_response(content=text, allowed_mentions=discord.AllowedMentions.none())
