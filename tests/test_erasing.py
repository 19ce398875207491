"""What is said once is carried out, whatever comes between its steps; what is done for all is done by one process."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from time import monotonic, process_time

import pytest

from bot.database import Database, DatabaseError, Tx, open_database
from bot.jobs import Jobs
from bot.notes import Ask, Note
from bot.outcome import Door, Scope
from tests.charges import LATER, LEDGER, MINUTE, NOW, Book, money, time
from tests.conftest import SPEECH, World
from tests.inbox import NOTES, another, claimed, finish, opened
from tests.stores import Server
from tests.test_privacy import FORGET, OUT, YES, panel, press, replies_in
from tests.wall_house import House
from tests.world.openai import Scripted

pytest_plugins = ["tests.stores"]

PARK = SPEECH / "park.ogg"
MINA, JUN, CHANNEL = 7_000_001, 7_000_002, 7_000_003
# Numbers in whose neighbourhood no other number of these tests is.
ATTACHMENT = 8_000_000


New = Callable[[], Awaitable[Database]]


class Failing(Database):
    """A real database; the transaction number `at` fails instead of its commit, once."""

    def __init__(self, real: Database, at: int) -> None:
        self.real, self.engine, self.left = real, real.engine, at

    @asynccontextmanager
    async def tx(self) -> AsyncIterator[Tx]:
        """See Database."""
        async with self.real.tx() as tx:
            yield tx
            self.left -= 1
            if not self.left:
                raise DatabaseError("a rule was broken for a moment")

    def look(self) -> AbstractAsyncContextManager[Tx]:
        """See Database."""
        return self.real.look()

    async def scrub(self) -> None:
        """Nothing: what is read afterwards is rows."""


async def mentions(database: Database, *what: int | str) -> set[tuple[str, str]]:
    """Where these numbers, or texts, stand, in whatever table: table and row."""
    sql = "SELECT name FROM sqlite_master WHERE type = 'table'"
    if database.engine == "postgresql":
        sql = "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
    async with database.look() as tx:
        tables = [row["name"] for row in await tx.all(sql)]
        return {
            (table, str(row))
            for table in tables
            for row in await tx.all(f"SELECT * FROM {table}")  # noqa: S608 -- its own tables
            if any(str(one) in str(value) for one in what for value in row.values())
        }


def note_of(number: int, *, author_id: int, channel_id: int = CHANNEL) -> tuple[Note, Ask]:
    """A note of that person's in that channel, and the wish for it."""
    note, ask = another(number)
    key = f"{ATTACHMENT + number}:v"
    note = replace(note, key=key, attachment_id=ATTACHMENT + number, author_id=author_id, payer_id=author_id)
    note = replace(note, request_id=ask.id, channel_id=channel_id)
    return note, replace(ask, note_key=key, member_id=author_id)


async def holds(database: Database, note: Note, member_id: int) -> int:
    """Room is held for a note in work, and some of its words were shown."""
    legs = [time(f"member:1:{member_id}", MINUTE, scope=Scope.MEMBER), time("guild:1", MINUTE), money(6_000)]
    charge = f"{note.key}/{note.round}"
    fence = await Book(database).held(charge, legs)
    assert await Book(database).call(charge, fence)
    async with database.tx() as tx:
        assert await LEDGER.show(tx, charge, fence, piece=0, ms=1_000, now_ms=NOW)
    return fence


async def a_life(database: Database) -> None:
    """Mina has a note that was answered, one in work; she asked for one of Jun's that is done, and for one in work."""
    for number, author_id in enumerate((MINA, MINA, JUN, JUN), 1):
        note, ask = note_of(number, author_id=author_id)
        await opened(database, note, ask)
        if author_id == JUN:
            await opened(database, note, replace(ask, id=number + 900, door=Door.MENU, member_id=MINA))
        if number % 2:
            fence = await holds(database, note, author_id)
            assert await Book(database).bill(f"{note.key}/1", fence)
            await Book(database).settle(f"{note.key}/1", fence)
            async with database.tx() as tx:
                await finish(tx, await claimed(tx, note.key))
        else:
            async with database.tx() as tx:
                mine = await claimed(tx, note.key)
                assert await NOTES.heard(tx, mine.key, mine.fence, 0, 0, 3_000, "words")
                assert await NOTES.sent(tx, ask.id, 0, 60_000 + number, key=note.key, is_live=True)
            await holds(database, note, author_id)


