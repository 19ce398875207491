"""One cell: take the right away, post, act, and read what that person then sees."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.choosing import decide
from tests.conftest import PATIENCE_S, World
from tests.rights.cells import LONG, SHORT, Kind, Mode, Right, sound
from tests.world.discord import Answer, Message, Permission, Room
from tests.world.openai import Spoken

# Nobody is to be refused for asking often, or for having used the month up.
FREELY = {
    "rate__member_per_minute": "100000",
    "rate__guild_per_minute": "100000",
    "quota__guild_minutes": "100000",
    "quota__host_usd": "10000",
}


@dataclass
class Mouth:
    """Hears what the note of the moment says."""

    text: str = SHORT

    async def hear(self, sound: object) -> Spoken:
        """The same in every sound."""
        del sound
        return Spoken(self.text)


@dataclass
class Stage:
    """The world, its mouth, and the rooms beside the one that is watched."""

    world: World
    mouth: Mouth
    folder: Path
    other: Room = field(init=False)
    attic: Room = field(init=False)
    lobby: Room = field(init=False)

    async def set(self) -> None:
        """Warnings go to a channel of their own, and originals of forwards lie where nothing is heard."""
        home = self.world.home
        self.other, self.attic, self.lobby = (home.channel(name) for name in ("other", "attic", "lobby"))
        await decide(self.world, alerts_channel_id=home.channel("alerts").id)
        await decide(self.world, self.attic, mode="off")

    async def cell(self, right: Right, kind: Kind, mode: Mode) -> str:
        """What a person saw, in few words."""
        world, name = self.world, f"{right.name}, {kind.name}, {mode.name}"
        since = world.discord.world.clock.snowflake()
        room = world.home.channel(f"room-{since}")
        if right.permission:
            who = world.mina if right.is_members else world.discord.world.bot
            room.overwrite(who, deny=right.permission)
        await decide(world, room, **{"mode": "auto", "other_channel_id": self.other.id} | mode.decided)
        self.mouth.text = kind.text
        opened, answered = (len(world.diary.of(action)) for action in ("opened", "note"))
        note = await kind.post(world.mina, room, self.folder, self.attic)
        if right.permission is Permission.VIEW_CHANNEL and mode.act not in ("/transcribe", "menu"):
            # Discord tells the bot nothing of it: what is posted later, elsewhere, is heard, and this is not.
            await (await world.admin.voice_note(self.lobby, sound(self.folder, "ogg"))).wait(seconds=PATIENCE_S)
            await world.diary.until("note", len(world.diary.of("opened")))
            assert self._seen(since, room) == []
            return "nothing"
        if mode.act not in ("", "/transcribe", "menu"):
            await self._until(lambda: bool(self._seen(since, room)), name)
        asked = await self._act(mode, note, room, since)

        def is_over() -> bool:
            begun = {line.note for line in world.diary.of("opened")[opened:]}
            ended = {line.note for line in world.diary.of("note")[answered:]}
            seen = self._seen(since, room)
            is_waiting = any(one.thinking or "Listening" in one.content for one in seen)
            if asked is None:  # nobody could ask: the notes that were taken by themselves, or a word why none was
                is_all = len(begun) in (0, kind.sounds)
            else:  # what was asked is answered, and what that opened has ended
                is_told = any(one.only_for for one in seen) or not any(mode.act in str(one.components) for one in seen)
                is_all = asked.done and (bool(begun) or is_told)
            return bool(seen) and is_all and begun <= ended and not is_waiting

        await self._until(is_over, name)
        return self._told(self._seen(since, room), note, room, kind)

    async def _act(self, mode: Mode, note: Answer, room: Room, since: int) -> Answer | None:
        """Tap the button if there is one, ask by command or by menu, or do nothing; what was asked for."""
        assert note.message is not None
        match mode.act:
            case "":
                return None
            case "/transcribe":
                return await self.world.mina.slash("transcribe", room)
            case "menu":
                return await self.world.mina.menu("Transcribe", note.message)
            case label:
                offers = [one for one in self._seen(since, room) if label in str(one.components)]
                return await self.world.mina.press(offers[0], label) if offers else None

    async def _until(self, fact: Callable[[], bool], name: str) -> None:
        await self.world.discord.world.clock.bell.until(
            fact, PATIENCE_S, lambda: f"{name}\n{self.world.diary.text[-3000:]}"
        )

    def _seen(self, since: int, room: Room) -> list[Message]:
        """What the bot has said since, as far as Mina sees it: there, below it, in the other channel, to her alone."""
        bot, mina = self.world.discord.world.bot, self.world.mina
        places = [
            room,
            self.other,
            mina.dm(),
            *(one for one in self.world.home.channels.values() if one.parent is room),
        ]
        said = [one for place in places for one in place.messages.values() if one.author is bot and one.id > since]
        return [one for one in said if one.only_for in (None, mina.user)]

    def _told(self, seen: list[Message], note: Answer, room: Room, kind: Kind) -> str:
        words = [one for one in seen if "word0" in _words(one) or SHORT in _words(one) or _is_word(_words(one))]
        if not words:
            alone = all(one.only_for or one.channel is self.world.mina.dm() for one in seen)
            return "told why" if not alone else "told why, alone"
        if kind.text == LONG:
            whole = " ".join(" ".join(map(_words, words)).split())
            files = [file.read().decode() for one in seen for file in one.files if file.filename == "transcript.txt"]
            assert LONG in (whole, *(text.strip() for text in files)), "words were lost"
        where = self._where(words[0], note, room)
        is_file = any(file.filename == "transcript.txt" for one in seen for file in one.files)
        many = f", {len(words)} times" if len(words) > 1 else ""
        return where + many + (" with file" if is_file else "")

    def _where(self, message: Message, note: Answer, room: Room) -> str:
        assert note.message is not None
        if message.only_for is not None:
            return "alone"
        if message.channel is self.world.mina.dm():
            return "direct message"
        if message.channel is self.other:
            return "other channel"
        if message.channel is not room:
            return "thread"
        return "answer" if message.interaction else "reply" if message.replies_to == note.message.id else "message"


def _words(message: Message) -> str:
    return "\n".join(line for line in message.content.split("\n") if not line.startswith("-# "))


def _is_word(text: str) -> bool:
    return bool(text) and all(part.startswith("word") for part in text.split())
