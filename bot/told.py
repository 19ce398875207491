"""
What was told once and is not told again, and what is still to be told.

Hides the table `told`. Promises: of all processes exactly one is told "yes, say it"; a notice that was
due survives a restart, and is said again only if the process that said it died before it could say so.
"""

from dataclasses import replace

from bot.database import Tx
from bot.notice import Notice, Place, decode, encode

_SAYING_MS = 10 * 60_000  # how long somebody may take to say it


class Told:
    """The verbs of saying things once. Every one runs inside the caller's transaction."""

    async def once(self, tx: Tx, place: str, what: str, *, now_ms: int) -> bool:
        """True the first time anybody asks for `what` at `place`, and never again until `forget`."""
        return bool(
            await tx.execute(
                "INSERT INTO told (place, what, at_ms) VALUES (:place, :what, :now_ms) ON CONFLICT DO NOTHING",
                place=place,
                what=what,
                now_ms=now_ms,
            )
        )

    async def was(self, tx: Tx, place: str, what: str) -> bool:
        """Whether it was told, or waits to be; of what is being written down right now nothing is known."""
        sql = "SELECT 1 AS n FROM told WHERE place = :place AND what = :what"
        return await tx.one(sql, place=place, what=what) is not None

    async def owe(self, tx: Tx, notice: Notice, place: Place, what: str, *, now_ms: int, saying: bool = False) -> bool:
        """
        The same, and the notice waits to be taken by `due`; False if it was told, or waits, already.

        `saying`: the caller says it now; `said` ends it, and without that somebody else says it later.
        """
        return bool(
            await tx.execute(
                "INSERT INTO told (place, what, at_ms, notice, due_ms) "
                "VALUES (:place, :what, :now_ms, :notice, :due_ms) ON CONFLICT DO NOTHING",
                place=place.name,
                what=what,
                now_ms=now_ms,
                notice=encode(notice, place),
                due_ms=now_ms + _SAYING_MS if saying else 0,
            )
        )

    async def due(self, tx: Tx, *, now_ms: int) -> list[tuple[str, Notice, Place]]:
        """What the caller now has to say, oldest first, as (what, notice, place); `said` ends it."""
        rows = await tx.all(
            "UPDATE told SET due_ms = :until_ms WHERE notice IS NOT NULL AND due_ms <= :now_ms "
            "RETURNING at_ms, what, notice",
            now_ms=now_ms,
            until_ms=now_ms + _SAYING_MS,
        )
        return [(row["what"], *decode(row["notice"])) for row in sorted(rows, key=lambda row: row["at_ms"])]

    async def said(self, tx: Tx, place: Place, what: str) -> None:
        """That notice need not be said any more."""
        await tx.execute(
            "UPDATE told SET notice = NULL WHERE place = :place AND what = :what", place=place.name, what=what
        )

    async def forget(self, tx: Tx, place: str, what: str) -> None:
        """It may be told anew."""
        await tx.execute("DELETE FROM told WHERE place = :place AND what = :what", place=place, what=what)

    async def forget_channel(self, tx: Tx, channel_id: int) -> None:
        """Nobody need know any more what was in the way in that channel, or that notices went there."""
        await tx.execute("DELETE FROM told WHERE what LIKE :rights", rights=f"right:{channel_id}:%")
        rows = await tx.all("SELECT place, what, notice FROM told WHERE notice IS NOT NULL ORDER BY place, what")
        for row in rows:
            notice, place = decode(row["notice"])
            if place.channel_id == channel_id:
                await tx.execute(
                    "UPDATE told SET notice = :notice WHERE place = :place AND what = :what AND notice IS NOT NULL",
                    **{**row, "notice": encode(notice, replace(place, channel_id=None))},
                )

    async def purge(self, tx: Tx, *, before_ms: int, but: str) -> None:
        """Forget what was told before that, and is not still to be told; `but` is never told again."""
        old = "DELETE FROM told WHERE notice IS NULL AND at_ms < :before_ms AND what <> :but"
        await tx.execute(old, before_ms=before_ms, but=but)

    async def forget_all(self, tx: Tx, place: str) -> None:
        """Nothing was ever told there."""
        await tx.execute("DELETE FROM told WHERE place = :place", place=place)
