"""An answer's words, read back from where they stand: we keep none."""

import aiohttp
import discord

from bot.post.fetching import is_allowed
from bot.reply import plain

_MOST_BYTES = 4 * 1024 * 1024  # a day of speech is less


async def read_back(
    client: discord.Client,
    session: aiohttp.ClientSession,
    message: discord.Message,
    message_ids: tuple[int, ...],
    *,
    hosts: tuple[str, ...],
) -> str | None:
    """
    The words of an answer of which `message` is one part; None where the others may not be read.

    Raises aiohttp.ClientError or discord's server errors when Discord is in trouble.
    """
    for attachment in message.attachments:
        if attachment.filename.endswith(".txt") and is_allowed(attachment.url, hosts):
            async with session.get(attachment.url, allow_redirects=False) as answer:
                answer.raise_for_status()
                return (await answer.content.read(_MOST_BYTES)).decode("utf-8", "replace").rstrip("\n")
    contents = []
    for message_id in message_ids or (message.id,):
        try:
            other = None if message_id == message.id else await client.http.get_message(message.channel.id, message_id)
        except (discord.NotFound, discord.Forbidden):
            return None
        contents.append(message.content if other is None else other["content"])
    return plain(contents)
