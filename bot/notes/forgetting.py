"""
How rows leave the inbox: by age, with a person, with a place.

Hides in which tables a note has rows. Promises: whatever goes, goes whole; a public reply that still stands either
leaves a trace (enough to delete it when its note is deleted, and nobody's name) or is put down as unwanted;
never anything of a note in work, but for a person who wants to be forgotten.
"""

from bot.database import Row, Tx
from bot.keyring import Keyring
from bot.notes.pace import Pace

# A reply goes with the message it answers; one that was asked for elsewhere, with the message that holds the sound.
_LEAVE_TRACE = """
INSERT INTO trace (channel_id, reply_id, source_channel_id, source_id, guild_id, at_ms)
SELECT reply.channel_id, reply.message_id,
    CASE WHEN ask.message_id IS NULL THEN note.channel_id ELSE coalesce(ask.asked_in, ask.channel_id) END,
    coalesce(ask.message_id, note.message_id), note.guild_id, ask.created_ms
FROM reply JOIN ask ON ask.note_key = reply.note_key AND ask.id = reply.ask_id JOIN note ON note.key = reply.note_key
WHERE {whose} AND (ask.private = 0 OR ask.place = 'direct') AND coalesce(ask.message_id, note.message_id) IS NOT NULL
ON CONFLICT DO NOTHING
"""
LEAVE_TRACE = _LEAVE_TRACE.format(whose="reply.note_key = :key")
LEAVE_TRACE_OF_MEMBER = _LEAVE_TRACE.format(whose="ask.member_id = :member_id")

UNWANT = """
INSERT INTO unwanted (channel_id, reply_id, at_ms)
SELECT reply.channel_id, reply.message_id, :now_ms
FROM reply JOIN ask ON ask.note_key = reply.note_key AND ask.id = reply.ask_id
WHERE reply.note_key = :key AND (ask.private = 0 OR ask.place = 'direct')
ON CONFLICT DO NOTHING
"""

OLD = """
SELECT key, round FROM note WHERE state = 'done' AND created_ms < :before_ms AND NOT EXISTS (
    SELECT 1 FROM ask WHERE ask.note_key = note.key AND (ask.created_ms >= :before_ms OR ask.state = 'open')
) ORDER BY created_ms LIMIT :limit
"""

# Their voice, and forwards they posted: nobody else's name is on those.
OF_MEMBER = """
SELECT key, round FROM note WHERE author_id = :member_id
UNION SELECT key, round FROM note
WHERE author_id IS NULL AND (payer_id = :member_id OR EXISTS (
    SELECT 1 FROM ask WHERE ask.note_key = note.key AND ask.member_id = :member_id AND ask.door = 'auto'
))
"""

# What they asked for of somebody else's.
ASKED_BY = """
DELETE FROM reply WHERE EXISTS (
    SELECT 1 FROM ask WHERE ask.note_key = reply.note_key AND ask.id = reply.ask_id AND ask.member_id = :member_id
)
"""

# Nobody waits for it any more: as if its message had been deleted.
UNASKED = """
UPDATE note SET state = 'done', fence = fence + 1, leased_until_ms = 0, ending = coalesce(ending, 'Gone')
WHERE payer_id = :member_id AND state <> 'done' AND NOT EXISTS (
    SELECT 1 FROM ask WHERE ask.note_key = note.key AND ask.state = 'open'
) RETURNING key, round
"""

# Whoever else waits for it pays from now on.
PAID_BY_ANOTHER = """
UPDATE note SET payer_id = coalesce(
    (SELECT ask.member_id FROM ask WHERE ask.note_key = note.key ORDER BY ask.created_ms, ask.id LIMIT 1), 0
) WHERE payer_id = :member_id
"""


STANDING = """
SELECT DISTINCT note.channel_id AS channel_id, note.message_id AS message_id FROM note
JOIN reply ON reply.note_key = note.key WHERE note.message_id IS NOT NULL AND note.created_ms >= :since_ms
UNION
SELECT DISTINCT coalesce(ask.asked_in, ask.channel_id), ask.message_id FROM ask
JOIN reply ON reply.note_key = ask.note_key AND reply.ask_id = ask.id
WHERE ask.message_id IS NOT NULL AND ask.created_ms >= :since_ms
UNION SELECT source_channel_id, source_id FROM trace WHERE at_ms >= :since_ms
ORDER BY 1, 2
"""


