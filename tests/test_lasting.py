"""Limits that outlive "Forget me", on both engines: caps, sums and rates bind under names that only a key can tell."""

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.app.build import rules_of
from bot.choices import Choice, Choices
from bot.database import Database, Tx
from bot.desk import Lasting, Payers, Quotas
from bot.desk.payers import Payer
from bot.keyring import KeyFile, Keyring
from bot.ledger import Calendar, Held, Ledger, Limits, Over, unname_member
from bot.ledger.binding import Lost
from bot.notes import Forgetting, Notes
from bot.outcome import Scope
from bot.quota import member_account, snowflake_at
from bot.settings import load
from tests.inbox import another
from tests.world.bot import NO_FILE

pytest_plugins = ["tests.stores"]

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
        self.forgetting, self.notes = Forgetting(self.ring), Notes(self.ring)
        self.limits = Limits(self.ring)
        self.payers = Payers(self.rules, limits=self.limits, calendar=Calendar(), clock=lambda: self.now_ms)
        self.quotas = Quotas(self.database, LEDGER, self.limits, self.payers)
        file = KeyFile(self.keys, self.ring)
        self.lasting = Lasting(self.database, self.ring, file, self.forgetting, self.rules, lambda: self.now_ms)
        await self.lasting.tidy()
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

    async def purge(self) -> None:
        """What the desk does by itself every hour."""
        await self.lasting.tidy()
        async with self.database.tx() as tx:
            await self.lasting.unname(tx, before_ms=self.now_ms - 30 * DAY)

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


@pytest.fixture
async def books(database: Database, tmp_path: Path) -> Books:
    """Books of a guild in which nobody decided anything."""
    return await Books(database, tmp_path / "earshot.keys").reopen()


def end_of_november(zone: str) -> int:
    """The first moment of December there, in ms."""
    return round(datetime(2026, 12, 1, tzinfo=ZoneInfo(zone)).timestamp() * 1000)


async def test_a_cap_outlives_its_member_s_forgetting(books: Books) -> None:
    """However often they are forgotten, the cap binds them when they come back, and nobody else; no row names them."""
    await books.cap(MINA, 10)
    assert await books.hear(MINA, 6 * MINUTE)
    for _ in range(3):
        await books.forget()
        assert await books.named(MINA) == []
        assert not await books.hear(MINA, 5 * MINUTE)
    assert await books.limit(JUN) is None
    assert await books.hear(MINA, 4 * MINUTE)
    await books.forget()
    await books.reopen()

    assert not await books.hear(MINA, 1)
    assert await books.hear(JUN, 30 * MINUTE)


async def test_a_cap_for_everybody_binds_who_was_forgotten(books: Books) -> None:
    """Sums count on where the cap is each member's; direct messages are a month of their own, forgotten or not."""
    await books.cap(None, 10)
    for guild, whole in ((GUILD, 10 * MINUTE), (None, 60 * MINUTE)):
        assert await books.hear(MINA, whole - MINUTE, guild=guild)
        await books.forget()
        assert not await books.hear(MINA, 2 * MINUTE, guild=guild)
        assert await books.hear(MINA, MINUTE, guild=guild)
        await books.forget()
        assert not await books.hear(MINA, 1, guild=guild)
    assert await books.named(MINA) == []


async def test_a_grant_counts_on_for_its_month(books: Books) -> None:
    """More for this month is kept, comes on top of what is granted later, and ends with the month."""
    await books.cap(MINA, 10)
    account = member_account(GUILD, MINA)
    await books.quotas.grant(account, 5 * MINUTE, guild_id=GUILD, by_id=1, at=books.number())
    await books.forget()
    assert await books.limit(MINA) == 15 * MINUTE
    assert await books.quotas.has_cap(account, guild_id=GUILD, at=books.number())
    await books.quotas.grant(account, MINUTE, guild_id=GUILD, by_id=1, at=books.number())
    assert await books.limit(MINA) == 16 * MINUTE
    await books.forget()
    assert await books.limit(MINA) == 16 * MINUTE
    await books.quotas.take_back(account, guild_id=GUILD, by_id=1, at=books.number())
    assert await books.limit(MINA) == 10 * MINUTE
    await books.quotas.grant(account, MINUTE, guild_id=GUILD, by_id=1, at=books.number())
    await books.forget()
    books.now_ms = end_of_november("UTC") + DAY
    await books.purge()

    assert await books.limit(MINA) == 10 * MINUTE
    async with books.database.tx() as tx:
        assert [row["period"] for row in await tx.all("SELECT period FROM allowance")] == [""]


