"""`python -m bot usage`: every server's month, for the host."""

import asyncio
import csv
import io
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from rich.console import Console

from bot.app.report import Shape, books_of
from bot.bill import tell
from bot.database import DatabaseError, open_database
from bot.health import Health
from bot.ledger import Drift, Expense, Expenses
from bot.settings import load
from bot.words import Words
from tests.charges import HOST, MONTH, Book
from tests.conftest import SPEECH, World, command
from tests.world.bot import NO_FILE
from tests.world.openai import Answer, spoken_for

pytest_plugins = ["tests.stores", "tests.charges"]

_OPEN = """
INSERT INTO account (account, period, rank, money, ceiling, held, committed)
VALUES (:account, '2026-11', :rank, :money, 0, :held, :committed) ON CONFLICT DO NOTHING
"""
BIG = 1_574_968_314_159_265_358  # ids have 19 digits
ACCOUNTS = [
    {"account": f"guild:{BIG}", "rank": 2, "money": 0, "held": 61_000, "committed": 5_400_000},
    {"account": f"guild:{BIG + 1}", "rank": 2, "money": 0, "held": 0, "committed": 3_001},
    {"account": "host:usd", "rank": 4, "money": 1, "held": 4_575, "committed": 406_925},
]
NOTES = [(BIG, 12, 405_000), (BIG + 1, 1, 225)]  # server, notes, micro-dollars


async def told(folder: Path, shape: Shape, locale: str = "en") -> str:
    """What 80 columns show of books with two servers in them; one has passed a lowered limit."""
    console = Console(file=io.StringIO(), width=80)
    assert isinstance(console.file, io.StringIO)
    settings = load(NO_FILE, env={"EARSHOT_QUOTA__GUILD_MINUTES": "60"}, flags={})
    async with open_database(f"sqlite:///{folder / 'books.db'}") as database:
        async with database.tx() as tx:
            await tx.each(_OPEN, ACCOUNTS)
            for number, (guild_id, notes, usd_micros) in enumerate(NOTES):
                for each in range(notes):
                    await Expenses().write(tx, _line(f"{number}-{each}", guild_id, usd_micros if each == 0 else 0))
        books = books_of(settings, database)
        text = await tell(books, "2026-11", shape, words=Words(locale), console=console)
    return console.file.getvalue() + text


def _line(name: str, guild_id: int, usd_micros: int) -> Expense:
    return Expense(name, f"guild:{guild_id}", "2026-11", 1, 70, 700, 0, "Transcript", 0, 0, usd_micros)


async def test_the_table_is_for_people(tmp_path: Path) -> None:
    """Used, held, limit, left, notes and cost of each server, the dearest first, whole in a terminal of 80 columns."""
    table = await told(tmp_path, "table")
    rows = [line.split() for line in table.splitlines() if line.startswith(" 157")]

    assert rows[0] == [str(BIG), "1:30:00", "1:01", "1:00:00", "0:00", "12", "$0.405"], (
        "nothing is left of a lowered limit"
    )
    assert rows[1] == [str(BIG + 1), "0:04", "0:00", "1:00:00", "59:56", "1", "$0.000225"]
    assert "In all: $0.4115 of $5.00, $4.58 left" in table, "what is left is rounded down"
    assert "Of it, in no server's row: $0.0017 (such as `transcribe` on this machine)" in table
    assert "모두 합쳐: $5.00 중" in await told(tmp_path, "table", "ko")


async def test_json_and_csv_are_for_programs(tmp_path: Path) -> None:
    """Both carry whole milliseconds and micro-dollars."""
    shares = json.loads(await told(tmp_path, "json"))
    rows = list(csv.DictReader(io.StringIO(await told(tmp_path, "csv"))))

    assert shares["host"] == {
        "limit_usd_micros": 5_000_000,
        "used_usd_micros": 406_925,
        "held_usd_micros": 4_575,
        "drift_calls": 0,
        "drift_usd_micros": 0,
    }
    assert shares["guilds"][0] == {
        "guild_id": BIG,
        "month": "2026-11",
        "limit_ms": 3_600_000,
        "used_ms": 5_400_000,
        "held_ms": 61_000,
        "notes": 12,
        "usd_micros": 405_000,
    }
    assert [row["guild_id"] for row in rows] == [str(BIG), str(BIG + 1)]
    assert rows[1]["usd_micros"] == "225"


