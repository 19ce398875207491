"""
`python -m tests.release`: what a release must have, beside passing tests; `make release-check` runs it first.

Hides git. Promises: each thing that is missing is named, with what to do about it.
"""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from bot.database.migrations import steps
from bot.version import VERSION

ROOT = Path(__file__).parents[1]
# The year, the month without a zero, the number within it: 2026.11.0.
CALVER = re.compile(r"20\d\d\.([1-9]|1[0-2])\.\d+")


def missing(root: Path, version: str, *, newest_schema: int, tags: list[str], is_clean: bool) -> Iterator[str]:
    """Everything that keeps `root` from being released as `version`."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    changes = (root / "CHANGELOG.md").read_text("utf-8")
    if not CALVER.fullmatch(version):
        yield f"bot/version.py says {version}: a version is year.month.number, such as 2026.11.0."
    if project["version"] != version:
        yield f"pyproject.toml says {project['version']}, bot/version.py {version}: they are one."
    if f"v{version}" in tags:
        yield f"v{version} is released already: raise the number in bot/version.py and pyproject.toml."
    section = re.search(rf"^## {re.escape(version)}\n(.*?)(?=^## |\Z)", changes, re.MULTILINE | re.DOTALL)
    if section is None:
        yield f"CHANGELOG.md has no section {version}: give Unreleased that heading."
    elif not re.search(r"^- ", section[1], re.MULTILINE):
        yield f"CHANGELOG.md says nothing in its section {version}."
    if not (root / "tests" / "schemas" / f"{newest_schema:04}.sql").exists():
        yield f"Schema {newest_schema} has no file in tests/schemas: run python -m tests.schemas.make."
    if not is_clean:
        yield "Something is not committed."


def _git(*words: str) -> list[str]:
    found = shutil.which("git")
    run = subprocess.run([found or "git", *words], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 -- fixed words
    return run.stdout.split("\n")


def main() -> int:
    """Name what is missing; 1 if anything is."""
    found = list(
        missing(
            ROOT,
            VERSION,
            newest_schema=steps("sqlite")[-1].version,
            tags=_git("tag", "--list"),
            is_clean=not any(_git("status", "--porcelain")),
        )
    )
    for line in found:
        sys.stderr.write(f"- {line}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
