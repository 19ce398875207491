"""
Messages: posted, edited, deleted, forwarded; by people and by the bot alike.

Promises: every change is told to the gateway; `pings` says whom a message would really have
notified after `allowed_mentions`; the same enforced nonce gives the same message within its window.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.world.discord import events, filters, threads, wire
from tests.world.discord.clock import moment_of
from tests.world.discord.layout import completed
from tests.world.discord.mentions import mention
from tests.world.discord.permissions import Permission
from tests.world.discord.rules import Form, Refusal, check_message, missing_access, missing_permissions, unknown
from tests.world.discord.state import AttachmentFlag, Channel, File, Flag, Interaction, Json, Kind, Message, User, World

REPLY, COMMAND_ANSWER = 19, 20  # message types
COMMAND = 2  # interaction type
Reference = tuple[int, Message | None, int]  # id, the message if there is one, 0 reply or 1 forward
SENDABLE = Flag.SUPPRESS_EMBEDS | Flag.SILENT | Flag.VOICE | Flag.COMPONENTS_V2
TYPES = {
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
    ".m4a": "audio/mp4",
    ".flac": "audio/flac",
    ".webm": "video/webm",
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".txt": "text/plain; charset=utf-8",
    ".png": "image/png",
    ".srt": "application/x-subrip",
    ".vtt": "text/vtt; charset=utf-8",
}


@dataclass(frozen=True)
class Upload:
    """Bytes on their way in, with what their sender claims about them."""

    filename: str
    data: bytes | Path
    content_type: str | None = None
    duration_secs: float | None = None
    waveform: str | None = None
    description: str | None = None
    is_spoiler: bool = False


def need(user: User, channel: Channel, *wanted: Permission) -> None:
    """Refuse with 50001 what can't be seen and with 50013 what isn't allowed."""
    granted = channel.allowed(user)
    if not granted & Permission.VIEW_CHANNEL:
        raise missing_access()
    if wanted and not channel.is_open_to(user):
        raise missing_access()
    if any(not granted & one for one in wanted):
        raise missing_permissions()


def keep(world: World, channel: Channel, upload: Upload, *, ephemeral: bool = False) -> File:
    """Store an upload, so that the CDN has it."""
    kind = upload.content_type or TYPES.get(Path(upload.filename).suffix.lower())
    more = (upload.duration_secs, upload.waveform, upload.description, ephemeral)
    # Discord names files in plain letters, digits, _ . - and keeps the rest as the attachment's title
    name = re.sub(r"[^A-Za-z0-9._-]", "_", upload.filename) or "unknown"
    title = None if name == upload.filename else Path(upload.filename).stem
    stored = File(world.clock.snowflake(), channel.id, name, kind, upload.data, _size(upload), *more, title)
    # "is_spoiler ... sets the IS_SPOILER attachment flag"; a file that is hidden by its name alone has none
    stored.flags = AttachmentFlag.SPOILER if upload.is_spoiler else 0
    world.files[stored.id] = stored
    return stored


def post(
    world: World,
    author: User,
    channel: Channel,
    body: Json,
    uploads: Sequence[Upload] = (),
    *,
    interaction: Interaction | None = None,
    flags: int = 0,
    answers: Message | None = None,
    snowflake: int | None = None,
) -> Message:
    """
    A new message by anybody, with a new id or this `snowflake`.

    `interaction` marks an app's answer (to `answers`, if it follows up): it needs no permission.
    """
    flags |= (body.get("flags") or 0) & SENDABLE
    check_message(body, flags, len(uploads))
    _check_sizes(author, uploads)
    target: Reference | None = None if answers is None else (answers.id, answers, 0)
    if interaction is not None and not flags & Flag.EPHEMERAL:
        flags |= 0 if filters.is_for_all(interaction, body.get("content") or "", is_new=True) else Flag.EPHEMERAL
    if interaction is None:
        _may_post(author, channel, body, uploads)
        filters.check_content(author, channel, body.get("content") or "")
        nonce = _remembered(world, author, channel, body)
        if nonce is not None:
            return nonce
        _not_too_soon(author, channel)
        target = _reference(author, channel, body)
    _check_files(body, uploads)
    kind = COMMAND_ANSWER if interaction is not None and interaction.type == COMMAND else 0
    made = snowflake or world.clock.snowflake()
    message = Message(made, channel, author, interaction=interaction, flags=flags, type=kind)
    message.only_for = interaction.user if interaction is not None and flags & Flag.EPHEMERAL else None
    _fill(message, body, uploads)
    _refer(message, target)
    if not (flags & Flag.LOADING or message.snapshots):
        _not_empty(message)
    threads.wake(channel)
    if channel.is_thread:
        channel.joined.add(author.id)
    channel.spoke_ms[author.id] = world.clock.now_ms()
    mention(message, body.get("allowed_mentions"))
    message.nonce = body.get("nonce")
    if message.nonce is not None:
        world.nonces[author.id, channel.id, str(message.nonce)] = message
    channel.messages[message.id] = message
    if message.only_for is None:
        channel.last_message_id = message.id
        world.emit(events.about("MESSAGE_CREATE", message))
    world.clock.bell.ring()
    return message


def edit(message: Message, body: Json, uploads: Sequence[Upload] = ()) -> Message:
    """Change a message; what the body doesn't name stays."""
    world = message.channel.world
    if message.is_voice:
        raise Refusal(403, 50162, "Voice messages cannot be edited.")
    flags = message.flags & ~Flag.LOADING | (body.get("flags") or 0) & (Flag.SUPPRESS_EMBEDS | Flag.COMPONENTS_V2)
    check_message(body, flags, len(uploads))
    threads.may_change(message)
    if message.interaction is None:
        threads.may_write(message.author, message.channel)
    _check_files(body, uploads, message.files)
    _may_say(message, body)
    before = (message.content, message.embeds, message.components, message.files)
    message.flags, was = flags, message.flags
    _fill(message, body, uploads, editing=True)
    try:
        _not_empty(message)
        # docs, "Using Components V2": what a message had of content and embeds has to be taken away with the same edit
        check_message({"content": message.content, "embeds": message.embeds}, flags, 0)
    except Refusal:
        message.content, message.embeds, message.components, message.files = before
        message.flags = was
        raise
    mention(message, body.get("allowed_mentions"), again=not was & Flag.LOADING)
    if not was & Flag.LOADING:
        message.edited_ms = world.clock.now_ms()
    message.edits += 1
    if message.only_for is None:
        world.emit(events.about("MESSAGE_UPDATE", message))
    world.clock.bell.ring()
    return message


