"""
The last line of defence: whoever waits for an answer gets a sentence, whatever broke.

Hides what Discord allows when. Promises: it never raises; the sentence has an id that stands in the log too; words that
already stand are never overwritten by it.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord

from bot.words import Words

log = logging.getLogger(__name__)

_LAST_S = 1.0  # for what is nearly done when the bot stops
_SAY_S = 3.0  # for what is told to the people whose wish was cut off
# Discord's refusals, and a network that is not there.
_UNSAID = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)
# First answers after which somebody still waits: none, "is thinking", and a message that is to be changed.
_OPEN = (
    None,
    discord.InteractionResponseType.deferred_channel_message,
    discord.InteractionResponseType.deferred_message_update,
)
Asked = discord.Interaction[Any]


class Waiting:
    """The commands, presses and forms somebody waits for."""

    def __init__(self) -> None:
        self._at_work: dict[asyncio.Task[Any], Asked] = {}

    def begin(self, interaction: Asked) -> None:
        """The task that calls is what this interaction waits for, until it ends."""
        if (task := asyncio.current_task()) is not None:
            self._at_work[task] = interaction
            task.add_done_callback(lambda done: self._at_work.pop(done, None))

    async def broke(self, interaction: Asked, error: BaseException) -> None:
        """Log what broke, and say so under the same id."""
        ref = _ref()
        log.error(
            "A command broke",
            exc_info=error,
            extra={"action": "command_failed", "note": ref, "guild": interaction.guild_id},
        )
        await _say(interaction, "transcribe.unexpected", ref)

    async def end(self) -> None:
        """Let what is at work finish for a moment; then cut it off, and say so to whoever has no answer yet."""
        if not self._at_work:
            return
        cut = dict(self._at_work)
        await asyncio.wait(cut, timeout=_LAST_S)
        cut = {task: interaction for task, interaction in cut.items() if not task.done()}
        for task in cut:
            task.cancel()
        if cut:
            await asyncio.wait(cut, timeout=_LAST_S)
            await asyncio.gather(*map(_cut_off, cut.values()))


async def _cut_off(interaction: Asked) -> None:
    if interaction.response.type not in _OPEN:
        return
    ref = _ref()
    log.warning(
        "A command was cut off by the stop", extra={"action": "command_cut", "note": ref, "guild": interaction.guild_id}
    )
    try:
        async with asyncio.timeout(_SAY_S):
            await _say(interaction, "transcribe.stopped", ref)
    except TimeoutError:
        log.warning("Nor could that be said in time", extra={"action": "undeliverable", "note": ref})


def _ref() -> str:
    return secrets.token_hex(3).upper()


async def _say(interaction: Asked, key: str, ref: str) -> None:
    """The sentence, in the first way that Discord takes."""
    why: BaseException | None = None
    async for told in _ways(interaction, key, ref):
        if told is None:
            return
        why = told
    log.warning(
        "Nor could that be said: %s",
        getattr(why, "text", "") or why,
        extra={"action": "undeliverable", "note": ref},
    )


async def _ways(interaction: Asked, key: str, ref: str) -> AsyncIterator[BaseException | None]:
    """
    What came of each way to say it, None where it was said.

    A follow-up works where an edit may not: a layout takes no text, words that stand stay, and the message may be gone.
    Directly after "is thinking" Discord fills that message with it ("Create Followup Message").
    """
    own = _text(interaction.locale, key, ref)
    if not (is_begun := interaction.response.is_done()):
        yield await _tried(interaction.response.send_message(own, ephemeral=True))
        # Not taken: an answer that we know nothing of was taken before, and can be followed up; or it is too late.
    text = _text(await _read_by(interaction), key, ref)
    yield await _tried(interaction.followup.send(text, ephemeral=True))
    if is_begun:  # of what was never begun Discord itself says that nobody answered
        yield await _tried(interaction.user.send(own))


async def _tried(sending: Any) -> BaseException | None:
    try:
        await sending
    except _UNSAID as refusal:
        return refusal
    return None


async def _read_by(interaction: Asked) -> discord.Locale:
    """The language of whoever reads a follow-up: the server's where it fills a message that all of them see."""
    thinks = interaction.response.type is discord.InteractionResponseType.deferred_channel_message
    if not thinks or interaction.guild_locale is None:
        return interaction.locale
    try:
        begun = await interaction.original_response()
    except _UNSAID:
        return interaction.locale
    is_public = begun.flags.loading and not begun.flags.ephemeral
    return interaction.guild_locale if is_public else interaction.locale


def _text(locale: discord.Locale, key: str, ref: str) -> str:
    words = Words(locale.value)
    return f"{words(key)}\n-# {words('footer.ref', ref=ref)}"
