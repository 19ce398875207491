"""
An answer's words, read back from where they stand: we keep none.

Promises: all of them or none; never raises.
"""

import logging

import aiohttp
import discord

from bot.aside import aside
from bot.notes import Note
from bot.post.fetching import NotAllowed, read_attachment
from bot.post.looking import message_of
from bot.post.refusals import REFUSED, is_gone
from bot.reply import Unread, is_whole, plain
from bot.request import ref_of
from bot.whole_body import BodyTooLarge

log = logging.getLogger(__name__)


async def read_back(
    client: discord.Client,
    session: aiohttp.ClientSession,
    message: discord.Message,
    message_ids: tuple[int, ...],
    note: Note,
    *,
    hosts: tuple[str, ...],
) -> str | Unread:
    """
    The words of an answer to `note` of which `message` is one part, or why they cannot be read.

    Where nobody knows its other parts any more (no `message_ids`), the note's timing tells whether one is missing.
    """
    try:
        for attachment in message.attachments:
            if attachment.filename.endswith(".txt"):
                data = await read_attachment(session, attachment, hosts=hosts)
                return await aside(len(data), _text, data)
        text = await _joined(client, message, message_ids)
        is_all = message_ids or note.timing is None or await aside(len(text), is_whole, text, note.timing)
    except (discord.Forbidden, NotAllowed):
        return Unread.FORBIDDEN
    except BodyTooLarge:
        return Unread.TOO_LARGE
    except (*REFUSED, ValueError) as trouble:
        if is_gone(trouble):
            return Unread.PARTLY
        # The error itself may name the file's address, which opens it to whoever reads the log.
        tag = {"action": "unread", "note": ref_of(note.key), "guild": note.guild_id}
        log.warning("An answer could not be read back (%s)", type(trouble).__name__, extra=tag)
        return Unread.TROUBLE
    return text if is_all else Unread.PARTLY


async def _joined(client: discord.Client, message: discord.Message, message_ids: tuple[int, ...]) -> str:
    """The words in the messages of an answer, those that are not at hand asked for."""
    contents = []
    for message_id in message_ids or (message.id,):
        if message_id == message.id:
            contents.append(message.content)
        else:
            contents.append((await message_of(client, message.channel.id, message_id))["content"])
    return await aside(sum(map(len, contents)), plain, contents)


def _text(data: bytes) -> str:
    return data.decode("utf-8").rstrip("\n")