def _may_say(message: Message, body: Json) -> None:
    """Whether the filters let an edit pass; what only one person sees is not theirs."""
    text = body.get("content") or ""
    if message.interaction is None:
        filters.check_content(message.author, message.channel, text)
    elif message.only_for is None:
        filters.is_for_all(message.interaction, text, is_new=message.thinking)


def delete(*messages: Message) -> None:
    """Take messages of one channel away; several at once make one bulk event."""
    channel = messages[0].channel
    threads.may_change(*messages)
    for message in messages:
        channel.messages.pop(message.id, None)
    public = [message for message in messages if message.only_for is None]
    ids = [str(message.id) for message in public]
    if len(ids) == 1:
        channel.world.emit(events.about("MESSAGE_DELETE", public[0], {"id": ids[0], **events.place(channel)}))
    elif ids:
        channel.world.emit(events.about("MESSAGE_DELETE_BULK", public[0], {"ids": ids, **events.place(channel)}))
    channel.world.clock.bell.ring()


def start_thread(
    owner: User, channel: Channel, name: str, on: Message | None = None, kind: Kind = Kind.THREAD
) -> Channel:
    """A thread under a channel; one that hangs on a message has that message's id."""
    world = channel.world
    kind = threads.kind_under(channel, kind)
    threads.check_start(owner, channel, name, kind)
    thread = world.channel(kind, name, channel.guild, parent=channel, owner_id=owner.id)
    thread.joined.add(owner.id)
    if on is not None:
        if on.thread is not None:
            raise Refusal(400, 160004, "A thread has already been created for this message")
        for register in (world.channels, channel.guild.channels if channel.guild else {}):
            register.pop(thread.id, None)
            register[on.id] = thread
        thread.id, on.thread = on.id, thread
        on.flags |= Flag.HAS_THREAD
    event = events.about_channel("THREAD_CREATE", thread)
    event.body["newly_created"] = True
    world.emit(event)
    return thread


