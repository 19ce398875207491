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
_SMALL = "-# "  # begins the last line of an answer: one that has none goes on in another message


async def quoting(client: discord.Client, access: Access, ask: Ask, repeat: Repeat, reply: Reply) -> Reply:
    """
    The earlier reply read back, with the link to it; the link alone where it would grow too long.

    It is one to the very sound that was asked for: whoever may not read where it stands has its words, and no link.
    Raises QuoteGone where it is gone, or cannot be had whole without its link.
    """
    try:
        message = await client.http.get_message(repeat.channel_id, repeat.message_id)
    except (discord.NotFound, discord.Forbidden) as gone:
        raise QuoteGone from gone
    if await _is_read(access, ask, repeat):
        whole = f"{message['content']}\n{reply.parts[0]}"
        return Reply((whole,)) if len(whole) <= _MESSAGE_LIMIT else reply
    whole = f"{message['content']}\n{reply.parts[0].splitlines()[-1]}"
    is_whole = message["content"].splitlines()[-1:] != [] and message["content"].splitlines()[-1].startswith(_SMALL)
    if message["attachments"] or not is_whole or len(whole) > _MESSAGE_LIMIT:
        raise QuoteGone
    return Reply((whole,))


async def may_quote(client: discord.Client, access: Access, ask: Ask, repeat: Repeat) -> bool:
    """
    Whether that reply still stands, and everybody who will read the answer could read it there.

    Raises Later when Discord is in trouble.
    """
    try:
        if not await _is_read(access, ask, repeat):
            return False
        await client.http.get_message(repeat.channel_id, repeat.message_id)
    except TROUBLE as trouble:
        raise Later(f"Discord did not say what may be quoted ({type(trouble).__name__})") from trouble
    except (discord.HTTPException, aiohttp.ClientError):
        return False
    return True


async def _is_read(access: Access, ask: Ask, repeat: Repeat) -> bool:
    """Whether whoever asks, and in public everybody who reads the answer, may read where that reply stands."""
    if repeat.channel_id == ask.read_in:
        return True
    if not await access.may_read(ask.member_id, repeat.channel_id):
        return False
    return ask.private or await access.is_no_wider(ask.read_in, repeat.channel_id)
