"""
Wishes outlive a restore: what a restored database has forgotten is wished anew, before anything is heard.

Hides the mark in the database that says which wish it knows last. Promises: a wish stands in the file before the
database learns of it; a start finds those the database does not know, whoever brought it back and how; trouble with
the file is told and keeps nobody from being forgotten.
"""

import asyncio
import logging
from collections.abc import Collection

from bot.database import Database, Tx
from bot.kept import holding
from bot.keyring import KeyFileError
from bot.keyring.wishes import Kind, WishFile
from bot.notes import Forgetting, People
from bot.quota import guild_of, person_of
from bot.request import Clock

log = logging.getLogger(__name__)

MARK = "wishes"
_RAISE = """
INSERT INTO chore (name, at_ms) VALUES (:name, :at_ms)
ON CONFLICT (name) DO UPDATE SET at_ms = :at_ms WHERE chore.at_ms < :at_ms
"""


class Recall:
    """The verbs of remembering wishes outside of the database; without a file they do nothing."""

    def __init__(self, database: Database, file: WishFile | None, clock: Clock) -> None:
        self._database = database
        self._file = file
        self._clock = clock

    async def note(self, kind: Kind, subject: int) -> int | None:
        """Put a wish down outside of the database, before it is carried out; its moment, for `known`."""
        if self._file is None:
            return None
        try:
            return await asyncio.to_thread(self._file.add, kind, subject, now_ms=self._clock())
        except KeyFileError as trouble:
            log.error("A wish is known to the database alone; a restore would forget it: %s", trouble, extra=_TAG)  # noqa: TRY400 -- the sentence says it all
        return None

    async def take_back(self, member_id: int) -> None:
        """A member opted in again: nothing is left of the opt-out."""
        if self._file is None:
            return
        try:
            await asyncio.to_thread(self._file.take_back, member_id, now_ms=self._clock())
        except KeyFileError as trouble:
            log.error("An opt-out that was taken back would be back after a restore: %s", trouble, extra=_TAG)  # noqa: TRY400 -- the sentence says it all

    async def known(self, tx: Tx, at_ms: int | None) -> None:
        """The database knows the wish of that moment, once this transaction is over; called first in it."""
        if at_ms is not None:
            await tx.execute(_RAISE, name=MARK, at_ms=at_ms)

    async def catch_up(self) -> int:
        """At a start: wish anew what the file knows and the database does not; how much it is."""
        if self._file is None:
            return 0
        async with self._database.look() as tx:
            row = await tx.one("SELECT at_ms FROM chore WHERE name = :name", name=MARK)
            out = await tx.all("SELECT member_id FROM opted_out") if row is None else []
        try:
            wishes = await asyncio.to_thread(self._file.since, row["at_ms"] if row else 0)
            latest_ms = max((wish.at_ms for wish in wishes), default=None)
            for each in out:  # of a release that had no file
                latest_ms = await asyncio.to_thread(self._file.add, "out", each["member_id"], now_ms=self._clock())
        except KeyFileError as trouble:
            log.error("What was wished before a restore could not be read: %s", trouble, extra=_TAG)  # noqa: TRY400 -- the sentence says it all
            return 0
        if not wishes:
            await self._database.run(self.known, latest_ms)
            return 0
        if strange := self._file.strange(wishes):
            log.error("%d wishes were put down under a key that is lost: nobody can tell whose", strange, extra=_TAG)
        subjects = await self._subjects()
        meant = await asyncio.to_thread(self._file.among, wishes, subjects)
        await self._database.run(self._wish_anew, meant)
        for kind, subject in meant:
            if kind == "out":
                await self._database.run(People().opt_out, subject, now_ms=self._clock())
        await self._database.run(self.known, latest_ms)  # until then a start does it anew
        told = "The database was older than what people wished; that is carried out now"
        log.warning(told, extra={**_TAG, "wishes": len(meant)})
        return len(meant)

    async def _subjects(self) -> dict[Kind, set[int]]:
        """Every person, channel and server the database knows."""
        found: dict[Kind, set[int]] = {"member": set(), "channel": set(), "server": set()}
        async with self._database.look() as tx:
            for column in holding("member", "channel", "server", "account"):
                sql = f"SELECT DISTINCT {column.name} AS one FROM {column.table}"  # noqa: S608  # our own names
                values = [row["one"] for row in await tx.all(sql)]
                numbers = (one for one in values if isinstance(one, int))
                if column.holds == "account":
                    found["member"].update(filter(None, map(person_of, filter(_is_name, values))))
                    found["server"].update(filter(None, map(guild_of, filter(_is_name, values))))
                elif column.holds in found:
                    found[column.holds].update(numbers)
        return found

    async def _wish_anew(self, tx: Tx, meant: Collection[tuple[Kind, int]]) -> None:
        forgetting = Forgetting()
        for kind, subject in meant:
            if kind in ("member", "channel"):
                await forgetting.begin(tx, kind, subject, until_ms=0)
        for kind, subject in meant:
            if kind == "server":
                await forgetting.leave(tx, subject, now_ms=0)


_TAG = {"action": "recalled"}


def _is_name(value: object) -> bool:
    return isinstance(value, str)
