"""One cell: have Discord refuse one step of one answer, and read what people then see; many cells at once."""

import asyncio
import logging
import re
import subprocess
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from bot import audio
from bot.log import Lines
from bot.post.refusals import Meaning
from bot.reply import plain
from tests.choosing import decide
from tests.conftest import PATIENCE_S, World
from tests.refusals.cells import Shape
from tests.rights.cells import LONG, MUCH, SHORT, SPEECH, sound
from tests.rights.drive import FREELY, Progress
from tests.world.discord import Answer, Message, Person, Room
from tests.world.openai import Spoken, spoken_for
from tests.world.openai.ears import Sound

MIDDLE = " ".join(f"word{number}" for number in range(800))  # some messages, and no file
LIVE = f"{SHORT} {spoken_for(30, 'live')}"  # of a sound so long that fewer words would be missed
SOME = "some words"  # written into a sound, it has the ears hear MIDDLE
SETTINGS = FREELY | {"live__from_seconds": "20"}
_SPOKEN = re.compile(rf"\bword\d|{SHORT}")
_AT_ONCE = 12
_numbers = count(1)


class Mouth:
    """Hears what the sound itself says it holds; of a live one nothing before somebody has seen that it is heard."""

    def __init__(self) -> None:
        self.seen: dict[bytes, asyncio.Event] = {}

    async def hear(self, sound: Sound) -> Spoken:
        """Many words, some or few."""
        for mark, event in self.seen.items():
            if mark in sound.data:
                await event.wait()
                return Spoken(LIVE)
        return Spoken(LONG if MUCH.encode() in sound.data else MIDDLE if SOME.encode() in sound.data else SHORT)


@dataclass
class Cell:
    """Where one cell happens, who acts in it, and what it is called."""

    world: World
    name: str
    room: Room
    thread_of: Message | None
    person: Person
    asker: Person


