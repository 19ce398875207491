"""/settings: what the people who manage a server decide, saved with each tap."""

import re
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.choices import Mode, Slip, codes, minutes, terms
from bot.desk import Switches
from bot.panel import CHANNELS, FORM, PANEL, POSTABLE, Panel, chosen_value, form_of, typed_fields
from bot.post import Access, Turn, Turns, parent_of, pressable
from bot.reply import notice_text
from bot.words import Words

_NOBODY = discord.AllowedMentions.none()
_FORMS = ("lengths", "hints", "zone")


class Settings(commands.Cog):
    """One panel for one person; whoever presses must manage the server at that moment."""

    def __init__(self, switches: Switches, access: Access) -> None:
        self._switches = switches
        self._access = access
        self._turns = Turns()
        self.items = [pressable(discord.ui.Button, PANEL, self.pressed)]

    @app_commands.command(
        name=locale_str("settings", key="command.settings.name"),
        description=locale_str("When and how I write notes down in this server", key="command.settings.description"),
    )
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    async def settings(self, interaction: discord.Interaction) -> None:
        """The panel of the whole server."""
        if await self._may(interaction):
            await interaction.response.send_message(
                view=await self._panel(interaction, 0), ephemeral=True, allowed_mentions=_NOBODY
            )

    async def pressed(self, interaction: discord.Interaction, match: re.Match[str], chosen: list[str]) -> None:
        """A button or a select of a panel."""
        what, channel_id = match["what"], int(match["channel"])
        if not await self._may(interaction, channel_id):
            return
        if what in _FORMS:
            choice = await self._switches.at(interaction.guild_id, channel_id)
            await interaction.response.send_modal(form_of(what, choice, channel_id, Words(interaction.locale.value)))
            return
        decided: dict[str, Any] | None = None
        if what == "reset":
            decided = dict.fromkeys(await self._switches.own(interaction.guild_id or 0, channel_id))
        elif what != "show":
            try:
                decided = {what: await self._chosen(interaction, what, channel_id, chosen)}
            except Slip as slip:
                await _whisper(interaction, f"settings.slip.{slip.why}", **slip.values)
                return
        turn = self._turns.take(interaction)
        if decided is None:
            await self._show(turn, interaction, channel_id)
        else:
            await self._decide(turn, interaction, channel_id, decided)

    async def _chosen(self, interaction: discord.Interaction, what: str, channel_id: int, chosen: list[str]) -> Any:
        """What a select says; raises Slip for what it does not offer: Discord hands on what a client sends."""
        value = chosen_value(what, channel_id, chosen)
        if what == "role_ids" and (guild := interaction.guild) is not None and not all(map(guild.get_role, value)):
            raise Slip("not_offered")
        if what in CHANNELS and value is not None:
            channel = await self._access.channel(value)
            if channel is None or not await self._is_theirs(interaction, value):
                raise Slip("not_seen")
            if channel.type not in POSTABLE:
                raise Slip("not_offered")
        return value

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """A form that was sent; by its id alone, so that it may have been opened before a restart."""
        data: Any = interaction.data or {}
        match = re.fullmatch(FORM, data.get("custom_id", ""))
        if interaction.type is not discord.InteractionType.modal_submit or match is None:
            return
        interaction.client.attend(interaction)  # type: ignore[attr-defined]
        try:
            if await self._may(interaction, int(match["channel"])):
                turn = self._turns.take(interaction)
                written = dict(_written(data.get("components", ())))
                typed_fields(match["what"], int(match["channel"]), written)
                await self._decide(turn, interaction, int(match["channel"]), _typed(written))
        except Slip as slip:
            await _whisper(interaction, f"settings.slip.{slip.why}", **slip.values)

    async def _decide(
        self, turn: Turn, interaction: discord.Interaction, channel_id: int, decided: dict[str, Any]
    ) -> None:
        """Save it and show what holds now; everybody is told once when notes begin to be written down unasked."""
        guild_id = interaction.guild_id or 0
        # Before anything is said to Discord: of two taps the later one is saved later.
        async with turn.deciding():
            before = await self._switches.at(guild_id, channel_id)
            after = await self._switches.decide(guild_id, channel_id, **decided)
        await self._show(turn, interaction, channel_id)
        if "mode" in decided and after.mode is Mode.AUTO and (before.mode is not Mode.AUTO or not before.is_decided):
            words = Words(after.locale or (interaction.guild_locale or interaction.locale).value)
            where = f"<#{channel_id}>" if channel_id else None
            told = words("settings.announce.channel", channel=where) if where else words("settings.announce.server")
            first = await self._switches.introduces(guild_id)
            told += "\n" + notice_text(first, words) if first else " " + words("settings.announce.deleting")
            await interaction.followup.send(told, allowed_mentions=_NOBODY)
            if first is not None:
                await self._switches.introduced(guild_id)

    async def _show(self, turn: Turn, interaction: discord.Interaction, channel_id: int) -> None:
        """The panel as it holds when it is shown, not as it was when somebody tapped."""

        async def edit(_: discord.Message | None) -> None:
            view = await self._panel(interaction, channel_id)
            if interaction.response.is_done():
                await interaction.edit_original_response(view=view, allowed_mentions=_NOBODY)
            else:
                await interaction.response.edit_message(view=view, allowed_mentions=_NOBODY)

        await turn.show(edit)

    async def _panel(self, interaction: discord.Interaction, channel_id: int) -> Panel:
        guild_id = interaction.guild_id or 0
        choice = await self._switches.at(guild_id, channel_id)
        own = await self._switches.own(guild_id, channel_id)
        here = parent_of(interaction.channel) or interaction.channel_id or 0
        zone_from_ms = None if channel_id else await self._switches.zone_from(guild_id)
        words = Words(interaction.locale.value)
        return Panel(choice, own, channel_id, here, words, zone_from_ms=zone_from_ms)

    async def _may(self, interaction: discord.Interaction, *channel_ids: int) -> bool:
        """
        An admin may open the command to others, and a panel outlives a right: decisions stay with managers.

        They decide about channels (0: the server at large) which they read themselves.
        """
        if interaction.guild_id is None or not interaction.permissions.manage_guild:
            refusal = "usage.servers_only" if interaction.guild_id is None else "usage.managers_only"
            await _whisper(interaction, refusal)
            return False
        for channel_id in filter(None, channel_ids):
            if not await self._is_theirs(interaction, channel_id):
                await _whisper(interaction, "settings.slip.not_seen")
                return False
        return True

    async def _is_theirs(self, interaction: discord.Interaction, channel_id: int) -> bool:
        """Whether that is a channel of this very server, and one they may read."""
        channel = await self._access.channel(channel_id)
        is_ours = channel is not None and channel.guild_id == interaction.guild_id
        return is_ours and await self._access.may_read(interaction.user, channel_id)


def _typed(written: dict[str, str]) -> dict[str, Any]:
    """What a form says, as it is decided; raises Slip."""
    readers: dict[str, Any] = {
        "least_ms": minutes,
        "most_ms": minutes,
        "languages": lambda text: codes(text) or None,
        "vocabulary": lambda text: terms(text) or None,
        "zone": lambda text: text.strip() or None,
    }
    return {name: readers[name](text) for name, text in written.items()}


def _written(components: Any) -> list[tuple[str, str]]:
    """Every text field of a sent form, wherever it stands in it."""
    found: list[tuple[str, str]] = []
    for one in components:
        if "value" in one:
            found.append((one["custom_id"], one["value"]))
        found += _written([one["component"]] if "component" in one else one.get("components", ()))
    return found


async def _whisper(interaction: discord.Interaction, key: str, **values: object) -> None:
    words = Words(interaction.locale.value)
    await interaction.response.send_message(words(key, **values), ephemeral=True, allowed_mentions=_NOBODY)
