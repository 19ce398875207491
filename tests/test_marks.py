"""How far a channel was read: a process that dies between two notes must find both again."""

from datetime import timedelta

import discord

from bot.database import Database
from bot.desk import Missed
from bot.notes import Marks
from cogs.catch_up import CatchUp

pytest_plugins = ["tests.stores"]

GUILD, CHANNEL = 1, 20


async def marked(database: Database, marks: Marks, *message_ids: int) -> int:
    """The channel's mark once the next sound of each of these messages is in the books."""
    async with database.tx() as tx:
        for message_id in message_ids:
            await marks.saw(tx, GUILD, CHANNEL, message_id)
    for message_id in message_ids:
        marks.taken(CHANNEL, message_id)
    async with database.tx() as tx:
        return (await marks.marks(tx, {CHANNEL, 21}))[CHANNEL]


def current() -> Marks:
    """The guild was read back."""
    marks = Marks()
    marks.caught_up(GUILD)
    return marks


async def test_a_channel_is_read_forwards(database: Database) -> None:
    """How far a channel was read never goes back."""
    marks = current()
    async with database.tx() as tx:
        assert await marks.marks(tx, {CHANNEL}) == {}

    assert [await marked(database, marks, message_id) for message_id in (100, 102, 101)] == [100, 102, 102]


async def test_a_mark_does_not_pass_a_note_that_is_not_in_the_books(database: Database) -> None:
    """Two notes are taken at once and the later one is first: the earlier one would be lost if the process died now."""
    marks = current()
    marks.arrives(GUILD, CHANNEL, 100, 1)
    marks.arrives(GUILD, CHANNEL, 102, 1)

    assert await marked(database, marks, 102) == 99
    assert await marked(database, marks, 100) == 100
    assert await marked(database, marks, 103) == 103


async def test_a_mark_does_not_pass_half_a_message(database: Database) -> None:
    """Several sounds hang on one message: it counts as read with the last of them."""
    marks = current()
    marks.arrives(GUILD, CHANNEL, 100, 2)

    assert [await marked(database, marks, 100) for _ in range(2)] == [99, 100]


async def test_what_was_missed_holds_the_mark(database: Database) -> None:
    """Until a guild has been read back, its notes move no mark; a channel's very first one sets it."""
    marks = Marks()

    assert [await marked(database, marks, message_id) for message_id in (100, 105)] == [100, 100]
    marks.caught_up(GUILD)
    assert await marked(database, marks, 106) == 106
    marks.lost()
    assert await marked(database, marks, 107) == 106


async def unread(message: discord.Message) -> None:
    """Nothing is read back here."""
    raise AssertionError(message)


async def test_a_shard_s_new_session_holds_its_own_guilds_only(database: Database) -> None:
    """One shard of two begins anew: its guilds are to be read back; those of the other, never told anew, go on."""
    marks, mine, other = Marks(), 2 << 22, 3 << 22
    client = discord.AutoShardedClient(intents=discord.Intents.none(), shard_ids=[0, 1], shard_count=2)
    cog = CatchUp(Missed(database, marks), client, unread, window=timedelta(hours=1))
    for guild_id, channel_id in ((mine, 20), (other, 21)):
        marks.caught_up(guild_id)
        marks.arrives(guild_id, channel_id, 90, 1)
    await cog.on_connect()
    await cog.on_shard_connect(0)
    async with database.tx() as tx:
        for message_id in (80, 100):
            await marks.saw(tx, mine, 20, message_id)
            await marks.saw(tx, other, 21, message_id)
        found = await marks.marks(tx, {20, 21})

    assert found == {20: 80, 21: 89}, "the first waits to be read back, the second for what arrives there"
