"""
Texts of any length: one reply, some replies, a beginning and a file; nothing is lost.

The ears here are scripted: nobody speaks for an hour in a demo.
"""

import re

from tests.world.demo.stage import PATIENCE_S, SPEECH, Stage
from tests.world.discord import Message
from tests.world.openai import Scripted

ENV = {"EARSHOT_QUOTA__REPEAT_HOURS": "0"}
SET_UP = "the same recording is posted thrice and heard anew each time."
SENTENCE = "This is sentence {n} of a talk, with `code`, *stars* and @everyone in it."


async def play(stage: Stage) -> None:
    """One sentence, eighty, and four hundred."""
    stage.console.rule("[bold]# general[/]", align="left")
    for count in (1, 80, 400):
        said = " ".join(SENTENCE.format(n=n + 1) for n in range(count))
        stage.openai.ears = Scripted(said)
        stage.tell("Mina", f"[reverse] ▶ [/reverse] voice message   [dim]({len(said):,} characters in it)[/]")
        note = await stage.mina.voice_note(stage.general, SPEECH / "park.ogg")
        await note.wait(lambda seen: "gpt-transcribe" in seen.content, seconds=PATIENCE_S)
        for message in note.messages:
            shown(stage, message)
        is_whole = said in (words(note.messages), *(file.read().decode().strip() for file in note.files))
        pinged = any(message.pings for message in note.messages)
        stage.console.print(
            f"          [dim]all words there: {is_whole}; anybody pinged: {pinged}[/]\n", highlight=False
        )
        assert is_whole
        assert not pinged


def shown(stage: Stage, message: Message) -> None:
    """A message's beginning and end, and how long it is."""
    text = message.content
    brief = text if len(text) < 160 else f"{text[:60]} [...] {text[-95:]}"
    stage.tell("Earshot", f"[dim]↩ Mina, {len(text):,} of 2,000 characters[/]")
    for line in brief.split("\n"):
        stage.console.print(f"          {line}", highlight=False, markup=False)
    for file in message.files:
        size = len(file.read().decode().strip())
        stage.console.print(f"          📎 {file.filename}: {size:,} characters", highlight=False)


def words(messages: list[Message]) -> str:
    """What people read in all of them: without backslashes and signs nobody sees, the small print left out."""
    lines = [line for message in messages for line in message.content.split("\n") if not line.startswith("-# ")]
    return re.sub(r"\\(?=\W)|\u200b", "", " ".join(" ".join(lines).split()))
