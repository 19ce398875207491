"""REST handlers about the app itself, its commands, guilds and users; named as in the docs."""

from tests.world.discord import commands, events, messages, threads, wire
from tests.world.discord.call import Call
from tests.world.discord.rules import Refusal, unknown
from tests.world.discord.state import Json


def get_me(call: Call) -> Json:
    """Get Current User."""
    return {**wire.user(call.world.bot), "mfa_enabled": False, "locale": "en-US", "verified": True, "email": None}


def get_application(call: Call) -> Json:
    """Get Current Application."""
    bot = call.world.bot
    content = (1 << 18) if call.world.privileged & events.MESSAGE_CONTENT else 0  # GATEWAY_MESSAGE_CONTENT
    owner = next((user for user in call.world.users.values() if not user.bot), call.world.bot)
    return {
        **dict.fromkeys(("icon", "type", "interactions_endpoint_url", "role_connections_verification_url", "team")),
        "id": str(bot.id),
        "name": bot.name,
        "description": "",
        "bot": wire.user(bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": content,
        "flags_new": str(content),
        "redirect_uris": [],
        "owner": wire.user(owner),
        "approximate_guild_count": len(call.world.guilds),
        "approximate_user_install_count": sum(user.installed for user in call.world.users.values()),
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [],
    }


def get_gateway(call: Call) -> Json:
    """Get Gateway."""
    return {"url": call.gateway.url}


def get_gateway_bot(call: Call) -> Json:
    """Get Gateway Bot."""
    left = 1000 - len(call.gateway.identified)
    limit = {
        "total": 1000,
        "remaining": left,
        "reset_after": 86_400_000,
        "max_concurrency": call.gateway.max_concurrency,
    }
    return {"url": call.gateway.url, "shards": 1, "session_start_limit": limit}


def get_commands(call: Call) -> list[Json]:
    """Get Global / Guild Application Commands."""
    return list(call.world.commands.get(call.guild_scope, {}).values())


def put_commands(call: Call) -> list[Json]:
    """Bulk Overwrite Global / Guild Application Commands."""
    return commands.replace(call.world, call.guild_scope, call.body)


def post_command(call: Call) -> Json:
    """Create Global Application Command."""
    return commands.add(call.world, call.guild_scope, call.body)


def post_dm(call: Call) -> Json:
    """Create DM."""
    user = call.world.users.get(int(call.body["recipient_id"]))
    if user is None:
        raise unknown("User")
    world = call.world
    if world.new_dms_left is not None and messages.direct_with(world, user) is None:
        if world.new_dms_left <= 0:
            # 403, not 429: davidhozic/discord-advertisement-framework#82
            raise Refusal(403, 40003, "You are opening direct messages too fast.")
        world.new_dms_left -= 1
    return wire.channel(messages.direct(world, user))


def get_guild(call: Call) -> Json:
    """Get Guild."""
    return wire.guild(call.guild)


def get_guild_channels(call: Call) -> list[Json]:
    """Get Guild Channels; no threads."""
    return [wire.channel(each) for each in call.guild.channels.values() if not each.is_thread]


def get_active_threads(call: Call) -> Json:
    """List Active Guild Threads."""
    bot = call.world.bot
    found = [each for each in threads.active(call.guild) if each.allowed(bot)]
    return {"threads": [wire.channel(each) for each in found], "members": []}


def get_member(call: Call) -> Json:
    """Get Guild Member."""
    found = call.guild.members.get(int(call.where["user_id"]))
    if found is None:
        raise unknown("Member")
    return {**wire.member(found), "user": wire.user(found.user)}


def get_user(call: Call) -> Json:
    """Get User."""
    found = call.world.users.get(int(call.where["user_id"]))
    if found is None:
        raise unknown("User")
    return wire.user(found)


def leave_guild(call: Call) -> None:
    """Leave Guild."""
    call.world.remove_bot(call.guild)
