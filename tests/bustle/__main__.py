"""
`python -m tests.bustle`: real processes, many people, the end of a month.

--seconds N   how long people act (600)     --seed N   their dice (1)
--pace N      acts a second (3)             --logs DIR  what the processes wrote
--write       the figures into docs/reliability.md
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.bustle.play import play
from tests.bustle.table import write
from tests.stores import Server


def main() -> int:
    """Play, tell, and end with 1 where something was found."""
    asking = argparse.ArgumentParser(prog="python -m tests.bustle", description=__doc__)
    asking.add_argument("--seconds", type=float, default=600)
    asking.add_argument("--seed", type=int, default=1)
    asking.add_argument("--pace", type=float, default=3)
    asking.add_argument("--logs", type=Path)
    asking.add_argument("--write", action="store_true")
    args = asking.parse_args()
    with tempfile.TemporaryDirectory(prefix="es-") as name:
        server = Server(Path(name))
        try:
            report = asyncio.run(play(server, seconds=args.seconds, seed=args.seed, pace=args.pace, logs=args.logs))
        finally:
            server.stop()
    sys.stdout.write(report.told() + "\n")
    if args.write:
        write(report, args.seconds, args.pace)
    return 1 if report.found else 0


if __name__ == "__main__":
    sys.exit(main())
