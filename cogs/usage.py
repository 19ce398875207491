"""/usage: what a month looks like, for the people who manage a server and for each member."""

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast

import discord
from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.chart import Chart, Painter, described
from bot.desk import Books, GuildMonth
from bot.ledger import By
from bot.quota import guild_account, moment_of
from bot.reply import Part, Refusal, csv_bytes, own_text, parts_text, usage_text
from bot.words import Words

_VIEWS = ("overview", "member", "channel", "day")
_PRESSED = re.compile(r"usage:(?P<month>\d{4}-\d{2}):(?P<view>overview|member|channel|day|csv)")
_PICTURE = "usage.png"
_NOBODY = discord.AllowedMentions.none()
_COLUMNS = ("time_utc", "day", "member_id", "channel_id", "ending", "length_seconds", "used_seconds", "host_usd")


class Usage(commands.Cog):
    """
    Reads the books and shows them; changes nothing.

    One command with an option, not sub-commands: Discord does not let people use a command that has those bare, and
    `/usage` alone is what one types. Discord grants rights by command, so it is open to everybody: alone it shows
    managers the server and members their own share. Who may see the server is asked here, at each press too.
    """

    def __init__(self, books: Books, painter: Painter, *, policy_url: str = "") -> None:
        self._books = books
        self._painter = painter
        self._policy_url = policy_url

    @app_commands.command(
        name=locale_str("usage", key="command.usage.name"),
        description=locale_str("Minutes used and left this month", key="command.usage.description"),
    )
    @app_commands.rename(whose=locale_str("whose", key="command.usage.whose.name"))
    @app_commands.describe(whose=locale_str("Whose month", key="command.usage.whose.description"))
    @app_commands.choices(
        whose=[
            app_commands.Choice(name=locale_str(each, key=f"command.usage.whose.{each}"), value=each)
            for each in ("server", "me")
        ]
    )
    @app_commands.allowed_contexts(guilds=True, dms=True)
    async def usage(self, interaction: discord.Interaction, whose: str | None = None) -> None:
        """The server's month for its managers, one's own share for everybody."""
        if whose == "server" and (slip := _not_yours(interaction)):
            await interaction.response.send_message(Words(interaction.locale.value)(slip), ephemeral=True)
            return
        await interaction.response.defer(thinking=True, ephemeral=True)
        if whose == "me" or _not_yours(interaction):
            await self._show_own(interaction)
        else:
            await self._show(interaction, None, "overview")

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """A press under /usage; the custom id says which month and view, so presses survive a restart."""
        told: dict[str, Any] = {**(interaction.data or {})}
        pressed = _PRESSED.fullmatch(str(told.get("custom_id", "")))
        if interaction.type is not discord.InteractionType.component or pressed is None:
            return
        try:
            await self._turn(interaction, pressed["month"], pressed["view"])
        except Exception as error:  # noqa: BLE001 -- the edge: it is answered and logged under one id
            broken = app_commands.AppCommandError(str(error))
            broken.__cause__ = error
            await interaction.client.tree.on_error(interaction, broken)  # type: ignore[attr-defined]

    async def _turn(self, interaction: discord.Interaction, month: str, view: str) -> None:
        if slip := _not_yours(interaction):
            await interaction.response.send_message(Words(interaction.locale.value)(slip), ephemeral=True)
        elif view == "csv":
            await interaction.response.defer(thinking=True, ephemeral=True)
            await self._send_csv(interaction, month)
        else:
            await interaction.response.defer()
            await self._show(interaction, month, view)

    async def _show(self, interaction: discord.Interaction, name: str | None, view: str) -> None:
        """One month, one view; the picture is drawn only when the month has changed."""
        words, guild_id = Words(interaction.locale.value), interaction.guild_id or 0
        page = await self._books.of_guild(guild_id, at=interaction.id, name=name)
        chart = _chart(page, words.locale)
        shown = list(interaction.message.attachments) if interaction.message and view != "overview" else []
        files: Sequence[Any] = shown
        if not shown and (picture := await self._painter.png(chart)):
            files = [discord.File(io.BytesIO(picture), _PICTURE, description=described(chart))]
        text = await self._text(page, words, view, guild_id, at=interaction.id)
        if not files:
            text += "\n-# " + words("usage.no_picture")
        layout = _layout(page, words, view, text, described(chart) if files else None)
        await interaction.edit_original_response(attachments=files, view=layout, allowed_mentions=_NOBODY)

    async def _text(self, page: GuildMonth, words: Words, view: str, guild_id: int, *, at: int) -> str:
        if view == "overview":
            return _overview(page, words, at=at, policy_url=self._policy_url)
        shares = await self._books.shares(guild_account(guild_id), page.month.name, cast(By, view))
        parts = [Part(each.of, each.notes, each.billed_ms, each.usd_micros) for each in shares]
        return parts_text(words, page.month.name, view, parts)

    async def _show_own(self, interaction: discord.Interaction) -> None:
        roles = [role.id for role in interaction.user.roles] if isinstance(interaction.user, discord.Member) else []
        own = await self._books.of_member(interaction.guild_id, interaction.user.id, at=interaction.id, role_ids=roles)
        text = own_text(
            Words(interaction.locale.value),
            month=own.month,
            used_ms=own.used_ms,
            notes=own.notes,
            caps=own.caps,
            caused=own.caused,
            left_ms=own.left_ms,
            is_guild=interaction.guild_id is not None,
            policy_url=self._policy_url,
        )
        await interaction.edit_original_response(content=text, allowed_mentions=_NOBODY)

    async def _send_csv(self, interaction: discord.Interaction, month: str) -> None:
        lines = await self._books.lines(guild_account(interaction.guild_id or 0), month)
        rows = [
            (
                f"{datetime.fromtimestamp(line.at_ms / 1000, tz=UTC):%Y-%m-%dT%H:%M:%SZ}",
                *(line.day, line.member_id, line.channel_id, line.ending),
                *(f"{line.length_ms / 1000:.3f}", f"{line.billed_ms / 1000:.3f}", f"{line.usd_micros / 1e6:.6f}"),
            )
            for line in lines
        ]
        file = discord.File(io.BytesIO(csv_bytes(_COLUMNS, rows)), f"usage-{month}.csv")
        await interaction.edit_original_response(attachments=[file])


