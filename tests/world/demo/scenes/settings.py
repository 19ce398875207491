"""
A server decides: on demand at first, then one tap for all, a quiet channel, names spelled right, words in threads.

Each tap on the panel is saved at once and shown.
"""

from tests.world.demo.stage import PATIENCE_S, SPEECH, Stage
from tests.world.discord import Answer, Message, Room

ENV = {"EARSHOT_LISTEN__AUTOMATIC": "false"}
SET_UP = "this server has decided nothing yet."
MODE = "When I write a note down"


async def play(stage: Stage) -> None:
    """A tap on a button, a panel, and what changes with each choice."""
    stage.console.rule("[bold]# general[/]", align="left")
    note = await spoken(stage, stage.general)
    stage.show(await note.wait(seconds=PATIENCE_S), "↩ Mina")
    stage.tell("Jun", "taps [blue]Transcribe[/]")
    await stage.jun.press(note.messages[0], "Transcribe")
    await note.wait(lambda seen: "gpt-transcribe" in seen.content, seconds=PATIENCE_S)
    stage.show(note, "↩ Mina")

    stage.tell("Admin", "[blue]/settings[/]")
    panel = (await (await stage.admin.slash("settings", stage.general)).wait(seconds=PATIENCE_S)).messages[0]
    lines(stage, panel)
    await chosen(stage, panel, MODE, "Automatically, every note")
    await stage.general.wait_for(lambda messages: "From now on" in messages[-1].content, PATIENCE_S)
    stage.tell("Earshot", list(stage.general.messages.values())[-1].content)
    await chosen(stage, panel, "Where the words go", "Into a thread of the note")
    note = await spoken(stage, stage.general)
    await note.wait(lambda seen: "gpt-transcribe" in seen.content, seconds=PATIENCE_S)
    stage.show(note, "in the thread of Mina's note")

    stage.console.rule("[bold]# quiet[/]", align="left")
    quiet = stage.home.channel("quiet")
    stage.tell("Admin", "[blue]/settings[/], [blue]Show this channel alone[/]")
    alone = (await (await stage.admin.slash("settings", quiet)).wait(seconds=PATIENCE_S)).messages[0]
    await stage.admin.press(alone, "Show this channel alone")
    await quiet.wait_for(lambda _: "Settings for <#" in str(alone.components), PATIENCE_S)
    await chosen(stage, alone, MODE, "When somebody taps the button below it")
    note = await spoken(stage, quiet)
    stage.show(await note.wait(seconds=PATIENCE_S), "↩ Mina")

    stage.console.rule("[bold]# general[/]", align="left")
    stage.tell("Admin", "opens [blue]Languages and names[/] and types two names")
    form = await (await stage.admin.press(panel, "Languages and names")).wait(seconds=PATIENCE_S)
    await stage.admin.submit(form, languages="en", vocabulary="Mina\nEarshot")
    await stage.general.wait_for(lambda _: "Mina, Earshot" in str(panel.components), PATIENCE_S)
    lines(stage, panel)


async def spoken(stage: Stage, room: Room) -> Answer:
    """Mina records a voice message."""
    stage.tell("Mina", "[reverse] ▶ [/reverse] voice message")
    return await stage.mina.voice_note(room, SPEECH / "country.ogg")


async def chosen(stage: Stage, panel: Message, select: str, value: str) -> None:
    """The admin chooses; the panel shows it."""
    stage.tell("Admin", f"{select}: [blue]{value}[/]")
    await stage.admin.choose(panel, select, value)
    await stage.general.wait_for(lambda _: f"**{select}**: {value}" in str(panel.components), PATIENCE_S)


def lines(stage: Stage, panel: Message) -> None:
    """What the panel says, line by line."""
    for one in panel.components:
        for text in filter(None, one.get("content", "").split("\n")):
            stage.tell("Earshot", text.replace("**", "").removeprefix("-# ").removeprefix("## "))
