"""A REST request that passed the door, and what its path points at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.world.discord import events, wire
from tests.world.discord.gateway import Gateway
from tests.world.discord.messages import Upload, need
from tests.world.discord.rules import missing_access, unknown
from tests.world.discord.state import Channel, Guild, Json, Message, World


@dataclass
class Call:
    """A request that passed the door: authorised where needed, its body read."""

    world: World
    gateway: Gateway
    where: dict[str, str]
    query: dict[str, str]
    body: Any
    uploads: Sequence[Upload]

    @property
    def channel(self) -> Channel:
        """The channel of the path, if the bot can see it."""
        found = self.world.channels.get(int(self.where["channel_id"]))
        if found is None or (found.guild is not None and not found.guild.has_bot):
            raise unknown("Channel")
        need(self.world.bot, found)
        return found

    @property
    def message(self) -> Message:
        """The message of the path; reading it needs the history."""
        channel = self.channel
        if not channel.is_open_to(self.world.bot):
            raise missing_access()
        found = channel.messages.get(int(self.where["message_id"]))
        if found is None or found.only_for is not None:
            raise unknown("Message")
        return found

    @property
    def guild(self) -> Guild:
        """The guild of the path."""
        found = self.world.guilds.get(int(self.where["guild_id"]))
        if found is None or not found.has_bot:
            raise unknown("Guild")
        return found

    @property
    def guild_scope(self) -> int | None:
        """Global commands: None."""
        if int(self.where["application_id"]) != self.world.bot.id:
            raise unknown("Application")
        return self.guild.id if "guild_id" in self.where else None

    def shown(self, message: Message) -> Json:
        """A message as REST gives it: without content, where the app lacks the intent."""
        shape = wire.message(message)
        return shape if self.world.privileged & events.MESSAGE_CONTENT else events.without_content(shape, message)
