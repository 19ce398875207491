"""
`python -m bot cleanup-whisper-cache`: lists what a local Whisper left here, and deletes it after a yes.

Hides the questions and the table. Promises: without a yes (typed, or `--yes`) nothing is deleted.
"""

import sys
from collections.abc import Collection, Mapping
from pathlib import Path

from bot.untrusted import escaped
from bot.whisper_cache import Found, Refused, delete, find, packages

_YES = {"y", "yes", "j", "네", "예"}
_EXIT_FAILED = 1
# Where none is installed here, the old bot had a Python of its own.
_USUAL = "torch torchaudio transformers accelerate openai-whisper faster-whisper"


def clean(env: Mapping[str, str], home: Path, *, yes: bool, dry_run: bool, also: Collection[str] = ()) -> int:
    """List, ask, delete; the exit code: 1 where something listed could not be deleted."""
    rows = list(find(env, home, also=also))
    found = [row for row in rows if isinstance(row, Found)]
    refused = [row for row in rows if isinstance(row, Refused)]
    for model in found:
        _say(f"{_size(model.size_bytes):>10}  {escaped(model.name)}  ({model.cache.kind})\n            {_path(model)}")
    for kept in refused:
        _say(f"   left alone  {_path(kept)}: {escaped(kept.why)}")
    if not found:
        _say("No Whisper models found in the caches of this account.")
    else:
        _say(f"{_size(sum(row.size_bytes for row in found)):>10}  in all")
    left = _delete(found) if found and _is_wanted(yes=yes, dry_run=dry_run) else []
    _advise()
    return _EXIT_FAILED if left else 0


def _is_wanted(*, yes: bool, dry_run: bool) -> bool:
    if dry_run:
        _say("Nothing was deleted (--dry-run).")
        return False
    if yes:
        return True
    sys.stdout.write("Delete all that is listed? Another program may use it. [y/N] ")
    sys.stdout.flush()
    wanted = sys.stdin.readline().strip().lower() in _YES
    if not wanted:
        _say("Nothing was deleted.")
    return wanted


def _delete(found: list[Found]) -> list[Refused]:
    left = [refused for row in found if (refused := delete(row))]
    for row in left:
        _say(f"   left alone  {_path(row)}: {row.why}")
    kept = {row.path for row in left}
    _say(f"{_size(sum(row.size_bytes for row in found if row.path not in kept)):>10}  freed")
    return left


def _advise() -> None:
    here = packages()
    _say("")
    if here:
        _say(
            "No other package of this Python needs these. If no script of your own imports them either, remove them by:"
        )
        _say(f"  {sys.executable} -m pip uninstall {' '.join(here)}")
    else:
        _say("This Python has none of a local Whisper's packages. If the old bot had an environment of its own, delete")
        _say(f"its folder; if it used the system's Python: python3 -m pip uninstall {_USUAL}")


def _path(row: Found | Refused) -> str:
    """Whoever named a file may not write in the list of what is deleted."""
    return escaped(str(row.path))


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1e9:.2f} GB" if size_bytes >= 1e8 else f"{size_bytes / 1e6:.1f} MB"  # noqa: PLR2004 -- decimal


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
