"""How fast somebody asks whose rows are gone, on both engines: erasing what one asked for makes nobody faster."""

from dataclasses import replace

import pytest

from bot.database import Tx
from tests.inbox import another
from tests.lasting import MINUTE, Books, end_of_november

pytest_plugins = ["tests.stores", "tests.lasting"]


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
    await books.tidy()
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
        assert [await counted(books, tx, who) for who in (40, 41)] == [(3, 0), (3, 0)]
    books.now_ms += MINUTE + 1
    async with books.database.tx() as tx:
        assert await counted(books, tx) == (0, 0)
