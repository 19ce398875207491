"""
What the gateway tells of a change: the event's body, the intents it needs, what is left of it without one.

Names and intents are those of the docs: "Gateway Events", "List of Intents", "Message Content Intent".
"""

from tests.world.discord import wire
from tests.world.discord.state import Channel, Event, Guild, Json, Member, Message, Role, User

MESSAGE_CONTENT = 1 << 15  # the intent


def message_event(one: Message) -> Json:
    """Message object with what only the gateway adds ("Message Create")."""
    shape = wire.message(one) | {"channel_type": int(one.channel.kind)}
    guild_of = one.channel.guild
    if guild_of is not None:
        shape["guild_id"] = str(guild_of.id)
        author = guild_of.members.get(one.author.id)
        if author is not None:
            shape["member"] = wire.member(author)
    return shape


def without_content(shape: Json, one: Message) -> Json:
    """What is left for an app without MESSAGE_CONTENT (docs, "Message Content Intent", with its exceptions)."""
    bot = one.channel.world.bot
    if one.author is bot or one.channel.guild is None or bot in one.mentions:
        return shape
    hollow: Json = {"content": "", "embeds": [], "attachments": [], "components": []}
    shape = shape | hollow
    if "message_snapshots" in shape:
        shape["message_snapshots"] = [{"message": each["message"] | hollow} for each in shape["message_snapshots"]]
    return shape


def place(one: Channel) -> Json:
    """Where an event happened: its channel and guild ids."""
    ids = {"channel_id": str(one.id)}
    return ids if one.guild is None else {**ids, "guild_id": str(one.guild.id)}


def about(name: str, one: Message, body: Json | None = None) -> Event:
    """A message event; in guilds and DMs it needs different intents ("List of Intents")."""
    shift = {"MESSAGE_REACTION_ADD": 10, "MESSAGE_REACTION_REMOVE": 10}.get(name, 9)
    in_guild = one.channel.guild is not None
    needs = 1 << (shift if in_guild else shift + 3)
    return Event(name, body or message_event(one), needs, one.channel.guild, one.channel, one if body is None else None)


def about_channel(name: str, one: Channel) -> Event:
    """A channel or thread event."""
    return Event(name, wire.channel(one), 1 if one.guild else 0, one.guild, one)


def about_role(name: str, role: Role, guild: Guild) -> Event:
    """A role event."""
    return Event(name, {"guild_id": str(guild.id), "role": wire.role(role)}, 1, guild)


def about_member(name: str, one: Member) -> Event:
    """A member event; of itself an app is told without the intent ("Guild Member Update")."""
    body = {**wire.member(one), "user": wire.user(one.user), "guild_id": str(one.guild.id)}
    return Event(name, body, 0 if one.user is one.guild.world.bot else 1 << 1, one.guild)


def typing(user: User, channel: Channel) -> Event:
    """Somebody types."""
    body = {"user_id": str(user.id), "timestamp": channel.world.clock.now_ms() // 1000, **place(channel)}
    return Event("TYPING_START", body, 1 << (11 if channel.guild else 14), channel.guild, channel)
