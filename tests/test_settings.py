"""Settings: files, environment and flags become one frozen value, or a list of what to mend."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as drawn
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from bot.settings import Settings, SettingsError, load
from bot.settings.model import SecretName

HERE = Path(__file__).parent.parent
TOKEN = "MTE3NjM3ODQ2NTk1NDE4MTEyMA.GaBcDe.abcdefghijklmnopqrstuvwxyz0123456789AB"
KEY = "sk-proj-abcdefghijklmnop"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """An empty folder that is the current one."""
    before = Path.cwd()
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(before)


def complaint(env: dict[str, str] | None = None, path: Path | None = None, **flags: Any) -> str:
    """What the person who starts the bot reads."""
    with pytest.raises(SettingsError) as caught:
        load(path, env or {}, flags=flags)
    assert caught.value.__cause__ is None
    return str(caught.value)


@pytest.mark.usefixtures("folder")
def test_nothing_set_means_the_defaults() -> None:
    """A fresh folder gives finite defaults and needs no file."""
    settings = load(env={})

    assert settings == Settings()
    assert (settings.quota.guild_minutes, settings.quota.host_usd) == (60, Decimal(5))


def test_amounts_are_handed_on_in_the_units_of_the_core() -> None:
    """Minutes, megabytes and dollars leave as milliseconds, bytes and micro-dollars."""
    settings = load(HERE / "config.example.toml", {"EARSHOT_SPEECH__PRICES": "whisper-1=0.006, other = 0.0045"})

    assert settings.audio.max_length_ms == 7_200_000
    assert settings.audio.max_bytes == 104_857_600
    assert settings.audio.memory_bytes == 1_073_741_824
    assert settings.quota.guild_ms == 3_600_000
    assert settings.quota.host_usd_micros == 5_000_000
    assert settings.speech.prices_usd_micros == {"whisper-1": 6000, "other": 4500}


def test_example_equals_the_defaults() -> None:
    """Copying config.example.toml changes nothing."""
    assert load(HERE / "config.example.toml", {}) == Settings()


def test_example_names_every_setting() -> None:
    """No setting is missing in config.example.toml, except the secrets."""
    example = tomllib.loads((HERE / "config.example.toml").read_text("utf-8"))

    for name, field in Settings.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            assert set(example[name]) == set(field.annotation.model_fields), name
        else:
            assert (name in example) != (name in {"discord_token", "openai_api_key", "openai_fallback_api_key"}), name


def test_env_example_is_read_and_names_both_secrets(folder: Path) -> None:
    """An untouched copy of .env.example starts nothing and hides nothing: the secrets are simply not set."""
    text = (HERE / ".env.example").read_text("utf-8")
    (folder / ".env").write_text(text, "utf-8")

    assert load(env=None).discord_token is None
    assert "\nDISCORD_TOKEN=\n" in text
    assert "\nOPENAI_API_KEY=\n" in text


def test_environment_overrides_file_and_flags_override_both(folder: Path) -> None:
    """config.toml < environment < flags."""
    (folder / "config.toml").write_text('[speech]\nmodel = "one"\nattempts = 1\n[quota]\nguild_minutes = 1\n', "utf-8")
    env = {"EARSHOT_SPEECH__MODEL": "two", "EARSHOT_QUOTA__GUILD_MINUTES": "2"}

    settings = load(
        env=env, flags={"speech.model": "three", "openai_base_url": "http://127.0.0.1:1/", "log.level": None}
    )

    assert settings.speech.model == "three"
    assert settings.quota.guild_minutes == 2
    assert settings.speech.attempts == 1
    assert settings.openai_base_url == "http://127.0.0.1:1"


def test_dot_env_fills_in_what_the_environment_leaves_empty(folder: Path) -> None:
    """`.env` is read from the current folder, under the environment, which is left as it was."""
    (folder / ".env").write_bytes(f"\ufeffDISCORD_TOKEN='{TOKEN}'\nOPENAI_API_KEY={KEY}\n".encode())
    script = (
        "import os\nfrom bot.settings import load\ns = load()\n"
        "print(s.need_discord_token(), s.need_openai_api_key(), 'DISCORD_TOKEN' in os.environ)"
    )
    env = {"PYTHONPATH": str(HERE), "PATH": os.environ["PATH"], "OPENAI_API_KEY": "sk-from-the-environment"}

    told = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True)  # noqa: S603 - our own script

    assert told.stdout.split() == [TOKEN, "sk-from-the-environment", "False"]


def test_earshot_config_names_the_file(folder: Path) -> None:
    """EARSHOT_CONFIG stands for --config; an explicit path is stronger; a byte order mark does no harm."""
    (folder / "a.toml").write_bytes("\ufeff[log]\nlevel = 'DEBUG'\n".encode())
    (folder / "b.toml").write_text("[log]\nlevel = 'error'\n", "utf-8")

    assert load(env={"EARSHOT_CONFIG": "a.toml"}).log.level == "debug"
    assert load(folder / "b.toml", {"EARSHOT_CONFIG": "a.toml"}).log.level == "error"


@pytest.mark.parametrize("name", ["DISCORD_TOKEN", "OPENAI_API_KEY", "DATABASE_URL"])
def test_secrets_can_come_from_files(folder: Path, name: str) -> None:
    """`*_FILE` names a file whose text, without its line end, is the secret."""
    value = {"DISCORD_TOKEN": TOKEN, "OPENAI_API_KEY": KEY, "DATABASE_URL": "postgres://bot:pw@db/earshot"}[name]
    (folder / "secret").write_text(value + "\r\n", "utf-8")
    settings = load(env={f"{name}_FILE": "secret"})

    if name == "DATABASE_URL":
        assert settings.database_url == "postgresql://bot:pw@db/earshot"
    elif name == "DISCORD_TOKEN":
        assert settings.need_discord_token() == TOKEN
    else:
        assert settings.need_openai_api_key() == KEY


def test_a_secret_file_that_cannot_be_used_is_named(folder: Path) -> None:
    """A missing or empty secret file, or a secret given twice, stops the start."""
    (folder / "empty").write_text("\n", "utf-8")
    told = complaint(
        {
            "DISCORD_TOKEN_FILE": "nowhere",
            "OPENAI_API_KEY_FILE": "empty",
            "DATABASE_URL": "sqlite:///a",
            "DATABASE_URL_FILE": "empty",
        }
    )

    assert "DISCORD_TOKEN_FILE: nowhere cannot be read: no such file or directory." in told
    assert "OPENAI_API_KEY_FILE: empty is empty." in told
    assert "DATABASE_URL and DATABASE_URL_FILE are both set: keep one of them." in told


def test_secrets_are_never_shown() -> None:
    """Neither repr nor JSON of the settings shows token, key or the database's password."""
    settings = load(env={"DISCORD_TOKEN": TOKEN, "OPENAI_API_KEY": KEY, "DATABASE_URL": "postgresql://u:pw123@db/x"})

    for shown in (repr(settings), str(settings)):
        assert TOKEN not in shown
        assert KEY not in shown
        assert "pw123" not in shown
    assert TOKEN not in settings.model_dump_json()


