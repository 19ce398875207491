"""
Links to messages: where they lead, and whether whoever gives one may be read to from there.

Promises: nobody is read to from a channel they could not read themselves.
"""

import re
from dataclasses import dataclass

import discord

from bot.post.access import Access

_LINK = re.compile(
    r"https://(?:\w{1,20}\.)?discord(?:app)?\.com/channels/(?P<guild>\d{1,20}|@me)/(?P<channel>\d{1,20})/(?P<message>\d{1,20})(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says; `guild_id` is None for direct messages."""

    guild_id: int | None
    channel_id: int
    message_id: int


def is_guest(interaction: discord.Interaction) -> bool:
    """Whether only the one who asks has installed us: then we are no member there, and see what we are shown."""
    return not (interaction.is_guild_integration() or interaction.context.dm_channel)


def link_in(text: str) -> Link | None:
    """The first link to a message in that text."""
    match = _LINK.search(text)
    if match is None:
        return None
    guild_id = None if match["guild"] == "@me" else int(match["guild"])
    return Link(guild_id, int(match["channel"]), int(match["message"]))


def is_here(interaction: discord.Interaction, link: Link) -> bool:
    """Whether a link leads to the channel it is given in."""
    return (link.guild_id, link.channel_id) == (interaction.guild_id, interaction.channel_id)


async def linked(access: Access, interaction: discord.Interaction, link: Link) -> discord.PartialMessage | str:
    """Where a link leads, if the one who asks may be read to from there; else the key of what to tell them."""
    if not is_here(interaction, link):
        channel = await access.channel(link.channel_id)
        if channel is None or channel.guild_id != link.guild_id:
            return "transcribe.not_visible"
        if not await access.may_read(interaction.user, channel.id):
            return "transcribe.not_yours"
        # Whoever reads here need not have said that they are of age; nor has whoever asks, but there.
        if not await access.is_of_age(interaction, channel.id):
            return "transcribe.age_gated"
    place = interaction.client.get_partial_messageable(link.channel_id, guild_id=link.guild_id)
    return place.get_partial_message(link.message_id)
