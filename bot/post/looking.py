"""What other messages tell: who posted one, and which are gone. Looks only where we may read."""

import logging
from collections.abc import Collection
from typing import Any

import discord

from bot.post.deleting import delete
from bot.post.refusals import REFUSED, is_gone, legible, why_of
from bot.request import Removal
from bot.whole_body import BodyCut

log = logging.getLogger(__name__)

_PAGES = 10  # of 100 messages: how far back a channel is read for deletions we slept through


class Looking:
    """The courier's verbs for messages that are no answers of his."""

    _client: discord.Client

    async def author_of(self, channel_id: int, message_id: int) -> int | None:
        """Who posted a message; None where it is gone or not ours to see, or Discord is in trouble."""
        try:
            message = await message_of(self._client, channel_id, message_id)
        except REFUSED as refusal:
            log.debug("The original could not be read: %s", why_of(refusal), extra={"action": "unknown_author"})
            return None
        return int(message["author"]["id"])

    async def delete(self, channel_id: int, message_id: int) -> Removal:
        """See `Courier.delete`."""
        return await delete(self._client, channel_id, message_id)


async def message_of(client: discord.Client, channel_id: int, message_id: int) -> dict[str, Any]:
    """
    A message as Discord writes it.

    Raises discord's and aiohttp's errors, and BodyCut where what came is no message: a proxy's page, or a part.
    """
    with legible():
        message: object = await client.http.get_message(channel_id, message_id)
    if not (isinstance(message, dict) and {"author", "content", "attachments"} <= message.keys()):
        raise BodyCut(0, 1)
    return message


async def gone(client: discord.Client, channel_id: int, message_ids: Collection[int]) -> set[int]:
    """Those of the messages that are no longer in the channel, of as many of the latest as can be looked through."""
    if not message_ids:
        return set()
    oldest, latest = min(message_ids), max(message_ids)
    there: set[int] = set()
    reached = latest + 1
    channel = client.get_partial_messageable(channel_id)
    try:
        with legible():
            async for message in channel.history(limit=_PAGES * 100, before=discord.Object(latest + 1)):
                there.add(message.id)
                reached = message.id
                if reached <= oldest:
                    break
            else:
                if len(there) < _PAGES * 100:
                    reached = 0  # the channel's beginning
        if not there:  # without Read Message History Discord shows an empty channel, where our own replies should be
            return {one for one in message_ids if await _is_gone(client, channel_id, one)}
    except REFUSED as refusal:
        if is_gone(refusal):
            return set(message_ids)  # the channel itself is gone
        log.info("A channel could not be looked through: %s", why_of(refusal), extra={"action": "look_back"})
        return set()
    return {one for one in message_ids if one >= reached} - there


async def _is_gone(client: discord.Client, channel_id: int, message_id: int) -> bool:
    try:
        await message_of(client, channel_id, message_id)
    except REFUSED as refusal:
        return is_gone(refusal)
    return False
