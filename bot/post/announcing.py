"""
Saying something of one's own accord: to a guild's managers, or to the host.

Hides where there is somebody to read it. Promises: pings nobody; what nobody could be told stands in the log, and what
Discord does not take just now is said later.
"""

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import discord

from bot.notice import Notice, Place
from bot.post.refusals import REFUSED, Meaning, meaning_of, patiently, told_of, why_of
from bot.reply import notice_text
from bot.request import Later
from bot.words import Words

log = logging.getLogger(__name__)

_NOBODY = discord.AllowedMentions.none()


async def announce(client: discord.Client, notice: Notice, place: Place, *, locale: str) -> bool:
    """
    Say it where it is read; False if nobody could be told.

    A guild is told in its own language, in the channel it chose, else in its system channel, else its owner in
    private. The host's owners are told in private, in `locale`, and the log in any case. Raises Later when Discord
    can't be reached.
    """
    is_hosts = place.guild_id is None
    tag = {"action": "notice", "guild": place.guild_id, "notice": type(notice).__name__}
    if is_hosts:
        log.warning("%s", notice_text(notice, Words("en"), plain=True), extra=tag)
    try:
        said = await _to_host(client, notice, locale) if is_hosts else await _to_guild(client, notice, place)
    except REFUSED as refusal:
        if meaning_of(refusal) is Meaning.PASSES:
            raise Later(f"Discord did not take a notice ({told_of(refusal)})") from refusal
        log.warning("A notice could not be said: %s", why_of(refusal), extra=tag)
        return False
    if not said:
        log.warning("Nobody could be told: %s", notice_text(notice, Words("en"), plain=True), extra=tag)
    return said


async def _to_guild(client: discord.Client, notice: Notice, place: Place) -> bool:
    guild = await client.fetch_guild(place.guild_id or 0, with_counts=False)
    text = notice_text(notice, Words(place.locale or guild.preferred_locale.value))
    for each in (place.channel_id, guild._system_channel_id):  # noqa: SLF001 -- the face knows cached channels only
        if each is not None and await _said(client.get_partial_messageable(each, guild_id=guild.id).send, text):
            return True
    return guild.owner_id is not None and await _said(_direct(client, guild.owner_id), text)


async def _to_host(client: discord.Client, notice: Notice, locale: str) -> bool:
    application = await client.application_info()
    owners = application.team.members if application.team else [application.owner]
    text, said = notice_text(notice, Words(locale)), False
    for owner in owners:
        said |= await _said(_direct(client, owner.id), text)
    return said


def _direct(client: discord.Client, user_id: int) -> Callable[..., Awaitable[object]]:
    async def send(text: str, **how: Any) -> None:
        await (await client.create_dm(discord.Object(user_id))).send(text, **how)

    return send


async def _said(send: Callable[..., Awaitable[object]], text: str) -> bool:
    """Whether somebody reads it there; False where Discord does not let it in. What passes is raised."""
    try:
        await patiently(partial(send, text, allowed_mentions=_NOBODY, suppress_embeds=True))
    except REFUSED as refusal:
        if meaning_of(refusal) is Meaning.PASSES:
            raise
        log.info("A notice was not let in: %s", why_of(refusal), extra={"action": "notice", "reason": why_of(refusal)})
        return False
    return True
