"""
From files, environment and flags to one Settings, or to a list of all that is wrong.

Hides TOML, dotenv and pydantic's errors. Promises: a secret's value is in no message.
"""

import difflib
import io
import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from dotenv import dotenv_values
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from bot.settings.files import Unreadable, is_there, text_of
from bot.settings.model import OPENAI, PLACE, SecretName, Settings, missing_of
from bot.settings.values import SettingsError

ENVIRONMENT = {
    "DISCORD_TOKEN": "discord_token",
    "OPENAI_API_KEY": "openai_api_key",
    "OPENAI_BASE_URL": "openai_base_url",
    "OPENAI_FALLBACK_API_KEY": "openai_fallback_api_key",
    "DATABASE_URL": "database_url",
    "DISCORD_API_URL": "discord_api_url",
    "DISCORD_GATEWAY_URL": "discord_gateway_url",
    "SSL_CERT_FILE": "ssl_cert_file",
    "SSL_CERT_DIR": "ssl_cert_dir",
}
SECRETS = ("DISCORD_TOKEN", "OPENAI_API_KEY", "OPENAI_FALLBACK_API_KEY", "DATABASE_URL")
# Kubernetes tells every container about a service named "earshot" in variables like these ("service links").
SERVICE_LINK = re.compile(r"EARSHOT_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP)(_\w+)?)")
# What is refused in config.toml wherever it stands: a key, a bot's token, a password in an address or in its query.
SECRET = re.compile(
    r"(?<![\w-])sk-[\w-]{16,}|[\w-]{23,28}\.[\w-]{6}\.[\w-]{27,}|://[^/@\s]*:[^/@\s]*@"
    r"|(?i:[?&;](\w*(password|passwd|pwd|secret|token|signature)|(api|access|account)?[-_]?key|sig)=)[^&;\s]"
)
SECRET_SHAPE = re.compile(r"sk-\w|[\w-]{18,}\.[\w-]+\.[\w-]+|://[^/]*@")
ECHO = 60  # characters of a wrong value that are shown


class _Draft:
    """Values by key on their way to Settings, where each came from, and what is wrong so far."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.sources: dict[str, str] = {}
        self.problems: list[str] = []

    def put(self, key: str, value: Any, source: str) -> None:
        """Let `value` override what stood under the dotted `key`."""
        section, _, name = key.partition(".")
        self.sources[key] = source
        if not name:
            self.values[section] = value
        elif isinstance(rows := self.values.setdefault(section, {}), dict):
            rows[name] = value

    def source(self, key: str) -> str:
        """Where a key came from; of a section, where the first of its keys did."""
        within = (source for name, source in self.sources.items() if name.startswith(f"{key}."))
        return self.sources.get(key) or next(within, "")


def load(
    path: Path | None = None,
    env: Mapping[str, str] | None = None,
    *,
    flags: Mapping[str, Any] | None = None,
    needs: Sequence[SecretName] = (),
) -> Settings:
    """
    Return what config.toml, overridden by the environment, overridden by `flags`, says.

    `path`, else EARSHOT_CONFIG, else ./config.toml if there is one. `env` stands for the environment;
    without it, that is os.environ over `.env` in this folder. `flags` are dotted keys ("speech.model");
    None there means not given. Raises SettingsError with all that is wrong; where something is, with the secrets of
    `needs` that are missing, too (`Settings.need` tells of them where nothing else is).
    """
    environment = {name: value.strip() for name, value in (_environment() if env is None else env).items()}
    # An empty variable is what `NAME=` in .env and an unset ${NAME} in a compose file look like: not set.
    environment = {name: value for name, value in environment.items() if value}
    draft = _Draft()
    _take_file(draft, _config_file(path, environment))
    _take_environment(draft, environment)
    for key, value in (flags or {}).items():
        if value is not None:
            _take_row(draft, f"--set {key}", key, value)
    try:
        settings = Settings.model_validate(draft.values)
    except ValidationError as error:
        draft.problems += [_problem(draft, fault) for fault in error.errors(include_url=False)]
    if draft.problems:
        absent = [
            name
            for name in needs
            if name not in draft.values and not any(name.upper() in one for one in draft.problems)
        ]
        if missing := missing_of(absent, str(draft.values.get("openai_base_url", OPENAI))):
            draft.problems += [*missing[:-1], f"{missing[-1]}\n  {PLACE}"]
        raise SettingsError(_report(draft.problems))
    return settings


def _environment() -> dict[str, str]:
    path = Path(".env")
    try:
        text = text_of(path) if is_there(path) else ""
    except Unreadable as why:
        raise SettingsError(f"The file .env cannot be read: {why}.") from None
    written = dotenv_values(stream=io.StringIO(text), interpolate=False)
    return {name: value for name, value in written.items() if value} | {
        name: value for name, value in os.environ.items() if value
    }


def _config_file(path: Path | None, environment: Mapping[str, str]) -> Path | None:
    if path is not None:
        return path
    if named := environment.get("EARSHOT_CONFIG"):
        return Path(named)
    return Path("config.toml") if is_there(Path("config.toml")) else None


def _take_file(draft: _Draft, path: Path | None) -> None:
    if path is None:
        return
    try:
        read = tomllib.loads(text_of(path))
    except Unreadable as why:
        draft.problems.append(f"The configuration file {path} cannot be read: {why}.")
        return
    except tomllib.TOMLDecodeError as error:
        draft.problems.append(f"The configuration file {path} is not TOML: {error}.")
        return
    for section, rows in read.items():
        if not isinstance(rows, dict):
            _take_row(draft, path.name, section, rows)
            continue
        draft.put(section, {}, path.name)
        for name, value in rows.items():
            _take_row(draft, path.name, f"{section}.{name}", value)


def _take_row(draft: _Draft, source: str, key: str, value: Any) -> None:
    """One line of the file, or one flag, which other accounts can read; a secret is refused, whatever it is set for."""
    is_secret = SECRET.search(str(value)) is not None
    if key.upper() in SECRETS:
        is_secret |= key != "database_url" or SECRET_SHAPE.search(str(value)) is not None
    elif key == "telemetry.sentry_dsn":
        is_secret |= "@" in str(value)
    if not is_secret:
        draft.put(key, value, source)
        return
    known = {setting: name for name, setting in ENVIRONMENT.items()}
    name = known.get(key) or f"EARSHOT_{key.replace('.', '__')}".upper()
    draft.problems.append(
        f"{key} ({source}) is a secret, or has one in it, and does not belong there: "
        f"set {name} in .env or the environment."
    )


def _take_environment(draft: _Draft, environment: Mapping[str, str]) -> None:
    for name, key in ENVIRONMENT.items():
        if name in environment:
            draft.put(key, environment[name], name)
    for name in SECRETS:
        if file := environment.get(f"{name}_FILE"):
            _take_secret(draft, name, Path(file), twice=name in environment)
    for name, value in sorted(environment.items()):
        section, split, key = name.removeprefix("EARSHOT_").lower().partition("__")
        if not name.startswith("EARSHOT_") or name == "EARSHOT_CONFIG":
            continue
        if split:
            draft.put(f"{section}.{key}", _parse(section, key, value), name)
        elif not SERVICE_LINK.fullmatch(name) and not (name.endswith("_PORT") and "://" in value):
            draft.problems.append(f"{name}: there is no such setting.{_hint(name, list(_names()))}")


def _take_secret(draft: _Draft, name: str, file: Path, *, twice: bool) -> None:
    if twice:
        draft.problems.append(f"{name} and {name}_FILE are both set: keep one of them.")
        return
    try:
        value = text_of(file).strip()
    except Unreadable as why:
        draft.problems.append(f"{name}_FILE: {file} cannot be read: {why}.")
        return
    if value:
        draft.put(ENVIRONMENT[name], value, f"{name}_FILE")
    else:
        draft.problems.append(f"{name}_FILE: {file} is empty.")


def _parse(section: str, key: str, value: str) -> Any:
    """Read a variable's text: lists are written `a,b` and tables `name=value,name=value`."""
    shape = getattr(_field(section, key), "annotation", None)
    words = [word.strip() for word in value.split(",") if word.strip()]
    if get_origin(shape) is tuple:
        return words
    if get_origin(shape) is dict:
        return {name.strip(): number.strip() for name, _, number in (word.partition("=") for word in words)}
    return value


