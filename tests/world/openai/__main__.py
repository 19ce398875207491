"""The stand-in as a process of its own: prints the environment that leads a client here, serves until told to end."""

import argparse
import asyncio
import json
import signal
from contextlib import ExitStack

from tests.world.openai import Recogniser, Scripted, open_openai


async def serve(options: argparse.Namespace) -> None:
    """Serve until SIGTERM or SIGINT."""
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    with ExitStack() as stack:
        ears = stack.enter_context(Recogniser()) if options.text is None else Scripted(options.text)
        async with open_openai(ears=ears, delay_s=options.delay_s, key=options.key, port=options.port) as local:
            print(json.dumps(local.env), flush=True)  # noqa: T201 - this line is what it is started for
            await told.wait()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--key", default="sk-proj-local-0123456789abcdef")
    parser.add_argument("--delay-s", type=float, default=0.0, help="time each answer takes")
    parser.add_argument("--text", help="answer this instead of listening")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
