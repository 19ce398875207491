"""Years of running: databases of every release, copies while the bot works, and the way back."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from bot.database import DatabaseError, DatabaseInUse, DatabaseTooNew, open_database
from bot.database.backup import back_up, bring_back
from bot.database.lock import take
from bot.database.migrations import pending, steps
from bot.ledger import Ledger
from bot.notes.statements import FORGET_WORDS
from tests.conftest import SPEECH, WORDS, World, command
from tests.stores import Server

pytest_plugins = ["tests.stores"]

# What a crash between hearing and delivering leaves.
UNDELIVERED = """
INSERT INTO note (key, attachment_id, media, size_bytes, url, is_voice, channel_id, payer_id, request_id, created_ms,
    door, state, ending) VALUES ('7:a', 7, 'voice', 1, '', 1, 1, 1, 1, 1, 'auto', 'heard', 'Transcript');
INSERT INTO decided VALUES ('7:a', '', 'a secret spoken');
INSERT INTO ask (id, note_key, door, channel_id, member_id, locale, private, token, created_ms)
    VALUES (7, '7:a', 'slash', 1, 1, 'ko', 0, 'token-of-an-interaction', 1);
"""
SCHEMAS = sorted((Path(__file__).parent / "schemas").glob("[0-9]*.sql"))
COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = 'public'
"""
# Lines of quoted answers were named after the note until schema 21.
NAMED_LINES = "SELECT id FROM expense WHERE id LIKE '%@%'"
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"


def rows_of(path: Path) -> Iterator[str]:
    """The rows a release left, as statements both engines accept, parents before children."""
    found = [line for line in path.read_text("utf-8").splitlines() if line.startswith("INSERT INTO")]
    order = ("schema_version", "account", "charge", "entry", "note", "ask", "reply")
    return iter(
        sorted(found, key=lambda line: order.index(name) if (name := line.split('"')[1]) in order else len(order))
    )


def facts(books: sqlite3.Connection) -> list[Any]:
    """What an upgrade may not change: balances, journal, notes and replies."""
    return [
        books.execute("SELECT account, period, held, committed FROM account ORDER BY account, period").fetchall(),
        books.execute("SELECT key, account, kind, held_d, committed_d FROM entry ORDER BY 1, 2, 3, 4").fetchall(),
        books.execute("SELECT key, state, ending FROM note ORDER BY key").fetchall(),
        books.execute("SELECT note_key, message_id FROM reply ORDER BY 1, 2").fetchall(),
    ]


def shape(path: Path) -> list[Any]:
    """A database's schema: columns and indexes, however they came to be."""
    with closing(sqlite3.connect(path)) as books:
        tables = [
            name for (name,) in books.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        ]
        columns = [(table, sorted(books.execute(f"PRAGMA table_info({table})"))) for table in tables]
        return [
            columns,
            sorted(books.execute("SELECT name, tbl_name FROM sqlite_master WHERE type IN ('index', 'trigger')")),
        ]


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the log says of changed databases."""
    return [record.getMessage() for record in caplog.records if vars(record).get("action") == "migrated"]


def changes(dump: Path) -> list[str]:
    """What it must say of a release's database; one that is new, or as it should be, was not changed."""
    old, new = int(dump.stem), steps("sqlite")[-1].version
    return [f"Database changed from schema {old} to {new}"] if old < new else []


