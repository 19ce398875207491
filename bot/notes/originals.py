"""
Which note's answer counts for which bytes: the same sound is heard once.

Hides one table. Promises: of two notes with the same bytes in the same account exactly one is the original,
also when both learn of them at once; nothing of what was said is kept here, only a hash and a key.
"""

from bot.database import Tx


class Originals:
    """The verbs of knowing a sound again. Every one runs inside the caller's transaction."""

    async def claim(self, tx: Tx, key: str, *, account: str, sha256: str, variant: str, now_ms: int) -> tuple[str, int]:
        """The note that counts for these bytes, and since when; yours (and now) if none did."""
        # The update that changes nothing makes a second note wait until the first one's transaction is over.
        row = await tx.one(
            "INSERT INTO original (account, sha256, variant, note_key, at_ms) "
            "VALUES (:account, :sha256, :variant, :key, :now_ms) "
            "ON CONFLICT (account, sha256, variant) DO UPDATE SET note_key = original.note_key "
            "RETURNING note_key, at_ms",
            account=account,
            sha256=sha256,
            variant=variant,
            key=key,
            now_ms=now_ms,
        )
        return (row["note_key"], row["at_ms"]) if row else (key, now_ms)

    async def take_over(
        self, tx: Tx, key: str, *, first: str | None = None, account: str, sha256: str, variant: str, now_ms: int
    ) -> bool:
        """
        The answer of the original, `first`, is of no use any more: from now on `key` is it.

        False: it is not the original any more, and so another one is; theirs is the answer to wait for.
        """
        return bool(
            await tx.execute(
                "UPDATE original SET note_key = :key, at_ms = :now_ms WHERE account = :account AND sha256 = :sha256 "
                "AND variant = :variant AND note_key = coalesce(:first, note_key)",
                key=key,
                first=first,
                account=account,
                sha256=sha256,
                variant=variant,
                now_ms=now_ms,
            )
        )

    async def forget(self, tx: Tx, *, before_ms: int) -> int:
        """Forget sounds last heard before then."""
        return await tx.execute("DELETE FROM original WHERE at_ms < :before_ms", before_ms=before_ms)
