"""
`python -m tests.world`: the stand-ins as their own process, to try a bot against.

Prints the environment that points a bot here; then every path typed in is posted as a voice message,
and what comes back is printed.
"""

import asyncio
import contextlib
import shlex
import signal
import sys
from pathlib import Path

from tests.world.discord import Permission, open_discord
from tests.world.openai import Recogniser, open_openai


async def main() -> None:
    """Serve until the input ends."""
    with Recogniser() as ears:
        async with open_discord() as discord, open_openai(ears=ears) as openai:
            home = discord.guild("Home")
            general, person = home.channel("general"), home.member("Mina", permissions=Permission.MANAGE_GUILD)
            for name, value in {**discord.env, **openai.env}.items():
                print(f"export {name}={shlex.quote(value)}")
            print("Start the bot with these, then type the path of a sound here.", flush=True)
            while line := await asyncio.to_thread(sys.stdin.readline):
                if not line.strip():
                    continue
                path = Path(line.strip())
                if not await asyncio.to_thread(path.is_file):
                    print(f"{path}: there is no such file", flush=True)
                    continue
                answer = await person.voice_note(general, path, seconds=1)
                print(await answer.wait(seconds=300), flush=True)


if __name__ == "__main__":
    # Being ended is a way to leave, too: the recogniser's processes go with us.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
