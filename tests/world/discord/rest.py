"""
REST v10: what a bot that answers voice notes calls. One handler per route, named as in the docs.

`ROUTES` are the paths of the specification the oracle knows; `EXTRA` are the few more that discord.py
needs, each with the page that documents it. Any other path is a breach.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.world.discord import commands, interactions, messages, wire
from tests.world.discord.messages import Upload, need
from tests.world.discord.permissions import Permission as P
from tests.world.discord.rules import Refusal, unknown
from tests.world.discord.state import Channel, Guild, Json, Message, World

if TYPE_CHECKING:
    from tests.world.discord.gateway import Gateway

NOTHING = None  # answered with 204


@dataclass
class Call:
    """A request that passed the door: authorised where needed, its body read."""

    world: World
    gateway: "Gateway"
    where: dict[str, str]
    query: dict[str, str]
    body: Any
    uploads: Sequence[Upload]

    @property
    def channel(self) -> Channel:
        """The channel of the path, if the bot can see it."""
        found = self.world.channels.get(int(self.where["channel_id"]))
        if found is None or (found.guild is not None and not found.guild.has_bot):
            raise unknown("Channel")
        need(self.world.bot, found)
        return found

    @property
    def message(self) -> Message:
        """The message of the path; reading it needs the history."""
        found = self.channel.messages.get(int(self.where["message_id"]))
        if found is None or found.only_for is not None:
            raise unknown("Message")
        return found

    @property
    def guild(self) -> Guild:
        """The guild of the path."""
        found = self.world.guilds.get(int(self.where["guild_id"]))
        if found is None or not found.has_bot:
            raise unknown("Guild")
        return found

    @property
    def guild_scope(self) -> int | None:
        """Global commands: None."""
        if int(self.where["application_id"]) != self.world.bot.id:
            raise unknown("Application")
        return self.guild.id if "guild_id" in self.where else None

    def shown(self, message: Message) -> Json:
        """A message as REST gives it: without content, where the app lacks the intent."""
        shape = wire.message(message)
        return shape if self.world.privileged & wire.MESSAGE_CONTENT else wire.without_content(shape, message)


def get_me(call: Call) -> Json:
    """Get Current User."""
    return {**wire.user(call.world.bot), "mfa_enabled": False, "locale": "en-US", "verified": True, "email": None}


def get_application(call: Call) -> Json:
    """Get Current Application."""
    bot = call.world.bot
    content = (1 << 18) if call.world.privileged & wire.MESSAGE_CONTENT else 0  # GATEWAY_MESSAGE_CONTENT
    owner = next(iter(call.world.users.values()))
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


def get_channel(call: Call) -> Json:
    """Get Channel."""
    return wire.channel(call.channel)


def get_messages(call: Call) -> list[Json]:
    """Get Channel Messages; without the history permission, none."""
    channel = call.channel
    if not channel.allowed(call.world.bot) & P.READ_MESSAGE_HISTORY:
        return []
    return [call.shown(message) for message in messages.history(channel, call.query)]


def post_message(call: Call) -> Json:
    """Create Message."""
    return wire.message(messages.post(call.world, call.world.bot, call.channel, call.body, call.uploads))


def get_message(call: Call) -> Json:
    """Get Channel Message: needs VIEW_CHANNEL and READ_MESSAGE_HISTORY; its addresses are fresh."""
    need(call.world.bot, call.channel, P.READ_MESSAGE_HISTORY)
    return call.shown(call.message)


def patch_message(call: Call) -> Json:
    """Edit Message: one's own."""
    if call.message.author is not call.world.bot:
        raise Refusal(403, 50005, "Cannot edit a message authored by another user")
    return wire.message(messages.edit(call.message, call.body, call.uploads))


def delete_message(call: Call) -> None:
    """Delete Message: one's own, or anybody's with MANAGE_MESSAGES."""
    if call.message.author is not call.world.bot:
        need(call.world.bot, call.channel, P.MANAGE_MESSAGES)
    messages.delete(call.message)


def bulk_delete(call: Call) -> None:
    """Bulk Delete Messages: 2 to 100 ids."""
    channel = call.channel
    need(call.world.bot, channel, P.MANAGE_MESSAGES)
    found = [channel.messages[int(each)] for each in call.body["messages"] if int(each) in channel.messages]
    if not 2 <= len(call.body["messages"]) <= 100:
        raise Refusal(400, 50016, "Provided too few or too many messages to delete. Must be between 2 and 100.")
    if found:
        messages.delete(*found)


def post_typing(call: Call) -> None:
    """Trigger Typing Indicator."""
    channel = call.channel
    need(call.world.bot, channel, P.SEND_MESSAGES_IN_THREADS if channel.is_thread else P.SEND_MESSAGES)
    call.world.emit(messages.typing(call.world.bot, channel))


def put_reaction(call: Call) -> None:
    """Create Reaction: the first of its kind needs ADD_REACTIONS."""
    message, emoji = call.message, call.where["emoji_name"]
    need(call.world.bot, call.channel, P.READ_MESSAGE_HISTORY)
    if emoji not in message.reactions:
        need(call.world.bot, call.channel, P.ADD_REACTIONS)
    messages.react(call.world.bot, message, emoji)


def delete_reaction(call: Call) -> None:
    """Delete Own Reaction."""
    messages.unreact(call.world.bot, call.message, call.where["emoji_name"])


def post_thread(call: Call) -> Json:
    """Start Thread from Message / without Message."""
    channel = call.channel
    need(call.world.bot, channel, P.CREATE_PUBLIC_THREADS)
    on = call.message if "message_id" in call.where else None
    return wire.channel(messages.start_thread(call.world.bot, channel, call.body["name"], on))


