"""
Does the explorer notice? Locks and conditions taken out of the product, one at a time.

`python -m tests.explorer.mutants` (some minutes): each row is one fault and the pairs that meet it; at least one of
their interleavings has to end otherwise than in either order. Without a fault the same pairs have to be sound.
"""

# ruff: noqa: E501  -- a fault quotes what it changes

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.explorer.explore import explore
from tests.mutants import Mutant, plant
from tests.stores import Server

STEPS, INBOX, SQL = "bot/notes/steps.py", "bot/notes/__init__.py", "bot/notes/statements.py"
PEOPLE, FORGETTING = "bot/notes/people.py", "bot/notes/forgetting.py"
BINDING, TOLD = "bot/ledger/binding.py", "bot/told.py"
LEDGER, DELIVERY = "bot/ledger/statements.py", "bot/desk/delivery.py"

Pair = tuple[str, str, str]


class Race(NamedTuple):
    """A fault, and the pairs (state, the one that is stopped, the one beside it) that meet it."""

    mutant: Mutant
    pairs: tuple[Pair, ...]


# fmt: off
RACES = [
    Race(
        Mutant("looks at notes without locking them", STEPS, "IN {named} ORDER BY key FOR UPDATE", "IN {named} ORDER BY key"),
        (("delivered", "accept a command", "delete the channel"), ("asked twice", "forget who asked", "work")),
    ),
    Race(
        Mutant(
            "brings the answer of a note it has lost",
            DELIVERY,
            "if await self.notes.keep(tx, note.key, note.fence):",
            "if await self.notes.keep(tx, note.key, note.fence) or True:",
        ),
        (("decided", "work", "work after the lease"),),
    ),
    Race(
        Mutant(
            "opens a note anew for nobody",
            INBOX,
            "if (first := await tx.one(sql.FIRST_ASK, key=key)) is None:",
            'names = ("guild_id", "payer_id", "request_id", "door", "role_ids")\n'
            "        first = await tx.one(sql.FIRST_ASK, key=key) or dict.fromkeys(names)\n        if False:",
        ),
        (("again", "work", "forget who asked"),),
    ),
    Race(
        Mutant("claims what somebody has", SQL, "WHERE key = :key AND leased_until_ms <= :now_ms\n", "WHERE key = :key\n"),
        (("new", "work", "work"),),
    ),
    Race(
        Mutant(
            "lets who lost a note go on",
            STEPS,
            "WHERE key = :key AND fence = :fence{where}",
            "WHERE key = :key AND fence >= :fence{where}",
        ),
        (("new", "work", "work after the lease"), ("new", "work", "delete the message")),
    ),
    Race(
        Mutant(
            "leaves a note to its worker when its speaker opts out",
            PEOPLE,
            "ELSE 'open' END, fence = fence + 1, leased_until_ms = 0",
            "ELSE 'open' END, leased_until_ms = 0",
        ),
        (("decided", "work", "opt out"),),
    ),
    Race(
        Mutant(
            "takes a sound over whoever has it",
            "bot/notes/originals.py",
            "AND variant = :variant AND note_key = coalesce(:first, note_key)",
            "AND variant = :variant AND :first = :first",
        ),
        (("twins", "work a twin", "work the other twin"),),
    ),
    Race(
        Mutant(
            "erases notes without locking them",
            FORGETTING,
            "found = await lock(tx, keys)\n        found = {key: row for key, row in found.items()",
            "found = {one['key']: one for key in keys "
            "for one in await tx.all('SELECT key, round, state FROM note WHERE key = :key', key=key)}\n"
            "        found = {key: row for key, row in found.items()",
        ),
        (("delivered", "delete the channel", "accept a command"), ("quoted", "delete the channel", "accept a command")),
    ),
    Race(
        Mutant(
            "opts out past a call that begins",
            PEOPLE,
            "WHERE key = :key AND fence = :fence AND state = 'open' FOR UPDATE",
            "WHERE key = :key AND fence = :fence AND state = 'open'",
        ),
        (("new", "work", "opt out"),),
    ),
    Race(
        Mutant(
            "opens a wish for a note that is being erased",
            INBOX,
            "(await lock(tx, [note.key])).get(note.key)",
            "await tx.one('SELECT state FROM note WHERE key = :key', key=note.key)",
        ),
        (("delivered", "accept a command", "delete the channel"), ("quoted", "accept a command", "forget the speaker")),
    ),
    Race(
        Mutant(
            "renames accounts without locking them",
            BINDING,
            "AND period = :period AND held = 0 FOR UPDATE",
            "AND period = :period AND held = 0",
        ),
        (("old", "purge", "purge"), ("delivered", "forget the speaker", "forget the speaker")),
    ),
    Race(
        Mutant(
            "leaves a button below a message that is gone",
            "bot/desk/switches.py",
            "return await self._offers.posted(tx, message_id, offer_id)",
            "return await self._offers.posted(tx, message_id, offer_id) or True",
        ),
        (("new", "offer a button", "find its offer deleted"),),
    ),
    Race(
        Mutant("says what somebody is saying", TOLD, "notice IS NOT NULL AND due_ms <= :now_ms", "notice IS NOT NULL"),
        (("new", "tell of a model's end", "say what is due"),),
    ),
    Race(
        Mutant("lets any fence book a piece", LEDGER, "AND state = 'held' AND fence = :fence RETURNING", "AND state = 'held' RETURNING"),
        (("new", "work", "work after the lease"),),
    ),
]
# fmt: on

