"""/privacy: what is kept about you, and your say in it; and what goes with a message, a channel, a server."""

import logging
from typing import Self

import discord
from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.desk import Privacy as Desk
from bot.desk import in_the_end, shard_of
from bot.post import gone
from bot.reply import privacy_text
from bot.words import Words

log = logging.getLogger(__name__)


class Privacy(commands.Cog):
    """A panel for people, and ears for what Discord says was deleted."""

    def __init__(self, desk: Desk, client: commands.Bot) -> None:
        self._desk = desk
        self._client = client

    async def cog_load(self) -> None:
        """Panels sent before a restart go on working."""
        self._client.add_view(Panel(self._desk, Words(None)))

    @app_commands.command(
        name=locale_str("privacy", key="command.privacy.name"),
        description=locale_str("What is kept about you, and your say in it", key="command.privacy.description"),
    )
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def privacy(self, interaction: discord.Interaction) -> None:
        """Only the one who asks sees it."""
        text, panel = await shown(self._desk, interaction)
        await interaction.response.send_message(text, view=panel, ephemeral=True)

    # -- what is deleted -----------------------------------------------------------------------

    @commands.Cog.listener()
    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """Whoever deletes a note wants its words gone as well."""
        await in_the_end(self._desk.message_deleted, [event.message_id])

    @commands.Cog.listener()
    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        """Whoever takes a sound out of a message wants its words gone as well; ours, and forwards, cannot lose any."""
        message = event.message
        if not message.author.bot and message.webhook_id is None and not message.message_snapshots:
            left = {attachment.id for attachment in message.attachments}
            await in_the_end(self._desk.message_edited, message.id, left)

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        """The same for a purge."""
        await in_the_end(self._desk.message_deleted, sorted(event.message_ids))

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """With a channel go its rows."""
        await in_the_end(self._desk.channel_deleted, channel.id)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, event: discord.RawThreadDeleteEvent) -> None:
        """And with a thread."""
        await in_the_end(self._desk.channel_deleted, event.thread_id)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """A server has had enough of us."""
        await in_the_end(self._desk.guild_left, guild.id)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Or wants us, perhaps again."""
        await in_the_end(self._desk.guild_joined, guild.id)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Connected anew: whatever was deleted meanwhile, nobody told us."""
        shards, shard_ids = self._client.shard_count or 1, getattr(self._client, "shard_ids", None) or [0]
        present = {guild.id for guild in self._client.guilds}
        await self._desk.guilds_missing(present, is_ours=lambda guild: shard_of(guild, shards) in shard_ids)
        for channel_id, message_ids in (await self._desk.standing()).items():
            if missing := await gone(self._client, channel_id, message_ids):
                await self._desk.message_deleted(sorted(missing))
        log.debug("Looked for what was deleted meanwhile", extra={"action": "looked_back"})


class Panel(discord.ui.View):
    """The buttons below /privacy. They carry no state: whoever presses is meant, and only they see it."""

    def __init__(self, desk: Desk, words: Words, *names: str) -> None:
        super().__init__(timeout=None)
        self._desk = desk
        for button in [child for child in self.children if isinstance(child, discord.ui.Button)]:
            name = str(button.custom_id).partition(":")[2]
            button.label = words(f"privacy.{name}")
            if names and name not in names:
                self.remove_item(button)

    @discord.ui.button(custom_id="privacy:opt_out")
    async def opt_out(self, interaction: discord.Interaction, _button: discord.ui.Button[Self]) -> None:
        """From now on nobody hears them."""
        await interaction.response.defer()
        await self._desk.opt_out(interaction.user.id)
        await self._show(interaction, "opted_out")

    @discord.ui.button(custom_id="privacy:opt_in", style=discord.ButtonStyle.primary)
    async def opt_in(self, interaction: discord.Interaction, _button: discord.ui.Button[Self]) -> None:
        """They may be heard again."""
        await interaction.response.defer()
        await self._desk.opt_in(interaction.user.id)
        await self._show(interaction, "opted_in")

    @discord.ui.button(custom_id="privacy:forget")
    async def forget(self, interaction: discord.Interaction, _button: discord.ui.Button[Self]) -> None:
        """Asked once more, because it cannot be undone."""
        words = Words(interaction.locale.value)
        await interaction.response.edit_message(
            content=words("privacy.confirm"), view=Panel(self._desk, words, "yes", "no")
        )

    @discord.ui.button(custom_id="privacy:yes", style=discord.ButtonStyle.danger)
    async def yes(self, interaction: discord.Interaction, _button: discord.ui.Button[Self]) -> None:
        """Then it is done."""
        await interaction.response.defer()
        await self._desk.forget(interaction.user.id)
        await self._show(interaction, "forgotten")
        await self._desk.sweep()

    @discord.ui.button(custom_id="privacy:no")
    async def no(self, interaction: discord.Interaction, _button: discord.ui.Button[Self]) -> None:
        """Or not."""
        await interaction.response.defer()
        await self._show(interaction)

    async def _show(self, interaction: discord.Interaction, news: str | None = None) -> None:
        text, panel = await shown(self._desk, interaction, news)
        await interaction.edit_original_response(content=text, view=panel)


async def shown(desk: Desk, interaction: discord.Interaction, news: str | None = None) -> tuple[str, Panel]:
    """The panel as it is for whoever asks, in their language."""
    words = Words(interaction.locale.value)
    kept = await desk.kept(interaction.user.id)
    text = privacy_text(
        words,
        notes=kept.notes,
        asks=kept.asks,
        refusals=kept.refusals,
        out_since_ms=kept.out_since_ms,
        keep_days=desk.keep.notes_days,
        news=news,
    )
    return text, Panel(desk, words, "opt_out" if kept.out_since_ms is None else "opt_in", "forget")
