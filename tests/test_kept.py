"""What the database keeps about people: all of it is named in one place, and gone when that says so."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import pytest

from bot.database import Database
from bot.desk import Queued
from bot.jobs import Jobs
from bot.kept import COLUMNS, COUNTED, LINES, PLAIN, Last, Line, line_of
from bot.outcome import Door
from bot.quota import member_account, role_account, snowflake_at
from bot.reply.quota import Change, change_text
from bot.request import Request
from bot.words import Words
from tests.pages import kept as page
from tests.wall_house import House

pytest_plugins = ["tests.stores"]

SOUND = Path(__file__).parent / "speech" / "park.ogg"
DAY = 86_400_000
BEGIN = 1_792_400_000_000  # 19 October 2026
# Numbers that are part of no other number here.
MINA, JUN, ANA, ADMIN = 920_111_111_111, 920_222_222_222, 920_333_333_333, 920_444_444_444
HOME, LEFT = 910_555_555_555, 910_666_666_666
GENERAL, CLOSED, THREAD, THEIRS = 930_111_777_777, 930_222_777_777, 930_333_777_777, 930_444_777_777
ROLE = 940_888_888_888
FILE, LOCALE, TOKEN, WORD = "dear-diary.ogg", "pt-BR", "a-secret-token", "bravo"
TEXTS = (FILE, LOCALE, TOKEN, WORD, "signature-of-an-address")
ENV = {
    "EARSHOT_QUOTA__GUILD_MINUTES": "60",
    "EARSHOT_QUOTA__REPEAT_HOURS": "24",
    "EARSHOT_QUOTA__CONFIRMED_SERVERS": f"{HOME},{LEFT}",
    "EARSHOT_QUOTA__HOST_USD": "5",
    "EARSHOT_QUOTA__MEMBER_MINUTES": "30",
}
# How many days after the last of it something may still be there, by the declaration; None: always. Sums go with their
# month: in these tests within 13 days after the last note.
DAYS: dict[Last, float | None] = {
    "work": -1, "hour": -1, "day": 1, "notes": 30, "replies": 365, "month": 13, "left": None, "year": 365, "wish": None,
    "always": None,
}  # fmt: skip
PLACES: tuple[tuple[int | None, int, int | None], ...] = (
    *((HOME, GENERAL, None), (HOME, CLOSED, None), (HOME, THREAD, CLOSED), (LEFT, THEIRS, None)),
    (None, 930_555_777_777, None),  # in private
)
# Columns that hold something only between two steps: tests of erasing and of delivering look there.
MEANWHILE = {
    *(("heard", "note_key"), ("heard", "text"), ("decided", "note_key"), ("decided", "outcome")),
    *(("forgotten", "member_id"), ("leaving", "subject"), ("told", "notice"), ("pgqueuer", "payload")),
}


async def columns_of(database: Database) -> set[tuple[str, str]]:
    """Every column of every table, as the engine itself tells."""
    if database.engine == "postgresql":
        sql = "SELECT table_name AS t, column_name AS c FROM information_schema.columns WHERE table_schema = 'public'"
    else:
        sql = "SELECT m.name AS t, c.name AS c FROM sqlite_master AS m, pragma_table_info(m.name) AS c "
        sql += "WHERE m.type = 'table'"
    async with database.look() as tx:
        return {(row["t"], row["c"]) for row in await tx.all(sql)}


async def test_every_column_is_declared(database: Database) -> None:
    """A column is declared as what tells about somebody, with its reason and last day, or as plain; on both engines."""
    await Jobs(parallel=1, database=database).prepare()
    named = [(one.table, one.name) for one in COLUMNS]
    plain = [(table, name) for table, names in PLAIN.items() for name in names.split()]
    declared = set(named) | set(plain)
    assert len(named) + len(plain) == len(declared), "a column is declared twice"

    there = await columns_of(database)
    assert there - declared == set()
    assert {one for one in declared - there if not one[0].startswith("pgqueuer")} == set()


def test_every_declaration_has_a_line() -> None:
    """Each column's reason is a line of docs/privacy.md, and each line has a column."""
    assert {one.line for one in COLUMNS} == set(LINES)
    assert {name for names in COUNTED.values() for name in names} <= {f"{one.table}.{one.name}" for one in COLUMNS}


def test_the_page_says_what_is_kept() -> None:
    """The table of docs/privacy.md is the declaration."""
    assert page.SECTION.read() == page.table(), "run: make pages"


