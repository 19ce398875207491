"""
Runs in the environment of the real ears: how far what was heard is from what was said (jiwer, whisper-normalizer).

In: lines of JSON, {"said", "heard", "language"}. Out: for each {"units", "wrong", "added", "lost"}: words of a text as
Whisper's own tests compare them (numbers, titles, spelling), and signs where a language is written without blanks, or,
as Korean, with blanks that are a matter of taste.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

SIGNS = frozenset({"ja", "ko", "th", "zh"})


def main() -> None:
    """Until the input ends."""
    import jiwer  # noqa: PLC0415 - only there in that environment
    from whisper_normalizer.basic import BasicTextNormalizer  # noqa: PLC0415
    from whisper_normalizer.english import EnglishTextNormalizer  # noqa: PLC0415

    english: Callable[[str], str] = EnglishTextNormalizer()
    other: Callable[[str], str] = BasicTextNormalizer()
    for line in sys.stdin:
        row = json.loads(line)
        normal = english if row["language"] == "en" else other
        said, heard = normal(row["said"]), normal(row["heard"])
        if row["language"] in SIGNS:
            said, heard = (" ".join(text.replace(" ", "")) for text in (said, heard))
        found: Any = jiwer.process_words([said], [heard]) if said else None
        counts = {
            "units": len(said.split()),
            "added": found.insertions if found else len(heard.split()),
            "lost": found.deletions if found else 0,
            "wrong": found.insertions + found.deletions + found.substitutions if found else len(heard.split()),
        }
        sys.stdout.write(json.dumps(counts) + "\n")


if __name__ == "__main__":
    main()
