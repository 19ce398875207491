"""The button under a note that nobody has asked for yet."""

import re
from dataclasses import replace

import discord
from discord.ext import commands

from bot.choices import Choice, Place
from bot.desk import Desk, Refused, Switches
from bot.outcome import Door, Failed, Fault, Gone, NothingHere, Outcome
from bot.post import (
    OFFERED,
    DiscordCourier,
    asked_for,
    is_gone,
    language_of,
    offer_view,
    parent_of,
    passes,
    pressable,
)
from bot.reply import render
from bot.words import Words

_NOBODY = discord.AllowedMentions.none()


class Offers(commands.Cog):
    """One tap opens the note; its id says which, and what was decided is asked anew at each tap."""

    def __init__(self, desk: Desk, switches: Switches, courier: DiscordCourier) -> None:
        self._desk = desk
        self._switches = switches
        self._courier = courier
        self.items = [pressable(discord.ui.Button, OFFERED, self.pressed)]

    async def pressed(self, interaction: discord.Interaction, match: re.Match[str], _: list[str]) -> None:
        """Show that it is being heard, and ask the desk; a refusal is for the one who tapped alone."""
        message_id = int(match["message"])
        if not await self._courier.access.may_read_here(interaction, author_id=_author_of(interaction)):
            text = Words(interaction.locale.value)("transcribe.no_history")
            await interaction.response.send_message(text, ephemeral=True, allowed_mentions=_NOBODY)
            return
        choice = await self._switches.at(
            interaction.guild_id, parent_of(interaction.channel) or interaction.channel_id or 0
        )
        is_private = choice.place is Place.PRIVATE
        # What stands below the note is read by everybody there; a refusal, by the one who tapped.
        words = Words(language_of(interaction, private=is_private, chosen=choice.locale))
        if is_private:
            await interaction.response.defer(thinking=True, ephemeral=True)
        else:
            told = await self._told(choice, interaction, words)
            await interaction.response.edit_message(content=told, view=None)
        message = await _note(interaction, message_id)
        if not isinstance(message, discord.Message):
            await interaction.edit_original_response(content=_text(message, interaction, words))
            return
        refusals = await self._ask(message, interaction, choice)
        if not refusals or refusals == [None]:
            return
        text = _text(refusals[0] or NothingHere(), interaction, Words(interaction.locale.value))
        if is_private:
            await interaction.edit_original_response(content=text, allowed_mentions=_NOBODY)
            return
        if all(refusals):
            view = offer_view(message_id, words, private=False)
            await interaction.edit_original_response(content=words("offer.text"), view=view)
        await interaction.followup.send(text, ephemeral=True, allowed_mentions=_NOBODY)

    async def _ask(
        self, message: discord.Message, interaction: discord.Interaction, choice: Choice
    ) -> list[Outcome | None]:
        """What the desk said to each sound of the message: None where its words will come."""
        said: list[Outcome | None] = []
        is_private = choice.place is Place.PRIVATE
        for request in asked_for(message, interaction, door=Door.MENU, private=is_private):
            elsewhere = choice.place in (Place.THREAD, Place.CHANNEL)
            asked = replace(request, token=None, application_id=None) if elsewhere else request
            answer = await self._desk.accept(asked)
            said.append(answer.outcome if isinstance(answer, Refused) else None)
        return said or [NothingHere()]

    async def _told(self, choice: Choice, interaction: discord.Interaction, words: Words) -> str:
        """Where the words will be."""
        here, other = interaction.channel_id or 0, choice.other_channel_id
        access = self._courier.access
        if choice.place is Place.THREAD and parent_of(interaction.channel) is None:
            return words("offer.in_thread")
        is_elsewhere = choice.place is Place.CHANNEL and other is not None and other != here
        # Asked of what is known at once: Discord waits three seconds for the first answer.
        if other is not None and is_elsewhere and access.known(other) and await access.is_no_wider(other, here):
            return words("offer.in_channel", channel=f"<#{other}>")
        return words("offer.hearing")


def _author_of(interaction: discord.Interaction) -> int | None:
    """Who posted the message the button is for, where Discord sends it along."""
    reference = interaction.message.reference if interaction.message else None
    return reference.resolved.author.id if reference and isinstance(reference.resolved, discord.Message) else None


async def _note(interaction: discord.Interaction, message_id: int) -> discord.Message | Gone | Failed:
    """The message the button is for: Discord sends it along with the press, or else it is asked for."""
    reference = interaction.message.reference if interaction.message else None
    if reference is not None and isinstance(reference.resolved, discord.Message):
        return reference.resolved
    channel = interaction.channel
    if not isinstance(channel, discord.abc.Messageable):
        return Gone()
    try:
        return await channel.fetch_message(message_id)
    except discord.HTTPException as refusal:
        if is_gone(refusal):
            return Gone()
        if passes(refusal):
            raise  # who pressed is told that it broke, and may press again
        return Failed(Fault.NO_PERMISSION)  # below a note it could not reply to, and may not read again


def _text(outcome: Outcome, interaction: discord.Interaction, words: Words) -> str:
    ref = f"{interaction.id % 100_000:05}"
    return render(outcome, words, ref=ref, guild_id=interaction.guild_id).parts[0]
