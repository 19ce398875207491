"""
Where the words go: below the note, into its thread, into another channel; and back, where that may not be.

Promises: a thread is opened once and found again; whatever is refused elsewhere can still be said where the note is.
"""

from dataclasses import replace
from typing import Literal

import discord

from bot.choices import Choice, Place
from bot.notes import Ask, Note
from bot.post.access import Access
from bot.post.refusals import legible
from bot.reply import Reply
from bot.words import Words

_MESSAGE_LIMIT = 2000  # Discord: "Create Message", content
_THREAD_EXISTS = 160004  # "A thread has already been created for this message"
_DAY_MINUTES: Literal[1440] = 1440


async def opened(client: discord.Client, ask: Ask, words: Words) -> None:
    """Open the thread of a note, unless it is open; raises discord.HTTPException where that may not be."""
    if ask.place != "thread" or ask.sent or ask.asked_in is None:
        return
    name = words("place.thread")
    try:
        with legible():
            await client.http.start_thread_with_message(
                ask.asked_in, ask.message_id or 0, name=name, auto_archive_duration=_DAY_MINUTES
            )
    except discord.HTTPException as refusal:
        if refusal.code != _THREAD_EXISTS:
            raise


def may_post(channel: object, guild: discord.Guild) -> bool:
    """Whether we may write in a channel or a thread of that server."""
    if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return False
    rights = channel.permissions_for(guild.me)
    return rights.send_messages_in_threads if isinstance(channel, discord.Thread) else rights.send_messages


async def may_post_elsewhere(access: Access, message: discord.Message, choice: Choice) -> bool:
    """Whether the words of a posted note go where we may write, though we may not where it stands."""
    if message.guild is None or isinstance(message.channel, discord.Thread):
        return False
    if choice.place is Place.CHANNEL and choice.other_channel_id is not None:
        there = message.guild.get_channel_or_thread(choice.other_channel_id)
        is_open = may_post(there, message.guild)
        return is_open and await access.is_no_wider(choice.other_channel_id, message.channel.id)
    rights = message.channel.permissions_for(message.guild.me)
    return choice.place is Place.THREAD and rights.create_public_threads and rights.send_messages_in_threads


async def may_stand(access: Access, ask: Ask) -> bool:
    """Whether the words may stand where they are wished: in another channel they reach nobody new. Raises Later."""
    return ask.place != "channel" or await access.is_no_wider(ask.channel_id, ask.asked_in or 0)


def linked(reply: Reply, note: Note, ask: Ask) -> Reply:
    """The answer with the way back to its note, where it stands in another channel; nothing of it is cut."""
    if ask.place != "channel" or ask.message_id is None:
        return reply
    link = f"-# https://discord.com/channels/{note.guild_id or '@me'}/{ask.asked_in}/{ask.message_id}"
    last = f"{reply.parts[-1]}\n{link}"
    fits = len(last.encode("utf-16-le")) // 2 <= _MESSAGE_LIMIT
    return replace(reply, parts=(*reply.parts[:-1], last) if fits else (*reply.parts, link))