@pytest.fixture
async def lives(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[New]:
    """New databases, one after the other."""
    numbers = count(1)
    async with AsyncExitStack() as stack:

        async def new() -> Database:
            if engine == "sqlite":
                return await stack.enter_async_context(open_database(f"sqlite:///{tmp_path / f'{next(numbers)}.db'}"))
            server: Server = request.getfixturevalue("postgresql")
            return await stack.enter_async_context(open_database(await server.create()))

        yield new


async def forgotten(house: House) -> None:
    """Mina presses, and once more if she is told that it broke."""
    try:
        await house.privacy.forget(MINA)
    except DatabaseError:
        await house.privacy.forget(MINA)


async def channel_gone(house: House) -> None:
    """Discord tells it once; whoever listens tries for ever."""
    try:
        await house.privacy.channel_deleted(CHANNEL)
    except DatabaseError:
        await house.privacy.channel_deleted(CHANNEL)


ATTACHMENTS = tuple(ATTACHMENT + number for number in range(1, 5))


@pytest.mark.parametrize(
    ("way", "numbers"),
    [(forgotten, (MINA, *ATTACHMENTS[:2])), (channel_gone, (CHANNEL, *ATTACHMENTS))],
    ids=["member", "channel"],
)
async def test_a_wish_to_erase_survives_trouble_between_its_steps(
    lives: New, tmp_path: Path, way: Callable[[House], Awaitable[None]], numbers: tuple[int, ...]
) -> None:
    """Whichever transaction fails: soon nothing names them, holds are closed, what was shown is billed, all agrees."""
    at, failed, step = 0, True, 1
    while failed:
        at += step
        real = await lives()
        step = 1 if real.engine == "sqlite" else 4  # they differ in nothing that matters here, and a server is slow
        await a_life(real)
        failing = Failing(real, at)
        house = House(failing, {}, tmp_path, NOW)
        await way(house)
        failed, failing.left = failing.left <= 0, 0
        house.pass_time(61_000)
        await house.upkeep.refill()
        await house.upkeep.refill()
        assert await mentions(real, *numbers) == set(), f"transaction {at} failed"
        assert await Book(real).contradictions() == []
        # Jun's note goes on where only Mina is forgotten.
        sums = (2 * MINUTE + 1_000, MINUTE) if way is forgotten else (2 * MINUTE + 2_000, 0)
        assert await Book(real).balance("guild:1") == sums, f"transaction {at} failed"
    assert at > 5


async def test_a_hold_whose_note_is_gone_is_closed_and_loses_its_name(database: Database, tmp_path: Path) -> None:
    """What an older Earshot left when it was interrupted: soon nothing is held, and no attachment is named."""
    note, ask = note_of(1, author_id=MINA)
    await opened(database, note, ask)
    await holds(database, note, MINA)
    async with database.tx() as tx:
        await tx.execute("DELETE FROM ask WHERE note_key = :key", key=note.key)
        await tx.execute("DELETE FROM note WHERE key = :key", key=note.key)
    house = House(database, {}, tmp_path, NOW)
    house.pass_time(LATER - NOW + 1)
    await house.upkeep.refill()

    assert await mentions(database, ATTACHMENTS[0]) == set()
    assert await Book(database).contradictions() == []
    assert await Book(database).balance("guild:1") == (1_000, 0), "what was shown is billed"


async def test_one_process_does_for_all_what_is_done_once_a_minute(database: Database, tmp_path: Path) -> None:
    """Of two processes one has the round; where it has died, the other has the next one."""
    await opened(database)
    first, second = House(database, {}, tmp_path, NOW), House(database, {}, tmp_path, NOW)

    assert await first.upkeep.refill() == 1
    assert await second.upkeep.refill() == 0
    assert second.bells.rung == []
    assert await first.upkeep.refill() == 1, "whoever has it goes on"
    second.pass_time(56_000)
    assert await second.upkeep.refill() == 1
    assert await first.upkeep.refill() == 0


async def test_one_process_purges_for_all(database: Database, tmp_path: Path) -> None:
    """Of processes that started together one erases what is old, and no other one begins for an hour."""
    houses = [House(database, {}, tmp_path, NOW) for _ in range(3)]
    for house in houses:
        house.pass_time(6 * 60_000)
        await house.upkeep.refill()
        house.pass_time(56_000)
    async with database.look() as tx:
        rows = await tx.all("SELECT holder, until_ms FROM lease WHERE name = 'purge'")

    assert [row["until_ms"] for row in rows] == [NOW + 6 * 60_000 + 60 * 60_000]


async def test_the_queue_s_own_books_do_not_grow(postgresql: Server) -> None:
    """What happened to jobs some minutes ago is forgotten, also by a process that has answered few of them."""
    url = await postgresql.create()
    async with open_database(url) as database:
        jobs = Jobs(parallel=1, database=database)
        await jobs.prepare()
        now_ms = await database.now_ms() or 0
        for table, column in (("pgqueuer_log", "job_id"), ("pgqueuer_statistics", "count")):
            for age in ("1 minute", "11 minutes", "40 days"):
                values = f"now() - interval '{age}', 1, 'queued', 0, 'note'"
                columns = f"created, {column}, status, priority, entrypoint"
                await postgresql.run(f"INSERT INTO {table} ({columns}) VALUES ({values})", url)  # noqa: S608 -- ours
        await database.run(jobs.tidy, now_ms=now_ms)
        async with database.look() as tx:
            left = [await tx.all(f"SELECT 1 AS n FROM {table}") for table in ("pgqueuer_log", "pgqueuer_statistics")]  # noqa: S608 -- ours
    await postgresql.drop(url)

    assert [len(rows) for rows in left] == [1, 1]


# -- while an answer is being posted -----------------------------------------------------------------------------------


@pytest.mark.parametrize("labels", [(OUT,), (FORGET, YES)], ids=["opted out", "forgotten"])
async def test_words_that_are_taken_back_amid_an_answer_are_posted_no_more(
    world: World, labels: tuple[str, ...], spoken: Callable[[int], bytes]
) -> None:
    """Amid an answer of three messages: no further one is posted, those that stand are taken back, the bill stays."""
    sentences = [f"This is sentence number {number}." for number in range(150)]
    world.openai.ears = Scripted(" ".join(sentences))
    gate = world.discord.hold(
        "POST", f"/channels/{world.general.id}/messages", when=lambda said: "number 70." in said["content"]
    )
    last = world.discord.hold(
        "POST", f"/channels/{world.general.id}/messages", when=lambda said: sentences[-1] in said["content"]
    )
    async with world.bot():
        await world.mina.voice_note(world.general, ("long.ogg", spoken(60)))
        await gate.arrived(seconds=60)
        assert any(sentences[0] in said for said in replies_in(world.general, world))
        await press(world, await panel(world), *labels)
        gate.open()
        await world.diary.until("taken_over")
        await world.general.wait_for(lambda seen: not [one for one in seen if "sentence" in one.content])
        await world.idle()
    assert last.waiting == 0, "the third message was never posted"
    assert not any("sentence" in said for said in replies_in(world.general, world))
    assert world.minutes[0] > 0, "the words were heard, and paid for"
    assert world.minutes[1] == 0


async def test_an_answer_that_is_deleted_by_a_button_goes_whole_whatever_breaks(
    world: World, spoken: Callable[[int], bytes]
) -> None:
    """The books break amid it: whoever pressed is told, and what still stands goes by itself after the next start."""
    world.openai.ears = Scripted(" ".join(f"This is sentence number {number}." for number in range(150)))
    stays = world.discord.fail("DELETE", f"/channels/{world.general.id}/messages/*", times=1_000, status=503)
    async with world.bot():
        note = await world.mina.voice_note(world.general, ("long.ogg", spoken(60)))
        await note.wait(lambda seen: len(seen.messages) == 3)
        await world.idle()
        with world.books() as books:
            books.execute("CREATE TRIGGER broken BEFORE DELETE ON reply BEGIN SELECT RAISE(ABORT, 'trouble'); END")
        more = await (await world.mina.press(note.messages[-1], "More")).wait()
        await world.mina.press(more.messages[0], "Delete this text")
        await world.diary.until("command_failed")
        with world.books() as books:
            books.execute("DROP TRIGGER broken")
        assert replies_in(world.general, world)
    stays.times = 0
    async with world.bot():
        await world.general.wait_for(lambda _: not replies_in(world.general, world))

    assert not note.messages


async def test_who_presses_forget_me_is_answered_though_the_database_is_in_trouble(world: World) -> None:
    """Where not even the wish can be kept they get a sentence and an id; where it can, that it goes on by itself."""
    async with world.bot():
        await (await world.mina.voice_note(world.general, PARK)).wait()
        await world.idle()
        with world.books() as books:
            books.execute("CREATE TRIGGER broken BEFORE INSERT ON leaving BEGIN SELECT RAISE(ABORT, 'trouble'); END")
        opened_panel = await panel(world)
        await world.mina.press(opened_panel.messages[0], FORGET)
        await opened_panel.wait(lambda seen: "Forget you?" in seen.content)
        await world.mina.press(opened_panel.messages[0], YES)
        await world.diary.until("command_failed")
        with world.books() as books:
            books.execute("DROP TRIGGER broken")
            books.execute("CREATE TRIGGER broken BEFORE DELETE ON note BEGIN SELECT RAISE(ABORT, 'trouble'); END")
        told = await press(world, await panel(world), FORGET, YES)
        with world.books() as books:
            books.execute("DROP TRIGGER broken")
    kept = world.rows("SELECT key FROM note")
    async with world.bot():
        await world.diary.until("forgotten")
        await world.general.wait_for(lambda _: not replies_in(world.general, world))

    assert "your wish is written down" in told
    assert kept
    assert world.rows("SELECT key FROM note") == world.rows("SELECT kind FROM leaving") == []


# -- a long life -------------------------------------------------------------------------------------------------------

OLD_NOTES, IN_WORK = 10_000, 20
ENTRY = "key, account, period, kind, fence, era, piece, attempt, held_d, committed_d, at_ms"


async def copies(tx: Tx, table: str, key: str, changed: dict[str, str]) -> None:
    """As many copies of a row as there are old notes; what differs is SQL over their numbers, `i`."""
    column = "note_key" if table in ("ask", "reply") else "key"
    row = (await tx.all(f"SELECT * FROM {table} WHERE {column} = :key", key=key))[0]  # noqa: S608 -- ours
    values = ", ".join(changed.get(name, f"one.{name}") for name in row)
    await tx.execute(
        "WITH RECURSIVE counted(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM counted WHERE i < :most) "  # noqa: S608
        f"INSERT INTO {table} ({', '.join(row)}) SELECT {values} FROM {table} AS one CROSS JOIN counted "
        f"WHERE one.{column} = :key",
        key=key,
        most=OLD_NOTES - 1,
        ends=":v",
    )


async def a_long_life(database: Database) -> None:
    """Ten thousand notes that were answered and paid, and twenty in work, all of Mina's."""
    note, ask = note_of(OLD_NOTES + IN_WORK, author_id=MINA)
    await opened(database, note, ask)
    key, at, charge = f"CAST({ATTACHMENT} + i AS TEXT) || :ends", f"{NOW - 20 * 24 * 3_600_000} + i", "before/1"
    numbers = {"created_ms": at, "message_id": f"{ATTACHMENT} + i"}
    async with database.tx() as tx:
        await tx.execute("UPDATE note SET state = 'done', ending = 'Transcript' WHERE key = :key", key=note.key)
        await tx.execute("UPDATE ask SET state = 'done' WHERE note_key = :key", key=note.key)
        await tx.execute(
            "INSERT INTO reply (note_key, ask_id, part, channel_id, message_id) VALUES (:key, :ask, 0, 20, 1)",
            key=note.key,
            ask=ask.id,
        )
        await copies(tx, "note", note.key, {"key": key, "attachment_id": f"{ATTACHMENT} + i", **numbers})
        await copies(tx, "ask", note.key, {"id": "i + 1", "note_key": key, **numbers})
        await copies(tx, "reply", note.key, {"note_key": key, "ask_id": "i + 1", "message_id": "9000000 + i"})
        for table in ("reply", "ask", "note"):
            column = "key" if table == "note" else "note_key"
            await tx.execute(f"DELETE FROM {table} WHERE {column} = :key", key=note.key)  # noqa: S608 -- ours
    async with database.tx() as tx:
        await tx.execute(
            "INSERT INTO account (account, period, rank, money, ceiling, committed) "
            "VALUES (:account, '2026-11', 2, 0, 100000000, :committed)",
            account="guild:1",
            committed=(OLD_NOTES + 1) * 1_000,
        )
        await tx.execute(
            "INSERT INTO charge (key, state, fence, era, expires_ms, changed_ms) VALUES (:key, 'settled', 1, 1, 0, 0)",
            key=charge,
        )
        await copies(tx, "charge", charge, {"key": f"{key} || '/1'", "expires_ms": at, "changed_ms": at})
        for kind, held, committed in (("hold", 1_000, 0), ("bill", -1_000, 1_000)):
            await tx.execute(
                f"INSERT INTO entry ({ENTRY}) "  # noqa: S608 -- ours
                "VALUES (:key, 'guild:1', '2026-11', :kind, 1, 1, 0, 0, :held, :committed, 0)",
                key=charge,
                kind=kind,
                held=held,
                committed=committed,
            )
        await tx.execute(
            "WITH RECURSIVE counted(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM counted WHERE i < :most) "  # noqa: S608
            f"INSERT INTO entry ({ENTRY}) "
            f"SELECT {key} || '/1', one.account, one.period, one.kind, 1, 1, 0, 0, one.held_d, one.committed_d, {at} "
            "FROM entry AS one CROSS JOIN counted WHERE one.key = :key",
            key=charge,
            most=OLD_NOTES - 1,
            ends=":v",
        )
    for number in range(OLD_NOTES, OLD_NOTES + IN_WORK):
        note, ask = note_of(number, author_id=MINA)
        await opened(database, note, ask)
        async with database.tx() as tx:
            mine = await claimed(tx, note.key)
            assert await NOTES.heard(tx, mine.key, mine.fence, 0, 0, 3_000, "words")
        await Book(database).held(f"{note.key}/1", [time("guild:1", 3_000, 100_000_000), money(100)])


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_a_long_life_is_forgotten_in_seconds_and_nobody_waits_for_it(database: Database, tmp_path: Path) -> None:
    """Ten thousand notes and twenty in work go in five seconds of work; notes of others are answered meanwhile."""
    database.is_watched = False  # as in earnest
    await a_long_life(database)
    house = House(database, {}, tmp_path, NOW)
    waits: list[float] = []

    async def others(number: int) -> None:
        """A note of somebody else, from its wish to its end."""
        began = monotonic()
        note, ask = another(50_000 + number)
        await opened(database, note, ask)
        async with database.tx() as tx:
            await finish(tx, await claimed(tx, note.key))
        waits.append(monotonic() - began)

    async def go_on() -> None:
        for number in count(1):
            await others(number)

    meanwhile = asyncio.create_task(go_on())
    began, worked = monotonic(), process_time()
    assert await house.privacy.forget(MINA)
    took_s, worked_s = monotonic() - began, process_time() - worked
    meanwhile.cancel()
    await asyncio.wait({meanwhile})

    assert {table for table, _ in await mentions(database, MINA, CHANNEL, ":v")} == set()
    assert await Book(database).contradictions() == []
    assert (await Book(database).balance("guild:1"))[1] == 0
    assert len(waits) > 20
    assert max(waits) < took_s / 4, "somebody waited for more than some steps of it"
    assert worked_s < 5, f"{worked_s:.1f} s"
    # So long it may take by the clock, too, on a machine that has nothing else to do; bench/forgetting.py measures it.
    assert took_s < 5 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)), f"{took_s:.1f} s"
