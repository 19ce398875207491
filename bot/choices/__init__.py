"""
What the people who manage a server decided, for all of it or for one channel.

Hides the table `choice`. Promises: a channel's decision counts before its server's, and that before the host's;
what nobody decided follows the host, also when the host changes their mind; only values that passed the
checks are kept; who decided is not.
"""

import json
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from bot.choices.choice import (
    KINDS,
    MOST_SIGNS,
    MOST_TERMS,
    Choice,
    Mode,
    Place,
    Slip,
    checked,
    codes,
    minutes,
    terms,
)
from bot.database import Row, Tx

__all__ = [
    "KINDS",
    "MOST_SIGNS",
    "MOST_TERMS",
    "Choice",
    "Choices",
    "Mode",
    "Place",
    "Slip",
    "codes",
    "minutes",
    "terms",
]

# What only a whole server has.
_OF_SERVERS = ("alerts_channel_id", "locale", "zone")


class Choices:
    """The verbs of deciding. Every one runs inside the caller's transaction."""

    def __init__(self, default: Choice) -> None:
        self._default = default

    async def of(self, tx: Tx, guild_id: int | None, channel_id: int = 0) -> Choice:
        """
        What holds in that channel, or in the server at large (0).

        Outside servers nobody but the one who writes decides: a note sent to the bot is sent to be heard.
        """
        if guild_id is None:
            return replace(self._default, mode=Mode.AUTO, is_decided=True)
        decided: dict[str, Any] = {}
        for row in await _rows(tx, guild_id, {0, channel_id}):
            decided[row["name"]] = checked(row["name"], json.loads(row["value"]))
        return replace(self._default, **decided, is_decided="mode" in decided)

    async def own(self, tx: Tx, guild_id: int, channel_id: int = 0) -> frozenset[str]:
        """What was decided right there: a channel follows its server in everything else."""
        return frozenset(row["name"] for row in await _rows(tx, guild_id, {channel_id}))

    async def set(self, tx: Tx, guild_id: int, channel_id: int = 0, *, now_ms: int, **decided: Any) -> None:
        """
        Decide these things there; None takes a decision back, so that the server's or the host's holds again.

        Raises Slip, and keeps nothing, for a value that cannot be.
        """
        if channel_id and any(name in decided for name in _OF_SERVERS):
            raise ValueError("a channel has no such decision")
        kept = {name: None if value is None else checked(name, value) for name, value in decided.items()}
        for name, value in kept.items():
            where = {"guild_id": guild_id, "channel_id": channel_id, "name": name}
            if value is None:
                await tx.execute(
                    "DELETE FROM choice WHERE guild_id = :guild_id AND channel_id = :channel_id AND name = :name",
                    **where,
                )
                continue
            await tx.execute(
                "INSERT INTO choice (guild_id, channel_id, name, value, at_ms) "
                "VALUES (:guild_id, :channel_id, :name, :value, :at_ms) "
                "ON CONFLICT (guild_id, channel_id, name) DO UPDATE SET value = :value, at_ms = :at_ms",
                **where,
                value=json.dumps(value, ensure_ascii=False),
                at_ms=now_ms,
            )

    async def channels(self, tx: Tx, guild_id: int) -> list[int]:
        """The channels that decided something of their own."""
        rows = await tx.all(
            "SELECT DISTINCT channel_id FROM choice WHERE guild_id = :guild_id AND channel_id <> 0 ORDER BY channel_id",
            guild_id=guild_id,
        )
        return [row["channel_id"] for row in rows]

    async def guilds(self, tx: Tx) -> list[int]:
        """Every server that decided something."""
        return [row["guild_id"] for row in await tx.all("SELECT DISTINCT guild_id FROM choice")]

    async def forget(self, tx: Tx, guild_id: int) -> None:
        """Everything a server decided, because it is gone."""
        await tx.execute("DELETE FROM choice WHERE guild_id = :guild_id", guild_id=guild_id)

    async def forget_channel(self, tx: Tx, channel_id: int) -> None:
        """What was decided in a channel that is gone, and that words or notices go there."""
        await tx.execute(
            "DELETE FROM choice WHERE channel_id = :channel_id OR "
            "(name IN ('other_channel_id', 'alerts_channel_id') AND value = :text)",
            channel_id=channel_id,
            text=json.dumps(channel_id),
        )


async def _rows(tx: Tx, guild_id: int, channel_ids: Collection[int]) -> list[Row]:
    """The decisions of these places, the server's first."""
    first, last = min(channel_ids), max(channel_ids)
    return await tx.all(
        "SELECT name, value FROM choice WHERE guild_id = :guild_id AND channel_id IN (:first, :last) "
        "ORDER BY channel_id",
        guild_id=guild_id,
        first=first,
        last=last,
    )
