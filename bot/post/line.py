"""Posting so that nothing stands twice and Discord refuses nothing: a nonce for each part, a line for each channel."""

import asyncio
import hashlib
import time
from weakref import WeakValueDictionary

_DISCORD_EPOCH_MS = 1_420_070_400_000  # Discord: "Snowflakes"


class Lines:
    """
    Whoever posts into a channel stands in line there.

    Posting at once makes discord.py, at the turn of a rate limit's window, let more through than Discord takes: each
    429 costs the whole next window, and a bot with many of them is shut out. In line, the headers are always known.
    """

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def of(self, channel_id: int) -> asyncio.Lock:
        """That channel's line, to be entered with `async with`; forgotten when nobody stands in it."""
        return self._locks.setdefault(channel_id, asyncio.Lock())


def nonce_of(ask_id: int, key: str, part: int, way: str = "") -> str:
    """At most 25 characters, as Discord asks; the same part always has the same."""
    return hashlib.blake2s(f"{ask_id}|{key}|{part}|{way}".encode(), digest_size=12).hexdigest()


def age_ms(snowflake: int) -> int:
    """How long ago Discord made this id."""
    return round(time.time() * 1000) - ((snowflake >> 22) + _DISCORD_EPOCH_MS)
