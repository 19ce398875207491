"""Taking replies back, and what trouble with Discord passes by itself."""

import asyncio
import logging

import aiohttp
import discord

log = logging.getLogger(__name__)

TROUBLE = (discord.DiscordServerError, discord.RateLimited, aiohttp.ClientError, OSError, TimeoutError)
_PAUSES_S = (1.0, 5.0)


async def delete(client: discord.Client, channel_id: int, message_id: int) -> bool:
    """Delete one of our messages, trying for some seconds; one that is gone already is no trouble. False: not now."""
    for pause_s in (*_PAUSES_S, None):
        try:
            await client.http.delete_message(channel_id, message_id)
        except (discord.NotFound, discord.Forbidden) as gone:
            log.info("The reply could not be deleted: %s", gone.text, extra={"action": "reply_deleted"})
        except TROUBLE as trouble:
            if pause_s is not None:
                await asyncio.sleep(pause_s)
                continue
            log.warning(
                "A reply whose note was deleted still stands (%s); it is tried again",
                type(trouble).__name__,
                extra={"action": "reply_deleted", "channel": channel_id, "reply": message_id},
            )
            return False
        return True
    return False
