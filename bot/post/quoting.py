"""
Reading back what was said before, and whether whoever asks could have read it there.

Hides channels, threads and their overwrites. Promises: in doubt nobody may.
"""

from typing import Any

import discord

from bot.outcome import Repeat
from bot.post.refusals import REFUSED, Meaning, meaning_of, why_of
from bot.reply import Reply
from bot.request import Later, QuoteGone

_MESSAGE_LIMIT = 2000  # Discord: "Create Message", content
_HISTORY = discord.Permissions(view_channel=True, read_message_history=True).value
_ADMINISTRATOR = discord.Permissions(administrator=True).value
_PRIVATE_THREAD = discord.ChannelType.private_thread.value
_THREADS = (discord.ChannelType.public_thread.value, discord.ChannelType.news_thread.value)


async def quoting(client: discord.Client, repeat: Repeat, reply: Reply) -> Reply:
    """The earlier reply read back, with the link to it; the link alone where it would grow too long."""
    try:
        message = await client.http.get_message(repeat.channel_id, repeat.message_id)
    except REFUSED as gone:
        if meaning_of(gone) is Meaning.PASSES:
            raise Later(f"Discord did not show what is to be quoted ({why_of(gone)})") from gone
        raise QuoteGone from gone
    whole = f"{message['content']}\n{reply.parts[0]}"
    return Reply((whole,)) if len(whole) <= _MESSAGE_LIMIT else reply


async def may_quote(client: discord.Client, asked_in: int, repeat: Repeat, guild_id: int | None) -> bool:
    """Whether that reply still stands, right there or where everybody of the guild may read."""
    try:
        if repeat.channel_id != asked_in and not await _is_open_to_all(client, repeat.channel_id, guild_id):
            return False
        await client.http.get_message(repeat.channel_id, repeat.message_id)
    except REFUSED as refusal:
        if meaning_of(refusal) is Meaning.PASSES:
            raise Later(f"Discord did not say what may be quoted ({why_of(refusal)})") from refusal
        return False
    return True


async def _is_open_to_all(client: discord.Client, channel_id: int, guild_id: int | None) -> bool:
    if guild_id is None:
        return False
    channel: dict[str, Any] = dict(await client.http.get_channel(channel_id))
    if channel["type"] == _PRIVATE_THREAD:
        return False
    if channel["type"] in _THREADS:  # whoever may read the channel may read them
        channel = dict(await client.http.get_channel(int(channel["parent_id"])))
    if channel.get("guild_id") != str(guild_id):
        return False
    roles = (await client.http.get_guild(guild_id, with_counts=False))["roles"]
    allowed = next((int(role["permissions"]) for role in roles if int(role["id"]) == guild_id), 0)
    if allowed & _ADMINISTRATOR:
        return True
    for overwrite in channel.get("permission_overwrites", []):
        if int(overwrite["id"]) == guild_id:
            allowed = allowed & ~int(overwrite["deny"]) | int(overwrite["allow"])
    return allowed & _HISTORY == _HISTORY
