"""Hold, bill, settle, void: what a guild pays, and what it never pays."""

from bot.ledger import Over, Settled
from bot.outcome import Scope
from tests.charges import GUILD, HOST, LATER, LEDGER, MEMBER, MINUTE, NOW, ROLE, Book, legs, money, time

pytest_plugins = ["tests.stores", "tests.charges"]


async def test_a_note_that_was_heard_is_paid_by_guild_and_host(book: Book) -> None:
    """The guild pays what was heard, the host what was called; the rest of the hold goes back."""
    fence = await book.held("a")
    assert await book.balance(GUILD) == (0, MINUTE)
    assert await book.balance(HOST) == (0, 6_000)

    assert await book.call("a", fence)
    assert await book.balance(HOST) == (6_000, 0)
    assert await book.bill("a", fence, ms=50_000)
    assert await book.balance(GUILD) == (50_000, 10_000)

    assert await book.settle("a", fence) == 50_000
    assert await book.balance(GUILD) == (50_000, 0)


async def test_the_same_key_is_never_paid_twice(book: Book) -> None:
    """A settled note can be asked for again; it costs nothing and says what it cost."""
    fence = await book.held("a")
    await book.call("a", fence)
    await book.bill("a", fence, ms=50_000)
    await book.settle("a", fence)

    assert await book.hold("a") == Settled(50_000)
    assert not await book.call("a", fence, attempt=2)
    assert not await book.bill("a", fence, piece=1)
    assert not await book.void("a", fence)
    assert await book.settle("a", fence) is None
    assert await book.balance(GUILD) == (50_000, 0)
    assert await book.balance(HOST) == (6_000, 0)


async def test_silence_settles_for_nothing(book: Book) -> None:
    """A note of which nothing was billed gives its whole hold back and stays closed."""
    fence = await book.held("a")

    assert await book.settle("a", fence) == 0
    assert await book.balance(GUILD) == (0, 0)
    assert await book.hold("a") == Settled(0)


async def test_a_refusal_takes_nothing_anywhere(book: Book) -> None:
    """When the last account asked has no room, those asked before it get theirs back."""
    drawn = [money(6_000, 5_999), time(GUILD, MINUTE), time(MEMBER, MINUTE, scope=Scope.MEMBER)]

    assert await book.hold("a", drawn) == Over(drawn[0], 5_999)
    assert [await book.balance(account) for account in (MEMBER, GUILD, HOST)] == [(0, 0)] * 3
    assert await book.held("a") == 2


async def test_the_first_account_in_the_order_of_locks_refuses(book: Book) -> None:
    """Member, role, guild, host: whoever has too little says so, with what is left."""
    await book.held("a", [time(MEMBER, 40_000, 50_000, scope=Scope.MEMBER), time(GUILD, 40_000), money(4_000)])
    member = time(MEMBER, 20_000, 50_000, scope=Scope.MEMBER)
    role = time(ROLE, 20_000, 10_000, scope=Scope.ROLE)

    assert await book.hold("b", [time(GUILD, 20_000, 0), role, member]) == Over(member, 10_000)
    assert await book.hold("b", [time(GUILD, 20_000, 0), role]) == Over(role, 10_000)


async def test_the_last_minute_can_be_used_to_the_last_millisecond(book: Book) -> None:
    """A hold of exactly what is left has room; one millisecond more has not."""
    await book.held("a", legs(ms=9 * MINUTE))
    over = legs(ms=MINUTE + 1)

    assert await book.hold("b", over) == Over(over[1], MINUTE)
    assert await book.held("b", legs(ms=MINUTE))
    assert (await book.usage(GUILD, 10 * MINUTE)).left == 0


async def test_a_lowered_limit_freezes_but_does_not_take_back(book: Book) -> None:
    """Below what is used nothing more is held; what was agreed before goes on, more calls do not."""
    fence = await book.held("a", legs(ms=5 * MINUTE))
    lowered = legs(ms=1, ms_limit=MINUTE, usd_limit=1)

    assert await book.hold("b", lowered) == Over(lowered[1], 0)
    assert await book.hold("c", [lowered[0]]) == Over(lowered[0], 0)
    assert await book.call("a", fence)
    assert not await book.call("a", fence, attempt=2)
    assert await book.bill("a", fence, ms=5 * MINUTE)
    assert await book.settle("a", fence) == 5 * MINUTE


async def test_a_piece_is_billed_once_whoever_says_so(book: Book) -> None:
    """A piece billed before is a fact, not a failure: the answer is yes and the bill stays."""
    first = await book.held("a")
    assert await book.bill("a", first, ms=20_000)
    second = await book.held("a")

    assert await book.bill("a", second, ms=20_000)
    assert await book.balance(GUILD) == (20_000, 40_000)


