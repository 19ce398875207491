"""
Two or three whole apps over one database, their clock, and the one server in which everything happens.

Hides how a state is laid down and taken up again. Promises: a case begins with exactly the rows, messages and moment
of its state; the apps are real processes in all but the process (`open_app`), each with a pool of its own.
"""

import logging
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import asyncpg

from bot.app.build import App, open_app
from bot.database import open_database
from bot.outcome import Door, Task
from bot.quota import snowflake_at
from bot.request import Request
from bot.settings import load
from tests.explorer.discord import Courier, Guilds
from tests.explorer.ears import Ears
from tests.explorer.gate import StagedPostgres, StagedSqlite, Watcher, open_staged
from tests.world.bot import NO_FILE

SPEECH = Path(__file__).parents[1] / "speech"
SOUNDS = (SPEECH / "thanks.ogg", SPEECH / "park.ogg")  # 1.7 s, and 3.6 s: long enough to be shown while it comes

BASE_MS = 1_795_003_200_000  # 18 November 2026
DAY_MS, MINUTE_MS = 86_400_000, 60_000
LEASE_MS = 30_000
GUILD, OTHER_GUILD = 900_000_000_000_000_017, 900_000_000_000_000_029
GENERAL, ELSEWHERE = 910_000_000_000_000_033, 910_000_000_000_000_047
FORWARDED = ELSEWHERE + 6
MINA, JUN, ADMIN = 920_000_000_000_000_051, 920_000_000_000_000_063, 920_000_000_000_000_077

