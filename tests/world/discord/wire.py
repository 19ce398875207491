"""
How Discord writes its things in JSON: pure mappings from the state, one per object of the docs.

Addresses of attachments are signed anew each time, as Discord does.
"""

from datetime import UTC, datetime

from tests.world.discord.clock import moment_of
from tests.world.discord.layout import linked
from tests.world.discord.permissions import allowed
from tests.world.discord.state import Channel, File, Flag, Guild, Interaction, Json, Kind, Member, Message, Role, User

SIZE_LIMIT = 10 * 1024 * 1024  # docs, "Uploading Files": 10 MiB for a file by default


def moment(ms: int) -> str:
    """ISO 8601 as Discord writes it."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="microseconds")


def user(who: User) -> Json:
    """User object."""
    return {
        "id": str(who.id),
        "username": who.name.lower().replace(" ", "_"),
        "global_name": None if who.bot else who.name,
        "discriminator": "0",
        "avatar": None,
        "bot": who.bot,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }


def member(who: Member) -> Json:
    """Guild member object, without its user."""
    return {
        "roles": [str(role.id) for role in who.roles],
        "joined_at": moment(who.joined_ms),
        "premium_since": None,
        "nick": None,
        "avatar": None,
        "banner": None,
        "communication_disabled_until": moment(who.timed_out_ms) if who.is_timed_out else None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }


def role(one: Role) -> Json:
    """Role object."""
    return {
        "id": str(one.id),
        "name": one.name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": one.position,
        "permissions": str(int(one.permissions)),
        "managed": one.managed,
        "mentionable": False,
        "flags": 0,
    }


def channel(one: Channel) -> Json:
    """Channel object: guild channel, thread, DM or group DM."""
    last = None if one.last_message_id is None else str(one.last_message_id)
    shape: Json = {"id": str(one.id), "type": int(one.kind), "last_message_id": last, "flags": 0}
    if one.guild is None:
        named = {"name": one.name, "owner_id": str(one.owner_id), "icon": None} if one.kind == Kind.GROUP else {}
        others = [user(who) for who in one.recipients if who is not one.world.bot]
        return {**shape, **named, "recipients": others}
    shape |= {"guild_id": str(one.guild.id), "name": one.name, "rate_limit_per_user": one.slow_s}
    if one.parent is not None:
        said = len(one.messages)
        return shape | {
            "parent_id": str(one.parent.id),
            "owner_id": str(one.owner_id),
            "message_count": said,
            "total_message_sent": said,
            "member_count": 1,
            "thread_metadata": {
                "archived": one.archived,
                "locked": one.locked,
                "auto_archive_duration": 1440,
                "archive_timestamp": moment(one.archived_ms or moment_of(one.id)),
                "create_timestamp": moment(moment_of(one.id)),
            },
        }
    return (
        shape
        | _special(one)
        | {
            "parent_id": None if one.category is None else str(one.category.id),
            "topic": None,
            "nsfw": one.nsfw,
            "position": 0,
            "permission_overwrites": [
                {"id": str(of), "type": int(of not in one.guild.roles), "allow": str(int(give)), "deny": str(int(deny))}
                for of, (give, deny) in one.overwrites.items()
            ],
        }
    )


def _special(one: Channel) -> Json:
    """What only channels of this kind have."""
    if one.is_vocal:
        return {"bitrate": 64_000, "user_limit": 0, "rtc_region": None, "video_quality_mode": 1}
    if one.kind not in (Kind.FORUM, Kind.MEDIA):
        return {}
    nothing = dict.fromkeys(("default_reaction_emoji", "default_sort_order"))
    return {**nothing, "available_tags": [], "default_forum_layout": 0}


def guild(one: Guild) -> Json:
    """Guild object (docs, "Guild Resource")."""
    nothing = dict.fromkeys(
        [
            "icon",
            "splash",
            "discovery_splash",
            "banner",
            "description",
            "afk_channel_id",
            "application_id",
            "vanity_url_code",
            "hub_type",
            "rules_channel_id",
            "public_updates_channel_id",
            "safety_alerts_channel_id",
            "incidents_data",
        ]
    )
    zeros = dict.fromkeys(
        [
            "default_message_notifications",
            "explicit_content_filter",
            "mfa_level",
            "nsfw_level",
            "premium_tier",
            "verification_level",
            "system_channel_flags",
            "premium_subscription_count",
        ],
        0,
    )
    return {
        **nothing,
        **zeros,
        "id": str(one.id),
        "name": one.name,
        "owner_id": str(one.owner_id),
        "preferred_locale": one.locale,
        "system_channel_id": None if one.system_channel_id is None else str(one.system_channel_id),
        "afk_timeout": 300,
        "premium_progress_bar_enabled": False,
        "features": [],
        "emojis": [],
        "stickers": [],
        "roles": [role(each) for each in one.roles.values()],
    }


def guild_create(one: Guild, *, joined: bool = False) -> Json:
    """
    The same with all that is in it, as the gateway sends it; of the members only the bot (no member intent).

    A guild the app has just joined was never unavailable: discord.py knows it by the missing field.
    """
    bot = one.members[one.world.bot.id]
    threads = [each for each in one.channels.values() if each.is_thread and each.allowed(bot.user)]
    threads = [each for each in threads if not each.archived]
    empty = ("guild_scheduled_events", "stage_instances", "voice_states", "presences", "soundboard_sounds")
    return {
        **guild(one),
        **{name: [] for name in empty},
        "joined_at": moment(bot.joined_ms),
        "large": False,
        **({} if joined else {"unavailable": False}),
        "member_count": len(one.members),
        "members": [{**member(bot), "user": user(bot.user)}],
        "channels": [channel(each) for each in one.channels.values() if not each.is_thread],
        "threads": [channel(each) for each in threads],
    }


def file(one: File, address: str) -> Json:
    """Attachment object."""
    shape: Json = {
        "id": str(one.id),
        "filename": one.filename,
        "size": one.size,
        "url": address,
        "proxy_url": address.replace("/attachments/", "/proxied/attachments/"),
        "content_type": one.content_type,
        "duration_secs": one.duration_secs,
        "waveform": one.waveform,
        "description": one.description,
        "title": one.title,
        "ephemeral": one.ephemeral or None,
        "flags": one.flags or None,
    }
    return {key: value for key, value in shape.items() if value is not None}


def origin(one: Interaction) -> Json:
    """Message interaction metadata object."""
    shape: Json = {
        "id": str(one.id),
        "type": one.type,
        "user": user(one.user),
        "authorizing_integration_owners": one.owners,
    }
    if one.type == 3 and one.message is not None:
        shape["interacted_message_id"] = str(one.message.id)
    if one.type == 5:
        made = {key: shape[key] for key in ("id", "user", "authorizing_integration_owners")}
        shape["triggering_interaction_metadata"] = {**made, "type": 2}
    return shape


def message(one: Message, *, depth: int = 0) -> Json:
    """Message object."""
    signed = [(each, one.channel.world.cdn_address(each)) for each in one.files]
    named = {each.filename: (each, address) for each, address in signed}
    shape: Json = {
        "id": str(one.id),
        "channel_id": str(one.channel.id),
        "author": user(one.author),
        "type": one.type,
        "content": one.content,
        "timestamp": moment(moment_of(one.id)),
        "edited_timestamp": None if one.edited_ms is None else moment(one.edited_ms),
        "tts": False,
        "pinned": False,
        "mention_everyone": one.mention_everyone,
        "mentions": [user(who) for who in one.mentions],
        "mention_roles": [str(each) for each in one.mention_roles],
        "attachments": [file(*each) for each in signed],
        "embeds": linked(one.embeds, named),
        "components": linked(one.components, named),
        "flags": one.flags,
    }
    if one.nonce is not None:
        shape["nonce"] = one.nonce
    if one.reactions:
        shape["reactions"] = [reaction(one, emoji, who) for emoji, who in one.reactions.items()]
    if one.thread is not None:
        shape["thread"] = channel(one.thread)
    if one.snapshots:
        shape["message_snapshots"] = [fresh(each, one) for each in one.snapshots]
    if one.reference is not None:
        shape |= _reference(one, *one.reference, depth)
    if one.author.is_webhook:
        shape["webhook_id"] = str(one.author.id)
    elif one.author.bot:
        shape["application_id"] = str(one.author.id)
    if one.interaction is not None:
        shape["webhook_id"] = str(one.author.id)
        shape["interaction_metadata"] = origin(one.interaction)
    return shape


def _reference(one: Message, target_id: int, target: Message | None, kind: int, depth: int) -> Json:
    at = target.channel if target else one.channel
    place = {"type": kind, "channel_id": str(at.id), "message_id": str(target_id)}
    shape: Json = {"message_reference": place if at.guild is None else {**place, "guild_id": str(at.guild.id)}}
    if kind == 0 and depth == 0:
        is_alive = target is not None and target.id in target.channel.messages
        shape["referenced_message"] = message(target, depth=1) if target and is_alive else None
    return shape


def reaction(one: Message, emoji: str, who: list[User]) -> Json:
    """Reaction object."""
    return {
        "emoji": {"id": None, "name": emoji},
        "count": len(who),
        "count_details": {"normal": len(who), "burst": 0},
        "me": one.channel.world.bot in who,
        "me_burst": False,
        "burst_colors": [],
    }


SNAPSHOT = ("type", "content", "embeds", "attachments", "timestamp", "edited_timestamp", "flags", "mentions")


def snapshot(one: Message) -> Json:
    """Message snapshot: what a forward carries; no author (docs, "Message Snapshot Object")."""
    shape = message(one)
    kept = {key: shape[key] for key in (*SNAPSHOT, "mention_roles", "components")}
    return {"message": {**kept, "stickers": [], "sticker_items": []}}


def fresh(stored: Json, holder: Message) -> Json:
    """A stored snapshot with addresses signed now."""
    world = holder.channel.world
    files = [world.files[int(each["id"])] for each in stored["message"]["attachments"]]
    return {"message": {**stored["message"], "attachments": [file(each, world.cdn_address(each)) for each in files]}}


def permissions(who: Member | None, where: Channel | None = None) -> str:
    """Permissions as the docs serialise them."""
    return str(int(allowed(who, where)))


def is_ephemeral(one: Message) -> bool:
    """Whether only one person sees it."""
    return bool(one.flags & Flag.EPHEMERAL)
