"""
A process's life: its start, its wait, and its end at SIGTERM.

Promises: `run` is a gateway and a worker in one; whatever they opened is closed when they end.
"""

import asyncio
import gc
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

import aiohttp
import discord

from bot import trust
from bot.app.build import App, Role, open_app, translator_of
from bot.check import TRANSLATOR, Finding, no_port, sandbox_finding, speech_findings
from bot.client import Face, ShardRange
from bot.database import DatabaseError
from bot.desk import at_start
from bot.health import Part
from bot.settings import Settings, SettingsError

log = logging.getLogger(__name__)

_REFILL_S = 60.0
_EXIT_FAILED = 1
_IDS_A_LINE = 50


async def serve(settings: Settings, role: Role = "run", shards: ShardRange | None = None) -> int:
    """Live as `role` until SIGTERM or SIGINT; a second one ends the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def told(name: signal.Signals) -> None:
        if stop.is_set():
            os._exit(128 + name)  # whatever is in work is as safe as from a crash
        stop.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, told, name)
    lives: dict[Role, Callable[[], Coroutine[Any, Any, int]]] = {
        "run": lambda: run(settings, stop),
        "gateway": lambda: gateway(settings, stop, shards),
        "worker": lambda: worker(settings, stop),
    }
    return await lives[role]()


async def run(settings: Settings, stop: asyncio.Event) -> int:
    """
    Gateway and worker in one process, until `stop` is set. The exit code.

    Raises SettingsError when the token is missing, DatabaseError, FfmpegMissing.
    """
    settings.need("discord_token", "openai_api_key")
    async with open_app(settings) as app, _warming(app), AsyncExitStack() as stack:
        why: str | None = await _wall_in(app) or await _begin(app, stack, listens=True)
        if not why:
            await app.upkeep.wake()
            async with app.jobs.work(app.desk.work):
                await _refill(app)
                why = await _until(stop, app, app.client.stay_connected())
    return _ended("discord.py gave the connection up: start again." if why is None else why)


async def gateway(settings: Settings, stop: asyncio.Event, shards: ShardRange | None) -> int:
    """Only listen: turn what Discord tells these shards into notes for the workers. As `run`."""
    _need_postgresql(settings, "gateway", "discord_token")
    while True:
        async with open_app(settings, role="gateway", shards=shards) as app, AsyncExitStack() as stack:
            why: str | None = await _begin(app, stack, listens=True)
            if not why:
                _collect()
                await _refill(app)
                why = await _until(stop, app, app.client.stay_connected())
        if why is not None:
            return _ended(why)
        log.warning("The connection is built anew", extra={"action": "gateway_lost"})


async def worker(settings: Settings, stop: asyncio.Event) -> int:
    """Only answer: take notes from the queue, and speak to Discord by REST alone. As `run`."""
    _need_postgresql(settings, "worker", "discord_token", "openai_api_key")
    async with open_app(settings, role="worker") as app, _warming(app), AsyncExitStack() as stack:
        why: str | None = await _wall_in(app) or await _begin(app, stack, listens=False)
        if not why:
            log.info("Working", extra={"action": "ready"})
            async with app.jobs.work(app.desk.work):
                await _refill(app)
                why = await _until(stop, app, None)
    return _ended(why or "")


def _ended(why: str) -> int:
    """The exit code; why it is no good one is told when all is closed, so that nothing is told after it."""
    if why:
        log.error(why, extra={"action": "start_failed"})
    return _EXIT_FAILED if why else 0


def _need_postgresql(settings: Settings, command: str, *secrets: Literal["discord_token", "openai_api_key"]) -> None:
    """Raise SettingsError with all that is missing: the database of several processes, and these secrets."""
    missing = []
    if settings.database_url.startswith("sqlite"):
        missing.append(
            f"{command}: several processes need one PostgreSQL; set DATABASE_URL to postgresql://... "
            "or use `run`, which is gateway and worker in one."
        )
    try:
        settings.need(*secrets)
    except SettingsError as absent:
        missing.append(str(absent))
    if missing:
        raise SettingsError("\n".join(missing))


async def _begin(app: App, stack: AsyncExitStack, *, listens: bool) -> str:
    """Open the health page, take the cogs, log in; what to do where that failed, else nothing."""
    if wrong := trust.slip():
        log.warning(wrong, extra={"action": "start_check"})
    await _list_confirmed(app)
    if listens:
        from cogs.answers import Answers  # noqa: PLC0415 -- cogs import the desk; a worker has no use for them
        from cogs.catch_up import CatchUp  # noqa: PLC0415 -- see above
        from cogs.offers import Offers  # noqa: PLC0415 -- see above
        from cogs.privacy import Privacy  # noqa: PLC0415 -- see above
        from cogs.quota import Quota  # noqa: PLC0415 -- see above
        from cogs.settings import Settings as SettingsPanel  # noqa: PLC0415 -- see above
        from cogs.usage import Usage  # noqa: PLC0415 -- see above
        from cogs.voice import Voice  # noqa: PLC0415 -- see above

        if app.courier is None:
            raise RuntimeError("the gateway needs Discord's courier")
        listen = app.settings.listen
        minutes = min(listen.catch_up_minutes, 60 * app.settings.work.stale_hours)
        voice = Voice(app.desk, app.switches, app.missed, app.courier, locale=listen.locale)
        await app.client.take(
            [
                voice,
                CatchUp(app.missed, app.client, voice.on_message, window=timedelta(minutes=minutes)),
                Offers(app.desk, app.switches, app.courier),
                SettingsPanel(app.switches, app.courier.access),
                Privacy(app.privacy, app.client),
                Usage(app.books, app.painter, policy_url=app.settings.quota.policy_url or ""),
                Quota(app.quotas),
                Answers(app.desk, app.answers, app.switches, app.courier),
            ]
        )
    return await _watch(stack, app) or await _log_in(app.client, app.settings.need_discord_token()) or ""


async def _list_confirmed(app: App) -> None:
    """After the upgrade that knows strangers: which servers are none, because they were heard before."""
    confirmed: tuple[int, ...] = await at_start()(app.quotas.confirmed, unlisted=True)
    for first in range(0, len(confirmed), _IDS_A_LINE):
        log.info(
            "Confirmed, because they were heard before, so not under the limit new servers share "
            "(`python -m bot servers --take-back ID` changes that): %s",
            ", ".join(map(str, confirmed[first : first + _IDS_A_LINE])),
            extra={"action": "confirmed"},
        )


async def _wall_in(app: App) -> str:
    """What to do where the sandbox is required and has gaps, else nothing; where it is not, it is tried meanwhile."""
    app.pulse.sandbox = Part(is_ready=True, found="not tried yet")
    return await _try_walls(app) if app.settings.audio.sandbox == "required" else ""


async def _try_walls(app: App) -> str:
    """Try the sandbox, once for all sounds, and tell how it stands."""
    finding = await sandbox_finding(app.settings)
    app.pulse.sandbox = Part(is_ready=not finding.fix, found=finding.found)
    if finding.fix or finding.warning:
        _warn(finding)
    else:
        log.info("%s %s", finding.part, finding.found, extra={"action": "start_check"})
    return finding.fix and f"{finding.part} {finding.found}. {finding.fix}"


async def _warm(app: App) -> None:
    """Load the provider's client in a thread, then say at once what the first note would stumble over."""
    try:
        await app.speech.warm()
    finally:
        _collect()
    if app.settings.audio.sandbox == "best":
        await _try_walls(app)
    quotes = app.settings.log.provider_errors
    today = datetime.now(tz=UTC).date()
    async for finding in speech_findings(app.settings, today, quotes=quotes):
        if finding.ends is not None:
            await _end_of(app, finding, finding.ends, today)
        if finding.fix or finding.warning:
            _warn(finding)


