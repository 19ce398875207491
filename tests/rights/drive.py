"""One cell: take the right away, post, act, and read what that person then sees; many cells at once."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from bot.request import key_of, ref_of
from tests.choosing import decide
from tests.conftest import PATIENCE_S, World
from tests.rights.cells import LONG, MUCH, SHORT, Kind, Mode, Right, sound
from tests.world.discord import Answer, Message, Permission, Person, Room
from tests.world.discord.clock import Bell
from tests.world.openai import Spoken
from tests.world.openai.ears import Sound

# Nobody is to be refused for asking often, or for having used the month up, or has to wait for Discord's limits.
FREELY = {
    "rate__member_per_minute": "100000",
    "rate__guild_per_minute": "100000",
    "rate__queue": "10000",
    "quota__guild_minutes": "100000",
    "quota__host_usd": "10000",
    "discord__requests_per_second": "1000",
}
_AT_ONCE = 8
_DONE = "note"  # what the bot logs when a note is answered
_numbers = count(1)
Cell = tuple[Mode, Right, Kind]


class Mouth:
    """Hears what the sound itself says it holds."""

    async def hear(self, sound: Sound) -> Spoken:
        """Many words where it says so, else the same few."""
        return Spoken(LONG if MUCH.encode() in sound.data else SHORT)


class Progress(logging.Handler):
    """How far each note is, by what the bot logs."""

    def __init__(self, bell: Bell) -> None:
        super().__init__(logging.DEBUG)
        self.opened: set[str] = set()
        self.ended: set[str] = set()
        self._bell = bell

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it, and wake who waits."""
        action, ref = getattr(record, "action", None), getattr(record, "note", "")
        if action == "opened":
            self.opened.add(ref)
        elif action == _DONE:
            self.ended.add(ref)
        self._bell.ring()


@dataclass(frozen=True)
class Watched:
    """Where one cell happens: the room of the note, the other channel, and who acts."""

    room: Room
    other: Room
    person: Person
    since: int


