"""Discord's permissions: the bits this stand-in knows, and how roles and overwrites add up ("Permissions", docs)."""

from enum import IntFlag
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.world.discord.state import Channel, Member


class Permission(IntFlag):
    """The bits that matter to a bot that answers voice notes."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_MESSAGES_IN_THREADS = 1 << 38
    SEND_VOICE_MESSAGES = 1 << 46
    USE_EXTERNAL_APPS = 1 << 50


P = Permission
NONE = Permission(0)
ALL = Permission(sum(Permission))
EVERYBODY = ALL & ~(
    P.ADMINISTRATOR | P.MANAGE_CHANNELS | P.MANAGE_GUILD | P.MANAGE_MESSAGES | P.MENTION_EVERYONE | P.MANAGE_THREADS
)
IN_PRIVATE = EVERYBODY & ~(P.CREATE_PUBLIC_THREADS | P.SEND_MESSAGES_IN_THREADS)
# Discord: "Implicit Permissions": without the first, the others are denied too.
NEEDS_SENDING = P.ATTACH_FILES | P.EMBED_LINKS | P.MENTION_EVERYONE | P.SEND_VOICE_MESSAGES


def allowed(member: "Member | None", channel: "Channel | None") -> Permission:
    """What a member may do in a channel (None: in the guild at large); outside guilds, what a DM allows."""
    if member is None:
        return IN_PRIVATE
    guild = member.guild
    if guild.owner_id == member.user.id:
        return ALL
    granted = guild.everyone.permissions
    for role in member.roles:
        granted |= role.permissions
    if granted & P.ADMINISTRATOR:
        return ALL
    if channel is None:
        return granted
    overwrites = (channel.parent or channel).overwrites
    denied = given = NONE
    for role in member.roles:
        give, deny = overwrites.get(role.id, (NONE, NONE))
        given, denied = given | give, denied | deny
    everyone = overwrites.get(guild.id, (NONE, NONE))
    own = overwrites.get(member.user.id, (NONE, NONE))
    for give, deny in (everyone, (given, denied), own):
        granted = (granted & ~deny) | give
    if not granted & P.VIEW_CHANNEL:
        return NONE
    speak = P.SEND_MESSAGES_IN_THREADS if channel.is_thread else P.SEND_MESSAGES
    return granted if granted & speak else granted & ~NEEDS_SENDING