def test_missing_secrets_say_where_to_get_them() -> None:
    """Both missing secrets are named at once, each with the page that hands it out."""
    with pytest.raises(SettingsError) as caught:
        Settings().need("discord_token", "openai_api_key")

    told = str(caught.value)
    assert "DISCORD_TOKEN is not set" in told
    assert "https://discord.com/developers/applications > your application > Bot > Reset Token" in told
    assert "OPENAI_API_KEY is not set" in told
    assert "https://platform.openai.com/api-keys" in told
    assert ".env" in told
    with pytest.raises(SettingsError, match="DISCORD_TOKEN is not set"):
        Settings().need_discord_token()


def test_a_server_of_your_own_needs_no_key() -> None:
    """Only OpenAI itself insists on a key, also at its regional addresses."""
    assert load(env={"OPENAI_BASE_URL": "http://127.0.0.1:8000/v1"}).need_openai_api_key() == "none-needed"
    assert load(env={"OPENAI_BASE_URL": "http://127.0.0.1:8000/v1", "OPENAI_API_KEY": "x"}).need_openai_api_key() == "x"
    with pytest.raises(SettingsError, match="OPENAI_API_KEY is not set"):
        load(env={"OPENAI_BASE_URL": "https://eu.api.openai.com/v1"}).need_openai_api_key()


@pytest.mark.parametrize(
    ("token", "slip"),
    [
        (f'"{TOKEN}"', "wrapped in quotes"),
        (f"Bot {TOKEN}", "begins with a word such as 'Bot'"),
        (f"{TOKEN[:30]} {TOKEN[30:]}", "has a blank inside"),
        ("117637846595418112", "looks like the application's ID"),
        ("0123456789abcdef" * 4, "looks like the application's public key"),
        ("abcdefghijklmnopqrstuvwxyz_-0123", "looks like the client secret"),
        ("abc.def", "is not a bot token"),
        ("한글.토큰.입니다", "is not a bot token"),
    ],
)
def test_a_token_that_is_none_is_recognised(token: str, slip: str) -> None:
    """Each common mistake with the token is named, and the token is not shown."""
    told = complaint({"DISCORD_TOKEN": token})

    assert f"DISCORD_TOKEN {slip}" in told.replace("is wrapped", "wrapped")
    assert "Bot > Reset Token" in told
    assert token not in told


