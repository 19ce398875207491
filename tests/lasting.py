"""
The books of a guild on a clock that a test sets, with the keys by which forgotten members are known.

A pytest plugin with one fixture, `books`. (PYTEST_DONT_REWRITE: imported before pytest sees it.)
"""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.app.build import rules_of
from bot.database import Database
from bot.desk import Lasting, Payers, Quotas
from bot.desk.payers import Payer
from bot.keyring import KeyFile, Keyring
from bot.ledger import Calendar, Held, Ledger, Limits, Over, unname_member
from bot.ledger.binding import Lost
from bot.notes import Notes
from bot.outcome import Scope
from bot.quota import member_account, snowflake_at
from bot.settings import load
from tests.world.bot import NO_FILE

GUILD, MINA, JUN = 7, 40, 41
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
LEDGER = Ledger()
# Where a month ends first, at the host's, late, and last of all where people live.
ZONES = ["Asia/Seoul", "UTC", "America/Los_Angeles", "Pacific/Pago_Pago"]


class Books:
    """A bot's books, on a clock that the test sets; started anew by `reopen`."""

    def __init__(self, database: Database, keys: Path, zone: str = "UTC", **quota: str) -> None:
        env = {f"EARSHOT_QUOTA__{name.upper()}": value for name, value in quota.items()}
        self.rules = rules_of(load(NO_FILE, env={**env, "EARSHOT_QUOTA__TIMEZONE": zone}, flags={}), Path())
        self.database, self.keys = database, keys
        self.now_ms = 1_795_000_000_000  # 18 November 2026
        self.numbers = 0

    async def reopen(self) -> "Books":
        """As after a start."""
        self.ring = Keyring()
        self.notes = Notes(self.ring)
        self.limits = Limits(self.ring)
        self.payers = Payers(self.rules, limits=self.limits, calendar=Calendar(), clock=lambda: self.now_ms)
        self.quotas = Quotas(self.database, LEDGER, self.limits, self.payers)
        file = KeyFile(self.keys, self.ring)
        self.lasting = Lasting(self.database, self.ring, file, self.rules, lambda: self.now_ms)
        self.forgetting = self.lasting.forgetting
        await self.tidy()
        return self

    def number(self) -> int:
        """The next wish's."""
        self.numbers += 1
        return snowflake_at(self.now_ms) + self.numbers

    async def hold(self, member: int, ms: int, *, guild: int | None = GUILD) -> tuple[str, Held | Over]:
        """A note of that length begins: its charge, and whether there was room."""
        at = self.number()
        async with self.database.tx() as tx:
            legs = await self.payers.legs(tx, Payer(at, guild, member), length_ms=ms, lengths_ms=(1000,))
            held = await LEDGER.hold(tx, f"{at}:a/1", legs, now_ms=self.now_ms, expires_ms=self.now_ms + 1)
        assert isinstance(held, Held | Over)
        return f"{at}:a/1", held

    async def end(self, charge: str, held: Held, ms: int) -> None:
        """It was heard."""
        async with self.database.tx() as tx:
            await LEDGER.bill(tx, charge, held.fence, piece=0, ms=ms, now_ms=self.now_ms, expires_ms=self.now_ms)
        async with self.database.tx() as tx:
            await LEDGER.settle(tx, charge, held.fence, now_ms=self.now_ms)

    async def hear(self, member: int, ms: int, *, guild: int | None = GUILD) -> bool:
        """A whole note; False: there was no room."""
        charge, held = await self.hold(member, ms, guild=guild)
        if isinstance(held, Held):
            await self.end(charge, held, ms)
        return isinstance(held, Held)

    async def forget(self, member: int = MINA) -> None:
        """What the desk does in one transaction, then in others."""
        async with self.database.tx() as tx:
            await self.forgetting.member(tx, member, now_ms=self.now_ms)
            await self.forgetting.remember_forgotten(tx, member, now_ms=self.now_ms)
            await self.lasting.hash_limits(tx, member)
            await unname_member(tx, member)
        await self.lasting.hash_accounts(member, asked_ms=self.now_ms)

    async def tidy(self) -> None:
        """What the desk does by itself every minute."""
        await self.lasting.look_after_keys()
        await self.lasting.go_on()

    async def purge(self) -> None:
        """What the desk does by itself every hour."""
        await self.tidy()
        while not await self.lasting.unname(limit=200):
            pass

    async def cap(self, member: int | None, minutes: int | None) -> None:
        """A decision of the managers."""
        amount = None if minutes is None else minutes * MINUTE
        account = member_account(GUILD, member)
        assert await self.quotas.limit(account, amount, guild_id=GUILD, by_id=1, at=self.number())

    async def limit(self, member: int, *, guild: int | None = GUILD) -> int | None:
        """What binds a member now, in ms."""
        async with self.database.tx() as tx:
            legs = await self.payers.limits(tx, Payer(self.number(), guild, member))
        return next((leg.limit for leg in legs if leg.scope in (Scope.MEMBER, Scope.PERSONAL)), None)

    async def lost(self) -> Lost | None:
        """What `/quota show` says of lost limits."""
        return (await self.quotas.show(GUILD, at=self.number())).lost

    async def named(self, person: int) -> list[str]:
        """Where their number stands, in the tables that limit people."""
        async with self.database.tx() as tx:
            rows = [
                f"{table}: {name}"
                for table, column in TABLES
                for row in await tx.all(f"SELECT DISTINCT {column} AS name FROM {table}")  # noqa: S608 -- our own names
                if str(person) in (name := str(row["name"])).split(":")
            ]
            assert await LEDGER.audit(tx) == []
        return rows


TABLES = [
    *(("account", "account"), ("entry", "account"), ("expense", "account"), ("allowance", "account")),
    *(("hashed", "account"), ("pace", "who"), ("forgotten", "member_id"), ("decision", "account")),
    *(("ask", "member_id"), ("refusal", "member_id")),
]


def end_of_november(zone: str) -> int:
    """The first moment of December there, in ms."""
    return round(datetime(2026, 12, 1, tzinfo=ZoneInfo(zone)).timestamp() * 1000)


@pytest.fixture
async def books(database: Database, tmp_path: Path) -> Books:
    """Books of a guild in which nobody decided anything."""
    return await Books(database, tmp_path / "earshot.keys").reopen()
