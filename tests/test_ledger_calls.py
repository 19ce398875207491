"""Calls and takeovers: what the host pays, and what nobody can do to the journal."""

import pytest

from bot.database import DatabaseError
from bot.ledger import Over
from tests.charges import GUILD, HOST, LATER, LEDGER, MINUTE, NOW, Book, legs, money, time

pytest_plugins = ["tests.stores", "tests.charges"]


async def test_more_calls_than_held_for_must_find_room(book: Book) -> None:
    """Another attempt is paid beyond the hold, if the host's month has room; else it may not start."""
    fence = await book.held("a", legs(usd_micros=6_000, usd_limit=12_500))

    assert await book.call("a", fence)
    assert await book.call("a", fence, attempt=2)
    assert await book.balance(HOST) == (12_000, 0)
    assert not await book.call("a", fence, attempt=3)
    assert await book.balance(HOST) == (12_000, 0)


async def test_another_attempt_does_not_eat_the_hold_of_the_other_pieces(book: Book) -> None:
    """What is held for pieces not yet called stays theirs."""
    fence = await book.held("a", legs(usd_micros=12_000, usd_limit=12_000))

    assert await book.call("a", fence, piece=0)
    assert not await book.call("a", fence, piece=0, attempt=2)
    assert await book.call("a", fence, piece=1)
    assert await book.balance(HOST) == (12_000, 0)


async def test_a_dearer_piece_must_find_room_for_the_difference(book: Book) -> None:
    """A call above what is held takes the hold and asks the month for the rest."""
    fence = await book.held("a", legs(usd_micros=6_000, usd_limit=6_500))

    assert not await book.call("a", fence, usd_micros=6_501)
    assert await book.call("a", fence, usd_micros=6_500)
    assert await book.balance(HOST) == (6_500, 0)


async def test_every_paying_account_must_have_room_for_a_call(book: Book) -> None:
    """With two accounts in money, one refusing leaves the other as it was."""
    drawn = [money(6_000, 20_000, account="host:a"), money(6_000, 6_000, account="host:b")]
    fence = await book.held("a", drawn)

    assert await book.call("a", fence)
    assert not await book.call("a", fence, attempt=2)
    assert await book.balance("host:a") == (6_000, 0)
    assert await book.balance("host:b") == (6_000, 0)


async def test_a_bill_may_pass_the_limit_and_ends_it(book: Book) -> None:
    """What a call that had begun turns out to cost is booked, beyond the limit too; no other call starts after it."""
    fence = await book.held("a", legs(usd_micros=6_000, usd_limit=10_000))
    assert await book.call("a", fence)

    await book.correct("a", 24_000)
    assert await book.balance(HOST) == (24_000, 0)
    assert not await book.call("a", fence, attempt=2)
    assert isinstance(await book.hold("b", legs(usd_micros=1, usd_limit=10_000)), Over)


async def test_one_booking_is_one_call(book: Book) -> None:
    """Asked twice for the same attempt, the second must not call: nobody knows whether the first did."""
    fence = await book.held("a")

    assert await book.call("a", fence)
    assert not await book.call("a", fence)
    assert await book.balance(HOST) == (6_000, 0)


async def test_a_takeover_keeps_the_hold_and_locks_the_old_worker_out(book: Book) -> None:
    """A new fence takes the amounts as they are; the old fence can neither call, bill, settle nor void."""
    first = await book.held("a")
    assert await book.call("a", first, piece=0)
    assert await book.bill("a", first, piece=0, ms=20_000)

    second = await book.held("a", legs(ms=3 * MINUTE, usd_micros=99))

    assert second == first + 1
    assert await book.balance(GUILD) == (20_000, 40_000)
    assert not await book.call("a", first, piece=1)
    assert not await book.bill("a", first, piece=1)
    assert not await book.void("a", first)
    assert await book.settle("a", first) is None
    assert await book.settle("a", second) == 20_000


async def test_a_call_whose_answer_was_lost_is_paid_again_by_the_host(book: Book) -> None:
    """After a takeover the same piece may be called again: the host's account counts both, the guild's one."""
    first = await book.held("a", legs(usd_limit=12_000))
    assert await book.call("a", first)
    second = await book.held("a")

    assert await book.call("a", second)
    assert await book.bill("a", second)
    assert await book.settle("a", second) == MINUTE
    assert await book.balance(HOST) == (12_000, 0)
    assert await book.balance(GUILD) == (MINUTE, 0)


