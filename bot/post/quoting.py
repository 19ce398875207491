"""
Reading back what was said before, and whether whoever asks could have read it there.

Promises: in doubt nobody may.
"""

import discord

from bot.notes import Ask
from bot.outcome import Repeat
from bot.post.access import Access
from bot.post.looking import message_of
from bot.post.refusals import REFUSED, Meaning, meaning_of, told_of
from bot.reply import Reply, quoted
from bot.request import Later, QuoteGone


async def quoting(client: discord.Client, access: Access, ask: Ask, repeat: Repeat, reply: Reply) -> Reply:
    """
    The earlier reply read back, with the link to it; the link alone where that would be too long, or is not all.

    It is one to the very sound that was asked for: whoever may not read where it stands has its words, and no link.
    Raises QuoteGone where it is gone, or cannot be had whole without its link, and Later while there is trouble.
    """
    try:
        message = await message_of(client, repeat.channel_id, repeat.message_id)
    except REFUSED as gone:
        if meaning_of(gone) is Meaning.PASSES:
            raise Later(f"Discord did not show what is to be quoted ({told_of(gone)})") from gone
        raise QuoteGone from gone
    link, is_read = reply.parts[0], await _is_read(access, ask, repeat)
    whole = quoted(message["content"], link if is_read else link.splitlines()[-1], is_spoiler=repeat.is_spoiler)
    if is_read:
        return reply if whole is None else Reply((whole,))
    if whole is None or message["attachments"]:
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
        await message_of(client, repeat.channel_id, repeat.message_id)
    except REFUSED as refusal:
        if meaning_of(refusal) is Meaning.PASSES:
            raise Later(f"Discord did not say what may be quoted ({told_of(refusal)})") from refusal
        return False
    return True


async def _is_read(access: Access, ask: Ask, repeat: Repeat) -> bool:
    """Whether whoever asks, and in public everybody who reads the answer, may read where that reply stands."""
    if repeat.channel_id == ask.read_in:
        return True
    if not await access.may_read(ask.member_id, repeat.channel_id):
        return False
    return ask.private or await access.is_no_wider(ask.read_in, repeat.channel_id)