def open_post(
    owner: User, forum: Channel, title: str, body: Json, uploads: Sequence[Upload] = ()
) -> tuple[Channel, Message]:
    """A post of a forum: a thread whose first message has its id."""
    need(owner, forum, Permission.SEND_MESSAGES)
    check_message(body, 0, len(uploads))
    filters.check_content(owner, forum, body.get("content") or "")
    thread = start_thread(owner, forum, title)
    return thread, post(forum.world, owner, thread, body, uploads, snowflake=thread.id)


def _size(upload: Upload) -> int:
    return len(upload.data) if isinstance(upload.data, bytes) else upload.data.stat().st_size


def _check_sizes(author: User, uploads: Sequence[Upload]) -> None:
    if author.bot and any(_size(each) > wire.SIZE_LIMIT for each in uploads):
        raise Refusal(413, 40005, "Request entity too large")


def _may_post(author: User, channel: Channel, body: Json, uploads: Sequence[Upload]) -> None:
    if author.bot:
        _may_write_to(channel)
    if not channel.has_messages:
        # 40058 is documented for this, 50008 is what the API was seen to say of a forum (appwrite/grafana-oncall#26)
        raise Refusal(400, 50008, "Cannot send messages in a non-text channel")
    if author.is_webhook:
        return
    need(author, channel, Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES)
    threads.may_write(author, channel)
    if uploads:
        need(author, channel, Permission.ATTACH_FILES)
    if body.get("embeds"):
        need(author, channel, Permission.EMBED_LINKS)
    if (body.get("flags") or 0) & Flag.VOICE:
        _check_voice(channel, author, body, uploads)


def _may_write_to(channel: Channel) -> None:
    """Whether the people of a DM can be written to: they want it, and share a server or have the app."""
    for each in channel.recipients:
        if each.refuses_dms:
            raise Refusal(403, 50007, "Cannot send messages to this user")
        if not channel.world.is_reachable(each):
            raise Refusal(403, 50278, "Cannot send messages to this user due to having no mutual guilds")


def _not_too_soon(author: User, channel: Channel) -> None:
    """
    Refuse what comes sooner than the slow mode allows.

    The docs say that bots are unaffected by it ("Channel Object", rate_limit_per_user); some have met 20016 all the
    same, so that a test decides (`Room.slow`).
    """
    spared = Permission.MANAGE_MESSAGES | Permission.MANAGE_CHANNELS | Permission.BYPASS_SLOWMODE
    if (author.bot and not channel.slows_bots) or channel.allowed(author) & spared:
        return
    left_ms = channel.spoke_ms.get(author.id, 0) + 1000 * channel.slow_s - channel.world.clock.now_ms()
    if left_ms > 0:
        said = "This action cannot be performed due to slowmode rate limit"
        raise Refusal(429, 20016, said, retry_after=left_ms / 1000)


def _check_files(body: Json, uploads: Sequence[Upload], kept: Sequence[File] = ()) -> None:
    """Refuse `attachments` that name no upload and no file of the message (seen in Cogmasters/concord#78)."""
    known = {*range(len(uploads)), *(each.id for each in kept)}
    form = Form()
    for index, each in enumerate(body.get("attachments") or []):
        if int(each.get("id", index)) not in known:
            form.wrong(f"attachments.{index}", "ATTACHMENT_NOT_FOUND", "Attachment data not found")
    form.refuse()


def _check_voice(channel: Channel, author: User, body: Json, uploads: Sequence[Upload]) -> None:
    if any(body.get(field) for field in ("content", "embeds", "components")):
        raise Refusal(400, 50159, "Voice messages do not support additional content.")
    if len(uploads) != 1:
        raise Refusal(400, 50160, "Voice messages must have a single audio attachment.")
    if uploads[0].duration_secs is None or not uploads[0].waveform:
        raise Refusal(400, 50161, "Voice messages must have supporting metadata.")
    if not channel.allowed(author) & Permission.SEND_VOICE_MESSAGES:
        raise Refusal(403, 50173, "You cannot send voice messages in this channel.")


