"""
Answers through an interaction's token: the deferred one, and follow-ups beside it.

Hides Discord's codes for a token that is spent, and that it may take a follow-up for the first answer.
"""

from typing import Any

import discord

from bot.notes import Ask
from bot.post.buttons import view_of
from bot.post.posting import NOBODY, files_of, log_posted
from bot.reply import Reply
from bot.request import Delivery, Later

ORIGINAL: Any = "@original"  # Discord's name for an interaction's first answer, where others have a number
_INVALID_TOKEN = 50027
_NO_TOKEN = (10008, 10015, _INVALID_TOKEN)  # "Unknown Message", "Unknown Webhook"


async def edit_answer(
    client: discord.Client, ask: Ask, reply: Reply, delivery: Delivery, *, is_live: bool = False
) -> int | None:
    """The deferred answer, edited: trying again changes nothing. Its id, or None when its token is spent."""
    if ask.application_id is None or ask.token is None:
        return None
    hook = discord.Webhook.partial(ask.application_id, ask.token, client=client)
    try:
        message = await hook.edit_message(
            ORIGINAL,
            content=reply.parts[0],
            attachments=files_of(reply.files),
            allowed_mentions=NOBODY,
            view=view_of(reply.buttons, ask.note_key),
        )
    except discord.NotFound as gone:
        if gone.code in _NO_TOKEN:
            return None
        raise
    except discord.HTTPException as refusal:
        if refusal.code == _INVALID_TOKEN:
            return None
        raise
    log_posted(ask, 0)
    if not await delivery.sent(0, message.id, is_live=is_live):
        await hook.delete_message(ORIGINAL)
    return message.id


async def follow_up(client: discord.Client, ask: Ask, reply: Reply, delivery: Delivery) -> int | None:
    """One more answer, once: its id, or None when the token is spent. Raises Later until the first answer stands."""
    if ask.application_id is None or ask.token is None:
        return None
    hook = discord.Webhook.partial(ask.application_id, ask.token, client=client)
    hook.type = discord.WebhookType.application  # only of those discord.py believes that they can whisper
    # While the first answer is still "thinking", Discord would put this one in its place.
    if (await hook.fetch_message(ORIGINAL)).flags.loading:
        raise Later("the first answer comes first", after_ms=1_000)
    if ask.sent:
        return ask.sent[0]
    message = await hook.send(
        reply.parts[0],
        files=files_of(reply.files),
        allowed_mentions=NOBODY,
        ephemeral=ask.private,
        view=view_of(reply.buttons, ask.note_key) or discord.utils.MISSING,
        wait=True,
    )
    log_posted(ask, 0)
    if not await delivery.sent(0, message.id):
        await hook.delete_message(message.id)
    return message.id
