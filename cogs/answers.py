"""The buttons under an answer: more of it, in another language, what is readable of a file, stop, delete."""

import re

import discord
from discord.ext import commands

from bot.desk import Answers as Standings
from bot.desk import Desk, Refused, Standing
from bot.outcome import Task
from bot.post import PRESSED, DiscordCourier, Removal, custom_id, language_of, payer_of, pressable, row_of
from bot.reply import LANGUAGES, panel
from bot.request import anew
from bot.words import Words

_TASKS = {"again": Task.TRANSCRIBE, "english": Task.TRANSLATE, "salvage": Task.SALVAGE}


class Answers(commands.Cog):
    """What people press; the custom ids say on which note, and rights are asked anew at each press."""

    def __init__(self, desk: Desk, standings: Standings, courier: DiscordCourier) -> None:
        self._desk = desk
        self._standings = standings
        self._courier = courier
        # Buttons and selects have ids of the same shape, but discord.py asks for one pattern each.
        self.items = [
            pressable(discord.ui.Button, PRESSED.replace("[a-z]+", "(?!again)[a-z]+"), self._pressed),
            pressable(discord.ui.Select, PRESSED.replace("[a-z]+", "again"), self._pressed),
        ]

    async def _pressed(self, interaction: discord.Interaction, match: re.Match[str], chosen: list[str]) -> None:
        """One press; its id names the answer that is meant where the button is not under it."""
        if interaction.message is None:
            return
        verb, message_id = match["verb"], int(match["message"] or interaction.message.id)
        standing = await self._standings.at(match["key"], message_id)
        if standing is None:
            await _whisper(interaction, "answer.gone")
        elif verb == "more":
            await self._more(interaction, standing, interaction.message)
        elif verb == "stop":
            await self._stop(interaction, standing)
        elif verb == "delete":
            await self._delete(interaction, standing)
        elif verb in _TASKS:
            await self._hear(interaction, standing, _TASKS[verb], next(iter(chosen), None))

    async def _more(self, interaction: discord.Interaction, standing: Standing, message: discord.Message) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        note, words = standing.note, Words(interaction.locale.value)
        payer, asker = payer_of(interaction), interaction.user.id
        cost = await self._standings.cost(note, request_id=interaction.id, guild_id=payer, member_id=asker)
        may_attach = interaction.app_permissions.attach_files
        reply = panel(
            words,
            text=await self._courier.read_back(message, standing.reply.message_ids if standing.reply else ()),
            timing=note.timing,
            cost=(cost.scope, cost.need_ms, cost.left_ms),
            may_attach=may_attach,
            may_delete=_may_end(interaction, standing) and _can_delete(interaction),
            may_translate=self._standings.can_translate and note.task is not Task.TRANSLATE,
        )
        row = row_of(reply.buttons, note.key, message.id)
        options = [
            discord.SelectOption(label=words(f"language.{code}"), value=code)
            for code in LANGUAGES
            if (code, note.task) != (note.language, Task.TRANSCRIBE)
        ]
        again = custom_id("again", note.key, message.id)
        row.add_item(discord.ui.Select(custom_id=again, placeholder=words("button.again"), options=options))
        row.stop()
        await interaction.edit_original_response(
            content=reply.parts[0],
            attachments=self._courier.files(reply),
            view=row,
            allowed_mentions=discord.AllowedMentions.none(),
        )

    async def _hear(
        self, interaction: discord.Interaction, standing: Standing, task: Task, language: str | None
    ) -> None:
        if task is Task.TRANSLATE and not self._standings.can_translate:
            await _whisper(interaction, "answer.no_translation")
            return
        private = standing.reply is not None and standing.reply.private
        await interaction.response.defer(thinking=True, ephemeral=private)
        request = anew(
            standing.note,
            id=interaction.id,
            guild_id=payer_of(interaction),
            member_id=interaction.user.id,
            locale=language_of(interaction, private=private),
            asked_in=interaction.channel_id,
            private=private,
            application_id=interaction.application_id,
            token=interaction.token,
            language=language,
            task=task,
        )
        answer = await self._desk.accept(request)
        if isinstance(answer, Refused):
            await self._courier.refuse(request, answer)

    async def _stop(self, interaction: discord.Interaction, standing: Standing) -> None:
        if not _may_end(interaction, standing):
            await _whisper(interaction, "answer.not_yours")
            return
        stopped = await self._standings.stop(standing.note.key)
        await _whisper(interaction, "answer.stopping" if stopped else "answer.too_late")

    async def _delete(self, interaction: discord.Interaction, standing: Standing) -> None:
        if not _may_end(interaction, standing):
            await _whisper(interaction, "answer.not_yours")
            return
        await interaction.response.defer()
        told = "answer.deleted"
        if (reply := standing.reply) is not None:
            ended = {one: await self._courier.delete(reply.channel_id, one) for one in reply.message_ids}
            if Removal.REFUSED in ended.values():
                told = "answer.not_deleted"  # it is known as ever: it must go when its note goes
            else:
                late = [message_id for message_id, removal in ended.items() if removal is Removal.LATER]
                await self._standings.take_back(reply, late)
                told = "answer.deleted_later" if late else told
        text = Words(interaction.locale.value)(told)
        await interaction.edit_original_response(content=text, attachments=[], view=None)


def _may_end(interaction: discord.Interaction, standing: Standing) -> bool:
    """The author of the note, whoever asked for the words, and people who manage messages."""
    manages = interaction.guild_id is not None and interaction.permissions.manage_messages
    return manages or standing.is_of(interaction.user.id)


def _can_delete(interaction: discord.Interaction) -> bool:
    """Where only the user has installed us we are no member, and may not touch a message once its token is spent."""
    return interaction.is_guild_integration() or interaction.context.dm_channel


async def _whisper(interaction: discord.Interaction, key: str) -> None:
    """A sentence for whoever pressed, and nobody else."""
    await interaction.response.send_message(Words(interaction.locale.value)(key), ephemeral=True)
