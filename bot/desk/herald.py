"""
Tells people what nobody asked for: how much of a month is used, that the provider stopped, that a model ends.

Hides who is told and how "once" is kept. Promises: what is due is written in the transaction that made it
due, so that neither a crash nor a second process loses or doubles it; saying it never delays an answer.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.database import Database, Tx
from bot.desk.payers import Payer, Payers
from bot.desk.rules import Rules
from bot.desk.switches import INTRODUCTION, place_of
from bot.ledger import Ledger
from bot.notice import (
    HOST,
    GuildUsed,
    HostUsed,
    MissingRight,
    ModelEnds,
    Notice,
    Place,
    ProviderBack,
    ProviderStopped,
    TranslationEnds,
)
from bot.outcome import Scope
from bot.quota import Leg, Usage
from bot.request import Clock, Courier, Later
from bot.speech import Model
from bot.told import Told

log = logging.getLogger(__name__)

MODEL_ENDS_DAYS = 120
_TOLD_OF = (Scope.GUILD, Scope.HOST)
_STOPPED, _BACK = "provider stopped", "provider back"


@dataclass(frozen=True, slots=True)
class Passing:
    """A step that a month has passed: what is to be said where, and under which names, the highest step first."""

    notice: Notice
    place: Place
    whats: tuple[str, ...]


class Herald:
    """Owes notices and says them."""

    def __init__(
        self,
        *,
        database: Database,
        ledger: Ledger,
        payers: Payers,
        courier: Courier,
        rules: Rules,
        clock: Clock,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._payers = payers
        self._courier = courier
        self._rules = rules
        self._clock = clock
        self._told = Told()
        self._owes = False
        self._introduced: set[int] = set()

    async def introduce(self, tx: Tx, guild_id: int | None, *, joins: bool = False) -> None:
        """Owe a server what it must know about us: when it takes us in (`joins`), or else with its first note; once."""
        if guild_id is None or (guild_id in self._introduced and not joins):
            return
        place = await place_of(tx, guild_id)
        await self._owe(tx, self._rules.introduction, place, INTRODUCTION)
        self._introduced.add(guild_id)

    async def passing(self, tx: Tx, payer: Payer, *, scopes: Sequence[Scope] = _TOLD_OF) -> list[Passing]:
        """
        The steps that a guild's or the host's month has passed, and nobody was told of; for `used`. Locks nothing.

        Apart from it, so that whoever has locked the host's balance, for which every note waits, asks nothing.
        """
        found = []
        for leg in await self._payers.limits(tx, payer):
            if leg.scope not in scopes:
                continue
            usage = await self._ledger.usage(tx, leg.account, leg.period, default_limit=leg.limit)
            steps = passed(usage, self._rules.alerts)
            if not steps:
                continue
            place = HOST
            if leg.scope is Scope.GUILD and payer.guild_id is not None:
                place = await place_of(tx, payer.guild_id)
            what = f"{leg.account} {leg.period} "
            if not await self._told.was(tx, place.name, f"{what}{steps[0]}"):
                found.append(Passing(_used(leg, usage, steps[0]), place, tuple(f"{what}{step}" for step in steps)))
        return found

    async def used(self, tx: Tx, passing: Sequence[Passing]) -> None:
        """After a bill: owe the highest step that was passed; each is said once a month."""
        for one in passing:
            await self._owe(tx, one.notice, one.place, one.whats[0])
            for lower in one.whats[1:]:  # who hears of 80 % need not hear of 50 % afterwards
                await self._told.once(tx, one.place.name, lower, now_ms=self._clock())

    async def lacks(self, tx: Tx, guild_id: int, channel_id: int, right: str) -> None:
        """Owe the people who manage a server a word on what is in our way in a channel; once for each such thing."""
        notice = MissingRight(channel_id, right)
        await self._owe(tx, notice, await place_of(tx, guild_id), f"right:{channel_id}:{right}")

    async def stopped(self, tx: Tx, code: str) -> None:
        """The provider refuses to be paid."""
        await self._told.forget(tx, HOST.name, _BACK)
        await self._owe(tx, ProviderStopped(code), HOST, _STOPPED)

    async def back(self, tx: Tx) -> None:
        """It takes calls again."""
        await self._told.forget(tx, HOST.name, _STOPPED)
        await self._owe(tx, ProviderBack(), HOST, _BACK)

    async def model_ends(self, model: Model, day: date | None, *, today: date) -> ModelEnds | None:
        """Tell the host, once a month, of a model that is switched off soon; None where there is time."""
        notice = ending_soon(model, day, today=today)
        if notice is not None:
            async with self._database.tx() as tx:
                what = f"{model.name} ends {notice.day}, told {today:%Y-%m}"
                await self._owe(tx, notice, HOST, what)
        return notice

    async def translation_ends(self, model: str, day: date, *, today: date) -> TranslationEnds | None:
        """Tell the host, once a month, that translations end soon; None where there is time."""
        days = (day - today).days
        if days > MODEL_ENDS_DAYS:
            return None
        notice = TranslationEnds(model, day.isoformat(), max(0, days))
        async with self._database.tx() as tx:
            await self._owe(tx, notice, HOST, f"translation by {model} ends {notice.day}, told {today:%Y-%m}")
        return notice

    async def say(self, *, only_ours: bool = False) -> None:
        """Say everything that is due; `only_ours`: nothing, unless this process came to owe something."""
        if only_ours and not self._owes:
            return
        self._owes = False
        async with self._database.tx() as tx:
            due = await self._told.due(tx, now_ms=self._clock())
        for what, notice, place in due:
            try:
                await self._courier.announce(notice, place)
            except Later as later:  # it stays due, and is said by whoever looks for notices in some minutes
                log.warning("A notice is put off: %s", later, extra={"action": "notice", "guild": place.guild_id})
                continue
            async with self._database.tx() as tx:
                await self._told.said(tx, place, what)

    async def _owe(self, tx: Tx, notice: Notice, place: Place, what: str) -> None:
        self._owes |= await self._told.owe(tx, notice, place, what, now_ms=self._clock())


def passed(usage: Usage, steps: Sequence[int]) -> tuple[int, ...]:
    """The steps, in percent, that what was used has reached; the highest first. A month of nothing has none."""
    if not usage.limit:
        return ()
    return tuple(step for step in sorted(steps, reverse=True) if usage.committed * 100 >= usage.limit * step)


def ending_soon(model: Model, day: date | None, *, today: date) -> ModelEnds | None:
    """What to say of a model that ends on `day` (the provider's word) or by our table; None where there is time."""
    ends = day or model.shutdown
    if ends is None or (ends - today).days > MODEL_ENDS_DAYS:
        return None
    successor = model.successor or "gpt-transcribe"
    return ModelEnds(model.name, ends.isoformat(), max(0, (ends - today).days), successor)


def _used(leg: Leg, usage: Usage, percent: int) -> Notice:
    if leg.scope is Scope.GUILD:
        return GuildUsed(percent, usage.committed, usage.limit, leg.resets_at_ms)
    return HostUsed(percent, usage.committed, usage.limit, leg.money, leg.resets_at_ms)
