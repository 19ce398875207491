"""
Places: servers and channels as people use them; the way a test sets the scene.

`discord.guild("Home").channel("general")`, `.member("Mina")`: found by name, made if there is none.
"""

from dataclasses import dataclass, replace

from tests.world.discord import events, wire
from tests.world.discord.people import Person
from tests.world.discord.permissions import EVERYBODY, NONE, Permission
from tests.world.discord.rooms import Room
from tests.world.discord.state import Event, Guild, Kind, World


@dataclass(eq=False, repr=False)
class Server(Guild):
    """A guild, as people use it."""

    def channel(self, name: str) -> Room:
        """The text channel of that name; made if there is none."""
        for each in self.channels.values():
            if each.name == name and isinstance(each, Room) and (each.is_thread or each.kind == Kind.TEXT):
                return each
        return self._opened(Kind.TEXT, name)

    def voice(self, name: str) -> Room:
        """The voice channel of that name, with its chat; made if there is none."""
        return self._found(Kind.VOICE, name)

    def stage(self, name: str) -> Room:
        """The stage of that name, with its chat; made if there is none."""
        return self._found(Kind.STAGE, name)

    def forum(self, name: str) -> Room:
        """The forum of that name, in which people open posts (`Person.open_post`); made if there is none."""
        return self._found(Kind.FORUM, name)

    def media(self, name: str) -> Room:
        """The media channel of that name, a forum of pictures; made if there is none."""
        return self._found(Kind.MEDIA, name)

    def announcements(self, name: str) -> Room:
        """The announcement channel of that name; made if there is none."""
        return self._found(Kind.ANNOUNCEMENT, name)

    def category(self, name: str) -> Room:
        """The category of that name (`Room.move` puts channels into it); made if there is none."""
        return self._found(Kind.CATEGORY, name)

    def _found(self, kind: Kind, name: str) -> Room:
        same = (each for each in self.channels.values() if (each.kind, each.name) == (kind, name))
        found = next(same, None)
        return found if isinstance(found, Room) else self._opened(kind, name)

    def _opened(self, kind: Kind, name: str) -> Room:
        made = self.world.channel(kind, name, self)
        assert isinstance(made, Room)
        self.world.emit(events.about_channel("CHANNEL_CREATE", made))
        return made

    def member(self, name: str, *, permissions: Permission = NONE, locale: str = "en-US", bot: bool = False) -> Person:
        """The member of that name; joins if there is none, then with these permissions on top of @everyone's."""
        for each in self.members.values():
            if each.user.name == name:
                return Person(self.world, each.user, self)
        user = self.world.user(name, bot=bot, locale=locale)
        return self.welcome(Person(self.world, user), permissions)

    def webhook(self, name: str) -> Person:
        """Something that posts into this guild's channels without being a member."""
        user = self.world.user(name, bot=True)
        user.is_webhook = True
        return Person(self.world, user, self)

    def welcome(self, person: Person, permissions: Permission = NONE) -> Person:
        """A known person joins this guild too."""
        member = self.world.join(self, person.user, permissions)
        for role in member.roles:
            self.world.emit(events.about_role("GUILD_ROLE_CREATE", role, self))
        return Person(self.world, person.user, self)

    def permit(self, permissions: Permission) -> None:
        """Set what @everyone may do."""
        self.everyone.permissions = permissions
        self.world.emit(events.about_role("GUILD_ROLE_UPDATE", self.everyone, self))

    def automod(self, *words: str, answers: bool = False) -> None:
        """
        Block messages and titles with these words from now on (none: no words any more).

        A word is blocked as a whole, "word*" however it goes on; `answers`: in answers to interactions too.
        """
        self.filters = replace(self.filters, words=words, answers=answers)

    def block_links(self, *hosts: str) -> None:
        """Block messages with links to these hosts as harmful from now on (none: no links any more)."""
        self.filters = replace(self.filters, hosts=hosts)

    def speak(self, locale: str) -> None:
        """Set the language of this guild ("Preferred Locale")."""
        self.locale = locale
        self.world.emit(Event("GUILD_UPDATE", wire.guild(self), 1, self))

    @property
    def bot(self) -> Person:
        """The app as a member of this guild."""
        return Person(self.world, self.world.bot, self)

    @property
    def owner(self) -> Person:
        """Whoever founded it."""
        return Person(self.world, self.world.users[self.owner_id], self)

    def add_bot(self, may: Permission = EVERYBODY) -> None:
        """Add the app to this guild."""
        self.has_bot = True
        self.world.join(self, self.world.bot, may)
        self.world.emit(Event("GUILD_CREATE", wire.guild_create(self, joined=True), 1, self))

    def kick_bot(self) -> None:
        """Remove the app from this guild."""
        self.world.remove_bot(self)


class Places:
    """What a world offers to a test: guilds and people by name."""

    world: World

    def guild(self, name: str, *, bot: bool = True, locale: str = "en-US", bot_may: Permission = EVERYBODY) -> Server:
        """The guild of that name; made if there is none, with the bot in it (unless `bot` is False)."""
        world = self.world
        for each in world.guilds.values():
            if each.name == name and isinstance(each, Server):
                return each
        owner = world.user(f"Owner of {name}")
        made = Server(world, world.clock.snowflake(), name, owner.id, locale, has_bot=bot)
        world.found_guild(made)
        world.join(made, owner)
        if bot:
            made.add_bot(bot_may)
        return made

    def person(self, name: str, *, locale: str = "en-US", installed: bool = False) -> Person:
        """Somebody in no guild yet; `installed`: the app is added to their account."""
        user = self.world.user(name, locale=locale)
        user.installed = installed
        return Person(self.world, user)

    def group(self, name: str, *people: Person) -> Room:
        """A group DM of these people; the app isn't in it."""
        made = self.world.channel(Kind.GROUP, name, recipients=[each.user for each in people], owner_id=people[0].id)
        assert isinstance(made, Room)
        return made
