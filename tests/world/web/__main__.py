"""`python -m tests.world.web`: the demo's world with a page in front, until Ctrl-C."""

import argparse
import asyncio
import signal
import sys

from tests.world.openai.whisper import LISTENERS
from tests.world.web.scenery import open_scenery

PORT = 8642


async def main(port: int, listener: str) -> int:
    """Serve until Ctrl-C, or until the bot ends by itself."""
    async with open_scenery({}, port=port, listener=listener) as scene:
        print(f"The page is at {scene.site.address}/ (Ctrl-C ends it).", flush=True)
        print(f"The ears are {LISTENERS[listener]}, not OpenAI's model.", flush=True)
        ended = asyncio.create_task(scene.bot.wait(float("inf")))
        try:
            code = await ended
        finally:
            ended.cancel()
            for breach in [*scene.discord.breaches, *scene.openai.breaches]:
                print(f"Discord or OpenAI would not have understood: {breach}", file=sys.stderr)
        sys.stderr.write("\n".join(["The bot ended by itself:", *scene.bot.lines]) + "\n")
    return code or 1


if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="make demo WEB=1", description="The demo's server as a page.")
    options.add_argument("--port", type=int, default=PORT, help=f"where the page listens (default: {PORT}; 0: any)")
    options.add_argument("--speech", choices=LISTENERS, default="recogniser", help="who listens")
    chosen = options.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(asyncio.run(main(chosen.port, chosen.speech)))
    except KeyboardInterrupt:
        print()
    except OSError as taken:
        sys.exit(f"The page cannot listen: {taken}. Choose another port: make demo WEB=1 PORT=8643")
