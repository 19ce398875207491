"""What was measured for docs/scale.md, kept as numbers: docs/bench/scale.json, one part a bench."""

import json
import os
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "bench"
RECORD = PAGE / "scale.json"


def machine() -> str:
    """What it was measured on, without a name."""
    text = Path("/proc/cpuinfo").read_text("utf-8")
    model = next((line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name")), "?")
    return f"{os.cpu_count()} cores, {model}"


def kept() -> dict[str, Any]:
    """Everything that was measured so far."""
    found: dict[str, Any] = json.loads(RECORD.read_text("utf-8")) if RECORD.exists() else {}
    return found


def keep(part: str, measured: dict[str, Any]) -> None:
    """Replace what is known of one part."""
    all_of_it = {**kept(), part: {"machine": machine(), **measured}}
    RECORD.write_text(json.dumps(all_of_it, indent=1, sort_keys=True) + "\n", "utf-8")


def write(name: str, lines: list[str]) -> str:
    """A page below docs/bench."""
    (PAGE / name).write_text("\n".join(lines) + "\n", "utf-8")
    return f"docs/bench/{name}"