@dataclass
class Stage:
    """The world, and what every cell needs of it."""

    world: World
    mouth: Mouth
    progress: Progress
    folder: Path = field(init=False)

    async def set(self) -> None:
        """Warnings go to a channel of their own, and nobody is held up by Discord's limits."""
        self.folder = self.world.folder
        self.world.discord.rates.off()
        await decide(self.world, alerts_channel_id=self.world.home.channel("alerts").id)
        sound(self.folder, "ogg")

    async def cells(self, cells: Iterable[tuple[Shape, str]]) -> dict[tuple[str, str], str]:
        """What became of each, several at once."""
        free = asyncio.Semaphore(_AT_ONCE)

        async def one(shape: Shape, step: str) -> str:
            async with free:
                return await self.cell(shape, step)

        async with asyncio.TaskGroup() as group:
            tasks = {(shape.name, step): group.create_task(one(shape, step)) for shape, step in cells}
        return {names: task.result() for names, task in tasks.items()}

    async def cell(self, shape: Shape, step: str) -> str:
        """What became of the words, in few words."""
        number, home = next(_numbers), self.world.home
        name = f"{step}, {shape.name}"
        person = home.member(f"Mina-{number}")
        cell = Cell(self.world, name, home.channel(f"room-{number}"), None, person, home.member(f"Jun-{number}"))
        acts: dict[str, Callable[[Cell, Shape], Awaitable[str]]] = {
            "thread": self._thread,
            "first part": self._first,
            "nobody reached": self._nobody,
            "later part": self._later,
            "file": self._file,
            "live edit": self._live,
            "deferred answer": self._deferred,
            "follow-up": self._follow_up,
            "offer": self._offer,
            "notice": self._notice,
            "delete": self._delete,
            "read-back": self._read_back,
        }
        return await acts[step](cell, shape)

    # -- the steps -----------------------------------------------------------------------------

    async def _thread(self, cell: Cell, shape: Shape) -> str:
        await decide(self.world, cell.room, place="thread")
        self._fail(shape, "POST", f"/channels/{cell.room.id}/messages/*/threads")
        return await self._posted(cell, await cell.person.voice_note(cell.room, sound(self.folder, "ogg")), SHORT)

    async def _first(self, cell: Cell, shape: Shape) -> str:
        self._fail(shape, "POST", f"/channels/{cell.room.id}/messages")
        return await self._posted(cell, await cell.person.voice_note(cell.room, sound(self.folder, "ogg")), SHORT)

    async def _nobody(self, cell: Cell, shape: Shape) -> str:
        cell.person.user.refuses_dms = True
        return await self._first(cell, shape)

    async def _later(self, cell: Cell, shape: Shape) -> str:
        self._fail(shape, "POST", f"/channels/{cell.room.id}/messages", when=_is_later)
        note = await cell.person.voice_note(cell.room, sound(self.folder, "ogg", SOME))
        return await self._posted(cell, note, MIDDLE)

    async def _file(self, cell: Cell, shape: Shape) -> str:
        self._fail(shape, "POST", f"/channels/{cell.room.id}/messages", when=lambda body: bool(body.get("attachments")))
        note = await cell.person.voice_note(cell.room, sound(self.folder, "ogg", MUCH))
        return await self._posted(cell, note, LONG)

    async def _live(self, cell: Cell, shape: Shape) -> str:
        mark = f"live {cell.room.id}"
        seen = self.mouth.seen[mark.encode()] = asyncio.Event()
        path = self.folder / f"{cell.room.id}.ogg"
        await asyncio.to_thread(_record, path, mark)
        note = await cell.person.voice_note(cell.room, path)
        await self._until(cell, lambda: "Listening" in note.content)
        self._fail(shape, "PATCH", f"/channels/{cell.room.id}/messages/*", when=lambda body: SHORT in str(body))
        seen.set()
        return await self._posted(cell, note, LIVE)

    async def _deferred(self, cell: Cell, shape: Shape) -> str:
        asked = await cell.person.slash("transcribe", cell.room, file=sound(self.folder, "ogg"))
        assert asked.interaction is not None
        path = f"/webhooks/*/{asked.interaction.token}/messages/@original"
        self._fail(shape, "PATCH", path, when=lambda body: SHORT in str(body))
        return await self._posted(cell, asked, SHORT)

    async def _follow_up(self, cell: Cell, shape: Shape) -> str:
        await decide(self.world, cell.room, mode="on_demand")
        several = await cell.person.upload(cell.room, sound(self.folder, "ogg"), sound(self.folder, "mp3"))
        assert several.message is not None
        link = f"https://discord.com/channels/{self.world.home.id}/{cell.room.id}/{several.message.id}"
        asked = await cell.asker.slash("transcribe", cell.room, message=link, private=True)
        assert asked.interaction is not None
        self._fail(shape, "POST", f"/webhooks/*/{asked.interaction.token}")
        await self._ended(cell, 2)
        texts = [one for one in self._seen(cell, cell.asker) if SHORT in one.content]
        assert len(texts) >= 2, cell.name
        assert all(one.only_for or one.channel is cell.asker.dm() for one in texts), cell.name
        # Discord knows no nonce for follow-ups: one whose answer was lost is sent again.
        return self._told(cell, texts[-1], asked) + (", twice" if len(texts) > 2 else "")

    async def _offer(self, cell: Cell, shape: Shape) -> str:
        await decide(self.world, cell.room, mode="on_demand")
        self._fail(shape, "POST", f"/channels/{cell.room.id}/messages")
        await cell.person.voice_note(cell.room, sound(self.folder, "ogg"))

        def lines() -> list[Any]:
            return [line for line in self.world.diary.of("not_offered") if line.channel == cell.room.id]

        def offers() -> list[Message]:
            return [one for one in self._seen(cell, cell.person) if one.components]

        await self._until(cell, lambda: bool(offers() or len(lines()) >= 2 or (lines() and shape.times < 2)))
        assert not self._billed(cell), cell.name
        return "offered" if offers() else "no button, said in the log"

    async def _notice(self, cell: Cell, shape: Shape) -> str:
        guild = self.world.discord.guild(f"Home of {cell.room.id}")
        lobby, general = guild.channel("lobby"), guild.channel("general")
        guild.system_channel_id = lobby.id
        cell.person = guild.member(cell.person.name)
        self._fail(shape, "POST", f"/channels/{lobby.id}/messages")
        await cell.person.voice_note(general, sound(self.folder, "ogg"))
        places = {"told": lobby, "told the owner": guild.owner.dm()}

        def said() -> list[str]:
            return [told for told, place in places.items() if "opt out" in _all(place)]

        await self._until(cell, lambda: bool(said()))
        assert len(said()) == 1, cell.name
        return said()[0]

    async def _delete(self, cell: Cell, shape: Shape) -> str:
        note = await cell.person.voice_note(cell.room, sound(self.folder, "ogg"))
        await self._ended(cell, 1)
        (reply,) = note.messages
        self._fail(shape, "DELETE", f"/channels/{cell.room.id}/messages/{reply.id}")
        assert note.message is not None
        await cell.person.delete(note.message)

        def lines() -> list[Any]:
            return [line for line in self.world.diary.of("reply_deleted") if line.reply == reply.id]

        await self._until(cell, lambda: reply.id not in cell.room.messages or bool(lines()))
        if shape.meaning is Meaning.PASSES:
            await self._until(cell, lambda: reply.id not in cell.room.messages)
        if reply.id not in cell.room.messages:
            return "gone"
        return "taken for gone" if "gone already" in lines()[-1].getMessage() else "stands, tried each hour"

    async def _read_back(self, cell: Cell, shape: Shape) -> str:
        note = await cell.person.voice_note(cell.room, sound(self.folder, "ogg"))
        await self._ended(cell, 1)
        (reply,) = note.messages
        self._fail(shape, "GET", f"/channels/{cell.room.id}/messages/{reply.id}")
        asked = await cell.asker.slash("transcribe", cell.room)
        await self._until(cell, lambda: asked.done)
        assert SHORT in asked.content, cell.name
        return "quoted" if "transcribed before" in asked.content else "heard anew"

    # -- what people see -----------------------------------------------------------------------

    async def _posted(self, cell: Cell, answer: Answer, text: str) -> str:
        """Where the words are, all of them and once; or that nobody has them, and nobody pays."""
        await self._ended(cell, 1)
        seen = self._seen(cell, cell.person)
        assert not any(one.thinking or "Listening" in one.content for one in seen), cell.name
        carriers = [one for one in seen if _words(one) or one.files]
        found = [one for one in carriers if _SPOKEN.search(_words(one)) or one.files]
        if not found:
            assert self._billed(cell) == 0, cell.name
            return "nobody, not billed"
        whole = " ".join(" ".join(_words(one) for one in found).split())
        files = [file.read().decode().strip() for one in found for file in one.files]
        assert text in (whole, *files), f"{cell.name}: words were lost, or stand twice"
        assert self._billed(cell) > 0, cell.name
        return self._told(cell, found[0], answer) + (" as a file" if files else "")

    def _told(self, cell: Cell, message: Message, answer: Answer) -> str:
        if message.channel in (cell.person.dm(), cell.asker.dm()):
            return "direct message"
        if message.channel is not cell.room:
            return "thread"
        if message.interaction is not None:
            return "answer"
        is_reply = answer.message is not None and message.replies_to == answer.message.id
        return "reply" if is_reply else "message"

    def _seen(self, cell: Cell, person: Person) -> list[Message]:
        threads = [one.thread for one in cell.room.messages.values() if one.thread]
        bot = self.world.discord.world.bot
        said = [one for place in (cell.room, person.dm(), *threads) for one in place.messages.values()]
        return [one for one in said if one.author is bot and one.only_for in (None, person.user)]

    def _billed(self, cell: Cell) -> int:
        ((billed,),) = self.world.rows(
            f"SELECT coalesce(sum(billed_ms), 0) FROM expense WHERE channel_id = {cell.room.id}"  # noqa: S608 -- our id
        )
        return int(billed)

    async def _ended(self, cell: Cell, notes: int) -> None:
        """So many notes of the cell have ended; the books are read only when some note has."""
        looked = -1

        def ended() -> bool:
            nonlocal looked
            if looked == (looked := len(self.progress.ended)):
                return False
            rows = self.world.rows(
                "SELECT count(*) FROM note "  # noqa: S608 -- our id
                f"WHERE channel_id = {cell.room.id} AND state = 'done' AND ending IS NOT NULL"
            )
            return bool(rows[0][0] >= notes)

        await self._until(cell, ended)

    def _fail(self, shape: Shape, method: str, path: str, when: Callable[[Any], object] | None = None) -> None:
        self.world.discord.fail(method, path, times=shape.times, when=when, **shape.fault)

    async def _until(self, cell: Cell, fact: Callable[[], bool]) -> None:
        await self.world.discord.world.clock.bell.until(fact, 2 * PATIENCE_S, lambda: f"{cell.name}\n{self._amiss()}")

    def _amiss(self) -> str:
        """What the bot warned of, but for what is meant to go wrong here."""
        meant = {"put_off", "reply_deleted", "undeliverable", "fix"}
        lines = [one for one in self.world.diary.records if one.levelno >= logging.WARNING]
        return "\n".join(Lines().format(one) for one in lines if getattr(one, "action", "") not in meant)[-4000:]


def _is_later(body: Any) -> bool:
    """Whether a message carries words, but not the first ones."""
    content = str(body.get("content") or "")
    return "word" in content and not content.startswith("word0 ")


def _words(message: Message) -> str:
    """What was said, as it stands in one message."""
    return plain([message.content])


def _all(room: Room) -> str:
    return "\n".join(one.content for one in room.messages.values())


def _record(path: Path, mark: str) -> None:
    """A sound long enough to be shown live, which says whose it is."""
    loop = ("-stream_loop", "-1", "-i", str(SPEECH / "park.ogg"), "-t", "25", "-c:a", "copy")
    words = (str(audio.ffmpeg_of("bundled")), "-v", "error", *loop, "-metadata", f"comment={mark}", str(path))
    subprocess.run(words, check=True)  # noqa: S603 -- our own words
