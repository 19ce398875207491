"""
Threads: where one may be opened, and what an archived or a locked one refuses.

Promises the docs' rules ("Threads"): none in voice channels or in other threads; only so many active ones;
a message wakes an archived thread unless it is locked; in a locked one only who manages threads writes.
"""

from tests.world.discord import events, filters
from tests.world.discord.permissions import Permission
from tests.world.discord.rules import Refusal
from tests.world.discord.state import Channel, Guild, Kind, Message, User, World

PARENTS = (Kind.TEXT, Kind.ANNOUNCEMENT, Kind.FORUM, Kind.MEDIA)


def kind_under(channel: Channel, kind: Kind) -> Kind:
    """The kind a thread gets under this channel; raises Refusal where there can be none."""
    if channel.guild is None:
        raise Refusal(403, 50003, "Cannot execute action on a DM channel")
    if channel.kind not in PARENTS or (kind == Kind.PRIVATE_THREAD and channel.kind != Kind.TEXT):
        raise Refusal(400, 50024, "Cannot execute action on this channel type")
    return Kind.ANNOUNCEMENT_THREAD if channel.kind == Kind.ANNOUNCEMENT else kind


def check_start(owner: User, channel: Channel, name: str, kind: Kind) -> None:
    """Whether a thread of this name and kind may be opened here; raises Refusal."""
    filters.check_title(owner, channel, name)
    if channel.guild is not None:
        _check_room(channel.world, channel.guild, kind)


def active(guild: Guild, *, announcements: bool | None = None) -> list[Channel]:
    """Its threads that are not archived; of all kinds, or only (not) those of announcement channels."""
    found = [each for each in guild.channels.values() if each.is_thread and not each.archived]
    if announcements is None:
        return found
    return [each for each in found if (each.kind == Kind.ANNOUNCEMENT_THREAD) == announcements]


def _check_room(world: World, guild: Guild, kind: Kind) -> None:
    if kind == Kind.ANNOUNCEMENT_THREAD:
        if len(active(guild, announcements=True)) >= world.most_announcement_threads:
            raise Refusal(400, 160007, "Maximum number of active announcement threads reached")
    elif len(active(guild, announcements=False)) >= world.most_threads:
        raise Refusal(400, 160006, "Maximum number of active threads reached")


def may_write(author: User, thread: Channel) -> None:
    """Refuse a message or an edit where the thread is locked for its author ("Locked Threads", docs)."""
    if not thread.locked or thread.allowed(author) & Permission.MANAGE_THREADS:
        return
    if thread.archived:
        raise is_archived()
    raise Refusal(400, 160005, "Thread is locked")


def may_change(*messages: Message) -> None:
    """
    Refuse an edit, a deletion or a reaction in an archived thread.

    The docs say that messages can be deleted there, but clients met 50083 at it (victornpb/undiscord#520).
    """
    if any(each.channel.archived and each.only_for is None for each in messages):
        raise is_archived()


def is_archived() -> Refusal:
    """What an archived thread says."""
    return Refusal(400, 50083, "Thread is archived")


def wake(thread: Channel) -> None:
    """A message came: the thread is active again, if there is room for it."""
    if thread.archived and thread.guild is not None:
        _check_room(thread.world, thread.guild, thread.kind)
        put_away(thread, archived=False)


def put_away(thread: Channel, *, archived: bool | None = None, locked: bool | None = None) -> None:
    """Archive or lock a thread, or (False) the opposite, and tell it; None leaves it as it is."""
    if archived is not None:
        thread.archived, thread.archived_ms = archived, thread.world.clock.now_ms()
    if locked is not None:
        thread.locked = locked
    thread.world.emit(events.about_channel("THREAD_UPDATE", thread))
