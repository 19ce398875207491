"""Words that were shown are delivered: however a note is taken back, they are billed. On both engines."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.database import Database
from bot.notes import Note
from bot.outcome import OverQuota, Scope
from tests.wall_house import House, Plan

pytest_plugins = ["tests.stores"]

NOW = 1_795_000_000_000  # a day in November 2026
MINA, HOME = 71, 1
Way = Callable[[House, int], Awaitable[None]]


@pytest.fixture
def house(database: Database, tmp_path: Path, spoken: Callable[[int], bytes]) -> House:
    """A house with a note of twelve seconds, which is shown while its words come."""
    sound = tmp_path / "12.ogg"
    sound.write_bytes(spoken(12))
    return House(database, {12: sound}, tmp_path, NOW, seconds=12)


async def deleted(house: House, attachment_id: int) -> None:
    """The message goes."""
    house.deleted.add(attachment_id)
    await house.privacy.message_deleted([attachment_id])


async def taken_out(house: House, attachment_id: int) -> None:
    """The sound is taken out of its message."""
    house.deleted.add(attachment_id)
    await house.privacy.message_edited(attachment_id, [])


async def forgotten(house: House, attachment_id: int) -> None:
    """Its author has all rows erased."""
    del attachment_id
    await house.privacy.forget(MINA)


async def opted_out(house: House, attachment_id: int) -> None:
    """Its author does not want to be heard."""
    del attachment_id
    await house.privacy.opt_out(MINA)


async def channel_gone(house: House, attachment_id: int) -> None:
    """Its channel is deleted."""
    del attachment_id
    await house.privacy.channel_deleted(10_000 + HOME)


async def out_and_in(house: House, attachment_id: int) -> None:
    """Its author opts out, and in again at once."""
    await opted_out(house, attachment_id)
    await house.privacy.opt_in(MINA)


async def off_and_on(house: House, attachment_id: int) -> None:
    """It is switched off there, and on again at once."""
    del attachment_id
    await house.switches.decide(HOME, 0, mode="off")
    await house.switches.decide(HOME, 0, mode="auto")


WAYS = [deleted, taken_out, forgotten, opted_out, channel_gone, out_and_in, off_and_on]


async def sums(house: House, sql: str) -> list[tuple[object, ...]]:
    """What the books say."""
    async with house.database.tx() as tx:
        return [tuple(row.values()) for row in await tx.all(sql)]


async def post(house: House, way: Way | None, answer: str = "words", *, is_told: bool = True) -> None:
    """A note of Mina's; amid its only call that happens."""
    request = house.request(HOME, MINA)

    async def amid() -> None:
        if way is not None:
            await way(house, request.attachment_id)

    house.plan = Plan([answer], amid, is_told)
    await house.post(request)


async def billed(house: House) -> tuple[object, ...]:
    """The server's minutes, in ms, and what stands in its lines."""
    ((ms,),) = await sums(house, "SELECT committed FROM account WHERE account = 'guild:1'")
    ((line,),) = await sums(house, "SELECT CAST(sum(billed_ms) AS BIGINT) FROM expense")
    return ms, line


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_shown_words_are_billed_however_their_note_is_taken_back(house: House, way: Way) -> None:
    """Deleted, forgotten, opted out, switched off: the minutes hold what was read, and the report says so."""
    await post(house, way)
    shown = [known.shown_ms for known in house.notes.values()]

    ms, line = await billed(house)

    assert max(shown) > 0
    assert ms == line
    assert isinstance(ms, int)
    assert ms >= max(shown)
    assert await sums(house, "SELECT key FROM charge WHERE state = 'held'") == []
    assert await sums(house, "SELECT note_key FROM heard") == [], "the words are gone, a number stays"


@pytest.mark.parametrize("way", [deleted, forgotten, opted_out], ids=lambda way: way.__name__)
async def test_what_nobody_was_shown_is_not_billed(house: House, way: Way) -> None:
    """A note that is taken back before a word was shown costs no minutes; its call is what the server has caused."""
    await post(house, way, "empty")

    assert await sums(house, "SELECT committed FROM account WHERE account = 'guild:1'") == [(0,)]
    assert await sums(house, "SELECT committed FROM account WHERE account = 'caused:guild:1'") == [(12 * 75,)]


async def test_who_takes_our_rights_away_pays_for_what_was_read(house: House) -> None:
    """Where the answer reaches nobody the minutes go back, but for the words that were shown while they came."""
    await post(house, None, is_told=False)
    shown = next(known.shown_ms for known in house.notes.values())

    ms, line = await billed(house)

    assert 0 < shown < 12_000
    assert ms == line == shown


async def test_words_are_billed_that_were_shown_before_there_was_no_room(house: House) -> None:
    """Whoever has a note heard anew when nothing more may be spent has read the words of the first try all the same."""
    for _ in range(3):
        await post(house, None, "empty")  # two calls each, the second at the fallback: somebody speaks there
    house.notes.clear()
    await post(house, out_and_in)
    known = next(iter(house.notes.values()))

    ms, line = await billed(house)

    assert isinstance(known.outcome, OverQuota)
    assert known.outcome.scope is Scope.CAUSED
    assert ms == line == known.shown_ms == known.outcome.billed_ms


async def test_a_forgotten_note_leaves_a_nameless_line(house: House) -> None:
    """What a forgotten person read is in the server's sum, and names nobody."""
    await post(house, forgotten)

    assert await sums(house, "SELECT member_id, channel_id FROM expense") == [(None, None)]
    async with house.database.tx() as tx:
        notes: list[Note | None] = [await house.inbox.find(tx, key) for key in house.notes]
    assert notes == [None]