async def test_never_more_is_billed_than_was_held(book: Book) -> None:
    """Pieces that overlap cannot cost more than the note is long, in any account."""
    fence = await book.held("a", [time(GUILD, MINUTE), time(MEMBER, 50_000, scope=Scope.MEMBER), money(6_000)])

    assert await book.bill("a", fence, piece=0, ms=40_000)
    assert await book.bill("a", fence, piece=1, ms=40_000)
    assert await book.settle("a", fence) == MINUTE
    assert await book.balance(GUILD) == (MINUTE, 0)
    assert await book.balance(MEMBER) == (50_000, 0)


async def test_a_voided_note_costs_the_guild_nothing(book: Book) -> None:
    """Before the first call all goes back; after it the host keeps what the calls cost, and only that."""
    first = await book.held("a", legs(usd_micros=12_000))
    assert await book.void("a", first)
    assert await book.balance(HOST) == (0, 0)

    second = await book.held("a", legs(usd_micros=12_000))
    assert await book.call("a", second)
    assert await book.bill("a", second)
    assert await book.void("a", second)
    assert not await book.void("a", second)
    assert await book.balance(GUILD) == (0, 0)
    assert await book.balance(HOST) == (6_000, 0)


async def test_a_voided_note_may_be_held_and_billed_afresh(book: Book) -> None:
    """The new hold covers its own first calls, and its pieces can be billed again."""
    first = await book.held("a", legs(usd_limit=12_000))
    await book.call("a", first)
    await book.bill("a", first)
    await book.void("a", first)

    second = await book.held("a", legs(ms=2 * MINUTE, usd_limit=12_000))
    assert await book.call("a", second)
    assert await book.bill("a", second)
    assert await book.settle("a", second) == MINUTE
    assert await book.balance(HOST) == (12_000, 0)
    assert await book.hold("a") == Settled(MINUTE)


async def test_a_hold_can_be_dropped_by_whoever_ends_its_note(book: Book) -> None:
    """When a note is deleted its hold goes back, whichever fence it has; an ended charge stays ended."""
    await book.held("a")
    await book.held("a")

    async with book.database.tx() as tx:
        assert not await LEDGER.drop(tx, "nobody's", now_ms=NOW)
    async with book.database.tx() as tx:
        assert await LEDGER.drop(tx, "a", now_ms=NOW)
        assert not await LEDGER.drop(tx, "a", now_ms=NOW)
    assert await book.balance(GUILD) == (0, 0)


async def test_a_hold_nobody_renews_expires(book: Book) -> None:
    """Hearing a piece renews the hold; those left behind are listed, oldest first."""
    async with book.database.tx() as tx:
        for key, expires_ms in (("b", NOW + 20), ("a", NOW + 10), ("c", NOW + 5)):
            await LEDGER.hold(tx, key, [], now_ms=NOW, expires_ms=expires_ms)
            tx._locked.clear()  # one key per transaction is for accounts' sake; here are none
        await LEDGER.bill(tx, "c", 1, piece=0, ms=1, now_ms=NOW, expires_ms=LATER)
        tx._locked.clear()
        assert await LEDGER.expired(tx, now_ms=NOW + 20) == ["a", "b"]
        assert await LEDGER.expired(tx, now_ms=NOW + 9) == []
        await LEDGER.void(tx, "a", 1, now_ms=NOW)
        assert await LEDGER.expired(tx, now_ms=NOW + 20) == ["b"]


async def test_a_hold_lives_on_while_its_pieces_wait(book: Book) -> None:
    """Whoever has it renews it without having heard anything; nobody else does, and a lost one never."""
    fence = await book.held("a")
    later = {"now_ms": NOW, "expires_ms": LATER + 1}
    async with book.database.tx() as tx:
        assert await LEDGER.renew(tx, "a", fence, **later)
        assert not await LEDGER.renew(tx, "a", fence + 1, **later)
        assert await LEDGER.expired(tx, now_ms=LATER) == []
    assert await book.void("a", fence)
    async with book.database.tx() as tx:
        assert not await LEDGER.renew(tx, "a", fence, **later)
    assert await book.contradictions() == []


async def test_each_month_is_an_account_of_its_own(book: Book) -> None:
    """A hold stays in the month it was made in; the next month begins empty."""
    november = await book.held("a", [time(GUILD, 10 * MINUTE)])
    assert isinstance(await book.hold("b", [time(GUILD, 1)]), Over)

    await book.held("b", [time(GUILD, MINUTE, period="2026-12")])
    await book.bill("a", november, ms=10 * MINUTE)
    await book.settle("a", november)
    assert await book.balance(GUILD) == (10 * MINUTE, 0)
    assert await book.balance(GUILD, "2026-12") == (0, MINUTE)


async def test_an_account_nobody_used_is_empty(book: Book) -> None:
    """A guild without notes has its whole limit left."""
    assert (await book.usage("guild:9", 7)).left == 7
