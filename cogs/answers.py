"""The buttons under an answer: more of it, in another language, what is readable of a file, stop, delete."""

import re

import discord
from discord.ext import commands

from bot.aside import aside
from bot.choices import Place
from bot.desk import Answers as Standings
from bot.desk import Desk, Refused, Standing, Switches
from bot.notes import Note
from bot.outcome import Task
from bot.post import (
    PRESSED,
    DiscordCourier,
    Removal,
    custom_id,
    language_of,
    parent_of,
    payer_of,
    pressable,
    roles_of,
    row_of,
)
from bot.reply import LANGUAGES, panel
from bot.request import anew, ref_of
from bot.words import Words

_TASKS = {"again": Task.TRANSCRIBE, "english": Task.TRANSLATE, "salvage": Task.SALVAGE}


class Answers(commands.Cog):
    """What people press; the custom ids say on which note, and rights are asked anew at each press."""

    def __init__(self, desk: Desk, standings: Standings, switches: Switches, courier: DiscordCourier) -> None:
        self._desk = desk
        self._switches = switches
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
        elif not set(chosen) <= set(LANGUAGES):
            # Only a client that is not Discord's sends what was not offered: it would be a call for nothing.
            await _whisper(interaction, "answer.not_offered")
        elif verb == "retry" or verb in _TASKS:
            note = standing.note
            as_before = (note.task, note.language)
            task, language = as_before if verb == "retry" else (_TASKS[verb], next(iter(chosen), None))
            is_shown = match["message"] is None and not interaction.message.flags.ephemeral
            await self._hear(interaction, standing, task, language, is_shown=is_shown)

    async def _more(self, interaction: discord.Interaction, standing: Standing, message: discord.Message) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        note, words = standing.note, Words(interaction.locale.value)
        if not await self._may_read(interaction, note):
            await interaction.edit_original_response(content=words("transcribe.not_yours"))
            return
        cost = await self._standings.cost(
            note,
            request_id=interaction.id,
            guild_id=payer_of(interaction),
            member_id=interaction.user.id,
            role_ids=roles_of(interaction.user),
        )
        may_attach = interaction.app_permissions.attach_files
        text = await self._courier.read_back(message, standing.reply.message_ids if standing.reply else (), note)
        reply = await aside(
            len(text),
            panel,
            words,
            text=text,
            ref=ref_of(note.key),
            is_spoiler=note.is_spoiler,
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
        self,
        interaction: discord.Interaction,
        standing: Standing,
        task: Task,
        language: str | None,
        *,
        is_shown: bool,
    ) -> None:
        """Hear it anew; `is_shown`: the press was under the answer itself, which everybody there sees."""
        if task is Task.TRANSLATE and not self._standings.can_translate:
            await _whisper(interaction, "answer.no_translation")
            return
        note = standing.note
        private = not await self._is_public(interaction, standing, is_shown=is_shown)
        await interaction.response.defer(thinking=True, ephemeral=private)
        if not await self._may_read(interaction, note):
            await interaction.edit_original_response(content=Words(interaction.locale.value)("transcribe.not_yours"))
            return
        guild_id, role_ids = await self._source(interaction, note)
        request = anew(
            note,
            id=interaction.id,
            guild_id=payer_of(interaction),
            member_id=interaction.user.id,
            locale=language_of(interaction, private=private),
            asked_in=interaction.channel_id,
            asked_under=parent_of(interaction.channel),
            role_ids=roles_of(interaction.user),
            sound_guild_id=guild_id,
            sound_role_ids=role_ids,
            private=private,
            application_id=interaction.application_id,
            token=interaction.token,
            language=language,
            task=task,
        )
        answer = await self._desk.accept(request)
        if isinstance(answer, Refused):
            await self._courier.refuse(request, answer)

    async def _may_read(self, interaction: discord.Interaction, note: Note) -> bool:
        """Whether whoever presses may read what the note says: here, where its words stand, and where it was posted."""
        access = self._courier.access
        if not await access.may_read_here(interaction, author_id=note.author_id):
            return False
        return note.channel_id == interaction.channel_id or await access.may_be_told(interaction, note.channel_id)

    async def _is_public(self, interaction: discord.Interaction, standing: Standing, *, is_shown: bool) -> bool:
        """
        Whether everybody here may read the note heard anew: they were shown its answer, and could read it where it was.

        What cannot be told is private: a panel is seen by one person whosever answer it is about.
        """
        reply, note, access = standing.reply, standing.note, self._courier.access
        here, under = interaction.channel_id or 0, parent_of(interaction.channel)
        if reply.private if reply is not None else not is_shown:
            return False
        if (await self._switches.at(interaction.guild_id, under or here)).place is Place.PRIVATE:
            return False
        if note.channel_id == here:
            return True
        if access.known(note.channel_id) is None or not await access.is_no_wider(here, note.channel_id):
            return False
        return (await self._switches.at(interaction.guild_id, note.ruled_by)).place is not Place.PRIVATE

    async def _source(self, interaction: discord.Interaction, note: Note) -> tuple[int | None, tuple[int, ...]]:
        """The server in which the note stands, and the roles there of whoever presses."""
        if note.channel_id == interaction.channel_id:
            return interaction.guild_id, roles_of(interaction.user)
        access = self._courier.access
        channel = await access.channel(note.channel_id)
        if channel is None:
            return note.sound_guild_id, ()
        return channel.guild_id, await access.roles_of(channel.guild_id, interaction.user) or ()

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
            await self._standings.unwant(reply)
            ended = {one: await self._courier.delete(reply.channel_id, one) for one in reply.message_ids}
            if Removal.REFUSED in ended.values():
                told = "answer.not_deleted"  # it is known as ever: it must go when its note goes
                await self._standings.keep(reply)
            else:
                late = [message_id for message_id, removal in ended.items() if removal is Removal.LATER]
                await self._standings.take_back(reply, late)
                told = "answer.deleted_later" if late else told
        text = Words(interaction.locale.value)(told)
        await interaction.edit_original_response(content=text, attachments=[], view=None)


def _may_end(interaction: discord.Interaction, standing: Standing) -> bool:
    """The author of the note, whoever asked for the words, and people who manage messages where these stand."""
    is_here = standing.reply is None or standing.reply.channel_id == interaction.channel_id
    manages = interaction.guild_id is not None and interaction.permissions.manage_messages and is_here
    return manages or standing.is_of(interaction.user.id)


def _can_delete(interaction: discord.Interaction) -> bool:
    """Where only the user has installed us we are no member, and may not touch a message once its token is spent."""
    return interaction.is_guild_integration() or interaction.context.dm_channel


async def _whisper(interaction: discord.Interaction, key: str) -> None:
    """A sentence for whoever pressed, and nobody else."""
    await interaction.response.send_message(Words(interaction.locale.value)(key), ephemeral=True)
