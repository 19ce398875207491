"""
The inbox seen by the people in it: who spoke, who does not want to be heard, what is kept about whom.

Hides how an author is known: by the note's own message, or for a forward by the attachment or the sound of a note we
had before. Promises: no row about anybody beside those that /privacy counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.database import Tx
from bot.kept import COLUMNS, COUNTED
from bot.notes.rows import Note
from bot.notes.steps import listed, lock
from bot.quota import caused_account, personal_account

# The rows of `note` that hold the same sound as another: a forward keeps the attachment, a copy the bytes. Bytes tell
# only of voice messages: a song may be posted by many.
_SAME_SOUND = "same.attachment_id = {attachment} OR (same.is_voice = 1 AND same.sha256 = {sha256})"
_ASKED = _SAME_SOUND.format(attachment=":attachment_id", sha256=":sha256")
_OF_NOTE = _SAME_SOUND.format(attachment="note.attachment_id", sha256="note.sha256")

AUTHOR = f"""
SELECT same.author_id FROM note AS same
WHERE same.author_id IS NOT NULL AND ({_ASKED})
ORDER BY same.created_ms LIMIT 1
"""  # noqa: S608  # our own words

KNOWN = "SELECT key FROM note WHERE attachment_id = :attachment_id AND author_id = :author_id"

REFUSES = f"""
SELECT 1 AS n FROM opted_out WHERE member_id = :author_id OR member_id IN (
    SELECT same.author_id FROM note AS same
    WHERE same.author_id IS NOT NULL AND ({_ASKED})
) LIMIT 1
"""  # noqa: S608  # our own words

OPEN = """
SELECT author_id, attachment_id, sha256 FROM note
WHERE key = :key AND fence = :fence AND state = 'open' FOR UPDATE
"""

# Whatever is being done with their voice, by whomever it was posted; also where it was heard before and is quoted now.
IN_WORK = f"""
SELECT key FROM note WHERE (state <> 'done' OR key IN (SELECT note_key FROM ask WHERE state = 'open'))
    AND (author_id = :member_id OR EXISTS (
        SELECT 1 FROM note AS same WHERE same.author_id = :member_id
            AND ({_OF_NOTE})
    ))
"""  # noqa: S608  # our own words

# What stands of answers that are being brought. What a command's token can still change is changed by it.
CUT = """
SELECT reply.note_key, reply.ask_id, reply.channel_id, reply.message_id,
    CASE WHEN ask.place = 'direct' THEN NULL ELSE ask.guild_id END AS guild_id FROM reply
JOIN ask ON ask.note_key = reply.note_key AND ask.id = reply.ask_id
WHERE reply.note_key = :key AND ask.state = 'open' AND (
    (ask.private = 0 AND (ask.token IS NULL OR ask.follows = 1)) OR ask.place = 'direct'
)
"""

# What was decided is paid for: heard anew, it is a round of its own.
TAKE_BACK = """
UPDATE note SET round = CASE WHEN state = 'heard' THEN round + 1 ELSE round END,
    ending = CASE WHEN state = 'done' THEN ending ELSE NULL END,
    state = CASE WHEN state = 'done' THEN state ELSE 'open' END, fence = fence + 1, leased_until_ms = 0
WHERE key = :key
"""

_IS_THEIRS = {
    "member": "{column} = :member_id",
    "account": "({column} LIKE :guilds OR {column} IN (:own, :caused))",
}


def _count(name: str) -> str:
    """Rows that name somebody, in the columns that `bot/kept.py` counts under this name; all of one table."""
    columns = [one for one in COLUMNS if f"{one.table}.{one.name}" in COUNTED[name]]
    theirs = " OR ".join(_IS_THEIRS[one.holds].format(column=one.name) for one in columns)
    return f"(SELECT count(*) FROM {columns[0].table} WHERE {theirs}) AS {name}"  # noqa: S608  # our own names


KEPT = f"""
SELECT {", ".join(map(_count, COUNTED))},
    (SELECT min(at_ms) FROM opted_out WHERE member_id = :member_id) AS out_since_ms
