"""What was measured, kept as numbers in docs/bench/words.json, one part a block: so blocks are run one at a time."""

import json
from typing import Any

from bench.record import PAGE, machine

RECORD = PAGE / "words.json"


def kept() -> dict[str, Any]:
    """All that was measured so far."""
    found: dict[str, Any] = json.loads(RECORD.read_text("utf-8")) if RECORD.exists() else {}
    return found


def keep(block: str, measured: dict[str, Any]) -> None:
    """Replace what is known of one block."""
    all_of_it = {**kept(), block: {"machine": machine(), **measured}}
    RECORD.write_text(json.dumps(all_of_it, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
