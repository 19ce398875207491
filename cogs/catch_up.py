"""What was posted while nobody listened: found by each channel's latest message, read back, heard as if just posted."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import discord
from discord.ext import commands

from bot.desk import Missed, in_the_end
from bot.post import REFUSED, legible, passes, why_of
from bot.request import Later

log = logging.getLogger(__name__)

_Place = discord.TextChannel | discord.VoiceChannel | discord.Thread
_MOST = 5_000  # messages read back in one channel


class CatchUp(commands.Cog):
    """
    Reads back, at most `window` far, the channels that have moved on since the last note we took there.

    Discord tells each channel's latest message by itself, so a channel without news costs no request. Reading goes one
    channel after the other, and what it finds waits behind what people post now.
    """

    def __init__(
        self,
        missed: Missed,
        client: discord.Client,
        hear: Callable[[discord.Message], Awaitable[None]],
        *,
        window: timedelta,
    ) -> None:
        self._missed = missed
        self._client = client
        self._hear = hear
        self._window = window
        self._one = asyncio.Lock()

    @commands.Cog.listener()
    async def on_connect(self) -> None:
        """A new session, in which Discord replays nothing."""
        if self._client.shard_count is None:
            self._missed.lost()

    @commands.Cog.listener()
    async def on_shard_connect(self, shard_id: int) -> None:
        """The same for one shard of many: guilds of the others go on, and are not told anew."""
        self._missed.lost(shard_id, shards=self._client.shard_count)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """At a start, and whenever a session was lost: a guild is told anew."""
        await in_the_end(self._read_back, guild)

    async def _read_back(self, guild: discord.Guild) -> None:
        since = discord.utils.time_snowflake(discord.utils.utcnow() - self._window)
        here: list[_Place] = [*guild.text_channels, *guild.voice_channels, *guild.threads]
        places = {place.id: place for place in here}
        latest = {number: place.last_message_id or 0 for number, place in places.items()}
        behind = await self._missed.behind({number: last for number, last in latest.items() if last > since})
        read = dict.fromkeys(behind, 0)
        for number, mark in sorted(behind.items()):
            async with self._one:
                read[number] = latest[number] if await self._read(places[number], max(mark, since)) else mark
            if read[number] == mark:  # the next start, or the next session, tries again
                self._missed.arrives(guild.id, number, mark + 1)
        await self._missed.caught_up(guild.id, read)

    async def _read(self, place: _Place, after: int) -> bool:
        """Whether all of it was read, as far as we are ever to see it."""
        count = 0
        try:
            messages = place.history(after=discord.Object(after), limit=_MOST, oldest_first=True)
            while (message := await _next(messages)) is not None:
                count += 1
                await self._hear(message)
        except (*REFUSED, Later) as trouble:
            why = str(trouble) if isinstance(trouble, Later) else why_of(trouble)
            fields = {"action": "catch_up", "channel": place.id, "read": count, "reason": why}
            log.warning("Could not read back: %s", why, extra=fields)
            return not (isinstance(trouble, Later) or passes(trouble))
        log.info("Read back", extra={"action": "catch_up", "read": count})
        if count == _MOST:
            log.warning("Too much was missed to read it all", extra={"action": "catch_up", "channel": place.id})
        return True


async def _next(messages: AsyncIterator[discord.Message]) -> discord.Message | None:
    """The next one that was read; None at the end."""
    with legible():
        return await anext(messages, None)