"""  # noqa: S608  # our own words


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept about somebody: numbers of rows, by the names of `COUNTED`; since when they are not heard, if so."""

    numbers: Mapping[str, int]
    out_since_ms: int | None


class People:
    """Who may be heard. Every verb runs inside the caller's transaction."""

    async def author_of(self, tx: Tx, attachment_id: int, sha256: str | None = None) -> int | None:
        """Who recorded that sound, if it, or its bytes as a voice message, came to us under their name."""
        row = await tx.one(AUTHOR, attachment_id=attachment_id, sha256=sha256)
        return row["author_id"] if row else None

    async def still_knows(self, tx: Tx, author_id: int | None, attachment_id: int, key: str) -> bool:
        """Whether a note still says that it is their voice; it goes on saying so while `key` is opened beside it."""
        known = await tx.all(KNOWN, author_id=author_id, attachment_id=attachment_id)
        await lock(tx, {key, *(row["key"] for row in known)})
        return await tx.one(KNOWN, author_id=author_id, attachment_id=attachment_id) is not None

    async def refuses(self, tx: Tx, author_id: int | None, attachment_id: int, sha256: str | None = None) -> bool:
        """Whether the voice is known to be somebody's who has opted out."""
        return await tx.one(REFUSES, author_id=author_id, attachment_id=attachment_id, sha256=sha256) is not None

    async def may_hear(self, tx: Tx, note: Note) -> bool:
        """
        Whether its worker still has the note, and nobody who speaks in it has opted out; asked before each call.

        Who opts out from then on waits until the transaction has ended.
        """
        row = await tx.one(OPEN, key=note.key, fence=note.fence)
        return row is not None and not await self.refuses(tx, row["author_id"], row["attachment_id"], row["sha256"])

    async def opt_out(self, tx: Tx, member_id: int, *, now_ms: int) -> list[str]:
        """
        From now on that member is not heard; what was heard of notes in work is forgotten.

        Returns their keys: whoever works on one has lost it, and it has to be decided anew. What stands of an answer
        that is being brought is unwanted.
        """
        await tx.execute(
            "INSERT INTO opted_out (member_id, at_ms) VALUES (:member_id, :now_ms) ON CONFLICT DO NOTHING",
            member_id=member_id,
            now_ms=now_ms,
        )
        keys = list(await lock(tx, [row["key"] for row in await tx.all(IN_WORK, member_id=member_id)]))
        if not keys:
            return []
        names, params = listed(keys)  # those that ended while we waited for them are not taken back
        in_work = f"{IN_WORK} AND key IN {names}"
        rows = await tx.all(in_work, member_id=member_id, **params)
        await tx.each(TAKE_BACK, rows)
        await tx.each("DELETE FROM heard WHERE note_key = :key", rows)
        await tx.each("DELETE FROM decided WHERE note_key = :key", rows)
        cut = [part for row in rows for part in await tx.all(CUT, **row)]
        await tx.each("DELETE FROM reply WHERE note_key = :note_key AND message_id = :message_id", cut)
        await tx.each(
            "INSERT INTO unwanted (channel_id, reply_id, at_ms, guild_id) "
            "VALUES (:channel_id, :message_id, :now_ms, :guild_id) ON CONFLICT DO NOTHING",
            [{**part, "now_ms": now_ms} for part in sorted(cut, key=lambda part: part["message_id"])],
        )
        return [row["key"] for row in rows]

    async def opt_in(self, tx: Tx, member_id: int) -> None:
        """That member may be heard again; nothing is left of the wish."""
        await tx.execute("DELETE FROM opted_out WHERE member_id = :member_id", member_id=member_id)

    async def kept(self, tx: Tx, member_id: int) -> Kept:
        """What is kept about that member."""
        own = personal_account(member_id)
        accounts = {"guilds": f"member:%:{member_id}", "own": own, "caused": caused_account(own)}
        row = await tx.one(KEPT, member_id=member_id, **accounts) or {}
        return Kept({name: row.get(name, 0) for name in COUNTED}, row.get("out_since_ms"))
