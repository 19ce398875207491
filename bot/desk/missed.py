"""What channels may have missed while nobody listened, for whoever reads it back."""

from collections.abc import Mapping

from bot.database import Database
from bot.notes import Marks


def shard_of(guild_id: int, shards: int) -> int:
    """Which of so many shards hears of a server; Discord: "Sharding"."""
    return (guild_id >> 22) % shards


class Missed:
    """The marks of this process's guilds, in transactions of their own."""

    def __init__(self, database: Database, marks: Marks) -> None:
        self._database = database
        self._marks = marks

    def lost(self, shard_id: int | None = None, *, shards: int | None = None) -> None:
        """A session began in which nothing is replayed, for all guilds or for those of one of so many shards."""
        if shard_id is None or not shards:
            self._marks.lost()
        else:
            self._marks.lost(lambda guild_id: shard_of(guild_id, shards) == shard_id)

    def arrives(self, guild_id: int | None, channel_id: int, message_id: int, sounds: int = 1) -> None:
        """A message is there whose sounds must all be `taken` before anything in its channel counts as read."""
        self._marks.arrives(guild_id, channel_id, message_id, sounds)

    def taken(self, channel_id: int, message_id: int) -> None:
        """One sound of that message was taken, or let go for good."""
        self._marks.taken(channel_id, message_id)

    async def behind(self, latest: Mapping[int, int]) -> dict[int, int]:
        """Our marks in those channels where we once took notes and have not seen the latest message."""
        async with self._database.tx() as tx:
            marks = await self._marks.marks(tx, latest)
        return {channel: mark for channel, mark in marks.items() if mark < latest[channel]}

    async def caught_up(self, guild_id: int, read: Mapping[int, int]) -> None:
        """That guild was read back, each channel up to that message."""
        async with self._database.tx() as tx:
            for channel_id, message_id in sorted(read.items()):
                await self._marks.read(tx, guild_id, channel_id, message_id)
        self._marks.caught_up(guild_id)