ENV = {
    "OPENAI_API_KEY": "sk-test-0000000000000000000000000000000000000000",
    "EARSHOT_LISTEN__AUTOMATIC": "true",
    "EARSHOT_LIVE__FROM_SECONDS": "3",
    "EARSHOT_RATE__MEMBER_PER_MINUTE": "1000",
    "EARSHOT_RATE__GUILD_PER_MINUTE": "1000",
    "EARSHOT_QUOTA__MEMBER_MINUTES": "20",
    "EARSHOT_WORK__LEASE_SECONDS": str(LEASE_MS // 1000),
    "EARSHOT_SPEECH__ATTEMPTS": "1",
    "EARSHOT_QUOTA__STRANGERS_PERCENT": "50",
}
_NOT_OURS = frozenset({"schema_version", "pgqueuer_log", "pgqueuer_statistics", "pgqueuer_schedules"})


def number(n: int, at_ms: int = BASE_MS) -> int:
    """The n-th id that Discord made at that moment."""
    return snowflake_at(at_ms) + n


def attachment(n: int) -> int:
    """The attachment of the n-th message."""
    return 930_000_000_000_000_000 + n * 101


_SCENE: ContextVar["Scene | None"] = ContextVar("scene", default=None)


class Diary(logging.Handler):
    """What is logged goes to the scene in whose task it was logged."""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        if (scene := _SCENE.get()) is not None:
            scene.lines.append(record)


@dataclass
class State:
    """A note's way so far: rows, messages, and the moment."""

    guilds: Guilds
    now_ms: int
    subject: tuple[int, int]
    restore: str = ""
    wishes: bytes = b""
    file: sqlite3.Connection | None = None


@dataclass
class Scene:
    """
    Everything a case needs; `lines` is the log since it began.

    `subject` is what it is about: the number of a message, and the moment it was posted.
    """

    engine: str
    apps: list[App]
    couriers: list[Courier]
    ears: list[Ears]
    databases: list[StagedPostgres | StagedSqlite]
    connection: Any
    watcher: Watcher | None
    wishes: Path  # what is remembered beside the database
    tables: list[str] = field(default_factory=list)
    states: dict[str, State] = field(default_factory=dict)
    lines: list[logging.LogRecord] = field(default_factory=list)
    now_ms: int = BASE_MS
    subject: tuple[int, int] = (1, BASE_MS)
    began_ms: int = BASE_MS  # of the case: who posts amid it does so then, whenever that comes about
    _looked: int = 0
    guilds: Guilds = field(default_factory=lambda: Guilds(number(1_000_000)))

    # -- the clock -------------------------------------------------------------------------------

    async def pass_time(self, ms: int, *apps: App) -> None:
        """The clock goes on: everybody's, or (a worker that was asleep) that of some apps."""
        now_ms = self.apps[0].clock()
        self.now_ms = now_ms + ms
        for app in apps or self.apps:
            await app.clock.set()
        if apps:
            self.now_ms = now_ms

    async def set_time(self, ms: int) -> None:
        """It is that moment now."""
        self.now_ms = self.began_ms = ms
        for app in self.apps:
            await app.clock.set()

    # -- states ----------------------------------------------------------------------------------

    async def empty(self) -> None:
        """Nothing has happened yet."""
        self.guilds, self.now_ms, self.subject = Guilds(number(1_000_000)), BASE_MS, (1, BASE_MS)
        self.began_ms = self.now_ms
        self.wishes.write_bytes(b"")
        if self.engine == "postgresql":
            await self.connection.execute(self._emptying())
        else:
            await self._take_up(self.states["nothing"].file) if "nothing" in self.states else None
        await self._begin()

    async def keep(self, name: str) -> None:
        """Lay down how everything stands now, under a name."""
        state = self.states[name] = State(self.guilds.copy(), self.apps[0].clock() + 1, self.subject)
        state.wishes = self.wishes.read_bytes()
        if self.engine != "postgresql":
            state.file = await self._lay_down()
            return
        schema = f'"kept {name}"'
        await self.connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}")
        full = [table for table in self.tables if await self.connection.fetchval(f"SELECT 1 FROM {table} LIMIT 1")]  # noqa: S608  # our own names
        for table in full:
            await self.connection.execute(f"CREATE TABLE {schema}.{table} AS TABLE {table}")
        taken = "".join(f"INSERT INTO {table} SELECT * FROM {schema}.{table};" for table in full)  # noqa: S608  # our own names
        state.restore = self._emptying() + taken

    async def take_up(self, name: str) -> None:
        """Have everything stand as it did under that name."""
        state = self.states[name]
        self.guilds, self.now_ms, self.subject = state.guilds.copy(), state.now_ms, state.subject
        self.began_ms = self.now_ms
        self.wishes.write_bytes(state.wishes)
        if self.engine == "postgresql":
            await self.connection.execute(state.restore)
        else:
            await self._take_up(state.file)
        await self._begin()

    async def _begin(self) -> None:
        for courier in self.couriers:
            courier.guilds = self.guilds
            courier.announced = []
            courier.takes = "everything"
        for ears in self.ears:
            ears.says = "words"
        for app, database in zip(self.apps, self.databases, strict=False):
            await app.clock.set()
            database.scrubbed(lately=True)
            app.upkeep._next_purge_ms = 2**62  # purging is a verb of its own
        self.lines.clear()

    def _emptying(self) -> str:
        return "".join(f"DELETE FROM {table};" for table in self.tables)  # noqa: S608  # our own names

    async def _lay_down(self) -> sqlite3.Connection:
        real: Any = self.databases[0]
        kept = sqlite3.connect(":memory:", check_same_thread=False)
        await real.real._thread.submit(lambda: real.real._connection.backup(kept))
        return kept

    async def _take_up(self, kept: sqlite3.Connection | None) -> None:
        assert kept is not None
        real: Any = self.databases[0]
        await real.real._thread.submit(lambda: kept.backup(real.real._connection))

    # -- what is in it ---------------------------------------------------------------------------

    async def each(self, statements: Mapping[str, str]) -> list[tuple[str, str]]:
        """What these statements find, as (name of the statement, row); on PostgreSQL in one go."""
        if self.engine == "postgresql":
            parts = (f"SELECT '{name}' AS n, w::text AS r FROM ({sql}) AS w" for name, sql in statements.items())  # noqa: S608  # our own words
            return [(row["n"], row["r"]) for row in await self.connection.fetch(" UNION ALL ".join(parts))]
        return [(name, str(tuple(row.values()))) for name, sql in statements.items() for row in await self.rows(sql)]

    async def rows(self, sql: str, *given: Any) -> list[dict[str, Any]]:
        """What the books say, read beside the apps."""
        if self.engine == "postgresql":
            return [dict(row) for row in await self.connection.fetch(sql, *given)]
        real: Any = self.databases[0]
        async with real.real.tx() as tx:
            return [dict(row) for row in await tx.all(sql)]

    async def everything(self) -> list[tuple[str, str]]:
        """Every row of every table, as (table, text)."""
        if self.engine == "postgresql":
            parts = (f"SELECT '{table}' AS t, {table}::text AS r FROM {table}" for table in self.tables)  # noqa: S608  # our own names
            return [(row["t"], row["r"]) for row in await self.connection.fetch(" UNION ALL ".join(parts))]
        found = []
        for table in self.tables:
            rows = await self.rows(f"SELECT * FROM {table}")  # noqa: S608  # our own names
            found += [(table, str(tuple(row.values()))) for row in rows]
        return found

    async def bells(self) -> list[tuple[int, str, int]]:
        """The bells that wait: (id, note's key, after how many milliseconds)."""
        if self.engine != "postgresql":
            return []
        rows = await self.connection.fetch(
            "SELECT id, payload, extract(epoch FROM execute_after - created) * 1000 AS after_ms FROM pgqueuer "
            "ORDER BY execute_after, id"
        )
        return [(row["id"], row["payload"].decode(), max(0, round(row["after_ms"]))) for row in rows]

    async def work_off(self, app: App, most: int = 60) -> bool:
        """Answer every bell, also those that ring later, each at its time; False: they never end."""
        due: dict[int, int] = {}
        for _ in range(most):
            waiting = await self.bells() if self.engine == "postgresql" else await self._unfinished()
            if not waiting:
                return True
            now_ms = app.clock()
            for bell, _, after_ms in waiting:
                due.setdefault(bell, now_ms + after_ms)
            first, key, _ = min(waiting, key=lambda bell: due[bell[0]])
            if self.engine == "postgresql":
                await self.connection.execute("DELETE FROM pgqueuer WHERE id = $1", first)
            if (late_ms := due[first] - now_ms) > 0:
                await self.pass_time(late_ms)
            await app.desk.work(key)
        return False

    async def _unfinished(self) -> list[tuple[int, str, int]]:
        """On SQLite the bells are in the process's memory: the inbox is asked instead, a minute after each answer."""
        rows = await self.rows(
            "SELECT key FROM note WHERE state <> 'done' UNION SELECT note_key FROM ask WHERE state = 'open'"
        )
        self._looked += 1
        return [(self._looked * 1000 + n, row["key"], 2 * LEASE_MS) for n, row in enumerate(rows)]

    # -- what people wish ------------------------------------------------------------------------

    def posted(
        self, n: int, *, by: int = MINA, is_long: bool = False, guild_id: int | None = GUILD, channel_id: int = GENERAL,
        at_ms: int | None = None,
    ) -> Request:  # fmt: skip  # one wish reads as one wish
        """The n-th message holds a voice note, and the bot hears of it by itself."""
        made = number(n, at_ms or self.began_ms)
        return Request(
            id=made, ask_id=made, door=Door.AUTO, attachment_id=attachment(n),
            filename=f"voice-{'long' if is_long else 'short'}-{n}.ogg", content_type="audio/ogg", size_bytes=6_835,
            declared_ms=3_610 if is_long else 1_685, url=f"https://cdn.discordapp.com/attachments/1/{n}/voice.ogg",
            is_voice=True, guild_id=guild_id, channel_id=channel_id, message_id=made, author_id=by, member_id=by,
            locale="en-US", asked_in=channel_id, sound_guild_id=guild_id,
        )  # fmt: skip  # one wish reads as one wish

    def forwarded(self) -> Request:
        """Jun forwards the message the case is about to another channel; who spoke in it is not said."""
        made, sound = number(7), self.posted(self.subject[0], by=JUN)
        forward = replace(sound, id=made, ask_id=made, message_id=made, author_id=None, channel_id=FORWARDED)
        return replace(forward, asked_in=FORWARDED, origin=(GENERAL, self.message_id))

    def asked(
        self, n: int, wish: int, *, by: int = JUN, of_ms: int = BASE_MS, is_long: bool = False,
        language: str | None = None, task: Task = Task.TRANSCRIBE, sound_by: int = MINA,
    ) -> Request:  # fmt: skip  # one wish reads as one wish
        """Somebody asks for the n-th message by a command, whose interaction is the `wish`-th id."""
        made = number(wish)
        return Request(
            id=made, ask_id=made, door=Door.MENU, attachment_id=attachment(n),
            filename=f"voice-{'long' if is_long else 'short'}-{n}.ogg", content_type="audio/ogg", size_bytes=6_835,
            declared_ms=3_610 if is_long else 1_685, url=f"https://cdn.discordapp.com/attachments/1/{n}/voice.ogg",
            is_voice=True, guild_id=GUILD, channel_id=GENERAL, message_id=number(n, of_ms), author_id=sound_by,
            member_id=by, locale="en-US", asked_in=GENERAL, application_id=940_000_000_000_000_001,
            token=f"secret-token-{wish}", language=language, task=task, sound_guild_id=GUILD,
        )  # fmt: skip  # one wish reads as one wish

    async def key_of(self, n: int) -> str | None:
        """The key of the n-th message's note."""
        rows = await self.rows(f"SELECT key FROM note WHERE attachment_id = {attachment(n)} ORDER BY created_ms, key")  # noqa: S608  # a number
        return rows[0]["key"] if rows else None

    @property
    def message_id(self) -> int:
        """The message the case is about."""
        return number(*self.subject)

    async def subject_key(self) -> str:
        """The key of its note; of none that is there, if it has none any more."""
        return await self.key_of(self.subject[0]) or "0:gone"

    def say(self, what: str) -> None:
        """The provider says this from now on, to whoever asks."""
        for ears in self.ears:
            ears.says = what

    def recover(self) -> None:
        """Provider and Discord do their work again; an answer that was to be long stays long."""
        if self.ears[0].says != "long words":
            self.say("words")
        self.take("everything")

    def take(self, what: str) -> None:
        """Discord takes this from now on, from whoever brings it; see `Courier`."""
        for courier in self.couriers:
            courier.takes = what


