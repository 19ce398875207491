"""Your own sound, whatever it is: `make demo FILE=path`."""

import asyncio

from rich.markup import escape

from tests.world.demo.stage import PATIENCE_S, Stage

ENV = {"EARSHOT_QUOTA__GUILD_MINUTES": "600"}
SET_UP = "this server may use ten hours a month."


async def play(stage: Stage) -> None:
    """The visitor's file through /transcribe, and what travelled of it."""
    if stage.file is None:
        raise SystemExit("make demo FILE=path plays your own file")
    stage.console.rule("[bold]# general[/]", align="left")
    stage.console.print("[dim]The ears here are not OpenAI's model.[/]\n")
    stage.tell("Mina", f"[blue]/transcribe[/] file: {escape(stage.file.name)}")
    asked = await stage.mina.slash("transcribe", stage.general, file=stage.file)
    await asked.wait(seconds=PATIENCE_S)
    stage.show(asked, "↪ /transcribe by Mina")
    stage.note("your file", "", asked, await asyncio.to_thread(stage.file.read_bytes))
    if not stage.rows and "No speech heard" not in asked.content:  # refused: the answer above says why
        raise SystemExit(1)
    for row in stage.rows:
        sent = "passed through, byte for byte" if row.is_original else "converted by pydub"
        stage.console.print(f"{sent}: {len(row.original):,} B → {row.sent_bytes:,} B sent to the provider")
