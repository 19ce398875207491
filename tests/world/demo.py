"""
`make demo`: the main job before your eyes, without any account.

The bot runs as its own process, unpatched; a local Discord and a local OpenAI with a real, offline
recogniser stand around it. Hides nothing else: what is printed is what people saw.
"""

import argparse
import asyncio
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from contextlib import AsyncExitStack
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

from tests.world.bot import BotProcess, start
from tests.world.discord import Answer, Discord, Message, Permission, open_discord
from tests.world.openai import LocalOpenAI, Recogniser, open_openai

SPEECH = Path(__file__).parents[1] / "speech"
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
    """A server with one channel, three people, and the bot."""

    def __init__(self, discord: Discord, openai: LocalOpenAI, console: Console) -> None:
        self.discord = discord
        self.openai = openai
        self.console = console
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
            lines = [readable(line, names) for line in message.content.split("\n")]
            only = "  [dim](only visible to you)[/]" if message.only_for else ""
            self.tell("Earshot", f"[dim]{escape(to)}[/]{only}")
            for line in lines:
                self.console.print(Padding(Text.from_markup(line), (0, 0, 0, 10)), highlight=False)
            for file in message.files:
                self.console.print(f"          📎 {escape(file.filename)}", highlight=False)
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


async def conversation(stage: Stage, folder: Path) -> None:
    """The demo's story: notes, both commands, a refusal, the bill."""
    console, general = stage.console, stage.general
    console.rule("[bold]# general[/]", align="left")
    first = await stage.voice("Mina", "country.ogg")
    await stage.voice("Jun", "birthday.ogg")
    await stage.voice("Mina", "hotel.ogg")

    stage.tell("Jun", "[blue]/transcribe[/] file: report.m4a")
    answer = await stage.jun.slash("transcribe", general, file=SPEECH / "report.m4a")
    await answer.wait(seconds=PATIENCE_S)
    stage.show(answer, "↪ /transcribe by Jun")
    stage.note("/transcribe, a file", said_in("report.m4a"), answer, (SPEECH / "report.m4a").read_bytes())

    stage.tell(
        "Jun", "on Mina's first note: Apps → [blue]Transcribe[/]   [dim](heard before: quoted, costs nothing)[/]"
    )
    assert first.message is not None
    answer = await stage.jun.menu("Transcribe", first.message)
    await answer.wait(seconds=PATIENCE_S)
    stage.show(answer, "↪ Transcribe by Jun")

    stage.tell("Mina", "[reverse] ▶ [/reverse] voice message, 0:03   [dim](a quiet room, nobody speaks)[/]")
    answer = await stage.mina.voice_note(general, SPEECH / "silence.ogg")
    await answer.wait(seconds=PATIENCE_S)
    stage.show(answer, "↩ Mina")

    long = repeated(SPEECH / "meeting.ogg", 15, folder / "long.ogg")
    answer = await stage.jun.voice_note(general, long)
    assert answer.message is not None
    stage.tell("Jun", f"[reverse] ▶ [/reverse] voice message, {clock(length_of(answer.message))}")
    await answer.wait(seconds=PATIENCE_S)
    stage.show(answer, "↩ Jun")

    stage.tell("Admin", "[blue]/usage[/]")
    answer = await stage.admin.slash("usage", general)
    await answer.wait(seconds=PATIENCE_S)
    stage.show(answer, "↪ /usage by Admin")
    stage.summary()


async def own_file(stage: Stage, path: Path) -> None:
    """The visitor's own sound, whatever it is."""
    stage.console.rule("[bold]# general[/]", align="left")
    stage.console.print("[dim]The ears here are a small offline recogniser, not OpenAI's model.[/]\n")
    stage.tell("Mina", f"[blue]/transcribe[/] file: {escape(path.name)}")
    asked = await stage.mina.slash("transcribe", stage.general, file=path)
    await asked.wait(seconds=PATIENCE_S)
    stage.show(asked, "↪ /transcribe by Mina")
    stage.note("your file", "", asked, await asyncio.to_thread(path.read_bytes))
    for row in stage.rows:
        sent = "passed through, byte for byte" if row.is_original else "converted by pydub"
        stage.console.print(f"{sent}: {len(row.original):,} B → {row.sent_bytes:,} B sent to the provider")


async def main(file: Path | None, picture: Path | None) -> int:
    """Build the world, start the bot in it, play, take everything down."""
    console = Console(width=100 if picture else max(80, Console().width), record=picture is not None)
    folder = Path(tempfile.mkdtemp(prefix="earshot-demo-"))
    async with AsyncExitStack() as stack:
        stack.callback(_remove, folder)
        discord = await stack.enter_async_context(open_discord())
        ears = stack.enter_context(Recogniser())
        openai = await stack.enter_async_context(open_openai(ears=ears))
        stage = Stage(discord, openai, console)
        console.print(
            "A local Discord, a local OpenAI with a real offline recogniser for English, and the real bot between them."
        )
        minutes = "1" if file is None else "600"
        env = {
            **discord.env,
            **openai.env,
            "DATABASE_URL": f"sqlite:///{folder / 'earshot.db'}",
            "EARSHOT_QUOTA__GUILD_MINUTES": minutes,
        }
        bot = await start(env)
        stack.push_async_callback(_stop, bot)
        await discord.ready()
        allowance = "one minute" if file is None else "ten hours"
        console.print(f"[dim]The bot is connected; this server may use {allowance} a month.[/]\n")
        await (conversation(stage, folder) if file is None else own_file(stage, file))
        faults = [*discord.breaches, *openai.breaches]
        assert not faults, faults
    if picture is not None:
        # Without the web font rich would load: a picture calls nobody.
        drawing = re.sub(r"@font-face \{.*?\}", "", console.export_svg(title="make demo"), flags=re.DOTALL)
        await asyncio.to_thread(picture.write_text, drawing, "utf-8")
    return 0


async def _stop(bot: BotProcess) -> None:
    if code := await bot.stop():
        sys.stderr.write("\n".join(["The bot ended with an error:", *bot.lines]) + "\n")
        raise SystemExit(code)


def _remove(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def readable(line: str, names: dict[str, str]) -> str:
    """Discord's small text, bold, dates and mentions, for a terminal."""
    for mention, name in names.items():
        line = line.replace(mention, name)
    line = re.sub(r"<t:(\d+):D>", lambda found: f"{date(int(found[1]))}", line)
    line = re.sub(r" ?\(<t:\d+:R>\)", "", line)
    line = re.sub(r"<t:\d+:R>", "just now", line)
    line = escape(re.sub(r"\\(.)", r"\1", line))
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


if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="make demo", description="A voice note goes in, its words come out.")
    options.add_argument("--file", type=Path, help="your own sound or video file")
    options.add_argument("--picture", type=Path, help="draw what is printed, as SVG")
    chosen = options.parse_args()
    if chosen.file is not None and not chosen.file.is_file():
        options.error(f"{chosen.file}: {'that is not a file' if chosen.file.exists() else 'there is no such file'}")
    sys.exit(asyncio.run(main(chosen.file, chosen.picture)))
