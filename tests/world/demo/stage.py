"""
Where the demo's people act, and what they see of it.

Hides how Discord's text looks in a terminal. Promises: what is printed is what people saw.
"""

import hashlib
import json
import re
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import SequenceMatcher
from pathlib import Path

import imageio_ffmpeg
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tests.world.discord import Answer, Discord, Message, Permission
from tests.world.discord.rules import leaves
from tests.world.openai import LocalOpenAI

SPEECH = Path(__file__).parents[2] / "speech"
PATIENCE_S = 90.0
COLOURS = {"Mina": "magenta", "Jun": "cyan", "Admin": "yellow", "Earshot": "bold green"}


@dataclass(frozen=True, slots=True)
class Row:
    """One note of the summary: what was said, what was heard, what travelled."""

    how: str
    said: str
    heard: str
    original: bytes
    sent_bytes: int
    is_original: bool


class Stage:
    """A server with one channel, three people, and the bot; `folder` is for files a scene makes."""

    def __init__(
        self, discord: Discord, openai: LocalOpenAI, console: Console, folder: Path, file: Path | None = None
    ) -> None:
        self.discord = discord
        self.openai = openai
        self.console = console
        self.folder = folder
        self.file = file
        self.home = discord.guild("Home")
        self.general = self.home.channel("general")
        self.mina = self.home.member("Mina")
        self.jun = self.home.member("Jun")
        self.admin = self.home.member("Admin", permissions=Permission.MANAGE_GUILD)
        self.rows: list[Row] = []

    async def voice(self, who: str, file: str) -> Answer:
        """Somebody records a voice message; its answer is shown as it stands in the channel."""
        person = {"Mina": self.mina, "Jun": self.jun}[who]
        path = SPEECH / file
        answer = await person.voice_note(self.general, path)
        assert answer.message is not None
        self.tell(who, f"[reverse] ▶ [/reverse] voice message, {clock(length_of(answer.message))}")
        await answer.wait(seconds=PATIENCE_S)
        self.show(answer, f"↩ {who}")
        self.note("voice message", said_in(path.name), answer, path.read_bytes())
        return answer

    def tell(self, who: str, what: str) -> None:
        """One line of the channel."""
        self.console.print(f"[{COLOURS[who]}]{who:>8}[/]  {what}", highlight=False)

    def show(self, answer: Answer, to: str) -> None:
        """The answer's messages, as people read them."""
        for message in answer.messages:
            names = {f"<@{user.id}>": f"@{user.name}" for user in self.discord.world.users.values()}
            said = message.content or "\n".join(
                one["content"] for _, one in leaves(message.components) if one["type"] == 10
            )
            lines = [readable(line, names) for line in said.split("\n")]
            only = "  [dim](only visible to you)[/]" if message.only_for else ""
            self.tell("Earshot", f"[dim]{escape(to)}[/]{only}")
            for line in lines:
                self.console.print(Padding(Text.from_markup(line), (0, 0, 0, 10)), highlight=False)
            for file in message.files:
                self.console.print(f"          📎 {escape(file.filename)}", highlight=False)
            for text in seen_in(message):
                self.console.print(f"          {escape(text)}", highlight=False)
        self.console.print()

    def note(self, how: str, said: str, answer: Answer, original: bytes) -> None:
        """Remember a note for the summary, with what the provider got of it."""
        sent = self.openai.calls[len(self.rows) :]
        if not sent:
            return
        digest = hashlib.sha256(original).hexdigest()
        heard = "\n".join(line for line in answer.content.split("\n") if not line.startswith("-# "))
        size, same = sum(call.size_bytes for call in sent), all(call.sha256 == digest for call in sent)
        self.rows.append(Row(how, said, heard, original, size, same))

    def summary(self) -> None:
        """Words said beside words heard, and what travelled to the provider."""
        table = Table(title="Said and heard", title_justify="left", show_lines=True)
        for name in ("note", "said", "heard", "words right", "sent to the provider"):
            table.add_column(name, justify="right" if name == "words right" else "left")
        for row in self.rows:
            sent = "passed through, byte for byte" if row.is_original else "converted by pydub"
            table.add_row(
                row.how,
                row.said,
                row.heard,
                words_right(row.said, row.heard),
                f"{sent}\n{len(row.original):,} B → {row.sent_bytes:,} B",
            )
        self.console.print(table)


def seen_in(message: Message) -> list[str]:
    """What a panel has beside words: the descriptions of its pictures, and what can be pressed."""
    parts = [one for _, one in leaves(message.components)]
    pictures = [f"🖼  {item['description']}" for one in parts if one["type"] == 12 for item in one["items"]]
    labels = [f"[ {one['label']} ]" for one in parts if one["type"] == 2 and one.get("label")]
    return [*pictures, " ".join(labels)] if pictures else []


def readable(line: str, names: dict[str, str]) -> str:
    """Discord's small text, bold, dates and mentions, for a terminal."""
    for mention, name in names.items():
        line = line.replace(mention, name)
    line = re.sub(r"<t:(\d+):D>", lambda found: f"{date(int(found[1]))}", line)
    line = re.sub(r" ?\(<t:\d+:R>\)", "", line)
    line = re.sub(r"<t:\d+:R>", "just now", line)
    line = escape(re.sub(r"\\(.)", r"\1", line))
    line = re.sub(r"^### (.*)", r"[bold]\1[/]", line)
    line = re.sub(r"\*\*(.+?)\*\*", r"[bold]\1[/]", line)
    return f"[dim]{line[3:]}[/]" if line.startswith("-# ") else line


def date(seconds: int) -> str:
    """The day of a Discord timestamp."""
    return f"{datetime.fromtimestamp(seconds, tz=UTC):%B %-d, %Y}"


def clock(seconds: float) -> str:
    """Minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def length_of(message: Message) -> float:
    """What the sender's client says the note lasts."""
    return float(message.files[0].duration_secs or 0)


def said_in(name: str) -> str:
    """What is spoken in a note we ship."""
    notes = json.loads((SPEECH / "notes.json").read_text("utf-8"))
    return next(str(note["text"]) for note in notes if note["file"] == name)


def words_right(said: str, heard: str) -> str:
    """How many of the words said stand, in order, in the words heard."""
    left, right = (re.findall(r"\w+", text.lower()) for text in (said, heard))
    same = sum(block.size for block in SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks())
    return f"{same} of {len(left)}"


def repeated(source: Path, times: int, target: Path) -> Path:
    """The same note again and again: a long one."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-stream_loop", str(times), "-i", str(source)]
    subprocess.run([*command, "-c", "copy", str(target)], check=True)  # noqa: S603 -- our own file
    return target
