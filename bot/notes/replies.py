"""
What was delivered to whom: the inbox's verbs about replies.

Hides the table `reply`. Promises: a part is remembered once; a reply that was taken back is quoted to nobody.
"""

from collections.abc import Collection
from dataclasses import dataclass

from bot.database import Tx
from bot.notes import statements as sql
from bot.notes.rows import Ask
from bot.notes.steps import key_of, lock, lock_owned


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer as it stands on Discord: whose note, whose wish, and its messages in order."""

    key: str
    ask_id: int
    member_id: int
    private: bool
    channel_id: int
    message_ids: tuple[int, ...]


class Replies:
    """The half of the inbox that knows what was posted."""

    async def sent(
        self, tx: Tx, ask_id: int, part: int, message_id: int, *, key: str | None = None, is_live: bool = False
    ) -> bool:
        """
        Remember a delivered part, once; False: the wish was withdrawn meanwhile.

        Name the note's `key` where one message asked for several notes; ValueError if in doubt. A part `is_live`
        while it shows how far the work is; the same part sent again is the answer itself.
        """
        key = await key_of(tx, ask_id, key)
        await lock(tx, [key])
        live = int(is_live)
        return bool(await tx.execute(sql.SENT, key=key, ask_id=ask_id, part=part, message_id=message_id, live=live))

    async def keep(self, tx: Tx, key: str, fence: int) -> bool:
        """Whether its worker still has the note, as it stays until the transaction ends."""
        return await lock_owned(tx, key, fence)

    async def waits(self, tx: Tx, ask: Ask) -> bool:
        """Whether a wish is still open."""
        sql = "SELECT 1 AS n FROM ask WHERE note_key = :key AND id = :id AND state = 'open'"
        return await tx.one(sql, key=ask.note_key, id=ask.id) is not None

    async def move(self, tx: Tx, ask: Ask, *, now_ms: int) -> list[int]:
        """
        The answer is to stand as `ask` now says; its token is spent, and what stands of it by now is unwanted.

        Returns those messages. What only one person sees is not among them: Discord lets nobody delete it by its id.
        """
        whose = {"key": ask.note_key, "id": ask.id}
        standing = await self.withdraw(tx, ask, now_ms=now_ms)
        where = {"channel_id": ask.channel_id, "place": ask.place, "form": ask.form, "barred": ask.barred}
        await tx.execute(sql.MOVE, **whose, **where)
        return [message_id for _, message_id in standing]

    async def withdraw(self, tx: Tx, ask: Ask, *, now_ms: int) -> list[tuple[int, int]]:
        """What stands of an answer by now is unwanted: channel and message of each part, as `move` returns them."""
        return await self._withdraw(tx, ask.note_key, ask.id, now_ms=now_ms)

    async def _withdraw(self, tx: Tx, key: str, ask_id: int, *, now_ms: int) -> list[tuple[int, int]]:
        whose = {"key": key, "id": ask_id}
        await lock(tx, [key])
        await tx.execute(sql.UNWANT_PARTS, **whose, now_ms=now_ms)
        rows = await tx.all(sql.PARTS_TO_DELETE, **whose)
        await tx.execute("DELETE FROM reply WHERE note_key = :key AND ask_id = :id", **whose)
        return [(row["channel_id"], row["message_id"]) for row in rows]

    async def is_told(self, tx: Tx, key: str) -> bool:
        """Whether anybody was given the answer that this round of a note came to."""
        return await tx.one(sql.TOLD, key=key) is not None

    async def untold(self, tx: Tx, key: str) -> None:
        """Nobody could be given the answer: it is none to quote."""
        await tx.execute("UPDATE note SET ending = 'Undelivered' WHERE key = :key", key=key)

    async def answered(self, tx: Tx, ask_id: int, *, key: str | None = None) -> None:
        """A wish is fulfilled; its token is erased. `key` as in `sent`."""
        key = await key_of(tx, ask_id, key)
        await lock(tx, [key])
        fulfilled = f"UPDATE ask SET {sql.ANSWERED} WHERE note_key = :key AND id = :ask_id"  # noqa: S608  # our own words
        await tx.execute(fulfilled, key=key, ask_id=ask_id)

    async def replies_of(self, tx: Tx, key: str) -> list[tuple[int, int]]:
        """Channel and message of every answer everybody may see, oldest first: where its part 0 stands."""
        return [(row["channel_id"], row["message_id"]) for row in await tx.all(sql.PUBLIC_REPLIES, key=key)]

    async def reply_at(self, tx: Tx, message_id: int) -> Reply | None:
        """The answer of which that message is a part; None if it is none of ours (any more)."""
        rows = await tx.all(sql.REPLY_AT, id=message_id)
        if not rows:
            return None
        first = rows[0]
        ids = tuple(row["message_id"] for row in rows)
        whose = (first["note_key"], first["ask_id"], first["member_id"])
        return Reply(*whose, private=bool(first["private"]), channel_id=first["channel_id"], message_ids=ids)

    async def take_back(self, tx: Tx, reply: Reply, *, now_ms: int) -> None:
        """
        An answer is deleted: nobody is shown the way to it any more, and what is not posted of it by now never is.

        All of it is unwanted, also what was posted since somebody saw `reply`.
        """
        await self.answered(tx, reply.ask_id, key=reply.key)
        await self._withdraw(tx, reply.key, reply.ask_id, now_ms=now_ms)

    async def stop(self, tx: Tx, key: str) -> bool:
        """Have no further call started for a note that is still open; False: it is too late."""
        return bool(await tx.execute("UPDATE note SET stopped = 1 WHERE key = :key AND state = 'open'", key=key))

    async def is_stopped(self, tx: Tx, key: str) -> bool:
        """Whether somebody pressed Stop."""
        row = await tx.one("SELECT stopped FROM note WHERE key = :key", key=key)
        return row is not None and bool(row["stopped"])

    async def known_replies(self, tx: Tx, channel_id: int, message_ids: Collection[int]) -> set[int]:
        """Which of these messages are recorded as ours, or as wanted by nobody."""
        rows = await tx.all(
            sql.KNOWN_REPLIES,
            channel_id=channel_id,
            first=min(message_ids, default=0),
            last=max(message_ids, default=0),
        )
        return {row["message_id"] for row in rows} & set(message_ids)
