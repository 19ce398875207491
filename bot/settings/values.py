"""
Single values: what each kind may look like, and what is probably meant where it doesn't.

Hides the patterns. Promises: every check raises ValueError with words that follow the key's name,
and shows no secret.
"""

import os
import re
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from bot.quota import is_zone


class SettingsError(Exception):
    """A setting is missing or wrong; its text is for the person who runs the bot."""


def number(value: Any) -> Any:
    """Refuse switches: Python takes True for 1."""
    if isinstance(value, bool):
        raise ValueError("must be a number")  # noqa: TRY004 - pydantic collects ValueErrors
    return value


def absent(value: Any) -> Any:
    """Read an empty text as "not set": TOML has no null."""
    return None if value == "" else value


def lower(value: Any) -> Any:
    """Take capital letters as well."""
    return value.lower() if isinstance(value, str) else value


def web_address(value: str) -> str:
    """Accept http and https addresses, without the last slash."""
    return _address(value, "http", "https").rstrip("/")


def socket_address(value: str) -> str:
    """Accept ws and wss addresses as they stand: a path may need its last slash."""
    return _address(value, "ws", "wss")


def _address(value: str, *schemes: str) -> str:
    if urlsplit(value).scheme not in schemes or not urlsplit(value).hostname:
        raise ValueError(f"must be an address that begins with {' or '.join(f'{name}://' for name in schemes)}")
    return value


def attachment_host(value: str) -> str:
    """Accept a host's name, or a whole origin."""
    host = re.fullmatch(r"(https?://)?([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?", value.rstrip("/"))
    if not host or (host[3] and not host[1]):
        raise ValueError('must be a host such as "cdn.discordapp.com" or an origin such as "http://127.0.0.1:8080"')
    return value.rstrip("/").lower()


def database_address(value: str) -> str:
    """Accept SQLite files and PostgreSQL; postgres:// is what many providers hand out for the same thing."""
    value = re.sub(r"^postgres://", "postgresql://", value)
    if not re.match(r"sqlite:///.|postgresql://.", value):
        raise ValueError("must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE.")
    return value


def time_zone(value: str) -> str:
    """Accept IANA names, and help with bare city names."""
    if not is_zone(value):
        near = sorted(zone for zone in available_timezones() if zone.lower().endswith("/" + value.lower()))
        words = f'"{near[0]}" is probably meant' if near else 'for example "UTC" or "Asia/Seoul"'
        raise ValueError(f"must be the IANA name of a time zone; {words}")
    return value


def ffmpeg_choice(value: str) -> str:
    """Accept a way of choosing, or a full path."""
    if value not in {"auto", "bundled", "system"} and not os.path.isabs(value):  # noqa: PTH117 - the setting stays text
        raise ValueError('must be "auto", "bundled", "system" or the full path of an ffmpeg')
    return value


def full_path(value: str) -> str:
    """Accept a path that begins at the root."""
    if not os.path.isabs(value):  # noqa: PTH117 - see above
        raise ValueError("must be the full path of a file or folder")
    return value


def is_openai(url: str) -> bool:
    """Whether an address is OpenAI's own (also its regional ones)."""
    return (urlsplit(url).hostname or "").endswith(".openai.com")


def token_slip(token: str) -> str:
    """What is wrong with how a token looks, without showing it. Shape: three parts between two dots."""
    slip = ""
    if token[:1] in "\"'`" or token[-1:] in "\"'`":
        slip = "is wrapped in quotes; leave them out."
    elif re.match(r"(?i)(bot|bearer)\s", token):
        slip = "begins with a word such as 'Bot'; only the token itself belongs here."
    elif re.search(r"\s", token):
        slip = "has a blank inside; it was copied with something else."
    elif re.fullmatch(r"\d{15,21}", token):
        slip = "looks like the application's ID, not the bot's token."
    elif re.fullmatch(r"[0-9a-f]{64}", token):
        slip = "looks like the application's public key, not the bot's token."
    elif re.fullmatch(r"[A-Za-z0-9_-]{32}", token):
        slip = "looks like the client secret of the OAuth2 page, not the bot's token."
    elif not re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", token, re.ASCII):
        slip = "is not a bot token: one has three parts with dots between them, about 70 characters in all."
    return slip


def key_slip(key: str, *, asks_openai: bool) -> str:
    """What is wrong with how an API key looks, without showing it; other servers' keys may look like anything."""
    slip = ""
    if key[:1] in "\"'`" or key[-1:] in "\"'`":
        slip = "is wrapped in quotes; leave them out."
    elif re.search(r"\s|[^\x21-\x7e]", key):
        slip = "has a blank or a strange sign inside; only the key itself belongs here."
    elif asks_openai and not re.fullmatch(r"sk-[\w-]{8,}", key, re.ASCII):
        slip = "is not an OpenAI key: one begins with sk- and is much longer. For another server, set OPENAI_BASE_URL."
    return slip
