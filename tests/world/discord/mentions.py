"""Who is mentioned by a message, and whom it would really have notified."""

import re

from tests.world.discord.permissions import Permission
from tests.world.discord.state import Flag, Json, Message


def mention(message: Message, rule: Json | None, *, again: bool = False) -> None:
    """Who is mentioned, and so pinged ("Allowed Mentions Object"): an edit shows mentions but pings nobody anew."""
    guild, text = message.channel.guild, message.content
    answers = message.reference is not None and (rule is None or rule.get("replied_user"))
    # Who may look into a channel is asked of every member: only where somebody may be meant.
    around = {user.id: user for user in message.channel.members()} if "@" in text or answers else {}
    users = {int(each) for each in re.findall(r"<@!?(\d+)>", text)} & set(around)
    roles = {int(each) for each in re.findall(r"<@&(\d+)>", text)} & set(guild.roles if guild else ())
    everyone = bool(re.search(r"@(everyone|here)", text))
    answered = (
        message.reference[1].author if message.reference and message.reference[1] and not message.snapshots else None
    )
    if rule is not None:
        parse = rule.get("parse") or []
        users &= users if "users" in parse else {int(each) for each in rule.get("users") or []}
        roles &= roles if "roles" in parse else {int(each) for each in rule.get("roles") or []}
        everyone = everyone and "everyone" in parse
        answered = answered if rule.get("replied_user") else None
    if not message.channel.allowed(message.author) & Permission.MENTION_EVERYONE:
        everyone, roles = False, set()
    if answered is not None:
        users.add(answered.id)
    message.mentions = [channel_user for user_id, channel_user in around.items() if user_id in users]
    message.mention_roles, message.mention_everyone = sorted(roles), everyone
    if again or message.only_for is not None or message.flags & Flag.LOADING:
        return
    holders = {m.user.id for m in (guild.members.values() if guild else ()) if roles & {role.id for role in m.roles}}
    pinged = set(around) if everyone else users | holders & set(around)
    message.pings = frozenset(pinged - {message.author.id})
