"""
Discord's "is typing" as the first sign that a note was heard of.

Hides how long Discord shows it. Promises: never raises; not more often than anybody could see.
"""

import logging
import time

import discord

from bot.post.refusals import REFUSED, legible, why_of

log = logging.getLogger(__name__)

_SHOWN_S = 8.0  # Discord shows typing for 10 s


class Typing:
    """Types, once in a while and channel."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._since: dict[int, float] = {}

    async def show(self, channel_id: int, ref: str) -> None:
        """Be seen typing there for a while."""
        now = time.monotonic()
        if now - self._since.get(channel_id, -_SHOWN_S) < _SHOWN_S:
            return
        self._since = {channel: at for channel, at in self._since.items() if now - at < _SHOWN_S}
        self._since[channel_id] = now
        try:
            with legible():
                await self._client.http.send_typing(channel_id)
        except REFUSED as refusal:
            log.debug("No typing shown: %s", why_of(refusal), extra={"action": "progress", "note": ref})
