"""What was posted while nobody listened: found by each channel's latest message, read back, heard as if just posted."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

import discord
from discord.ext import commands

from bot.desk import Missed

log = logging.getLogger(__name__)

_Place = discord.TextChannel | discord.VoiceChannel | discord.Thread
_MOST = 500  # messages read back in one channel


class CatchUp(commands.Cog):
    """
    Reads back, at most `window` far, the channels that have moved on since the last note we took there.

    Discord tells each channel's latest message by itself, so a channel without news costs no request. Reading goes one
    channel after the other, and what it finds waits behind what people post now.
    """

    def __init__(
        self, missed: Missed, hear: Callable[[discord.Message], Awaitable[None]], *, window: timedelta
    ) -> None:
        self._missed = missed
        self._hear = hear
        self._window = window
        self._one = asyncio.Lock()

    @commands.Cog.listener()
    async def on_connect(self) -> None:
        """A new session, in which Discord replays nothing."""
        self._missed.lost()

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """At a start, and whenever a session was lost: a guild is told anew."""
        since = discord.utils.time_snowflake(discord.utils.utcnow() - self._window)
        here: list[_Place] = [*guild.text_channels, *guild.voice_channels, *guild.threads]
        places = {place.id: place for place in here}
        latest = {number: place.last_message_id or 0 for number, place in places.items()}
        behind = await self._missed.behind({number: last for number, last in latest.items() if last > since})
        for number, mark in sorted(behind.items()):
            async with self._one:
                await self._read(places[number], max(mark, since))
        await self._missed.caught_up(guild.id, {number: latest[number] for number in behind})

    async def _read(self, place: discord.abc.Messageable, after: int) -> None:
        count = 0
        try:
            async for message in place.history(after=discord.Object(after), limit=_MOST, oldest_first=True):
                count += 1
                await self._hear(message)
        except discord.HTTPException as trouble:
            log.warning("Could not read back: %s", trouble.text, extra={"action": "catch_up", "read": count})
            return
        log.info("Read back", extra={"action": "catch_up", "read": count})
