"""
Why a connection to Discord ended: whether to make it anew, when, and what to tell.

Hides the gateway's close codes. Promises: what asking again cannot mend is told with what can.
"""

import logging
from collections.abc import Iterator

import discord

from bot import trust

log = logging.getLogger(__name__)

_CODES = "https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway"
_BAD_TOKEN = 4004  # Discord: "Gateway Close Event Codes", authentication failed
# The same table: invalid shard, sharding required, invalid version, invalid intents. Asking again changes nothing.
_FOR_GOOD = frozenset({4010, 4011, 4012, 4013})
_NEW_TOKEN = "Discord no longer accepts DISCORD_TOKEN: get a new one (Bot > Reset Token) and start again."  # noqa: S105 -- a text


def pauses() -> Iterator[float]:
    """Seconds between one try and the next."""
    yield from (1.0, 2.0, 5.0, 10.0, 20.0)
    while True:
        yield 30.0


def for_good(error: Exception) -> str:
    """Why Discord will not have us again, and what to do; nothing where asking again may help."""
    if isinstance(error, discord.PrivilegedIntentsRequired):
        return (
            "Discord wants the Message Content intent switched on: https://discord.com/developers/applications "
            "> your application > Bot > Privileged Gateway Intents > Message Content. Then start again."
        )
    code = error.code if isinstance(error, discord.ConnectionClosed) else None
    if code == _BAD_TOKEN:
        return _NEW_TOKEN
    return f"Discord closed the connection for good (code {code}, see {_CODES})." if code in _FOR_GOOD else ""


def tell_lost(error: Exception) -> None:
    """One line where it is known what happened; else all there is to know."""
    lost = {"action": "gateway_lost"}
    if isinstance(error, discord.ConnectionClosed):
        log.warning("Discord closed the connection (%s); trying again", error.code, extra=lost)
    elif told := trust.told(error):
        log.warning("Discord's gateway was not believed: %s Trying again", told, extra=lost)
    else:
        log.error("The connection to Discord failed; trying again", exc_info=error, extra=lost)
