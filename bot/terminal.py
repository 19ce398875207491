"""
A courier for one file on this machine: `python -m bot transcribe FILE`.

The same desk, the same holds, the same outcomes; only the door is another.
"""

import asyncio
import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bot.desk import Desk, Queued, Refused
from bot.notes import Ask, Note
from bot.notice import Notice, Place
from bot.outcome import Door, Failed, Fault, Outcome, Repeat, Silence, Stage, TooBig, Transcript
from bot.quota import DISCORD_EPOCH_MS
from bot.reply import fix, render
from bot.request import Delivery, Fetched, Glimpse, Removal, Request, ref_of
from bot.untrusted import escaped
from bot.words import Words

_STEPS = list(Stage)
_WORDS_OWN = "\n\t\xad\u061c\u200b\u200e\u200f"


class TerminalCourier:
    """Reads the file, moves a progress bar, prints the answer."""

    def __init__(self, file: Path, words: Words, console: Console) -> None:
        self._file = file
        self._words = words
        self._console = console
        self.outcome: Outcome | None = None
        self.progress_bar = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console, transient=True
        )
        self._task = self.progress_bar.add_task("", total=len(_STEPS))

    async def fetch(self, note: Note, to: Path, *, max_bytes: int) -> Fetched | Outcome:
        """A copy of the file: what is worked on may not change underway."""
        if note.size_bytes > max_bytes:
            return TooBig(note.size_bytes, max_bytes)
        await asyncio.to_thread(shutil.copyfile, self._file, to)
        with to.open("rb") as file:
            digest = await asyncio.to_thread(hashlib.file_digest, file, "sha256")
        return Fetched(digest.hexdigest(), note.size_bytes)

    async def author_of(self, channel_id: int, message_id: int) -> int | None:
        """Nobody posted it."""
        del channel_id, message_id
        return None

    async def delete(self, channel_id: int, message_id: int) -> Removal:
        """Nothing of a terminal's stands anywhere."""
        del channel_id, message_id
        return Removal.GONE

    async def progress(self, note: Note, ask: Ask, stage: Stage) -> None:
        """One step on."""
        del note, ask
        self.progress_bar.update(self._task, completed=_STEPS.index(stage), description=self._words(f"stage.{stage}"))

    async def glimpse(self, note: Note, ask: Ask, glimpse: Glimpse, delivery: Delivery) -> bool:
        """The bar is enough for one who sits before it."""
        del note, ask, glimpse, delivery
        return False

    async def deliver(
        self, note: Note, ask: Ask, outcome: Outcome, delivery: Delivery, *, resumed: bool, is_last: bool = False
    ) -> None:
        """Keep the outcome; `transcribe` prints it when the bar is gone."""
        del note, resumed, is_last
        self.outcome = outcome
        await delivery.sent(0, ask.id)

    def whispered(self, asks: Sequence[Ask]) -> list[Repeat]:
        """Nothing is private from whoever sits before it."""
        del asks
        return []

    async def may_quote(self, ask: Ask, repeat: Repeat) -> bool:
        """There is nothing on Discord to quote from."""
        del ask, repeat
        return False

    async def announce(self, notice: Notice, place: Place) -> bool:
        """Whoever sits at the prompt did not ask; the bot itself will tell those it concerns."""
        del notice, place
        return False


async def transcribe(
    desk: Desk, courier: TerminalCourier, file: Path, *, now_ms: int, words: Words, console: Console
) -> int:
    """Bring one file through the desk; 0 when its words, or its silence, were heard."""
    # An id of our own making: this moment as Discord would write it, so that the month is right.
    snowflake = (now_ms - DISCORD_EPOCH_MS) << 22
    request = Request(
        id=snowflake,
        ask_id=snowflake,
        door=Door.TERMINAL,
        attachment_id=snowflake,
        filename=file.name,
        content_type=None,
        size_bytes=(await asyncio.to_thread(file.stat)).st_size,
        declared_ms=None,
        url="",
        is_voice=True,  # whoever names a file at the prompt means it, whatever it is called
        guild_id=None,
        channel_id=0,
        message_id=None,
        author_id=None,
        member_id=0,
        locale="",
    )
    outcome: Outcome | None = None
    ref = ""
    with courier.progress_bar:
        answer = await desk.accept(request)
        if isinstance(answer, Refused):
            outcome, ref = answer.outcome, answer.ref
        elif isinstance(answer, Queued):
            await desk.work(answer.key)
            outcome, ref = courier.outcome, ref_of(answer.key)
    outcome = outcome or Failed(Fault.INTERNAL)
    for part in (*render(outcome, words, ref=ref, terminal=True).parts, fix(outcome, words)):
        if part is not None:
            # Words may hold signs that steer a terminal; paragraphs and marks of direction are words' own.
            console.print(escaped(part, keep=_WORDS_OWN), markup=False, highlight=False, soft_wrap=True)
    return 0 if isinstance(outcome, Transcript | Silence) else 1