def enter(scene: Scene) -> None:
    """From now on the log of this task, and of those it starts, is the scene's."""
    _SCENE.set(scene)


@asynccontextmanager
async def open_scene(url: str, folder: Path, *, apps: int = 2) -> AsyncIterator[Scene]:
    """Empty; over PostgreSQL with so many apps, over SQLite with one: there is only one process."""
    env = {**ENV, "DATABASE_URL": url, "EARSHOT_PRIVACY__SECRET_FILE": str(folder / "earshot.keys")}
    settings = load(NO_FILE, env=env, flags={})
    engine = "sqlite" if url.startswith("sqlite") else "postgresql"
    diary, root = Diary(logging.INFO), logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in ("bot", "discord", "pgqueuer")}
    root.addHandler(diary)
    logging.getLogger("bot").setLevel(logging.INFO)
    async with AsyncExitStack() as stack:
        stack.callback(root.removeHandler, diary)
        for name, level in levels.items():
            stack.callback(logging.getLogger(name).setLevel, level)
        scene = Scene(engine, [], [], [], [], None, None, folder / "earshot.wishes")
        if engine == "postgresql":
            async with open_database(url):
                pass  # migrated
        for _ in range(apps if engine == "postgresql" else 1):
            database: Any
            if engine == "postgresql":
                database = await stack.enter_async_context(open_staged(url, lambda: scene.now_ms))
            else:
                real: Any = await stack.enter_async_context(open_database(url))
                database = StagedSqlite(real, lambda: scene.now_ms)
            courier = Courier(SOUNDS)
            ears = Ears(courier)
            courier.guilds = scene.guilds
            opening = open_app(settings, role="worker", courier=courier, speech=ears, database=database)
            scene.apps.append(await stack.enter_async_context(opening))
            scene.couriers.append(courier)
            scene.ears.append(ears)
            scene.databases.append(database)
        if engine == "postgresql":
            scene.connection = await asyncpg.connect(url)
            stack.push_async_callback(scene.connection.close)
            await scene.connection.execute(
                "SET session_replication_role = replica; SET synchronous_commit = off;"
                "SET plan_cache_mode = force_generic_plan; SET jit = off"
            )
            watching = await asyncpg.connect(url)
            stack.push_async_callback(watching.close)
            scene.watcher = Watcher(watching)
            names = await scene.connection.fetch("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
        else:
            names = await scene.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        scene.tables = sorted({row["name"] for row in names} - _NOT_OURS)
        yield scene