async def test_what_managers_decide_anew_takes_the_hashed_cap_s_place(books: Books) -> None:
    """A new cap, or its end, counts at once for a member who was forgotten, and nothing of the old one is left."""
    await books.cap(MINA, 10)
    await books.forget()
    await books.cap(MINA, 20)
    assert await books.limit(MINA) == 20 * MINUTE
    await books.forget()
    assert await books.limit(MINA) == 20 * MINUTE
    await books.cap(MINA, None)

    assert await books.limit(MINA) is None
    async with books.database.tx() as tx:
        assert await tx.all("SELECT * FROM allowance UNION ALL SELECT account, '', 0, 0 FROM hashed") == []


async def test_a_sum_in_work_is_renamed_when_the_note_is_done(books: Books) -> None:
    """While a note draws on it an account keeps its name; the next look takes it, and no limit is passed meanwhile."""
    await books.cap(None, 10)
    charge, held = await books.hold(MINA, 9 * MINUTE)
    assert isinstance(held, Held)
    await books.forget()
    assert await books.named(MINA) != []
    assert not await books.hear(MINA, 2 * MINUTE)
    async with books.database.tx() as tx:  # heard to its end, and not yet closed
        await LEDGER.bill(tx, charge, 1, piece=0, ms=9 * MINUTE, now_ms=books.now_ms, expires_ms=books.now_ms + 1)
    await books.lasting.tidy()
    assert await books.named(MINA) != []
    await books.end(charge, held, 9 * MINUTE)
    await books.lasting.tidy()

    assert await books.named(MINA) == []
    assert not await books.hear(MINA, 2 * MINUTE)
    assert await books.hear(MINA, MINUTE)


async def test_forgetting_beside_a_hold_opens_no_second_account(books: Books) -> None:
    """A hold that learned the account's name right before it changed draws on the same sum."""
    await books.cap(None, 10)
    assert await books.hear(MINA, 9 * MINUTE)
    at = books.number()
    async with books.database.tx() as tx:
        legs = await books.payers.legs(tx, Payer(at, GUILD, MINA), length_ms=2 * MINUTE, lengths_ms=(1000,))
    await books.forget()
    short = [replace(leg, amount=MINUTE) if leg.amount == 2 * MINUTE else leg for leg in legs]
    async with books.database.tx() as tx:
        refused = await LEDGER.hold(tx, "1:a/1", legs, now_ms=books.now_ms, expires_ms=books.now_ms + 1)
    async with books.database.tx() as tx:
        fits = await LEDGER.hold(tx, "2:a/1", short, now_ms=books.now_ms, expires_ms=books.now_ms + 1)

    assert isinstance(refused, Over)
    assert isinstance(fits, Held)
    async with books.database.tx() as tx:
        assert len(await tx.all("SELECT 1 AS n FROM account WHERE rank = 0")) == 1