@pytest.mark.parametrize(
    ("key", "slip"),
    [
        (f"'{KEY}'", "is wrapped in quotes"),
        (f"Bearer {KEY}", "has a blank"),
        ("sk-…", "has a blank or a strange sign"),
        ("hunter2-hunter2", "is not an OpenAI key"),
    ],
)
def test_a_key_that_is_none_is_recognised(key: str, slip: str) -> None:
    """Each common mistake with the API key is named, and the key is not shown."""
    told = complaint({"OPENAI_API_KEY": key})

    assert f"OPENAI_API_KEY {slip}" in told
    assert "https://platform.openai.com/api-keys" in told
    assert key not in told


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        (
            "QUOTA__GUILD_MINUTES",
            "sixty",
            'quota.guild_minutes (EARSHOT_QUOTA__GUILD_MINUTES) is "sixty": must be a whole number from 0',
        ),
        ("QUOTA__HOST_USD", "-1", "must be an amount from 0 to 1000000"),
        ("QUOTA__HOST_USD", "nan", "must be an amount from 0 to 1000000"),
        ("QUOTA__TIMEZONE", "Seoul", '"Asia/Seoul" is probably meant'),
        ("QUOTA__TIMEZONE", "/etc/passwd", 'for example "UTC" or "Asia/Seoul"'),
        ("QUOTA__TIMEZONE", "America", "must be the IANA name of a time zone"),
        ("AUDIO__FORMAT", "aac", 'must be "opus" or "mp3"'),
        ("AUDIO__FFMPEG", "bin/ffmpeg", "the full path of an ffmpeg"),
        ("AUDIO__MAX_MINUTES", "0", "must be a whole number from 1 to 1440"),
        ("LISTEN__AUTOMATIC", "perhaps", "must be true or false"),
        ("SPEECH__LANGUAGE", "korean", 'must be a language code such as "ko"'),
        ("SPEECH__MODEL", "gpt transcribe", "must be the name of a model"),
        ("SPEECH__PRICES", "whisper-1=cheap", "speech.prices, entry whisper-1,"),
        ("DISCORD__ATTACHMENT_HOSTS", "cdn.discordapp.com,b/c", "discord.attachment_hosts, entry 1,"),
        ("DISCORD__ATTACHMENT_HOSTS", "cdn.discordapp.com:80", "must be a host such as"),
        ("HEALTH__PORT", "70000", "must be a whole number from 0 to 65535"),
        ("LOG__LEVEL", "loud", 'must be "debug" or "info" or "warning" or "error"'),
    ],
)
def test_a_wrong_value_says_what_is_possible(name: str, value: str, words: str) -> None:
    """A value out of range is refused with its key, where it stands and what may stand there."""
    told = complaint({f"EARSHOT_{name}": value})

    assert words in told
    assert f"EARSHOT_{name}" in told
    assert told.startswith("One setting needs attention:")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENAI_BASE_URL", "api.openai.com"),
        ("DISCORD_API_URL", "ftp://discord.com"),
        ("DISCORD_GATEWAY_URL", "https://gateway"),
        ("DATABASE_URL", "mysql://u:pw123@h/d"),
        ("OPENAI_BASE_URL", "http://["),
    ],
)
def test_an_address_of_the_wrong_kind_is_refused(name: str, value: str) -> None:
    """Addresses are checked for their scheme; a database's is not shown, it may hold a password."""
    told = complaint({name: value})

    assert name in told
    assert "pw123" not in told


def test_all_mistakes_are_listed_at_once(folder: Path) -> None:
    """Several mistakes need one start, not one each."""
    (folder / "config.toml").write_text("[quota]\nguild_minutes = true\nminutes = 3\n[sound]\nx = 1\n", "utf-8")
    told = complaint({"DISCORD_TOKEN": "x", "EARSHOT_WORK__PARALEL": "3"})

    assert told.startswith("5 settings need attention:")
    assert "quota.guild_minutes (config.toml) is True: must be a number." in told
    assert "quota.minutes (config.toml): there is no such setting." in told
    assert "sound (config.toml): there is no such setting." in told
    assert "work.paralel (EARSHOT_WORK__PARALEL): there is no such setting. Did you mean work.parallel?" in told


