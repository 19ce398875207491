"""
Links to messages: where they lead, and whether whoever gives one may read there.

Promises: nobody is read to from a channel they could not read themselves.
"""

import re

import discord

_LINK = re.compile(
    r"https://(?:\w+\.)?discord(?:app)?\.com/channels/(?P<guild>\d+|@me)/(?P<channel>\d+)/(?P<message>\d+)"
)
_Readable = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread | discord.DMChannel


def is_guest(interaction: discord.Interaction) -> bool:
    """Whether only the one who asks has installed us: then we are no member there, and see what we are shown."""
    return not (interaction.is_guild_integration() or interaction.context.dm_channel)


def is_elsewhere(interaction: discord.Interaction, link: str) -> bool:
    """Whether a link leads to another server than the one it is given in."""
    match = _LINK.search(link)
    return match is not None and match["guild"] not in ("@me", str(interaction.guild_id))


async def linked_elsewhere(interaction: discord.Interaction, link: str) -> discord.PartialMessage | str:
    """The same for a message in another server, whose members we have to ask for; as `linked`."""
    match = _LINK.search(link)
    guild = interaction.client.get_guild(int(match["guild"])) if match else None
    if match is None or guild is None:
        return "transcribe.not_visible"
    try:
        member = await guild.fetch_member(interaction.user.id)
    except discord.NotFound:
        return "transcribe.not_yours"
    channel = guild.get_channel_or_thread(int(match["channel"]))
    if not isinstance(channel, _Readable) or isinstance(channel, discord.DMChannel):
        return "transcribe.not_visible"
    return channel.get_partial_message(int(match["message"])) if may_read(member, channel) else "transcribe.not_yours"


def linked(interaction: discord.Interaction, link: str) -> discord.PartialMessage | str:
    """The message a link leads to, if the one who asks may read it there; else the key of what to tell them."""
    match = _LINK.search(link)
    if match is None:
        return "transcribe.not_a_link"
    channel: object = None
    if match["channel"] == str(interaction.channel_id):
        channel = interaction.channel  # whoever asks is there, also in a direct message and a private thread
    elif interaction.guild is not None and match["guild"] == str(interaction.guild.id):
        channel = interaction.guild.get_channel_or_thread(int(match["channel"]))
        if not may_read(interaction.user, channel):
            return "transcribe.not_yours"
    if not isinstance(channel, _Readable):
        return "transcribe.not_visible"
    return channel.get_partial_message(int(match["message"]))


def may_read(user: discord.abc.User, channel: object) -> bool:
    """Whether a member may read what the bot would read to them; of a channel unknown to us nobody can tell."""
    if not isinstance(channel, discord.abc.GuildChannel | discord.Thread) or not isinstance(user, discord.Member):
        return True
    rights = channel.permissions_for(user)
    if not (rights.view_channel and rights.read_message_history):
        return False
    # Its parent's rights say nothing of who was let into a private thread.
    return not isinstance(channel, discord.Thread) or not channel.is_private() or rights.manage_threads
