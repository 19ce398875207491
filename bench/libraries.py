"""
Which libraries a running bot has imported: `python -m bench.libraries FILE` is `bot run`, and at SIGUSR1 it writes
the names of their modules to FILE. It imports nothing else, or it would count itself.
"""

import signal
import sys
from pathlib import Path
from types import FrameType

from bot.__main__ import main

OURS = {"bot", "cogs", "bench", "__main__"}


def foreign() -> list[str]:
    """Every module loaded now that is not ours, in the order of loading."""
    return [
        name
        for name, module in sys.modules.items()
        if name.partition(".")[0] not in OURS and getattr(module, "__spec__", None)
    ]


def tell(_: int, __: FrameType | None) -> None:
    """Write them down."""
    path = Path(sys.argv[1])
    path.with_suffix(".part").write_text(" ".join(foreign()), "utf-8")
    path.with_suffix(".part").rename(path)


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, tell)
    sys.exit(main(["run"]))
