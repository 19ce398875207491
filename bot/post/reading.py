"""Message -> Request: a pure mapping, and the only place that knows where Discord keeps attachments."""

from collections.abc import Iterator
from dataclasses import dataclass

import discord

from bot.outcome import Door
from bot.post.links import is_guest
from bot.request import Request, declared_length, declared_size

FOLLOW_UPS = 5  # Discord: what an app that only its user has installed may add to one answer


def attachments_of(message: discord.Message) -> Iterator[tuple[discord.Attachment, bool, bool]]:
    """
    Every attachment with (is it a voice message?, was it forwarded?).

    A forward carries its attachments in a snapshot, which names no author.
    """
    for attachment in message.attachments:
        yield attachment, message.flags.voice or attachment.is_voice_message(), False
    for snapshot in message.message_snapshots:
        for attachment in snapshot.attachments:
            yield attachment, snapshot.flags.voice or attachment.is_voice_message(), True


def parent_of(channel: object) -> int | None:
    """The channel a thread hangs in: what was decided there holds in the thread."""
    return channel.parent_id if isinstance(channel, discord.Thread) else None


def roles_of(user: discord.abc.User) -> tuple[int, ...]:
    """The roles of a member; outside servers nobody has any."""
    return tuple(role.id for role in user.roles) if isinstance(user, discord.Member) else ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a sound stands: its server, the channel its thread hangs in, and the roles there of whoever asks for it."""

    guild_id: int | None
    parent_id: int | None
    role_ids: tuple[int, ...]


def here(interaction: discord.Interaction) -> Source:
    """Where somebody asks."""
    return Source(interaction.guild_id, parent_of(interaction.channel), roles_of(interaction.user))


def requests_in(message: discord.Message, *, default_locale: str = "") -> list[Request]:
    """The requests a posted message makes by itself: one for each attachment."""
    guild = message.guild
    return [
        request_of(
            attachment,
            id=message.id,
            ask_id=message.id,
            door=Door.AUTO,
            is_voice=is_voice,
            guild_id=guild.id if guild else None,
            channel_id=message.channel.id,
            message_id=message.id,
            author_id=None if forwarded else message.author.id,
            member_id=message.author.id,
            locale=guild.preferred_locale.value if guild else default_locale,
            parent_id=parent_of(message.channel),
            role_ids=roles_of(message.author),
            sound_guild_id=guild.id if guild else None,
            origin=_origin(message) if forwarded else None,
        )
        for attachment, is_voice, forwarded in attachments_of(message)
    ]


def asked_for(
    message: discord.Message,
    interaction: discord.Interaction,
    *,
    door: Door,
    private: bool,
    source: Source | None = None,
) -> list[Request]:
    """
    The requests somebody makes by pointing at a message.

    The first is answered through the interaction, the others as replies where it was asked; who asks in private, or
    where we are no member, is answered in follow-ups. Where there are more sounds than those may be (`left_out`), all
    that are taken follow: the first answer has to say so. `source`: where the message stands, if elsewhere.
    """
    found: list[Request] = []
    source = source or here(interaction)
    # Where others may not read along, or we may not post, further answers follow the first one in the same place.
    follows = private or is_guest(interaction)
    is_crowded = left_out(message, interaction) > 0
    for attachment, is_voice, forwarded in attachments_of(message):
        request = request_of(
            attachment,
            id=interaction.id,
            ask_id=interaction.id + len(found),
            door=door,
            is_voice=is_voice,
            guild_id=payer_of(interaction),
            channel_id=message.channel.id,
            message_id=message.id,
            asked_in=interaction.channel_id,
            origin=_origin(message) if forwarded else None,
            author_id=None if forwarded else message.author.id,
            member_id=interaction.user.id,
            locale=language_of(interaction, private=private),
            asked_under=parent_of(interaction.channel),
            parent_id=source.parent_id,
            role_ids=roles_of(interaction.user),
            sound_guild_id=source.guild_id,
            sound_role_ids=source.role_ids,
            private=private,
            application_id=interaction.application_id,
            token=interaction.token if follows or not found else None,
            follows=follows and (bool(found) or is_crowded),
        )
        if request.media is not None:
            found.append(request)
    return found[:FOLLOW_UPS] if is_crowded else found


def left_out(message: discord.Message, interaction: discord.Interaction) -> int:
    """How many sounds of a message cannot be answered: Discord lets guests add few answers to the first one."""
    count = sum(request.media is not None for request in requests_in(message))
    return count - FOLLOW_UPS if is_guest(interaction) and count > FOLLOW_UPS + 1 else 0


def language_of(interaction: discord.Interaction, *, private: bool, chosen: str | None = None) -> str:
    """The language of who reads the answer: whoever asks, or in public the server (`chosen`: what it decided)."""
    if private or interaction.guild_locale is None:
        return interaction.locale.value
    return chosen or interaction.guild_locale.value


def payer_of(interaction: discord.Interaction) -> int | None:
    """The guild whose month pays; None where only the one who asks has installed us: then it is their own."""
    return interaction.guild_id if interaction.is_guild_integration() else None


def _origin(message: discord.Message) -> tuple[int, int] | None:
    """Channel and message of which this one is a forward; only that message says who spoke."""
    reference = message.reference
    if reference is None or reference.message_id is None:
        return None
    return reference.channel_id, reference.message_id


def request_of(
    attachment: discord.Attachment,
    *,
    id: int,  # noqa: A002 -- the request's own name for it
    ask_id: int,
    door: Door,
    is_voice: bool,
    guild_id: int | None,
    channel_id: int,
    message_id: int | None,
    author_id: int | None,
    member_id: int,
    locale: str,
    asked_in: int | None = None,
    asked_under: int | None = None,
    parent_id: int | None = None,
    role_ids: tuple[int, ...] = (),
    sound_guild_id: int | None = None,
    sound_role_ids: tuple[int, ...] = (),
    origin: tuple[int, int] | None = None,
    private: bool = False,
    application_id: int | None = None,
    token: str | None = None,
    follows: bool = False,
) -> Request:
    """One attachment as a request; its declared length is the sender's word, and may be no length."""
    return Request(
        id=id,
        ask_id=ask_id,
        door=door,
        attachment_id=attachment.id,
        filename=attachment.filename,
        content_type=attachment.content_type,
        size_bytes=declared_size(attachment.size),
        declared_ms=declared_length(attachment.duration),
        url=attachment.url,
        is_voice=is_voice,
        guild_id=guild_id,
        channel_id=channel_id,
        message_id=message_id,
        author_id=author_id,
        member_id=member_id,
        locale=locale,
        asked_in=asked_in,
        asked_under=asked_under,
        parent_id=parent_id,
        role_ids=role_ids,
        sound_guild_id=sound_guild_id,
        sound_role_ids=sound_role_ids,
        origin=origin,
        private=private,
        application_id=application_id,
        token=token,
        follows=follows,
        is_spoiler=attachment.is_spoiler(),  # by its flag, or by its name
    )
