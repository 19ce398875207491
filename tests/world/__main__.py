"""
`make world`: the stand-ins as their own process, to try a bot against.

Prints the environment that points a bot here; then every path typed in is posted as a voice message,
and what comes back is printed.
"""

import asyncio
import contextlib
import shlex
import signal
import sys
import threading
from pathlib import Path

from tests.world.discord import Discord, Permission, open_discord
from tests.world.openai import Recogniser, open_openai

ANSWER_S = 120.0


def typed() -> asyncio.Queue[str]:
    """What is typed, line by line, and "" at its end; the thread that waits for it keeps nobody from leaving."""
    lines: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        line = "more"
        while line:
            line = sys.stdin.readline()
            with contextlib.suppress(RuntimeError):  # everybody has left
                loop.call_soon_threadsafe(lines.put_nowait, line)

    threading.Thread(target=read, daemon=True).start()
    return lines


async def post(discord: Discord) -> None:
    """Post what is typed until the input ends."""
    home = discord.guild("Home")
    general, person = home.channel("general"), home.member("Mina", permissions=Permission.MANAGE_GUILD)
    print("Start a bot with these, then type the path of a sound here.", flush=True)
    lines = typed()
    while line := await lines.get():
        if not line.strip():
            continue
        path = Path(line.strip())
        if not discord.gateway.ready_sessions():
            print("No bot is connected yet.", flush=True)
        elif not await asyncio.to_thread(path.is_file):
            print(f"{path}: there is no such file", flush=True)
        else:
            answer = await person.voice_note(general, path, seconds=1)
            try:
                print(await answer.wait(seconds=ANSWER_S), flush=True)
            except AssertionError:
                print(f"No answer within {ANSWER_S:.0f} s; the bot's log says why.", flush=True)


async def main() -> None:
    """Serve until the input ends."""
    with Recogniser() as ears:
        async with open_discord() as discord, open_openai(ears=ears) as openai:
            for name, value in {**discord.env, **openai.env}.items():
                print(f"export {name}={shlex.quote(value)}")
            await post(discord)


if __name__ == "__main__":
    # Being ended is a way to leave, too: the recogniser's processes go with us.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
