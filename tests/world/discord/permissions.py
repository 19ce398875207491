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
    CONNECT = 1 << 20
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    SEND_VOICE_MESSAGES = 1 << 46
    USE_EXTERNAL_APPS = 1 << 50
    BYPASS_SLOWMODE = 1 << 52


P = Permission
NONE = Permission(0)
ALL = Permission(sum(Permission))
MANAGING = P.MANAGE_CHANNELS | P.MANAGE_GUILD | P.MANAGE_MESSAGES | P.MANAGE_THREADS | P.BYPASS_SLOWMODE
EVERYBODY = ALL & ~(P.ADMINISTRATOR | P.MENTION_EVERYONE | MANAGING)
IN_PRIVATE = EVERYBODY & ~(P.CREATE_PUBLIC_THREADS | P.CREATE_PRIVATE_THREADS | P.SEND_MESSAGES_IN_THREADS | P.CONNECT)
# docs, "Permissions for Timed Out Members": all others are lost, except for the owner and administrators
IN_TIME_OUT = P.VIEW_CHANNEL | P.READ_MESSAGE_HISTORY
# Discord: "Implicit Permissions": without the first, the others are denied too.
NEEDS_SENDING = P.ATTACH_FILES | P.EMBED_LINKS | P.MENTION_EVERYONE | P.SEND_VOICE_MESSAGES


def allowed(member: "Member | None", channel: "Channel | None") -> Permission:
    """What a member may do in a channel (None: in the guild at large); outside guilds, what a DM allows."""
    if member is None:
        return IN_PRIVATE
    granted = member.guild.everyone.permissions
    for role in member.roles:
        granted |= role.permissions
    if granted & P.ADMINISTRATOR or member.guild.owner_id == member.user.id:
        return ALL
    if channel is not None:
        granted = _implied(_overwritten(granted, member, channel), channel)
    return granted & IN_TIME_OUT if member.is_timed_out else granted


def _overwritten(granted: Permission, member: "Member", channel: "Channel") -> Permission:
    """What is left and added in this channel: first for everyone, then by role, then for the member."""
    overwrites = (channel.parent or channel).overwrites
    denied = given = NONE
    for role in member.roles:
        give, deny = overwrites.get(role.id, (NONE, NONE))
        given, denied = given | give, denied | deny
    everyone = overwrites.get(member.guild.id, (NONE, NONE))
    own = overwrites.get(member.user.id, (NONE, NONE))
    for give, deny in (everyone, (given, denied), own):
        granted = (granted & ~deny) | give
    return granted


def _implied(granted: Permission, channel: "Channel") -> Permission:
    """What the lack of one permission takes away besides ("Implicit Permissions")."""
    if not granted & P.VIEW_CHANNEL:
        return NONE
    # Who may not enter a voice or stage channel sees it in the list, but neither reads nor writes in it
    # ("Get Channel Messages"; the answer is "Missing Access", discord-api-docs#5111).
    if channel.is_vocal and not granted & P.CONNECT:
        return P.VIEW_CHANNEL
    speak = P.SEND_MESSAGES_IN_THREADS if channel.is_thread else P.SEND_MESSAGES
    return granted if granted & speak else granted & ~NEEDS_SENDING
