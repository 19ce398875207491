"""
Reading back what was said before, and whether whoever asks could have read it there.

Promises: in doubt nobody may.
"""

import aiohttp
import discord

from bot.notes import Ask
from bot.outcome import Repeat
from bot.post.access import Access
from bot.post.deleting import TROUBLE
from bot.reply import Reply
from bot.request import Later, QuoteGone

_MESSAGE_LIMIT = 2000  # Discord: "Create Message", content


async def quoting(client: discord.Client, repeat: Repeat, reply: Reply) -> Reply:
    """The earlier reply read back, with the link to it; the link alone where it would grow too long."""
    try:
        message = await client.http.get_message(repeat.channel_id, repeat.message_id)
    except (discord.NotFound, discord.Forbidden) as gone:
        raise QuoteGone from gone
    whole = f"{message['content']}\n{reply.parts[0]}"
    return Reply((whole,)) if len(whole) <= _MESSAGE_LIMIT else reply


async def may_quote(client: discord.Client, access: Access, ask: Ask, repeat: Repeat) -> bool:
    """
    Whether that reply still stands, and everybody who will read the answer could read it there.

    Raises Later when Discord is in trouble.
    """
    if repeat.channel_id != ask.read_in:
        if not await access.may_read(ask.member_id, repeat.channel_id):
            return False
        if not ask.private and not await access.is_no_wider(ask.read_in, repeat.channel_id):
            return False
    try:
        await client.http.get_message(repeat.channel_id, repeat.message_id)
    except TROUBLE as trouble:
        raise Later(f"Discord did not say what may be quoted ({type(trouble).__name__})") from trouble
    except (discord.HTTPException, aiohttp.ClientError):
        return False
    return True
