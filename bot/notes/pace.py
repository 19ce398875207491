"""
How fast somebody asks whose rows are gone: what they, or their server, asked for within a minute counts all the same.

Hides the table `pace`. Promises: who erases their rows, by forgetting, by a channel or by a server, is not faster by
it; a row says whose it is only to who has the key, of a member not in which server, and is gone a minute later.
"""

from collections.abc import Collection, Iterator
from typing import Literal

from bot.database import Row, Tx
from bot.keyring import Keyring, key_id
from bot.notes.steps import listed
from bot.quota import guild_account, personal_account

WINDOW_MS = 60_000
_DAY_MS = 24 * 3_600_000

_OF_ASKS = """
SELECT ask.member_id, ask.guild_id, ask.created_ms AS at_ms, 'wish' AS kind FROM ask
WHERE ask.created_ms >= :since_ms AND {whose}
"""
_OF_REFUSALS = """
SELECT member_id, guild_id, at_ms, CASE WHEN ending = 'TooMany' THEN ending ELSE 'wish' END AS kind FROM refusal
WHERE at_ms >= :since_ms AND (early = 1 OR ending = 'TooMany') AND {whose}
"""


class Pace:
    """The verbs of remembering a pace. Every one runs inside the caller's transaction."""

    def __init__(self, ring: Keyring) -> None:
        self._ring = ring

    def who(self, account: str, since_ms: int) -> dict[str, str]:
        """Under which names a person, or a guild, is counted since then, and which keys made them, for statements."""
        names = (*self._ring.pace(account, since_ms, since_ms + _DAY_MS), "", "")
        who, other, *_ = names
        return {"who": who, "who_else": other, "key_id": key_id(who), "key_id_else": key_id(other)}

    async def keep_of_notes(self, tx: Tx, keys: Collection[str], *, now_ms: int) -> None:
        """The rows of all who asked for these notes are about to go."""
        names, params = listed(keys)
        await self._keep(tx, _OF_ASKS.format(whose=f"ask.note_key IN {names}"), now_ms=now_ms, **params)

    async def keep_of(self, tx: Tx, keys: Collection[str], whose: str, *, now_ms: int, **who: int | None) -> None:
        """Some wishes for these notes are about to go: those of which `whose` is true, SQL over `ask` with `who`."""
        names, params = listed(keys)
        whose = f"ask.note_key IN {names} AND {whose}"
        await self._keep(tx, _OF_ASKS.format(whose=whose), now_ms=now_ms, **who, **params)

    async def keep_of_refusals(
        self, tx: Tx, column: Literal["member_id", "guild_id"], value: int, *, now_ms: int
    ) -> None:
        """The refusals of a person, or of a guild, are about to go."""
        await self._keep(tx, _OF_REFUSALS.format(whose=f"{column} = :value"), now_ms=now_ms, value=value)

    async def forget(self, tx: Tx, *, now_ms: int) -> None:
        """What no rate looks back to any more."""
        await tx.execute("DELETE FROM pace WHERE at_ms < :before_ms", before_ms=now_ms - WINDOW_MS)

    async def _keep(self, tx: Tx, statement: str, *, now_ms: int, **params: int | str | None) -> None:
        kept: list[dict[str, str | int]] = []
        for row in await tx.all(statement, since_ms=now_ms - WINDOW_MS, **params):
            kept += self._rows(row)
        # By name and moment, not as they came: which guild's row belongs to which member's is not told by their order.
        await tx.each(
            "INSERT INTO pace (who, key_id, kind, at_ms) VALUES (:who, :key_id, :kind, :at_ms)",
            sorted(kept, key=lambda each: (each["who"], each["at_ms"])),
        )

    def _rows(self, row: Row) -> Iterator[dict[str, str | int]]:
        """One for the member, of no guild, and one for the guild, of no member."""
        counted = [(personal_account(row["member_id"]), row["kind"])]
        if row["guild_id"] is not None and row["kind"] == "wish":
            counted.append((guild_account(row["guild_id"]), "of_guild"))
        for account, kind in counted:
            for name in self._ring.pace(account, row["at_ms"]):
                yield {"who": name, "key_id": key_id(name), "kind": kind, "at_ms": row["at_ms"]}
