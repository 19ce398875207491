"""
REST v10: what a bot that answers voice notes calls. One handler per route, named as in the docs.

`ROUTES` are the paths of the specification the oracle knows; `EXTRA` are the few more that discord.py
needs, each with the page that documents it. Any other path is a breach.
"""

from collections.abc import Callable
from typing import Any

from tests.world.discord import events, interactions, messages, reactions, rest_app, threads, wire
from tests.world.discord.call import Call
from tests.world.discord.clock import moment_of
from tests.world.discord.messages import need
from tests.world.discord.permissions import Permission
from tests.world.discord.rules import Refusal, missing_access, unknown
from tests.world.discord.state import Interaction, Json, Kind

NOTHING = None  # answered with 204


def get_channel(call: Call) -> Json:
    """Get Channel."""
    return wire.channel(call.channel)


def get_messages(call: Call) -> list[Json]:
    """Get Channel Messages; without the history permission, none."""
    channel = call.channel
    if not channel.is_open_to(call.world.bot):
        raise missing_access()
    if not channel.allowed(call.world.bot) & Permission.READ_MESSAGE_HISTORY:
        return []
    return [call.shown(message) for message in messages.history(channel, call.query)]


def post_message(call: Call) -> Json:
    """Create Message."""
    return wire.message(messages.post(call.world, call.world.bot, call.channel, call.body, call.uploads))


def get_message(call: Call) -> Json:
    """Get Channel Message: needs VIEW_CHANNEL and READ_MESSAGE_HISTORY; its addresses are fresh."""
    need(call.world.bot, call.channel, Permission.READ_MESSAGE_HISTORY)
    return call.shown(call.message)


def patch_message(call: Call) -> Json:
    """Edit Message: one's own."""
    if call.message.author is not call.world.bot:
        raise Refusal(403, 50005, "Cannot edit a message authored by another user")
    return wire.message(messages.edit(call.message, call.body, call.uploads))


def delete_message(call: Call) -> None:
    """Delete Message: one's own, or anybody's with MANAGE_MESSAGES."""
    if call.message.author is not call.world.bot:
        need(call.world.bot, call.channel, Permission.MANAGE_MESSAGES)
    messages.delete(call.message)


def bulk_delete(call: Call) -> None:
    """Bulk Delete Messages: 2 to 100 ids."""
    channel = call.channel
    need(call.world.bot, channel, Permission.MANAGE_MESSAGES)
    found = [channel.messages[int(each)] for each in call.body["messages"] if int(each) in channel.messages]
    if not 2 <= len(call.body["messages"]) <= 100:
        raise Refusal(400, 50016, "Provided too few or too many messages to delete. Must be between 2 and 100.")
    fortnight_ago = call.world.clock.now_ms() - 14 * 86_400_000
    if any(moment_of(each.id) < fortnight_ago for each in found):
        raise Refusal(400, 50034, "You can only bulk delete messages that are under 14 days old.")
    if found:
        messages.delete(*found)


def post_typing(call: Call) -> None:
    """Trigger Typing Indicator."""
    channel = call.channel
    need(
        call.world.bot, channel, Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    )
    call.world.emit(events.typing(call.world.bot, channel))


def put_reaction(call: Call) -> None:
    """Create Reaction: the first of its kind needs ADD_REACTIONS."""
    message, emoji = call.message, call.where["emoji_name"]
    need(call.world.bot, call.channel, Permission.READ_MESSAGE_HISTORY)
    if emoji not in message.reactions:
        need(call.world.bot, call.channel, Permission.ADD_REACTIONS)
    reactions.react(call.world.bot, message, emoji)


def delete_reaction(call: Call) -> None:
    """Delete Own Reaction."""
    reactions.unreact(call.world.bot, call.message, call.where["emoji_name"])


def post_thread(call: Call) -> Json:
    """Start Thread from Message / without Message / in Forum or Media Channel."""
    channel = call.channel
    if channel.kind in (Kind.FORUM, Kind.MEDIA):
        first = call.body.get("message") or {}
        post, message = messages.open_post(call.world.bot, channel, call.body["name"], first, call.uploads)
        return {**wire.channel(post), "message": wire.message(message)}
    need(call.world.bot, channel, Permission.CREATE_PUBLIC_THREADS)
    on = call.message if "message_id" in call.where else None
    return wire.channel(messages.start_thread(call.world.bot, channel, call.body["name"], on))


