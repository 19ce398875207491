"""`python -m tests.world.demo [SCENE]`: build a world, start the bot in it, play, take everything down."""

import argparse
import asyncio
import re
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from rich.console import Console

from tests.world.bot import BotProcess, start
from tests.world.demo.scenes import OPENING, OWN_FILE, Scene, scenes
from tests.world.demo.stage import Stage
from tests.world.discord import open_discord
from tests.world.openai import open_openai
from tests.world.openai.whisper import LISTENERS, open_ears

AUTOMATIC = {"EARSHOT_LISTEN__AUTOMATIC": "true"}  # the servers of most scenes have long decided
BETWEEN = "A local Discord, a local OpenAI with {ears}, and the real bot between them."


async def play(scene: Scene, console: Console, file: Path | None, listener: str) -> None:
    """One conversation in a world of its own."""
    folder = Path(tempfile.mkdtemp(prefix="earshot-demo-"))
    async with AsyncExitStack() as stack:
        stack.callback(_remove, folder)
        discord = await stack.enter_async_context(open_discord())
        ears = await stack.enter_async_context(open_ears(listener))
        openai = await stack.enter_async_context(open_openai(ears=ears))
        stage = Stage(discord, openai, console, folder, file)
        database = f"sqlite:///{folder / 'earshot.db'}"
        bot = await start({**discord.env, **openai.env, "DATABASE_URL": database, **AUTOMATIC, **scene.env})
        stack.push_async_callback(_stop, bot)
        await discord.ready()
        console.print(f"[dim]The bot is connected; {scene.set_up}[/]\n")
        await scene.play(stage)
        faults = [*discord.breaches, *openai.breaches]
        assert not faults, faults


async def main(names: list[str], file: Path | None, picture: Path | None, listener: str) -> int:
    """Play these scenes one after another; with `picture`, what was printed is drawn as SVG."""
    console = Console(width=100 if picture else max(80, Console().width), record=picture is not None)
    console.print(BETWEEN.format(ears=LISTENERS[listener]))
    for name in names:
        scene = scenes()[name]
        if len(names) > 1:
            console.print(f"\n[bold]{scene.name}[/]: {scene.told}", highlight=False)
        await play(scene, console, file, listener)
    if picture is not None:
        # Without the web font rich would load: a picture calls nobody.
        drawing = re.sub(r"@font-face \{.*?\}", "", console.export_svg(title="make demo"), flags=re.DOTALL)
        await asyncio.to_thread(picture.write_text, drawing, "utf-8")
    return 0


async def _stop(bot: BotProcess) -> None:
    if code := await bot.stop():
        sys.stderr.write("\n".join(["The bot ended with an error:", *bot.lines]) + "\n")
        raise SystemExit(code)


def _remove(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def _told() -> str:
    """The scenes, as the help lists them."""
    width = max(map(len, scenes()))
    return "\n".join(["scenes:", *(f"  {scene.name:{width}}  {scene.told}" for scene in scenes().values())])


if __name__ == "__main__":
    options = argparse.ArgumentParser(
        prog="make demo",
        usage="make demo [SCENE=name | SCENE=all] [FILE=path] [PICTURE=path] [SPEECH=whisper]",
        description="A voice note goes in, its words come out.",
        epilog=_told(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument("scene", nargs="?", help=f"which conversation (default: {OPENING}), or: all")
    options.add_argument("--file", type=Path, help="your own sound or video file")
    options.add_argument("--picture", type=Path, help="draw what is printed, as SVG")
    options.add_argument("--speech", choices=LISTENERS, default="recogniser", help="who listens")
    chosen = options.parse_args()
    if chosen.file is not None and not chosen.file.is_file():
        options.error(f"{chosen.file}: {'that is not a file' if chosen.file.exists() else 'there is no such file'}")
    if chosen.scene not in {None, "all", *scenes()}:
        options.error(f"there is no scene {chosen.scene}\n\n{_told()}")
    if chosen.file is not None:
        plays = [OWN_FILE]
    elif chosen.scene == "all":
        plays = [name for name in scenes() if name != OWN_FILE]
    else:  # whoever knows more than English is shown that
        plays = [chosen.scene] if chosen.scene else [OPENING, *(["languages"] if chosen.speech == "whisper" else [])]
    sys.exit(asyncio.run(main(plays, chosen.file, chosen.picture, chosen.speech)))