async def _end_of(app: App, finding: Finding, day: date, today: date) -> None:
    """A model that hears, or one that translates, is switched off on a day: the host is told, and the metric has it."""
    translator = translator_of(app.settings)
    if finding.part == TRANSLATOR and translator is not None:
        app.answers.translation_ends(day)
        app.health.model_ends(translator.model, day)
        await app.herald.translation_ends(translator.model, day, today=today)
    else:
        app.health.model_ends(app.settings.speech.model, day)
        await app.herald.model_ends(app.speech.model, day, today=today)
    await app.herald.say(only_ours=True)


def _warn(finding: Finding) -> None:
    told = " ".join((finding.fix or finding.warning).split())
    log.warning("%s: %s. %s", finding.part, finding.found, told, extra={"action": "start_check"})


def _collect() -> None:
    """Switch the collector on, once; all that was loaded stays for good: it need not look through that ever again."""
    if not gc.isenabled():  # a gateway that is built anew must not keep its first self
        gc.freeze()
        gc.enable()


@asynccontextmanager
async def _warming(app: App) -> AsyncIterator[None]:
    """While the network brings us to Discord: the first note is not kept waiting."""
    task = asyncio.create_task(_warm(app), name="speech")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _watch(stack: AsyncExitStack, app: App) -> str | None:
    """None once the health page, if one is wanted, is open; else what to do about it."""
    health = app.settings.health
    try:
        watching = app.health.watch(health.host, health.port, read=app.pulse.vitals, attempt=app.pulse.parts)
        await stack.enter_async_context(watching)
        if health.port:
            await stack.enter_async_context(app.pulse.beating())
    except OSError as taken:
        return no_port(health.host, health.port, taken)
    return None


