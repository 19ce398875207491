"""
The bill at a glance: a limit set, a share given, the month as a picture, by member, and one's own.

Three minutes a month from the host; the people who manage the server decide within that.
"""

from tests.world.demo.stage import PATIENCE_S, Stage

ENV = {"EARSHOT_QUOTA__GUILD_MINUTES": "3", "EARSHOT_LISTEN__AUTOMATIC": "true"}
SET_UP = "the host allows this server three minutes a month."


async def play(stage: Stage) -> None:
    """Two notes, four decisions, three pages."""
    stage.console.rule("[bold]# general[/]", align="left")
    await stage.voice("Mina", "country.ogg")
    await stage.voice("Jun", "birthday.ogg")
    await asked(stage, "Admin", "quota set", minutes=10)
    await asked(stage, "Admin", "quota set", minutes=2)
    await asked(stage, "Admin", "quota cap", minutes=1)
    await asked(stage, "Mina", "usage")
    await asked(stage, "Admin", "usage", press="By member")


async def asked(stage: Stage, who: str, command: str, *, press: str | None = None, **options: object) -> None:
    """A command, what its asker sees, and perhaps what they see after a press."""
    person = {"Mina": stage.mina, "Admin": stage.admin}[who]
    stage.tell(who, f"[blue]/{command}[/] " + " ".join(f"{name}: {value}" for name, value in options.items()))
    answer = await person.slash(command, stage.general, **options)
    await answer.wait(seconds=PATIENCE_S)
    stage.show(answer, f"↪ /{command} by {who}")
    if press is not None:
        panel = answer.messages[0]
        edits = panel.edits
        stage.tell(who, f"presses [blue]{press}[/]")
        await person.press(panel, press)
        await answer.wait(lambda _: panel.edits > edits, seconds=PATIENCE_S)
        stage.show(answer, f"↪ /{command} by {who}")
