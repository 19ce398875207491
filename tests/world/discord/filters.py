"""
What a server's own filters refuse because of what it says: AutoMod's words, harmful links.

Promises: held against people and bots alike, in messages, edits and titles; never in direct messages, for
what only one person sees, for a webhook, or for whoever manages the server ("Auto Moderation", docs).
Whether AutoMod reads the messages of a bot that is a member is not documented; a server here decides it by
having filters at all, and with `answers` whether they read what answers an interaction too.
"""

import re

from tests.world.discord.permissions import NONE, Permission, allowed
from tests.world.discord.rules import Refusal
from tests.world.discord.state import Channel, Filters, Interaction, User

MANAGES = Permission.ADMINISTRATOR | Permission.MANAGE_GUILD


def check_content(author: User, channel: Channel, text: str) -> None:
    """Refuse a message or an edit for its words (200000) or its links (240000)."""
    filters = _over(author, channel)
    if _says(filters, text):
        raise Refusal(400, 200000, "Message was blocked by automatic moderation")
    if _links(filters, text):
        raise Refusal(400, 240000, "Message blocked by harmful links filter")


def check_title(author: User, channel: Channel, title: str) -> None:
    """Refuse a thread for its name (200001)."""
    if _says(_over(author, channel), title):
        raise Refusal(400, 200001, "Title was blocked by automatic moderation")


def is_for_all(one: Interaction, text: str, *, is_new: bool) -> bool:
    """
    Whether everybody may see this answer; raises Refusal where the filters read answers and block it.

    Of an app that only a person installed, a new answer is hidden from the others instead, and what counts is
    whether that person may say it (tibue99/ezcord#85).
    """
    guild = one.channel.guild
    if guild is None or not guild.filters.answers:
        return True
    is_guests = "0" not in one.owners
    try:
        check_content(one.user if is_guests else one.channel.world.bot, one.channel, text)
    except Refusal:
        if is_guests and is_new:
            return False
        raise
    return True


def _over(author: User, channel: Channel) -> Filters:
    guild = channel.guild
    if guild is None or author.is_webhook:
        return Filters()
    member = guild.members.get(author.id)
    granted = NONE if member is None else allowed(member, channel)
    return Filters() if granted & MANAGES else guild.filters


def _says(filters: Filters, text: str) -> bool:
    """Whether a blocked word is in it, as a whole and in either case ("Keyword Matching Strategies", docs)."""
    return any(re.search(_pattern(each), text, re.IGNORECASE) for each in filters.words)


def _pattern(word: str) -> str:
    before = "" if word.startswith("*") else r"(?<!\w)"
    behind = "" if word.endswith("*") else r"(?!\w)"
    return before + re.escape(word.strip("*")) + behind


def _links(filters: Filters, text: str) -> bool:
    """Whether a link leads to a blocked host or one below it."""
    found = re.findall(r"https?://([^\s/?#:<>]+)", text, re.IGNORECASE)
    return any(f".{host.lower()}".endswith(f".{each.lower()}") for host in found for each in filters.hosts)
