"""
How much chaos: sizes and seed, from the environment of `make chaos`.

CHAOS_SIZE is a percentage of the full runs (100); CI uses a smaller one. CHAOS_SEED decides who is killed and when.
"""

import os
import random

SIZE = int(os.environ.get("CHAOS_SIZE", "10"))
SEED = int(os.environ.get("CHAOS_SEED", "1"))


def sized(full: int, least: int = 1) -> int:
    """So many of `full` as this run has time for."""
    return max(least, full * SIZE // 100)


def dice(name: str) -> random.Random:
    """Chance, the same for the same seed and name."""
    return random.Random(f"{SEED} {name}")  # noqa: S311 -- faults need no secrecy
