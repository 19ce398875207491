"""
Live: words while they come, how far it is, and Stop.

The local model says a word every eighth of a second; what stands in the channel is printed whenever it changes.
"""

from collections.abc import Callable

from tests.world.demo.stage import PATIENCE_S, SPEECH, Stage, clock, length_of, repeated
from tests.world.discord import Answer

ENV = {"EARSHOT_QUOTA__GUILD_MINUTES": "60", "EARSHOT_QUOTA__REPEAT_HOURS": "0"}
SET_UP = "notes from 20 seconds on show their words; the same recording is heard anew."


async def play(stage: Stage) -> None:
    """A note watched to its end, and one that is stopped."""
    stage.console.rule("[bold]# general[/]", align="left")
    stage.openai.word_s = 0.12
    long = repeated(SPEECH / "hotel.ogg", 5, stage.folder / "long.ogg")
    answer = await stage.mina.voice_note(stage.general, long)
    assert answer.message is not None
    stage.tell("Mina", f"[reverse] ▶ [/reverse] voice message, {clock(length_of(answer.message))}")
    await watched(stage, answer, until=lambda seen: offers(seen, "More"))

    answer = await stage.mina.voice_note(stage.general, long)
    stage.tell("Mina", "[reverse] ▶ [/reverse] the same once more, by mistake")
    await answer.wait(lambda seen: offers(seen, "Stop") and "\n" in seen.content, seconds=PATIENCE_S)
    stage.show(answer, "↩ Mina, while it is heard")
    stage.tell("Mina", "presses [reverse] Stop [/reverse]")
    pressed = await (await stage.mina.press(answer.messages[0], "Stop")).wait(seconds=PATIENCE_S)
    stage.show(pressed, "↪ Stop, by Mina")
    await answer.wait(lambda seen: not offers(seen, "Stop"), seconds=PATIENCE_S)
    stage.show(answer, "↩ Mina")


async def watched(stage: Stage, answer: Answer, until: Callable[[Answer], bool]) -> None:
    """Show each state of an answer once, until it is so."""
    seen = [""]
    while not until(answer):
        if answer.content not in seen:
            seen.append(answer.content)
            stage.show(answer, "↩ Mina, while it is heard")
        await answer.wait(lambda now: now.content not in seen or until(now), seconds=PATIENCE_S)
    stage.show(answer, "↩ Mina")


def offers(answer: Answer, label: str) -> bool:
    """Whether something with that label can be pressed."""
    return label in [one.get("label") for one in answer.components]
