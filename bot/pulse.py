"""
How the whole bot is, read from the parts it is made of while it runs.

Hides the sums over the books and the probing of each part. Promises: whoever asks, however often, costs next to
nothing and changes nothing, and waits for nobody longer than some seconds, also where what was begun cannot even be
given up. The parts are tried by the bot itself, at a pace of its own and each with a bound on its time, and asking
tells what was found last; one reading of the books serves all who ask within some seconds, and so does one that failed
or took too long. Trouble is a value.
"""

import asyncio
import logging
import shutil
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from bot.audio import FfmpegMissing, ffmpeg_of, runs_well
from bot.balances import Balances
from bot.database import Database, DatabaseError
from bot.desk import Rules
from bot.health import Part, Vitals
from bot.jobs import Jobs
from bot.ledger import Ledger, Limits
from bot.outcome import Fault, Scope
from bot.quota import month_of, snowflake_at
from bot.request import Clock
from bot.speech import Speech, Trouble

_READ_EVERY_S = 3.0
_READ_WITHIN_S = 4.0  # Prometheus gives a page ten seconds
_TRY_WITHIN_S = 5.0
_ENDED_WITHIN_S = 3.0  # what is told to stop and does not is left behind, and not begun again while it goes on
_LOOK_EVERY_S = 15.0
_RUN_EVERY_S = 5 * 60.0
_KEY_EVERY_S = 5 * 60.0
_AGAIN_S = 60.0  # a provider of whom nothing could be found out is asked again sooner
_FIRST_WITHIN_S = 2.0  # right after a start the answer is nearly there; `check --live` waits three seconds
_OVERDUE_S = 30.0
_MUTE_S = 10.0  # the queue is asked every two
_TRIAL_BYTES = 64 * 1024

log = logging.getLogger(__name__)

_BUSY = Part(is_ready=False, found="too busy to be written", is_sure=False)
_STUCK = Part(is_ready=False, found="does not answer", is_sure=False)
_STALLED = Part(is_ready=False, found="ffmpeg does not end", is_sure=False)
# A provider that is slow says nothing about the key.
_SLOW = Part(is_ready=True, found="not known: the provider is slow", is_sure=False)

QUEUE = """
SELECT (SELECT count(*) FROM note WHERE state <> 'done') AS notes,
    (SELECT min(created_ms) FROM ask WHERE state = 'open') AS oldest_ms
"""

# Members and roles draw on the same minutes as their guild: only guilds and people of their own are summed.
MINUTES = """
SELECT CAST(coalesce(sum(held), 0) AS BIGINT) AS held, CAST(coalesce(sum(committed), 0) AS BIGINT) AS committed
FROM account WHERE period = :period AND money = 0 AND rank IN (:guild, :personal)
"""

# Changes nothing, and yet has to be written. The bot says it by itself: nobody who asks how it is makes it write.
WRITE = "UPDATE schema_version SET name = name WHERE version = (SELECT max(version) FROM schema_version)"


@dataclass(frozen=True, slots=True)
class _Trial:
    """One way to try a part: how often, sooner where nothing was found out, and what is said of one that is slow."""

    attempt: Callable[[], Coroutine[Any, Any, Part]]
    every_s: float
    again_s: float
    slow: Part


@dataclass(slots=True)
class _Known:
    """What was found at `at_s`, on a clock that nobody sets, and may be told as it is for another `good_for_s`."""

    part: Part
    at_s: float
    good_for_s: float