async def test_forgetting_amid_a_flood_passes_no_limit(books: Books) -> None:
    """Notes and Forget me at the same time, over and over: never more than the cap, and the journal agrees."""
    await books.cap(None, 10)

    async def post() -> int:
        return sum([await books.hear(MINA, MINUTE) for _ in range(6)])

    async def press() -> int:
        for _ in range(8):
            await books.forget()
        return 0

    heard = sum(await asyncio.gather(post(), press(), post(), press(), post()))
    await books.forget()

    assert heard == 10
    assert await books.named(MINA) == []


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("guild", [GUILD, None], ids=["in a server", "in direct messages"])
async def test_a_sum_binds_until_its_own_month_is_over(
    database: Database, tmp_path: Path, zone: str, guild: int | None
) -> None:
    """Around every midnight of the world, pressing Forget me gives no second month; a new month is a whole one."""
    books = await Books(database, tmp_path / "k", zone=zone, member_minutes="10", guild_minutes="60").reopen()
    whole, end = (10 if guild else 60) * MINUTE, end_of_november(zone)
    books.now_ms = end - 30 * HOUR
    assert await books.hear(MINA, whole, guild=guild)
    for name in ("Pacific/Kiritimati", *ZONES, "Etc/GMT+12"):
        for before_ms in (1, -1):
            books.now_ms = end_of_november(name) - before_ms
            await books.reopen()
            await books.purge()
            await books.forget()
            await books.purge()
            assert await books.hear(MINA, 1, guild=guild) is (books.now_ms >= end), (name, before_ms)


@pytest.mark.parametrize("zone", ZONES)
async def test_a_note_that_is_read_back_late_finds_its_month_used_up(
    database: Database, tmp_path: Path, zone: str
) -> None:
    """Within the hour in which notes are read back, one of the old month is held to what was used in it."""
    books = await Books(database, tmp_path / "k", zone=zone, member_minutes="10").reopen()
    end = end_of_november(zone)
    books.now_ms = end - HOUR
    assert await books.hear(MINA, 10 * MINUTE)
    await books.forget()
    books.now_ms = end + HOUR - 1
    await books.purge()
    await books.forget()
    assert await books.hear(MINA, 10 * MINUTE), "December is another month"
    books.now_ms = end - 1
    assert not await books.hear(MINA, 1)


@pytest.mark.parametrize("zone", ZONES)
async def test_a_sum_is_nobody_s_once_its_month_is_over(database: Database, tmp_path: Path, zone: str) -> None:
    """After the month, and the hour in which a note of it may be read back, no name is left that any key could tell."""
    books = await Books(database, tmp_path / "k", zone=zone, member_minutes="10").reopen()
    books.now_ms = end_of_november(zone) - HOUR
    await books.hear(MINA, MINUTE)
    await books.hear(JUN, MINUTE)
    await books.forget()
    for late_ms, left in ((0, 1), (HOUR - 1, 1), (HOUR, 0)):
        books.now_ms = end_of_november(zone) + late_ms
        await books.purge()
        async with database.tx() as tx:
            rows = await tx.all("SELECT account FROM account WHERE account LIKE 'member:%:~%'")
            assert len(rows) == len(await tx.all("SELECT account FROM hashed")) == left

    assert await books.named(JUN) != [], "who did not ask for it keeps their name for 30 days"
    books.now_ms += 31 * DAY
    await books.purge()
    assert await books.named(JUN) == []


async def test_a_guild_that_moved_keeps_its_month(books: Books) -> None:
    """A server that chose Seoul in November finishes it in UTC: until then its forgotten members' sums bind."""
    await books.cap(None, 10)
    await books.hear(MINA, 10 * MINUTE)
    async with books.database.tx() as tx:
        await Choices(Choice()).set(tx, GUILD, by=1, now_ms=books.now_ms, zone="Asia/Seoul")
        await books.payers.heed(tx, GUILD)
    books.now_ms = end_of_november("UTC") - 1
    await books.forget()
    await books.purge()

    assert not await books.hear(MINA, 1)
    books.now_ms += 1
    assert await books.hear(MINA, 10 * MINUTE)