def _not_yours(interaction: discord.Interaction) -> str | None:
    """The key of why somebody may not see a server's month; None if they may."""
    if interaction.guild_id is None:
        return "usage.servers_only"
    return None if interaction.permissions.manage_guild else "usage.managers_only"


def _chart(page: GuildMonth, locale: str) -> Chart:
    return Chart(
        locale=locale,
        month=page.month.name,
        days_ms=page.days_ms,
        limit_ms=page.usage.limit,
        today=page.today,
        total_ms=page.forecast.total if page.forecast else None,
        runs_out=page.runs_out,
    )


def _overview(page: GuildMonth, words: Words, *, at: int, policy_url: str) -> str:
    return usage_text(
        words,
        usage=page.usage,
        month=page.month,
        now_ms=moment_of(at),
        model=page.model,
        cost_usd_micros=page.cost_usd_micros,
        usd_micros_per_minute=page.usd_micros_per_minute,
        forecast=page.forecast,
        saved=[Part(each.ending, each.notes, each.length_ms) for each in page.saved],
        refusals=[Refusal(one.at_ms, one.member_id, one.outcome) for one in page.refusals],
        policy_url=policy_url,
        caused=page.caused,
    )


def _layout(page: GuildMonth, words: Words, view: str, text: str, description: str | None) -> discord.ui.LayoutView:
    """The picture, the numbers under it, and what can be pressed."""
    layout = discord.ui.LayoutView(timeout=None)
    if description is not None:
        item = discord.MediaGalleryItem(f"attachment://{_PICTURE}", description=description)
        layout.add_item(discord.ui.MediaGallery(item))
    layout.add_item(discord.ui.TextDisplay(text))
    views = discord.ui.ActionRow[discord.ui.LayoutView]()
    for each in (*_VIEWS, "csv"):
        style = discord.ButtonStyle.primary if each == view else discord.ButtonStyle.secondary
        label = words(f"usage.button_{each}")
        views.add_item(discord.ui.Button(style=style, label=label, custom_id=f"usage:{page.month.name}:{each}"))
    layout.add_item(views)
    others = [(mark, name) for mark, name in (("◀ {}", page.before), ("{} ▶", page.after)) if name is not None]
    if others:
        months = discord.ui.ActionRow[discord.ui.LayoutView]()
        for mark, name in others:
            year, number = name.split("-")
            label = mark.format(words("month.of_year", month=words(f"month.{int(number)}"), year=year))
            months.add_item(discord.ui.Button(label=label, custom_id=f"usage:{name}:overview"))
        layout.add_item(months)
    layout.stop()  # discord.py would remember it for ever; the listener above needs nothing remembered
    return layout