@dataclass
class Life:
    """A month of use of two servers, and who and what of it is gone."""

    house: House
    numbers: int = 950_000_000_000
    filled: set[tuple[str, str]] = field(default_factory=set)

    def note(self, guild_id: int | None, channel_id: int, member_id: int, *, parent_id: int | None = None) -> Request:
        """A voice note that somebody posts."""
        self.numbers += 1_000
        made = self.house.request(guild_id, member_id)
        return replace(
            made, attachment_id=self.numbers, filename=FILE, channel_id=channel_id, asked_in=channel_id,
            parent_id=parent_id, message_id=made.id, sound_guild_id=guild_id, role_ids=(ROLE,), locale=LOCALE,
            url=f"https://cdn.discordapp.com/{FILE}?hm=signature-of-an-address",
        )  # fmt: skip

    def wish(self) -> int:
        """The id of a command that is given now."""
        self.numbers += 1
        return snowflake_at(self.house.now_ms) + self.numbers % 1_000

    def asked(self, of: Request, guild_id: int | None, channel_id: int, member_id: int) -> Request:
        """Somebody asks for it by command."""
        made = self.house.request(guild_id, member_id, of=of.attachment_id)
        return replace(
            of, id=made.id, ask_id=made.id, door=Door.MENU, guild_id=guild_id, member_id=member_id, asked_in=channel_id,
            token=TOKEN, application_id=940_999_999_999,
        )  # fmt: skip

    async def post(self, request: Request) -> None:
        """It is heard and answered."""
        assert isinstance(await self.house.desk.accept(request), Queued)
        if request.door is Door.SLASH:
            self.house.plan.amid = self.look
        await self.house.work()
        self.house.now_ms += 1_000

    async def look(self) -> None:
        """Learn in which columns anything stands."""
        await self.dump()

    async def tidy(self) -> None:
        """What the bot does by itself."""
        await self.house.upkeep.refill()
        while not await self.house.privacy.purge():
            pass

    async def month(self) -> None:
        """Everybody posts, asks, decides; every ten days."""
        house = self.house
        await house.switches.decide(HOME, 0, mode="auto", alerts_channel_id=CLOSED)
        await house.switches.decide(HOME, CLOSED, mode="auto", place="thread")
        await house.switches.decide(LEFT, 0, mode="auto", locale="ko")
        for guild_id in (HOME, LEFT):
            for account in (
                member_account(guild_id, JUN),
                role_account(guild_id, ROLE),
                member_account(guild_id, MINA),
            ):
                await house.quotas.limit(account, 1_800_000, guild_id=guild_id, by_id=ADMIN, at=self.wish())
        account = member_account(HOME, ANA)
        await house.quotas.limit(account, 1_800_000, guild_id=HOME, by_id=JUN, at=self.wish())
        for _ in range(3):
            house.pass_time(10 * DAY)
            for member_id in (MINA, JUN, ANA):
                for place, channel_id, parent_id in PLACES:
                    note = self.note(place, channel_id, member_id, parent_id=parent_id)
                    await self.post(note)
                    if channel_id in (THEIRS, CLOSED):
                        await self.post(self.asked(note, HOME, GENERAL, ADMIN))
                    elif channel_id == GENERAL:
                        await self.post(self.asked(note, LEFT, THEIRS, ADMIN))
                        await self.post(self.asked(note, HOME, CLOSED, ADMIN))
                too_long = replace(self.note(HOME, GENERAL, member_id), declared_ms=90_000_000)
                await house.desk.accept(too_long)
                offered = self.note(HOME, CLOSED, member_id)
                assert offered.message_id is not None
                await house.switches.offer(offered.message_id, CLOSED, HOME)
                await house.switches.offered(offered.message_id, offered.message_id + 500)
            file = replace(self.note(HOME, GENERAL, MINA), door=Door.SLASH, message_id=None, token=TOKEN)
            file = replace(file, application_id=940_999_999_999)
            await self.post(file)
            await house.desk.lacks(HOME, CLOSED, "send_messages")
            await house.desk.lacks(LEFT, THEIRS, "send_messages")
            await self.dump()
            await self.tidy()

    async def dump(self) -> list[tuple[str, str, str]]:
        """Every value of every row of every table: table, column, text."""
        tables = sorted({table for table, _ in await columns_of(self.house.database)})
        async with self.house.database.look() as tx:
            found = [
                (table, column, str(value))
                for table in tables
                for row in await tx.all(f"SELECT * FROM {table}")  # noqa: S608 -- its own tables
                for column, value in row.items()
            ]
        self.filled |= {(table, column) for table, column, value in found if value not in ("None", "", "0")}
        return found

    async def where(self, *marks: int | str) -> set[tuple[str, str, str]]:
        """Table, column and value of whatever holds one of these."""
        return {one for one in await self.dump() if any(str(mark) in one[2] for mark in marks)}


