"""/quota: what limits are, and how the people who may change them do."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

import discord
from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.desk import Quotas
from bot.quota import HOST_MS, HOST_USD, guild_account, member_account, own_limit, role_account
from bot.reply import Change, LostLimits, beyond_text, quota_text
from bot.words import Words

_SNOWFLAKE = re.compile(r"[0-9]{15,19}")  # Discord: "Snowflakes", below 2 to the 63rd for the next 60 years
_MINUTE_MS, _DOLLAR_MICROS = 60_000, 1_000_000
_Minutes = app_commands.Range[int, 0, 10_000_000]
_Dollars = app_commands.Range[float, 0, 1_000_000]


class Slip(StrEnum):
    """Why a wish cannot be; the keys of texts."""

    MANAGERS_ONLY = "managers_only"
    HOST_ONLY = "host_only"
    HOST_GRANTS = "host_grants"
    ONE_AMOUNT = "one_amount"
    ONE_OF_THEM = "one_of_them"
    WHICH_SERVER = "which_server"
    DOLLARS_OF_ALL = "dollars_of_all"
    NOT_AN_ID = "not_an_id"
    NO_CAP = "no_cap"


@dataclass(frozen=True, slots=True)
class Wish:
    """Whose account somebody wishes to change, as they named it, and whether it is about dollars or a grant."""

    member: discord.User | None = None
    role: discord.Role | None = None
    everybody: bool = False
    is_money: bool = False
    is_grant: bool = False

    @property
    def is_named(self) -> bool:
        """Whether it is a share of a server's month, not the month itself."""
        return self.member is not None or self.role is not None or self.everybody


@dataclass(frozen=True, slots=True)
class Right:
    """Whose limits somebody may change: a guild's, or with no guild the host's; as the host or as its manager."""

    guild_id: int | None
    is_host: bool

    def account(self, wish: Wish) -> str | Slip:
        """The account that is meant, or why it may not be changed."""
        if wish.is_money and not self.is_host:
            return Slip.HOST_ONLY
        if wish.is_money:
            return Slip.DOLLARS_OF_ALL if wish.is_named else HOST_USD
        if self.guild_id is None:
            return Slip.WHICH_SERVER if wish.is_named else HOST_MS
        if wish.is_named:
            return self._share(wish, self.guild_id)
        if self.is_host:
            return guild_account(self.guild_id)
        return Slip.HOST_GRANTS if wish.is_grant else own_limit(self.guild_id)

    @staticmethod
    def _share(wish: Wish, guild_id: int) -> str | Slip:
        if sum((wish.member is not None, wish.role is not None, wish.everybody)) > 1:
            return Slip.ONE_OF_THEM
        if wish.role is not None:
            return role_account(guild_id, wish.role.id)
        return member_account(guild_id, wish.member.id if wish.member else None)


# For people whose language we don't have; the same as in English.
_ABOUT_OPTIONS = {
    "minutes": "How many whole minutes",
    "dollars": "Dollars for all servers together (only for the people who run the bot)",
    "member": "The share of this member",
    "role": "The share all people with this role have together",
    "everybody": "The cap of each member without one of their own",
    "what": "What to take back; without a choice the limit",
    "server": "Another server's id (only for the people who run the bot)",
}


def _verb(verb: str) -> locale_str:
    return locale_str(verb, key=f"command.quota.{verb}.name")


def _about(verb: str, text: str) -> locale_str:
    return locale_str(text, key=f"command.quota.{verb}.description")


def _options(*names: str) -> dict[str, locale_str]:
    return {name: locale_str(name, key=f"command.quota.option.{name}.name") for name in names}


