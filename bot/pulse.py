"""
How the whole bot is, read from the parts it is made of while it runs.

Hides the sums over the books and the probing of each part. Promises: reads only (but for the one row
that proves a database can be written); trouble is a value; asking often costs little, because what is
dear (the journal's sums, the provider's word on the key) is asked at most every few minutes.
"""

import asyncio
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from tempfile import TemporaryFile

from bot.audio import FfmpegMissing, ffmpeg_of
from bot.database import Database, DatabaseError
from bot.desk import Rules
from bot.health import Part, Vitals
from bot.ledger import Ledger, Limits
from bot.outcome import Fault, Scope
from bot.quota import month_of, snowflake_at
from bot.request import Clock
from bot.speech import Speech, Trouble

_BALANCE_EVERY_MS = 5 * 60_000
_KEY_EVERY_MS = 5 * 60_000
_PATIENCE_S = 5.0
_TRIAL_BYTES = 64 * 1024

QUEUE = """
SELECT (SELECT count(*) FROM note WHERE state <> 'done') AS notes,
    (SELECT min(created_ms) FROM ask WHERE state = 'open') AS oldest_ms
"""

# Members and roles draw on the same minutes as their guild: only guilds and people of their own are summed.
MINUTES = """
SELECT CAST(coalesce(sum(held), 0) AS BIGINT) AS held, CAST(coalesce(sum(committed), 0) AS BIGINT) AS committed
FROM account WHERE period = :period AND money = 0 AND rank IN (:guild, :personal)
"""

OFF = """
SELECT account.money, CAST(sum(
    abs(account.held - coalesce(journal.held, 0)) + abs(account.committed - coalesce(journal.committed, 0))
) AS BIGINT) AS off FROM account
LEFT JOIN (SELECT account, CAST(sum(held_d) AS BIGINT) AS held, CAST(sum(committed_d) AS BIGINT) AS committed
    FROM entry WHERE period = :period GROUP BY account) AS journal ON journal.account = account.account
WHERE account.period = :period GROUP BY account.money
"""

# Changes nothing, and yet has to be written.
WRITE = "UPDATE schema_version SET name = name WHERE version = (SELECT max(version) FROM schema_version)"


@dataclass(slots=True)
class _Known:
    """Something that was asked at `at_ms` and is not asked again for a while."""

    at_ms: int
    found: Part


class Pulse:
    """Reads the vitals and tries the parts of one running bot."""

    def __init__(
        self,
        *,
        database: Database,
        ledger: Ledger,
        rules: Rules,
        speech: Speech,
        clock: Clock,
        ffmpeg: str,
        connected: Callable[[], bool] | None = None,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._rules = rules
        self._speech = speech
        self._clock = clock
        self._ffmpeg = ffmpeg
        self._connected = connected
        self._key: _Known | None = None
        self._off = {0: 0, 1: 0}
        self._balanced_ms: int | None = None

    async def vitals(self) -> Vitals | None:
        """What the books say now; None where they cannot be read."""
        now_ms = self._clock()
        try:
            return await self._read(now_ms)
        except DatabaseError:
            return None

    async def _read(self, now_ms: int) -> Vitals:
        here = snowflake_at(now_ms)
        period = month_of(here, self._rules.zone).name
        ranks = list(Scope)
        leg = self._rules.host_leg(here, 0)
        async with self._database.tx() as tx:
            queue = await tx.one(QUEUE) or {}
            minutes = await tx.one(
                MINUTES, period=period, guild=ranks.index(Scope.GUILD), personal=ranks.index(Scope.PERSONAL)
            )
            (leg,) = await Limits().in_force(tx, [leg], guild_id=None)
            host = await self._ledger.usage(tx, leg.account, leg.period, default_limit=leg.limit)
            if self._balanced_ms is None or now_ms - self._balanced_ms >= _BALANCE_EVERY_MS:
                rows = await tx.all(OFF, period=leg.period)
                self._off = {0: 0, 1: 0} | {row["money"]: row["off"] for row in rows}
                self._balanced_ms = now_ms
        oldest_ms = queue.get("oldest_ms")
        return Vitals(
            queue_notes=queue.get("notes", 0),
            queue_age_ms=max(0, now_ms - oldest_ms) if oldest_ms is not None else 0,
            held_ms=minutes["held"] if minutes else 0,
            committed_ms=minutes["committed"] if minutes else 0,
            host_held_usd_micros=host.held,
            host_spent_usd_micros=host.committed,
            host_left_usd_micros=host.left,
            off_ms=self._off[0],
            off_usd_micros=self._off[1],
        )

    async def parts(self) -> Mapping[str, Part]:
        """Whether each part does its work: gateway (where there is one), database, ffmpeg, the speech key, the disk."""
        parts = {"database": await self._writable(), "ffmpeg": self._runnable(), "speech_key": await self._accepted()}
        parts["disk"] = await asyncio.to_thread(self._roomy)
        if self._connected is not None:
            up = self._connected()
            parts["gateway"] = Part(up, "connected" if up else "not connected to Discord")
        return parts

    async def _writable(self) -> Part:
        try:
            async with asyncio.timeout(_PATIENCE_S), self._database.tx() as tx:
                await tx.execute(WRITE)
        except TimeoutError:
            return Part(is_ready=False, found="too busy to be written")
        except DatabaseError as trouble:
            return Part(is_ready=False, found=str(trouble))
        return Part(is_ready=True, found="writable")

    def _roomy(self) -> Part:
        """Whether something can be written where the sounds in work lie."""
        try:
            with TemporaryFile(dir=self._rules.scratch, buffering=0) as file:
                file.write(bytes(_TRIAL_BYTES))
            free = shutil.disk_usage(self._rules.scratch).free
        except OSError as trouble:
            return Part(is_ready=False, found=trouble.strerror or type(trouble).__name__)
        return Part(is_ready=True, found=f"{free // 2**20} MB free for sounds in work")

    def _runnable(self) -> Part:
        try:
            path = ffmpeg_of(self._ffmpeg)
        except FfmpegMissing as missing:
            return Part(is_ready=False, found=str(missing))
        return Part(os.access(path, os.X_OK), path.name)

    async def _accepted(self) -> Part:
        """
        Whether the provider takes our key: asked for nothing (the list of models is free).

        A provider that cannot be reached says nothing about the key, and is no reason to take the bot away.
        """
        now_ms = self._clock()
        if self._key is None or now_ms - self._key.at_ms >= _KEY_EVERY_MS:
            try:
                async with asyncio.timeout(_PATIENCE_S):
                    answer = await self._speech.models()
            except TimeoutError:
                return Part(is_ready=True, found="not known: the provider is slow")
            if isinstance(answer, Trouble):
                refused = answer.fault is Fault.KEY_REFUSED
                part = Part(not refused, "refused" if refused else f"not known: {answer.fault.value}")
            else:
                part = Part(is_ready=True, found="accepted")
            self._key = _Known(now_ms, part)
        return self._key.found
