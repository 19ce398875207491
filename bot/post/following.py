"""
Answers through an interaction's token: the deferred one, and follow-ups beside it.

Hides what tells that a token is spent, and that Discord may take a follow-up for the first answer.
"""

from typing import Any

import discord

from bot.notes import Ask
from bot.post.buttons import view_of
from bot.post.posting import NOBODY, files_of, log_posted
from bot.post.refusals import Meaning, is_gone, legible, meaning_of
from bot.reply import Reply
from bot.request import Delivery, Later

ORIGINAL: Any = "@original"  # Discord's name for an interaction's first answer, where others have a number


async def edit_answer(
    client: discord.Client, ask: Ask, reply: Reply, delivery: Delivery | None = None, *, is_live: bool = False
) -> int | None:
    """
    The deferred answer, edited: trying again changes nothing. Its id, or None when its token is spent.

    Without `delivery` nobody writes down that it stands: it is about an answer, and none itself.
    """
    if ask.application_id is None or ask.token is None:
        return None
    hook = discord.Webhook.partial(ask.application_id, ask.token, client=client)
    try:
        with legible():
            message = await hook.edit_message(
                ORIGINAL,
                content=reply.parts[0],
                attachments=files_of(reply.files),
                allowed_mentions=NOBODY,
                view=view_of(reply.buttons, ask.note_key),
            )
    except discord.HTTPException as refusal:
        if meaning_of(refusal) is Meaning.GONE:
            return None
        raise
    if delivery is None:
        return message.id
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
    try:
        # While the first answer is still "thinking", Discord would put this one in its place.
        if await _is_thinking(hook):
            raise Later("the first answer comes first", after_ms=1_000)
        if ask.sent:
            return ask.sent[0]
        with legible():
            message = await hook.send(
                reply.parts[0],
                files=files_of(reply.files),
                allowed_mentions=NOBODY,
                ephemeral=ask.private,
                view=view_of(reply.buttons, ask.note_key) or discord.utils.MISSING,
                wait=True,
            )
    except discord.HTTPException as refusal:
        if meaning_of(refusal) is Meaning.GONE:
            return None
        raise
    log_posted(ask, 0)
    if not await delivery.sent(0, message.id):
        await hook.delete_message(message.id)
    return message.id


async def _is_thinking(hook: discord.Webhook) -> bool:
    """Whether the first answer is still to come; where somebody took it away, another stands by itself."""
    try:
        with legible():
            return (await hook.fetch_message(ORIGINAL)).flags.loading
    except discord.NotFound as refusal:
        if not is_gone(refusal):
            raise
    return False


async def take_away(client: discord.Client, ask: Ask) -> None:
    """The deferred answer is no longer needed: the words stand elsewhere."""
    if ask.application_id is not None and ask.token is not None:
        hook = discord.Webhook.partial(ask.application_id, ask.token, client=client)
        await hook.delete_message(ORIGINAL)
