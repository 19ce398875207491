"""The keys to the limits of forgotten people, as this process has them."""

import asyncio

from bot.keyring import KeyFile, KeyFileError, Keyring
from bot.settings import Settings, SettingsError


async def keys_of(settings: Settings, *, now_ms: int, is_needed: bool) -> tuple[Keyring, KeyFile | None]:
    """The keys and their file, made if there is none; keys of its own for who needs none. Raises SettingsError."""
    ring = Keyring()
    if not is_needed:
        return ring, None
    file = KeyFile(settings.key_path, ring)
    try:
        await asyncio.to_thread(file.refresh, now_ms=now_ms)
    except KeyFileError as trouble:
        raise SettingsError(str(trouble)) from trouble
    return ring, file
