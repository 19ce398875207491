"""Many hands on one note, on a real PostgreSQL: whoever comes second waits, and then sees what the first one left."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from time import time_ns
from typing import Any

import pytest

from bot.app.build import rules_of
from bot.database import Database, DatabaseDown, DatabaseError, Tx, open_database
from bot.database.order import OF_NOTE, ORDER, Order
from bot.desk import in_the_end
from bot.desk.claims import Claims
from bot.desk.delivery import Receipts
from bot.desk.listening import HoldLost
from bot.ledger import unname_accounts
from bot.log import Lines
from bot.notes import Forgetting, Note
from bot.notes.originals import Originals
from bot.outcome import Door, Scope, Silence, encode
from bot.settings import load
from tests.beside import Gate, Gated, beside
from tests.charges import MINUTE, NOW, Book, money, time
from tests.inbox import ASK, LEASE, NOTE, NOTES, another, claimed, opened
from tests.stores import Server
from tests.wall_house import ENV, House
from tests.world.bot import NO_FILE

pytest_plugins = ["tests.stores"]

OWN_TABLES = {"note": "key", "ask": "note_key", "heard": "note_key", "decided": "note_key", "reply": "note_key"}


@dataclass
class Two:
    """Two pools on one database; verbs of the first may be stopped."""

    url: str
    gated: Gated
    other: Database
    house: House

    async def rows(self, sql: str) -> list[tuple[object, ...]]:
        """What the books say."""
        async with self.other.look() as tx:
            return [tuple(row.values()) for row in await tx.all(sql)]


@pytest.fixture
async def two(postgresql: Server, tmp_path: Path) -> AsyncIterator[Two]:
    """An empty database that two processes work on."""
    url = await postgresql.create()
    async with open_database(url) as one, open_database(url) as other:
        one.is_watched = other.is_watched = True
        gated = Gated(one)
        yield Two(url, gated, other, House(gated, {}, tmp_path, NOW))
    await postgresql.drop(url)


# -- what a worker does to a note that is taken from it meanwhile; each returns whether it was done -------------------


async def records(database: Database, note: Note) -> bool:
    """A part of the answer was posted."""
    async with database.tx() as tx:
        return await NOTES.sent(tx, note.request_id, 1, 70_000 + note.request_id, key=note.key)


async def hears(database: Database, note: Note) -> bool:
    """A piece was heard."""
    async with database.tx() as tx:
        return await NOTES.heard(tx, note.key, note.fence, 1, 0, 3_000, "words")


async def decides(database: Database, note: Note) -> bool:
    """How it ends was decided."""
    async with database.tx() as tx:
        return await NOTES.conclude(tx, note.key, note.fence, encode(Silence(3_000)), "Silence")


async def asks(database: Database, note: Note) -> bool:
    """Somebody else asks for it, too."""
    wish = replace(ASK, id=90_000 + note.request_id, note_key=note.key, door=Door.MENU, member_id=9, message_id=None)
    async with database.tx() as tx:
        return (await NOTES.open(tx, note, wish)).is_new_ask


Verb = Callable[[Database, Note], Awaitable[bool]]
VERBS: list[Verb] = [records, hears, decides, asks]

# -- how it is taken ---------------------------------------------------------------------------------------------------


async def forgotten(house: House, note: Note) -> None:
    """Its author asks to be forgotten."""
    assert await house.privacy.forget(note.author_id or 0)


async def channel_gone(house: House, note: Note) -> None:
    """Its channel is deleted."""
    await house.privacy.channel_deleted(note.channel_id)


async def deleted(house: House, note: Note) -> None:
    """Its message is deleted."""
    await house.privacy.message_deleted([note.message_id or 0])


async def opted_out(house: House, note: Note) -> None:
    """Its author opts out."""
    await house.privacy.opt_out(note.author_id or 0)


Taking = Callable[[House, Note], Awaitable[None]]
TAKINGS: list[Taking] = [forgotten, channel_gone, deleted, opted_out]


async def in_work(two: Two, number: int) -> Note:
    """A note in work, one part of whose answer stands; nobody else's channel, message or author."""
    note, ask = another(number)
    note = replace(note, author_id=5_000 + number, payer_id=5_000 + number, channel_id=6_000 + number)
    note = replace(note, request_id=ask.id)
    await opened(two.other, note, replace(ask, member_id=note.payer_id))  # its answer stands elsewhere
    async with two.other.tx() as tx:
        mine = await claimed(tx, note.key)
        assert await NOTES.heard(tx, mine.key, mine.fence, 0, 0, 3_000, "words")
        assert await NOTES.sent(tx, ask.id, 0, 60_000 + ask.id, key=note.key)
    return mine