def _told(*names: str) -> dict[str, locale_str]:
    return {name: locale_str(_ABOUT_OPTIONS[name], key=f"command.quota.option.{name}.description") for name in names}


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
        if right := await self._right(interaction, server):
            await self._limit(interaction, right, Wish(is_money=dollars is not None), minutes, dollars)

    @group.command(name=_verb("grant"), description=_about("grant", "More for this month alone"))
    @app_commands.rename(**_options("minutes", "dollars", "member", "role", "server"))
    @app_commands.describe(**_told("minutes", "dollars", "member", "role", "server"))
    async def grant(
        self,
        interaction: discord.Interaction,
        minutes: _Minutes | None = None,
        dollars: _Dollars | None = None,
        member: discord.User | None = None,
        role: discord.Role | None = None,
        server: str | None = None,
    ) -> None:
        """The host grants a server more; its managers a member or a role that has a cap."""
        right = await self._right(interaction, server)
        if right is None:
            return
        wish = Wish(member, role, is_money=dollars is not None, is_grant=True)
        account, amount = right.account(wish), _amount(minutes, dollars)
        if amount is None or isinstance(account, Slip):
            await _refuse(interaction, account if isinstance(account, Slip) else Slip.ONE_AMOUNT)
        elif wish.is_named and not await self._quotas.has_cap(account, guild_id=right.guild_id, at=interaction.id):
            await _refuse(interaction, Slip.NO_CAP)
        else:
            await self._decide(interaction, right, account, self._quotas.grant, amount)

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
        if right := await self._right(interaction, server):
            wish = Wish(member, role, everybody=member is None and role is None)
            await self._limit(interaction, right, wish, minutes, None)

    @group.command(name=_verb("clear"), description=_about("clear", "Take a limit, a cap or a grant back"))
    @app_commands.rename(**_options("what", "member", "role", "everybody", "server"))
    @app_commands.describe(**_told("what", "member", "role", "everybody", "server"))
    @app_commands.choices(
        what=[
            app_commands.Choice(name=locale_str(each, key=f"quota.what.{each}"), value=each)
            for each in ("limit", "grants", "confirmation", "dollars", "dollar_grants")
        ]
    )
    async def clear(
        self,
        interaction: discord.Interaction,
        what: str = "limit",
        member: discord.User | None = None,
        role: discord.Role | None = None,
        everybody: bool = False,  # noqa: FBT001, FBT002 -- Discord's option
        server: str | None = None,
    ) -> None:
        """What the host, or the configuration, says counts again; or this month's grants are taken back."""
        right = await self._right(interaction, server)
        if right is None:
            return
        if what == "confirmation":
            await self._unconfirm(interaction, right)
            return
        is_grant = what.endswith("grants")
        account = right.account(Wish(member, role, everybody, is_money=what.startswith("dollar"), is_grant=is_grant))
        if isinstance(account, Slip):
            await _refuse(interaction, account)
        elif is_grant:
            await self._decide(interaction, right, account, self._quotas.take_back)
        else:
            await self._decide(interaction, right, account, self._quotas.limit, None)

    async def _unconfirm(self, interaction: discord.Interaction, right: Right) -> None:
        """The host does not know the server any more: it is under the limit strangers share."""
        if not right.is_host or right.guild_id is None:
            await _refuse(interaction, Slip.WHICH_SERVER if right.is_host else Slip.HOST_ONLY)
            return
        await interaction.response.defer(thinking=True, ephemeral=True)
        await self._quotas.confirm(right.guild_id, is_so=False, by_id=interaction.user.id, at=interaction.id)
        await self._tell(interaction, right)

    async def _right(self, interaction: discord.Interaction, server: str | None) -> Right | None:
        """What somebody may change; None once they were told why not."""
        is_host = await interaction.client.is_owner(interaction.user)  # type: ignore[attr-defined]
        if server is not None and not (is_host and _SNOWFLAKE.fullmatch(server)):
            await _refuse(interaction, Slip.NOT_AN_ID if is_host else Slip.HOST_ONLY)
            return None
        guild_id = int(server) if server is not None else interaction.guild_id
        if is_host:
            return Right(guild_id, is_host=True)
        if guild_id is None:
            await _refuse(interaction, Slip.HOST_ONLY)
            return None
        if not interaction.permissions.manage_guild:
            await _refuse(interaction, Slip.MANAGERS_ONLY)
            return None
        return Right(guild_id, is_host=False)

    async def _limit(
        self, interaction: discord.Interaction, right: Right, wish: Wish, minutes: int | None, dollars: float | None
    ) -> None:
        """Decide what every month may hold, within the host's bound."""
        account, amount = right.account(wish), _amount(minutes, dollars)
        if amount is None or isinstance(account, Slip):
            await _refuse(interaction, account if isinstance(account, Slip) else Slip.ONE_AMOUNT)
            return
        if right.guild_id is not None and not right.is_host:
            bound_ms = await self._quotas.bound(right.guild_id, at=interaction.id)
            if amount > bound_ms:
                text = beyond_text(Words(interaction.locale.value), bound_ms)
                await interaction.response.send_message(text, ephemeral=True)
                return
        await self._decide(interaction, right, account, self._quotas.limit, amount)

    async def _decide(
        self,
        interaction: discord.Interaction,
        right: Right,
        account: str,
        verb: Callable[..., Awaitable[bool]],
        *amount: int | None,
    ) -> None:
        """Have it done and show what holds now."""
        await interaction.response.defer(thinking=True, ephemeral=True)
        guild_id = None if account.startswith("host:") else right.guild_id
        await verb(account, *amount, guild_id=guild_id, by_id=interaction.user.id, at=interaction.id)
        await self._tell(interaction, Right(guild_id, right.is_host))

    async def _tell(self, interaction: discord.Interaction, right: Right) -> None:
        if not interaction.response.is_done():
            await interaction.response.defer(thinking=True, ephemeral=True)
        quota = await self._quotas.show(right.guild_id, at=interaction.id)
        # What all servers have together is the host's business alone.
        standings = [one for one in (quota.guild, quota.caused) if one]
        standings += () if quota.guild else quota.host
        standings += quota.shared if right.is_host else ()
        text = quota_text(
            Words(interaction.locale.value),
            month=quota.month,
            usages=[(each.account, each.usage) for each in standings],
            limits=[(each.account, each.period, each.amount) for each in quota.allowances],
            changes=[
                Change(one.account, one.kind, one.amount, one.period, one.by_id, one.at_ms) for one in quota.history
            ],
            is_guild=right.guild_id is not None,
            is_stranger=right.guild_id is not None and bool(quota.shared),
            lost=LostLimits(lost.caps, lost.cap_ms, lost.sums, lost.used_ms) if (lost := quota.lost) else None,
        )
        await interaction.edit_original_response(content=text, allowed_mentions=discord.AllowedMentions.none())


def _amount(minutes: int | None, dollars: float | None) -> int | None:
    """Milliseconds or micro-dollars; None where it is neither or both."""
    if minutes is not None and dollars is None:
        return minutes * _MINUTE_MS
    return round(dollars * _DOLLAR_MICROS) if dollars is not None and minutes is None else None


async def _refuse(interaction: discord.Interaction, slip: Slip) -> None:
    await interaction.response.send_message(Words(interaction.locale.value)(f"quota.refused.{slip}"), ephemeral=True)
