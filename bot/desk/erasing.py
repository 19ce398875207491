"""
Erasing a person, a channel or a server: as many steps as it takes, each a transaction.

Hides the steps. Promises: a row says what is still to be erased before the first step is made, and each step looks
anew for what is left; so whatever comes between two of them, somebody makes the next one. Notes in work are ended
first, each together with its charge; the others go with the names on their charges, so many at a time that whoever
else writes meanwhile waits a moment only.
"""

import logging
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from functools import partial

from bot.choices import Choice, Choices
from bot.database import Database, DatabaseError, Row, Tx
from bot.desk.lasting import Lasting
from bot.desk.patience import stubbornly
from bot.desk.recall import Recall
from bot.desk.withdrawal import Withdrawals
from bot.ledger import unname_charges, unname_member
from bot.ledger.unnaming import unname_channel, unname_guild
from bot.notes import Notes
from bot.notes.forgetting import Leaving
from bot.notice import Place
from bot.request import Clock
from bot.told import Told

log = logging.getLogger(__name__)

_BATCH = 200  # notes: some hundredths of a second
_AT_IT_MS = 60_000  # how long a process may be at one step before another one makes it too


class Erasures:
    """Begins, goes on, and ends."""

    def __init__(
        self,
        database: Database,
        notes: Notes,
        lasting: Lasting,
        withdrawals: Withdrawals,
        clock: Clock,
        recall: Recall,
    ) -> None:
        self._recall = recall
        self._database = database
        self._notes = notes
        self._lasting = lasting
        self._forgetting = lasting.forgetting
        self._withdrawals = withdrawals
        self._clock = clock

    async def begin(self, kind: Leaving, subject: int) -> bool:
        """
        Erase a member or a channel; False: the rest is put off, and will be done by whoever goes on.

        Raises DatabaseError where not even the wish could be written down.
        """
        noted_ms = None
        if kind == "member" or await stubbornly()(self._database.run, self._forgetting.knows_channel, subject):
            noted_ms = await self._recall.note(kind, subject)
        await stubbornly()(self._write_down, kind, subject, noted_ms)
        try:
            await stubbornly()(self._erase, kind, subject)
        except DatabaseError as trouble:
            log.warning("What is to be erased is put off: %s", trouble, extra={"action": "erasing"})
            with suppress(DatabaseError):  # else it goes on a little later
                await self._database.run(self._forgetting.begin, kind, subject, until_ms=self._clock())
            return False
        return True

    async def go_on(self) -> None:
        """Erase what somebody began to erase and did not finish."""
        now_ms = self._clock()
        begun = await self._database.run(self._forgetting.unfinished, now_ms=now_ms, until_ms=now_ms + _AT_IT_MS)
        for kind, subject in begun:
            await self._erase(kind, subject)

    async def erase_guild(self, guild_id: int) -> int:
        """
        Erase a server that removed us; how many notes it was. That it did is the last row to go.

        While a note in work elsewhere draws on a sum of one of its members, that row stays, and so it is gone on with.
        """
        noted_ms = await self._recall.note("server", guild_id)
        count = await self._all_in(guild_id=guild_id)
        await self._database.run(Choices(Choice()).forget, guild_id)
        is_unnamed = await self._lasting.unname_guild(guild_id)
        await self._database.run(unname_guild, guild_id)
        await self._database.run(self._recall.known, noted_ms)
        if is_unnamed:
            await self._database.run(self._rest_of_guild, guild_id)
        return count

    async def _rest_of_guild(self, tx: Tx, guild_id: int) -> None:
        """The last step; what it was told is told anew where it has us again, but not where that was said meanwhile."""
        if await self._forgetting.rest_of_place(tx, guild_id=guild_id, now_ms=self._clock()):
            await Told().forget_all(tx, Place(guild_id).name)
        await self._forgetting.marks_of_guild(tx, guild_id)

    async def _write_down(self, kind: Leaving, subject: int, noted_ms: int | None = None) -> None:
        until_ms = self._clock() + _AT_IT_MS

        async def down(tx: Tx) -> None:
            await self._recall.known(tx, noted_ms)
            await self._forgetting.begin(tx, kind, subject, until_ms=until_ms)

        await self._database.run(down)

    async def _erase(self, kind: Leaving, subject: int) -> None:
        count = await (self._member(subject) if kind == "member" else self._channel(subject))
        action = "forgotten" if kind == "member" else "withdrawn"
        what = "A member was forgotten" if kind == "member" else "A channel was deleted"
        if count or kind == "member":
            log.info(what, extra={"action": action, "notes": count})

    async def _member(self, member_id: int) -> int:
        forgetting = self._forgetting

        async def own(tx: Tx) -> list[Row]:
            return await forgetting.of_member(tx, member_id, limit=_BATCH)

        async def renew() -> None:
            await self._write_down("member", member_id)

        async def asked_for(tx: Tx) -> list[Row]:
            return await forgetting.touched_by_member(tx, member_id, limit=_BATCH)

        count = await self._all_of(own, renew=renew)
        while asked := await self._looked(asked_for):
            await renew()
            await self._unask_all(asked, partial(forgetting.unask, member_id=member_id))
        now_ms = self._clock()
        await self._database.run(self._rest_of_member, member_id, now_ms=now_ms)
        # While one of their accounts is drawn on, it goes on by that row.
        await self._lasting.hash_accounts(member_id, asked_ms=now_ms)
        return count

    async def _channel(self, channel_id: int) -> int:
        forgetting = self._forgetting
        async with self._database.look() as tx:
            threads = await forgetting.threads(tx, channel_id)
        for thread_id in threads:  # each a wish of its own: their notes are what tells of which channel they were
            await self._write_down("channel", thread_id)

        async def renew() -> None:
            for each in (channel_id, *threads):
                await self._write_down("channel", each)

        async def rest(tx: Tx, each: int) -> None:
            await forgetting.end(tx, "channel", each)
            await Choices(Choice()).forget_channel(tx, each)
            await forgetting.rest_of_place(tx, channel_id=each, now_ms=self._clock())

        count = 0
        for each in (*threads, channel_id):
            count += await self._all_in(channel_id=each, renew=renew)
            await self._database.run(unname_channel, each)
            await self._database.run(Told().forget_channel, each)
            await self._database.run(rest, each)
            threads = [thread for thread in threads if thread != each]
        return count

    async def _all_in(
        self,
        *,
        renew: Callable[[], Awaitable[None]] | None = None,
        channel_id: int | None = None,
        guild_id: int | None = None,
    ) -> int:
        """Erase all notes of a place, and what was asked for there of others; how many notes."""
        forgetting = self._forgetting

        async def there(tx: Tx) -> list[Row]:
            return await forgetting.of_place(tx, limit=_BATCH, channel_id=channel_id, guild_id=guild_id)

        async def asked_for(tx: Tx) -> list[Row]:
            return await forgetting.asked_in(tx, limit=_BATCH, channel_id=channel_id, guild_id=guild_id)

        count = await self._all_of(there, renew=renew)
        while asked := await self._looked(asked_for):
            if renew is not None:
                await renew()
            await self._unask_all(asked, partial(forgetting.unask_in, channel_id=channel_id, guild_id=guild_id))
        return count

    async def _all_of(
        self, left: Callable[[Tx], Awaitable[list[Row]]], *, renew: Callable[[], Awaitable[None]] | None
    ) -> int:
        """Erase all notes that `left` finds, until it finds none; how many."""
        count = 0
        while rows := await self._looked(left):
            if renew is not None:
                await renew()
            for row in rows:
                if row["state"] != "done":
                    await self._withdrawals.take(row["key"])
            count += await self._database.run(self._batch, [row["key"] for row in rows])
        return count

    async def _looked(self, left: Callable[[Tx], Awaitable[list[Row]]]) -> list[Row]:
        async with self._database.look() as tx:
            return await left(tx)

    async def _batch(self, tx: Tx, keys: Collection[str]) -> int:
        gone = await self._forgetting.erase(tx, keys, now_ms=self._clock())
        await unname_charges(tx, gone)
        return len(gone)

    async def _unask_all(self, asked: Collection[Row], unask: Callable[..., Awaitable[list[tuple[str, int]]]]) -> None:
        """What was asked for of others' notes: those in work one by one, with their charges, then the rest."""
        for row in asked:
            if row["state"] != "done":
                await self._database.run(self._unask, row["key"], unask)
        await self._database.run(unask, keys=[row["key"] for row in asked], now_ms=self._clock())

    async def _unask(self, tx: Tx, key: str, unask: Callable[..., Awaitable[list[tuple[str, int]]]]) -> None:
        """If nobody else waits for that note, it ends, with its charge."""
        note = await self._notes.taken(tx, key)
        unasked = await unask(tx, keys=[key], now_ms=self._clock(), spares_work=False)
        for _, number in unasked:
            await self._withdrawals.close_within(tx, f"{key}/{number}", note, nameless=True)

    async def _rest_of_member(self, tx: Tx, member_id: int, *, now_ms: int) -> None:
        """The last step: the wish itself ends with it."""
        await self._forgetting.end(tx, "member", member_id)
        await unname_member(tx, member_id)
        await self._lasting.hash_limits(tx, member_id)
        await self._forgetting.remember_forgotten(tx, member_id, now_ms=now_ms)
        await self._forgetting.rest_of_member(tx, member_id, now_ms=now_ms)
