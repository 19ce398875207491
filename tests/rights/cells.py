"""The rows, columns and tables: which right is missing, what is posted, how the words are wished for."""

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot import audio
from tests.world.discord import NONE, Answer, Permission, Person, Room

SPEECH = Path(__file__).parents[1] / "speech"
LONG = " ".join(f"word{number}" for number in range(3_000))  # 27,000 letters: more than a channel should bear
SHORT = "hello from the note"
MUCH = "many words"  # written into a sound, it has the ears hear LONG


@dataclass(frozen=True, slots=True)
class Right:
    """A permission of the bot's, or, where `is_members`, of the person who acts."""

    name: str
    permission: Permission
    is_members: bool = False


RIGHTS = (
    Right("all rights", NONE),
    Right("View Channel", Permission.VIEW_CHANNEL),
    Right("Send Messages", Permission.SEND_MESSAGES),
    Right("Read Message History", Permission.READ_MESSAGE_HISTORY),
    Right("Send Messages in Threads", Permission.SEND_MESSAGES_IN_THREADS),
    Right("Create Public Threads", Permission.CREATE_PUBLIC_THREADS),
    Right("Attach Files", Permission.ATTACH_FILES),
    Right("Embed Links", Permission.EMBED_LINKS),
    Right("Add Reactions", Permission.ADD_REACTIONS),
    Right("Use External Apps (the member's)", Permission.USE_EXTERNAL_APPS, is_members=True),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of message: how it is posted, how many sounds hang on it, what is said in it."""

    name: str
    post: Callable[[Person, Room, Path, Room], Any]
    sounds: int = 1
    text: str = SHORT


async def _voice(person: Person, room: Room, folder: Path, _: Room) -> Answer:
    return await person.voice_note(room, sound(folder, "ogg"))


async def _long(person: Person, room: Room, folder: Path, _: Room) -> Answer:
    return await person.voice_note(room, sound(folder, "ogg", MUCH))


async def _audio(person: Person, room: Room, folder: Path, _: Room) -> Answer:
    return await person.upload(room, sound(folder, "mp3"))


async def _video(person: Person, room: Room, folder: Path, _: Room) -> Answer:
    return await person.upload(room, sound(folder, "mp4"))


async def _forward(person: Person, room: Room, folder: Path, elsewhere: Room) -> Answer:
    original = await person.voice_note(elsewhere, sound(folder, "ogg"))
    assert original.message is not None
    return await person.forward(original.message, room)


async def _several(person: Person, room: Room, folder: Path, _: Room) -> Answer:
    return await person.upload(room, sound(folder, "ogg"), sound(folder, "mp3"))


KINDS = (
    Kind("voice message", _voice),
    Kind("audio file", _audio),
    Kind("video file", _video),
    Kind("forward", _forward),
    Kind("two files", _several, sounds=2),
    Kind("27,000 letters", _long, text=LONG),
)


@dataclass(frozen=True, slots=True)
class Mode:
    """How words are wished for: what was decided in the channel, and what somebody does about the note."""

    name: str
    told: str
    decided: dict[str, Any] = field(default_factory=dict)
    act: str = ""


MODES = (
    Mode("Automatic, below the note", "nobody does anything"),
    Mode("Automatic, in a thread", "nobody does anything", {"place": "thread"}),
    Mode("Automatic, in another channel", "nobody does anything", {"place": "channel"}),
    Mode("Only to who asks", 'somebody taps "Show me the words"', {"place": "private"}, "Show me the words"),
    Mode("On demand", 'somebody taps "Transcribe"', {"mode": "on_demand"}, "Transcribe"),
    Mode("By command", "somebody uses `/transcribe`", {"mode": "on_demand"}, "/transcribe"),
    Mode("By menu", 'somebody uses "Transcribe" in the menu of the message', {"mode": "on_demand"}, "menu"),
)


def sound(folder: Path, ending: str, comment: str = "few words") -> Path:
    """A file in which somebody speaks; one for each ending and comment. The bot takes the bytes as they are."""
    path = folder / f"{comment.replace(' ', '-')}.{ending}"
    if path.exists():
        return path
    source: Sequence[str] = ("-i", str(SPEECH / "park.ogg"))
    codec = {"ogg": ("-c:a", "copy"), "mp3": ("-b:a", "64k"), "mp4": ("-c:a", "aac")}[ending]
    picture = ("-f", "lavfi", "-i", "color=black:s=16x16:r=1", "-shortest") if ending == "mp4" else ()
    words = (str(audio.ffmpeg_of("bundled")), "-v", "error", *source, *picture, *codec)
    subprocess.run([*words, "-metadata", f"comment={comment}", str(path)], check=True)  # noqa: S603 -- our own words
    return path
