"""
Who pays for a request, in which month, up to which limits.

Hides what the host configured, what people decided since, whose midnight counts, and which limits many share.
Promises: asked in the transaction that holds, it answers with what counts at that moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.choices import Choices
from bot.database import Tx
from bot.desk.rules import Rules
from bot.ledger import Calendar, Limits
from bot.notes import Note
from bot.outcome import Door, OverQuota, Scope, Task
from bot.quota import (
    DIRECT_MS,
    DIRECT_USD,
    HOST_MS,
    HOST_USD,
    STRANGERS_MS,
    STRANGERS_USD,
    Leg,
    Month,
    Zone,
    caused_account,
    caused_limit_usd_micros,
    confirmation,
    day_of,
    guild_account,
    member_account,
    moment_of,
    month_in,
    month_of,
    personal_account,
    role_account,
    role_of,
    snowflake_at,
)
from bot.request import Clock

_NONE = -1  # a leg with this limit is there only if somebody decided one
_ALL_PERCENT = 100
_SHARED = {Scope.STRANGERS: (STRANGERS_USD, STRANGERS_MS), Scope.DIRECT: (DIRECT_USD, DIRECT_MS)}


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose wish it is: `request_id` is the snowflake whose month pays."""

    request_id: int
    guild_id: int | None
    member_id: int
    role_ids: tuple[int, ...] = ()
    door: Door = Door.AUTO

    @property
    def account(self) -> str:
        """The account whose minutes these are: the guild's, or outside of guilds the person's own."""
        return personal_account(self.member_id) if self.guild_id is None else guild_account(self.guild_id)