@pytest.mark.parametrize("taking", TAKINGS, ids=lambda taking: taking.__name__)
async def test_a_note_that_is_taken_back_amid_its_work_is_taken_whole(two: Two, taking: Taking) -> None:
    """Whatever its worker does meanwhile: the wish is carried out, and no reply that stands is known to nobody."""
    for number, verb in enumerate(VERBS):
        await expect_taken_wherever(two, taking, verb, range(1000 * number + 2 + number, 1000 * number + 999, 5))


@pytest.mark.long
@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.__name__)
@pytest.mark.parametrize("taking", TAKINGS, ids=lambda taking: taking.__name__)
async def test_so_it_is_at_every_single_statement(two: Two, taking: Taking, verb: Verb) -> None:
    """The same with the worker's step before each statement, and each commit, of whoever takes the note back."""
    await expect_taken_wherever(two, taking, verb, range(1, 999))


async def expect_taken_wherever(two: Two, taking: Taking, verb: Verb, numbers: range) -> None:
    """Each with a note of its own, whose number says before which statement the worker's step falls."""
    stops = 0
    for number in numbers:
        at = number % 1000
        note = await in_work(two, number)
        two.house.courier.standing.clear()
        two.gated.gate = gate = Gate(at)
        ended = await beside(two.url, gate, taking(two.house, note), lambda: verb(two.other, note))  # noqa: B023 -- awaited here
        if ended is None:
            break
        stops += 1
        trouble = [one for one in ended if isinstance(one, BaseException)]
        assert trouble == [], f"stopped before statement {at}"
        await expect_taken(
            two, note, at, is_recorded=verb is records and ended[1], is_asked=verb is asks, taking=taking
        )
    assert stops > 1


async def expect_taken(two: Two, note: Note, at: int, *, is_recorded: bool, is_asked: bool, taking: Taking) -> None:
    """Nothing is left of the note that should have gone, and what is left to delete on Discord is written down."""
    await two.house.privacy.sweep()
    where = f"stopped before statement {at}"
    left = {
        table: await two.rows(f"SELECT * FROM {table} WHERE {column} = '{note.key}'")  # noqa: S608 -- our own names
        for table, column in OWN_TABLES.items()
    }
    assert left["heard"] == left["decided"] == [], where
    if taking in (forgotten, channel_gone) and not is_asked:
        assert not any(left.values()), where
    message_id = 70_000 + note.request_id
    known = await two.rows(f"SELECT message_id FROM reply WHERE message_id = {message_id}")  # noqa: S608 -- a number of ours
    swept = message_id in two.house.courier.deleted
    assert not is_recorded or swept or (known and taking is opted_out), where
    assert await two.rows("SELECT key FROM charge WHERE state = 'held'") == [], where


# -- statements that read before they write ----------------------------------------------------------------------------