def test_a_misspelt_name_is_told_with_where_it_stands() -> None:
    """A section, too, has a nearest name; and the place is named as it was typed."""
    with pytest.raises(SettingsError) as told:
        load(env={"EARSHOT_LISTN__AUTOMATIC": "1", "EARSHOT_QUOTAS__X": "1"}, flags={"quota.guild": "1"})

    no = "there is no such setting. Did you mean"
    assert f"listn (EARSHOT_LISTN__AUTOMATIC): {no} listen?" in str(told.value)
    assert f"quotas (EARSHOT_QUOTAS__X): {no} quota?" in str(told.value)
    assert f"quota.guild (--set quota.guild): {no} quota.guild_minutes?" in str(told.value)


def test_unknown_variables_are_refused_except_those_of_kubernetes() -> None:
    """A typing error in a variable's name is found; what Kubernetes adds for a service named earshot is left alone."""
    links = {
        "EARSHOT_SERVICE_HOST": "10.0.0.1",
        "EARSHOT_SERVICE_PORT_HTTP": "80",
        "EARSHOT_GATEWAY_PORT": "tcp://10.0.0.1:80",
        "EARSHOT_PORT_80_TCP_ADDR": "10.0.0.1",
    }

    assert load(env=links) == Settings()
    assert "Did you mean EARSHOT_HEALTH__PORT?" in complaint(links | {"EARSHOT_HEALTH_PORT": "8080"})
    assert "config.example.toml lists all there are" in complaint({"EARSHOT_ZZZ": "1"})


def test_secrets_do_not_belong_into_the_file(folder: Path) -> None:
    """A token or a password in config.toml is refused without being shown; a harmless database address is fine."""
    path = folder / "config.toml"
    path.write_text(f'discord_token = "{TOKEN}"\ndatabase_url = "postgresql://u:pw123@db/x"\n', "utf-8")
    told = complaint(path=path)

    assert "discord_token (config.toml) is a secret" in told
    assert "set DISCORD_TOKEN in .env" in told
    assert "database_url (config.toml) is a secret" in told
    assert TOKEN not in told
    assert "pw123" not in told
    path.write_text('database_url = "sqlite:///other.db"\n', "utf-8")
    assert load(env={}).database_url == "sqlite:///other.db"


@pytest.mark.parametrize(
    ("line", "variable"),
    [
        ('database_url = "postgresql://h/db?user=u&password=pw123"', "DATABASE_URL"),
        ('database_url = "postgresql://h/db?sslmode=require&sslpassword=pw123"', "DATABASE_URL"),
        ('openai_base_url = "https://user:pw123@proxy.example/v1"', "OPENAI_BASE_URL"),
        ('openai_base_url = "https://proxy.example/v1?api-key=pw123"', "OPENAI_BASE_URL"),
        ('discord_api_url = "https://user:pw123@proxy.example/api"', "DISCORD_API_URL"),
        ('[speech]\nfallback_base_url = "https://u:pw123@proxy.example/v1"', "EARSHOT_SPEECH__FALLBACK_BASE_URL"),
        ('[telemetry]\ntraces = "https://u:pw123@collector.example/v1/traces"', "EARSHOT_TELEMETRY__TRACES"),
        ('[telemetry]\nsentry_dsn = "https://pw123@o1.ingest.sentry.io/1"', "EARSHOT_TELEMETRY__SENTRY_DSN"),
        ('[speech]\nmodel = "sk-proj-pw123-0123456789abcdef"', "EARSHOT_SPEECH__MODEL"),
        (f'[discord]\nattachment_hosts = ["{TOKEN}"]', "EARSHOT_DISCORD__ATTACHMENT_HOSTS"),
    ],
)
def test_a_secret_is_refused_wherever_it_stands_in_the_file(folder: Path, line: str, variable: str) -> None:
    """A password in an address or its query, a key or a token is refused under any name, and is not shown."""
    path = folder / "config.toml"
    path.write_text(f"{line}\n", "utf-8")
    told = complaint(path=path)

    assert told.startswith("One setting needs")
    assert f"set {variable} in .env" in told
    assert "pw123" not in told
    assert TOKEN not in told


def test_no_flag_takes_a_secret() -> None:
    """What other accounts can read in the list of processes is no place for a token, a key or a password."""
    flags = {
        "discord_token": TOKEN,
        "database_url": "postgresql://u:pw123@db/x",
        "speech.model": f"{KEY}0123456789abcdef",
    }
    with pytest.raises(SettingsError) as told:
        load(env={}, flags=flags)

    assert str(told.value).startswith("3 settings need")
    assert "discord_token (--set discord_token) is a secret" in str(told.value)
    assert TOKEN not in str(told.value)
    assert KEY not in str(told.value)
    assert "pw123" not in str(told.value)
    assert load(env={}, flags={"database_url": "sqlite:///x.db"}).database_url == "sqlite:///x.db"


