"""
`python -m bot check`: tries each part the bot needs, and says what to do about each that fails.

Costs nothing: listing models is free, and whether the account is empty is known from the calls of the bot itself (one
made here would stand in nobody's books). Changes nothing: a database keeps its schema.
"""

import asyncio
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path

import aiohttp
import discord

from bot import trust
from bot.audio import FfmpegMissing, Sandbox, UploadRules, ffmpeg_of, prove
from bot.client import point_at, quieten
from bot.database import DatabaseError, DatabaseInUse, open_database
from bot.database.trial import trial
from bot.keyring import LAST_ZONE, KeyFileError, Keyring, Keys, is_open, read_keys
from bot.ledger import Breaker, Ledger
from bot.ledger.binding import lost
from bot.live import ask
from bot.outcome import Fault
from bot.quota import month_of, snowflake_at
from bot.scratch import open_scratch
from bot.settings import Settings, SettingsError
from bot.speech import ModelRow, Speech, Trouble, model_of, translator_for
from bot.untrusted import one_line
from bot.words import Words

_SOON_DAYS = 120
_HELLO_S = 10.0
_EXPOSED = {
    "memory": "the bot's memory and secrets",
    "files": "what the bot may read",
    "changes": "what the bot may change",
    "network": "the network",
    "sockets": "sockets of other programs",
    "signals": "the bot's process",
    "processes": "other programs",
}
# How a server says that it has no list of models; OpenAI has one.
_NO_LIST = frozenset({Fault.ADDRESS_WRONG, Fault.MODEL_GONE, Fault.BAD_ANSWER})
TRANSLATOR = "speech translator"
_PORTAL = "https://discord.com/developers/applications"


@dataclass(frozen=True, slots=True)
class Finding:
    """One part that was tried: `fix` is empty when it works, `warning` when it still does, until `ends`."""

    part: str
    found: str
    fix: str = ""
    warning: str = ""
    ends: date | None = None


async def examine(settings: Settings, *, today: date | None = None) -> AsyncIterator[Finding]:
    """Every part in turn: ffmpeg, its sandbox, database, health port, Discord, the provider's key, model, account."""
    point_at(settings.discord_api_url, settings.discord_gateway_url)
    if wrong := trust.slip():
        yield Finding("certificates", f"{trust.FILE} or {trust.FOLDER}", warning=wrong)
    yield (ffmpeg := await _ffmpeg(settings))
    if not ffmpeg.fix:
        yield await sandbox_finding(settings)
    if (full := _room(settings)) is not None:
        yield full
    yield await _database(settings)
    if (keys := await _keys(settings)) is not None:
        yield keys
    if settings.health.port:
        yield await asyncio.to_thread(_health_port, settings.health.host, settings.health.port)
    async for finding in _discord(settings):
        yield finding
    async for finding in speech_findings(settings, today or datetime.now(tz=UTC).date()):
        yield finding
    yield await _account(settings)


async def _ffmpeg(settings: Settings) -> Finding:
    try:
        path = ffmpeg_of(settings.audio.ffmpeg)
        run = await asyncio.to_thread(_version_of, path)
    except FfmpegMissing as missing:
        return Finding("ffmpeg", "not found", fix=str(missing))
    except (OSError, subprocess.SubprocessError) as broken:
        return Finding(
            "ffmpeg", "does not run", fix=f'Set audio.ffmpeg = "bundled" or the path of a working one ({broken}).'
        )
    return Finding("ffmpeg", run.partition(" Copyright")[0])


async def sandbox_finding(settings: Settings) -> Finding:
    """Whether the walls around the decoder stand on this machine, and ffmpeg runs behind them."""
    audio = settings.audio
    try:
        with open_scratch() as scratch:
            found = await prove(UploadRules(ffmpeg=audio.ffmpeg, reads=audio.ffmpeg_reads, scratch=scratch))
    except (FfmpegMissing, OSError, RuntimeError) as broken:
        return Finding("sandbox", "not tried", fix=f"No sound can be decoded here: {one_line(str(broken))}")
    return _told(found, is_required=audio.sandbox == "required")


def _told(sandbox: Sandbox, *, is_required: bool) -> Finding:
    walls = ", ".join(sandbox.walls) or "no walls"
    if sandbox.fails:
        return Finding(
            "sandbox",
            f"ffmpeg does not run in it ({one_line(sandbox.fails)})",
            fix="Name the folders of its libraries in audio.ffmpeg_reads, or set audio.ffmpeg to another one.",
        )
    if sandbox.holds:
        return Finding("sandbox", f"holds: {walls}")
    exposed = ", ".join(_EXPOSED[name] for name in sandbox.exposed)
    advice = (
        f"A decoder with a bug could reach {exposed}. docs/security.md says which wall is missing, and what it needs."
    )
    if is_required:
        return Finding("sandbox", f"has gaps: {walls}", fix=f'{advice} (audio.sandbox is "required".)')
    return Finding("sandbox", f"has gaps: {walls}", warning=advice)


