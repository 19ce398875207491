"""The other table: what somebody may read of a channel, by which way they ask for its words, and what they then see."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests.conftest import PATIENCE_S, World
from tests.rights.cells import SHORT, sound
from tests.rights.drive import Progress, refs_of
from tests.world.discord import Answer, Message, Permission, Person, Room, Server, events
from tests.world.discord.answers import NotOffered
from tests.world.discord.messages import start_thread
from tests.world.discord.state import Kind, Role

_AT_ONCE = 8
_DECISION = "INSERT OR REPLACE INTO choice (guild_id, channel_id, name, value, at_ms) VALUES (?, ?, ?, ?, 0)"
_numbers = count(1)
Cell = tuple["Asker", "Door"]


@dataclass(frozen=True)
class Scene:
    """
    Where one cell happens: the channel of the note, another one of its server, one of another server; and who is there.

    `author` posts, `mina` asks, and `jun`, who may not see the note's channel, reads along wherever she asks.
    """

    world: World
    room: Room
    other: Room
    away: Room
    author: Person
    mina: Person
    mina_away: Person
    jun: Person
    folder: Path

    @property
    def home(self) -> Server:
        """The server of the note."""
        return self.world.home

    async def decide(self, room: Room, **decided: object) -> None:
        """Have it decided in that channel, of whichever server."""
        assert room.guild is not None
        at = (room.guild.id, (room.parent or room).id)
        rows = [(*at, name, json.dumps(value)) for name, value in decided.items()]

        def write() -> None:
            with self.world.books() as books:
                books.executemany(_DECISION, rows)

        await asyncio.to_thread(write)


@dataclass(frozen=True)
class Asker:
    """Somebody's right to a channel: how the channel is made, and what is taken away once the note is posted."""

    name: str
    take: Callable[[Scene], Awaitable[None]]
    made: Callable[[Server, str, Person], Room] = lambda server, name, _: server.channel(name)
    is_gone: bool = False


@dataclass(frozen=True)
class Door:
    """
    A way to its words. `before` happens while everything is allowed; what `through` asks for is what is looked at.

    `decided` holds in the channel of the note; `is_away`: asked from outside of the server.
    """

    name: str
    through: Callable[[Scene, Answer, Answer | None], Awaitable[Answer | None]]
    decided: str = "on_demand"
    place: str = "reply"
    before: Callable[[Scene, Answer], Awaitable[Answer | None]] | None = None
    is_away: bool = False


# -- who asks -------------------------------------------------------------------------------------


def _denied(permission: Permission) -> Callable[[Scene], Awaitable[None]]:
    async def take(at: Scene) -> None:
        place = at.room.parent or at.room
        assert isinstance(place, Room)
        place.overwrite(at.mina, deny=permission)

    return take


async def _nothing(_: Scene) -> None:
    pass


def _new_role(at: Scene, who: Person) -> Role:
    role = Role(at.world.discord.clock.snowflake(), f"role of {at.room.name}")
    at.home.roles[role.id] = role
    who.member.roles.append(role)
    at.world.discord.world.emit(events.about_role("GUILD_ROLE_CREATE", role, at.home))
    return role


async def _by_role(at: Scene) -> None:
    at.room.overwrite(_new_role(at, at.mina), deny=Permission.VIEW_CHANNEL)


async def _age_gate(at: Scene) -> None:
    at.room.age_restrict()


async def _leave(at: Scene) -> None:
    at.home.members.pop(at.mina.id)


async def _silence(at: Scene) -> None:
    at.mina.time_out(3_600)


async def _roles_only(at: Scene) -> None:
    await at.decide(at.room, role_ids=[_new_role(at, at.author).id])


async def _off(at: Scene) -> None:
    await at.decide(at.room, mode="off")


async def _off_away(at: Scene) -> None:
    await at.decide(at.away, mode="off")


async def _put_out(at: Scene) -> None:
    at.room.joined.discard(at.mina.id)


def _thread(kind: Kind) -> Callable[[Server, str, Person], Room]:
    def made(server: Server, name: str, author: Person) -> Room:
        thread = start_thread(author.user, server.channel(name), "aside", kind=kind)
        assert isinstance(thread, Room)
        return thread

    return made


ASKERS = (
    Asker("every right", _nothing),
    Asker("no View Channel", _denied(Permission.VIEW_CHANNEL)),
    Asker("no Read Message History", _denied(Permission.READ_MESSAGE_HISTORY)),
    Asker("no Connect, voice channel", _denied(Permission.CONNECT), lambda home, name, _: home.voice(name)),
    Asker("no Connect, stage", _denied(Permission.CONNECT), lambda home, name, _: home.stage(name)),
    Asker("a role that may not view", _by_role),
    Asker("thread, its channel not viewed", _denied(Permission.VIEW_CHANNEL), _thread(Kind.THREAD)),
    Asker("private thread, not in it", _put_out, _thread(Kind.PRIVATE_THREAD)),
    Asker("private thread, in it", _nothing, _thread(Kind.PRIVATE_THREAD)),
    Asker("age-restricted channel", _age_gate),
    Asker("has left the server", _leave, is_gone=True),
    Asker("in time-out", _silence),
    Asker("not the role that may use it", _roles_only),
    Asker("switched off where the note is", _off),
    Asker("switched off in the other server", _off_away),
)


