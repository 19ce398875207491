"""
The composition root: the only place that builds things and knows every room.

Promises: whatever it opened it closes, in the opposite order, also when the start fails half-way.
"""

import asyncio
import logging
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import discord

from bot.audio import UploadRules, ffmpeg_of
from bot.check import speech_findings
from bot.client import Client, point_at
from bot.database import Database, open_database
from bot.desk import Books, Desk, Rules, Upkeep
from bot.health import Health
from bot.jobs import Jobs
from bot.ledger import Ledger
from bot.notes import Notes
from bot.post import DiscordCourier
from bot.pulse import Pulse
from bot.request import Courier
from bot.scratch import open_scratch
from bot.settings import Settings
from bot.speech import Model, Speech, model_of
from bot.words import Words

log = logging.getLogger(__name__)

_REFILL_S = 60.0
_EXIT_FAILED = 1


@dataclass(frozen=True, slots=True)
class App:
    """Everything that was built."""

    settings: Settings
    database: Database
    desk: Desk
    books: Books
    upkeep: Upkeep
    jobs: Jobs
    health: Health
    pulse: Pulse
    speech: Speech
    client: Client
    courier: DiscordCourier | None


def now_ms() -> int:
    """The wall clock, in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def price_of(settings: Settings) -> int:
    """Micro-dollars a minute of the configured model: the host's own number before the table's."""
    model = settings.speech.model
    return settings.speech.prices_usd_micros.get(model, model_of(model).usd_micros_per_minute)


def rules_of(settings: Settings, scratch: Path) -> Rules:
    """What the host decided, in the desk's units."""
    model: Model = model_of(settings.speech.model)
    listen = settings.listen
    media = {"voice": listen.voice_messages, "audio": listen.audio_files, "video": listen.video_files}
    return Rules(
        model=model.name,
        language=settings.speech.language,
        usd_micros_per_minute=price_of(settings),
        upload=UploadRules(
            convert=settings.audio.convert,
            format=settings.audio.format,
            trimmed=settings.audio.trim_pauses,
            max_ms=settings.audio.max_length_ms,
            piece_ms=model.piece_ms,
            accepts=model.formats,
            deadline_s=settings.audio.deadline_seconds,
            memory_bytes=settings.audio.memory_bytes,
            ffmpeg=str(ffmpeg_of(settings.audio.ffmpeg)),
            slots=asyncio.Semaphore(settings.audio.processes),
        ),
        scratch=scratch,
        max_ms=settings.audio.max_length_ms,
        max_bytes=settings.audio.max_bytes,
        media=frozenset(name for name, on in media.items() if on),
        automatic=listen.automatic,
        guild_ms=settings.quota.guild_ms,
        host_usd_micros=settings.quota.host_usd_micros,
        zone=settings.quota.timezone,
        member_per_minute=settings.rate.member_per_minute,
        guild_per_minute=settings.rate.guild_per_minute,
        queue=settings.rate.queue,
        calls_at_once=settings.speech.parallel,
        call_attempts=settings.speech.attempts,
        call_deadline_s=settings.speech.deadline_seconds,
        work_attempts=settings.work.attempts,
        lease_ms=settings.work.lease_seconds * 1000,
        preview=settings.log.preview,
    )


@asynccontextmanager
async def open_app(settings: Settings, *, courier: Courier | None = None) -> AsyncIterator[App]:
    """
    Build the whole bot for one process; nothing is connected to Discord yet.

    `courier` replaces Discord's, for a terminal. Raises DatabaseError and FfmpegMissing.
    """
    point_at(settings.discord_api_url, settings.discord_gateway_url)
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    async with AsyncExitStack() as stack:
        scratch = stack.enter_context(open_scratch())
        rules = rules_of(settings, scratch)
        database = await stack.enter_async_context(open_database(settings.database_url))
        speech = await stack.enter_async_context(
            Speech(
                base_url=settings.openai_base_url,
                api_key=key,
                model=settings.speech.model,
                timeout_s=settings.speech.timeout_seconds,
            )
        )
        client = Client(sync_commands=settings.discord.sync_commands)
        stack.push_async_callback(client.close)
        discord_courier = None
        if courier is None:
            session = await stack.enter_async_context(aiohttp.ClientSession())
            courier = discord_courier = DiscordCourier(client, session, hosts=settings.discord.attachment_hosts)
        ledger, notes, health = Ledger(), Notes(), Health()
        jobs = Jobs(parallel=settings.work.parallel, grace_s=settings.work.shutdown_seconds)
        desk = Desk(
            database=database,
            ledger=ledger,
            notes=notes,
            jobs=jobs,
            speech=speech,
            courier=courier,
            health=health,
            rules=rules,
            clock=now_ms,
        )
        books = Books(database, ledger, notes, rules)
        upkeep = Upkeep(database=database, ledger=ledger, notes=notes, jobs=jobs, rules=rules, clock=now_ms)
        pulse = Pulse(
            database=database,
            ledger=ledger,
            rules=rules,
            speech=speech,
            clock=now_ms,
            ffmpeg=settings.audio.ffmpeg,
            connected=client.is_connected if discord_courier else None,
        )
        yield App(settings, database, desk, books, upkeep, jobs, health, pulse, speech, client, discord_courier)