@pytest.mark.parametrize("dump", SCHEMAS, ids=lambda path: path.stem)
async def test_every_released_schema_is_upgraded(dump: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A SQLite file of each release opens, keeps its balances, notes and replies, and ends with today's schema."""
    caplog.set_level("INFO", "bot")
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    text = await asyncio.to_thread(dump.read_text, "utf-8")
    with closing(sqlite3.connect(old)) as books:
        books.executescript(text)
        before = facts(books)
    async with open_database(f"sqlite:///{old}") as database, database.tx() as tx:
        assert await Ledger().audit(tx) == []
    async with open_database(f"sqlite:///{new}"):
        pass
    assert logged(caplog) == changes(dump)

    with closing(sqlite3.connect(old)) as books:
        assert facts(books) == before
        assert books.execute(NAMED_LINES).fetchall() == []
    assert before[0]
    assert shape(old) == shape(new)


@pytest.mark.parametrize("dump", SCHEMAS, ids=lambda path: path.stem)
async def test_every_released_schema_is_upgraded_on_postgresql(
    dump: Path, postgresql: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """The same on PostgreSQL: a database of each release ends with the columns and indexes of a new one."""
    caplog.set_level("INFO", "bot")
    old, new = await postgresql.create(), await postgresql.create()
    connection = await asyncpg.connect(old)
    await connection.execute("CREATE TABLE schema_version (version BIGINT PRIMARY KEY, name TEXT NOT NULL)")
    for step in steps("postgresql"):
        if step.version <= int(dump.stem):
            await connection.execute(step.script)
    for row in rows_of(dump):
        await connection.execute(row)
    async with open_database(old) as database, database.tx() as tx:
        assert await Ledger().audit(tx) == []
    async with open_database(new):
        pass
    assert logged(caplog) == changes(dump)

    assert await connection.fetch(NAMED_LINES) == []
    fresh = await asyncpg.connect(new)
    for question in (COLUMNS, INDEXES):
        assert set(await connection.fetch(question)) == set(await fresh.fetch(question))
    await connection.close()
    await fresh.close()


def test_a_step_merged_late_is_not_skipped() -> None:
    """A database that has a later step already still gets an earlier one; one with an unknown step is refused."""
    known = steps("sqlite")
    assert [step.version for step in pending(known, [known[-1].version])] == [step.version for step in known[:-1]]
    with pytest.raises(DatabaseTooNew, match="schema 9999"):
        pending(known, [1, 9999])


async def test_a_backup_is_made_while_the_bot_works(world: World, tmp_path: Path) -> None:
    """Amid a note, `backup` copies the database: sound, its owner's alone, and without the words of anybody."""
    copy = tmp_path / "copies" / "earshot.db"
    copy.parent.mkdir()
    async with world.bot():
        done = await world.mina.voice_note(world.general, SPEECH / "park.ogg")
        await done.wait(seconds=60)
        gate = world.openai.hold()
        working = await world.mina.voice_note(world.general, SPEECH / "hotel.ogg")
        await world.openai.wait_for_calls(2)
        ended = await command(tmp_path, world.env(), "backup", str(copy))
        again = await command(tmp_path, world.env(), "backup", str(copy))
        gate.release()
        await working.wait(seconds=60)

    assert ended.code == 0, ended.err
    assert "checked" in ended.out
    assert copy.stat().st_mode & 0o077 == 0
    assert WORDS.encode() not in copy.read_bytes()
    assert again.code == 1
    assert "exists already" in again.err
    with closing(sqlite3.connect(copy)) as books:
        assert books.execute("SELECT state, count(*) FROM note GROUP BY state ORDER BY state").fetchall() == [
            ("done", 1),
            ("open", 1),
        ]


async def test_a_backup_is_brought_back(world: World, tmp_path: Path) -> None:
    """After a restore the bot starts, finishes what the backup had open, and replies no second time."""
    copy = tmp_path / "backup.db"
    async with world.bot():
        gate = world.openai.hold()
        note = await world.mina.voice_note(world.general, SPEECH / "hotel.ogg")
        await world.openai.wait_for_calls(1)
        await asyncio.to_thread(
            back_up, f"sqlite:///{world.database}", copy, forget=FORGET_WORDS, now_ms=time.time_ns() // 10**6
        )
        in_use = await command(tmp_path, world.env(), "restore", str(copy))
        gate.release()
        await note.wait(seconds=60)
    world.database.write_bytes(b"the disk ate it")
    restored = await command(tmp_path, world.env(), "restore", str(copy))
    async with world.bot():
        await world.diary.until("note", count=2)

    assert in_use.code == 1
    assert "stop it first" in in_use.err
    assert restored.code == 0, restored.err
    assert world.database.with_name("earshot.db.old1").read_bytes() == b"the disk ate it"
    assert len([message for message in world.general.messages.values() if message.author.bot]) == 1


async def test_words_decided_and_undelivered_are_in_no_backup(world: World, tmp_path: Path) -> None:
    """A note between hearing and delivering loses its words in the copy, and is open there for another round."""
    copy = tmp_path / "backup.db"
    with world.books() as books:
        books.executescript(UNDELIVERED)

    await asyncio.to_thread(
        back_up, f"sqlite:///{world.database}", copy, forget=FORGET_WORDS, now_ms=time.time_ns() // 10**6
    )

    assert b"a secret spoken" not in copy.read_bytes()
    assert b"token-of-an-interaction" not in copy.read_bytes()
    with closing(sqlite3.connect(copy)) as books:
        assert books.execute("SELECT state, round FROM note").fetchall() == [("open", 2)]


def test_what_cannot_be_copied_is_explained(tmp_path: Path) -> None:
    """No database, PostgreSQL, a damaged backup, a newer one: each is refused in words, and nothing is replaced."""
    url, backup = f"sqlite:///{tmp_path / 'earshot.db'}", tmp_path / "backup.db"
    with pytest.raises(DatabaseError, match="start the bot once"):
        back_up(url, backup, forget=(), now_ms=1)
    with pytest.raises(DatabaseError, match="pg_dump"):
        back_up("postgresql://host/earshot", backup, forget=(), now_ms=1)
    with pytest.raises(DatabaseError, match="no backup"):
        bring_back(url, backup)
    backup.write_bytes(b"no database at all" * 500)
    with pytest.raises(DatabaseError, match="not a database"):
        bring_back(url, backup)
    backup.unlink()
    with closing(sqlite3.connect(backup)) as books:
        books.executescript(
            "CREATE TABLE schema_version (version BIGINT, name TEXT); INSERT INTO schema_version VALUES (9999, 'x');"
        )
    with pytest.raises(DatabaseTooNew):
        bring_back(url, backup)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.db", "earshot.db.lock"]


def test_one_process_restores_at_a_time(tmp_path: Path) -> None:
    """A restore under a running bot is refused, whatever the file says."""
    take(tmp_path / "earshot.db")
    (tmp_path / "backup.db").write_bytes(b"")
    with pytest.raises(DatabaseInUse):
        bring_back(f"sqlite:///{tmp_path / 'earshot.db'}", tmp_path / "backup.db")
