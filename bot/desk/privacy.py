"""
Who may be heard, what is kept about whom, and how it goes: by wish, by age, with its message, its channel, its server.

Promises: an opted-out voice that is known to be one is never heard, from the moment the wish is stored; whoever asks
to be forgotten is, in every table, and the books keep their sums without the name; a reply whose note is gone is
deleted, also after a restart; what has to be deleted and could not be is tried again every minute.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import Protocol

from bot.choices import Choice, Choices
from bot.database import Database, Tx
from bot.desk.delivery import scrub
from bot.desk.erasing import Erasures
from bot.desk.herald import Herald
from bot.desk.lasting import Lasting
from bot.desk.patience import stubbornly
from bot.desk.payers import Payers
from bot.desk.recall import Recall
from bot.desk.switches import INTRODUCTION
from bot.desk.withdrawal import Withdrawals
from bot.jobs import Jobs
from bot.ledger import Ledger, unname_charges, unname_lines
from bot.ledger.unnaming import unname_decisions
from bot.notes import Kept, Marks, Note, Notes, Offers, People
from bot.quota import moment_of, snowflake_at
from bot.request import Clock, Courier, Removal, ref_of
from bot.told import Told

log = logging.getLogger(__name__)

_BATCH = 200
_DELETING_MS = 60_000  # how long a process may be at one reply before another one tries it too
_REFUSED_MS = 3_600_000  # how long a reply that may not be deleted is left alone
_DAY_MS = 24 * 3_600_000
_DECISIONS_DAYS = 365  # who decided which limit, about whom
_LOOK_BACK_MS = 7 * _DAY_MS  # deletions we slept through are looked for among the sounds of a week


class Keep(Protocol):
    """How many days what is kept: rows about notes, ids of replies, rows of a server that removed us."""

    @property
    def notes_days(self) -> int:
        """Rows about notes, wishes and refusals."""

    @property
    def replies_days(self) -> int:
        """The ids by which a reply goes with its note."""

    @property
    def left_server_days(self) -> int:
        """The rows of a server that removed us."""


class Privacy:
    """The wishes of people and places, carried out over inbox, ledger and Discord."""

    def __init__(
        self,
        *,
        database: Database,
        ledger: Ledger,
        notes: Notes,
        jobs: Jobs,
        courier: Courier,
        herald: Herald,
        payers: Payers,
        keep: Keep,
        clock: Clock,
        lasting: Lasting,
        recall: Recall | None = None,
    ) -> None:
        self._recall = recall or Recall(database, None, clock)
        self._database = database
        self._ledger = ledger
        self._notes = notes
        self._people = People()
        self._forgetting = lasting.forgetting
        self._lasting = lasting
        self._jobs = jobs
        self._courier = courier
        self._herald = herald
        self.keep = keep
        self._clock = clock
        self._withdrawals = Withdrawals(database, ledger, notes, payers, herald, clock)
        self._erasures = Erasures(database, notes, lasting, self._withdrawals, clock, self._recall)

    # -- a person ------------------------------------------------------------------------------

    async def kept(self, member_id: int) -> Kept:
        """What is kept about a member."""
        async with self._database.tx() as tx:
            return await self._people.kept(tx, member_id)

    async def opt_out(self, member_id: int) -> None:
        """Never hear that member again, anywhere; what is being heard of them is dropped."""
        noted = await self._recall.note("out", member_id)
        count: int = await stubbornly()(self._database.run, self._opt_out, member_id, noted)
        log.info("A member opted out", extra={"action": "opted_out", "notes": count})
        await scrub(self._database)
        await self.sweep()

    async def _opt_out(self, tx: Tx, member_id: int, noted_ms: int | None) -> int:
        await self._recall.known(tx, noted_ms)
        keys = await self._people.opt_out(tx, member_id, now_ms=self._clock())
        for key in keys:
            self._jobs.put(tx, key)
        return len(keys)

    async def opt_in(self, member_id: int) -> None:
        """That member may be heard again."""
        async with self._database.tx() as tx:
            await self._people.opt_in(tx, member_id)
        await self._recall.take_back(member_id)
        log.info("A member opted in", extra={"action": "opted_in"})

    async def forget(self, member_id: int) -> bool:
        """
        Erase every row about a member, delete the replies to their notes, take their name off the books.

        What limits them goes on counting, under names that only the bot's key can tell (`lasting`). False: the database
        is in trouble, and what is left is erased by itself, within minutes after it is well. Raises DatabaseError where
        it could not even be told of the wish.
        """
        is_done = await self._erasures.begin("member", member_id)
        await scrub(self._database)
        return is_done

    # -- a message, a channel, a server --------------------------------------------------------

    async def message_deleted(self, message_ids: Collection[int]) -> None:
        """The notes of these messages are unwanted: what we have of them goes, and so do the replies."""
        taken: list[Note] = []
        async with self._database.tx() as tx:
            keys = await self._notes.touched_by(tx, message_ids)
            replies = []
            for message_id in message_ids:
                for key in await self._notes.note_of_message(tx, message_id):
                    note = await self._notes.find(tx, key) if key in keys else None
                    taken += [note] if note else []
                replies += await self._notes.drop(tx, message_id, among=keys)
            for message_id in message_ids:
                replies += await self._forgetting.traced(tx, message_id)
            await self._forgetting.unwant(tx, replies, now_ms=self._clock())
        await self._withdrawn(taken)

    async def message_edited(self, message_id: int, attachment_ids: Collection[int]) -> None:
        """A message has these attachments left: what was heard of the others goes as if it were deleted."""
        taken: list[Note] = []
        async with self._database.tx() as tx:
            keys = await self._notes.note_of_message(tx, message_id)
            replies = []
            for key, note in sorted((await self._notes.taken_all(tx, keys)).items()):
                if not note.gone and note.attachment_id not in attachment_ids:
                    taken.append(note)
                    replies += await self._notes.drop_note(tx, key)
            await self._forgetting.unwant(tx, replies, now_ms=self._clock())
        if taken:
            await self._withdrawn(taken)

    async def _withdrawn(self, taken: Collection[Note]) -> None:
        for note in taken:
            await self._withdrawals.close(f"{note.key}/{note.round}")
            log.info(
                "A note was deleted; what we have of it goes too",
                extra={"action": "withdrawn", "note": ref_of(note.key)},
            )
        if taken:
            await scrub(self._database)
        await self.sweep()

    async def close(self, charge: str) -> None:
        """Close a hold that outlived its note, which has ended or is gone; of one in work nothing changes."""
        await self._withdrawals.close(charge)

    async def channel_deleted(self, channel_id: int) -> None:
        """A channel or thread is gone, and with it every row about it; what cannot go now goes by itself, soon."""
        await self._erasures.begin("channel", channel_id)
        await scrub(self._database)
        await self.sweep()

    async def catch_up(self) -> None:
        """At a start, before anything is heard: what a restored database has forgotten is wished anew, and begun."""
        if await self._recall.catch_up():
            await self._erasures.go_on()

    async def go_on(self) -> None:
        """Erase what was begun to be erased, by whomever, and not finished."""
        await self._erasures.go_on()

    async def guild_left(self, guild_id: int) -> None:
        """A server removed us; after a grace (it may have been a slip) all we have of it is erased."""
        async with self._database.tx() as tx:
            await self._forgetting.leave(tx, guild_id, now_ms=self._clock())

    async def guild_joined(self, guild_id: int) -> None:
        """A server has us, or has us again: the first time it is told what that means."""
        async with self._database.tx() as tx:
            await self._forgetting.join(tx, guild_id)
            await self._herald.introduce(tx, guild_id, joins=True)
        await self._herald.say(only_ours=True)

    async def guilds_missing(self, present: Collection[int], *, is_ours: Callable[[int], bool]) -> None:
        """After a start: servers that removed us meanwhile, of those `is_ours` says this process would know of."""
        async with self._database.tx() as tx:
            known = await self._guilds(tx)
            missing = sorted(guild_id for guild_id in known if guild_id not in present and is_ours(guild_id))
            for guild_id in missing:
                await self._forgetting.leave(tx, guild_id, now_ms=self._clock())
            for guild_id in set(missing) - await self._guilds(tx):  # erased since we looked: nothing is left to erase
                await self._forgetting.join(tx, guild_id)

    async def _guilds(self, tx: Tx) -> set[int]:
        return {*await self._forgetting.guilds(tx), *await Choices(Choice()).guilds(tx)}

    async def standing(self) -> Mapping[int, Collection[int]]:
        """By channel, the messages of the last week that hold a sound with a reply of ours."""
        async with self._database.tx() as tx:
            rows = await self._forgetting.standing(tx, since_ms=self._clock() - _LOOK_BACK_MS)
        found: dict[int, set[int]] = defaultdict(set)
        for channel_id, message_id in rows:
            found[channel_id].add(message_id)
        return found

    # -- by itself -----------------------------------------------------------------------------

    async def sweep(self) -> None:
        """
        Delete the replies nobody wants; what Discord does not take now stays for the next time.

        Whoever forgets somebody, deletes or opts out sweeps, and several at once: each reply is one process's matter.
        """
        now_ms = self._clock()
        async with self._database.tx() as tx:
            unwanted = await self._forgetting.unwanted(tx, now_ms=now_ms, limit=_BATCH)
        for channel_id, reply_id in unwanted:
            reply = {"channel_id": channel_id, "reply_id": reply_id}
            until_ms = self._clock() + _DELETING_MS
            if not await self._database.run(self._forgetting.take, **reply, now_ms=self._clock(), until_ms=until_ms):
                continue  # somebody else is at it, or has done it
            removal = await self._courier.delete(channel_id, reply_id)
            if removal is Removal.LATER:
                await self._database.run(self._forgetting.put_off, channel_id, reply_id, until_ms=now_ms)
                return
            is_old = now_ms - moment_of(reply_id) > self.keep.replies_days * _DAY_MS
            async with self._database.tx() as tx:
                if removal is Removal.REFUSED and not is_old:  # a right that was taken away may come back
                    await self._forgetting.put_off(tx, channel_id, reply_id, until_ms=now_ms + _REFUSED_MS)
                else:
                    await self._forgetting.deleted(tx, channel_id, reply_id)
        log.debug("Nothing unwanted stands", extra={"action": "swept", "replies": len(unwanted)})

    async def purge(self) -> bool:
        """
        Erase what has been kept long enough, a batch at a time; False: there may be more.

        Several transactions, each sound by itself, and each locking what it locks in the order of locks.
        """
        now_ms = self._clock()
        notes_ms = now_ms - self.keep.notes_days * _DAY_MS
        gone = await self._database.run(self._purge_notes, before_ms=notes_ms)
        replies_ms = now_ms - self.keep.replies_days * _DAY_MS
        await self._database.run(self._forgetting.old_rest, before_ms=notes_ms, traces_before_ms=replies_ms)
        await self._database.run(self._notes.forget_addresses, before_ms=now_ms - _DAY_MS, limit=_BATCH)
        await self._database.run(Offers().purge, before_ms=notes_ms)
        is_unnamed = await self._lasting.unname(limit=_BATCH)
        await self._database.run(unname_lines, before_ms=notes_ms)
        await self._database.run(unname_decisions, before_ms=now_ms - _DECISIONS_DAYS * _DAY_MS)
        await self._database.run(Told().purge, before_ms=replies_ms, but=INTRODUCTION)
        await self._database.run(Marks().purge, before_id=snowflake_at(replies_ms))
        left_ms = now_ms - self.keep.left_server_days * _DAY_MS
        for guild_id in await self._database.run(self._forgetting.left, before_ms=left_ms):
            count = await self._erasures.erase_guild(guild_id)
            fields = {"action": "erased", "guild": guild_id, "notes": count}
            log.info("A server that removed us was erased", extra=fields)
        return gone < _BATCH and is_unnamed

    async def _purge_notes(self, tx: Tx, *, before_ms: int) -> int:
        gone = await self._forgetting.old(tx, before_ms=before_ms, limit=_BATCH)
        await unname_charges(tx, gone)
        return len(gone)
