"""
Every setting, its default and what it may be.

Hides pydantic. Promises: the values are frozen, in range, and config.example.toml says the same.
"""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)

from bot.settings.quota import Int, Quota, Section
from bot.settings.values import (
    SettingsError,
    absent,
    attachment_host,
    database_address,
    ffmpeg_choice,
    full_path,
    is_openai,
    key_slip,
    lower,
    number,
    socket_address,
    token_slip,
    web_address,
)

OPENAI = "https://api.openai.com/v1"
TOKEN_HELP = "Get it at https://discord.com/developers/applications > your application > Bot > Reset Token."  # noqa: S105 - a text
KEY_HELP = "Get it at https://platform.openai.com/api-keys > Create new secret key."


Count = Annotated[Int, Field(ge=1, le=1_000_000)]
Seconds = Annotated[Int, Field(ge=1, le=86_400)]
Price = Annotated[Decimal, BeforeValidator(number), Field(ge=0, le=1000, decimal_places=6)]


_ROOM_BYTES = 4 * 2**30  # forty of the largest sounds at once; the disk is not ours alone


class Discord(Section):
    """Where attachments may come from, and whether commands are announced."""

    attachment_hosts: tuple[Annotated[str, AfterValidator(attachment_host)], ...] = (
        "cdn.discordapp.com",
        "media.discordapp.net",
    )
    sync_commands: bool = True
    requests_per_second: Annotated[Int, Field(ge=1, le=1000)] = 45


class Listen(Section):
    """Which messages are taken by themselves."""

    automatic: bool = False
    voice_messages: bool = True
    audio_files: bool = True
    video_files: bool = True
    direct_messages: bool = True
    locale: Literal["en", "ko"] = "en"
    catch_up_minutes: Annotated[Int, Field(ge=0, le=1440)] = 60


