"""
How rows leave the inbox: by age, with a person, with a place.

Hides in which tables a note has rows. Promises: whatever goes, goes whole, and is locked before it is looked at, so
that whoever works on it either was first or finds it gone; a public reply that still stands either leaves a trace
(enough to delete it when its note is deleted, and nobody's name) or is put down as unwanted.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from bot.database import Row, Tx
from bot.kept import Event, gone_with, holding
from bot.keyring import Keyring
from bot.notes.pace import Pace
from bot.notes.statements import EMPTIED
from bot.notes.steps import listed, lock

Leaving = Literal["member", "channel"]
_ALL = 10**9

# A reply goes with the message it answers; one that was asked for elsewhere, with the message that holds the sound.
_LEAVE_TRACE = """
INSERT INTO trace (channel_id, reply_id, source_channel_id, source_id, guild_id, source_guild_id, at_ms)
SELECT reply.channel_id, reply.message_id,
    CASE WHEN ask.message_id IS NULL THEN note.channel_id ELSE coalesce(ask.asked_in, ask.channel_id) END,
    coalesce(ask.message_id, note.message_id), ask.guild_id,
    CASE WHEN ask.message_id IS NULL THEN coalesce(note.sound_guild_id, note.guild_id) ELSE ask.guild_id END,
    ask.created_ms
