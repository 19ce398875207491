"""What was measured, kept as numbers in docs/bench/words.json, one part a block: so blocks are run one at a time."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bench.record import PAGE, machine

RECORD = PAGE / "words.json"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Effort:
    """
    How much of a block is made: so many runs, over so many percent of its sounds, evenly chosen, or of their length.

    `alone`: also what the server says without us, once, where that is not measured anyway.
    """

    runs: int = 3
    percent: int = 100
    alone: bool = False

    def of(self, sounds: Sequence[T]) -> list[T]:
        """Those that are taken; one at least."""
        count = max(1, len(sounds) * self.percent // 100)
        return [sounds[number * len(sounds) // count] for number in range(count)]


def kept() -> dict[str, Any]:
    """All that was measured so far."""
    found: dict[str, Any] = json.loads(RECORD.read_text("utf-8")) if RECORD.exists() else {}
    return found


def keep(block: str, measured: dict[str, Any], effort: Effort) -> None:
    """Replace what is known of one block."""
    made = {"machine": machine(), "times": effort.runs, "percent": effort.percent}
    all_of_it = {**kept(), block: {**made, **measured}}
    RECORD.write_text(_lines(all_of_it) + "\n", "utf-8")


def _lines(value: Any) -> str:
    """JSON with a row a line: what is made of plain values only stands on one."""
    inner = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(value, dict | list) or not any(isinstance(one, dict | list) for one in inner):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    if isinstance(value, list):
        return "[\n" + ",\n".join(map(_lines, value)) + "\n]"
    return "{\n" + ",\n".join(f"{json.dumps(name)}: {_lines(value[name])}" for name in sorted(value)) + "\n}"