class Payers:
    """Finds the legs of a charge."""

    def __init__(self, rules: Rules, *, limits: Limits, calendar: Calendar, clock: Clock) -> None:
        self._rules = rules
        self._limits = limits
        self._calendar = calendar
        self._clock = clock
        self._choices = Choices(rules.choice)

    @property
    def default_ms(self) -> int:
        """What a guild has a month as long as nobody decided about it."""
        return self._rules.guild_ms

    async def month(self, tx: Tx, guild_id: int | None, at: int) -> Month:
        """The guild's month in which Discord made the snowflake `at`."""
        return month_in(at, await self._zones(tx, guild_id))

    async def day(self, tx: Tx, guild_id: int | None, at: int) -> int:
        """The day of that month, from 1."""
        return day_of(at, await self._zones(tx, guild_id))

    async def heed(self, tx: Tx, guild_id: int | None, at: int = 0) -> tuple[Zone, ...]:
        """
        Write down whose midnight is wished for now, or at the snowflake `at` if that is later; the guild's zones.

        The wish counts from the end of the month that runs at that moment.
        """
        now = snowflake_at(max(self._clock(), moment_of(at)))
        return await self._calendar.keep(tx, guild_id, chosen=await self._chosen(tx, guild_id), at=now)

    async def zone_from(self, tx: Tx, guild_id: int) -> int | None:
        """When the guild's latest zone begins to count, in ms since 1970; None if it does already."""
        last = (await self._zones(tx, guild_id))[-1]
        return last.from_ms if last.from_ms > self._clock() else None

    async def _zones(self, tx: Tx, guild_id: int | None) -> tuple[Zone, ...]:
        return await self._calendar.zones(tx, guild_id, chosen=await self._chosen(tx, guild_id))

    async def _chosen(self, tx: Tx, guild_id: int | None) -> str:
        return (await self._choices.of(tx, guild_id)).zone or self._rules.zone

    async def limits(self, tx: Tx, payer: Payer) -> tuple[Leg, ...]:
        """Every account this payer draws on, as it is limited now, with nothing to pay yet. Locks nothing."""
        return await self.legs(tx, payer, length_ms=0, lengths_ms=(), is_wish=False)

    async def has_role_shares(self, tx: Tx, guild_id: int) -> bool:
        """Whether some role of that server has a share of its own."""
        return any(role_of(one.account) is not None for one in await self._limits.of_guild(tx, guild_id))

    async def legs(
        self,
        tx: Tx,
        payer: Payer,
        *,
        length_ms: int,
        lengths_ms: Sequence[int],
        task: str = Task.TRANSCRIBE,
        is_wish: bool = True,
    ) -> tuple[Leg, ...]:
        """
        Every account one clip draws on, the nearest first; `lengths_ms` are its pieces', each one call.

        It is a wish to hear one, so it is written down whose midnight it counts by: ask before a note is locked.
        """
        usd_micros = sum(self._rules.cost(ms, task) for ms in lengths_ms)
        host = self._of_host(payer.request_id, length_ms, usd_micros)
        if payer.door is Door.TERMINAL:
            return await self._limits.in_force(tx, host, guild_id=None)
        zones = await (self.heed(tx, payer.guild_id, payer.request_id) if is_wish else self._zones(tx, payer.guild_id))
        asked = [*self._of_people(payer, month_in(payer.request_id, zones), length_ms), *host]
        found = await self._limits.in_force(tx, asked, guild_id=payer.guild_id)
        people = [leg for leg in found if leg.scope not in (Scope.HOST, Scope.STRANGERS)]
        hosts = [leg for leg in found if leg.scope is Scope.HOST]
        is_stranger = not any(leg.scope is Scope.STRANGERS for leg in found)  # the mark of a confirmed guild
        caused = [self._caused(leg, usd_micros) for leg in people if leg.scope in (Scope.GUILD, Scope.PERSONAL)]
        shared = self._shared(Scope.DIRECT if payer.guild_id is None else Scope.STRANGERS, hosts) if is_stranger else []
        return (*people, *caused, *hosts, *shared)  # where the host has nothing left, a share of it is no matter

    async def shared(self, tx: Tx, at: int) -> tuple[Leg, ...]:
        """The limits that many share, in the host's month of the snowflake `at`, with nothing to pay."""
        hosts = await self._limits.in_force(tx, self._of_host(at, 0, 0), guild_id=None)
        return tuple(leg for scope in _SHARED for leg in self._shared(scope, hosts))

    def is_known(self, guild_id: int) -> bool:
        """Whether the host's settings name that guild as confirmed."""
        return guild_id in self._rules.confirmed_ids

    def _caused(self, leg: Leg, usd_micros: int) -> Leg:
        """
        What the calls for the notes of this account in minutes may cost, whatever becomes of them.

        Its name follows the other's, also when that is a person's who was forgotten.
        """
        limit = caused_limit_usd_micros(leg.limit, self._rules.dearest_usd_micros_per_minute)
        alias = caused_account(leg.alias) if leg.alias else ""
        caused = replace(leg, account=caused_account(leg.account), alias=alias)
        return replace(caused, scope=Scope.CAUSED, money=True, limit=limit, amount=usd_micros)

    def _shared(self, scope: Scope, hosts: Sequence[Leg]) -> list[Leg]:
        """The part of the host's month that these have together; none where they may use all of it."""
        percent = self._rules.direct_percent if scope is Scope.DIRECT else self._rules.strangers_percent
        if percent >= _ALL_PERCENT:
            return []
        usd, ms = _SHARED[scope]
        return [
            replace(leg, scope=scope, account=usd if leg.account == HOST_USD else ms, limit=leg.limit * percent // 100)
            for leg in hosts
        ]

    def _of_host(self, at: int, ms: int, usd_micros: int) -> tuple[Leg, Leg]:
        """The host's dollars and, if limited, minutes, whose month is always UTC's."""
        month, most_ms = month_of(at, "UTC"), self._rules.host_ms
        most_ms = _NONE if most_ms is None else most_ms
        end = month.ends_ms
        return (
            Leg(Scope.HOST, HOST_MS, month.name, money=False, limit=most_ms, amount=ms, resets_at_ms=end),
            self._rules.host_leg(at, usd_micros),
        )

    def _of_people(self, payer: Payer, month: Month, ms: int) -> list[Leg]:
        def leg(scope: Scope, account: str, limit: int) -> Leg:
            return Leg(scope, account, month.name, money=False, limit=limit, amount=ms, resets_at_ms=month.ends_ms)

        guild_id, rules = payer.guild_id, self._rules
        if guild_id is None:
            return [leg(Scope.PERSONAL, payer.account, rules.direct_ms)]
        member_ms = _NONE if rules.member_ms is None else rules.member_ms
        confirmed = 1 if guild_id in rules.confirmed_ids else _NONE
        return [
            leg(Scope.STRANGERS, confirmation(guild_id), confirmed),
            leg(Scope.MEMBER, member_account(guild_id, payer.member_id), member_ms),
            *(leg(Scope.ROLE, role_account(guild_id, role_id), _NONE) for role_id in payer.role_ids),
            leg(Scope.GUILD, payer.account, rules.guild_ms),
        ]


def payer_of(note: Note) -> Payer:
    """Who pays for a note."""
    return Payer(note.request_id, note.guild_id, note.payer_id, note.roles, note.door)


def refused(leg: Leg, left: int) -> OverQuota:
    """How a note ends for which the account of `leg` has only `left`."""
    role_id = role_of(leg.account)
    return OverQuota(leg.scope, leg.amount, left, money=leg.money, resets_at_ms=leg.resets_at_ms, role_id=role_id)