async def test_a_lost_key_holds_whoever_has_no_row_of_their_own_to_the_strictest(books: Books) -> None:
    """Two forgotten caps and a lost file: strangers get the stricter; own caps hold; other servers notice nothing."""
    await books.cap(MINA, 10)
    await books.cap(43, 20)
    await books.cap(JUN, 30)
    await books.forget(MINA)
    await books.forget(43)
    assert await books.lost() is None
    books.keys.unlink()
    await books.reopen()

    assert [await books.limit(who) for who in (MINA, 43, 44, JUN)] == [10 * MINUTE] * 3 + [30 * MINUTE]
    assert await books.lost() == Lost(caps=2, cap_ms=10 * MINUTE, sums=0, used_ms=0)
    async with books.database.tx() as tx:
        assert [leg.scope for leg in await books.payers.limits(tx, Payer(books.number(), 8, MINA))] == ["guild", "host"]
    await books.cap(44, 50)
    assert await books.limit(44) == 50 * MINUTE
    assert await books.limit(MINA) == 10 * MINUTE
    await books.cap(None, 40)
    assert [await books.limit(who) for who in (MINA, 44, JUN)] == [40 * MINUTE, 50 * MINUTE, 30 * MINUTE]
    assert await books.lost() is None


async def test_a_lost_key_lets_nobody_use_a_month_twice(books: Books) -> None:
    """Whoever has drawn on nothing counts as the one who used most, until the month ends; who has, goes on."""
    await books.cap(None, 10)
    await books.hear(MINA, 6 * MINUTE)
    await books.hear(43, 2 * MINUTE)
    await books.hear(JUN, 3 * MINUTE)
    await books.forget(MINA)
    await books.forget(43)
    books.keys.unlink()
    await books.reopen()

    assert await books.lost() == Lost(caps=0, cap_ms=0, sums=2, used_ms=6 * MINUTE)
    assert await books.hear(JUN, 7 * MINUTE)
    for who in (MINA, 44):
        assert not await books.hear(who, 5 * MINUTE)
        assert await books.hear(who, 3 * MINUTE)
        await books.forget(who)
        assert await books.hear(who, MINUTE)
        assert not await books.hear(who, 1)
    books.now_ms = end_of_november("UTC")
    assert await books.hear(MINA, 10 * MINUTE)
    assert await books.lost() is None


async def test_a_key_that_comes_back_knows_its_names(books: Books, tmp_path: Path) -> None:
    """A host who brings the file back has the limits back: nobody else is held any more."""
    await books.cap(MINA, 10)
    await books.forget()
    safe = tmp_path / "elsewhere"
    books.keys.rename(safe)
    await books.reopen()
    assert await books.limit(JUN) == 10 * MINUTE
    safe.replace(books.keys)
    await books.lasting.tidy()

    assert await books.limit(JUN) is None
    assert await books.limit(MINA) == 10 * MINUTE


async def test_the_host_is_told_of_a_lost_key_once(books: Books, caplog: pytest.LogCaptureFixture) -> None:
    """The log says at the start how many limits are nobody's, and is silent until that changes."""
    await books.cap(MINA, 10)
    await books.hear(MINA, MINUTE, guild=None)
    await books.forget()
    books.keys.unlink()
    await books.reopen()
    await books.lasting.tidy()

    (line,) = [record for record in caplog.records if vars(record).get("action") == "limit_keys"]
    assert (vars(line)["limits"], vars(line)["servers"]) == (2, 2)
    assert "held to the strictest" in line.getMessage()


async def test_a_server_that_left_takes_its_caps_along_and_no_sum(books: Books) -> None:
    """What its managers decided goes with it; what its members used this month is used, should it come back."""
    from bot.ledger.unnaming import unname_guild  # noqa: PLC0415 -- no other test needs it

    await books.cap(None, 10)
    await books.cap(MINA, 5)
    await books.hear(MINA, 5 * MINUTE)
    await books.forget()
    async with books.database.tx() as tx:
        await unname_guild(tx, GUILD)
    assert await books.limit(MINA) is None
    await books.cap(None, 10)

    assert not await books.hear(MINA, 6 * MINUTE)
    assert await books.hear(MINA, 5 * MINUTE)


async def counted(books: Books, tx: Tx, member: int = 40, guild: int = 1) -> tuple[int, int]:
    """How often somebody, and their guild, asked within the minute."""
    since_ms = books.now_ms - MINUTE
    return (
        await books.notes.recent(tx, member_id=member, since_ms=since_ms),
        await books.notes.recent(tx, guild_id=guild, since_ms=since_ms),
    )


