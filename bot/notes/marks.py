"""How far each channel was read, for catching up after a pause."""

from collections import defaultdict
from collections.abc import Callable, Collection

from bot.database import Tx


def _anywhere(guild_id: int) -> bool:
    del guild_id
    return True


class Marks:
    """
    One mark a channel: the latest message in it up to which nothing was missed.

    A mark stands still while its guild has not been read back yet: what is posted now must not hide what was missed.
    Nor does it pass a message whose sounds are not all in the books: several are taken at once, in any order, and the
    process may die between two of them.
    """

    def __init__(self) -> None:
        self._current: set[int] = set()
        self._arriving: defaultdict[int, dict[int, int]] = defaultdict(dict)
        self._guilds: dict[int, int | None] = {}  # of the channels in which something arrives

    def lost(self, is_meant: Callable[[int], bool] = _anywhere) -> None:
        """
        A session began in which nothing is replayed: every guild may have been missed something of.

        With several sessions, each for its own guilds, `is_meant` tells whose; the others are not told anew.
        """
        self._current = {guild_id for guild_id in self._current if not is_meant(guild_id)}
        for channel_id, guild_id in list(self._guilds.items()):
            if guild_id is None or is_meant(guild_id):
                self._forget(channel_id)

    def caught_up(self, guild_id: int) -> None:
        """All that was missed in that guild has been read."""
        self._current.add(guild_id)

    def arrives(self, guild_id: int | None, channel_id: int, message_id: int, sounds: int) -> None:
        """A message with so many sounds is there; until each was `taken`, no mark of its channel passes it."""
        self._guilds[channel_id] = guild_id
        self._arriving[channel_id][message_id] = sounds

    def taken(self, channel_id: int, message_id: int) -> None:
        """One more sound of that message is in the books, or was let go for good."""
        left = self._arriving[channel_id]
        if left.get(message_id, 0) > 1:
            left[message_id] -= 1
            return
        left.pop(message_id, None)
        if not left:
            self._forget(channel_id)

    def _forget(self, channel_id: int) -> None:
        self._arriving.pop(channel_id, None)
        self._guilds.pop(channel_id, None)

    async def saw(self, tx: Tx, guild_id: int | None, channel_id: int, message_id: int) -> None:
        """
        The next sound of a message enters the books: the mark of its channel moves on, if its guild is read up to now.

        A channel's first note sets a mark in any case: from then on nothing posted there is missed.
        """
        if guild_id is None:
            return
        arriving = self._arriving.get(channel_id, {})
        open_ones = [other for other, left in arriving.items() if other != message_id or left > 1]
        safe = min([message_id, *(other - 1 for other in open_ones)])
        if guild_id in self._current:
            await self.read(tx, guild_id, channel_id, safe)
        else:
            await tx.execute(
                "INSERT INTO seen (channel_id, message_id, guild_id) VALUES (:channel_id, :message_id, :guild_id) "
                "ON CONFLICT (channel_id) DO NOTHING",
                channel_id=channel_id,
                message_id=safe,
                guild_id=guild_id,
            )

    async def read(self, tx: Tx, guild_id: int, channel_id: int, message_id: int) -> None:
        """Remember how far a channel was read; an older message changes nothing."""
        await tx.execute(
            "INSERT INTO seen (channel_id, message_id, guild_id) VALUES (:channel_id, :message_id, :guild_id) "
            "ON CONFLICT (channel_id) DO UPDATE SET message_id = :message_id, guild_id = :guild_id "
            "WHERE seen.message_id < :message_id",
            channel_id=channel_id,
            message_id=message_id,
            guild_id=guild_id,
        )

    async def purge(self, tx: Tx, *, before_id: int) -> None:
        """Forget channels in which the latest note is older than that message."""
        await tx.execute("DELETE FROM seen WHERE message_id < :before_id", before_id=before_id)

    async def marks(self, tx: Tx, channel_ids: Collection[int]) -> dict[int, int]:
        """The latest message that was read in each of these channels where any ever was."""
        rows = await tx.all(
            "SELECT channel_id, message_id FROM seen WHERE channel_id BETWEEN :first AND :last",
            first=min(channel_ids, default=0),
            last=max(channel_ids, default=0),
        )
        return {row["channel_id"]: row["message_id"] for row in rows if row["channel_id"] in channel_ids}