def _field(*keys: Any) -> FieldInfo | None:
    """The field a dotted key names, or None."""
    model: type[BaseModel] = Settings
    field = None
    for key in keys:
        field = model.model_fields.get(key)
        if field is None or not (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)):
            break
        model = field.annotation
    return field


def _names() -> Iterator[str]:
    """Every setting's dotted key, and its variable."""
    for section, field in Settings.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            for key in field.annotation.model_fields:
                yield f"{section}.{key}"
                yield f"EARSHOT_{section}__{key}".upper()
        elif section not in {"discord_token", "openai_api_key", "openai_fallback_api_key"}:
            yield section


def _problem(draft: _Draft, fault: Any) -> str:
    """One of pydantic's errors in words: which key, where it stands, what is wrong, what may stand there."""
    keys = [str(key) for key in fault["loc"]]
    key = ".".join(keys[:2])
    source = draft.source(key) or draft.source(keys[0])
    if fault["type"] == "extra_forbidden":
        known = list(_names()) if len(keys) > 1 else list(Settings.model_fields)
        return f"{key} ({source}): there is no such setting.{_hint(key, known)}"
    words = fault["ctx"]["error"].args[0] if fault["type"] == "value_error" else f"must be {_allowed(_field(*keys))}"
    if keys[0].upper() in SECRETS:
        return f"{keys[0].upper()} {words}"
    entry = f", entry {keys[2]}," if len(keys) > 2 else ""  # noqa: PLR2004 - section, key, entry
    return f"{key}{entry} ({source}) is {_echo(fault['input'])}: {words}."


def _allowed(field: FieldInfo | None) -> str:
    """What may stand in a field, from its type and bounds."""
    shape: Any = field.annotation if field else None
    bounds = {
        name: getattr(rule, name)
        for rule in getattr(field, "metadata", ())
        for name in ("ge", "le")
        if hasattr(rule, name)
    }
    span = f" from {bounds['ge']} to {bounds['le']}" if len(bounds) == 2 else ""  # noqa: PLR2004 - both ends
    if field is not None and field.description:
        return field.description
    if get_origin(shape) is Literal:
        return " or ".join(f'"{value}"' for value in get_args(shape))
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return "a section: its keys stand below a line with its name in brackets"
    names = {bool: "true or false", int: f"a whole number{span}", Decimal: f"an amount{span}, with at most 6 decimals"}
    return names.get(shape, "a list of texts" if get_origin(shape) is tuple else "a text")


def _hint(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.75) or [each for each in known if each.startswith(name)]
    return f" Did you mean {near[0]}?" if near else " config.example.toml lists all there are."


def _echo(value: Any) -> str:
    text = str(value)
    if SECRET_SHAPE.search(text):
        return "a value that is not shown here"
    shown = text if len(text) <= ECHO else text[:ECHO] + "…"
    return f'"{shown}"' if isinstance(value, str) else shown


def _report(problems: list[str]) -> str:
    count = "One setting needs" if len(problems) == 1 else f"{len(problems)} settings need"
    return "\n".join([f"{count} attention:", *(f"- {problem}" for problem in problems)])