def _version_of(ffmpeg: Path) -> str:
    return subprocess.run([ffmpeg, "-version"], capture_output=True, text=True, timeout=20, check=True).stdout  # noqa: S603 -- the host's own binary


def _room(settings: Settings) -> Finding | None:
    """What is wrong where sounds in work lie; None: the largest that is taken has room."""
    folder = Path(tempfile.gettempdir())
    free = shutil.disk_usage(folder).free
    if free >= settings.audio.max_bytes:
        return None
    return Finding(
        "folder for sounds",
        f"{folder}: {free // 2**20} MB free",
        warning=f"audio.max_megabytes is {settings.audio.max_megabytes}: make room there, name another folder in "
        "TMPDIR, or lower it. Larger sounds wait until there is room.",
    )


async def _database(settings: Settings) -> Finding:
    kind = settings.database_url.partition(":")[0]
    try:
        with trial(settings.database_url) as url:
            is_new = url != settings.database_url
            async with open_database(url, as_it_is=not is_new) as database, database.tx() as tx:
                lacks = database.lacks
                slips = [] if lacks else await Ledger().audit(tx)
    except DatabaseInUse:
        return Finding("database", f"{kind}: in use by a running Earshot")
    except DatabaseError as trouble:
        return Finding("database", f"{kind}: not usable", fix=str(trouble))
    if slips:
        fix = "Somebody wrote into the database. Restore a backup (python -m bot restore FILE), or report it as a bug: "
        return Finding("database", f"{kind}: the books disagree", fix=fix + "; ".join(slips[:3]))
    if is_new:
        return Finding("database", f"{kind}: none yet; the bot can make it when it starts")
    if lacks is not None:
        return _older(kind, *lacks)
    return Finding("database", f"{kind}: open, schema current, the books agree")


def _older(kind: str, has: int, needs: int) -> Finding:
    """What the next start does to a database's schema."""
    if not has:
        return Finding("database", f"{kind}: open, and empty; the bot makes its tables when it starts")
    return Finding(
        "database",
        f"{kind}: open, schema {has}; the start of this Earshot changes it to {needs}",
        warning="An older Earshot cannot work on it afterwards: make a backup first, and stop all old processes "
        "(docs/upgrade.md).",
    )


