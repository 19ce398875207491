"""/privacy: what is kept about you, and your say in it; and what goes with a message, a channel, a server."""

import logging
import re

import discord
from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.desk import Privacy as Desk
from bot.desk import in_the_end, shard_of
from bot.post import Turns, gone, pressable
from bot.reply import privacy_text
from bot.words import Words

log = logging.getLogger(__name__)

_PRESSED = r"privacy:(?P<name>opt_out|opt_in|forget|yes|no)"
_NEWS = {"opt_out": "opted_out", "opt_in": "opted_in", "yes": "forgotten"}
_STYLES = {"opt_in": discord.ButtonStyle.primary, "yes": discord.ButtonStyle.danger}


class Privacy(commands.Cog):
    """A panel for people, and ears for what Discord says was deleted."""

    def __init__(self, desk: Desk, client: commands.Bot) -> None:
        self._desk = desk
        self._client = client
        self._turns = Turns()
        self.items = [pressable(discord.ui.Button, _PRESSED, self.pressed)]

    @app_commands.command(
        name=locale_str("privacy", key="command.privacy.name"),
        description=locale_str("What is kept about you, and your say in it", key="command.privacy.description"),
    )
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def privacy(self, interaction: discord.Interaction) -> None:
        """Only the one who asks sees it."""
        text, panel = await shown(self._desk, interaction)
        await interaction.response.send_message(text, view=panel, ephemeral=True)

    async def pressed(self, interaction: discord.Interaction, match: re.Match[str], _: list[str]) -> None:
        """A press below /privacy: done, then shown."""
        turn, name, who, is_done = self._turns.take(interaction), match["name"], interaction.user.id, True
        await interaction.response.defer()
        if name in ("opt_out", "opt_in"):
            decide = self._desk.opt_out if name == "opt_out" else self._desk.opt_in
            async with turn.deciding("consent") as is_due:
                if is_due:
                    await decide(who)
        elif name == "yes":
            is_done = await self._desk.forget(who)

        async def edit(_: discord.Message | None) -> discord.Message:
            view: discord.ui.View | None
            if name == "forget":  # asked once more, because it cannot be undone
                words = Words(interaction.locale.value)
                text, view = words("privacy.confirm"), _panel(words, "yes", "no")
            elif not is_done:  # what is left goes by itself; of numbers nothing can be said now
                text, view = Words(interaction.locale.value)("privacy.forgetting"), None
            else:
                text, view = await shown(self._desk, interaction, _NEWS.get(name))
            return await interaction.edit_original_response(content=text, view=view)

        await turn.show(edit)
        if name == "yes":
            await self._desk.sweep()

    # -- what is deleted -----------------------------------------------------------------------

    @commands.Cog.listener()
    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """Whoever deletes a note wants its words gone as well."""
        await in_the_end(self._desk.message_deleted, [event.message_id])

    @commands.Cog.listener()
    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        """Whoever takes a sound out of a message wants its words gone as well; ours, and forwards, cannot lose any."""
        message = event.message
        if message.guild is not None and not self._client.intents.message_content:
            return  # Discord hides what is attached: that it is not seen does not say that it is gone
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
        is_ours = lambda guild: shard_of(guild, shards) in shard_ids  # noqa: E731 -- said once
        await in_the_end(self._desk.guilds_missing, present, is_ours=is_ours)
        await in_the_end(self._look_back)
        log.debug("Looked for what was deleted meanwhile", extra={"action": "looked_back"})

    async def _look_back(self) -> None:
        for channel_id, message_ids in (await self._desk.standing()).items():
            if missing := await gone(self._client, channel_id, message_ids):
                await self._desk.message_deleted(sorted(missing))


def _panel(words: Words, *names: str) -> discord.ui.View:
    """Buttons below /privacy. They carry no state: whoever presses is meant, and only they see it."""
    view = discord.ui.View(timeout=None)
    for name in names:
        label, style = words(f"privacy.{name}"), _STYLES.get(name, discord.ButtonStyle.secondary)
        view.add_item(discord.ui.Button(label=label, style=style, custom_id=f"privacy:{name}"))
    view.stop()  # discord.py would remember every view it sends; presses reach us by their ids
    return view


async def shown(desk: Desk, interaction: discord.Interaction, news: str | None = None) -> tuple[str, discord.ui.View]:
    """The panel as it is for whoever asks, in their language."""
    words = Words(interaction.locale.value)
    kept = await desk.kept(interaction.user.id)
    text = privacy_text(
        words,
        **kept.numbers,
        out_since_ms=kept.out_since_ms,
        keep_days=desk.keep.notes_days,
        news=news,
    )
    return text, _panel(words, "opt_out" if kept.out_since_ms is None else "opt_in", "forget")