# -- how they ask ---------------------------------------------------------------------------------


def _link(at: Scene, note: Answer) -> str:
    assert note.message is not None
    return f"https://discord.com/channels/{at.home.id}/{at.room.id}/{note.message.id}"


async def _alone(at: Scene, _: Answer, __: Answer | None) -> Answer:
    return await at.mina.slash("transcribe", at.room)


async def _by_link(at: Scene, note: Answer, _: Answer | None) -> Answer:
    return await at.mina.slash("transcribe", at.room, message=_link(at, note))


async def _from_other(at: Scene, note: Answer, _: Answer | None) -> Answer:
    return await at.mina.slash("transcribe", at.other, message=_link(at, note))


async def _from_away(at: Scene, note: Answer, _: Answer | None) -> Answer:
    return await at.mina_away.slash("transcribe", at.away, message=_link(at, note))


async def _from_direct(at: Scene, note: Answer, _: Answer | None) -> Answer:
    stranger = Person(at.mina.world, at.mina.user)
    return await stranger.slash("transcribe", stranger.dm(), message=_link(at, note))


async def _menu(at: Scene, note: Answer, _: Answer | None) -> Answer:
    assert note.message is not None
    return await at.mina.menu("Transcribe", note.message)


async def _offered(at: Scene, note: Answer) -> Answer:
    await at.world.discord.clock.bell.until(lambda: bool(_below(at, note)), PATIENCE_S)
    return Answer(at.author.user, at.room, note.message)


def _below(at: Scene, note: Answer) -> list[Message]:
    return [one for one in at.room.messages.values() if one.replies_to == (note.message and note.message.id)]


async def _tap(at: Scene, note: Answer, _: Answer | None) -> Answer:
    return await at.mina.press(_below(at, note)[0], "Transcribe")


async def _heard(at: Scene, note: Answer) -> Answer:
    """The author had it written down for everybody."""
    assert note.message is not None
    return await (await at.author.menu("Transcribe", note.message)).wait(seconds=PATIENCE_S)


async def _more(at: Scene, _: Answer, heard: Answer | None) -> Answer:
    assert heard is not None
    return await at.mina.press(heard.messages[-1], "More")


async def _panelled(at: Scene, note: Answer) -> Answer:
    """Mina has the panel of "More" before her, under an answer for everybody."""
    return await (await _more(at, note, await _heard(at, note))).wait(seconds=PATIENCE_S)


async def _panelled_alone(at: Scene, note: Answer) -> Answer | None:
    """The same under an answer of her own, in the other server."""
    asked = await (await _from_away(at, note, None)).wait(seconds=PATIENCE_S)
    return await (await at.mina_away.press(asked.messages[-1], "More")).wait(seconds=PATIENCE_S)


async def _again(at: Scene, _: Answer, panel: Answer | None) -> Answer:
    assert panel is not None
    return await at.mina.choose(panel.messages[-1], "Hear it again in …", "Korean")


async def _again_away(at: Scene, _: Answer, panel: Answer | None) -> Answer:
    assert panel is not None
    return await at.mina_away.choose(panel.messages[-1], "Hear it again in …", "Korean")


async def _more_away(at: Scene, _: Answer, panel: Answer | None) -> Answer:
    assert panel is not None
    answers = [one for one in at.away.messages.values() if one.only_for is at.mina.user and SHORT in one.content]
    return await at.mina_away.press(answers[0], "More")


async def _reposted(at: Scene, note: Answer, _: Answer | None) -> Answer:
    """The author posts the same sound where Mina and Jun read."""
    assert note.message is not None
    name = note.message.files[0].filename
    return await at.author.upload(at.other, (name, note.message.files[0].read()))


async def _posted(at: Scene, _: Answer, __: Answer | None) -> Answer:
    """The author posts another one, and its words go into the other channel."""
    return await at.author.voice_note(at.room, sound(at.folder, "ogg", f"{at.room.name} again"))


DOORS = (
    Door("`/transcribe` alone", _alone),
    Door("link, in the channel", _by_link),
    Door("link, in another channel", _from_other),
    Door("link, in another server", _from_away, is_away=True),
    Door("link, in a direct message", _from_direct, is_away=True),
    Door("menu", _menu),
    Door("button below the note", _tap, before=_offered),
    Door("More", _more, before=_heard),
    Door("hear it again", _again, before=_panelled),
    Door("More, asked elsewhere", _more_away, before=_panelled_alone, is_away=True),
    Door("again, asked elsewhere", _again_away, before=_panelled_alone, is_away=True),
    Door("same sound elsewhere", _reposted, before=_heard),
    Door("words in another channel", _posted, "auto", "channel"),
)


# -- what they see --------------------------------------------------------------------------------


