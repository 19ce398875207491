"""A restore brings back rows, and not what people wished away since."""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from bot.database import Database, open_database
from bot.database.migrations import steps
from bot.desk import Recall
from bot.keyring import Keyring, Keys
from bot.keyring.wishes import Kind, WishFile, read_wishes
from tests.conftest import SPEECH, WORDS, World, command
from tests.stores import Server
from tests.test_check import found
from tests.test_privacy import FORGET, IN, OUT, REFUSED, YES, panel, press
from tests.test_upgrade import COLUMNS, rows_of

pytest_plugins = ["tests.stores"]

PARK, HOTEL = SPEECH / "park.ogg", SPEECH / "hotel.ogg"
DAY = 86_400_000
SCHEMAS = sorted((Path(__file__).parent / "schemas").glob("[0-9]*.sql"))


def has(world: World, number: int) -> list[str]:
    """The tables in which a number stands."""
    tables = [name for (name,) in world.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return [
        table
        for table in tables
        if any(str(number) in str(value) for row in world.rows(f"SELECT * FROM {table}") for value in row)  # noqa: S608 -- its own tables
    ]


async def test_what_was_wished_away_stays_away_after_a_restore(world: World) -> None:
    """Opt-outs, forgotten people and deleted channels since a backup are carried out anew by the next start."""
    copy, other = world.folder / "backup.db", world.home.channel("other")
    jun = world.home.member("Jun")
    async with world.bot():
        for note in (await world.mina.voice_note(world.general, PARK), await jun.voice_note(world.general, HOTEL)):
            await note.wait(seconds=60)
        await (await world.admin.voice_note(other, SPEECH / "meeting.ogg")).wait(seconds=60)
        assert (await command(world.folder, world.env(), "backup", str(copy))).code == 0
        await press(world, await panel(world, "admin"), OUT, who="admin")
        await press(world, await panel(world), FORGET, YES)
        other.remove()
        await world.diary.until("withdrawn")
    path = world.keys.with_suffix(".wishes")
    assert str(world.mina.id) not in path.read_text("utf-8")
    assert str(other.id) not in path.read_text("utf-8")
    restored = await command(world.folder, world.env(), "restore", str(copy))
    assert has(world, world.mina.id) != []
    async with world.bot():
        await world.diary.until("forgotten", 2)
        asked = await (await world.admin.slash("transcribe", world.general, file=PARK)).wait()

    assert restored.code == 0, restored.err
    assert "Since it was made 1 opted out, and 2 people, channels and servers were erased" in restored.out
    assert "/quota show" in restored.out
    assert REFUSED in asked.content
    assert has(world, world.mina.id) == has(world, other.id) == []
    assert world.rows("SELECT member_id FROM opted_out") == [(world.admin.id,)]
    assert has(world, jun.id) != []
    assert json.loads(path.read_text("utf-8").splitlines()[0])["kind"] == "out"


async def test_a_restore_says_what_it_cannot_know(world: World) -> None:
    """Without the file of wishes, or with a backup older than backups may be, the host is told in time."""
    copy = world.folder / "backup.db"
    async with world.bot():
        assert WORDS in (await (await world.mina.voice_note(world.general, PARK)).wait()).content
    made = await command(world.folder, world.env(), "backup", str(copy))
    unknown = await command(world.folder, world.env(), "restore", str(copy))
    with closing(sqlite3.connect(copy)) as books:
        books.execute("UPDATE chore SET at_ms = at_ms - :old WHERE name = 'backup'", {"old": 31 * DAY})
        books.commit()
    old = await command(world.folder, world.env(), "restore", str(copy))
    even_so = await command(world.folder, world.env(), "restore", "--old", str(copy))

    assert "Keep it for 30 days at most" in made.out
    assert "nobody knows any more who opted out" in unknown.out
    assert (old.code, even_so.code) == (1, 0)
    assert "is 31 days old, and backups may be kept for 30" in old.err


async def test_a_backup_goes_where_it_can_be_written(world: World) -> None:
    """A place in which nothing can be written is refused, and one beside the database is named."""
    async with world.bot():
        pass
    nowhere = await command(world.folder, world.env(), "backup", str(world.folder / "absent" / "today.db"))
    read_only = await command(world.folder, world.env(), "backup", "/proc/today.db")

    assert (nowhere.code, read_only.code) == (1, 1)
    for ended in (nowhere, read_only):
        assert f"Name a file in a folder it may write in, such as {world.database.parent / 'today.db'}" in ended.err


def test_a_wish_names_nobody_and_does_not_stay(tmp_path: Path) -> None:
    """The file holds codes, and ids of opt-outs alone; opting in leaves nothing; what is older than any backup goes."""
    keys = Keys().at(0)
    wishes = WishFile(tmp_path / "k.wishes", Keyring(keys), keeps_ms=30 * DAY)
    moments = [wishes.add("out", 40, now_ms=5), wishes.add("member", 41_000_001, now_ms=5)]
    moments += [wishes.add("channel", 42_000_002, now_ms=4)]
    assert moments == [5, 6, 7], "each has a moment of its own"
    assert "00000" not in wishes.path.read_text("utf-8")
    subjects: dict[Kind, list[int]] = {
        "member": [41_000_001, 43],
        "channel": [42_000_002, 41_000_001],
        "server": [42_000_002],
    }
    again = WishFile(wishes.path, Keyring(keys), keeps_ms=30 * DAY)
    assert again.among(again.since(5), subjects) == [("channel", 42_000_002), ("member", 41_000_001)]
    stranger = WishFile(wishes.path, Keyring(Keys().at(0)), keeps_ms=30 * DAY)
    assert stranger.among(stranger.since(0), subjects) == [("out", 40)]
    assert stranger.strange(stranger.since(0)) == 2

    wishes.add("server", 44, now_ms=30 * DAY + 7)
    assert [wish.kind for wish in read_wishes(wishes.path)] == ["out", "channel", "server"]
    wishes.take_back(40, now_ms=30 * DAY + 7)
    assert [wish.kind for wish in read_wishes(wishes.path)] == ["channel", "server"]
    assert wishes.path.stat().st_mode & 0o077 == 0


async def test_opt_outs_of_an_older_release_are_written_down_once(database: Database, tmp_path: Path) -> None:
    """The first start puts the opt-outs there are into the file, and takes none of it for a restore afterwards."""
    file = WishFile(tmp_path / "k.wishes", Keyring(Keys().at(0)), keeps_ms=30 * DAY)
    recall = Recall(database, file, lambda: 31 * DAY)
    async with database.tx() as tx:
        for member_id in (40, 41):
            await tx.execute("INSERT INTO opted_out (member_id, at_ms) VALUES (:member_id, 1)", member_id=member_id)
    assert [await recall.catch_up() for _ in range(2)] == [0, 0]
    assert sorted(wish.of for wish in read_wishes(file.path)) == ["40", "41"]

    async with database.tx() as tx:
        await tx.execute("DELETE FROM opted_out WHERE member_id = 40")
        await tx.execute("UPDATE chore SET at_ms = 0 WHERE name = 'wishes'")
    assert [await recall.catch_up() for _ in range(2)] == [2, 0]
    async with database.tx() as tx:
        assert len(await tx.all("SELECT member_id FROM opted_out")) == 2


async def test_opting_in_is_not_undone(world: World) -> None:
    """Who opted out and in again since is heard after any start."""
    async with world.bot():
        await press(world, await panel(world), OUT, IN)
    async with world.bot():
        again = await (await world.mina.voice_note(world.general, PARK)).wait()

    assert WORDS in again.content
    assert read_wishes(world.keys.with_suffix(".wishes")) == []


@pytest.mark.parametrize("dump", SCHEMAS, ids=lambda path: path.stem)
async def test_check_changes_no_schema(dump: Path, world: World) -> None:
    """`check` of a newer Earshot says what its start will do to a SQLite file, and does none of it."""
    world.database.unlink(missing_ok=True)
    text = await asyncio.to_thread(dump.read_text, "utf-8")
    with closing(sqlite3.connect(world.database)) as books:
        books.executescript(text)
        before = list(books.iterdump())
    finding = (await found(world.env()))["database"]
    with closing(sqlite3.connect(world.database)) as books:
        assert list(books.iterdump()) == before

    assert (
        f"schema {int(dump.stem)}; the start of this Earshot changes it to {steps('sqlite')[-1].version}"
        in finding.found
    )
    assert "backup" in finding.warning
    assert not finding.fix


async def test_check_changes_no_schema_on_postgresql(world: World, postgresql: Server) -> None:
    """The same where old processes may be at work: tables of schema 14, and none at all, stay as they are."""
    url, empty = await postgresql.create(), await postgresql.create()
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE schema_version (version BIGINT PRIMARY KEY, name TEXT NOT NULL)")
    for step in steps("postgresql"):
        if step.version <= 14:
            await connection.execute(step.script)
    for row in rows_of(SCHEMAS[-1]):
        await connection.execute(row)
    before = await connection.fetch(COLUMNS)
    older = (await found({**world.env(), "DATABASE_URL": url}))["database"]
    new = (await found({**world.env(), "DATABASE_URL": empty}))["database"]
    assert await connection.fetch(COLUMNS) == before
    await connection.close()

    assert "schema 14; the start of this Earshot changes it" in older.found
    assert "empty" in new.found
    async with open_database(url):
        pass
    assert "schema current" in (await found({**world.env(), "DATABASE_URL": url}))["database"].found
    for each in (url, empty):
        await postgresql.drop(each)