class Forgetting:
    """
    What leaves the inbox. Every verb runs inside the caller's transaction and returns (key, round) of notes gone.

    `ring`: by which a pace is known whose rows are gone.
    """

    def __init__(self, ring: Keyring | None = None) -> None:
        self._pace = Pace(ring or Keyring())

    async def old(self, tx: Tx, *, before_ms: int, limit: int) -> list[tuple[str, int]]:
        """Notes that were done and asked for before that; their replies leave a trace."""
        rows = await tx.all(OLD, before_ms=before_ms, limit=limit)
        await tx.each(LEAVE_TRACE, rows)
        return await _erase(tx, rows)

    async def old_rest(self, tx: Tx, *, before_ms: int, traces_before_ms: int) -> None:
        """Refusals and traces older than that."""
        await tx.execute("DELETE FROM refusal WHERE at_ms < :before_ms", before_ms=before_ms)
        await tx.execute("DELETE FROM trace WHERE at_ms < :before_ms", before_ms=traces_before_ms)

    async def member(self, tx: Tx, member_id: int, *, now_ms: int) -> list[tuple[str, int]]:
        """
        Everything about one person.

        Replies to their voice become unwanted; of what they asked for of others' a trace stays. How fast they asked
        within the last minute goes on counting.
        """
        await self._pace.keep_of_member(tx, member_id, OF_MEMBER, now_ms=now_ms)
        rows = await tx.all(OF_MEMBER, member_id=member_id)
        await tx.each(UNWANT, [{**row, "now_ms": now_ms} for row in rows])
        gone = await _erase(tx, rows)
        await tx.execute(LEAVE_TRACE_OF_MEMBER, member_id=member_id)
        await tx.execute(ASKED_BY, member_id=member_id)
        await tx.execute("DELETE FROM ask WHERE member_id = :member_id", member_id=member_id)
        await tx.execute("DELETE FROM refusal WHERE member_id = :member_id", member_id=member_id)
        unasked = await tx.all(UNASKED, member_id=member_id)
        await tx.each("DELETE FROM heard WHERE note_key = :key", unasked)
        await tx.each("DELETE FROM decided WHERE note_key = :key", unasked)
        await tx.execute(PAID_BY_ANOTHER, member_id=member_id)
        return gone + [(row["key"], row["round"]) for row in unasked]

    async def place(
        self, tx: Tx, *, now_ms: int, channel_id: int | None = None, guild_id: int | None = None
    ) -> list[tuple[str, int]]:
        """Everything of a channel that is gone, or of a server that is; answers elsewhere to its notes are unwanted."""
        column, value = ("channel_id", channel_id) if guild_id is None else ("guild_id", guild_id)
        where = {"value": value}
        await self._pace.keep_of_place(tx, column, value or 0, now_ms=now_ms)
        rows = await tx.all(f"SELECT key, round FROM note WHERE {column} = :value", **where)  # noqa: S608  # our own words
        await tx.each(UNWANT, [{**row, "now_ms": now_ms} for row in rows])
        gone = await _erase(tx, rows)
        await tx.execute(f"DELETE FROM trace WHERE {column} = :value", **where)  # noqa: S608  # our own words
        if guild_id is None:
            await tx.execute("DELETE FROM unwanted WHERE channel_id = :value", **where)
            await tx.execute("DELETE FROM seen WHERE channel_id = :value", **where)
            return gone
        await tx.execute("DELETE FROM refusal WHERE guild_id = :value", **where)
        await tx.execute("DELETE FROM left_guild WHERE guild_id = :value", **where)
        return gone

    async def remember_forgotten(self, tx: Tx, member_id: int, *, now_ms: int) -> None:
        """Their accounts have to lose their name, as soon as no note in work draws on them."""
        await tx.execute(
            "INSERT INTO forgotten (member_id, at_ms) VALUES (:member_id, :now_ms) ON CONFLICT (member_id) "
            "DO UPDATE SET at_ms = :now_ms",
            member_id=member_id,
            now_ms=now_ms,
        )

    async def due(self, tx: Tx, *, before_ms: int) -> list[int]:
        """Members who asked for it before that moment, and whose accounts still have their name."""
        rows = await tx.all(
            "SELECT member_id FROM forgotten WHERE at_ms <= :before_ms ORDER BY at_ms", before_ms=before_ms
        )
        return [row["member_id"] for row in rows]

    async def is_forgotten(self, tx: Tx, member_id: int, *, asked_ms: int) -> None:
        """No account has their name any more; what they asked for since then is another matter."""
        await tx.execute(
            "DELETE FROM forgotten WHERE member_id = :member_id AND at_ms <= :asked_ms",
            member_id=member_id,
            asked_ms=asked_ms,
        )

    async def forget_pace(self, tx: Tx, *, now_ms: int) -> None:
        """How fast somebody asked whose rows are gone, once no rate looks back that far."""
        await self._pace.forget(tx, now_ms=now_ms)

    async def unwanted(self, tx: Tx, *, now_ms: int, limit: int) -> list[tuple[int, int]]:
        """Channel and message of replies that have to be deleted, and were not put off."""
        rows = await tx.all(
            "SELECT channel_id, reply_id FROM unwanted WHERE at_ms <= :now_ms ORDER BY at_ms LIMIT :limit",
            now_ms=now_ms,
            limit=limit,
        )
        return [(row["channel_id"], row["reply_id"]) for row in rows]

    async def unwant(self, tx: Tx, replies: list[tuple[int, int]], *, now_ms: int) -> None:
        """Put replies down as unwanted."""
        await tx.each(
            "INSERT INTO unwanted (channel_id, reply_id, at_ms) VALUES (:channel, :reply, :now_ms) "
            "ON CONFLICT DO NOTHING",
            [{"channel": channel, "reply": reply, "now_ms": now_ms} for channel, reply in replies],
        )

    async def put_off(self, tx: Tx, channel_id: int, reply_id: int, *, until_ms: int) -> None:
        """An unwanted reply may not be deleted now: it is tried again then."""
        await tx.execute(
            "UPDATE unwanted SET at_ms = :until_ms WHERE channel_id = :channel_id AND reply_id = :reply_id",
            channel_id=channel_id,
            reply_id=reply_id,
            until_ms=until_ms,
        )

    async def deleted(self, tx: Tx, channel_id: int, reply_id: int) -> None:
        """An unwanted reply is no longer there."""
        await tx.execute(
            "DELETE FROM unwanted WHERE channel_id = :channel_id AND reply_id = :reply_id",
            channel_id=channel_id,
            reply_id=reply_id,
        )

    async def traced(self, tx: Tx, source_id: int) -> list[tuple[int, int]]:
        """Replies to a message whose rows are gone; their traces end here."""
        rows = await tx.all("SELECT channel_id, reply_id FROM trace WHERE source_id = :id", id=source_id)
        await tx.execute("DELETE FROM trace WHERE source_id = :id", id=source_id)
        return [(row["channel_id"], row["reply_id"]) for row in rows]

    async def standing(self, tx: Tx, *, since_ms: int) -> list[tuple[int, int]]:
        """Channel and message of every sound since then that has a reply by us: to see whether it is still there."""
        rows = await tx.all(STANDING, since_ms=since_ms)
        return [(row["channel_id"], row["message_id"]) for row in rows]

    async def leave(self, tx: Tx, guild_id: int, *, now_ms: int) -> None:
        """A server removed us; a second word changes nothing."""
        await tx.execute(
            "INSERT INTO left_guild (guild_id, at_ms) VALUES (:guild_id, :now_ms) ON CONFLICT DO NOTHING",
            guild_id=guild_id,
            now_ms=now_ms,
        )

    async def join(self, tx: Tx, guild_id: int) -> None:
        """A server has us again: nothing of it is to be erased."""
        await tx.execute("DELETE FROM left_guild WHERE guild_id = :guild_id", guild_id=guild_id)

    async def left(self, tx: Tx, *, before_ms: int) -> list[int]:
        """Servers that removed us before that."""
        rows = await tx.all("SELECT guild_id FROM left_guild WHERE at_ms <= :before_ms", before_ms=before_ms)
        return [row["guild_id"] for row in rows]

    async def guilds(self, tx: Tx) -> list[int]:
        """Every server of which we have notes."""
        rows = await tx.all("SELECT DISTINCT guild_id FROM note WHERE guild_id IS NOT NULL")
        return [row["guild_id"] for row in rows]


async def _erase(tx: Tx, rows: list[Row]) -> list[tuple[str, int]]:
    """Every row of these notes, children first."""
    for table in ("heard", "decided", "reply", "ask"):
        await tx.each(f"DELETE FROM {table} WHERE note_key = :key", rows)  # noqa: S608  # our own names
    await tx.each("DELETE FROM note WHERE key = :key", rows)
    return [(row["key"], row["round"]) for row in rows]
