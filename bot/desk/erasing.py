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

from bot.choices import Choice, Choices, unname_choices
from bot.database import Database, DatabaseError, Row, Tx
from bot.desk.lasting import Lasting
from bot.desk.patience import stubbornly
from bot.desk.withdrawal import Withdrawals
from bot.ledger import unname_charges, unname_member
from bot.ledger.unnaming import unname_guild
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
        self, database: Database, notes: Notes, lasting: Lasting, withdrawals: Withdrawals, clock: Clock
    ) -> None:
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
        await stubbornly()(self._write_down, kind, subject)
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
        """Erase a server that removed us; how many notes it was. That it did is the last row to go."""
        forgetting = self._forgetting

        async def left(tx: Tx) -> list[Row]:
            return await forgetting.of_place(tx, guild_id=guild_id, limit=_BATCH)

        count = await self._all_of(left, renew=None)
        await self._database.run(Choices(Choice()).forget, guild_id)
        await self._database.run(unname_guild, guild_id)
        await self._database.run(self._rest_of_guild, guild_id)
        return count

    async def _rest_of_guild(self, tx: Tx, guild_id: int) -> None:
        """The last step; what it was told is told anew where it has us again, but not where that was said meanwhile."""
        if await self._forgetting.rest_of_place(tx, guild_id=guild_id, now_ms=self._clock()):
            await Told().forget_all(tx, Place(guild_id).name)

    async def _write_down(self, kind: Leaving, subject: int) -> None:
        until_ms = self._clock() + _AT_IT_MS
        await self._database.run(self._forgetting.begin, kind, subject, until_ms=until_ms)

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
            for row in asked:
                if row["state"] != "done":
                    await self._database.run(self._unask, member_id, row["key"])
            keys = [row["key"] for row in asked]
            await self._database.run(forgetting.unask, member_id, keys, now_ms=self._clock())
        now_ms = self._clock()
        await self._database.run(unname_choices, member_id)
        await self._database.run(self._rest_of_member, member_id, now_ms=now_ms)
        # While one of their accounts is drawn on, it goes on by that row.
        await self._lasting.hash_accounts(member_id, asked_ms=now_ms)
        return count

    async def _channel(self, channel_id: int) -> int:
        forgetting = self._forgetting

        async def there(tx: Tx) -> list[Row]:
            return await forgetting.of_place(tx, channel_id=channel_id, limit=_BATCH)

        async def renew() -> None:
            await self._write_down("channel", channel_id)

        count = await self._all_of(there, renew=renew)

        async def rest(tx: Tx) -> None:
            await forgetting.end(tx, "channel", channel_id)
            await forgetting.rest_of_place(tx, channel_id=channel_id, now_ms=self._clock())

        await self._database.run(rest)
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

    async def _unask(self, tx: Tx, member_id: int, key: str) -> None:
        """What they asked for of another's note in work: if nobody else waits for it, it ends, with its charge."""
        note = await self._notes.taken(tx, key)
        unasked = await self._forgetting.unask(tx, member_id, [key], now_ms=self._clock(), spares_work=False)
        for _, number in unasked:
            await self._withdrawals.close_within(tx, f"{key}/{number}", note, nameless=True)

    async def _rest_of_member(self, tx: Tx, member_id: int, *, now_ms: int) -> None:
        """The last step: the wish itself ends with it."""
        await self._forgetting.end(tx, "member", member_id)
        await unname_member(tx, member_id)
        await self._lasting.hash_limits(tx, member_id)
        await self._forgetting.remember_forgotten(tx, member_id, now_ms=now_ms)
        await self._forgetting.rest_of_member(tx, member_id, now_ms=now_ms)
