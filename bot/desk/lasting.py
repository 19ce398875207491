"""
Limits that outlive "Forget me": what others decided about somebody, and what they used, without their name.

Hides when what is hashed, and the keys' file. Promises: at every moment a limit binds under the one name or under the
other; names that bind no more, and keys whose month is over everywhere, are gone within minutes; the host is told of
names that nobody can tell any more.
"""

import asyncio
import logging

from bot.database import Database, Tx
from bot.desk.rules import Rules
from bot.keyring import LAST_ZONE, KeyFile, KeyFileError, Keyring
from bot.ledger import binding, unname_accounts
from bot.ledger.unnaming import unname_account
from bot.notes import Forgetting
from bot.quota import month_of, person_of, snowflake_at
from bot.request import Clock

log = logging.getLogger(__name__)

LOST = (
    "The key to %d limits of forgotten members, in %d servers, is not in privacy.secret_file: it was lost or replaced, "
    "or another process has another file. Whoever has no row of their own there is held to the strictest of them, "
    "until the month ends or, for caps, until managers decide anew. Bring the file back, if you have it"
)


class Lasting:
    """The verbs of keeping limits without a name."""

    def __init__(
        self,
        database: Database,
        ring: Keyring,
        file: KeyFile | None,
        rules: Rules,
        clock: Clock,
    ) -> None:
        self._database = database
        self._ring = ring
        self._file = file
        self.forgetting = Forgetting(ring)
        self._rules = rules
        self._clock = clock
        self._told = (0, 0)

    async def hash_limits(self, tx: Tx, member_id: int) -> None:
        """What was decided about a person goes on without their name."""
        await binding.hash_limits(tx, self._ring, member_id)

    async def hash_accounts(self, member_id: int, *, asked_ms: int) -> bool:
        """
        Their accounts lose the name, each in a transaction of its own; False: one cannot yet, and `go_on` tries again.

        A sum that may still bind gets a name that the key tells; one that binds no more, none at all.
        """
        async with self._database.tx() as tx:
            await unname_accounts(tx, before_ms=self._bound_until_ms(), member_id=member_id, zone=self._rules.zone)
            rows = await tx.all(binding.THEIR_ACCOUNTS, **binding.accounts_of(member_id))
        is_done = True
        for row in rows:
            # Without its key the month is over everywhere; only a note that is read back late may still draw on it.
            if not self._ring.id_of(row["period"]):
                is_done = False
                continue
            async with self._database.tx() as tx:
                is_done &= await binding.hash_account(tx, self._ring, row)
        if is_done:
            async with self._database.tx() as tx:
                await self.forgetting.is_forgotten(tx, member_id, asked_ms=asked_ms)
        return is_done

    async def look_after_keys(self) -> None:
        """What every process does for itself: it has the keys in memory, and may have a file of its own."""
        try:
            if self._file is not None and await asyncio.to_thread(self._file.refresh, now_ms=self._clock()):
                log.warning("The file of privacy.secret_file was replaced", extra={"action": "limit_keys"})
        except KeyFileError as trouble:
            log.error("The keys of limits could not be looked after: %s", trouble, extra={"action": "limit_keys"})  # noqa: TRY400 -- the sentence says it all
        now_ms = self._clock()
        async with self._database.look() as tx:
            lost = await binding.lost(tx, self._ring, since=month_of(snowflake_at(now_ms), LAST_ZONE).name)
        if lost != self._told and lost[0]:
            log.warning(LOST, *lost, extra={"action": "limit_keys", "limits": lost[0], "servers": lost[1]})
        self._told = lost

    async def go_on(self) -> None:
        """What one process does for all: names that wait, and how fast somebody asked a while ago."""
        now_ms = self._clock()
        async with self._database.tx() as tx:
            await self.forgetting.forget_pace(tx, now_ms=now_ms)
            due = await self.forgetting.due(tx, before_ms=now_ms)
        for member_id in due:
            await self.hash_accounts(member_id, asked_ms=now_ms)

    async def unname(self, *, limit: int) -> bool:
        """
        Sums of persons and roles whose month is over lose all names, but of those whose note of that month waits.

        So many at a time; False: there may be more.
        """
        until_ms = self._bound_until_ms()
        run = self._database.run
        waiting = await run(self.forgetting.waiting_since, at=snowflake_at(until_ms))
        zone = self._rules.zone
        counts = [
            await run(unname_accounts, before_ms=until_ms, zone=zone, limit=limit, spares=waiting),
            await run(unname_accounts, before_ms=until_ms, zone=zone, limit=limit, forgotten_only=True),
        ]
        await run(binding.drop_over, before=month_of(snowflake_at(until_ms), LAST_ZONE).name)
        return max(counts) < limit

    async def unname_guild(self, guild_id: int) -> bool:
        """
        The sums of a gone server's members and roles lose their names; False: one is drawn on, try again later.

        Those of members may still bind, should it have us again this month: they get names that the key tells.
        """
        async with self._database.look() as tx:
            rows = await tx.all(binding.ITS_ACCOUNTS, **binding.accounts_in(guild_id))
        is_done = True
        for row in rows:
            is_bound = person_of(row["account"]) is not None and bool(self._ring.id_of(row["period"]))
            if is_bound:
                is_done &= await self._database.run(binding.hash_account, self._ring, row)
            else:
                is_done &= await self._database.run(unname_account, row)
        return is_done

    def _bound_until_ms(self) -> int:
        """What was over by then is drawn on by nobody: a note of the old month may be read back so much later."""
        return self._clock() - self._rules.late_ms
