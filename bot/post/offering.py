"""
A small button below a note, for whoever wants its words.

Hides how it looks. Promises: it pings nobody and rings for nobody; its id says which message it is for.
"""

import logging

import discord

from bot.post.line import Lines, nonce_of
from bot.post.refusals import REFUSED, Meaning, meaning_of, patiently, why_of
from bot.request import Request
from bot.words import Words

log = logging.getLogger(__name__)

OFFERED = r"hear:(?P<message>\d+)"


def offer_view(message_id: int, words: Words, *, private: bool) -> discord.ui.View:
    """The button, in a view nobody has to keep."""
    view = discord.ui.View(timeout=None)
    label = words("offer.private" if private else "offer.hear")
    view.add_item(discord.ui.Button(label=label, custom_id=f"hear:{message_id}"))
    view.stop()  # discord.py would remember every view it sends; presses reach us by their ids
    return view


async def offer(client: discord.Client, lines: Lines, request: Request, *, private: bool) -> int | None:
    """Post the button; the id of its message, or None where Discord would not take it."""
    words = Words(request.locale)
    channel = client.get_partial_messageable(request.channel_id, guild_id=request.guild_id)
    reference = discord.MessageReference(message_id=request.message_id or 0, channel_id=request.channel_id)
    view = offer_view(request.message_id or 0, words, private=private)
    for source in (reference, None):  # without the right to read the history nobody may reply

        async def send(source: discord.MessageReference | None = source) -> discord.Message:
            async with lines.of(request.channel_id):
                return await channel.send(
                    words("offer.text"),
                    view=view,
                    reference=source,  # type: ignore[arg-type] # None is what leaves it out
                    nonce=nonce_of(request.ask_id, "offer", 0),
                    allowed_mentions=discord.AllowedMentions.none(),
                    silent=True,
                )

        try:
            return (await patiently(send)).id
        except REFUSED as refusal:
            fields = {"action": "not_offered", "channel": request.channel_id, "reason": why_of(refusal)}
            log.info("Not offered: %s", why_of(refusal), extra=fields)
            if meaning_of(refusal) is Meaning.PASSES:
                return None
    return None
