"""
The sandbox against a hostile decoder: a program in ffmpeg's place that tries all it can think of.

Hides how kernels that lack a wall are played (a filter below the bot answers as they do), and how an ordinary user and
a container are. Promises: the product's own code runs, from `audio.open` down; what the decoder reached is what it says
over the one channel it has. `python -m tests.walls` writes the table of docs/security.md.
"""

from tests.walls.page import SECTION, page
from tests.walls.trial import COLUMNS, ROWS, Column, reached, worked

__all__ = ["COLUMNS", "ROWS", "SECTION", "Column", "page", "reached", "worked"]
