"""
What notes in work share: conversions at once, calls in flight at each server, and bytes in the folder for sounds.

Promises: each is shared by server and by member (`bot.fair`), as the queue is; bytes are asked for before a sound is
fetched, for all that its work may lay down, so that nobody holds some and waits for more.
"""

import errno
import os
import shutil
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from bot.audio import UploadRules, room_of
from bot.desk.flight import Flight
from bot.desk.rules import Rules
from bot.fair import Fair, Lease, Share
from bot.notes import Note
from bot.request import Later

_SPARE_CONVERSIONS = 4  # beside the common ones: so many other servers, and members, need not wait for a long decode
_TOO_SMALL_MS = 60_000


def whose(note: Note) -> tuple[int, int]:
    """Server and member a note counts for; outside of servers everybody is one of their own. Ids are never shared."""
    return (note.payer_id if note.guild_id is None else note.guild_id), note.payer_id


class Capacity:
    """The shares of one process."""

    def __init__(self, rules: Rules) -> None:
        at_once, clocks = rules.conversions, {"timeout_s": rules.call_timeout_s, "patience_s": rules.call_deadline_s}
        self._scratch = rules.scratch
        self._conversions = Fair(at_once, spare=min(2 * at_once, _SPARE_CONVERSIONS))
        self._flights = {is_spare: Flight(rules.calls_at_once, **clocks) for is_spare in (False, True)}
        self._bytes = Fair(-(-rules.room_bytes // 2), spare=rules.room_bytes // 2)

    def conversion(self, note: Note) -> Share:
        """A place among the conversions for each that a note needs."""
        return Share(self._conversions, *whose(note))

    def flight(self, *, spare: bool) -> Flight:
        """The calls in flight at the provider, or at the fallback."""
        return self._flights[spare]

    @asynccontextmanager
    async def room(self, note: Note, upload: UploadRules) -> AsyncIterator[Lease]:
        """
        Room on the disk for a note's sound and what is made of it; waits for its share of it.

        Raises OSError where the disk itself has no room for the sound: somebody else has filled it.
        """
        async with self._bytes.lease(*whose(note), room_of(note.size_bytes, upload)) as lease:
            disk = shutil.disk_usage(self._scratch)  # one call of the system's: the threads may be busy with sounds
            if disk.free < note.size_bytes:
                if note.size_bytes > disk.total:  # no emptying helps: it does not wait for ever
                    raise Later("the folder for sounds is smaller than the sound", after_ms=_TOO_SMALL_MS)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._scratch))
            yield lease


def laid_down(files: Iterable[Path]) -> int:
    """How many bytes these files have now."""
    return sum(file.stat().st_size for file in files)
