"""Taking replies back."""

import logging

import discord

from bot.post.refusals import REFUSED, Illegible, Meaning, is_gone, legible, meaning_of, patiently, why_of
from bot.request import Removal

log = logging.getLogger(__name__)

_ARCHIVED = 50083


async def delete(client: discord.Client, channel_id: int, message_id: int, *, patient: bool = True) -> Removal:
    """Delete one of our messages, trying for some seconds if `patient`; one that is gone already is no trouble."""
    tag = {"action": "reply_deleted", "channel": channel_id, "reply": message_id}

    async def ask() -> None:
        with legible():
            # Discord says nothing when it is done, whatever discord.py's annotation promises of others.
            if await client.http.delete_message(channel_id, message_id):  # type: ignore[func-returns-value]
                raise Illegible("another answer than Discord's to a deletion")

    try:
        try:
            await (patiently(ask) if patient else ask())
        except discord.HTTPException as refusal:
            if refusal.code != _ARCHIVED:
                raise
            # In an archived thread nothing may be deleted; whoever may write there may open it again.
            with legible():
                await client.http.edit_channel(channel_id, archived=False)
            await ask()
    except REFUSED as refusal:
        why = why_of(refusal)
        if meaning_of(refusal) is Meaning.PASSES:
            log.warning("A reply nobody wants still stands (%s); it is tried again", why, extra=tag)
            return Removal.LATER
        if not is_gone(refusal):
            log.warning("A reply nobody wants still stands, and may not be deleted: %s", why, extra=tag)
            return Removal.REFUSED
        log.info("The reply was gone already: %s", why, extra=tag)
    return Removal.GONE
