"""
Whether the provider lets us spend: a row says that it does not.

Hides one table, which all processes share. Promises: while it is open no call starts but one probe at a
time; whoever is given the pass is the only one until the next probe is due; a restart changes nothing.
"""

from dataclasses import dataclass

from bot.database import Tx

_NAME = "provider"


@dataclass(frozen=True, slots=True)
class Pass:
    """Whether work that calls may go on: at once (`wait_ms` 0), and then perhaps as the one that probes."""

    wait_ms: int = 0
    is_probe: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """The provider refuses to be paid: since when, and what it called that."""

    since_ms: int
    code: str


class Breaker:
    """The verbs of stopping. Every one runs inside the caller's transaction."""

    async def trip(self, tx: Tx, code: str, *, now_ms: int, probe_after_ms: int) -> bool:
        """The provider refused to be paid; True if it had not before. The next probe is due after that time."""
        is_new = await tx.execute(
            "INSERT INTO breaker (name, opened_ms, probe_ms, code) VALUES (:name, :now_ms, :probe_ms, :code) "
            "ON CONFLICT DO NOTHING",
            name=_NAME,
            now_ms=now_ms,
            probe_ms=now_ms + probe_after_ms,
            code=code,
        )
        return bool(is_new)

    async def admits(self, tx: Tx, *, now_ms: int, probe_after_ms: int) -> Pass:
        """Ask before work that calls; whoever is told to probe is the only one for `probe_after_ms`."""
        row = await tx.one("SELECT probe_ms FROM breaker WHERE name = :name", name=_NAME)
        if row is None:
            return Pass()
        taken = await tx.execute(
            "UPDATE breaker SET probe_ms = :next_ms WHERE name = :name AND probe_ms <= :now_ms",
            name=_NAME,
            now_ms=now_ms,
            next_ms=now_ms + probe_after_ms,
        )
        # A clock set back must not put the probe off for longer than it ever takes.
        return Pass(is_probe=True) if taken else Pass(min(max(1, row["probe_ms"] - now_ms), probe_after_ms))

    async def is_open(self, tx: Tx) -> bool:
        """Whether no call may start, but for the one with the pass."""
        return await tx.one("SELECT 1 AS n FROM breaker WHERE name = :name", name=_NAME) is not None

    async def stop(self, tx: Tx) -> Stop | None:
        """The refusal that stands; None: calls are paid, as far as is known."""
        row = await tx.one("SELECT opened_ms, code FROM breaker WHERE name = :name", name=_NAME)
        return Stop(row["opened_ms"], row["code"]) if row else None

    async def close(self, tx: Tx) -> bool:
        """The probe was answered; False if somebody closed it before."""
        return bool(await tx.execute("DELETE FROM breaker WHERE name = :name", name=_NAME))
