"""How far each channel was read, for catching up after a pause."""

from collections.abc import Collection

from bot.database import Tx


class Marks:
    """
    One mark a channel: the latest message in it up to which nothing was missed.

    A mark stands still while its guild has not been read back yet: what is posted now must not hide what was missed.
    """

    def __init__(self) -> None:
        self._current: set[int] = set()

    def lost(self) -> None:
        """A session began in which nothing is replayed: every guild may have been missed something of."""
        self._current.clear()

    def caught_up(self, guild_id: int) -> None:
        """All that was missed in that guild has been read."""
        self._current.add(guild_id)

    async def saw(self, tx: Tx, guild_id: int | None, channel_id: int, message_id: int) -> None:
        """A note was taken in a channel: its mark moves on, if its guild is read up to now."""
        if guild_id in self._current:
            await self.read(tx, channel_id, message_id)

    async def read(self, tx: Tx, channel_id: int, message_id: int) -> None:
        """Remember how far a channel was read; an older message changes nothing."""
        await tx.execute(
            "INSERT INTO seen (channel_id, message_id) VALUES (:channel_id, :message_id) ON CONFLICT (channel_id) "
            "DO UPDATE SET message_id = :message_id WHERE seen.message_id < :message_id",
            channel_id=channel_id,
            message_id=message_id,
        )

    async def marks(self, tx: Tx, channel_ids: Collection[int]) -> dict[int, int]:
        """The latest message that was read in each of these channels where any ever was."""
        rows = await tx.all(
            "SELECT channel_id, message_id FROM seen WHERE channel_id BETWEEN :first AND :last",
            first=min(channel_ids, default=0),
            last=max(channel_ids, default=0),
        )
        return {row["channel_id"]: row["message_id"] for row in rows if row["channel_id"] in channel_ids}