@dataclass
class Stage:
    """The world, and the rooms beside those that are watched."""

    world: World
    folder: Path
    progress: Progress
    attic: Room = field(init=False)
    lobby: Room = field(init=False)

    async def set(self) -> None:
        """Warnings go to a channel of their own, and originals of forwards lie where nothing is heard."""
        home = self.world.home
        self.attic, self.lobby = (home.channel(name) for name in ("attic", "lobby"))
        self.world.discord.rates.off()
        await decide(self.world, alerts_channel_id=home.channel("alerts").id)
        await decide(self.world, self.attic, mode="off")

    async def cells(self, cells: Iterable[Cell]) -> dict[tuple[str, str, str], str]:
        """What a person saw in each, several at once."""
        free = asyncio.Semaphore(_AT_ONCE)

        async def one(mode: Mode, right: Right, kind: Kind) -> str:
            async with free:
                return await self.cell(right, kind, mode)

        async with asyncio.TaskGroup() as group:
            tasks = {(cell[0].name, cell[1].name, cell[2].name): group.create_task(one(*cell)) for cell in cells}
        return {names: task.result() for names, task in tasks.items()}

    async def cell(self, right: Right, kind: Kind, mode: Mode) -> str:
        """What a person saw, in few words."""
        home, number, name = self.world.home, next(_numbers), f"{right.name}, {kind.name}, {mode.name}"
        at = Watched(
            home.channel(f"room-{number}"),
            home.channel(f"other-{number}"),
            home.member(f"Mina-{number}"),
            self.world.discord.world.clock.snowflake(),
        )
        if right.permission:
            who = at.person if right.is_members else self.world.discord.world.bot
            at.room.overwrite(who, deny=right.permission)
        await decide(self.world, at.room, **{"mode": "auto", "other_channel_id": at.other.id} | mode.decided)
        note = await kind.post(at.person, at.room, self.folder, self.attic)
        if right.permission is Permission.VIEW_CHANNEL and mode.act not in ("/transcribe", "menu"):
            # Discord tells the bot nothing of it: what is posted later, elsewhere, is heard, and this is not.
            await (await self.world.admin.voice_note(self.lobby, sound(self.folder, "ogg"))).wait(seconds=PATIENCE_S)
            assert self._seen(at, note) == []
            return "nothing"
        if mode.act not in ("", "/transcribe", "menu"):
            await self._until(lambda: bool(self._seen(at, note)), name)
        asked = await self._act(mode, note, at)
        refs = refs_of(note)

        def is_over() -> bool:
            begun = refs & self.progress.opened
            seen = self._seen(at, note)
            is_waiting = any(one.thinking or "Listening" in one.content for one in seen)
            if asked is None:  # nobody could ask: the notes that were taken by themselves, or a word why none was
                is_all = len(begun) in (0, kind.sounds)
            else:  # what was asked is answered, and what that opened has ended
                is_told = any(one.only_for for one in seen) or not any(mode.act in str(one.components) for one in seen)
                is_all = asked.done and (bool(begun) or is_told)
            return bool(seen) and is_all and begun <= self.progress.ended and not is_waiting

        await self._until(is_over, name)
        return self._told(self._seen(at, note), note, at, kind)

    async def _act(self, mode: Mode, note: Answer, at: Watched) -> Answer | None:
        """Tap the button if there is one, ask by command or by menu, or do nothing; what was asked for."""
        assert note.message is not None
        match mode.act:
            case "":
                return None
            case "/transcribe":
                return await at.person.slash("transcribe", at.room)
            case "menu":
                return await at.person.menu("Transcribe", note.message)
            case label:
                offers = [one for one in self._seen(at, note) if label in str(one.components)]
                return await at.person.press(offers[0], label) if offers else None

    async def _until(self, fact: Callable[[], bool], name: str) -> None:
        await self.world.discord.world.clock.bell.until(
            fact, PATIENCE_S, lambda: f"{name}\n{self.world.diary.text[-3000:]}"
        )

    def _seen(self, at: Watched, note: Answer) -> list[Message]:
        """What the bot has said, as far as that person sees it: there, below, elsewhere, to them alone."""
        assert note.message is not None
        thread = note.message.thread
        places = [at.room, at.other, at.person.dm(), *([thread] if thread else [])]
        bot = self.world.discord.world.bot
        said = [one for place in places for one in place.messages.values() if one.author is bot and one.id > at.since]
        return [one for one in said if one.only_for in (None, at.person.user)]

    def _told(self, seen: list[Message], note: Answer, at: Watched, kind: Kind) -> str:
        words = [one for one in seen if "word0" in _words(one) or SHORT in _words(one) or _is_word(_words(one))]
        if not words:
            alone = all(one.only_for or one.channel is at.person.dm() for one in seen)
            return "told why" if not alone else "told why, alone"
        if kind.text == LONG:
            whole = " ".join(" ".join(map(_words, words)).split())
            files = [file.read().decode() for one in seen for file in one.files if file.filename == "transcript.txt"]
            assert LONG in (whole, *(text.strip() for text in files)), "words were lost"
        where = self._where(words[0], note, at)
        is_file = any(file.filename == "transcript.txt" for one in seen for file in one.files)
        many = f", {len(words)} times" if len(words) > 1 else ""
        return where + many + (" with file" if is_file else "")

    def _where(self, message: Message, note: Answer, at: Watched) -> str:
        assert note.message is not None
        if message.only_for is not None:
            return "alone"
        if message.channel is at.person.dm():
            return "direct message"
        if message.channel is at.other:
            return "other channel"
        if message.channel is not at.room:
            return "thread"
        return "answer" if message.interaction else "reply" if message.replies_to == note.message.id else "message"


def _words(message: Message) -> str:
    return "\n".join(line for line in message.content.split("\n") if not line.startswith("-# "))


def _is_word(text: str) -> bool:
    return bool(text) and all(part.startswith("word") for part in text.split())


def refs_of(note: Answer) -> set[str]:
    """The names in the log of the notes that this message holds, its own or forwarded."""
    assert note.message is not None
    shapes: list[dict[str, Any]] = [one["message"] for one in note.message.snapshots]
    ids = [file.id for file in note.message.files] + [int(one["id"]) for each in shapes for one in each["attachments"]]
    return {ref_of(key_of(attachment_id, model="gpt-transcribe", language=None)) for attachment_id in ids}
