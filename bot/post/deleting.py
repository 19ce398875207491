"""Taking replies back, and what trouble with Discord passes by itself."""

import asyncio
import logging
from enum import StrEnum

import aiohttp
import discord

log = logging.getLogger(__name__)

TROUBLE = (discord.DiscordServerError, discord.RateLimited, aiohttp.ClientError, OSError, TimeoutError)
_PAUSES_S = (1.0, 5.0)


class Removal(StrEnum):
    """What became of a message of ours that was to be deleted."""

    GONE = "gone"
    REFUSED = "refused"  # it stands where we may not touch it any more
    LATER = "later"


async def remove(client: discord.Client, channel_id: int, message_id: int) -> Removal:
    """Delete one of our messages, trying for some seconds; one that is gone already is no trouble."""
    tag = {"action": "reply_deleted", "channel": channel_id, "reply": message_id}
    for pause_s in (*_PAUSES_S, None):
        try:
            await client.http.delete_message(channel_id, message_id)
        except discord.NotFound as gone:
            log.info("The reply was gone already: %s", gone.text, extra=tag)
        except TROUBLE as trouble:
            if pause_s is not None:
                await asyncio.sleep(pause_s)
                continue
            name = type(trouble).__name__
            log.warning("A reply nobody wants still stands (%s); it is tried again", name, extra=tag)
            return Removal.LATER
        except discord.HTTPException as refusal:
            log.warning("A reply nobody wants still stands, and may not be deleted: %s", refusal.text, extra=tag)
            return Removal.REFUSED
        return Removal.GONE
    return Removal.LATER


async def delete(client: discord.Client, channel_id: int, message_id: int) -> bool:
    """The same where nobody waits to hear of it; False: not now, try again later."""
    return await remove(client, channel_id, message_id) is not Removal.LATER