@dataclass
class Watch:
    """The world, and how far each note in it is."""

    world: World
    folder: Path
    progress: Progress

    async def cells(self, cells: Iterable[Cell]) -> dict[tuple[str, str], str]:
        """What Mina saw in each, several at once; AssertionError where anybody read what they may not."""
        free = asyncio.Semaphore(_AT_ONCE)

        async def one(asker: Asker, door: Door) -> str:
            async with free:
                return await self.cell(asker, door)

        async with asyncio.TaskGroup() as group:
            tasks = {(cell[0].name, cell[1].name): group.create_task(one(*cell)) for cell in cells}
        return {names: task.result() for names, task in tasks.items()}

    async def cell(self, asker: Asker, door: Door) -> str:
        """One of them."""
        at = self._scene(asker, door)
        await at.decide(at.room, mode=door.decided, place=door.place, other_channel_id=at.other.id)
        note = await at.author.voice_note(at.room, sound(self.folder, "ogg", at.room.name))
        if door.decided == "auto":
            await self._until(lambda: refs_of(note) <= self.progress.ended, at)
        before = None if door.before is None else await door.before(at, note)
        await asker.take(at)
        since = self.world.discord.clock.snowflake()
        if asker.is_gone and not door.is_away:
            return "not offered"  # Discord shows them nothing of that server
        try:
            asked = await door.through(at, note, before)
        except NotOffered:
            return "not offered"
        assert asked is not None
        is_silent = asker.take is _off and asked.interaction is None
        if is_silent:
            # Nobody is told of what is not heard by itself: what is posted later is heard, and this is not.
            asked = await at.author.voice_note(self.world.general, sound(self.folder, "ogg", f"{at.room.name} last"))
        await self._until(lambda: self._is_over(asked), at)
        said = self._said(at, since, () if is_silent else asked.messages)
        self._nobody_else_reads(at, door, said)
        return self._told(at, door, said)

    def _scene(self, asker: Asker, door: Door) -> Scene:
        world, number = self.world, next(_numbers)
        home, elsewhere = world.home, world.discord.guild("Elsewhere")
        author, mina, jun = (home.member(f"{name}-{number}") for name in ("Author", "Mina", "Jun"))
        room, other = asker.made(home, f"room-{number}", author), home.channel(f"other-{number}")
        away = elsewhere.channel(f"away-{number}")
        mina_away = elsewhere.welcome(mina)
        elsewhere.welcome(jun)
        room.let_in(mina)
        ruling = room.parent or room
        assert isinstance(ruling, Room)
        ruling.overwrite(jun, deny=Permission.VIEW_CHANNEL)
        if door.through in (_reposted, _posted):
            other.overwrite(jun, deny=Permission.VIEW_CHANNEL)
        return Scene(world, room, other, away, author, mina, mina_away, jun, self.folder)

    def _is_over(self, asked: Answer) -> bool:
        if asked.interaction is None:
            return refs_of(asked) <= self.progress.ended
        return asked.done and not any("Listening" in one.content for one in asked.messages)

    async def _until(self, fact: Callable[[], bool], at: Scene) -> None:
        await self.world.discord.clock.bell.until(
            fact, PATIENCE_S, lambda: f"{at.room.name}\n{self.world.diary.text[-3000:]}"
        )

    def _said(self, at: Scene, since: int, answers: Iterable[Message]) -> list[Message]:
        """What the bot has said since, wherever that is; an answer may stand in a message from before."""
        bot = self.world.discord.world.bot
        places = [at.room, at.other, at.away, at.mina.dm(), at.jun.dm()]
        new = {one.id: one for place in places for one in place.messages.values() if one.id > since}
        return [one for one in (new | {one.id: one for one in answers}).values() if one.author is bot]

    def _nobody_else_reads(self, at: Scene, door: Door, said: Iterable[Message]) -> None:
        """Whoever sees words, or the way to them, may read the channel of the note."""
        for one in said:
            tells = f"/{at.room.id}/" in one.content if door.through is _reposted else SHORT in one.content
            for who in (at.mina, at.jun):
                is_seen = one.only_for is who.user or (one.only_for is None and one.channel.is_open_to(who.user))
                is_live = door.through is _posted and one.channel is at.room  # Discord itself shows it to whoever looks
                if tells and is_seen and not is_live:
                    assert may_read(at.room, who), f"{who.name} reads {one.content!r} of {at.room.name}"

    def _told(self, at: Scene, door: Door, said: Iterable[Message]) -> str:
        words = [one for one in said if SHORT in one.content]
        if door.through is _reposted:
            return "quoted" if any(f"/{at.room.id}/" in one.content for one in words) else "heard anew"
        if door.through is _posted:
            return "nothing" if not words else "other channel" if words[0].channel is at.other else "below the note"
        seen = [one for one in words if one.only_for in (None, at.mina.user)]
        if not seen:
            return "told why"
        return "words, alone" if seen[0].only_for is at.mina.user else "words"


def may_read(room: Room, who: Person) -> bool:
    """Whether Discord lets them read what was posted there before they looked; the stand-in's own arithmetic."""
    return room.is_open_to(who.user) and bool(room.allowed(who.user) & Permission.READ_MESSAGE_HISTORY)
