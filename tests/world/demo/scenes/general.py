"""
Voice notes become words: three notes, both commands, a silence, a refusal, the bill.

The whole story in one channel, with one minute a month to spend.
"""

from tests.world.demo.stage import PATIENCE_S, SPEECH, Stage, clock, length_of, repeated, said_in

ENV = {"EARSHOT_QUOTA__GUILD_MINUTES": "1"}
SET_UP = "this server may use one minute a month."


async def play(stage: Stage) -> None:
    """Notes, both commands, a refusal, the bill."""
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

    long = repeated(SPEECH / "meeting.ogg", 15, stage.folder / "long.ogg")
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
