"""
What one person sees of the server, as JSON for their browser: messages, places, people, commands.

Messages are Discord's own objects, with what a client knows besides. Promises: nobody is told of a
message, a place or a command that Discord would not show them; addresses of files lead to this page's server.
"""

import re
from collections.abc import Iterator
from typing import Any

from tests.world.discord import Channel, Message, Permission, Person, commands, messages, wire
from tests.world.discord.state import Json

_FILE = re.compile(r"https?://[^/]+/(?:ephemeral-)?attachments/\d+/(\d+)/([^?]+)\?.*")
_COMMAND = 2  # interaction type


def rooms(person: Person) -> Iterator[Channel]:
    """The channels and threads a person can see, then their direct messages with the app."""
    for channel in person.world.channels.values():
        if channel.guild is person.guild and channel.allowed(person.user) & Permission.VIEW_CHANNEL:
            yield channel
    yield messages.direct(person.world, person.user)


def timeline(person: Person) -> dict[str, Json]:
    """Every message a person can see now, by id."""
    visible = (message for room in rooms(person) for message in room.messages.values())
    return {str(each.id): shown(each, person) for each in visible if each.only_for in (None, person.user)}


def shown(one: Message, person: Person) -> Json:
    """A message, and what its reader's client makes of it."""
    may_manage = bool(one.channel.allowed(person.user) & Permission.MANAGE_MESSAGES)
    used = one.interaction
    shape = {
        **wire.message(one),
        "private": one.only_for is not None,
        "thinking": one.thinking,
        "mine": one.author is person.user,
        "may_delete": one.author is person.user or may_manage,
        "used": used.command if used is not None and used.type == _COMMAND else None,
    }
    shape.pop("webhook_id", None)
    local: Json = _local(shape)
    return local


def place(person: Person, people: dict[str, Person]) -> Json:
    """Who is there, where one can go, and what the app offers to this person."""
    guild = person.guild
    assert guild is not None
    here = list(rooms(person))
    return {
        "app": _named(person.world.bot.id, person.world.bot.name),
        "me": wire.user(person.user) | {"locale": person.user.locale},
        "guild": {"name": guild.name, "locale": guild.locale},
        "visitors": list(people),
        "people": [_named(each.user.id, each.user.name) for each in guild.members.values()],
        "roles": [_named(each.id, each.name) for each in guild.roles.values()],
        "rooms": [_room(each, person) for each in here],
    }


def _room(one: Channel, person: Person) -> Json:
    return {
        **_named(one.id, one.name if one.guild else person.world.bot.name),
        "kind": int(one.kind),
        "parent": None if one.parent is None else str(one.parent.id),
        "commands": [_offer(each) for each in commands.offered(person.world, person.user, one, commands.CHAT).values()],
        "menus": [
            _offer(each) for each in commands.offered(person.world, person.user, one, commands.MESSAGE_MENU).values()
        ],
    }


def _offer(command: Json) -> Json:
    kept = ("name", "name_localizations", "description", "description_localizations", "options")
    return {key: command.get(key) for key in kept}


def _named(number: int, name: str) -> Json:
    return {"id": str(number), "name": name}


def _local(node: Any) -> Any:
    """The same, with addresses of the local CDN led through this page's server: they do not change with time."""
    if isinstance(node, list):
        return [_local(each) for each in node]
    if isinstance(node, dict):
        return {key: _local(value) for key, value in node.items()}
    if isinstance(node, str) and (file := _FILE.fullmatch(node)):
        return f"/files/{file[1]}/{file[2]}"
    return node