RUN = """
import json, sys
from tests.explorer.mutants import found_in
print("begins")
print("found", found_in(json.loads(sys.argv[1]), sys.argv[2]))
"""


async def _found(pairs: list[Pair], folder: Path, server: Server) -> int:
    report = await explore(server.create, folder, pairs, scenes=1, until_found=True)
    sys.stderr.write(report.told())
    if not report.cases:
        raise RuntimeError("there is no interleaving in which they meet")
    return len(report.found)


def found_in(pairs: list[Pair], name: str) -> int:
    """How many findings there are in these pairs; 99 where the states cannot even be made."""
    folder = Path(name)
    server = Server(folder)
    try:
        return asyncio.run(_found([(state, first, second) for state, first, second in pairs], folder, server))
    finally:
        server.stop()


def is_killed(mutant: Mutant | None, pairs: tuple[Pair, ...]) -> bool:
    """Whether the explorer finds something with this fault (None: without any); RuntimeError where it did not run."""
    with tempfile.TemporaryDirectory(prefix="earshot-mutant-") as name, tempfile.TemporaryDirectory(prefix="es-") as at:
        plant(mutant or Mutant("changes nothing", STEPS, "", ""), Path(name), is_whole=True)
        run = subprocess.run(  # noqa: S603  # our own command
            [sys.executable, "-c", RUN, json.dumps(pairs), at],
            cwd=name,
            env={**os.environ, "PYTHONPATH": name},
            capture_output=True,
            text=True,
            check=False,
        )
    said = [line for line in run.stdout.splitlines() if line.startswith("found ")]
    if not said:
        raise RuntimeError(f"the explorer did not end\n{run.stdout}{run.stderr[-3000:]}")
    if mutant is None and said != ["found 0"]:
        sys.stderr.write(run.stderr)
    return said != ["found 0"]


def main() -> int:
    """Try them all and tell."""
    names = sys.argv[1:]
    alive = 0
    every = tuple(sorted({pair for race in RACES for pair in race.pairs}))
    if not names and is_killed(None, every):
        raise RuntimeError("the explorer finds something without any fault")
    for race in RACES:
        if names and not any(name in race.mutant.does for name in names):
            continue
        killed = is_killed(race.mutant, race.pairs)
        alive += not killed
        sys.stdout.write(f"{'killed  ' if killed else 'SURVIVED'}  {race.mutant.does}\n")
        sys.stdout.flush()
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
