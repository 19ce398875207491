"""
What was decided where a note is; asked at the door, at the claim, and before every call that costs.

Promises: a decision counts from the moment it is made, also for notes that are already in work.
"""

from dataclasses import replace
from typing import Any

from bot.choices import Choice, Choices, Mode
from bot.database import Database, Tx
from bot.desk.accept import most
from bot.desk.payers import Payers
from bot.desk.rules import Rules
from bot.notes import Note, Offers
from bot.notice import Introduction, Place
from bot.outcome import Door, Outcome, SwitchedOff, TooLong
from bot.request import Clock, Request
from bot.told import Told

INTRODUCTION = "introduction"


class Switches:
    """A server's and its channels' decisions, for the desk and for the panel that changes them."""

    def __init__(self, database: Database, rules: Rules, payers: Payers, clock: Clock) -> None:
        self._database = database
        self._rules = rules
        self._payers = payers
        self._clock = clock
        self._choices = Choices(rules.choice)
        self._decided = Choices(Choice())  # what servers said themselves, without what the host would like
        self._offers = Offers()

    async def of(self, place: Request | Note) -> Choice:
        """What holds for that sound; of another server than the one that pays, nothing that only one of them allows."""
        async with self._database.look() as tx:
            return await self._of(tx, place)

    async def _of(self, tx: Tx, place: Request | Note) -> Choice:
        choice = await self._both(tx, place)
        return replace(choice, mode=Mode.OFF) if self._is_elsewhere(place) else choice

    async def _both(self, tx: Tx, place: Request | Note) -> Choice:
        if not place.crosses:
            return await self._choices.of(tx, place.guild_id, place.ruled_by)
        there = await self._decided.of(tx, place.sound_guild_id, place.ruled_by)
        asked_in = (place.asked_under or place.asked_in or 0) if isinstance(place, Request) else 0
        return (await self._choices.of(tx, place.guild_id, asked_in)).bounded_by(there)

    async def there(self, request: Request) -> Choice | None:
        """What the sound's own server decided, where that is another than the one that pays."""
        if not request.crosses:
            return None
        async with self._database.look() as tx:
            return await self._decided.of(tx, request.sound_guild_id, request.ruled_by)

    def _is_elsewhere(self, place: Request | Note) -> bool:
        """Whether it is outside of servers, where the host does not want notes."""
        return place.guild_id is None and place.door is not Door.TERMINAL and not self._rules.takes_direct

    async def at(self, guild_id: int | None, channel_id: int = 0) -> Choice:
        """What holds in that channel, or in the server at large."""
        async with self._database.look() as tx:
            return await self._choices.of(tx, guild_id, channel_id)

    async def own(self, guild_id: int, channel_id: int) -> frozenset[str]:
        """What was decided right there."""
        async with self._database.look() as tx:
            return await self._choices.own(tx, guild_id, channel_id)

    async def channels(self, guild_id: int) -> list[int]:
        """The channels that decided something of their own."""
        async with self._database.look() as tx:
            return await self._choices.channels(tx, guild_id)

    async def decide(self, guild_id: int, channel_id: int, **decided: Any) -> Choice:
        """Decide it there (None: take it back); what holds from now on. Raises Slip, and changes nothing."""
        async with self._database.tx() as tx:
            await self._choices.set(tx, guild_id, channel_id, now_ms=self._clock(), **decided)
            if "zone" in decided:
                await self._payers.heed(tx, guild_id)
            return await self._choices.of(tx, guild_id, channel_id)

    async def zone_from(self, guild_id: int) -> int | None:
        """When the server's time zone begins to count, in ms since 1970; None if it does already."""
        async with self._database.look() as tx:
            return await self._payers.zone_from(tx, guild_id)

    async def introduces(self, guild_id: int) -> Introduction | None:
        """What a server is told once, for the caller to say now (`introduced` ends it); None if it was told."""
        notice = self._rules.introduction
        async with self._database.tx() as tx:
            place = await place_of(tx, guild_id)
            first = await Told().owe(tx, notice, place, INTRODUCTION, now_ms=self._clock(), saying=True)
        return notice if first else None

    async def introduced(self, guild_id: int) -> None:
        """It was said."""
        async with self._database.tx() as tx:
            await Told().said(tx, Place(guild_id), INTRODUCTION)

    async def is_off(self, tx: Tx, note: Note) -> bool:
        """Whether nothing may be heard there any more."""
        return (await self._of(tx, note)).mode is Mode.OFF

    async def offer(self, message_id: int, channel_id: int, guild_id: int | None) -> bool:
        """True for the first who hears of that message: theirs is to post the button."""
        async with self._database.tx() as tx:
            return await self._offers.open(tx, message_id, channel_id, guild_id, now_ms=self._clock())

    async def offered(self, message_id: int, offer_id: int) -> bool:
        """The button stands; False: its note is gone already, take it back."""
        async with self._database.tx() as tx:
            return await self._offers.posted(tx, message_id, offer_id)

    def against(self, choice: Choice, note: Note, length_ms: int | None = None) -> Outcome | None:
        """What is against hearing a note that was let in, now that its true length, perhaps, is known."""
        if choice.mode is Mode.OFF:
            return SwitchedOff()
        if length_ms is None:
            return None
        if length_ms > most(self._rules, choice):
            return TooLong(length_ms, most(self._rules, choice))
        return SwitchedOff() if note.door is Door.AUTO and length_ms < choice.least_ms else None


async def place_of(tx: Tx, guild_id: int) -> Place:
    """Where, and in which language, the people who manage a server read what is for them."""
    choice = await Choices(Choice()).of(tx, guild_id)
    return Place(guild_id, choice.alerts_channel_id, choice.locale)


def said_in(request: Request, choice: Choice) -> Request:
    """The request with the language of its answer: in public the one its server chose, if it chose one."""
    is_public = request.guild_id is not None and not request.private
    return replace(request, locale=choice.locale) if is_public and choice.locale else request
