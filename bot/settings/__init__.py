"""
What the host decided, as one frozen value.

Hides pydantic, dotenv, TOML and the order in which they override each other: config.toml, then
environment (over `.env`), then flags. Promises: nothing is read at import; unknown keys and bad
values are refused all at once, in words that name the key and where to get its value; a secret
is never shown; the process's environment is not changed.
"""

from bot.settings.model import Audio, Discord, Health, Listen, Live, Log, Rate, Settings, Speech, Work
from bot.settings.quota import Quota
from bot.settings.reading import load
from bot.settings.values import SettingsError, is_openai

__all__ = [
    "Audio",
    "Discord",
    "Health",
    "Listen",
    "Live",
    "Log",
    "Quota",
    "Rate",
    "Settings",
    "SettingsError",
    "Speech",
    "Work",
    "is_openai",
    "load",
]
