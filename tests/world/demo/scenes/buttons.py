"""
Under an answer: plain text and subtitles, another language, deleting, the readable part of a damaged file.

Buttons carry all they need, and no words rest anywhere but in the channel.
"""

import subprocess

import imageio_ffmpeg

from tests.world.demo.stage import PATIENCE_S, SPEECH, Stage
from tests.world.discord import Answer

ENV = {"EARSHOT_QUOTA__GUILD_MINUTES": "60"}
SET_UP = "this server may use an hour a month."


async def play(stage: Stage) -> None:
    """More, another language, delete; then a file that breaks off."""
    stage.console.rule("[bold]# general[/]", align="left")
    note = await stage.voice("Mina", "hotel.ogg")
    reply = note.messages[-1]

    stage.tell("Jun", "presses [reverse] More [/reverse] under Mina's text")
    more = await shown(stage, await stage.jun.press(reply, "More"), "↪ More, by Jun")
    files = {file.filename: file.read().decode() for file in more.files}
    stage.console.print(f"          [dim]{' | '.join(files['subtitles.srt'].splitlines()[:3])}[/]\n", highlight=False)

    stage.tell("Jun", "chooses [reverse] Hear it again in … Korean [/reverse]")
    again = await stage.jun.choose(more.messages[0], "Hear it again in …", "Korean")
    await shown(stage, again, "↪ heard as Korean, for Jun")

    stage.tell("Mina", "presses [reverse] More [/reverse], then [reverse] Delete this text [/reverse]")
    panel = await (await stage.mina.press(reply, "More")).wait(seconds=PATIENCE_S)
    deleted = await stage.mina.press(panel.messages[0], "Delete this text")
    await deleted.wait(lambda seen: "is deleted" in seen.content, seconds=PATIENCE_S)
    await shown(stage, deleted, "↪ Delete, by Mina")

    sound = stage.folder / "sound.flac"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(SPEECH / "park.ogg"), str(sound)]
    subprocess.run(command, check=True)  # noqa: S603, ASYNC221 -- our own file
    broken = bytearray(sound.read_bytes())
    for at in range(len(broken) // 2, len(broken), 20):
        broken[at] ^= 0xFF
    stage.tell("Jun", "📎 broken.flac   [dim](its second half is damaged)[/]")
    refused = await shown(stage, await stage.jun.upload(stage.general, ("broken.flac", bytes(broken))), "↩ Jun")
    stage.tell("Jun", "presses [reverse] Transcribe what is readable [/reverse]")
    part = await stage.jun.press(refused.messages[0], "Transcribe what is readable")
    await shown(stage, part, "↪ the readable part, for Jun")


async def shown(stage: Stage, answer: Answer, to: str) -> Answer:
    """Wait for an answer and show it."""
    await answer.wait(seconds=PATIENCE_S)
    stage.show(answer, to)
    return answer
