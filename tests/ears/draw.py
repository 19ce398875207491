"""
Which of the long tests are run where there is little time: drawn by a seed, so that all of them have their turn.

Pure. Promises: the same seed draws the same tests; what they are said to take stays within the time, whatever is drawn.
"""

import random
from collections.abc import Mapping


def drawn(seconds: Mapping[str, float], budget_s: float, seed: str) -> list[str]:
    """Names of tests whose times (in seconds, by name) fit into the budget together, in the order of the draw."""
    names = sorted(seconds)
    random.Random(seed).shuffle(names)  # noqa: S311 - a draw to be had again, no secret
    chosen: list[str] = []
    for name in names:
        if seconds[name] <= budget_s:
            budget_s -= seconds[name]
            chosen.append(name)
    return chosen
