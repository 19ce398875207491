"""
A member's say: what is kept, not being heard any more, being forgotten; and words that go with their note.

What somebody opted out of holds for everybody who asks, and for their notes in every server.
"""

from tests.world.demo.stage import PATIENCE_S, Stage
from tests.world.discord import Answer

SET_UP = "Mina has never opened /privacy."


async def play(stage: Stage) -> None:
    """The panel, opting out, somebody else asking, a deleted note, and being forgotten."""
    stage.console.rule("[bold]# general[/]", align="left")
    note = await stage.voice("Mina", "hotel.ogg")
    stage.tell("Mina", "/privacy")
    panel = await stage.mina.slash("privacy", stage.general)
    await panel.wait(seconds=PATIENCE_S)
    stage.show(panel, "/privacy, for Mina")

    await pressed(stage, panel, "Don't transcribe me")
    unheard = await stage.mina.voice_note(stage.general, ("secret.ogg", b"OggS" + bytes(2_000)))
    stage.tell("Mina", "[reverse] ▶ [/reverse] voice message   [dim](nobody listens to it)[/]\n")
    if unheard.message is None or note.message is None:
        raise RuntimeError("a note without a message")
    stage.tell("Jun", "asks for it: menu of Mina's message > Transcribe")
    asked = await stage.jun.menu("Transcribe", unheard.message)
    await asked.wait(seconds=PATIENCE_S)
    stage.show(asked, "↪ Transcribe, for Jun")

    stage.tell("Mina", "deletes her first note")
    await stage.mina.delete(note.message)
    reply = note.messages[0].id
    await stage.general.wait_for(lambda seen: reply not in [message.id for message in seen], PATIENCE_S)
    stage.console.print("          [dim]its words are gone from the channel, too[/]\n", highlight=False)

    await pressed(stage, panel, "Transcribe me again")
    await pressed(stage, panel, "Forget me")
    await pressed(stage, panel, "Yes, forget me")


async def pressed(stage: Stage, panel: Answer, label: str) -> None:
    """One button of the panel, and what the panel says then."""
    before = panel.content
    stage.tell("Mina", f"presses [reverse] {label} [/reverse]")
    await stage.mina.press(panel.messages[0], label)
    await panel.wait(lambda seen: seen.content != before, seconds=PATIENCE_S)
    stage.show(panel, "/privacy, for Mina")
