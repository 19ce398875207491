"""Limits of forgotten members whose key was lost, on both engines: nobody can tell whose they are, and they bind."""

from pathlib import Path

import pytest

from bot.desk.payers import Payer
from bot.ledger.binding import Lost
from bot.outcome import Scope
from tests.lasting import JUN, MINA, MINUTE, Books, end_of_november

pytest_plugins = ["tests.stores", "tests.lasting"]


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
        elsewhere = await books.payers.limits(tx, Payer(books.number(), 8, MINA))
    assert Scope.MEMBER not in {leg.scope for leg in elsewhere}
    await books.cap(44, 50)
    assert await books.limit(44) == 50 * MINUTE
    assert await books.limit(MINA) == 10 * MINUTE
    await books.cap(None, 40)
    assert [await books.limit(who) for who in (MINA, 44, JUN)] == [40 * MINUTE, 50 * MINUTE, 30 * MINUTE]
    assert await books.lost() is None


async def test_a_lost_cap_gives_nobody_more(books: Books) -> None:
    """Where each member's cap is closer than the strictest of the lost ones, that is what counts."""
    await books.cap(None, 5)
    await books.cap(MINA, 10)
    await books.forget()
    assert [await books.limit(who) for who in (MINA, JUN)] == [10 * MINUTE, 5 * MINUTE]
    books.keys.unlink()
    await books.reopen()

    assert [await books.limit(who) for who in (MINA, JUN)] == [5 * MINUTE, 5 * MINUTE]


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
        assert not await books.hear(who, 2 * MINUTE), "a first note makes no row of their own"
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
    await books.tidy()

    assert await books.limit(JUN) is None
    assert await books.limit(MINA) == 10 * MINUTE


async def test_the_host_is_told_of_a_lost_key_once(books: Books, caplog: pytest.LogCaptureFixture) -> None:
    """The log says at the start how many limits are nobody's, and is silent until that changes."""
    await books.cap(MINA, 10)
    await books.hear(MINA, MINUTE, guild=None)
    await books.forget()
    books.keys.unlink()
    await books.reopen()
    await books.tidy()

    (line,) = [record for record in caplog.records if vars(record).get("action") == "limit_keys"]
    assert (vars(line)["limits"], vars(line)["servers"]) == (2, 2)
    assert "held to the strictest" in line.getMessage()