async def _keys(settings: Settings) -> Finding | None:
    """What is wrong with the keys to the limits of forgotten people; None: nothing, or nothing needs them yet."""
    path = settings.key_path
    try:
        keys = await asyncio.to_thread(read_keys, path)
    except KeyFileError as trouble:
        return Finding("limit keys", f"{path}: not usable", fix=str(trouble))
    if await asyncio.to_thread(is_open, path):
        return Finding(
            "limit keys", f"{path}: others may read it", warning=f"Keep it to the bot alone: chmod 600 {path}"
        )
    since = month_of(snowflake_at(time.time_ns() // 1_000_000), LAST_ZONE).name
    try:
        # Beside a running bot a SQLite file can be read; what cannot be is told by the database's own finding.
        async with open_database(settings.database_url, to_read=True) as database, database.look() as tx:
            limits, servers = await lost(tx, Keyring(keys or Keys()), since=since)
    except DatabaseError:
        return None
    if not limits:
        return None
    return Finding(
        "limit keys",
        f"{path}: {'lost or replaced' if keys else 'missing'}",
        warning=f"{limits} limits of forgotten members, in {servers} servers, can be matched to nobody: whoever has no "
        "row of their own there is held to the strictest of them. Bring the file back, or have managers set caps anew "
        "(/quota show there).",
    )


async def _account(settings: Settings) -> Finding:
    """Whether the provider refused to be paid when it was called last: a list of models does not say that."""
    try:
        with trial(settings.database_url) as url:
            async with open_database(url, to_read=url == settings.database_url) as database, database.look() as tx:
                stop = await Breaker().stop(tx)
    except DatabaseError:
        return Finding("speech account", "not known: the database cannot be read")
    if stop is None:
        return Finding("speech account", "no call was refused for want of money; only a call shows that it is empty")
    since = datetime.fromtimestamp(stop.since_ms / 1000, tz=UTC)
    return Finding(
        "speech account",
        f"refuses to be paid since {since:%Y-%m-%d %H:%M} UTC ({one_line(stop.code)})",
        fix=f"{Words('en')(f'fault.{Fault.SPEND_LIMIT}.host')} Notes wait, and one of them tries every "
        f"{settings.work.probe_seconds} seconds.",
    )


def no_port(host: str, port: int, taken: OSError) -> str:
    """What to do where the health page cannot have its port."""
    return f"health.port {port} cannot be had on {host} ({taken.strerror}). Choose another, or 0."


def _health_port(host: str, port: int) -> Finding:
    """Whether the bot could have its port, or has it."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the bot itself will ask for it
            door.bind(address)
    except OSError as taken:
        if ask(host, port)[0]:
            return Finding("health port", f"{port}: in use by a running Earshot")
        return Finding("health port", f"{port}: not free", fix=no_port(host, port, taken))
    return Finding("health port", f"{port}: free")


async def _discord(settings: Settings) -> AsyncIterator[Finding]:
    try:
        token = settings.need_discord_token()
    except SettingsError as missing:
        yield Finding("Discord token", "missing", fix=str(missing))
        return
    quieten()
    client = discord.Client(intents=discord.Intents(guilds=True))
    try:
        await client.login(token)
        application = await client.application_info()
    except discord.LoginFailure:
        yield Finding(
            "Discord token", "refused", fix=f"Get a new one at {_PORTAL} > your application > Bot > Reset Token."
        )
    except (discord.HTTPException, aiohttp.ClientError, OSError) as trouble:
        yield _unreached("Discord token", trouble, "DISCORD_API_URL")
    else:
        yield Finding("Discord token", f"accepted: {one_line(application.name)}")
        flags = application.flags
        if flags.gateway_message_content or flags.gateway_message_content_limited:
            yield Finding("Message Content intent", "on")
        else:
            yield Finding(
                "Message Content intent",
                "off",
                fix=f"Switch it on at {_PORTAL} > your application > Bot > Privileged Gateway Intents.",
            )
        if (unreached := await _gateway(client)) is not None:
            yield unreached
    finally:
        await client.close()


async def _gateway(client: discord.Client) -> Finding | None:
    """What keeps us from the gateway; None where it says hello."""
    address = discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY.update_query(v=10, encoding="json")
    try:
        async with asyncio.timeout(_HELLO_S):
            socket = await client.http.ws_connect(str(address))
            try:
                await socket.receive()
            finally:
                await socket.close()
    except (discord.DiscordException, aiohttp.ClientError, OSError) as trouble:  # TimeoutError is an OSError
        return _unreached("Discord gateway", trouble, "DISCORD_GATEWAY_URL")
    return None


def _unreached(part: str, trouble: BaseException, setting: str) -> Finding:
    """Why Discord cannot be reached: its certificate, or the way to it."""
    if refused := trust.refused(trouble):
        return Finding(part, f"Discord was not believed: {refused[0]}", fix=f"{refused[1]} (asked: {setting})")
    told = one_line(str(trouble))
    return Finding(part, f"Discord not reached ({told})", fix=f"Check the network, DNS, proxy and {setting}.")


def _unpriced(settings: Settings) -> Iterator[Finding]:
    """Each model whose price nobody said: the limits in dollars rest on a guess until the host says it."""
    speech = settings.speech
    for name in dict.fromkeys((speech.model, speech.fallback_model or "", speech.translator)):
        model = model_of(name)
        if name in {"", "auto", *speech.prices} or model.is_listed:
            continue
        guess = f"${Decimal(model.usd_micros_per_minute) / 1_000_000:f}"
        yield Finding(
            "speech price",
            f"{name}: not said, counted as {guess} a minute",
            warning="What does a minute cost you there? Say it in [speech.prices], or by "
            f"EARSHOT_SPEECH__PRICES={name}=DOLLARS (0 for a machine of your own). Where it costs more than that, your "
            "limit in dollars ends too late.",
        )


async def speech_findings(settings: Settings, today: date, *, quotes: bool = True) -> AsyncIterator[Finding]:
    """
    The provider's half alone: is the key accepted, is the model there, and for how long.

    `quotes`: what the provider says of an error is told in its own words, too.
    """
    for unpriced in _unpriced(settings):
        yield unpriced
    try:
        key = settings.need_openai_api_key()
    except SettingsError as missing:
        yield Finding("speech key", "missing", fix=str(missing))
        return
    name = settings.speech.model
    async with Speech(base_url=settings.openai_base_url, api_key=key, model=name, timeout_s=20) as speech:
        rows = await speech.models()
    for finding in _models(settings, rows, today, quotes=quotes):
        yield finding
    if not isinstance(rows, Trouble) or rows.fault in _NO_LIST:
        async for finding in _translator(settings, () if isinstance(rows, Trouble) else rows, today):
            yield finding


def _models(
    settings: Settings, rows: tuple[ModelRow, ...] | Trouble, today: date, *, quotes: bool
) -> Iterator[Finding]:
    """What the provider's list of models says of the key and of the configured model."""
    name = settings.speech.model
    if isinstance(rows, Trouble) and rows.fault in _NO_LIST and not settings.asks_openai:
        yield Finding("speech key", "not tried: this server lists no models")
        yield Finding("speech model", f"{name}: not tried")
        return
    if isinstance(rows, Trouble):
        fix = Words("en")(f"fault.{rows.fault}.host")
        if settings.asks_openai and rows.fault is Fault.PROVIDER_DOWN:
            fix += " OpenAI's is https://status.openai.com."
        known = rows.detail if quotes else rows.cause
        yield Finding("speech key", rows.fault.value.replace("_", " "), fix=f"{fix} ({known})" if known else fix)
        return
    yield Finding("speech key", "accepted")
    row = _row_of(name, rows)
    yield _offered(settings, rows, row, today)


def _offered(settings: Settings, rows: tuple[ModelRow, ...], row: ModelRow | None, today: date) -> Finding:
    """Whether the configured model stands in the list, in a row of its own or in a pattern's, and until when."""
    part, name = "speech model", settings.speech.model
    if row is None and "api-version=" in settings.openai_base_url:
        return Finding(part, f"{name}: not tried, because Azure lists models and not your deployments")
    if row is None and not rows and not settings.asks_openai:
        return Finding(part, f"{name}: not tried, because this server's list of models is empty")
    if row is None:
        known = ", ".join(sorted(row.id for row in rows if "transcribe" in row.id or "whisper" in row.id))
        advice = f"Set speech.model to one that the key may use. It has: {one_line(known or 'none that transcribes')}."
        return Finding(part, f"{name}: not offered", fix=advice)
    model = model_of(name)
    ends = row.shutdown_date or (model.shutdown if settings.asks_openai else None)
    if ends is None:
        listed = "" if row.id == name else f", as one of {one_line(row.id)}"
        return Finding(part, f"{name}: available{listed}")
    days = (ends - today).days
    advice = f'It is shut down in {days} days: set speech.model = "{model.successor or "gpt-transcribe"}".'
    return Finding(part, f"{name}: available until {ends}", warning=advice if days <= _SOON_DAYS else "", ends=ends)


def _row_of(name: str, rows: tuple[ModelRow, ...]) -> ModelRow | None:
    """The row of a model: its own, or a pattern's that it fits; proxies list those of the servers behind them."""
    own = next((row for row in rows if row.id in {name, f"{name}:latest"}), None)
    return own or next((row for row in rows if "*" in row.id and fnmatchcase(name, row.id)), None)


async def _translator(settings: Settings, rows: tuple[ModelRow, ...], today: date) -> AsyncIterator[Finding]:
    """Who translates into English, and for how long; of another server, whether it has a place for it."""
    name = translator_for(settings.speech.translator, settings.speech.model, asks_openai=settings.asks_openai)
    if not name:
        return
    row = _row_of(name, rows)
    ends = (row and row.shutdown_date) or (model_of(name).shutdown if settings.asks_openai else None)
    if ends is not None:
        days = (ends - today).days
        advice = (
            f"Translation ends in {days} days: no other model of OpenAI's translates. Name one that does, at a server "
            'that has it, or set speech.translator = "".'
        )
        warning = advice if days <= _SOON_DAYS else ""
        yield Finding(TRANSLATOR, f"{name}: translates until {ends}", warning=warning, ends=ends)
        return
    if settings.asks_openai:
        yield Finding(TRANSLATOR, f"{name}: translates")
        return
    key = settings.need_openai_api_key()
    async with Speech(base_url=settings.openai_base_url, api_key=key, model=name, timeout_s=20) as speech:
        has_place = await speech.translates(name)
    if has_place is False:
        yield Finding(
            TRANSLATOR,
            f"{name}: this server has no place to translate at",
            warning='Set speech.translator = "", so that nobody is offered a translation.',
        )
    elif has_place:
        yield Finding(TRANSLATOR, f"{name}: translates, by its name")
