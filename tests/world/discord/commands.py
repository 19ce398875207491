"""
Commands: registered by the app, offered to people.

Promises: what the docs forbid is refused at registration ("Application Command Object"); nobody is
offered what their permissions, the place or the installation exclude.
"""

from tests.world.discord import interactions
from tests.world.discord.permissions import Permission, allowed
from tests.world.discord.rules import Form, Refusal, check_command
from tests.world.discord.state import Channel, Json, User, World

CHAT, USER_MENU, MESSAGE_MENU = 1, 2, 3
LIMITS = {CHAT: 100, USER_MENU: 15, MESSAGE_MENU: 15}  # docs, change log of 2026-03-03


def replace(world: World, guild_id: int | None, wanted: list[Json]) -> list[Json]:
    """Bulk overwrite: what isn't named is gone; a command of the same name and type keeps its id."""
    form = Form()
    for index, command in enumerate(wanted):
        check_command(form, str(index), command)
    keys = [(command.get("type") or CHAT, command.get("name")) for command in wanted]
    if len(set(keys)) < len(keys):
        form.wrong("name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
    form.refuse()
    for kind, most in LIMITS.items():
        if sum(each[0] == kind for each in keys) > most:
            raise Refusal(400, 30032, f"Maximum number of application commands reached ({most})")
    before = world.commands.get(guild_id, {})
    ids = {(each["type"], each["name"]): int(each["id"]) for each in before.values()}
    after = [_registered(world, guild_id, command, ids) for command in wanted]
    world.commands[guild_id] = {int(each["id"]): each for each in after}
    world.clock.bell.ring()
    return after


def add(world: World, guild_id: int | None, command: Json) -> Json:
    """Create one, or replace the one of that name and type."""
    same = (command.get("type") or CHAT, command.get("name"))
    kept = [each for each in world.commands.get(guild_id, {}).values() if (each["type"], each["name"]) != same]
    return replace(world, guild_id, [*kept, command])[-1]


def _registered(world: World, guild_id: int | None, command: Json, ids: dict[tuple[int, str], int]) -> Json:
    kind = command.get("type") or CHAT
    rights = command.get("default_member_permissions")
    made: Json = {
        **command,
        "id": str(ids.get((kind, command["name"])) or world.clock.snowflake()),
        "application_id": str(world.bot.id),
        "version": str(world.clock.snowflake()),
        "type": kind,
        "description": command.get("description") or "",
        "default_member_permissions": None if rights is None else str(rights),
        "options": command.get("options") or [],
        "nsfw": bool(command.get("nsfw")),
    }
    if guild_id is not None:
        made["guild_id"] = str(guild_id)
    else:
        made["integration_types"] = command.get("integration_types") or [0]
        made["contexts"] = command.get("contexts")
    return made


def offered(world: World, user: User, channel: Channel, kind: int = CHAT) -> dict[str, Json]:
    """The commands a person finds in this place, by name; none in an archived thread ("Threads", docs)."""
    if channel.archived:
        return {}
    guild_id = channel.guild.id if channel.guild else None
    local = list(world.commands.get(guild_id, {}).values()) if guild_id is not None else []
    both = [*world.commands[None].values(), *local]
    return {each["name"]: each for each in both if each["type"] == kind and _is_offered(user, channel, each)}


def _is_offered(user: User, channel: Channel, command: Json) -> bool:
    if not interactions.owners(user, channel, command.get("integration_types") or [0]):
        return False
    contexts = command.get("contexts")
    if contexts is not None and interactions.context(channel) not in contexts:
        return False
    if channel.guild is None:
        return command.get("dm_permission") is not False
    granted = allowed(channel.guild.members.get(user.id), channel)
    rights = command["default_member_permissions"]
    is_admin = bool(granted & Permission.ADMINISTRATOR)
    if not granted & Permission.USE_APPLICATION_COMMANDS:
        return is_admin
    if rights is None or is_admin:
        return True
    return int(rights) != 0 and granted & int(rights) == int(rights)