async def test_the_bill_is_told_beside_a_running_bot(world: World) -> None:
    """The host reads this month while the bot works on the same file; an earlier month is empty."""
    async with world.bot(listen__automatic="true"):
        await (await world.mina.voice_note(world.general, SPEECH / "park.ogg")).wait()
        await world.diary.until("note")
        now = await command(world.folder, world.env(), "usage", "--json")
    then = await command(world.folder, world.env(), "usage", "--csv", "--month", "2020-02")
    slip = await command(world.folder, world.env(), "usage", "--month", "2020-13")

    assert now.code == 0, now.err
    (guild,) = json.loads(now.out)["guilds"]
    assert (guild["guild_id"], guild["used_ms"]) == (world.home.id, world.minutes[0])
    assert guild["usd_micros"] == world.dollars[0]
    assert (then.code, len(then.out.splitlines())) == (0, 1)
    assert slip.code == 2
    assert "YYYY-MM" in slip.err


async def test_what_the_provider_counts_otherwise_is_told(world: World, spoken: Callable[[int], bytes]) -> None:
    """Its own seconds are what the host pays; the difference is logged, counted in metrics, and summed by month."""
    said = [spoken_for(30, str(number)) for number in range(3)]
    world.openai.script(Answer(said[0], seconds=70), Answer(said[1], seconds=20), Answer(said[2]))
    async with world.bot(speech__model="whisper-1"):
        for number in range(3):
            await (await world.mina.voice_note(world.general, (f"{number}.ogg", spoken(30 + number)))).wait()
        await world.diary.until("note", 3)
        told = await command(world.folder, world.env(), "usage", "--json")
        table = await command(world.folder, world.env(), "usage")

    more, less = 40 * 100, -11 * 100  # $0.006 a minute is 100 micro-dollars a second
    assert [one.usd_micros - one.booked_usd_micros for one in world.diary.of("drift")] == [more, less]
    money = json.loads(told.out)["host"]
    assert (money["drift_calls"], money["drift_usd_micros"]) == (2, more + less)
    assert money["used_usd_micros"] == world.dollars[0] == (70 + 20 + 32) * 100
    assert "counted otherwise than Earshot for 2 calls: +$0.0029" in " ".join(table.out.split())


def test_drift_shows_in_the_metrics() -> None:
    """Dearer and cheaper calls are summed apart: a mean of nothing would hide both."""
    health = Health()
    for usd_micros in (4_000, -1_100, 1):
        health.drifted(usd_micros)

    found = [
        health.registry.get_sample_value("earshot_provider_drift_usd_total", {"direction": direction})
        for direction in ("more", "less")
    ]
    assert found == pytest.approx([0.004001, 0.0011])


async def test_a_call_that_costs_nothing_is_no_drift(book: Book) -> None:
    """What the provider never charged for is given back, and is not called a difference of counting."""
    fence = await book.held("a")
    assert await book.call("a", fence)
    await book.correct("a", 0)
    fence = await book.held("b")
    assert await book.call("b", fence)
    await book.correct("b", 6_500)

    async with book.database.tx() as tx:
        assert await Expenses().drift(tx, HOST, MONTH) == Drift(1, 500)
        assert await Expenses().drift(tx, HOST, "2026-12") == Drift(0, 0)


async def test_books_of_an_older_earshot_are_not_read(tmp_path: Path) -> None:
    """A backup that was just brought back is as it was: the host is told to start the bot once."""
    dump, path = Path(__file__).parent / "schemas" / "0001.sql", tmp_path / "earshot.db"
    with closing(sqlite3.connect(path)) as books:
        books.executescript(await asyncio.to_thread(dump.read_text, "utf-8"))
    with pytest.raises(DatabaseError, match=r"has schema 1, this Earshot needs \d+: start the bot once"):
        async with open_database(f"sqlite:///{path}", to_read=True):
            pass


async def test_books_opened_to_read_cannot_be_written(world: World) -> None:
    """What the host's report opens, it cannot change; and it makes no database where there is none."""
    world.database.unlink()
    url = f"sqlite:///{world.database}"
    with pytest.raises(DatabaseError, match="there is no"):
        async with open_database(url, to_read=True):
            pass
    async with open_database(url):
        pass
    with pytest.raises(DatabaseError, match="not authorized"):
        async with open_database(url, to_read=True) as database, database.tx() as tx:
            await tx.execute("DELETE FROM expense")
    assert world.rows("SELECT count(*) FROM expense") == [(0,)]