async def _log_in(client: Face, token: str) -> str | None:
    """None once Discord knows us; else what to do about it."""
    try:
        await client.login(token)
    except discord.LoginFailure:
        return (
            "Discord refused DISCORD_TOKEN. Get a new one at https://discord.com/developers/applications > "
            "your application > Bot > Reset Token, put it into .env and start again."
        )
    except (aiohttp.ClientError, OSError) as trouble:
        if told := trust.told(trouble):
            return f"Discord was not believed: {told}"
        return f"Discord could not be reached ({trouble}). Check the machine's network, DNS, proxy and DISCORD_API_URL."
    except discord.DiscordException as trouble:
        return f"Discord did not let us start ({trouble}). See https://discordstatus.com, then start again."
    return None


async def _until(stop: asyncio.Event, app: App, listening: Coroutine[Any, Any, str | None] | None) -> str | None:
    """
    Listen, refill the queue now and then, and end when told to or when Discord will not have us.

    Why Discord will not, nothing when told to; None: everything is to be built anew.
    """
    stopping = asyncio.create_task(stop.wait(), name="stop")
    tasks: set[asyncio.Task[Any]] = {stopping}
    connecting = asyncio.create_task(listening, name="gateway") if listening else None
    if connecting:
        tasks.add(connecting)
    try:
        while not stopping.done():
            if connecting and connecting.done():
                if (why := await connecting) is not None:
                    log.info("Discord will not have us: notes in work are finished first", extra={"action": "stopping"})
                return why
            done, _ = await asyncio.wait(tasks, timeout=_REFILL_S, return_when=asyncio.FIRST_COMPLETED)
            if not done:
                await _refill(app)
        log.info("Stopping: notes in work are finished first", extra={"action": "stopping"})
        return ""
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def _refill(app: App) -> None:
    """A database in trouble now is asked again a minute later."""
    try:
        await app.clock.set()
        await app.upkeep.refill()
    except DatabaseError as trouble:
        log.warning("The queue could not be checked: %s", trouble, extra={"action": "refill_failed"})