FROM reply JOIN ask ON ask.note_key = reply.note_key AND ask.id = reply.ask_id JOIN note ON note.key = reply.note_key
WHERE {whose} AND (ask.private = 0 OR ask.place = 'direct') AND coalesce(ask.message_id, note.message_id) IS NOT NULL
ORDER BY 1, 2
ON CONFLICT DO NOTHING
"""

_UNWANT = """
INSERT INTO unwanted (channel_id, reply_id, at_ms, guild_id)
SELECT reply.channel_id, reply.message_id, :now_ms, CASE WHEN ask.place = 'direct' THEN NULL ELSE ask.guild_id END
FROM reply JOIN ask ON ask.note_key = reply.note_key AND ask.id = reply.ask_id
WHERE reply.note_key IN {keys} AND (ask.private = 0 OR ask.place = 'direct')
ORDER BY 1, 2
ON CONFLICT DO NOTHING
"""

# The button below a note nobody had asked for, which may still stand.
_FORGET_OFFERS = """
DELETE FROM offer WHERE message_id IN (SELECT message_id FROM note WHERE key IN {keys}) RETURNING channel_id, offer_id
"""

# What somebody who was forgotten had asked for of them, and stands.
_FORGET_TRACES = """
DELETE FROM trace WHERE source_id IN (SELECT message_id FROM note WHERE key IN {keys}) RETURNING channel_id, reply_id
"""

_IS_OLD = """
state = 'done' AND created_ms < :before_ms AND NOT EXISTS (
    SELECT 1 FROM ask WHERE ask.note_key = note.key AND (ask.created_ms >= :before_ms OR ask.state = 'open')
)
"""
OLD = f"SELECT key FROM note WHERE {_IS_OLD} ORDER BY created_ms LIMIT :limit"  # noqa: S608  # our own words

# Their voice, and forwards they posted: nobody else's name is on those.
OF_MEMBER = """
SELECT key, state FROM note WHERE author_id = :member_id {in_work}
UNION ALL SELECT key, state FROM note WHERE author_id IS NULL AND payer_id = :member_id {in_work}
UNION ALL SELECT note.key, note.state FROM ask JOIN note ON note.key = ask.note_key
WHERE ask.member_id = :member_id AND ask.door = 'auto' AND note.author_id IS NULL {in_work}
LIMIT :limit
"""
OF_CHANNEL = "SELECT key, state FROM note WHERE channel_id = :channel_id {in_work} LIMIT :limit"
# Those it pays for, and those that stand in it.
OF_GUILD = (
    "SELECT key, state FROM note WHERE (guild_id = :guild_id OR sound_guild_id = :guild_id) {in_work} LIMIT :limit"
)
# Discord says of a channel that it is gone, and not of its threads.
THREADS = "SELECT DISTINCT channel_id FROM note WHERE parent_id = :channel_id AND channel_id <> :channel_id"

# What was asked for in a place, of notes that stand elsewhere.
_IN_CHANNEL = "(ask.channel_id = :channel_id OR ask.asked_in = :channel_id)"
_IN_GUILD = "ask.guild_id = :guild_id"
ASKED_IN = """
SELECT DISTINCT note.key, note.state FROM ask JOIN note ON note.key = ask.note_key
WHERE {where} {{in_work}} LIMIT :limit
"""

# Notes of others they asked for, or pay for.
TOUCHED = """
SELECT note.key, note.state FROM ask JOIN note ON note.key = ask.note_key WHERE ask.member_id = :member_id {in_work}
UNION ALL SELECT key, state FROM note WHERE payer_id = :member_id {in_work} LIMIT :limit
"""

# What they asked for of somebody else's.
_OF_MEMBER = "ask.member_id = :member_id"
ASKED_BY = """
DELETE FROM reply WHERE note_key = :key AND EXISTS (
    SELECT 1 FROM ask WHERE ask.note_key = reply.note_key AND ask.id = reply.ask_id AND {whose}
)
"""

# Nobody waits for it any more: as if its message had been deleted.
UNASKED = f"""
UPDATE note SET state = 'done', fence = fence + 1, leased_until_ms = 0, ending = coalesce(ending, 'Gone'), {EMPTIED}
WHERE key = :key AND payer_id = coalesce(:member_id, payer_id) AND state <> 'done' AND NOT EXISTS (
    SELECT 1 FROM ask WHERE ask.note_key = note.key AND ask.state = 'open'
) RETURNING key, round
"""  # noqa: S608  # our own words

# Whoever else waits for it pays from now on.
PAID_BY_ANOTHER = """
UPDATE note SET payer_id = coalesce(
    (SELECT ask.member_id FROM ask WHERE ask.note_key = note.key ORDER BY ask.created_ms, ask.id LIMIT 1), 0
) WHERE key = :key AND payer_id = :member_id
"""

# In which server that channel is, its wishes tell, or its mark.
_UNWANT_ONE = """
INSERT INTO unwanted (channel_id, reply_id, at_ms, guild_id) VALUES (:channel_id, :reply_id, :now_ms, coalesce(
    (SELECT max(guild_id) FROM ask WHERE channel_id = :channel_id AND place <> 'direct'),
    (SELECT guild_id FROM seen WHERE channel_id = :channel_id)
)) ON CONFLICT DO NOTHING
"""
_UNWANT_TRACED = """
INSERT INTO unwanted (channel_id, reply_id, at_ms, guild_id) VALUES (:channel_id, :reply_id, :now_ms, :guild_id)
ON CONFLICT DO NOTHING
"""
# Replies that stand elsewhere, to messages that went with their channel or server.
_ELSEWHERE: Mapping[Event, str] = {
    "channel": """
        SELECT channel_id, reply_id, guild_id FROM trace WHERE source_channel_id = :value AND channel_id <> :value
        ORDER BY channel_id, reply_id
    """,
    "server": """
        SELECT channel_id, reply_id, guild_id FROM trace
        WHERE source_guild_id = :value AND (guild_id IS NULL OR guild_id <> :value) ORDER BY channel_id, reply_id
    """,
}

# Where we are, or were, a member: what goes with a server, and decisions that still name somebody. A sound may stand
# where we never were (`sound_guild_id`).
_GUILDS = " UNION ".join(
    [
        *(
            f"SELECT {one.name} AS guild_id FROM {one.table} WHERE {one.name} IS NOT NULL"  # noqa: S608  # our own names
            for one in holding("server")
            if one.name == "guild_id" and one.line not in ("server", "code", "leaving")
        ),
        "SELECT guild_id FROM decision WHERE guild_id IS NOT NULL AND by_id > 0",
    ]
)

_OF_CHANNEL_IS_KEPT = " UNION ALL ".join(
    f"SELECT * FROM (SELECT 1 AS n FROM {one.table} WHERE {one.name} = :channel_id LIMIT 1) AS {one.table}_{one.name}"  # noqa: S608  # our own names
    for one in holding("channel")
)

WAITING_SINCE = """
SELECT payer_id AS id FROM note WHERE state <> 'done' AND request_id < :at
UNION SELECT guild_id FROM note WHERE state <> 'done' AND request_id < :at
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
    What leaves the inbox. Every verb runs inside the caller's transaction; what erases returns (key, round) of notes
    gone.

    `ring`: by which a pace is known whose rows are gone.
    """

    def __init__(self, ring: Keyring | None = None) -> None:
        self._pace = Pace(ring or Keyring())

    async def old(self, tx: Tx, *, before_ms: int, limit: int) -> list[tuple[str, int]]:
        """Notes that were done and asked for before that; their replies leave a trace."""
        found = await lock(tx, [row["key"] for row in await tx.all(OLD, before_ms=before_ms, limit=limit)])
        if not found:
            return []
        names, params = listed(found)  # whoever was waited for may have asked for one of them
        old = f"SELECT key FROM note WHERE key IN {names} AND {_IS_OLD}"  # noqa: S608  # our own words
        keys = [row["key"] for row in await tx.all(old, before_ms=before_ms, **params)]
        if not keys:
            return []
        names, params = listed(keys)
        await tx.execute(_LEAVE_TRACE.format(whose=f"reply.note_key IN {names}"), **params)
        return await _erase(tx, {key: found[key] for key in keys})

    async def old_rest(self, tx: Tx, *, before_ms: int, traces_before_ms: int) -> None:
        """Refusals and traces older than that."""
        await tx.execute("DELETE FROM trace WHERE at_ms < :before_ms", before_ms=traces_before_ms)
        await tx.execute("DELETE FROM refusal WHERE at_ms < :before_ms", before_ms=before_ms)

    # -- in steps: each a transaction, whatever is left is found by looking again ------------------

    async def of_member(self, tx: Tx, member_id: int, *, limit: int) -> list[Row]:
        """Notes with a person's voice, and forwards they posted: key and state, those in work first; locks nothing."""
        return await _first_in_work(tx, OF_MEMBER, limit, member_id=member_id)

    async def of_place(
        self, tx: Tx, *, limit: int, channel_id: int | None = None, guild_id: int | None = None
    ) -> list[Row]:
        """The same of a channel or a server."""
        if guild_id is not None:
            return await _first_in_work(tx, OF_GUILD, limit, guild_id=guild_id)
        return await _first_in_work(tx, OF_CHANNEL, limit, channel_id=channel_id)

    async def knows_channel(self, tx: Tx, channel_id: int) -> bool:
        """Whether anything is kept of a channel."""
        return await tx.one(_OF_CHANNEL_IS_KEPT, channel_id=channel_id) is not None

    async def threads(self, tx: Tx, channel_id: int) -> list[int]:
        """The threads of a channel in which there were notes."""
        return sorted(row["channel_id"] for row in await tx.all(THREADS, channel_id=channel_id))

    async def asked_in(
        self, tx: Tx, *, limit: int, channel_id: int | None = None, guild_id: int | None = None
    ) -> list[Row]:
        """The same of notes that stand elsewhere, and were asked for in a channel or a server."""
        if guild_id is not None:
            return await _first_in_work(tx, ASKED_IN.format(where=_IN_GUILD), limit, guild_id=guild_id)
        return await _first_in_work(tx, ASKED_IN.format(where=_IN_CHANNEL), limit, channel_id=channel_id)

    async def touched_by_member(self, tx: Tx, member_id: int, *, limit: int) -> list[Row]:
        """The same of notes a person asked for, or pays for: others', once their own are erased."""
        return await _first_in_work(tx, TOUCHED, limit, member_id=member_id)

    async def erase(
        self, tx: Tx, keys: Collection[str], *, now_ms: int, spares_work: bool = True
    ) -> list[tuple[str, int]]:
        """These notes, whole, and their replies are unwanted; those in work stay, unless told otherwise."""
        found = await lock(tx, keys)
        found = {key: row for key, row in found.items() if row["state"] == "done" or not spares_work}
        if not found:
            return []
        names, params = listed(found)
        await self._pace.keep_of_notes(tx, list(found), now_ms=now_ms)
        # A message is one person's: whatever of its sounds is erased, its button is about them.
        offers = await tx.all(_FORGET_OFFERS.format(keys=names), **params)
        buttons = [(row["channel_id"], row["offer_id"]) for row in offers if row["offer_id"] is not None]
        traces = await tx.all(_FORGET_TRACES.format(keys=names), **params)
        replies = [(row["channel_id"], row["reply_id"]) for row in traces]
        await self.unwant(tx, [*buttons, *replies], now_ms=now_ms)
        await tx.execute(_UNWANT.format(keys=names), now_ms=now_ms, **params)
        return await _erase(tx, found)

    async def unask(
        self, tx: Tx, member_id: int, keys: Collection[str], *, now_ms: int, spares_work: bool = True
    ) -> list[tuple[str, int]]:
        """
        What a person asked for of these notes of others leaves a trace; whoever else waits pays from now on.

        Notes in work stay as they are, unless told otherwise. Returns those for which nobody waits any more: their
        words are gone, their charges are to be closed.
        """
        found = await self._taken(tx, keys, spares_work=spares_work)
        if not found:
            return []
        names, params = listed(found)
        whose = f"reply.note_key IN {names} AND {_OF_MEMBER}"
        await tx.execute(_LEAVE_TRACE.format(whose=whose), member_id=member_id, **params)
        unasked = await self._unask(tx, found, _OF_MEMBER, now_ms=now_ms, member_id=member_id)
        await tx.each(PAID_BY_ANOTHER, [{"key": key, "member_id": member_id} for key in found])
        return unasked

    async def unask_in(
        self,
        tx: Tx,
        keys: Collection[str],
        *,
        now_ms: int,
        channel_id: int | None = None,
        guild_id: int | None = None,
        spares_work: bool = True,
    ) -> list[tuple[str, int]]:
        """The same of what was asked for in a channel or a server that is gone, and its answers there with it."""
        if not (found := await self._taken(tx, keys, spares_work=spares_work)):
            return []
        if guild_id is not None:
            return await self._unask(tx, found, _IN_GUILD, now_ms=now_ms, guild_id=guild_id)
        return await self._unask(tx, found, _IN_CHANNEL, now_ms=now_ms, channel_id=channel_id)

    async def _taken(self, tx: Tx, keys: Collection[str], *, spares_work: bool) -> list[str]:
        found = await lock(tx, keys)
        return [key for key, row in found.items() if row["state"] == "done" or not spares_work]

    async def _unask(
        self, tx: Tx, keys: Sequence[str], whose: str, *, now_ms: int, **who: int | None
    ) -> list[tuple[str, int]]:
        each = [{"member_id": None, **who, "key": key} for key in keys]
        await self._pace.keep_of(tx, keys, whose, now_ms=now_ms, **who)
        await tx.each(ASKED_BY.format(whose=whose), each)
        await tx.each(f"DELETE FROM ask WHERE note_key = :key AND {whose}", each)  # noqa: S608  # our own words
        unasked = [row for one in each for row in await tx.all(UNASKED, **one)]
        for table in ("heard", "decided"):
            await tx.each(f"DELETE FROM {table} WHERE note_key = :key", unasked)  # noqa: S608  # our own names
        return [(row["key"], row["round"]) for row in unasked]

    async def rest_of_member(self, tx: Tx, member_id: int, *, now_ms: int) -> None:
        """What else there is about a person, once they have no notes and ask for none."""
        await self._pace.keep_of_refusals(tx, "member_id", member_id, now_ms=now_ms)
        await tx.execute("DELETE FROM refusal WHERE member_id = :member_id", member_id=member_id)

    async def marks_of_guild(self, tx: Tx, guild_id: int) -> None:
        """How far a server's channels were read is forgotten; the last to be locked."""
        await tx.execute("DELETE FROM seen WHERE guild_id = :guild_id", guild_id=guild_id)

    async def rest_of_place(
        self, tx: Tx, *, now_ms: int, channel_id: int | None = None, guild_id: int | None = None
    ) -> bool:
        """What else there is about a channel or a server, once it has no notes; False: the server has us again."""
        event: Event = "channel" if guild_id is None else "server"
        value = channel_id if guild_id is None else guild_id
        # Whoever is just writing down that it left is waited for: their row goes with ours.
        is_left = guild_id is None or not await self.leave(tx, guild_id, now_ms=now_ms)
        traced = await tx.all(_ELSEWHERE[event], value=value)
        for table, column in gone_with(event):
            if table == "refusal":
                await self._pace.keep_of_refusals(tx, "guild_id", guild_id or 0, now_ms=now_ms)
            count = await tx.execute(f"DELETE FROM {table} WHERE {column} = :value", value=value)  # noqa: S608  # our own names
            is_left &= bool(count) or table != "left_guild"
            if table == "trace":  # nobody will tell us any more that what they answer was deleted
                await tx.each(_UNWANT_TRACED, [{**row, "now_ms": now_ms} for row in traced])
        return is_left

    # -- in one go ---------------------------------------------------------------------------------

    async def member(self, tx: Tx, member_id: int, *, now_ms: int) -> list[tuple[str, int]]:
        """
        Everything about one person at once, notes in work too.

        Replies to their voice become unwanted; of what they asked for of others' a trace stays. How fast they asked
        within the last minute goes on counting.
        """
        own = {row["key"] for row in await self.of_member(tx, member_id, limit=_ALL)}
        asked = {row["key"] for row in await self.touched_by_member(tx, member_id, limit=_ALL)}
        await lock(tx, own | asked)
        gone = await self.erase(tx, own, now_ms=now_ms, spares_work=False)
        unasked = await self.unask(tx, member_id, asked - own, now_ms=now_ms, spares_work=False)
        await self.rest_of_member(tx, member_id, now_ms=now_ms)
        return gone + unasked

    async def place(
        self, tx: Tx, *, now_ms: int, channel_id: int | None = None, guild_id: int | None = None
    ) -> list[tuple[str, int]]:
        """
        Everything of a channel that is gone, or of a server that is, at once, notes in work too.

        Answers elsewhere to its notes are unwanted.
        """
        rows = await self.of_place(tx, limit=_ALL, channel_id=channel_id, guild_id=guild_id)
        gone = await self.erase(tx, [row["key"] for row in rows], now_ms=now_ms, spares_work=False)
        await self.rest_of_place(tx, now_ms=now_ms, channel_id=channel_id, guild_id=guild_id)
        return gone

    # -- what is still to do -----------------------------------------------------------------------

    async def begin(self, tx: Tx, kind: Leaving, subject: int, *, until_ms: int) -> None:
        """A member, or a channel, is to be erased; until then the caller is at it, and nobody else need be."""
        await tx.execute(
            "INSERT INTO leaving (kind, subject, due_ms) VALUES (:kind, :subject, :until_ms) "
            "ON CONFLICT (kind, subject) DO UPDATE SET due_ms = :until_ms",
            kind=kind,
            subject=subject,
            until_ms=until_ms,
        )

    async def unfinished(self, tx: Tx, *, now_ms: int, until_ms: int) -> list[tuple[Leaving, int]]:
        """What somebody began to erase and did not finish; until then the caller is at it."""
        rows = await tx.all(
            "UPDATE leaving SET due_ms = :until_ms WHERE due_ms <= :now_ms RETURNING kind, subject",
            now_ms=now_ms,
            until_ms=until_ms,
        )
        return sorted((row["kind"], row["subject"]) for row in rows)

    async def put_off_all(self, tx: Tx) -> None:
        """Nobody is at any of it: right after a start, where no other process can be at work."""
        await tx.execute("UPDATE leaving SET due_ms = 0")

    async def end(self, tx: Tx, kind: Leaving, subject: int) -> None:
        """It is erased."""
        await tx.execute("DELETE FROM leaving WHERE kind = :kind AND subject = :subject", kind=kind, subject=subject)

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
            _UNWANT_ONE,
            [{"channel_id": channel, "reply_id": reply, "now_ms": now_ms} for channel, reply in sorted(replies)],
        )

    async def take(self, tx: Tx, channel_id: int, reply_id: int, *, now_ms: int, until_ms: int) -> bool:
        """Whether an unwanted reply is the caller's to delete, until then; False: somebody else's, put off, or gone."""
        return bool(
            await tx.execute(
                "UPDATE unwanted SET at_ms = :until_ms "
                "WHERE channel_id = :channel_id AND reply_id = :reply_id AND at_ms <= :now_ms",
                channel_id=channel_id,
                reply_id=reply_id,
                now_ms=now_ms,
                until_ms=until_ms,
            )
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
        rows = await tx.all("SELECT channel_id, reply_id, guild_id FROM trace WHERE source_id = :id", id=source_id)
        await tx.execute("DELETE FROM trace WHERE source_id = :id", id=source_id)
        await tx.each(_UNWANT_TRACED, [{**row, "now_ms": 0} for row in _by_message(rows)])
        return [(row["channel_id"], row["reply_id"]) for row in rows]

    async def standing(self, tx: Tx, *, since_ms: int) -> list[tuple[int, int]]:
        """Channel and message of every sound since then that has a reply by us: to see whether it is still there."""
        rows = await tx.all(STANDING, since_ms=since_ms)
        return [(row["channel_id"], row["message_id"]) for row in rows]

    async def leave(self, tx: Tx, guild_id: int, *, now_ms: int) -> bool:
        """A server removed us; a second word changes nothing. Whether this is the first."""
        return bool(
            await tx.execute(
                "INSERT INTO left_guild (guild_id, at_ms) VALUES (:guild_id, :now_ms) ON CONFLICT DO NOTHING",
                guild_id=guild_id,
                now_ms=now_ms,
            )
        )

    async def join(self, tx: Tx, guild_id: int) -> None:
        """A server has us again: nothing of it is to be erased."""
        await tx.execute("DELETE FROM left_guild WHERE guild_id = :guild_id", guild_id=guild_id)

    async def left(self, tx: Tx, *, before_ms: int) -> list[int]:
        """Servers that removed us before that."""
        rows = await tx.all("SELECT guild_id FROM left_guild WHERE at_ms <= :before_ms", before_ms=before_ms)
        return [row["guild_id"] for row in rows]

    async def waiting_since(self, tx: Tx, *, at: int) -> frozenset[int]:
        """Persons, and servers, a note of which was asked for before the snowflake `at`, and is not done."""
        rows = await tx.all(WAITING_SINCE, at=at)
        return frozenset(row["id"] for row in rows if row["id"] is not None)

    async def guilds(self, tx: Tx) -> list[int]:
        """Every server of which we have something that goes with it, notes or whatever else."""
        rows = await tx.all(_GUILDS)
        return sorted(row["guild_id"] for row in rows)


def _by_message(rows: Collection[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["channel_id"], row["reply_id"]))


async def _first_in_work(tx: Tx, sql: str, limit: int, **whose: int | None) -> list[Row]:
    """Notes in work, then others; an order of them all would be made anew for each step of ten thousand."""
    rows = await tx.all(sql.format(in_work="AND note.state <> 'done'"), limit=limit, **whose)
    return rows + await tx.all(sql.format(in_work=""), limit=limit, **whose)


async def _erase(tx: Tx, found: Mapping[str, Row]) -> list[tuple[str, int]]:
    """Every row of these notes, which are locked; children first."""
    names, params = listed(found)
    for table in ("heard", "decided", "reply", "ask"):
        await tx.execute(f"DELETE FROM {table} WHERE note_key IN {names}", **params)  # noqa: S608  # our own names
    await tx.execute(f"DELETE FROM note WHERE key IN {names}", **params)  # noqa: S608  # our own names
    return [(key, row["round"]) for key, row in found.items()]