async def test_the_providers_count_wins(book: Book) -> None:
    """What the provider says a call cost replaces our price, up or down, even beyond the limit; once."""
    fence = await book.held("a", legs(usd_limit=12_000))
    await book.call("a", fence)
    await book.call("a", fence, attempt=2)

    await book.correct("a", 0)
    assert await book.balance(HOST) == (6_000, 0)
    await book.correct("a", 90_000, attempt=2)
    assert await book.balance(HOST) == (90_000, 0)
    await book.correct("a", 6_000, attempt=2)
    await book.correct("a", 6_000, attempt=3)
    await book.correct("nobody's", 6_000)
    assert await book.balance(HOST) == (90_000, 0)


async def test_a_count_that_agrees_changes_nothing(book: Book) -> None:
    """No journal row is written for no change."""
    fence = await book.held("a")
    await book.call("a", fence)
    await book.correct("a", 6_000)

    async with book.database.tx() as tx:
        kinds = [row["kind"] for row in await tx.all("SELECT kind FROM entry WHERE account = :host", host=HOST)]
    assert sorted(kinds) == ["call", "hold"]


async def test_a_count_may_come_late_and_means_its_own_call(book: Book) -> None:
    """A worker that lost the note, or is long done, still corrects the call it made."""
    first = await book.held("a")
    await book.call("a", first)
    second = await book.held("a")
    await book.call("a", second)
    await book.settle("a", second)

    await book.correct("a", 5_000, fence=first)
    assert await book.balance(HOST) == (11_000, 0)
    await book.correct("a", 4_000)
    assert await book.balance(HOST) == (9_000, 0)
    async with book.database.tx() as tx:
        fences = await tx.all("SELECT fence, committed_d FROM entry WHERE kind = 'correct' ORDER BY fence")
    assert [(row["fence"], row["committed_d"]) for row in fences] == [(first, -1_000), (second, -2_000)]


REWRITING = [
    "UPDATE entry SET held_d = 0 WHERE key = 'a'",
    "DELETE FROM entry WHERE key = 'a'",
    "DELETE FROM charge",
    "UPDATE entry SET account = 'guild:2' WHERE account = 'guild:1'",
    "UPDATE entry SET account = 'nobody:0123456789abcdef' WHERE account = 'guild:1'",
    "UPDATE entry SET account = 'guild:1:~aa' WHERE account = 'guild:1'",
    "UPDATE entry SET account = 'host:usd' WHERE account = 'guild:1'",
    "UPDATE entry SET key = 'b' WHERE key = 'a'",
    "UPDATE entry SET key = 'nobody:' WHERE key = 'a'",
    "UPDATE entry SET account = 'a', key = 'k'",
]


async def test_the_journal_cannot_be_changed(book: Book) -> None:
    """The database itself refuses to rewrite history."""
    await book.held("a")

    for sql in REWRITING:
        with pytest.raises(DatabaseError, match=r"append-only|(?i:foreign key)"):
            await written(book, sql)
    assert await book.balance(GUILD) == (0, MINUTE)


async def written(book: Book, *statements: str, **values: str) -> None:
    """Statements as somebody with the database in hand gives them, in one transaction."""
    async with book.database.tx() as tx:
        for statement in statements:
            await tx.execute(statement, **values)


# A bill given to another account, in every table that would have to agree.
MOVE = (
    """
    INSERT INTO account SELECT :other, period, rank, money, ceiling, held, committed FROM account
    WHERE account = :account ON CONFLICT DO NOTHING
    """,
    "UPDATE entry SET account = :other WHERE account = :account",
    "DELETE FROM account WHERE account = :account",
)


MOVES = [
    ("guild:1", "guild:2"),
    ("member:1:7", "member:1:8"),
    ("member:1:7", "member:2:~0011223344"),
    ("member:1:7", "guild:1"),
    ("member:1:7", "nobody:7"),
    ("personal:7", "personal:8"),
    ("personal:7", "member:1:~0011223344"),
    ("caused:guild:1", "nobody:0123456789abcdef"),
    ("member:1:~0011223344", "member:1:~5566778899"),
    ("member:1:~0011223344", "member:1:7"),
    ("nobody:0123456789abcdef", "personal:7"),
    ("role:1:5", "role:1:~0011223344"),
    ("role:1:5", "role:1:6"),
    ("host:usd", "nobody:0123456789abcdef"),
]