def test_addresses_without_secrets_are_taken_from_the_file(folder: Path) -> None:
    """A query that is no secret, a long host and a model's name are no reason to refuse."""
    (folder / "config.toml").write_text(
        'openai_base_url = "https://name.openai.azure.com/?api-version=2025-03-01-preview"\n'
        'database_url = "postgresql://db/earshot?sslmode=require"\n'
        '[discord]\nattachment_hosts = ["a-rather-long-name-of-a-host.cdn.example.com"]\n'
        '[speech]\nmodel = "Systran/faster-whisper-small"\n'
        '[telemetry]\nsentry_dsn = ""\n',
        "utf-8",
    )

    assert load(env={}).openai_base_url == "https://name.openai.azure.com/?api-version=2025-03-01-preview"


def test_missing_secrets_are_told_with_all_else_that_is_wrong(folder: Path) -> None:
    """A wrong key, a file that is no TOML and the secrets that a command needs and has not got are one message."""
    needs: tuple[SecretName, ...] = ("discord_token", "openai_api_key")
    with pytest.raises(SettingsError) as told:
        load(env={}, flags={"quota.foo": "1"}, needs=needs)

    assert str(told.value).startswith("3 settings need attention:")
    assert "quota.foo (--set quota.foo): there is no such setting." in str(told.value)
    assert "DISCORD_TOKEN is not set" in str(told.value)
    assert "OPENAI_API_KEY is not set" in str(told.value)
    assert "a file named by <NAME>_FILE" in str(told.value)
    (folder / "config.toml").write_text("[quota\n", "utf-8")
    with pytest.raises(SettingsError, match=r"(?s)2 settings.*is not TOML.*DISCORD_TOKEN is not set"):
        load(env={"OPENAI_BASE_URL": "http://127.0.0.1:8000/v1"}, needs=needs)
    with pytest.raises(SettingsError) as secret:
        load(env={"DISCORD_TOKEN": "x", "OPENAI_API_KEY": KEY}, needs=needs)
    assert "is not set" not in str(secret.value)


def test_a_secret_in_the_wrong_place_is_not_echoed() -> None:
    """Even a token that landed under another key is not repeated on the screen, nor a long value in full."""
    assert TOKEN not in complaint({"EARSHOT_LOG__FORMAT": TOKEN})
    assert KEY not in complaint({"EARSHOT_LOG__FORMAT": KEY})
    assert "x" * 61 not in complaint({"EARSHOT_LOG__FORMAT": "x" * 500})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"[quota\n", "is not TOML: "),
        (b"a = '\xff'", "is not UTF-8 text"),
        (b"quota = 5\n", "must be a section"),
        (b"[discord]\nattachment_hosts = 5\n", "must be a list of texts"),
        (b"[health]\nhost = 5\n", "must be a text"),
        (b"[quota]\ntimezone = ''\n", "must be the IANA name"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(folder: Path, text: bytes, words: str) -> None:
    """What is wrong with config.toml is said in words, never as a traceback."""
    (folder / "config.toml").write_bytes(text)

    told = complaint({"EARSHOT_QUOTA__GUILD_MINUTES": "5"})
    assert words in told
    assert "config.toml" in told


@pytest.mark.usefixtures("folder")
def test_a_named_file_must_exist() -> None:
    """A configuration file that was asked for and isn't there stops the start."""
    assert "The configuration file nowhere.toml cannot be read: no such file" in complaint(
        {"EARSHOT_CONFIG": "nowhere.toml"}
    )


def test_an_unreadable_dot_env_is_named(folder: Path) -> None:
    """A .env in a strange encoding is a complaint, not a traceback."""
    (folder / ".env").write_bytes(b"DISCORD_TOKEN=\xff\xfe\n")

    with pytest.raises(SettingsError, match=r"\.env cannot be read"):
        load()


def test_settings_cannot_be_changed() -> None:
    """A loaded value stays as it is."""
    with pytest.raises(ValidationError):
        Settings().quota.guild_minutes = 5


@drawn(deadline=None)
@given(st.sampled_from(["guild_minutes", "host_usd"]), st.text(min_size=1))
def test_any_text_is_a_value_or_a_complaint(key: str, value: str) -> None:
    """Whatever stands in a variable, the answer is a setting or a SettingsError."""
    told = ""
    try:
        load(HERE / "config.example.toml", {f"EARSHOT_QUOTA__{key.upper()}": value})
    except SettingsError as error:
        told = str(error)

    assert not told or f"quota.{key} (EARSHOT_QUOTA__{key.upper()}) is" in told
