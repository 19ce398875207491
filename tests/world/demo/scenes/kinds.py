"""
Every kind of message: a forward, several sounds at once, a video's tracks, a direct message, a group message, a link.

In the group message only Jun has installed the bot: his own month pays.
"""

import subprocess

import imageio_ffmpeg

from tests.world.demo.stage import PATIENCE_S, SPEECH, Stage

ENV = {"EARSHOT_QUOTA__GUILD_MINUTES": "60"}
SET_UP = "this server, and everybody for themselves, may use an hour a month."


async def play(stage: Stage) -> None:
    """One act of each kind."""
    console, mina = stage.console, stage.mina
    console.rule("[bold]# general[/]", align="left")
    elsewhere = stage.discord.guild("Elsewhere")
    guest = elsewhere.welcome(mina)
    spoken = await guest.voice_note(elsewhere.channel("chat"), SPEECH / "park.ogg")
    await spoken.wait(seconds=PATIENCE_S)
    assert spoken.message is not None
    stage.tell("Mina", "forwards a voice message from another server")
    forwarded = await (await mina.forward(spoken.message, stage.general)).wait(seconds=PATIENCE_S)
    stage.show(forwarded, "↩ Mina")

    stage.tell("Jun", "📎 country.ogg 📎 birthday.ogg   [dim](one message)[/]")
    both = await stage.jun.upload(stage.general, SPEECH / "country.ogg", SPEECH / "birthday.ogg")
    await both.wait(lambda seen: len(seen.messages) == 2, seconds=PATIENCE_S)
    stage.show(both, "↩ Jun")

    video = stage.folder / "talk.mkv"
    tracks = ("-i", str(SPEECH / "system.ogg"), "-map", "0:a", "-map", "0:a", "-c", "copy", str(video))
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *tracks], check=True)  # noqa: S603, ASYNC221 -- our own file
    stage.tell("Jun", "📎 talk.mkv   [dim](a video with two audio tracks)[/]")
    stage.show(await (await stage.jun.upload(stage.general, video)).wait(seconds=PATIENCE_S), "↩ Jun")

    console.rule("[bold]Jun and Earshot, direct messages[/]", align="left")
    stage.tell("Jun", "[reverse] ▶ [/reverse] voice message")
    direct = await (await stage.jun.voice_note(stage.jun.dm(), SPEECH / "hotel.ogg")).wait(seconds=PATIENCE_S)
    stage.show(direct, "↩ Jun")

    console.rule("[bold]Jun and Mina, a group message; only Jun has the app[/]", align="left")
    stage.jun.user.installed = True
    group = stage.discord.group("trip", stage.jun, mina)
    posted = await mina.upload(group, SPEECH / "country.ogg", SPEECH / "hotel.ogg")
    assert posted.message is not None
    stage.tell("Mina", "📎 country.ogg 📎 hotel.ogg")
    stage.tell("Jun", "on Mina's message: Apps → [blue]Transcribe[/]")
    asked = await stage.jun.menu("Transcribe", posted.message)
    await asked.wait(lambda seen: len(seen.messages) == 2 and not seen.thinking, seconds=PATIENCE_S)
    stage.show(asked, "↪ Transcribe by Jun")

    console.rule("[bold]# general[/]", align="left")
    link = f"https://discord.com/channels/{elsewhere.id}/{spoken.message.channel.id}/{spoken.message.id}"
    for person in ("Mina", "Jun"):
        stage.tell(person, "[blue]/transcribe[/] message: a link to the other server")
        who = {"Mina": mina, "Jun": stage.jun}[person]
        linked = await (await who.slash("transcribe", stage.general, message=link)).wait(seconds=PATIENCE_S)
        stage.show(linked, f"↪ /transcribe by {person}")
