"""
Does the bustle notice? Faults put into the product, one at a time.

`python -m tests.bustle.mutants [WORD ...]` (a minute or two each): with each fault a short run has to find something of
the named kind; without any it has to find nothing.
"""

# ruff: noqa: E501  -- a fault quotes what it changes

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import NamedTuple

from tests.mutants import ROOT, Mutant, plant

SECONDS, PACE, SEED = 60, 5, 1
NOTHING = Mutant("changes nothing", "bot/notes/people.py", "", "")


class Fault(NamedTuple):
    """A fault, and the kinds of findings of which there has to be one."""

    mutant: Mutant
    kinds: tuple[str, ...]


# fmt: off
FAULTS = [
    Fault(
        Mutant(
            "goes on in the old month for an hour",
            "bot/quota.py",
            "datetime.fromtimestamp(moment_of(snowflake) / 1000, tz=UTC).astimezone",
            "datetime.fromtimestamp(moment_of(snowflake) / 1000 - 3600, tz=UTC).astimezone",
        ),
        ("a note was billed in another month",),
    ),
    Fault(
        Mutant(
            "claims what somebody has",
            "bot/notes/statements.py",
            "WHERE key = :key AND leased_until_ms <= :now_ms\n",
            "WHERE key = :key\n",
        ),
        ("a note was heard too often", "the books", "a traceback in the log", "a note is answered twice"),
    ),
    Fault(
        Mutant(
            "hears whoever has opted out",
            "bot/notes/people.py",
            "SELECT 1 AS n FROM opted_out WHERE member_id = :author_id OR",
            "SELECT 1 AS n FROM opted_out WHERE member_id = 0 AND member_id = :author_id AND",
        ),
        ("a voice was sent whose owner had said no", "words of somebody who said no stand"),
    ),
    Fault(
        Mutant(
            "forgets a person and keeps the names on the books",
            "bot/desk/erasing.py",
            "        await unname_charges(tx, gone)\n",
            "",
        ),
        ("a row names what is gone", "the journal names a note that is gone"),
    ),
    Fault(
        Mutant(
            "writes words into the log",
            "bot/desk/delivery.py",
            "        outcome = as_spoiler(outcome) if note.is_spoiler else outcome\n",
            "        outcome = as_spoiler(outcome) if note.is_spoiler else outcome\n        log.info('Answers %s', outcome)\n",
        ),
        ("words in the log",),
    ),
]
# fmt: on


def found_with(mutant: Mutant) -> str:
    """What a short run says with this fault; RuntimeError where it did not end."""
    with tempfile.TemporaryDirectory(prefix="earshot-mutant-") as name:
        plant(mutant, Path(name), is_whole=True)
        copytree(ROOT / "cogs", Path(name) / "cogs", ignore=ignore_patterns("__pycache__"))
        given = ("--seconds", str(SECONDS), "--pace", str(PACE), "--seed", str(SEED))
        run = subprocess.run(  # noqa: S603  # our own command
            [sys.executable, "-m", "tests.bustle", *given],
            cwd=name,
            env={**os.environ, "PYTHONPATH": name},
            capture_output=True,
            text=True,
            check=False,
        )
    if " findings" not in run.stdout:
        raise RuntimeError(f"the run did not end\n{run.stdout}{run.stderr[-3000:]}")
    return run.stdout


def is_noticed(fault: Fault, told: str) -> bool:
    """Whether a finding of one of its kinds is among them."""
    return any(line.startswith(f"{kind} (") for line in told.splitlines() for kind in fault.kinds)


def main() -> int:
    """Try them all and tell."""
    words = sys.argv[1:]
    if not words and "\n0 findings" not in (told := found_with(NOTHING)):
        raise RuntimeError(f"something is found without any fault\n{told}")
    alive = 0
    for fault in FAULTS:
        if words and not any(word in fault.mutant.does for word in words):
            continue
        told = found_with(fault.mutant)
        noticed = is_noticed(fault, told)
        alive += not noticed
        kinds = [line for line in told.splitlines()[3:] if not line.startswith(" ")]
        sys.stdout.write(f"{'noticed ' if noticed else 'MISSED  '}  {fault.mutant.does}: {'; '.join(kinds)}\n")
        sys.stdout.flush()
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