class Pulse:
    """Reads the vitals and tries the parts of one running bot; a gateway hears nothing, and has no `speech` to try."""

    def __init__(
        self,
        *,
        database: Database,
        ledger: Ledger,
        rules: Rules,
        speech: Speech | None,
        clock: Clock,
        ffmpeg: str,
        connected: Callable[[], bool] | None = None,
        jobs: Jobs | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._rules = rules
        self._clock = clock
        self._ffmpeg = ffmpeg
        self._connected = connected
        self.sandbox: Part | None = None  # tried once, by whoever decodes
        self._seconds = seconds
        self._jobs = jobs
        self._balances = Balances(database, clock)
        self._ran: tuple[object, float] | None = None  # which ffmpeg did its work, and when
        self._reading: asyncio.Task[None] | None = None
        self._vitals: Vitals | None = None
        self._read_s = -_READ_EVERY_S
        self._began_s = 0.0
        self._trials = {
            "database": _Trial(self._writable, _LOOK_EVERY_S, _LOOK_EVERY_S, _BUSY),
            "disk": _Trial(partial(asyncio.to_thread, self._roomy), _LOOK_EVERY_S, _LOOK_EVERY_S, _STUCK),
            "ffmpeg": _Trial(self._runnable, _LOOK_EVERY_S, _LOOK_EVERY_S, _STALLED),
        }
        if speech is not None:
            self._trials["speech_key"] = _Trial(partial(_accepted, speech), _KEY_EVERY_S, _AGAIN_S, _SLOW)
        self._speech = speech
        self._known: dict[str, _Known] = {}
        self._all_known = asyncio.Event()
        self._begun: set[asyncio.Task[Any]] = set()

    async def vitals(self) -> Vitals | None:
        """What the books said some seconds ago at most; None where they could not be read in time."""
        now_s = self._seconds()
        if self._reading is None and now_s - self._read_s >= _READ_EVERY_S:
            self._began_s = now_s
            self._reading = self._begin(self._reread(), "reading the books")
        if self._reading is not None:  # whoever asks meanwhile gets the same answer
            left_s = self._began_s + _READ_WITHIN_S - now_s
            # Waited for, and never given up: a database that does not answer does not end what it was asked, either.
            if left_s <= 0 or not (await asyncio.wait({self._reading}, timeout=left_s))[0]:
                return None
        return self._vitals

    async def _reread(self) -> None:
        try:
            self._vitals = await self._read(self._clock())
        except DatabaseError:
            self._vitals = None
        except Exception as trouble:
            log.warning("the books could not be read", exc_info=trouble, extra={"action": "untried"})
            self._vitals = None
        finally:
            self._read_s, self._reading = self._seconds(), None

    def _begin(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """A task that is ended with the bot."""
        task = asyncio.create_task(work, name=name)
        self._begun.add(task)
        task.add_done_callback(self._begun.discard)
        return task

    async def _read(self, now_ms: int) -> Vitals:
        here = snowflake_at(now_ms)
        period = month_of(here, self._rules.zone).name
        ranks = list(Scope)
        leg = self._rules.host_leg(here, 0)
        async with self._database.look() as tx:
            queue = await tx.one(QUEUE) or {}
            minutes = await tx.one(
                MINUTES, period=period, guild=ranks.index(Scope.GUILD), personal=ranks.index(Scope.PERSONAL)
            )
            (leg,) = await Limits().in_force(tx, [leg], guild_id=None)
            host = await self._ledger.usage(tx, leg.account, leg.period, default_limit=leg.limit)
        oldest_ms = queue.get("oldest_ms")
        return Vitals(
            queue_notes=queue.get("notes", 0),
            queue_age_ms=max(0, now_ms - oldest_ms) if oldest_ms is not None else 0,
            held_ms=minutes["held"] if minutes else 0,
            committed_ms=minutes["committed"] if minutes else 0,
            host_held_usd_micros=host.held,
            host_spent_usd_micros=host.committed,
            host_left_usd_micros=host.left,
            off=self._balances.off,
        )

    async def parts(self) -> Mapping[str, Part]:
        """
        Whether each part does its work: database, disk, ffmpeg and, where there are any, gateway, queue, speech key and
        sandbox.

        Tries nothing: tells what `beating` found last, and how many seconds ago. Waits for nobody but, for two
        seconds, the first try of each.
        """
        if not self._all_known.is_set():
            with suppress(TimeoutError):  # what is known by then is told
                async with asyncio.timeout(_FIRST_WITHIN_S):
                    await self._all_known.wait()
        now_s = self._seconds()
        parts = {name: _told(self._known.get(name), now_s) for name in self._trials}
        if self.sandbox is not None:
            parts["sandbox"] = self.sandbox
        if self._jobs is not None:
            parts["queue"] = _heard(self._jobs)
        if self._connected is not None:
            up = self._connected()
            parts["gateway"] = Part(up, "connected" if up else "not connected to Discord")
        return parts

    @asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        """Try the parts and compare the books, each for itself and again and again, while the context is open."""
        for name, trial in self._trials.items():
            self._begin(self._keep_trying(name, trial), f"trying {name}")
        self._begin(self._balances.keep_comparing(), "comparing the books")
        try:
            yield
        finally:
            for task in (begun := set(self._begun)):
                task.cancel()
            await asyncio.wait(begun, timeout=_ENDED_WITHIN_S)

    async def _keep_trying(self, name: str, trial: _Trial) -> None:
        if name == "speech_key" and self._speech is not None:
            await self._speech.warm()  # loading its client takes seconds on a small machine: not the provider's fault
        while True:
            trying = self._begin(trial.attempt(), f"one try of {name}")
            part = await self._outcome(name, trying, trial.slow)
            wait_s = trial.every_s if part.is_sure else trial.again_s
            self._knows(name, part, wait_s)
            if not trying.done():
                await asyncio.wait({trying})
            await asyncio.sleep(wait_s)

    async def _outcome(self, name: str, trying: asyncio.Task[Part], slow: Part) -> Part:
        """What a try has found out; of one that takes too long, and is ended, that it is slow."""
        done, _ = await asyncio.wait({trying}, timeout=_TRY_WITHIN_S)
        if not done:
            trying.cancel()
            await asyncio.wait({trying}, timeout=_ENDED_WITHIN_S)
            return slow
        try:
            return trying.result()
        except Exception as trouble:
            log.warning("%s could not be tried", name, exc_info=trouble, extra={"action": "untried"})
            return Part(is_ready=False, found=f"could not be tried ({type(trouble).__name__})", is_sure=False)

    def _knows(self, name: str, part: Part, wait_s: float) -> None:
        self._known[name] = _Known(part, self._seconds(), wait_s + _TRY_WITHIN_S + _ENDED_WITHIN_S + _OVERDUE_S)
        if self._known.keys() == self._trials.keys():
            self._all_known.set()

    async def _writable(self) -> Part:
        try:
            async with self._database.tx() as tx:
                await tx.execute(WRITE)
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

    async def _runnable(self) -> Part:
        """Whether ffmpeg starts and says which one it is: seldom, and whenever another one lies there."""
        try:
            path = await asyncio.to_thread(ffmpeg_of, self._ffmpeg)
            which = await asyncio.to_thread(_which, path)
        except FfmpegMissing as missing:
            return Part(is_ready=False, found=str(missing))
        except OSError:
            return Part(is_ready=False, found=f"{path.name} is not there")
        now_s = self._seconds()
        if self._ran is None or self._ran[0] != which or now_s - self._ran[1] >= _RUN_EVERY_S:
            self._ran = None
            if not await runs_well(path):
                return Part(is_ready=False, found=f"{path.name} does not run")
            self._ran = which, now_s
        return Part(is_ready=True, found=path.name)


def _which(path: Path) -> object:
    """What is another thing when another program lies at that path."""
    stat = path.stat()
    return path, stat.st_dev, stat.st_ino, stat.st_mode, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


async def _accepted(speech: Speech) -> Part:
    """
    Whether the provider takes our key: asked for nothing (the list of models is free).

    A provider that cannot be reached says nothing about the key, and is no reason to take the bot away.
    """
    answer = await speech.models()
    if not isinstance(answer, Trouble):
        return Part(is_ready=True, found="accepted")
    if answer.fault in {Fault.KEY_REFUSED, Fault.PLACE_REFUSED}:
        return Part(is_ready=False, found="refused")
    return Part(is_ready=True, found=f"not known: {answer.fault.value}", is_sure=False)


def _heard(jobs: Jobs) -> Part:
    """Whether notes are taken from the queue."""
    mute_s = jobs.mute_s
    if mute_s > _MUTE_S:
        return Part(is_ready=False, found=f"nothing was taken from it for {mute_s:.0f} seconds", age_s=mute_s)
    return Part(is_ready=True, found=f"{jobs.at_work} notes in work", age_s=mute_s)


def _told(known: _Known | None, now_s: float) -> Part:
    """What is said of a part: that it was not tried lately where its last try is older than the next one should be."""
    if known is None:
        return Part(is_ready=False, found="not tried yet")
    age_s = now_s - known.at_s
    if age_s > known.good_for_s:
        return Part(is_ready=False, found=f"not tried for {age_s:.0f} seconds", age_s=age_s)
    return replace(known.part, age_s=age_s)