def _remembered(world: World, author: User, channel: Channel, body: Json) -> Message | None:
    earlier = world.nonces.get((author.id, channel.id, str(body.get("nonce"))))
    if not body.get("enforce_nonce") or earlier is None:
        return None
    return earlier if world.clock.now_ms() - moment_of(earlier.id) < world.nonce_window_ms else None


def _reference(author: User, channel: Channel, body: Json) -> Reference | None:
    reference = body.get("message_reference")
    if not reference:
        return None
    kind = reference.get("type") or 0
    message_id = int(reference["message_id"])
    target = channel.world.found(int(reference.get("channel_id") or channel.id), message_id)
    if kind == 1:
        if target is None or not target.channel.allowed(author) & Permission.VIEW_CHANNEL:
            raise unknown("Message")
        return message_id, target, kind
    if not channel.allowed(author) & Permission.READ_MESSAGE_HISTORY:
        raise Refusal(403, 160002, "Cannot reply without permission to read message history")
    if target is None and reference.get("fail_if_not_exists") in (None, True):
        fault = {"_errors": [{"code": "REPLIES_UNKNOWN_MESSAGE", "message": "Unknown message"}]}
        raise Refusal(400, 50035, "Invalid Form Body", {"message_reference": fault})
    if target is not None and target.channel is not channel:
        fault = {"_errors": [{"code": "REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL", "message": "Cannot reply elsewhere"}]}
        raise Refusal(400, 50035, "Invalid Form Body", {"message_reference": fault})
    return None if target is None else (message_id, target, kind)


def _refer(message: Message, target: Reference | None) -> None:
    message.reference = target
    if target is None:
        return
    if target[2] == 0:
        message.type = REPLY
        if target[1] is not None:
            target[1].replies.append(message)
    elif target[1] is not None:
        message.snapshots = list(target[1].snapshots) or [wire.snapshot(target[1])]
        message.flags |= Flag.SNAPSHOT


def _fill(message: Message, body: Json, uploads: Sequence[Upload], *, editing: bool = False) -> None:
    if "content" in body or not editing:
        message.content = (body.get("content") or "").strip()
    if "embeds" in body or not editing:
        message.embeds = [{"type": "rich", **embed} for embed in body.get("embeds") or []]
    if "components" in body or not editing:
        message.components = completed(body.get("components") or [])
    kept = body.get("attachments")
    if editing and kept is not None:
        ids = {int(each["id"]) for each in kept}
        message.files = [each for each in message.files if each.id in ids]
    world, ephemeral = message.channel.world, bool(message.flags & Flag.EPHEMERAL)
    message.files = message.files + [keep(world, message.channel, each, ephemeral=ephemeral) for each in uploads]


def _not_empty(message: Message) -> None:
    shown = message.content or message.embeds or message.files or message.snapshots
    if not shown and not (message.components and message.flags & Flag.COMPONENTS_V2):
        raise Refusal(400, 50006, "Cannot send an empty message")


def direct(world: World, user: User) -> Channel:
    """The DM between the app and a person; opened if there is none."""
    return direct_with(world, user) or world.channel(Kind.DM, user.name, recipients=[user, world.bot])


def direct_with(world: World, user: User) -> Channel | None:
    """The DM between the app and a person, if it was ever opened."""
    found = (one for one in world.channels.values() if one.kind == Kind.DM)
    return next((one for one in found if set(one.recipients) == {user, world.bot}), None)


def history(channel: Channel, query: dict[str, Any]) -> list[Message]:
    """Messages newest first, as "Get Channel Messages" picks them; never ephemeral ones."""
    limit = int(query.get("limit", 50))
    seen = [message for message in channel.messages.values() if message.only_for is None]
    if "before" in query:
        return [each for each in reversed(seen) if each.id < int(query["before"])][:limit]
    if "after" in query:
        return [each for each in seen if each.id > int(query["after"])][:limit][::-1]
    if "around" in query:
        middle = int(query["around"])
        older = [each for each in seen if each.id < middle][-(limit // 2) :]
        newer = [each for each in seen if each.id >= middle][: limit - limit // 2]
        return [*older, *newer][::-1]
    return list(reversed(seen))[:limit]
