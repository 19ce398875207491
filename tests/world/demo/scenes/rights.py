"""
Rights that are missing: the words come all the same, and the people who manage the server are told once what to mend.

First no threads, then no replies, then no files for a long text.
"""

from tests.world.demo.stage import PATIENCE_S, SPEECH, Stage
from tests.world.discord import NONE, Permission

SET_UP = "words are to go into threads, and the bot may not open any."
ENV: dict[str, str] = {}


async def play(stage: Stage) -> None:
    """Two notes in a channel where something is missing; the second time nobody is told again."""
    bot, general, alerts = stage.discord.world.bot, stage.general, stage.home.channel("alerts")
    stage.console.rule("[bold]# general[/]", align="left")
    panel = (await (await stage.admin.slash("settings", general)).wait(seconds=PATIENCE_S)).messages[0]
    await stage.admin.choose(panel, "Where the words go", "Into a thread of the note")
    await general.wait_for(lambda _: "**Where the words go**: Into a thread" in str(panel.components), PATIENCE_S)
    await stage.admin.choose(panel, "Where I warn the people who manage this server", alerts)
    await general.wait_for(lambda _: f"<#{alerts.id}>" in str(panel.components), PATIENCE_S)
    general.overwrite(bot, deny=Permission.CREATE_PUBLIC_THREADS)
    for file in ("country.ogg", "birthday.ogg"):
        stage.tell("Mina", "[reverse] ▶ [/reverse] voice message   [dim](the bot may open no thread here)[/]")
        note = await stage.mina.voice_note(general, SPEECH / file)
        stage.show(await note.wait(seconds=PATIENCE_S), "↩ Mina")
    general.overwrite(bot, allow=NONE, deny=Permission.CREATE_PUBLIC_THREADS | Permission.READ_MESSAGE_HISTORY)
    stage.tell("Jun", "[reverse] ▶ [/reverse] voice message   [dim](nor read the history: it cannot reply)[/]")
    before = len(await general.wait_for(bool, PATIENCE_S))
    await stage.jun.voice_note(general, SPEECH / "hotel.ogg")
    told = await general.wait_for(lambda messages: len(messages) > before + 1, PATIENCE_S)
    stage.tell("Earshot", told[-1].content.split("\n")[0])
    stage.console.rule("[bold]# alerts[/]", align="left")
    for message in await alerts.wait_for(lambda messages: len(messages) > 1, PATIENCE_S):
        stage.tell("Earshot", message.content.replace(f"<#{general.id}>", "#general"))