async def test_no_bill_can_be_moved(book: Book) -> None:
    """Whoever moves a whole bill, in every table that would have to agree, is refused by the journal."""
    accounts = sorted({account for account, _ in MOVES})
    for account in accounts:
        await book.bill(account, await book.held(account, [time(account, MINUTE)]))

    for account, other in MOVES:
        with pytest.raises(DatabaseError, match="append-only"):
            await written(book, *MOVE, account=account, other=other)
    assert [await book.balance(account) for account in accounts] == [(MINUTE, 0)] * len(accounts)


async def test_a_persons_name_can_be_taken_off(book: Book) -> None:
    """What the journal allows is that a person's name comes off: to a hash in the same server, and to nobody."""
    steps = [
        ("member:1:7", "member:1:~0011223344"),
        ("member:1:~0011223344", "nobody:0000000000000001"),
        ("member:2:7", "nobody:0000000000000002"),
        ("role:1:5", "nobody:0000000000000004"),
        ("personal:7", "personal:~0011223344"),
        ("caused:personal:7", "caused:personal:~0011223344"),
        ("caused:personal:~0011223344", "nobody:0000000000000003"),
    ]
    for account in ("member:1:7", "member:2:7", "role:1:5", "personal:7", "caused:personal:7"):
        await book.bill(account, await book.held(account, [time(account, MINUTE)]))

    for account, nameless in steps:
        await written(book, *MOVE, account=account, other=nameless)
        assert await book.balance(nameless) == (MINUTE, 0)


async def test_a_line_of_the_journal_cannot_be_replaced(book: Book) -> None:
    """A line written over another, with other amounts, is refused; the books stay as they were."""
    fence = await book.held("a")
    await book.bill("a", fence)
    again = (
        "INTO entry SELECT key, account, period, kind, fence, era, piece, attempt, -1, 1, at_ms"
        " FROM entry WHERE kind = 'bill'"
    )
    words = "INSERT OR REPLACE" if book.database.engine == "sqlite" else "INSERT"  # PostgreSQL has no such words

    with pytest.raises(DatabaseError, match=r"append-only|(?i:duplicate key)"):
        await written(book, f"{words} {again}")
    assert await book.balance(GUILD) == (MINUTE, 0)


@pytest.mark.parametrize("wrong", ["a hold", "a call", "a piece", "an account twice"])
async def test_amounts_that_make_no_sense_are_refused_by_the_database(book: Book, wrong: str) -> None:
    """Negative amounts would give minutes away; no code path can book them."""
    fence = await book.held("a")

    async def attempt() -> object:
        match wrong:
            case "a hold":
                return await book.hold("b", legs(ms=-1))
            case "a call":
                return await book.call("a", fence, usd_micros=-1)
            case "a piece":
                return await book.bill("a", fence, ms=-1)
            case _:
                return await book.hold("b", legs() + legs())

    with pytest.raises(DatabaseError):
        await attempt()
    assert await book.balance(GUILD) == (0, MINUTE)
    assert await book.balance(HOST) == (0, 6_000)


async def test_accounts_are_locked_in_one_order(book: Book) -> None:
    """The host's account before the guild's, in one transaction, is refused before it can deadlock."""
    fence = await book.held("a")
    await book.call("a", fence)

    async def backwards() -> None:
        async with book.database.tx() as tx:
            await LEDGER.correct_call(tx, "a", piece=0, attempt=1, usd_micros=6_000, now_ms=NOW)
            await LEDGER.bill(tx, "a", fence, piece=0, ms=1, now_ms=NOW, expires_ms=LATER)

    with pytest.raises(RuntimeError, match="before"):
        await backwards()


async def test_an_audit_finds_what_is_wrong(book: Book) -> None:
    """A balance that differs from its journal, and a closed charge that still holds, are named."""
    fence = await book.held("a")
    async with book.database.tx() as tx:
        await tx.execute("UPDATE account SET committed = 5 WHERE account = :guild", guild=GUILD)
        await tx.execute("UPDATE charge SET state = 'settled'")
    found = await book.contradictions()
    async with book.database.tx() as tx:
        await tx.execute("UPDATE account SET committed = 0")
        await tx.execute("UPDATE charge SET state = 'held'")
    await book.void("a", fence)

    assert found == [
        f"{GUILD} in 2026-11: held 60000 and committed 5, but the journal says 60000 and 0",
        f"a is settled, but holds 60000 of {GUILD}",
        f"a is settled, but holds 6000 of {HOST}",
    ]
