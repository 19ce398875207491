"""
What one process does for all of them.

Hides the table `lease`. Promises: of all processes at most one has a lease; it ends by itself, so that a process which
died keeps nothing from being done.
"""

import secrets

from bot.database import Tx


class Leases:
    """The verbs of doing something for all, as one process. Every one runs inside the caller's transaction."""

    def __init__(self, holder: str | None = None) -> None:
        self._holder = holder or secrets.token_hex(8)

    async def take(self, tx: Tx, name: str, *, now_ms: int, lease_ms: int) -> bool:
        """Whether `name` is ours until `lease_ms` from now, as it is if we have it already; False: somebody else's."""
        # A clock that was set back must not keep a lease for longer than one ever lasts.
        return bool(
            await tx.execute(
                "INSERT INTO lease (name, holder, until_ms) VALUES (:name, :holder, :until_ms) "
                "ON CONFLICT (name) DO UPDATE SET holder = :holder, until_ms = :until_ms "
                "WHERE lease.holder = :holder OR lease.until_ms <= :now_ms OR lease.until_ms > :now_ms + :most_ms",
                name=name,
                holder=self._holder,
                until_ms=now_ms + lease_ms,
                now_ms=now_ms,
                most_ms=_MOST_MS,
            )
        )

    async def keep_off(self, tx: Tx, name: str, *, until_ms: int) -> None:
        """It is done; nobody else need begin before that moment."""
        await tx.execute(
            "UPDATE lease SET until_ms = :until_ms WHERE name = :name AND holder = :holder",
            name=name,
            holder=self._holder,
            until_ms=until_ms,
        )

    async def free_all(self, tx: Tx) -> None:
        """Nobody has anything: right after a start, where no other process can be at work."""
        await tx.execute("DELETE FROM lease")


_MOST_MS = 2 * 3_600_000
