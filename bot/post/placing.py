"""
Where the words go: below the note, into its thread, into another channel; and back, where that may not be.

Promises: a thread is opened once and found again; whatever is refused elsewhere can still be said where the note is.
"""

from dataclasses import replace
from typing import Literal

import discord

from bot.notes import Ask, Note
from bot.reply import Reply
from bot.request import Delivery
from bot.words import Words

_MESSAGE_LIMIT = 2000  # Discord: "Create Message", content
_THREAD_EXISTS = 160004  # "A thread has already been created for this message"
_DAY_MINUTES: Literal[1440] = 1440


async def opened(client: discord.Client, ask: Ask, words: Words) -> None:
    """Open the thread of a note, unless it is open; raises Forbidden where that may not be."""
    if ask.place != "thread" or ask.sent or ask.asked_in is None:
        return
    name = words("place.thread")
    try:
        await client.http.start_thread_with_message(
            ask.asked_in, ask.message_id or 0, name=name, auto_archive_duration=_DAY_MINUTES
        )
    except discord.HTTPException as refusal:
        if refusal.code != _THREAD_EXISTS:
            raise


async def brought_back(ask: Ask, delivery: Delivery) -> Ask:
    """The same wish, to be fulfilled where the note is."""
    there = ask.asked_in or ask.channel_id
    await delivery.moved(there)
    return replace(ask, channel_id=there, place="reply")


def linked(reply: Reply, note: Note, ask: Ask) -> Reply:
    """The answer with the way back to its note, where it stands in another channel; nothing of it is cut."""
    if ask.place != "channel" or ask.message_id is None:
        return reply
    link = f"-# https://discord.com/channels/{note.guild_id or '@me'}/{ask.asked_in}/{ask.message_id}"
    last = f"{reply.parts[-1]}\n{link}"
    fits = len(last.encode("utf-16-le")) // 2 <= _MESSAGE_LIMIT
    return replace(reply, parts=(*reply.parts[:-1], last) if fits else (*reply.parts, link))
