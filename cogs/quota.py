"""/quota: what limits are, and how the people who may change them do."""

from dataclasses import dataclass

import discord
from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.desk import Quotas
from bot.quota import HOST_MS, HOST_USD, guild_account, member_account, own_limit, role_account
from bot.reply import Change, beyond_text, quota_text
from bot.words import Words

_MINUTE_MS, _DOLLAR_MICROS = 60_000, 1_000_000
_Minutes = app_commands.Range[int, 0, 10_000_000]
_Dollars = app_commands.Range[float, 0, 1_000_000]


@dataclass(frozen=True, slots=True)
class Right:
    """Whose limits somebody may change: a guild's, or with no guild the host's; as the host or as its manager."""

    guild_id: int | None
    is_host: bool


def _verb(verb: str) -> locale_str:
    return locale_str(verb, key=f"command.quota.{verb}.name")


def _about(verb: str, text: str) -> locale_str:
    return locale_str(text, key=f"command.quota.{verb}.description")


def _options(*names: str) -> dict[str, locale_str]:
    return {name: locale_str(name, key=f"command.quota.option.{name}.name") for name in names}


def _told(*names: str) -> dict[str, locale_str]:
    return {name: locale_str(name, key=f"command.quota.option.{name}.description") for name in names}


class Quota(commands.Cog):
    """
    The host's owners everywhere (`server` names another one; in a direct message it is all servers), and the
    people who manage a server within what the host allows it. Discord hides the command from others by its default
    permission; whether somebody may is asked here all the same.
    """

    group = app_commands.Group(
        name=locale_str("quota", key="command.quota.name"),
        description=locale_str("Limits of transcription", key="command.quota.description"),
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True),
    )

    def __init__(self, quotas: Quotas) -> None:
        self._quotas = quotas

    @group.command(name=_verb("show"), description=_about("show", "What limits are in force, and who decided them"))
    @app_commands.rename(**_options("server"))
    @app_commands.describe(**_told("server"))
    async def show(self, interaction: discord.Interaction, server: str | None = None) -> None:
        """How things stand."""
        if right := await self._right(interaction, server):
            await self._tell(interaction, right)

    @group.command(name=_verb("set"), description=_about("set", "What every month may hold"))
    @app_commands.rename(**_options("minutes", "dollars", "server"))
    @app_commands.describe(**_told("minutes", "dollars", "server"))
    async def set(
        self,
        interaction: discord.Interaction,
        minutes: _Minutes | None = None,
        dollars: _Dollars | None = None,
        server: str | None = None,
    ) -> None:
        """The limit of a server, by its host or, lower, by its managers; in a direct message that of all servers."""
        right = await self._right(interaction, server)
        if right is None:
            return
        if (minutes is None) == (dollars is None):
            await _refuse(interaction, "one_amount")
        elif dollars is not None:
            await self._limit(interaction, right, HOST_USD, round(dollars * _DOLLAR_MICROS))
        elif right.guild_id is None:
            await self._limit(interaction, right, HOST_MS, (minutes or 0) * _MINUTE_MS)
        elif right.is_host:
            await self._limit(interaction, right, guild_account(right.guild_id), (minutes or 0) * _MINUTE_MS)
        else:
            await self._limit(interaction, right, own_limit(right.guild_id), (minutes or 0) * _MINUTE_MS)

    @group.command(name=_verb("grant"), description=_about("grant", "More for this month alone"))
    @app_commands.rename(**_options("minutes", "dollars", "member", "server"))
    @app_commands.describe(**_told("minutes", "dollars", "member", "server"))
    async def grant(
        self,
        interaction: discord.Interaction,
        minutes: _Minutes | None = None,
        dollars: _Dollars | None = None,
        member: discord.User | None = None,
        server: str | None = None,
    ) -> None:
        """The host grants a server more; its managers a member who has a cap."""
        right = await self._right(interaction, server)
        if right is None:
            return
        account = HOST_USD if dollars is not None else HOST_MS
        if minutes is not None and right.guild_id is not None:
            account = member_account(right.guild_id, member.id) if member else guild_account(right.guild_id)
        if (minutes is None) == (dollars is None):
            await _refuse(interaction, "one_amount")
        elif member is not None and right.guild_id is None:
            await _refuse(interaction, "which_server")
        elif member is None and not right.is_host:
            await _refuse(interaction, "host_grants")
        elif account == HOST_USD and not right.is_host:
            await _refuse(interaction, "host_only")
        elif member is not None and not await self._quotas.has_cap(right.guild_id or 0, member.id, at=interaction.id):
            await _refuse(interaction, "no_cap")
        else:
            amount = round(dollars * _DOLLAR_MICROS) if dollars is not None else (minutes or 0) * _MINUTE_MS
            guild_id = None if account.startswith("host:") else right.guild_id
            by, at = interaction.user.id, interaction.id
            await interaction.response.defer(thinking=True, ephemeral=True)
            await self._quotas.grant(account, amount, guild_id=guild_id, by_id=by, at=at)
            await self._tell(interaction, Right(guild_id, right.is_host))

    @group.command(name=_verb("cap"), description=_about("cap", "What members or roles may use of the month"))
    @app_commands.rename(**_options("minutes", "member", "role", "server"))
    @app_commands.describe(**_told("minutes", "member", "role", "server"))
    async def cap(
        self,
        interaction: discord.Interaction,
        minutes: _Minutes,
        member: discord.User | None = None,
        role: discord.Role | None = None,
        server: str | None = None,
    ) -> None:
        """A share for one member, for all who have a role together, or for each member that has none of their own."""
        right = await self._right(interaction, server)
        if right is None:
            return
        if slip := _slip_of_cap(right, member, role):
            await _refuse(interaction, slip)
            return
        await self._limit(interaction, right, _capped(right, member, role), minutes * _MINUTE_MS)

    @group.command(name=_verb("clear"), description=_about("clear", "Take a limit or a cap back"))
    @app_commands.rename(**_options("member", "role", "everybody", "server"))
    @app_commands.describe(**_told("member", "role", "everybody", "server"))
    async def clear(
        self,
        interaction: discord.Interaction,
        member: discord.User | None = None,
        role: discord.Role | None = None,
        everybody: bool = False,  # noqa: FBT001, FBT002 -- Discord's option
        server: str | None = None,
    ) -> None:
        """With nobody named: the limit itself; what the host, or the configuration, says counts again."""
        right = await self._right(interaction, server)
        if right is None:
            return
        if member is not None or role is not None or everybody:
            if slip := _slip_of_cap(right, member, role):
                await _refuse(interaction, slip)
                return
            account = _capped(right, member, role)
        elif right.guild_id is None:
            account = HOST_USD
        else:
            account = guild_account(right.guild_id) if right.is_host else own_limit(right.guild_id)
        await self._limit(interaction, right, account, None)

    async def _right(self, interaction: discord.Interaction, server: str | None) -> Right | None:
        """What somebody may change; None once they were told why not."""
        is_host = await interaction.client.is_owner(interaction.user)  # type: ignore[attr-defined]
        if server is not None and not (is_host and server.isdecimal()):
            await _refuse(interaction, "not_an_id" if is_host else "host_only")
            return None
        guild_id = int(server) if server is not None else interaction.guild_id
        if is_host:
            return Right(guild_id, is_host=True)
        if guild_id is None:
            await _refuse(interaction, "host_only")
            return None
        if not interaction.permissions.manage_guild:
            await _refuse(interaction, "managers_only")
            return None
        return Right(guild_id, is_host=False)

    async def _limit(self, interaction: discord.Interaction, right: Right, account: str, amount: int | None) -> None:
        """Decide, within the host's bound, and show what holds now."""
        if account.startswith("host:") and not right.is_host:
            await _refuse(interaction, "host_only")
            return
        words = Words(interaction.locale.value)
        guild_id = None if account.startswith("host:") else right.guild_id
        await interaction.response.defer(thinking=True, ephemeral=True)
        if amount is not None and guild_id is not None and not right.is_host:
            bound_ms = await self._quotas.bound(guild_id, at=interaction.id)
            if amount > bound_ms:
                await interaction.edit_original_response(content=beyond_text(words, bound_ms))
                return
        by, at = interaction.user.id, interaction.id
        await self._quotas.limit(account, amount, guild_id=guild_id, by_id=by, at=at)
        await self._tell(interaction, Right(guild_id, right.is_host))

    async def _tell(self, interaction: discord.Interaction, right: Right) -> None:
        if not interaction.response.is_done():
            await interaction.response.defer(thinking=True, ephemeral=True)
        quota = await self._quotas.show(right.guild_id, at=interaction.id)
        # What all servers have together is the host's business alone.
        standings = [quota.guild] if quota.guild else []
        text = quota_text(
            Words(interaction.locale.value),
            month=quota.month,
            usages=[(each.account, each.usage) for each in standings or quota.host],
            limits=[(each.account, each.period, each.amount) for each in quota.allowances],
            changes=[
                Change(one.account, one.kind, one.amount, one.period, one.by_id, one.at_ms) for one in quota.history
            ],
            is_guild=right.guild_id is not None,
        )
        await interaction.edit_original_response(content=text, allowed_mentions=discord.AllowedMentions.none())


def _slip_of_cap(right: Right, member: discord.User | None, role: discord.Role | None) -> str | None:
    if right.guild_id is None:
        return "which_server"
    return "one_of_them" if member is not None and role is not None else None


def _capped(right: Right, member: discord.User | None, role: discord.Role | None) -> str:
    guild_id = right.guild_id or 0
    if role is not None:
        return role_account(guild_id, role.id)
    return member_account(guild_id, member.id if member else None)


async def _refuse(interaction: discord.Interaction, slip: str) -> None:
    await interaction.response.send_message(Words(interaction.locale.value)(f"quota.refused.{slip}"), ephemeral=True)
