"""
Charges as the ledger's tests draw them: a guild's minutes and the host's dollars of one month.

A pytest plugin with one fixture, `book`. (PYTEST_DONT_REWRITE: imported before pytest sees it.)
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.database import Database
from bot.ledger import Held, Ledger, Over, Settled
from bot.outcome import Scope
from bot.quota import Leg, Usage

NOW = 1_795_000_000_000  # a day in November 2026
LATER = NOW + 60_000
MONTH = "2026-11"
MINUTE = 60_000
LEDGER = Ledger()
GUILD, HOST, MEMBER, ROLE = "guild:1", "host:usd", "member:1:7", "role:1:5"


def time(
    account: str, amount: int, limit: int = 10 * MINUTE, *, scope: Scope = Scope.GUILD, period: str = MONTH
) -> Leg:
    """A leg in milliseconds."""
    return Leg(scope, account, period, money=False, limit=limit, amount=amount, resets_at_ms=0)


def money(amount: int, limit: int = 5_000_000, *, account: str = HOST, period: str = MONTH) -> Leg:
    """A leg in micro-dollars, the host's."""
    return Leg(Scope.HOST, account, period, money=True, limit=limit, amount=amount, resets_at_ms=0)


def legs(
    ms: int = MINUTE, usd_micros: int = 6_000, *, ms_limit: int = 10 * MINUTE, usd_limit: int = 5_000_000
) -> list[Leg]:
    """What a usual note draws on."""
    return [money(usd_micros, usd_limit), time(GUILD, ms, ms_limit)]


@dataclass(frozen=True)
class Book:
    """The ledger's verbs, each in a transaction of its own."""

    database: Database

    async def hold(self, key: str, drawn: list[Leg] | None = None) -> Held | Over | Settled:
        """Ask for room."""
        async with self.database.tx() as tx:
            return await LEDGER.hold(tx, key, legs() if drawn is None else drawn, now_ms=NOW, expires_ms=LATER)

    async def held(self, key: str, drawn: list[Leg] | None = None) -> int:
        """Hold what must have room; the fence."""
        answer = await self.hold(key, drawn)
        assert isinstance(answer, Held)
        return answer.fence

    async def call(self, key: str, fence: int, piece: int = 0, attempt: int = 1, usd_micros: int = 6_000) -> bool:
        """Ask to start a call."""
        async with self.database.tx() as tx:
            return await LEDGER.start_call(
                tx, key, fence, piece=piece, attempt=attempt, usd_micros=usd_micros, now_ms=NOW
            )

    async def bill(self, key: str, fence: int, piece: int = 0, ms: int = MINUTE) -> bool:
        """A piece was heard."""
        async with self.database.tx() as tx:
            return await LEDGER.bill(tx, key, fence, piece=piece, ms=ms, now_ms=NOW, expires_ms=LATER)

    async def settle(self, key: str, fence: int) -> int | None:
        """Close a charge."""
        async with self.database.tx() as tx:
            return await LEDGER.settle(tx, key, fence, now_ms=NOW)

    async def void(self, key: str, fence: int) -> bool:
        """Call a charge off."""
        async with self.database.tx() as tx:
            return await LEDGER.void(tx, key, fence, now_ms=NOW)

    async def correct(self, key: str, usd_micros: int, attempt: int = 1, fence: int | None = None) -> None:
        """The provider counted otherwise."""
        async with self.database.tx() as tx:
            await LEDGER.correct_call(tx, key, piece=0, attempt=attempt, usd_micros=usd_micros, now_ms=NOW, fence=fence)

    async def balance(self, account: str, period: str = MONTH) -> tuple[int, int]:
        """An account's (committed, held)."""
        usage = await self.usage(account, 0, period)
        return usage.committed, usage.held

    async def usage(self, account: str, limit: int, period: str = MONTH) -> Usage:
        """An account against a limit."""
        async with self.database.tx() as tx:
            return await LEDGER.usage(tx, account, period, default_limit=limit)

    async def contradictions(self) -> list[str]:
        """What the ledger's own audit finds."""
        async with self.database.tx() as tx:
            return await LEDGER.audit(tx)


@pytest.fixture
async def book(database: Database) -> AsyncIterator[Book]:
    """A ledger whose every balance equals its journal when the test ends."""
    opened = Book(database)
    yield opened
    assert await opened.contradictions() == []
