"""
The inbox: every note that was accepted, who waits for it, and how far it has come.

Hides eight tables. Promises: a replayed event changes nothing; one worker at a time has a note
(lease and fence), and one that lost it can write nothing; words rest only in `heard.text` and
`decided.outcome`, and `done` erases both; an interaction's token is erased once it is answered.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from bot.database import Row, Tx
from bot.keyring import Keyring
from bot.notes import statements as sql
from bot.notes.forgetting import Forgetting
from bot.notes.marks import Marks
from bot.notes.offers import Offers
from bot.notes.pace import Pace
from bot.notes.people import Kept, People
from bot.notes.replies import Replies, Reply
from bot.notes.rows import Ask, Barred, Form, HeardPiece, Note, NoteState, Opened, Place
from bot.notes.steps import ask_of, change_owned, erase, heard_of, lock, lock_owned, note_of
from bot.outcome import Gap
from bot.quota import guild_account, personal_account

__all__ = [
    "Ask",
    "Barred",
    "Forgetting",
    "Form",
    "HeardPiece",
    "Kept",
    "Marks",
    "Note",
    "NoteState",
    "Notes",
    "Offers",
    "Opened",
    "People",
    "Place",
    "Reply",
]


class Notes(Replies):
    """
    The verbs of the inbox. Every one runs inside the caller's transaction; those about replies are in `replies`.
    By `ring` somebody whose rows are gone is known for as long as a rate looks back.
    """

    def __init__(self, ring: Keyring | None = None) -> None:
        self._pace = Pace(ring or Keyring())

    async def open(self, tx: Tx, note: Note, ask: Ask) -> Opened:
        """Store a note and a wish for its answer; what is there already stays, but a done note's address is renewed."""
        is_new, found = 0, None
        while not is_new and found is None:  # what was there when it was to be stored may be erased a moment later
            is_new = await tx.execute(sql.OPEN_NOTE, **asdict(note))
            found = None if is_new else (await lock(tx, [note.key])).get(note.key)
        is_new_ask = await tx.execute(sql.OPEN_ASK, **asdict(ask) | {"guild_id": note.guild_id})
        if is_new:
            return Opened(None)
        if is_new_ask:
            address = {"url": note.url, "sound_guild_id": note.sound_guild_id}
            await tx.execute(sql.READDRESS, key=note.key, **address, is_spoiler=int(note.is_spoiler))
        return Opened(found["state"] if found else None, bool(is_new_ask))

    async def is_asked(self, tx: Tx, key: str, ask_id: int) -> bool:
        """Whether that wish is known: then its event is a replay."""
        return await tx.one("SELECT 1 AS n FROM ask WHERE note_key = :key AND id = :id", key=key, id=ask_id) is not None

    async def find(self, tx: Tx, key: str) -> Note | None:
        """The note as it stands, if we ever had it."""
        row = await tx.one(f"SELECT {sql.NOTE} FROM note WHERE key = :key", key=key)  # noqa: S608  # our own names
        return note_of(row) if row else None

    async def taken(self, tx: Tx, key: str) -> Note | None:
        """The note as it stands, if we ever had it; nobody else changes it, or what belongs to it, meanwhile."""
        return await self.find(tx, key) if await lock(tx, [key]) else None

    async def taken_all(self, tx: Tx, keys: Collection[str]) -> dict[str, Note]:
        """The same of several, by key."""
        return {key: note for key in await lock(tx, keys) if (note := await self.find(tx, key)) is not None}

    async def reopen(self, tx: Tx, key: str, fence: int) -> bool:
        """
        Hear a done note once more, in a new round; False: it is not yours any more, or nobody asks any more.

        Who asks now pays for it, in the month of asking: they may be of another guild, months later.
        """
        if not await lock_owned(tx, key, fence):
            return False
        if (first := await tx.one(sql.FIRST_ASK, key=key)) is None:
            await change_owned(tx, key, fence, "leased_until_ms = 0", state="done")
            return False
        return await change_owned(tx, key, fence, sql.REOPEN, state="done", **first)

    async def claim(self, tx: Tx, key: str, *, now_ms: int, lease_ms: int) -> Note | None:
        """Take a note to work on it; None if somebody has it, or nothing is left to do."""
        if not await lock(tx, [key]):
            return None
        row = await tx.one(sql.CLAIM, key=key, now_ms=now_ms, until_ms=now_ms + lease_ms)
        return note_of(row) if row else None

    async def renew(self, tx: Tx, key: str, fence: int, *, now_ms: int, lease_ms: int) -> bool:
        """Keep the note longer; False: it is not yours any more."""
        return await change_owned(tx, key, fence, "leased_until_ms = :until_ms", until_ms=now_ms + lease_ms)

    async def release(self, tx: Tx, key: str, fence: int, *, count_attempt: bool, until_ms: int = 0) -> None:
        """Give the note back, to nobody before `until_ms`; `count_attempt` False takes the attempt back as well."""
        back = 0 if count_attempt else 1
        change = "leased_until_ms = :until_ms, attempts = attempts - :back"
        await change_owned(tx, key, fence, change, back=back, until_ms=until_ms)

    async def release_all(self, tx: Tx) -> int:
        """Give every note back: right after a start, where no other process can be at work."""
        return await tx.execute("UPDATE note SET leased_until_ms = 0 WHERE leased_until_ms > 0")

    async def learn(
        self, tx: Tx, key: str, fence: int, *, length_ms: int | None, sha256: str | None, url: str | None = None
    ) -> bool:
        """Store what the bytes told us, and the address that worked."""
        change = (
            "length_ms = coalesce(:length_ms, length_ms), sha256 = coalesce(:sha256, sha256), url = coalesce(:url, url)"
        )
        return await change_owned(tx, key, fence, change, length_ms=length_ms, sha256=sha256, url=url)

    async def heard(  # a piece's facts in the order they are spoken of
        self,
        tx: Tx,
        key: str,
        fence: int,
        piece: int,
        start_ms: int,
        end_ms: int,
        text: str,
        languages: str = "",
        missing: Sequence[Gap] = (),
    ) -> bool:
        """Store a piece's words and their gaps, the first ones for good; False: the note is not yours any more."""
        if not await change_owned(tx, key, fence, "fence = fence", state="open"):
            return False
        await tx.execute(
            "INSERT INTO heard (note_key, piece, start_ms, end_ms, languages, missing, margin, text) "
            "VALUES (:key, :piece, :start_ms, :end_ms, :languages, :missing, :margin, :text) ON CONFLICT DO NOTHING",
            key=key,
            piece=piece,
            start_ms=start_ms,
            end_ms=end_ms,
            languages=languages,
            missing=json.dumps([asdict(gap) for gap in missing]) if missing else "",
            margin=sql.MARGIN,
            text=text,
        )
        return True

    async def pieces(self, tx: Tx, key: str) -> tuple[HeardPiece, ...]:
        """What was heard so far, in order."""
        rows = await tx.all(
            "SELECT piece, start_ms, end_ms, languages, missing, text FROM heard WHERE note_key = :key ORDER BY piece",
            key=key,
        )
        return tuple(heard_of(row) for row in rows)

    async def conclude(
        self, tx: Tx, key: str, fence: int, outcome_json: str, ending: str, *, timing: str | None = None
    ) -> bool:
        """Decide how an open note ends; it is not delivered yet. `timing` stays when the words are forgotten."""
        change = "state = 'heard', ending = :ending, timing = :timing"
        if not await change_owned(tx, key, fence, change, state="open", ending=ending, timing=timing):
            return False
        await tx.execute(
            "INSERT INTO decided (note_key, margin, outcome) VALUES (:key, :margin, :outcome)",
            key=key,
            margin=sql.MARGIN,
            outcome=outcome_json,
        )
        return True

    async def reconsider(self, tx: Tx, key: str, fence: int) -> bool:
        """What was decided cannot be delivered as it is: open again, in the same round."""
        if not await change_owned(tx, key, fence, "state = 'open', ending = NULL", state="heard"):
            return False
        await erase(tx, key, "decided")
        return True

    async def asks(self, tx: Tx, key: str) -> tuple[Ask, ...]:
        """Who still waits for an answer, oldest first."""
        found: dict[int, dict[str, Any]] = {}
        for row in await tx.all(sql.ASKS, key=key):
            ask = found.setdefault(row["id"], ask_of(row))
            ask["is_live"] |= bool(row["is_live"])
            if row["sent"] is not None:
                ask["sent"] += (row["sent"],)
        return tuple(Ask(**ask) for ask in found.values())

    async def done(self, tx: Tx, key: str, fence: int) -> bool:
        """Forget the words; False while somebody still waits, or if the note is not yours."""
        if not await lock_owned(tx, key, fence) or not await tx.execute(sql.DONE, key=key, fence=fence):
            return False
        await erase(tx, key, "heard", "decided")
        return True

    async def waiting(self, tx: Tx, *, limit: int) -> dict[str, int]:
        """Keys of notes with work left, oldest first, each with its place in the queue (see `backlog`)."""
        return {row["key"]: row["in_guild"] * row["of_member"] for row in await tx.all(sql.WAITING, limit=limit)}

    async def backlog(self, tx: Tx, *, guild_id: int | None, member_id: int) -> int:
        """
        The place in the queue of that member's newest note: small is early.

        The notes a guild has waiting times those of its member: a flood delays its own member most, its guild less,
        other guilds hardly. Outside of guilds everybody is one of their own.
        """
        of_server, of_member = await self.queued_of(tx, guild_id=guild_id, member_id=member_id)
        return max(of_server * of_member, 1)

    async def busy_until(self, tx: Tx, key: str) -> int | None:
        """Until when (ms) somebody else has that note, or nobody may; None if nothing is left to do for it."""
        row = await tx.one("SELECT leased_until_ms FROM note WHERE key = :key AND state <> 'done'", key=key)
        return row["leased_until_ms"] if row else None

    async def note_of_message(self, tx: Tx, message_id: int) -> list[str]:
        """Keys of the notes whose sound was posted in that message."""
        rows = await tx.all("SELECT key FROM note WHERE message_id = :id ORDER BY key", id=message_id)
        return [row["key"] for row in rows]

    async def drop(self, tx: Tx, message_id: int, *, among: Collection[str] | None = None) -> list[tuple[int, int]]:
        """
        A source message was deleted: forget its words, its wishes and its address.

        Whoever works on it loses it; of a forward only what it asked for is forgotten. Returns the replies to
        delete: channel and message. `among`: what `touched_by` locked for all messages of this transaction.
        """
        keys = await self.touched_by(tx, [message_id]) if among is None else among
        rows = await tx.all(sql.REPLIES_TO, id=message_id)
        for key in await self.note_of_message(tx, message_id):
            rows += await self._forget(tx, key) if key in keys else ()
        each = [{"key": key, "id": message_id} for key in sorted(keys)]
        await tx.each(sql.FORGET_REPLIES_TO, each)
        await tx.each(sql.WITHDRAW, each)
        rows += [row for row in await tx.all(sql.FORGET_OFFER, id=message_id) if row["message_id"] is not None]
        return sorted({(row["channel_id"], row["message_id"]) for row in rows})

    async def touched_by(self, tx: Tx, message_ids: Collection[int]) -> frozenset[str]:
        """Lock every note whose sound is in one of these messages, or that one of them asks for; their keys."""
        keys = [row["key"] for number in message_ids for row in await tx.all(sql.TOUCHED_BY, id=number)]
        return frozenset(await lock(tx, keys))

    async def drop_note(self, tx: Tx, key: str) -> list[tuple[int, int]]:
        """The same for one sound of a message that itself stays."""
        await lock(tx, [key])
        return sorted((row["channel_id"], row["message_id"]) for row in await self._forget(tx, key))

    async def _forget(self, tx: Tx, key: str) -> list[Row]:
        await tx.execute(sql.GONE, key=key)
        rows = await tx.all("SELECT channel_id, message_id FROM reply WHERE note_key = :key", key=key)
        await erase(tx, key, "heard", "decided", "reply")
        await tx.execute(sql.WITHDRAW_NOTE, key=key)
        return rows

    async def refused(
        self,
        tx: Tx,
        *,
        guild_id: int | None,
        member_id: int,
        at_ms: int,
        ending: str,
        detail_json: str,
        is_early: bool = True,
    ) -> None:
        """Remember a refusal; `is_early` says that it never became a note, and so counts as a wish of its own."""
        await tx.execute(
            sql.REFUSED,
            guild_id=guild_id,
            member_id=member_id,
            at_ms=at_ms,
            ending=ending,
            detail=detail_json,
            early=int(is_early),
        )

    async def refusals(self, tx: Tx, guild_id: int, *, limit: int) -> list[Row]:
        """The latest refusals of a guild, newest first: member_id, at_ms, ending, detail."""
        return await tx.all(
            "SELECT member_id, at_ms, ending, detail FROM refusal WHERE guild_id = :guild_id "
            "ORDER BY at_ms DESC LIMIT :limit",
            guild_id=guild_id,
            limit=limit,
        )

    async def queued(self, tx: Tx) -> int:
        """How many notes wait or are in work."""
        row = await tx.one("SELECT count(*) AS n FROM note WHERE state <> 'done'")
        return row["n"] if row else 0

    async def queued_of(self, tx: Tx, *, guild_id: int | None, member_id: int) -> tuple[int, int]:
        """How many of the notes that wait or are in work are that server's, and that member's there."""
        where = sql.DIRECT if guild_id is None else sql.IN_GUILD
        row = await tx.one(sql.QUEUED_OF + where, guild_id=guild_id, member_id=member_id)
        return (int(row["of_server"]), int(row["of_member"])) if row else (0, 0)

    async def recent(self, tx: Tx, *, since_ms: int, member_id: int | None = None, guild_id: int | None = None) -> int:
        """How often that member, or that guild, wished for an answer since then, refused or withdrawn ones too."""
        if guild_id is not None:
            guild = {"value": guild_id, **self._pace.who(guild_account(guild_id), since_ms)}
            row = await tx.one(sql.RECENT_OF_GUILD, since_ms=since_ms, **guild)
        else:
            member = {"value": member_id, **self._pace.who(personal_account(member_id or 0), since_ms)}
            row = await tx.one(sql.RECENT_OF_MEMBER, since_ms=since_ms, **member)
        return row["n"] if row else 0

    async def refused_lately(self, tx: Tx, member_id: int, ending: str, *, since_ms: int) -> bool:
        """Whether that member was told so since then."""
        who = self._pace.who(personal_account(member_id), since_ms)
        row = await tx.one(sql.REFUSED_LATELY, member_id=member_id, ending=ending, since_ms=since_ms, **who)
        return row is not None

    async def let_go(self, tx: Tx, key: str, fence: int, ending: str) -> bool:
        """End a note without an answer, for all who wait; False: it is not yours any more."""
        change = f"state = 'done', leased_until_ms = 0, ending = :ending, {sql.EMPTIED}"
        if not await change_owned(tx, key, fence, change, state="open", ending=ending):
            return False
        await tx.execute(f"UPDATE ask SET {sql.ANSWERED} WHERE note_key = :key", key=key)  # noqa: S608  # our own words
        await erase(tx, key, "heard", "decided")
        return True

    async def forget_tokens(self, tx: Tx, *, before_ms: int) -> int:
        """Erase the tokens of interactions older than that; Discord takes them for 15 minutes only."""
        spent = "FROM ask WHERE token IS NOT NULL AND created_ms < :before_ms"
        rows = await tx.all(f"SELECT DISTINCT note_key {spent}", before_ms=before_ms)  # our own words
        found = await lock(tx, [row["note_key"] for row in rows])
        erased = "UPDATE ask SET token = NULL WHERE note_key = :key AND token IS NOT NULL AND created_ms < :before_ms"
        return sum([await tx.execute(erased, key=key, before_ms=before_ms) for key in found])

    async def forget_addresses(self, tx: Tx, *, before_ms: int, limit: int) -> None:
        """Erase the addresses of notes that are done and older than that: Discord takes them for a day only."""
        rows = await tx.all(sql.SPENT_ADDRESSES, before_ms=before_ms, limit=limit)
        found = await lock(tx, [row["key"] for row in rows])
        await tx.each(sql.FORGET_ADDRESS, [{"key": key} for key in found])