def callback(call: Call) -> Json | None:
    """Create Interaction Response."""
    place = int(call.where["interaction_id"]), call.where["interaction_token"]
    one, message = interactions.answer(call.world, *place, call.body, call.uploads)
    return interactions.receipt(one, message) if call.query.get("with_response") in ("1", "true") else NOTHING


def held(call: Call) -> "interactions.Interaction":
    """The interaction whose token is in the path."""
    return interactions.held(call.world, int(call.where["webhook_id"]), call.where["webhook_token"])


def post_webhook(call: Call) -> Json:
    """Create Followup Message."""
    return wire.message(interactions.follow_up(held(call), call.body, call.uploads))


def get_own(call: Call) -> Json:
    """Get Original Interaction Response / Followup Message."""
    return wire.message(interactions.own_message(held(call), call.where.get("message_id", "@original")))


def patch_own(call: Call) -> Json:
    """Edit Original Interaction Response / Followup Message."""
    message = interactions.own_message(held(call), call.where.get("message_id", "@original"))
    return wire.message(messages.edit(message, call.body, call.uploads))


def delete_own(call: Call) -> None:
    """Delete Original Interaction Response / Followup Message."""
    messages.delete(interactions.own_message(held(call), call.where.get("message_id", "@original")))


def post_dm(call: Call) -> Json:
    """Create DM."""
    user = call.world.users.get(int(call.body["recipient_id"]))
    if user is None:
        raise unknown("User")
    return wire.channel(messages.direct(call.world, user))


def get_guild(call: Call) -> Json:
    """Get Guild."""
    return wire.guild(call.guild)


def get_guild_channels(call: Call) -> list[Json]:
    """Get Guild Channels; no threads."""
    return [wire.channel(each) for each in call.guild.channels.values() if not each.is_thread]


def get_active_threads(call: Call) -> Json:
    """List Active Guild Threads."""
    bot = call.world.bot
    threads = [each for each in call.guild.channels.values() if each.is_thread and each.allowed(bot)]
    return {"threads": [wire.channel(each) for each in threads], "members": []}


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


Handler = Callable[[Call], Any]
CHANNEL = "/channels/{channel_id}"
MESSAGE = CHANNEL + "/messages/{message_id}"
APP = "/applications/{application_id}"
HOOK = "/webhooks/{webhook_id}/{webhook_token}"

ROUTES: list[tuple[str, str, Handler]] = [
    ("GET", "/users/@me", get_me),
    ("GET", "/oauth2/applications/@me", get_application),
    ("GET", "/applications/@me", get_application),
    ("GET", "/gateway", get_gateway),
    ("GET", "/gateway/bot", get_gateway_bot),
    ("GET", APP + "/commands", get_commands),
    ("PUT", APP + "/commands", put_commands),
    ("POST", APP + "/commands", post_command),
    ("GET", APP + "/guilds/{guild_id}/commands", get_commands),
    ("PUT", APP + "/guilds/{guild_id}/commands", put_commands),
    ("GET", CHANNEL + "/messages", get_messages),
    ("POST", CHANNEL + "/messages", post_message),
    ("GET", MESSAGE, get_message),
    ("PATCH", MESSAGE, patch_message),
    ("DELETE", MESSAGE, delete_message),
    ("POST", CHANNEL + "/typing", post_typing),
    ("PUT", MESSAGE + "/reactions/{emoji_name}/@me", put_reaction),
    ("DELETE", MESSAGE + "/reactions/{emoji_name}/@me", delete_reaction),
    ("POST", MESSAGE + "/threads", post_thread),
    ("GET", CHANNEL, get_channel),
    ("POST", "/interactions/{interaction_id}/{interaction_token}/callback", callback),
    ("POST", HOOK, post_webhook),
    ("GET", HOOK + "/messages/@original", get_own),
    ("PATCH", HOOK + "/messages/@original", patch_own),
    ("DELETE", HOOK + "/messages/@original", delete_own),
    ("GET", HOOK + "/messages/{message_id}", get_own),
    ("PATCH", HOOK + "/messages/{message_id}", patch_own),
    ("DELETE", HOOK + "/messages/{message_id}", delete_own),
]

EXTRA: list[tuple[str, str, Handler, str]] = [
    ("POST", "/users/@me/channels", post_dm, "resources/user.mdx, Create DM: discord.py's User.send"),
    ("POST", CHANNEL + "/messages/bulk-delete", bulk_delete, "resources/message.mdx, Bulk Delete Messages"),
    ("POST", CHANNEL + "/threads", post_thread, "resources/channel.mdx, Start Thread without Message"),
    ("GET", "/guilds/{guild_id}", get_guild, "resources/guild.mdx, Get Guild: Client.fetch_guild"),
    ("GET", "/guilds/{guild_id}/channels", get_guild_channels, "resources/guild.mdx, Get Guild Channels"),
    ("GET", "/guilds/{guild_id}/threads/active", get_active_threads, "resources/guild.mdx, List Active Guild Threads"),
    ("GET", "/guilds/{guild_id}/members/{user_id}", get_member, "resources/guild.mdx, Get Guild Member"),
    ("GET", "/users/{user_id}", get_user, "resources/user.mdx, Get User"),
    ("DELETE", "/users/@me/guilds/{guild_id}", leave_guild, "resources/user.mdx, Leave Guild"),
]
OPEN = ("/interactions", "/webhooks")  # their token is their authorisation