async def serve(settings: Settings) -> int:
    """`run` until SIGTERM or SIGINT; a second one ends the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def told(name: signal.Signals) -> None:
        stop.set()
        loop.remove_signal_handler(name)

    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, told, name)
    return await run(settings, stop)


async def run(settings: Settings, stop: asyncio.Event) -> int:
    """
    Gateway and worker in one process, until `stop` is set. The exit code.

    Raises SettingsError when the token is missing, DatabaseError, FfmpegMissing.
    """
    from cogs.usage import Usage  # noqa: PLC0415 -- cogs import the desk; a worker has no use for them
    from cogs.voice import Voice  # noqa: PLC0415 -- see above

    settings.need("discord_token", "openai_api_key")
    token = settings.need_discord_token()
    async with open_app(settings) as app, _warming(app), AsyncExitStack() as stack:
        if app.courier is None:
            raise RuntimeError("the gateway needs Discord's courier")
        await app.client.take(
            [Voice(app.desk, app.upkeep, app.courier, locale=settings.listen.locale), Usage(app.books)]
        )
        if (trouble := await _watch(stack, app) or await _log_in(app.client, token)) is not None:
            log.error(trouble, extra={"action": "start_failed"})
            return _EXIT_FAILED
        await app.upkeep.wake()
        async with app.jobs.work(app.desk.work):
            await app.upkeep.refill()
            return await _until(stop, app)


async def transcribe(settings: Settings, file: Path) -> int:
    """One file through the same desk, its words on standard output. The exit code; raises DatabaseError."""
    from rich.console import Console  # noqa: PLC0415 -- the bot itself draws no bars

    from bot.terminal import TerminalCourier, transcribe  # noqa: PLC0415 -- see above

    words = Words(settings.listen.locale)
    courier = TerminalCourier(file, words, Console(stderr=True))
    async with open_app(settings, courier=courier) as app:
        return await transcribe(app.desk, courier, file, now_ms=now_ms(), words=words, console=Console())


async def _warm(app: App) -> None:
    """Load the provider's client in a thread, then say at once what the first note would stumble over."""
    await app.speech.warm()
    async for finding in speech_findings(app.settings, datetime.now(tz=UTC).date()):
        if finding.ends is not None:
            app.health.model_ends(app.settings.speech.model, finding.ends)
        if advice := finding.fix or finding.warning:
            log.warning("%s: %s. %s", finding.part, finding.found, advice, extra={"action": "start_check"})


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
    except OSError as taken:
        return f"health.port {health.port} cannot be had on {health.host} ({taken.strerror}). Choose another, or 0."
    return None


async def _log_in(client: Client, token: str) -> str | None:
    """None once Discord knows us; else what to do about it."""
    try:
        await client.login(token)
    except discord.LoginFailure:
        return (
            "Discord refused DISCORD_TOKEN. Get a new one at https://discord.com/developers/applications > "
            "your application > Bot > Reset Token, put it into .env and start again."
        )
    except (aiohttp.ClientError, OSError) as trouble:
        return f"Discord could not be reached ({trouble}). Check the machine's network, DNS, proxy and DISCORD_API_URL."
    except discord.DiscordException as trouble:
        return f"Discord did not let us start ({trouble}). See https://discordstatus.com, then start again."
    return None


async def _until(stop: asyncio.Event, app: App) -> int:
    """Listen, refill the queue once a minute, and end when told to or when Discord will not have us."""
    connecting = asyncio.create_task(app.client.stay_connected(), name="gateway")
    stopping = asyncio.create_task(stop.wait(), name="stop")
    try:
        while not stopping.done():
            await asyncio.wait({connecting, stopping}, timeout=_REFILL_S, return_when=asyncio.FIRST_COMPLETED)
            if stopping.done():
                break
            if connecting.done():
                log.error(await connecting, extra={"action": "start_failed"})
                return _EXIT_FAILED
            await app.upkeep.refill()
        log.info("Stopping: notes in work are finished first", extra={"action": "stopping"})
        return 0
    finally:
        for task in (connecting, stopping):
            task.cancel()
        await asyncio.wait({connecting, stopping})