class Audio(Section):
    """What may be heard, and what turning it into speech-ready pieces may take."""

    convert: Literal["when-needed", "always"] = "when-needed"
    max_minutes: Annotated[Int, Field(ge=1, le=1440)] = 120
    max_megabytes: Annotated[Int, Field(ge=1, le=2048)] = 100
    ffmpeg: Annotated[str, AfterValidator(ffmpeg_choice)] = "auto"
    ffmpeg_reads: tuple[Annotated[str, AfterValidator(full_path)], ...] = ()
    sandbox: Literal["best", "required"] = "best"
    format: Literal["opus", "mp3"] = "opus"
    trim_pauses: bool = False
    deadline_seconds: Seconds = 300
    memory_megabytes: Annotated[Int, Field(ge=64, le=65_536)] = 1024
    processes: Annotated[Int, Field(ge=1, le=256)] = 2
    disk_megabytes: Annotated[
        Annotated[Int, Field(ge=1, le=1_000_000)] | None,
        BeforeValidator(absent),
        Field(description="a whole number from 1 to 1000000, or nothing"),
    ] = None

    @property
    def max_length_ms(self) -> int:
        """The longest clip that is taken."""
        return self.max_minutes * 60_000

    @property
    def max_bytes(self) -> int:
        """The largest file that is downloaded; Discord, too, counts a megabyte as 1024 x 1024."""
        return self.max_megabytes * 1024 * 1024

    @property
    def memory_bytes(self) -> int:
        """The address space one ffmpeg may take."""
        return self.memory_megabytes * 1024 * 1024

    def room_bytes(self, free_bytes: int) -> int:
        """What sounds in work may take of a disk with so much free; unless set, three quarters of it, to a bound."""
        chosen = self.disk_megabytes
        return min(free_bytes * 3 // 4, _ROOM_BYTES) if chosen is None else chosen * 1024 * 1024


class Speech(Section):
    """Who listens, how patiently, at what price."""

    model: Annotated[str, Field(pattern=r"^\S+$", description="the name of a model")] = "gpt-transcribe"
    language: Annotated[
        Annotated[str, Field(pattern="^[a-z]{2,3}$")] | None,
        BeforeValidator(lower),
        BeforeValidator(absent),
        Field(description='a language code such as "ko" or "en", or nothing'),
    ] = None
    fallback_model: Annotated[
        Annotated[str, Field(pattern=r"^\S+$")] | None,
        BeforeValidator(absent),
        Field(description="the name of a model, or nothing"),
    ] = None
    fallback_base_url: Annotated[Annotated[str, AfterValidator(web_address)] | None, BeforeValidator(absent)] = None
    timeout_seconds: Seconds = 120
    deadline_seconds: Seconds = 300
    attempts: Annotated[Int, Field(ge=1, le=10)] = 3
    parallel: Annotated[Int, Field(ge=1, le=1000)] = 100
    translator: Annotated[str, Field(pattern=r"^\S*$", description='"auto", the name of a model, or nothing')] = "auto"
    prices: Annotated[dict[str, Price], Field(description="model names with dollars a minute, from 0 to 1000")] = Field(
        default_factory=dict
    )

    @property
    def prices_usd_micros(self) -> dict[str, int]:
        """What the host says a minute of each model costs, in micro-dollars; overrides our own table."""
        return {model: int(usd * 1_000_000) for model, usd in self.prices.items()}


class Live(Section):
    """Whether words are shown while they come."""

    enabled: bool = True
    from_seconds: Annotated[Int, Field(ge=0, le=86_400)] = 20

    @property
    def from_ms(self) -> int | None:
        """How long a note must be; None for never."""
        return self.from_seconds * 1000 if self.enabled else None


class Rate(Section):
    """How fast notes may come."""

    member_per_minute: Count = 10
    guild_per_minute: Count = 60
    queue: Count = 1000


_Days = Annotated[Int, Field(ge=1, le=36_500)]


class Privacy(Section):
    """How long what is kept."""

    notes_days: _Days = 30
    replies_days: _Days = 365
    left_server_days: Annotated[Int, Field(ge=0, le=365)] = 7
    secret_file: Annotated[str | None, BeforeValidator(absent)] = None
    backups_days: _Days = 30


class Work(Section):
    """How notes are worked."""

    parallel: Annotated[Int, Field(ge=1, le=1000)] = 128
    attempts: Annotated[Int, Field(ge=1, le=100)] = 5
    stale_hours: Annotated[Int, Field(ge=1, le=720)] = 24
    lease_seconds: Annotated[Int, Field(ge=5, le=3600)] = 10
    probe_seconds: Seconds = 300
    shutdown_seconds: Annotated[Int, Field(ge=0, le=3600)] = 20


class Log(Section):
    """What the host reads."""

    format: Literal["text", "json"] = "text"
    level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(lower)] = "info"
    preview: bool = False
    provider_errors: bool = False


class Health(Section):
    """Where the machine that watches the bot may ask."""

    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Annotated[Int, Field(ge=0, le=65_535)] = 0


class Telemetry(Section):
    """What leaves the machine for the host's own watching; nothing unless the host says so."""

    traces: Annotated[Annotated[str, AfterValidator(web_address)] | None, BeforeValidator(absent)] = None
    sentry_dsn: Annotated[SecretStr | None, BeforeValidator(absent)] = None


_Address = Annotated[Annotated[str, AfterValidator(web_address)] | None, BeforeValidator(absent)]
_Gateway = Annotated[Annotated[str, AfterValidator(socket_address)] | None, BeforeValidator(absent)]


SecretName = Literal["discord_token", "openai_api_key"]
PLACE = "Put it into a file named .env (see .env.example), the environment, or a file named by <NAME>_FILE."


def missing_of(names: Sequence[str], base_url: str) -> list[str]:
    """What to say of secrets that are not set, one text each; only OpenAI itself insists on a key."""
    missing = []
    if "discord_token" in names:
        missing.append(f"DISCORD_TOKEN is not set: the bot's own password at Discord.\n  {TOKEN_HELP}")
    if "openai_api_key" in names and is_openai(base_url):
        missing.append(f"OPENAI_API_KEY is not set: it pays for the transcription.\n  {KEY_HELP}")
    return missing


