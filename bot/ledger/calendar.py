"""
Whose midnight begins a guild's month.

Hides how a changed time zone waits for the month's end. Promises: a month that has begun ends where it was
going to end, in the zone it began in; so nobody gets a second month by moving.
"""

from bot.database import Tx
from bot.quota import Zone, moment_of, month_in


class Calendar:
    """The verbs of the calendar. Every one runs inside the caller's transaction."""

    async def zones(self, tx: Tx, guild_id: int | None, *, chosen: str) -> tuple[Zone, ...]:
        """The zones of a guild as far as they are known; `chosen` where none is yet. Changes nothing."""
        return await _known(tx, guild_id) or (Zone(chosen, 0),)

    async def keep(self, tx: Tx, guild_id: int | None, *, chosen: str, at: int) -> tuple[Zone, ...]:
        """
        The same, once it is written down that now, at the snowflake `at`, the guild wishes for `chosen`.

        `at` is the moment of the wish, never that of an older note: months that are over stay as they were.
        """
        known = await _known(tx, guild_id)
        if (known and known[-1].name == chosen) or guild_id is None:
            return known or (Zone(chosen, 0),)
        at_ms = moment_of(at)
        # A choice that has not begun yet is replaced by the next one.
        begun = tuple(zone for zone in known if zone.from_ms <= at_ms)
        await tx.execute(
            "DELETE FROM calendar WHERE guild_id = :guild_id AND from_ms > :at_ms", guild_id=guild_id, at_ms=at_ms
        )
        if begun and begun[-1].name == chosen:
            return begun
        following = Zone(chosen, month_in(at, begun).ends_ms if begun else 0)
        await tx.execute(_BEGIN, guild_id=guild_id, from_ms=following.from_ms, zone=chosen)
        return await _known(tx, guild_id)  # somebody else's wish may have been written first


async def _known(tx: Tx, guild_id: int | None) -> tuple[Zone, ...]:
    if guild_id is None:
        return ()
    rows = await tx.all(
        "SELECT zone AS name, from_ms FROM calendar WHERE guild_id = :guild_id ORDER BY from_ms", guild_id=guild_id
    )
    return tuple(Zone(**row) for row in rows)


_BEGIN = """
INSERT INTO calendar (guild_id, from_ms, zone) VALUES (:guild_id, :from_ms, :zone) ON CONFLICT DO NOTHING
"""
