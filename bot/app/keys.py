"""The keys to the limits of forgotten people, as this process has them."""

import asyncio

from bot.keyring import KeyFile, KeyFileError, Keyring
from bot.keyring.wishes import WishFile
from bot.settings import Settings, SettingsError

_DAY_MS = 86_400_000


async def keys_of(
    settings: Settings, *, now_ms: int, is_needed: bool
) -> tuple[Keyring, KeyFile | None, WishFile | None]:
    """
    The keys and their file, made if there is none, and that of wishes; keys of its own for who needs none.

    Raises SettingsError.
    """
    ring = Keyring()
    if not is_needed:
        return ring, None, None
    file = KeyFile(settings.key_path, ring)
    try:
        await asyncio.to_thread(file.refresh, now_ms=now_ms)
    except KeyFileError as trouble:
        raise SettingsError(str(trouble)) from trouble
    return ring, file, wish_file(settings, ring)


def wish_file(settings: Settings, ring: Keyring) -> WishFile:
    """Where wishes are kept outside of the database."""
    keeps_ms = settings.privacy.backups_days * _DAY_MS
    return WishFile(settings.wishes_path, ring, keeps_ms=keeps_ms)
