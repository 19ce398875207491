"""Answers beside the first one to a command: follow-ups, which Discord counts and may take for the first."""

from typing import Any

import discord

from bot.notes import Ask
from bot.post.buttons import view_of
from bot.post.line import age_ms
from bot.post.posting import NOBODY, files_of, log_posted
from bot.reply import Reply
from bot.request import Delivery, Later

TOKEN_MS = 14 * 60_000  # Discord: "Interaction tokens are valid for 15 minutes"; one is kept in hand
_ORIGINAL: Any = "@original"  # Discord's name for an interaction's first answer, where others have a number


async def follow_up(client: discord.Client, ask: Ask, reply: Reply, delivery: Delivery) -> bool:
    """One more answer, once; False when the token is spent. Raises Later until the first answer stands."""
    if age_ms(ask.id) > TOKEN_MS or ask.application_id is None or ask.token is None:
        return False
    hook = discord.Webhook.partial(ask.application_id, ask.token, client=client)
    hook.type = discord.WebhookType.application  # only of those discord.py believes that they can whisper
    # While the first answer is still "thinking", Discord would put this one in its place.
    if (await hook.fetch_message(_ORIGINAL)).flags.loading:
        raise Later("the first answer comes first", after_ms=1_000)
    if not ask.sent:
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
    return True
