"""Writes the table of walls into docs/security.md: `python -m tests.walls`. Wants root, to play everybody."""

import platform

from bot.kernel import landlock
from tests.walls import SECTION, page

if __name__ == "__main__":
    SECTION.write(page(".".join(platform.release().split(".")[:2]), landlock.version()))
