"""A channel as people use it: read it, wait for it, change who may do what in it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from tests.world.discord import events, threads
from tests.world.discord.answers import line
from tests.world.discord.permissions import NONE, Permission
from tests.world.discord.state import Channel, Message


class Named(Protocol):
    """A person, an account or a role: what an overwrite can be about."""

    @property
    def id(self) -> int:
        """Its snowflake."""
        ...


@dataclass(eq=False, repr=False)
class Room(Channel):
    """A channel, as people use it."""

    async def wait_for(self, fact: Callable[[list[Message]], Any], seconds: float = 10) -> list[Message]:
        """Wait until the channel's messages (oldest first, no ephemeral ones) are so; returns them."""

        def now() -> list[Message]:
            return [each for each in self.messages.values() if each.only_for is None]

        bell = self.world.clock.bell
        await bell.until(lambda: fact(now()), seconds, lambda: "\n".join(line(each) for each in now()))
        return now()

    def seen_by(self, person: Named) -> str:
        """The channel as this person reads it: one paragraph per message."""
        user = self.world.users[person.id]
        if not self.is_open_to(user):
            return ""
        return "\n".join(line(each) for each in self.messages.values() if each.only_for in (None, user))

    def overwrite(self, who: Named, *, allow: Permission = NONE, deny: Permission = NONE) -> None:
        """Set what a person, the bot or a role may do here beyond its roles."""
        self.overwrites[who.id] = (allow, deny)
        self.world.emit(events.about_channel("CHANNEL_UPDATE", self))

    def age_restrict(self, *, on: bool = True) -> None:
        """Show it to adults only, or to everybody again."""
        self.nsfw = on
        self.world.emit(events.about_channel("CHANNEL_UPDATE", self))

    def slow(self, seconds: int, *, bots: bool = True) -> None:
        """Let everybody write only every so many seconds (0: at will); `bots` False: everybody but bots."""
        self.slow_s, self.slows_bots = seconds, bots
        self.world.emit(events.about_channel("THREAD_UPDATE" if self.is_thread else "CHANNEL_UPDATE", self))

    def move(self, category: Channel | None) -> None:
        """Put it into a category, or (None) out of all."""
        self.category = category
        self.world.emit(events.about_channel("CHANNEL_UPDATE", self))

    def let_in(self, who: Named) -> None:
        """Let somebody into this thread, as a mention does."""
        self.joined.add(who.id)

    def archive(self) -> None:
        """Archive this thread; a message wakes it again."""
        threads.put_away(self, archived=True)

    def lock(self) -> None:
        """Lock this thread: only who manages threads writes in it now."""
        threads.put_away(self, locked=True)

    def reopen(self) -> None:
        """Take this thread out of the archive and unlock it."""
        threads.put_away(self, archived=False, locked=False)

    def remove(self) -> None:
        """Delete the channel."""
        self.world.channels.pop(self.id)
        if self.guild is not None:
            self.guild.channels.pop(self.id)
        self.world.emit(events.about_channel("THREAD_DELETE" if self.is_thread else "CHANNEL_DELETE", self))