async def ask(books: Books, tx: Tx, number: int, *, guild: int | None = 1) -> None:
    """A note of member 40 in channel 20, of this moment."""
    note, wish = another(number, guild_id=guild)
    await books.notes.open(tx, replace(note, created_ms=books.now_ms), replace(wish, created_ms=books.now_ms))


@pytest.mark.parametrize("by", ["member", "channel", "server"])
async def test_erasing_rows_leaves_the_rate(books: Books, by: str) -> None:
    """By forgetting, by a channel or by a server's rows: what was asked within the minute counts, then is gone."""
    async with books.database.tx() as tx:
        for number in range(3):
            await ask(books, tx, number)
        for ending, early in (("TooLong", True), ("OverQuota", False), ("TooMany", True)):
            await books.notes.refused(
                tx, guild_id=1, member_id=40, at_ms=books.now_ms, ending=ending, detail_json="{}", is_early=early
            )
        assert await counted(books, tx) == (4, 4)
        place = {"channel": {"channel_id": 20}, "server": {"guild_id": 1}}.get(by)
        for _ in range(2):
            if place is None:
                await books.forgetting.member(tx, 40, now_ms=books.now_ms)
            else:
                await books.forgetting.place(tx, now_ms=books.now_ms, **place)
            assert await counted(books, tx) == (4, 4)
            told = await books.notes.refused_lately(tx, 40, "TooMany", since_ms=books.now_ms - MINUTE)
            assert told, "nobody is told anew by erasing that they were told"
        assert await counted(books, tx, 41, 2) == (0, 0)
    if by == "member":
        assert await books.named(40) == []
    books.now_ms += MINUTE + 1
    async with books.database.tx() as tx:
        assert await counted(books, tx) == (0, 0)
    await books.lasting.tidy()
    async with books.database.tx() as tx:
        assert await tx.all("SELECT * FROM pace") == []


async def test_a_rate_goes_over_the_month_s_end(books: Books) -> None:
    """What was asked in the last seconds of a month counts in the first ones of the next, under either key."""
    books.now_ms = end_of_november("UTC") - 1
    async with books.database.tx() as tx:
        await ask(books, tx, 1)
        await books.forgetting.member(tx, 40, now_ms=books.now_ms)
    books.now_ms += 1000
    async with books.database.tx() as tx:
        await ask(books, tx, 2)
        await books.forgetting.member(tx, 40, now_ms=books.now_ms)

        assert await counted(books, tx) == (2, 2)


async def test_a_rate_under_a_lost_key_binds_everybody_for_its_minute(books: Books) -> None:
    """Nobody can tell who asked so fast: for that minute it may have been whoever asks now."""
    async with books.database.tx() as tx:
        for number in range(3):
            await ask(books, tx, number)
        await books.forgetting.member(tx, 40, now_ms=books.now_ms)
    books.keys.unlink()
    await books.reopen()
    async with books.database.tx() as tx:
        assert [await counted(books, tx, who, 2) for who in (40, 41)] == [(3, 0), (3, 0)]
        assert await counted(books, tx) == (3, 3)
    books.now_ms += MINUTE + 1
    async with books.database.tx() as tx:
        assert await counted(books, tx) == (0, 0)


async def test_who_was_forgotten_before_the_upgrade_loses_the_name_at_the_first_start(books: Books) -> None:
    """Sums that an older release kept under their names until the month's end are hashed once, and bind."""
    await books.cap(None, 10)
    await books.hear(MINA, 9 * MINUTE)
    await books.hear(MINA, 59 * MINUTE, guild=None)
    async with books.database.tx() as tx:
        await tx.execute("INSERT INTO forgotten (member_id, at_ms) VALUES (:id, :now)", id=MINA, now=books.now_ms)
    await books.reopen()

    assert await books.named(MINA) == []
    assert not await books.hear(MINA, 2 * MINUTE)
    assert not await books.hear(MINA, 2 * MINUTE, guild=None)
    assert await books.hear(MINA, MINUTE)
