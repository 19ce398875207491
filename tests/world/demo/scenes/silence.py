"""
No invented words: silence, and rain in which a provider "hears" a farewell, beside somebody who really says it.

The provider of this scene answers everything with the sentence that speech models make up most often.
"""

import subprocess

import imageio_ffmpeg

from tests.world.demo.stage import PATIENCE_S, SPEECH, Stage
from tests.world.openai import Scripted
from tests.world.openai.script import INVENTED

SET_UP = 'and the provider hears "Thank you for watching!" in everything.'
RAIN = "anoisesrc=c=pink:a=0.3:seed=3"


async def play(stage: Stage) -> None:
    """Silence, rain, and a voice that thanks."""
    stage.openai.ears = Scripted(INVENTED["en"])
    stage.console.rule("[bold]# general[/]", align="left")
    rain = stage.folder / "rain.ogg"
    source = ("-f", "lavfi", "-i", RAIN, "-t", "4", "-ac", "1", "-ar", "48000", "-c:a", "libopus", "-b:a", "32k")
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *source, str(rain)]
    subprocess.run(command, check=True)  # noqa: S603, ASYNC221 -- our own words
    for who, file, told in (
        ("Mina", SPEECH / "silence.ogg", "in which nobody says anything"),
        ("Jun", rain, "of rain: four seconds of it"),
        ("Mina", SPEECH / "thanks.ogg", 'in which she says "Thank you for watching"'),
    ):
        calls = len(stage.openai.calls)
        person = {"Mina": stage.mina, "Jun": stage.jun}[who]
        answer = await person.voice_note(stage.general, file)
        stage.tell(who, f"[reverse] ▶ [/reverse] voice message [dim]({told})[/]")
        await answer.wait(seconds=PATIENCE_S)
        stage.show(answer, f"↩ {who}")
        sent = "was asked" if len(stage.openai.calls) > calls else "was not even asked"
        stage.console.print(f"          [dim]the provider {sent}[/]\n", highlight=False)
    stage.tell("Admin", "/usage   [dim](a server pays for words alone)[/]")
    usage = await stage.admin.slash("usage", stage.general)
    await usage.wait(seconds=PATIENCE_S)
    stage.show(usage, "/usage, for Admin")
