"""
Who is there, what they posted, and what has to become of it.

Promises: each note knows what was done about it, so that afterwards its answer can be judged: which one is wanted, or
that none is; where two things were done at once, either is (`loose`).
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from random import Random
from typing import Any

from tests.bustle.sounds import SHORT, digest, said_in, told_apart, word_of
from tests.world.discord import Answer, Discord, Message, NotOffered, Permission, Person, Room, Server, Upload
from tests.world.discord.clock import EPOCH_MS
from tests.world.openai import LocalOpenAI

PEOPLE, ROOMS = 8, 4


class Gone(StrEnum):
    """Why nothing of a note may be left."""

    NO = ""
    DELETED = "deleted"
    CHANNEL = "its channel was deleted"
    FORGOTTEN = "its speaker was forgotten"


@dataclass(eq=False)
class Note:
    """
    A note, and what was done about it.

    `loose`: at most one answer is wanted, for at that moment something else was decided; `barred`: no words, its
    speaker has said no; `unheard`: nobody may even listen to it; `touched`: somebody asked for it by themselves.
    """

    number: int
    person: Person
    room: Room
    message: Message
    sha256: str
    mode: str
    gone: Gone = Gone.NO
    loose: set[str] = field(default_factory=set)
    barred: bool = False
    unheard: bool = False
    touched: bool = False

    @property
    def word(self) -> str:
        """What is said in it, and nowhere else."""
        return word_of(self.number)

    @property
    def attachment_ids(self) -> list[int]:
        """Its sounds."""
        return [file.id for file in self.files]

    def __post_init__(self) -> None:
        self.files = list(self.message.files)

    @property
    def answers(self) -> list[Message]:
        """What we said below it of our own accord and still stands."""
        found = [one for one in self.message.replies if one.id in one.channel.messages]
        return [one for one in found if one.author.bot and one.interaction is None]


@dataclass(eq=False)
class Asked:
    """Somebody pressed, or used a command: about a note, or about nothing of the kind."""

    what: str
    answer: Answer
    note: Note | None = None


@dataclass
class Town:
    """All of it."""

    discord: Discord
    openai: LocalOpenAI
    books: Any
    said: dict[str, str]
    dice: Random
    long: bytes
    servers: list[Server] = field(default_factory=list)
    people: dict[int, list[Person]] = field(default_factory=dict)
    admins: dict[int, Person] = field(default_factory=dict)
    rooms: dict[int, list[Room]] = field(default_factory=dict)
    modes: defaultdict[int, str] = field(default_factory=lambda: defaultdict(lambda: "auto"))
    asking: Counter[int] = field(default_factory=Counter)  # by note, who waits for an answer
    changing: Counter[int] = field(default_factory=Counter)
    out: set[int] = field(default_factory=set)
    left: set[int] = field(default_factory=set)  # who was forgotten, and has done nothing since
    closed: set[int] = field(default_factory=set)  # channels that were deleted, with all that was posted in them known
    turns: defaultdict[int, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    wishes: list[tuple[int, int, str]] = field(default_factory=list)  # when who wished what
    notes: list[Note] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._numbers = count(1)

    def found(self, servers: int, shards: int) -> None:
        """Servers with rooms and people, each of another shard than the one before; the last server's limits bind."""
        for number in range(servers):
            # A server belongs to a shard by the millisecond in which it was founded ("Sharding", docs).
            while (self.discord.clock.now_ms() - EPOCH_MS) % shards != number % shards:
                self.discord.clock.advance(seconds=0.001)
            server = self.discord.guild(f"Server {number}")
            self.servers.append(server)
            self.rooms[server.id] = [server.channel(f"room-{number}-{one}") for one in range(ROOMS)]
            self.people[server.id] = [server.member(f"Person {number}-{one}") for one in range(PEOPLE)]
            self.admins[server.id] = server.member(f"Admin {number}", permissions=Permission.MANAGE_GUILD)

    def is_tight(self, server: Server) -> bool:
        """Whether limits bind there."""
        return server is self.servers[-1]

    def mode_of(self, room: Room) -> str:
        """When notes are heard there; nothing while that is being decided."""
        return "" if self.changing[room.id] else self.modes[room.id]

    def somebody(self) -> tuple[Server, Person, Room]:
        """Who does something next, and where; NotOffered where all are doing something."""
        server = self.dice.choice(self.servers)
        free = [person for person in self.people[server.id] if not self.turns[person.id].locked()]
        if not free:
            raise NotOffered("everybody is busy")
        return server, self.dice.choice(free), self.dice.choice(self.rooms[server.id])

    def standing(self, server: Server | None = None, person: Person | None = None) -> list[Note]:
        """Notes whose messages are there, the latest at the end."""
        return [
            one
            for one in self.notes[-400:]
            if one.message.id in one.room.messages
            and (server is None or one.room.guild is server)
            and (person is None or one.person.id == person.id)
        ]

    def latest(self, server: Server | None = None, person: Person | None = None) -> Note | None:
        """One of the latest: those are the ones in work."""
        found = self.standing(server, person)[-12:]
        return self.dice.choice(found) if found else None

    async def post(self, person: Person, room: Room, *, is_long: bool = False, is_file: bool = False) -> Note:
        """Somebody records a note, or uploads a file."""
        number = next(self._numbers)
        sound = told_apart(self.long if is_long else SHORT.read_bytes(), number)
        self.said[digest(sound)] = said_in(number, is_long=is_long)
        if is_file:
            answer = await person.upload(room, Upload("sound.ogg", sound, "audio/ogg"), content="listen")
        else:
            answer = await person.voice_note(room, ("voice-message.ogg", sound))
        assert answer.message is not None
        mode = "auto" if room.guild is None else self.mode_of(room)
        note = Note(number, person, room, answer.message, digest(sound), mode)
        note.unheard = note.barred = person.id in self.out
        if not mode:
            note.loose.add("the room's mode is being decided")
        self.notes.append(note)
        self.left.discard(person.id)
        return note

    def unsettle(self, note: Note, why: str) -> None:
        """What becomes of it was decided twice at once: either counts."""
        note.loose.add(why)
        note.barred = note.unheard = False

    def check_unheard(self, person: Person) -> None:
        """Whoever has said no is about to change their mind: until now nothing of theirs may have been sent."""
        sent = {call.sha256 for call in self.openai.calls}
        heard = [note for note in self.notes if note.person.id == person.id and note.unheard and note.sha256 in sent]
        self.wrong += [("a voice was sent whose owner had said no", f"note {n.number} of {person.name}") for n in heard]

    def wish(self, person: Person, what: str) -> None:
        """Somebody has just wished something of their voice, or been told that it is done."""
        self.wishes.append((self.discord.clock.now_ms(), person.id, what))

    def public(self) -> Iterator[Message]:
        """All that we have standing for more than one person to see, and in direct messages."""
        for channel in self.discord.world.channels.values():
            for message in channel.messages.values():
                if message.author is self.discord.bot and message.only_for is None:
                    yield message