def declared(found: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str, str], Line]:
    """What bot/kept.py says of these values; no column is missing there."""
    known = {(one.table, one.name): one for one in COLUMNS}
    assert {(table, column) for table, column, _ in found} - set(known) == set(), "privacy.md names no such column"
    return {(table, column, value): line_of(known[table, column], value) for table, column, value in found}


def over(found: Iterable[tuple[str, str, str]], day: int) -> set[tuple[str, str, str]]:
    """What is past its day, if the last of it happened so many days ago."""
    late = set()
    for one, line in declared(found).items():
        days = DAYS[line.last]
        if days is not None and day > days:
            late.add(one)
    return late


@pytest.fixture
async def life(database: Database, tmp_path: Path) -> Life:
    """Two servers in which nothing has happened yet."""
    return Life(House(database, {3: SOUND}, tmp_path, BEGIN, env=ENV))


async def test_nothing_is_kept_that_is_not_named_and_nothing_past_its_day(life: Life) -> None:
    """After a month of use every id is where privacy.md says, and gone when it says; gone people and places at once."""
    house = life.house
    await life.month()
    await house.privacy.opt_out(ANA)
    await house.privacy.forget(JUN)
    await house.privacy.channel_deleted(CLOSED)
    await house.privacy.guild_left(LEFT)
    await life.dump()
    await life.tidy()

    everybody = (MINA, JUN, ANA, ADMIN, HOME, LEFT, GENERAL, CLOSED, THREAD, THEIRS, ROLE, *TEXTS)
    for day, passed in ((0, 0), (2, 2), (30, 28), (31, 1), (62, 31)):
        house.pass_time(passed * DAY)
        await life.tidy()
        assert over(await life.where(*everybody), day) == set(), f"past its day on day {day}"
        assert await life.where(JUN) == set(), f"a forgotten member on day {day}"
        assert await life.where(CLOSED, THREAD) == set(), f"a deleted channel and its thread on day {day}"
        assert await life.where(TOKEN, WORD, LOCALE) == set()
        rest = {one for one, line in declared(await life.where(LEFT, THEIRS)).items() if line is not LINES["server"]}
        assert day < 7 or rest == set(), f"a server that left on day {day}"
        async with house.database.look() as tx:
            assert await house.ledger.audit(tx) == []
    assert await life.where(MINA, ADMIN, ROLE, FILE) <= await life.where(HOME) | {
        one for one in await life.where(ADMIN) if one[:2] == ("decision", "by_id")
    }
    assert {place for place, _, _ in await life.where(ANA)} <= {"opted_out", "allowance", "decision"}
    untried = {(one.table, one.name) for one in COLUMNS} - life.filled
    assert untried == MEANWHILE, "a column in which this life left nothing proves nothing"


async def test_the_command_line_is_blamed_for_nothing_a_forgotten_member_decided(life: Life) -> None:
    """Whose decision it was is forgotten with them; `/quota show` says that, and names nobody else."""
    account = member_account(HOME, MINA)
    await life.house.quotas.limit(account, 60_000, guild_id=HOME, by_id=JUN, at=1)
    await life.house.privacy.forget(JUN)
    await life.house.privacy.forget(MINA)
    (decision,) = (await life.house.quotas.show(HOME, at=2)).history
    facts = {name: value for name, value in asdict(decision).items() if name not in ("id", "guild_id")}
    told = change_text(Words("en"), Change(**facts))

    assert "somebody whose name is no longer kept" in told
    assert "A member who was forgotten" in told
    assert "command line" not in told


async def test_privacy_counts_all_that_names_somebody(life: Life) -> None:
    """What /privacy counts of a member is every row that names them, and nothing once they are forgotten."""
    await life.month()
    kept = await life.house.privacy.kept(MINA)
    known = {(one.table, one.name) for one in COLUMNS if one.holds in ("member", "account")}
    tables = {table for table, column, _ in await life.where(MINA) if (table, column) in known}
    counted = {name.partition(".")[0] for names in COUNTED.values() for name in names}

    assert tables <= counted | {"entry", "original"}, "its rows are those of account, and of note"
    assert all(kept.numbers.values()), kept.numbers
    await life.house.privacy.forget(MINA)
    assert not any((await life.house.privacy.kept(MINA)).numbers.values())
