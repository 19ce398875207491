"""
The composition root: the only place that builds things and knows every room.

Promises: whatever it opened it closes, in the opposite order, also when the start fails half-way.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import aiohttp

from bot.app.clock import SharedClock
from bot.app.keys import keys_of
from bot.audio import UploadRules, ffmpeg_of
from bot.chart import Painter
from bot.choices import Choice, Mode
from bot.client import Client, Face, ShardRange, Shards, point_at
from bot.database import Database, open_database
from bot.desk import (
    Answers,
    Books,
    Desk,
    Herald,
    Lasting,
    Missed,
    Payers,
    Privacy,
    Quotas,
    Recall,
    Rules,
    Switches,
    Translator,
    Upkeep,
    at_start,
)
from bot.health import Health
from bot.jobs import Jobs
from bot.ledger import Calendar, Ledger, Limits
from bot.notes import Marks, Notes
from bot.notice import Introduction
from bot.post import DiscordCourier
from bot.pulse import Pulse
from bot.request import Courier
from bot.scratch import open_scratch
from bot.settings import Settings
from bot.speech import Model, Speech, model_of, translator_for

_CROWD = 3  # conversions on the cores of one, while several servers want some: see `desk.Capacity`

Role = Literal["run", "gateway", "worker"]
"""What a process does: everything, only listening, or only answering."""


@dataclass(frozen=True, slots=True)
class App:
    """Everything that was built."""

    settings: Settings
    database: Database
    desk: Desk
    herald: Herald
    answers: Answers
    books: Books
    quotas: Quotas
    switches: Switches
    painter: Painter
    upkeep: Upkeep
    privacy: Privacy
    missed: Missed
    clock: SharedClock
    jobs: Jobs
    health: Health
    pulse: Pulse
    speech: Speech
    client: Face
    courier: DiscordCourier | None


def price_of(settings: Settings, model: str | None = None) -> int:
    """Micro-dollars a minute of a model, by default the configured one: the host's own number before the table's."""
    model = model or settings.speech.model
    return settings.speech.prices_usd_micros.get(model, model_of(model).usd_micros_per_minute)


def translator_of(settings: Settings) -> Translator | None:
    """
    Who translates into English: by itself the configured model if it can, else whisper-1 at OpenAI.

    The end that was announced is that of OpenAI's model; another server's of that name goes on.
    """
    name = translator_for(settings.speech.translator, settings.speech.model, asks_openai=settings.asks_openai)
    ends = model_of(name).shutdown if settings.asks_openai else None
    return Translator(name, price_of(settings, name), ends) if name else None


def rules_of(settings: Settings, scratch: Path) -> Rules:
    """What the host decided, in the desk's units."""
    model: Model = model_of(settings.speech.model)
    listen = settings.listen
    kinds = {"voice": listen.voice_messages, "audio": listen.audio_files, "video": listen.video_files}
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
            reads=settings.audio.ffmpeg_reads,
            crowd=_CROWD,
        ),
        scratch=scratch,
        max_ms=settings.audio.max_length_ms,
        max_bytes=settings.audio.max_bytes,
        choice=Choice(
            mode=Mode.AUTO if listen.automatic else Mode.ON_DEMAND,
            kinds=tuple(name for name, on in kinds.items() if on),
        ),
        guild_ms=settings.quota.guild_ms,
        member_ms=settings.quota.member_ms,
        host_ms=settings.quota.host_ms,
        host_usd_micros=settings.quota.host_usd_micros,
        zone=settings.quota.timezone,
        repeat_ms=settings.quota.repeat_ms,
        alerts=settings.quota.alerts,
        member_per_minute=settings.rate.member_per_minute,
        guild_per_minute=settings.rate.guild_per_minute,
        queue=settings.rate.queue,
        conversions=settings.audio.processes,
        calls_at_once=settings.speech.parallel,
        room_bytes=settings.audio.room_bytes(shutil.disk_usage(scratch).free),
        call_attempts=settings.speech.attempts,
        call_deadline_s=settings.speech.deadline_seconds,
        work_attempts=settings.work.attempts,
        lease_ms=settings.work.lease_seconds * 1000,
        probe_ms=settings.work.probe_seconds * 1000,
        preview=settings.log.preview,
        provider_errors=settings.log.provider_errors,
        stale_ms=settings.work.stale_hours * 3_600_000,
        late_ms=settings.listen.catch_up_minutes * 60_000,
        spare_usd_micros_per_minute=price_of(settings, settings.speech.fallback_model),
        translator=translator_of(settings),
        live_from_ms=settings.live.from_ms,
        direct_ms=settings.quota.direct_ms,
        direct_percent=settings.quota.direct_percent,
        strangers_percent=settings.quota.strangers_percent,
        confirmed_ids=frozenset(settings.quota.confirmed_servers),
        takes_direct=settings.listen.direct_messages,
        introduction=Introduction(at_openai=settings.is_all_at_openai, days=settings.privacy.notes_days),
    )


