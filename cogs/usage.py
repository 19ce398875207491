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
from bot.post import Turn, Turns, pressable
from bot.quota import guild_account, moment_of
from bot.reply import Part, Refusal, csv_bytes, own_text, parts_text, usage_text
from bot.words import Words

_VIEWS = ("overview", "member", "channel", "day")
_PRESSED = r"usage:(?P<month>\d{4}-\d{2}):(?P<view>overview|member|channel|day|csv)"
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
        self._turns = Turns()
        self.items = [pressable(discord.ui.Button, _PRESSED, self.pressed)]

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

    async def pressed(self, interaction: discord.Interaction, match: re.Match[str], _: list[str]) -> None:
        """A press under /usage; the custom id says which month and view, so presses survive a restart."""
        if slip := _not_yours(interaction):
            await interaction.response.send_message(Words(interaction.locale.value)(slip), ephemeral=True)
        elif match["view"] == "csv":
            await interaction.response.defer(thinking=True, ephemeral=True)
            await self._send_csv(interaction, match["month"])
        else:
            turn = self._turns.take(interaction)
            await interaction.response.defer()
            await self._show(interaction, match["month"], match["view"], turn)

    async def _show(
        self, interaction: discord.Interaction, name: str | None, view: str, turn: Turn | None = None
    ) -> None:
        """One month, one view; the picture is drawn only when the month has changed."""
        words, guild_id = Words(interaction.locale.value), interaction.guild_id or 0
        page = await self._books.of_guild(guild_id, at=interaction.id, name=name)
        text = await self._text(page, words, view, guild_id, at=interaction.id)
        if turn and not turn.is_last:
            return
        chart = _chart(page, words.locale)
        drawn = None if turn and _stands(turn.stands, page, view) else await self._painter.png(chart)

        async def edit(message: discord.Message | None) -> discord.Message:
            nonlocal drawn
            files: Sequence[Any] = _stands(message, page, view)
            picture = _PICTURE
            if not files:
                drawn = drawn or await self._painter.png(chart)
                kept = message.attachments if message and turn and turn.crosses else []
                picture = f"{interaction.id}-{_PICTURE}" if kept else _PICTURE
                new = [discord.File(io.BytesIO(drawn), picture, description=described(chart))] if drawn else []
                files = [*kept, *new]
                if turn:
                    turn.replaces()
            has_picture = bool(files) if drawn is None else True
            told = text if has_picture else f"{text}\n-# {words('usage.no_picture')}"
            layout = _layout(page, words, view, told, (picture, described(chart)) if has_picture else None)
            return await interaction.edit_original_response(attachments=files, view=layout, allowed_mentions=_NOBODY)

        await (turn.show(edit) if turn else edit(None))

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


def _stands(message: discord.Message | None, page: GuildMonth, view: str) -> list[discord.Attachment]:
    """The picture that may stay: that of the same month; the overview shows today's."""
    if message is None or view == "overview":
        return []
    ids = [part.custom_id for row in message.components for part in getattr(row, "children", ())]
    is_same = f"usage:{page.month.name}:day" in ids  # the buttons below a picture name its month
    return list(message.attachments) if is_same else []


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


def _layout(
    page: GuildMonth, words: Words, view: str, text: str, picture: tuple[str, str] | None
) -> discord.ui.LayoutView:
    """The picture (its file and what it shows), the numbers under it, and what can be pressed."""
    layout = discord.ui.LayoutView(timeout=None)
    if picture is not None:
        item = discord.MediaGalleryItem(f"attachment://{picture[0]}", description=picture[1])
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
    layout.stop()  # discord.py would remember it for ever; presses reach us by their ids
    return layout
