"""Reactions: given and taken back, and told to the gateway."""

from tests.world.discord import events, threads, wire
from tests.world.discord.rules import Refusal
from tests.world.discord.state import Message, User


def react(user: User, message: Message, emoji: str) -> None:
    """Add a reaction."""
    threads.may_change(message)
    who = message.reactions.setdefault(emoji, [])
    if user in who:
        return
    who.append(user)
    _tell_reaction("MESSAGE_REACTION_ADD", user, message, emoji)


def unreact(user: User, message: Message, emoji: str) -> None:
    """Take a reaction back."""
    threads.may_change(message)
    who = message.reactions.get(emoji, [])
    if user not in who:
        raise Refusal(404, 10014, "Unknown Emoji")
    who.remove(user)
    if not who:
        del message.reactions[emoji]
    _tell_reaction("MESSAGE_REACTION_REMOVE", user, message, emoji)


def _tell_reaction(name: str, user: User, message: Message, emoji: str) -> None:
    body = {
        "user_id": str(user.id),
        "message_id": str(message.id),
        "emoji": {"id": None, "name": emoji},
        "burst": False,
        "type": 0,
        **events.place(message.channel),
    }
    guild = message.channel.guild
    if name == "MESSAGE_REACTION_ADD" and guild is not None:
        body["member"] = {**wire.member(guild.members[user.id]), "user": wire.user(user)}
        body["message_author_id"] = str(message.author.id)
    message.channel.world.emit(events.about(name, message, body))