def client_of(settings: Settings, database: Database, role: Role, shards: ShardRange | None) -> Face:
    """How this process meets Discord: with one connection, with shards, or (a worker) only by REST."""
    pace = settings.discord.requests_per_second
    if role != "gateway":
        return Client(sync_commands=settings.discord.sync_commands and role == "run", requests_per_second=pace)
    # Commands are told once: by whoever has the first shard.
    tells = settings.discord.sync_commands and (shards is None or shards.first == 0)
    return Shards(shards, alone=database.alone, sync_commands=tells, requests_per_second=pace)


@asynccontextmanager
async def open_app(
    settings: Settings,
    *,
    role: Role = "run",
    shards: ShardRange | None = None,
    courier: Courier | None = None,
    speech: Speech | None = None,
    database: Database | None = None,
) -> AsyncIterator[App]:
    """
    Build the whole bot for one process; nothing is connected to Discord yet.

    `shards` are those a gateway connects. `courier` replaces Discord's, for a terminal; `speech` the provider;
    `database` the one the settings name, and stays open. Raises DatabaseError, FfmpegMissing, and SettingsError where
    the keys' file cannot be.
    """
    point_at(settings.discord_api_url, settings.discord_gateway_url)
    async with AsyncExitStack() as stack:
        scratch = stack.enter_context(open_scratch())
        rules = rules_of(settings, scratch)
        if database is None:
            opened: Database = await at_start()(_opened, stack, settings)
            database = opened
        clock = SharedClock(database)
        await at_start()(clock.set)
        speech = await stack.enter_async_context(
            speech
            or Speech(
                base_url=settings.openai_base_url,
                api_key=settings.openai_api_key.get_secret_value() if settings.openai_api_key else "",
                model=settings.speech.model,
                timeout_s=settings.speech.timeout_seconds,
            )
        )
        spare = None
        if settings.has_fallback:
            spare = await stack.enter_async_context(
                Speech(
                    base_url=settings.speech.fallback_base_url or settings.openai_base_url,
                    api_key=settings.fallback_key,
                    model=settings.speech.fallback_model or settings.speech.model,
                    timeout_s=settings.speech.timeout_seconds,
                )
            )
        client = client_of(settings, database, role, shards)
        stack.push_async_callback(client.close)
        is_terminal = courier is not None and role == "run"
        discord_courier = None
        if courier is None:
            session = await stack.enter_async_context(aiohttp.ClientSession())
            courier = discord_courier = DiscordCourier(
                client, session, hosts=settings.discord.attachment_hosts, locale=settings.listen.locale
            )
        ring, keys, wishes = await keys_of(settings, now_ms=clock(), is_needed=not is_terminal)
        ledger, notes, health, marks = Ledger(), Notes(ring), Health(), Marks()
        jobs = Jobs(
            parallel=settings.work.parallel,
            grace_s=settings.work.shutdown_seconds,
            database=None if is_terminal else database,  # a file from the terminal is nobody else's to answer
            silence_s=settings.work.lease_seconds,
        )
        await at_start()(jobs.prepare)
        lasting = Lasting(database, ring, keys, rules, clock)
        limits = Limits(ring)
        payers = Payers(rules, limits=limits, calendar=Calendar(), clock=clock)
        switches = Switches(database, rules, payers, clock)
        herald = Herald(database=database, ledger=ledger, payers=payers, courier=courier, rules=rules, clock=clock)
        desk = Desk(
            database=database,
            ledger=ledger,
            payers=payers,
            notes=notes,
            jobs=jobs,
            speech=speech,
            courier=courier,
            health=health,
            switches=switches,
            rules=rules,
            herald=herald,
            clock=clock,
            spare=spare,
            marks=marks,
        )
        answers = Answers(database, ledger, notes, rules, payers, clock)
        books = Books(database, ledger, notes, rules, payers, limits)
        quotas = Quotas(database, ledger, limits, payers)
        privacy = Privacy(
            database=database,
            ledger=ledger,
            notes=notes,
            jobs=jobs,
            courier=courier,
            herald=herald,
            payers=payers,
            keep=settings.privacy,
            clock=clock,
            lasting=lasting,
            recall=Recall(database, wishes, clock),
        )
        upkeep = Upkeep(
            database=database,
            ledger=ledger,
            notes=notes,
            jobs=jobs,
            herald=herald,
            privacy=privacy,
            rules=rules,
            clock=clock,
            lasting=lasting,
        )
        pulse = Pulse(
            database=database,
            ledger=ledger,
            rules=rules,
            speech=speech if role != "gateway" else None,
            clock=clock,
            ffmpeg=settings.audio.ffmpeg,
            connected=client.is_connected if discord_courier and role != "worker" else None,
            jobs=jobs if role != "gateway" else None,
        )
        yield App(
            settings,
            database,
            desk,
            herald,
            answers,
            books,
            quotas,
            switches,
            Painter(scratch),
            upkeep,
            privacy,
            Missed(database, marks),
            clock,
            jobs,
            health,
            pulse,
            speech,
            client,
            discord_courier,
        )


async def _opened(stack: AsyncExitStack, settings: Settings) -> Database:
    return await stack.enter_async_context(open_database(settings.database_url))