async def test_whoever_claims_a_note_sees_what_its_last_worker_left(two: Two) -> None:
    """A claim that waits for a slow worker to decide is handed what it decided; one that waits for a deletion, none."""
    ends: dict[int, Callable[[Tx, Note], Awaitable[object]]] = {
        1: lambda tx, note: NOTES.conclude(tx, note.key, note.fence, encode(Silence(3_000)), "Silence"),
        2: lambda tx, note: NOTES.drop(tx, note.message_id or 0),
    }
    found = {}
    for number, end in ends.items():
        note = await in_work(two, number)

        async def slow(note: Note = note, end: Callable[[Tx, Note], Awaitable[object]] = end) -> None:
            async with two.gated.tx() as tx:
                await end(tx, note)

        # The commit is the last step that passes the gate: by then all is done, and locked.
        two.gated.gate = counting = Gate(0)
        await slow()
        assert counting.count > 1
        again = await in_work(two, number + 10)
        two.gated.gate = gate = Gate(counting.count)
        ended = await beside(two.url, gate, slow(again), lambda: late_claim(two.other, again.key))  # noqa: B023 -- awaited here
        assert ended is not None
        found[number] = ended[1]

    assert found[1].outcome == encode(Silence(3_000))
    assert found[2] is None


async def late_claim(database: Database, key: str) -> Note | None:
    """Somebody takes the note once its lease has lapsed."""
    async with database.tx() as tx:
        return await NOTES.claim(tx, key, now_ms=NOW + 10 * LEASE, lease_ms=LEASE)


async def test_a_wish_that_is_withdrawn_opens_nothing(database: Database) -> None:
    """Who asked for a done note deletes the message before it is opened anew: nothing breaks, nobody is billed."""
    await opened(database, NOTE, replace(ASK, id=999, message_id=888))
    async with database.tx() as tx:
        note = await claimed(tx)
        assert await NOTES.conclude(tx, note.key, note.fence, "{}", "Failed")
        await NOTES.answered(tx, 999, key=note.key)
        assert await NOTES.done(tx, note.key, note.fence)
    await opened(database, NOTE, replace(ASK, id=1000, message_id=889))
    async with database.tx() as tx:
        note = await claimed(tx)
    async with database.tx() as tx:
        await NOTES.drop(tx, 889)
    async with database.tx() as tx:
        assert not await NOTES.reopen(tx, note.key, note.fence)
        found = await NOTES.find(tx, note.key)
    assert found is not None
    assert (found.state, found.round) == ("done", 1)
    await opened(database, NOTE, replace(ASK, id=1001, message_id=890))
    async with database.tx() as tx:
        assert await NOTES.claim(tx, note.key, now_ms=NOW, lease_ms=LEASE) is not None, "nobody has it any more"


async def test_a_slow_worker_leaves_the_answer_of_the_next_one_alone(database: Database, tmp_path: Path) -> None:
    """By its nonce Discord may hand it the message its successor has posted: that is not taken back."""
    house = House(database, {}, tmp_path, NOW)
    await opened(database)
    async with database.tx() as tx:
        slow = await claimed(tx)
        assert await NOTES.conclude(tx, slow.key, slow.fence, encode(Silence(3_000)), "Silence")
    async with database.tx() as tx:
        successor = await claimed(tx, now_ms=NOW + 2 * LEASE)
        assert await NOTES.sent(tx, ASK.id, 0, 9_001, key=slow.key)
        await NOTES.answered(tx, ASK.id, key=slow.key)
        assert await NOTES.done(tx, slow.key, successor.fence)
    herald: Any = None
    late = Receipts(database, NOTES, herald, lambda: NOW, slow, ASK)

    with pytest.raises(HoldLost):
        await late.sent(0, 9_001)
    assert not await late.sent(1, 9_002), "what nobody else knows is taken back"
    await house.privacy.sweep()
    assert house.courier.deleted == {9_002}