class Settings(Section):
    """All that the host decided."""

    discord_token: SecretStr | None = None
    openai_base_url: Annotated[str, AfterValidator(web_address)] = OPENAI  # before the key, which is judged by it
    openai_api_key: SecretStr | None = None
    openai_fallback_api_key: SecretStr | None = None
    # May hold a password, so it is kept out of every repr.
    database_url: Annotated[str, AfterValidator(database_address), Field(repr=False)] = "sqlite:///earshot.db"
    discord_api_url: _Address = None
    discord_gateway_url: _Gateway = None
    ssl_cert_file: Annotated[str | None, BeforeValidator(absent)] = None
    ssl_cert_dir: Annotated[str | None, BeforeValidator(absent)] = None

    discord: Discord = Discord()
    listen: Listen = Listen()
    audio: Audio = Audio()
    speech: Speech = Speech()
    live: Live = Live()
    quota: Quota = Quota()
    rate: Rate = Rate()
    privacy: Privacy = Privacy()
    work: Work = Work()
    log: Log = Log()
    health: Health = Health()
    telemetry: Telemetry = Telemetry()

    @field_validator("discord_token")
    @classmethod
    def _token_looks_right(cls, value: SecretStr | None) -> SecretStr | None:
        if value and (slip := token_slip(value.get_secret_value())):
            raise ValueError(f"{slip}\n  {TOKEN_HELP}")
        return value

    @field_validator("openai_api_key")
    @classmethod
    def _key_looks_right(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        asks_openai = is_openai(info.data.get("openai_base_url", ""))
        if value and (slip := key_slip(value.get_secret_value(), asks_openai=asks_openai)):
            raise ValueError(f"{slip}\n  {KEY_HELP}")
        return value

    @property
    def key_path(self) -> Path:
        """Where the keys to the limits of forgotten people lie: beside a SQLite file, unless the host says where."""
        if self.privacy.secret_file:
            return Path(self.privacy.secret_file)
        scheme, _, file = self.database_url.partition(":///")
        return Path(file if scheme == "sqlite" else "earshot").with_suffix(".keys")

    @property
    def wishes_path(self) -> Path:
        """Where wishes lie that a restored database must not forget: beside the keys."""
        return self.key_path.with_suffix(".wishes")

    @property
    def asks_openai(self) -> bool:
        """Whether speech goes to OpenAI itself, not to a server that speaks its language."""
        return is_openai(self.openai_base_url)

    @property
    def is_all_at_openai(self) -> bool:
        """Whether no call goes anywhere else, a fallback's included."""
        return self.asks_openai and is_openai(self.speech.fallback_base_url or self.openai_base_url)

    @property
    def has_fallback(self) -> bool:
        """Whether another model, or another server, is asked when the first is down."""
        return bool(self.speech.fallback_model or self.speech.fallback_base_url)

    @property
    def fallback_key(self) -> str:
        """The fallback's key: its own, or on the same server the first one; a key is never shown to another server."""
        if self.openai_fallback_api_key:
            return self.openai_fallback_api_key.get_secret_value()
        same = self.speech.fallback_base_url in (None, self.openai_base_url)
        return self.openai_api_key.get_secret_value() if same and self.openai_api_key else ""

    def need(self, *names: SecretName) -> None:
        """Raise one SettingsError that names every secret of `names` that is missing."""
        wanted = [name for name in names if not getattr(self, name)]
        if missing := missing_of(wanted, self.openai_base_url):
            raise SettingsError("\n".join([*missing, PLACE]))

    def need_discord_token(self) -> str:
        """The bot's token; raises SettingsError where there is none."""
        self.need("discord_token")
        return self.discord_token.get_secret_value() if self.discord_token else ""

    def need_openai_api_key(self) -> str:
        """The API key, or a filler for servers that ask for none; raises SettingsError where it is missing."""
        self.need("openai_api_key")
        return self.openai_api_key.get_secret_value() if self.openai_api_key else "none-needed"
