"""Limits that outlive "Forget me", on both engines: caps, grants and sums bind under names that only a key can tell."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.choices import Choice, Choices
from bot.database import Database
from bot.desk.payers import Payer
from bot.ledger import Held, Over
from bot.ledger.unnaming import unname_guild
from bot.quota import member_account
from tests.lasting import DAY, GUILD, HOUR, JUN, LEDGER, MINA, MINUTE, ZONES, Books, end_of_november

pytest_plugins = ["tests.stores", "tests.lasting"]


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
    await books.tidy()
    assert await books.named(MINA) != []
    await books.end(charge, held, 9 * MINUTE)
    await books.tidy()

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


async def test_two_sums_of_one_person_become_one(books: Books) -> None:
    """Should an account stand under both names, the next forgetting adds them up: nothing that was used is lost."""
    await books.cap(None, 10)
    assert await books.hear(MINA, 4 * MINUTE)
    await books.forget()
    at = books.number()
    async with books.database.tx() as tx:
        legs = await books.payers.legs(tx, Payer(at, GUILD, MINA), length_ms=3 * MINUTE, lengths_ms=(1000,))
        plain = [replace(leg, account=member_account(GUILD, MINA)) if leg.scope == "member" else leg for leg in legs]
        held = await LEDGER.hold(tx, "1:a/1", plain, now_ms=books.now_ms, expires_ms=books.now_ms + 1)
    assert isinstance(held, Held)
    await books.end("1:a/1", held, 3 * MINUTE)
    assert not await books.hear(MINA, 4 * MINUTE)
    await books.forget()

    assert await books.named(MINA) == []
    assert not await books.hear(MINA, 4 * MINUTE)
    assert await books.hear(MINA, 3 * MINUTE)


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
    """After the month, and the hour in which notes of it may be read back, no name, and no code, is left on a sum."""
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
        assert bool(await books.named(JUN)) == bool(left), "who did not ask to be forgotten keeps theirs no longer"


async def test_a_guild_that_moved_keeps_its_month(books: Books) -> None:
    """A server that chose Seoul in November finishes it in UTC: until then its forgotten members' sums bind."""
    await books.cap(None, 10)
    await books.hear(MINA, 10 * MINUTE)
    async with books.database.tx() as tx:
        await Choices(Choice()).set(tx, GUILD, now_ms=books.now_ms, zone="Asia/Seoul")
        await books.payers.heed(tx, GUILD)
    books.now_ms = end_of_november("UTC") - 1
    await books.forget()
    await books.purge()

    assert not await books.hear(MINA, 1)
    books.now_ms += 1
    assert await books.hear(MINA, 10 * MINUTE)


async def test_a_server_that_left_takes_its_caps_along_and_no_sum(books: Books) -> None:
    """What its managers decided goes with it; what its members used this month is used, should it come back."""
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