async def test_a_claim_that_cannot_be_renewed_ends_with_its_lease(database: Database, tmp_path: Path) -> None:
    """A worker whom the database keeps failing stops by itself when somebody else may have its note."""
    await opened(database)
    async with database.tx() as tx:
        note = await claimed(tx)
        await tx.execute("ALTER TABLE note RENAME TO away")
    lease_ms, rules = 60, rules_of(load(NO_FILE, env=ENV, flags={}), tmp_path)
    claims = Claims(database, NOTES, replace(rules, lease_ms=lease_ms), lambda: time_ns() // 1_000_000)
    began = time_ns() // 1_000_000

    async with asyncio.timeout(30):
        with pytest.raises(DatabaseDown):
            await claims.keep(note)
    assert time_ns() // 1_000_000 - began >= lease_ms


async def test_of_several_that_wait_for_a_sound_one_hears_it(database: Database) -> None:
    """The first answer cannot be quoted, and two have found that out: one becomes the original, the other waits."""
    originals, place = Originals(), {"account": "guild:1", "sha256": "x", "variant": "v"}
    async with database.tx() as tx:
        await originals.claim(tx, "first", **place, now_ms=NOW)

    async def takes(key: str) -> bool:
        return await database.run(originals.take_over, key, first="first", **place, now_ms=NOW)

    assert sorted(await asyncio.gather(takes("second"), takes("third"))) == [False, True]


# -- the books ---------------------------------------------------------------------------------------------------------


async def test_purges_side_by_side_leave_the_books_sound(two: Two) -> None:
    """Wherever one purge stands when another begins, every sum is there once, and no name is left."""
    book, old = Book(two.other), "2026-10"
    at = 0
    while True:
        at += 1
        leg = time(f"personal:{at}", MINUTE, scope=Scope.PERSONAL, period=old)
        fence = await book.held(f"n{at}", [leg, money(100, period=old)])
        assert await book.bill(f"n{at}", fence)
        await book.settle(f"n{at}", fence)

        async def purge(database: Database) -> None:
            await database.run(unname_accounts, before_ms=NOW)

        two.gated.gate = gate = Gate(at)
        if (ended := await beside(two.url, gate, purge(two.gated), lambda: purge(two.other))) is None:
            break
        assert ended == [None, None]
    assert at > 4
    assert await book.contradictions() == []
    total = await two.rows("SELECT CAST(sum(committed) AS BIGINT) FROM account WHERE rank = 3")
    assert total == [(at * MINUTE,)]
    assert await two.rows("SELECT account FROM account WHERE account LIKE 'personal:%'") == []


async def test_who_is_forgotten_twice_at_once_has_one_sum(two: Two) -> None:
    """Two presses at one moment, however they fall: the month's sum goes on under one name, and the books agree."""
    book, at = Book(two.other), 0
    while True:
        at += 1
        member = 700 + at
        fence = await book.held(f"n{at}", [time(f"member:1:{member}", MINUTE, scope=Scope.MEMBER), money(100)])
        assert await book.bill(f"n{at}", fence)
        await book.settle(f"n{at}", fence)
        two.gated.gate = gate = Gate(at)
        forgets = two.house.privacy.forget
        plain = House(two.other, {}, Path(), NOW, ring=two.house.ring).privacy.forget
        ended = await beside(two.url, gate, forgets(member), lambda: plain(member))  # noqa: B023 -- awaited here
        assert await book.contradictions() == [], f"stopped before statement {at}"
        assert await two.rows(f"SELECT account FROM account WHERE account LIKE '%:{member}'") == []  # noqa: S608 -- ours
        if ended is None:
            break
        assert ended == [True, True]
    assert at > 10


# -- servers -----------------------------------------------------------------------------------------------------------


async def test_a_server_that_is_erased_while_it_is_missed_leaves_no_name(two: Two) -> None:
    """A start finds it gone, and somebody else erases it that moment: no row says that there ever was such a server."""
    house, at = two.house, 0
    plain = House(two.other, {}, Path(), NOW, ring=house.ring)
    while True:
        at += 1
        guild_id = 8_000 + at
        note, ask = another(at)
        await opened(two.other, replace(note, guild_id=guild_id), ask)
        async with two.other.tx() as tx:
            await Forgetting().leave(tx, guild_id, now_ms=NOW - 365 * 86_400_000)
        two.gated.gate = gate = Gate(at)
        missing = house.privacy.guilds_missing([], is_ours=lambda _: True)
        ended = await beside(two.url, gate, missing, plain.privacy.purge)
        if ended is None:
            break
        assert ended == [None, True], f"stopped before statement {at}"
        assert await two.rows("SELECT guild_id FROM left_guild") == [], f"stopped before statement {at}"
    assert at > 4


# -- trouble -----------------------------------------------------------------------------------------------------------


async def test_what_discord_tells_once_waits_for_any_trouble_of_the_database() -> None:
    """A rule that is broken for a moment is no reason to lose a deletion, nor is any other trouble of the database."""
    troubles: list[Exception] = [DatabaseError("a foreign key"), DatabaseError("something else")]

    async def work() -> None:
        if troubles:
            raise troubles.pop()

    await in_the_end(work)

    assert not troubles


async def test_no_error_of_the_database_quotes_a_row(two: Two) -> None:
    """PostgreSQL quotes the row that breaks a rule; neither our errors nor their causes hand it on to the log."""
    with pytest.raises(DatabaseError) as told:
        async with two.other.tx() as tx:
            await tx.execute(
                "INSERT INTO seen (channel_id, message_id) VALUES (:secret, :nothing)", secret=987_654_321, nothing=None
            )
    record = logged(told.value)

    assert "null value" in Lines().format(record)
    assert "987654321" not in Lines().format(record)


def logged(error: Exception) -> logging.LogRecord:
    """A line about it, with its traceback."""
    return logging.LogRecord("any", logging.ERROR, "", 0, "It broke: %s", (error,), (type(error), error, None))


async def test_a_library_s_own_log_line_quotes_no_row() -> None:
    """Also where a library logs the driver's error itself, the row it quotes is left out."""
    trouble = RuntimeError("it broke a rule\nDETAIL:  Failing row contains (987654321).")
    record = logged(trouble)

    assert "it broke a rule" in Lines().format(record)
    assert "987654321" not in Lines().format(record)


# -- the order itself --------------------------------------------------------------------------------------------------

NOTE_LOCK = "SELECT key FROM note WHERE key IN (:k0) ORDER BY key FOR UPDATE"
A_NOTE, CHARGE = "UPDATE note SET fence = 1 WHERE key = :key", "UPDATE charge SET fence = 1 WHERE key = :key"
TOLD, BALANCE = "UPDATE told SET due_ms = 0 WHERE what = :key", "UPDATE account SET held = 0 WHERE account = :key"
WORDS, REPLY = "DELETE FROM heard WHERE note_key = :key", "DELETE FROM reply WHERE note_key = :key"
WRONG = {
    "the charge before the note": [(CHARGE, "a/1"), (A_NOTE, "a")],
    "a later key before an earlier one": [(A_NOTE, "b"), (NOTE_LOCK, "a")],
    "a note's words without the note": [(WORDS, "a")],
    "another note's reply": [(NOTE_LOCK, "a"), (REPLY, "b")],
    "a notice before the balance": [(TOLD, "x"), (BALANCE, "x")],
    "a table nobody has placed": [("UPDATE strange SET x = 1", "x")],
}


@pytest.mark.parametrize("statements", WRONG.values(), ids=WRONG)
def test_a_wrong_order_of_locks_fails(statements: list[tuple[str, str]]) -> None:
    """Whoever adds a verb that locks out of turn learns of it from the first test that runs it."""
    order = Order()
    *before, (last, key) = statements
    for sql, name in before:
        order.check(sql, [{"key": name, "k0": name}])

    with pytest.raises(RuntimeError, match="lock"):
        order.check(last, [{"key": key, "k0": key}])


async def test_every_table_has_a_place_in_the_order(database: Database) -> None:
    """A new table is placed before anything can be written into it."""
    sql = "SELECT name FROM sqlite_master WHERE type = 'table'"
    if database.engine == "postgresql":
        sql = "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
    async with database.look() as tx:
        tables = {row["name"] for row in await tx.all(sql) if not row["name"].startswith("sqlite_")}

    assert tables - {"schema_version"} <= OF_NOTE | set(ORDER)