def patch_channel(call: Call) -> Json:
    """Modify Channel: of a thread, whether it is archived or locked; whoever may write may wake one not locked."""
    thread = call.channel
    if not thread.is_thread:  # nothing of other channels can be modified here
        need(call.world.bot, thread, Permission.MANAGE_CHANNELS)
        raise Refusal(400, 50024, "Cannot execute action on this channel type")
    manages = bool(thread.allowed(call.world.bot) & Permission.MANAGE_THREADS)
    only_wakes = call.body == {"archived": False} and not thread.locked
    need(call.world.bot, thread, Permission.SEND_MESSAGES_IN_THREADS if only_wakes else Permission.MANAGE_THREADS)
    if thread.locked and not manages:
        raise Refusal(400, 50083, "Thread is archived")
    threads.put_away(thread, archived=call.body.get("archived"), locked=call.body.get("locked"))
    return wire.channel(thread)


def get_thread_member(call: Call) -> Json:
    """Get Thread Member: 404 for who is not in the thread."""
    channel, user_id = call.channel, int(call.where["user_id"])
    if user_id not in channel.joined:
        raise unknown("Member")
    joined = wire.moment(moment_of(channel.id))
    return {"id": str(channel.id), "user_id": str(user_id), "join_timestamp": joined, "flags": 0}


def callback(call: Call) -> Json | None:
    """Create Interaction Response."""
    place = int(call.where["interaction_id"]), call.where["interaction_token"]
    one, message = interactions.answer(call.world, *place, call.body, call.uploads)
    return interactions.receipt(one, message) if call.query.get("with_response") in ("1", "true") else NOTHING


def held(call: Call) -> Interaction:
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


Handler = Callable[[Call], Any]
CHANNEL = "/channels/{channel_id}"
MESSAGE = CHANNEL + "/messages/{message_id}"
APP = "/applications/{application_id}"
HOOK = "/webhooks/{webhook_id}/{webhook_token}"

ROUTES: list[tuple[str, str, Handler]] = [
    ("GET", "/users/@me", rest_app.get_me),
    ("GET", "/oauth2/applications/@me", rest_app.get_application),
    ("GET", "/applications/@me", rest_app.get_application),
    ("GET", "/gateway", rest_app.get_gateway),
    ("GET", "/gateway/bot", rest_app.get_gateway_bot),
    ("GET", APP + "/commands", rest_app.get_commands),
    ("PUT", APP + "/commands", rest_app.put_commands),
    ("POST", APP + "/commands", rest_app.post_command),
    ("GET", APP + "/guilds/{guild_id}/commands", rest_app.get_commands),
    ("PUT", APP + "/guilds/{guild_id}/commands", rest_app.put_commands),
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
    ("PATCH", CHANNEL, patch_channel, "resources/channel.mdx, Modify Channel: a thread out of the archive"),
    ("POST", "/users/@me/channels", rest_app.post_dm, "resources/user.mdx, Create DM: discord.py's User.send"),
    ("POST", CHANNEL + "/messages/bulk-delete", bulk_delete, "resources/message.mdx, Bulk Delete Messages"),
    ("POST", CHANNEL + "/threads", post_thread, "resources/channel.mdx, Start Thread without Message"),
    (
        "GET",
        CHANNEL + "/thread-members/{user_id}",
        get_thread_member,
        "resources/channel.mdx, Get Thread Member",
    ),
    ("GET", "/guilds/{guild_id}", rest_app.get_guild, "resources/guild.mdx, Get Guild: Client.fetch_guild"),
    ("GET", "/guilds/{guild_id}/channels", rest_app.get_guild_channels, "resources/guild.mdx, Get Guild Channels"),
    (
        "GET",
        "/guilds/{guild_id}/threads/active",
        rest_app.get_active_threads,
        "resources/guild.mdx, List Active Guild Threads",
    ),
    ("GET", "/guilds/{guild_id}/members/{user_id}", rest_app.get_member, "resources/guild.mdx, Get Guild Member"),
    ("GET", "/users/{user_id}", rest_app.get_user, "resources/user.mdx, Get User"),
    ("DELETE", "/users/@me/guilds/{guild_id}", rest_app.leave_guild, "resources/user.mdx, Leave Guild"),
]
OPEN = ("/interactions", "/webhooks")  # their token is their authorisation
