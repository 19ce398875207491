"""
Saying something of one's own accord: to a guild's managers, or to the host.

Hides where there is somebody to read it. Promises: pings nobody, never raises; what nobody could be told
stands in the log.
"""

import logging
from collections.abc import AsyncIterator

import aiohttp
import discord
from discord.abc import Messageable

from bot.notice import Notice, Place
from bot.reply import notice_text
from bot.words import Words

log = logging.getLogger(__name__)

_TROUBLE = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)
_NOBODY = discord.AllowedMentions.none()


async def announce(client: discord.Client, notice: Notice, place: Place, *, locale: str) -> bool:
    """
    Say it where it is read; False if nobody could be told.

    A guild is told in its own language, in the channel it chose, else in its system channel, else its owner in
    private. The host's owners are told in private, in `locale`, and the log in any case.
    """
    is_hosts = place.guild_id is None
    tag = {"action": "notice", "guild": place.guild_id, "notice": type(notice).__name__}
    if is_hosts:
        log.warning("%s", notice_text(notice, Words("en"), plain=True), extra=tag)
    try:
        said = await _to_host(client, notice, locale) if is_hosts else await _to_guild(client, notice, place)
    except _TROUBLE as trouble:
        log.warning("A notice could not be said: %s", trouble, extra=tag)
        return False
    if not said:
        log.warning("Nobody could be told: %s", notice_text(notice, Words("en"), plain=True), extra=tag)
    return said


async def _to_guild(client: discord.Client, notice: Notice, place: Place) -> bool:
    guild = await client.fetch_guild(place.guild_id or 0, with_counts=False)
    text = notice_text(notice, Words(place.locale or guild.preferred_locale.value))
    async for there in _ears(client, guild, place.channel_id):
        try:
            await there.send(text, allowed_mentions=_NOBODY, suppress_embeds=True)
        except (discord.Forbidden, discord.NotFound) as closed:
            log.info("A notice was not let in: %s", closed.text, extra={"action": "notice", "guild": guild.id})
        else:
            return True
    return False


async def _ears(client: discord.Client, guild: discord.Guild, channel_id: int | None) -> AsyncIterator[Messageable]:
    """Where a guild may be told, the best place first; opened only when its turn comes."""
    for each in (channel_id, guild._system_channel_id):  # noqa: SLF001 -- the face knows cached channels only
        if each is not None:
            yield client.get_partial_messageable(each, guild_id=guild.id)
    if guild.owner_id is not None:
        yield await client.create_dm(discord.Object(guild.owner_id))


async def _to_host(client: discord.Client, notice: Notice, locale: str) -> bool:
    application = await client.application_info()
    owners = application.team.members if application.team else [application.owner]
    text, said = notice_text(notice, Words(locale)), False
    for owner in owners:
        try:
            direct = await client.create_dm(discord.Object(owner.id))
            await direct.send(text, allowed_mentions=_NOBODY, suppress_embeds=True)
            said = True
        except (discord.Forbidden, discord.NotFound) as closed:
            log.info("An owner takes no direct messages: %s", closed.text, extra={"action": "notice"})
    return said
