"""
How far texts are from each other, counted by the libraries of the real ears' environment (`tests.ears.rates`).

Hides that other process. Promises: texts are compared as Whisper's own tests do.
"""

import asyncio
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass

from tests.ears import home

DRAWS = 10_000


@dataclass(frozen=True, slots=True)
class Count:
    """Words (signs of Korean, Japanese) that were said, and how many of what was heard are wrong, added, lost."""

    units: int
    wrong: int
    added: int
    lost: int


async def counted(pairs: Sequence[tuple[str, str, str]]) -> list[Count]:
    """What was said, what was heard, in which language: a count for each."""
    if not pairs:
        return []
    lines = [json.dumps({"said": said, "heard": heard, "language": code}) for said, heard, code in pairs]
    process = await asyncio.create_subprocess_exec(
        *(str(home.PYTHON), "-m", "tests.ears.rates"),
        env=home.environment(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate(("\n".join(lines) + "\n").encode())
    if process.returncode:
        raise RuntimeError("tests.ears.rates broke")
    return [Count(**json.loads(line)) for line in out.decode().splitlines()]


@dataclass(frozen=True, slots=True)
class Difference:
    """How many points of error rate one has more than the other, and between what 95 % of the draws lie."""

    points: float
    low: float
    high: float

    @property
    def is_worse(self) -> bool:
        """Worse beyond chance."""
        return self.low > 0

    def __str__(self) -> str:
        return f"{self.points:+.1f} ({self.low:+.1f} to {self.high:+.1f})"


def rate(counts: Sequence[Count]) -> float:
    """Errors in percent, of all texts together."""
    return 100 * sum(one.wrong for one in counts) / max(1, sum(one.units for one in counts))


def difference(one: Sequence[Count], other: Sequence[Count]) -> Difference:
    """A paired bootstrap over texts: what the other has more than the one."""
    rng = random.Random(1)  # noqa: S311 - the same draws each time
    rows = [(b.wrong - a.wrong, a.units) for a, b in zip(one, other, strict=True)]
    draws = []
    for _ in range(DRAWS):
        drawn = rng.choices(rows, k=len(rows))
        draws.append(100 * sum(more for more, _ in drawn) / max(1, sum(units for _, units in drawn)))
    draws.sort()
    return Difference(rate(other) - rate(one), draws[DRAWS // 40], draws[-DRAWS // 40])
