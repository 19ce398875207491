"""
Does the state machine notice? Plants one fault after the other into a copy of the ledger.

`python -m tests.mutants` (some minutes): each line of the list below is one mutant; the machine of
test_ledger_machine.py, of test_decisions_machine.py or of test_wall_machine.py must fail on every one of them. A
mutant whose text is no longer found, or that survives, ends the script with status 1.
"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile, copytree, ignore_patterns
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
VERBS = "bot/ledger/__init__.py"
SQL = "bot/ledger/statements.py"
LIMITS = "bot/ledger/limits.py"
CALENDAR = "bot/ledger/calendar.py"
BREAKER = "bot/ledger/breaker.py"
TOLD = "bot/told.py"
ORIGINALS = "bot/notes/originals.py"
EXPENSES = "bot/ledger/expenses.py"

NEEDED = [
    *(f"bot/{name}" for name in ("__init__.py", "outcome.py", "quota.py", "notice.py", "told.py")),
    *(f"bot/{name}" for name in ("database", "keyring", "ledger", "migrations", "notes")),
    *(f"tests/{name}.py" for name in ("__init__", "stores", "ledger_model", "test_ledger_machine")),
    *(f"tests/{name}.py" for name in ("decisions_model", "test_decisions_machine")),
]
# The grants of November count in December, too.
GRANTS_OF_ANY = 'granted = found.get((account, period)) or found.get((account, "2026-11"))'


@dataclass(frozen=True)
class Mutant:
    """One fault: what it does, and the text it changes."""

    does: str
    file: str
    old: str
    new: str


MUTANTS = [
    Mutant("gives back twice", SQL, "WHERE key = :key AND state = 'settled'\nRETURNING", "WHERE key = :key\nRETURNING"),
    Mutant(
        "gives the host back what calls cost",
        VERBS,
        'for row in await tx.all(sql.LEGS, **known) if not row["money"]]',
        "for row in await tx.all(sql.LEGS, **known)]",
    ),
    Mutant("holds without asking for room", SQL, "AND committed + held + :held_d <= :ceiling", ""),
    Mutant("holds over what others hold", SQL, "committed + held + :held_d <=", "committed + :held_d <="),
    Mutant("holds over what was spent", SQL, "committed + held + :held_d <=", "held + :held_d <="),
    Mutant("refuses the last millisecond", SQL, ":held_d <= :ceiling", ":held_d < :ceiling"),
    Mutant("forgets a moved limit", SQL, "held = held + :held_d, ceiling = :ceiling", "held = held + :held_d"),
    Mutant("lets any fence in", SQL, "AND state = 'held' AND fence = :fence RETURNING", "AND state = 'held' RETURNING"),
    Mutant(
        "works on closed charges", SQL, "WHERE key = :key AND state = 'held' AND fence", "WHERE key = :key AND fence"
    ),
    Mutant("pays a settled key again", SQL, "WHERE charge.state <> 'settled'\n", ""),
    Mutant("takes over under the same fence", SQL, "fence = charge.fence + 1, state", "fence = charge.fence, state"),
    Mutant(
        "mixes a new hold with a voided one",
        SQL,
        "CASE WHEN charge.state = 'void' THEN charge.fence + 1",
        "CASE WHEN charge.state = 'void' THEN charge.era",
    ),
    Mutant("holds again on takeover", VERBS, "if fence != era:", "if fence < era:"),
    Mutant(
        "keeps half of a refused hold",
        VERBS,
        'await tx.each(sql.MOVE, [{**entry, "held_d": -entry["held_d"]} for entry in entries])',
        "pass",
    ),
    Mutant(
        "leaves a refused charge held",
        VERBS,
        "await tx.execute(\"UPDATE charge SET state = 'void' WHERE key = :key\", key=key)",
        "pass",
    ),
    Mutant("starts calls beyond the limit", VERBS, "extra=usd_micros - covered", "extra=0"),
    Mutant("asks room for what is held", VERBS, "extra=usd_micros - covered", "extra=usd_micros"),
    Mutant("lets a second attempt eat the hold", VERBS, 'leg["called"] or attempt > 1', 'leg["called"]'),
    Mutant("lets a repeated call eat the hold", VERBS, 'leg["called"] or attempt > 1', "attempt > 1"),
    Mutant("keeps holding what a call took", VERBS, '"call", held_d=-covered', '"call", held_d=0'),
    Mutant(
        "keeps half of a refused call",
        VERBS,
        "await tx.each(sql.MOVE, [_negative(entry) for entry in entries])",
        "pass",
    ),
    Mutant(
        "starts a booked call twice",
        VERBS,
        'if legs is None or any(leg["repeated"] for leg in paying):',
        "if legs is None:",
    ),
    Mutant("corrects a call again and again", SQL, "kind = 'correct' THEN 1", "kind = 'correct' THEN 0"),
    Mutant("corrects the oldest call", SQL, "ORDER BY entry.fence DESC", "ORDER BY entry.fence"),
    Mutant(
        "ignores the fence of a correction",
        VERBS,
        "meant = fence if fence is not None or not calls",
        "meant = fence if not calls",
    ),
    Mutant("bills a piece twice", VERBS, 'and not leg["billed"]', ""),
    Mutant("bills more than was held", VERBS, 'min(ms, leg["held"])', "ms"),
    Mutant(
        "bills the host for what was heard", VERBS, 'if not leg["money"] and not leg["billed"]', 'if not leg["billed"]'
    ),
    Mutant("lets the hold run out while hearing", SQL, "coalesce(:expires_ms, expires_ms)", "expires_ms"),
    Mutant("keeps the rest when settling", VERBS, 'for leg in legs if leg["held"]]', "for leg in []]"),
    Mutant(
        "settles by billing the hold",
        VERBS,
        '"settle", held_d=-leg["held"], committed_d=0',
        '"settle", held_d=-leg["held"], committed_d=leg["held"]',
    ),
    Mutant(
        "keeps the guild's bill when voiding",
        VERBS,
        'committed_d=0 if leg["money"] else -leg["committed"]',
        "committed_d=0",
    ),
    Mutant(
        "gives the host's calls back when voiding",
        VERBS,
        '0 if leg["money"] else -leg["committed"]',
        '-leg["committed"]',
    ),
    Mutant("leaves a voided charge held", VERBS, 'now_ms=now_ms, state="void")', "now_ms=now_ms)"),
    Mutant("leaves a settled charge held", VERBS, 'now_ms=now_ms, state="settled")', "now_ms=now_ms)"),
    Mutant("moves balances without a journal", VERBS, "    await tx.each(sql.ENTRY, entries)\n\n\ndef", "\n\ndef"),
    Mutant("writes the journal without moving balances", VERBS, "await tx.each(sql.MOVE, entries)", "pass"),
    Mutant(
        "counts an error's call as caused",
        VERBS,
        "cost = caused_usd_micros if is_caused and caused_usd_micros is not None else usd_micros",
        "cost = usd_micros",
    ),
    Mutant(
        "gives the host an error's call back",
        VERBS,
        'is_caused = call["rank"] == _RANK[Scope.CAUSED] and',
        "is_caused =",
    ),
    Mutant("forgets how far words were shown", SQL, "OR shown_piece < :piece OR", "OR"),
    Mutant(
        "takes shown words back", SQL, "(shown_piece = :piece AND shown_ms < :ms)", "(shown_piece = :piece AND 1 = 1)"
    ),
    Mutant("lets any fence show words", SQL, "AND fence = :fence AND state = 'held'", "AND state = 'held'"),
    Mutant(
        "remembers what a voided hold had shown",
        SQL,
        "CASE WHEN charge.state = 'void' THEN NULL ELSE charge.shown_piece END",
        "charge.shown_piece",
    ),
    Mutant("withdraws shown words for nothing", VERBS, "if piece is None:", "if True:"),
    Mutant("bills what nobody was shown", VERBS, "if piece is None:", "if piece is None and False:"),
    Mutant(
        "withdraws without the piece in work",
        VERBS,
        "await self.bill(tx, key, fence, piece=piece, ms=ms, now_ms=now_ms, expires_ms=now_ms)\n        return",
        "return",
    ),
    Mutant("gives shown words back", VERBS, 'if charge["shown_piece"] is not None:', "if False:"),
    Mutant(
        "keeps all of the piece in work",
        SQL,
        "piece < :shown_piece OR committed_d < :shown_ms",
        "piece <= :shown_piece",
    ),
    Mutant("locks accounts as they come", VERBS, "sorted(legs, key=_lock_of)", "legs"),
    Mutant("forgets holds that expire just now", VERBS, "expires_ms <= :now_ms", "expires_ms < :now_ms"),
    Mutant("sweeps what is closed", VERBS, "WHERE state = 'held' AND expires_ms", "WHERE expires_ms"),
]

DECIDED = [
    Mutant("hears a wish twice", LIMITS, "            return False\n", "            pass\n"),
    Mutant("journals no decision", LIMITS, "if not await tx.execute(_JOURNAL, **asdict(decision)):", "if False:"),
    Mutant(
        "adds a limit to the one before", LIMITS, "SET amount = :amount\n", "SET amount = allowance.amount + :amount\n"
    ),
    Mutant("replaces a grant by the next", LIMITS, "allowance.amount + :amount", ":amount"),
    Mutant("clears a month with its limit", LIMITS, ' AND period = :period",', '",'),
    Mutant("gives the grants of every month", LIMITS, "granted = found.get((account, period))", GRANTS_OF_ANY),
    Mutant("forgets grants", LIMITS, "limit += granted.amount if granted else 0", "pass"),
    Mutant(
        "lets a server pass its host's limit",
        LIMITS,
        "return min(limit, own.amount) if own",
        "return own.amount if own",
    ),
    Mutant("forgets a server's own limit", LIMITS, "min(limit, own.amount) if own else limit", "limit"),
    Mutant("forgets the cap of all members", LIMITS, 'account.startswith("member:")', "False"),
    Mutant("prefers everybody's cap to one's own", LIMITS, "if always is None and guild_id", "if guild_id"),
    Mutant("caps who has no cap", LIMITS, "if limit < 0:", "if limit < -1:"),
    Mutant("moves a month that has begun", CALENDAR, "month_in(at, begun).ends_ms if begun else 0", "moment_of(at)"),
    Mutant("keeps a zone that was taken back", CALENDAR, "AND from_ms > :at_ms", "AND from_ms < 0"),
    Mutant("forgets the zone that counts", CALENDAR, "AND from_ms > :at_ms", ""),
    Mutant("forgets where a month began", CALENDAR, "if begun and begun[-1].name == chosen:", "if False:"),
    Mutant("lets everybody probe", BREAKER, "AND probe_ms <= :now_ms", ""),
    Mutant("never probes", BREAKER, "AND probe_ms <= :now_ms", "AND probe_ms < 0"),
    Mutant("probes again at once", BREAKER, "next_ms=now_ms + probe_after_ms", "next_ms=now_ms"),
    Mutant(
        "probes for ever after one refusal",
        BREAKER,
        "DELETE FROM breaker WHERE name = :name",
        "DELETE FROM breaker WHERE 1 = 0",
    ),
    Mutant(
        "waits as long as a clock was set back",
        BREAKER,
        'min(max(1, row["probe_ms"] - now_ms), probe_after_ms)',
        'max(1, row["probe_ms"] - now_ms)',
    ),
    Mutant("says what is being said", TOLD, "AND due_ms <= :now_ms", ""),
    Mutant("says a notice for ever", TOLD, "SET due_ms = :until_ms", "SET due_ms = 0"),
    Mutant("loses a notice whose sayer died", TOLD, "until_ms=now_ms + _SAYING_MS", "until_ms=now_ms + 10**15"),
    Mutant("says what was said", TOLD, "SET notice = NULL", "SET notice = notice"),
    Mutant(
        "forgets what others were told",
        TOLD,
        "DELETE FROM told WHERE place = :place AND what",
        "DELETE FROM told WHERE what",
    ),
    Mutant(
        "makes the second sound the original", ORIGINALS, "SET note_key = original.note_key ", "SET note_key = :key "
    ),
    Mutant("quotes another language", ORIGINALS, "AND variant = :variant AND note_key", "AND note_key"),
    Mutant("keeps sounds too long", ORIGINALS, "at_ms < :before_ms", "at_ms < :before_ms - 100"),
    Mutant("forgets sounds too early", ORIGINALS, "at_ms < :before_ms", "at_ms <= :before_ms"),
    Mutant(
        "keeps how a note ended first",
        EXPENSES,
        "ON CONFLICT (id) DO UPDATE SET\n    ending = :ending, ",
        "ON CONFLICT (id) DO UPDATE SET\n    ",
    ),
    Mutant("keeps what a note cost first", EXPENSES, "billed_ms = :billed_ms, usd_micros", "usd_micros"),
    Mutant(
        "counts other months in",
        EXPENSES,
        '_MONTH = "account = :account AND period = :period"',
        "_MONTH = \"account = :account AND period <> ''\"",
    ),
    Mutant(
        "counts minutes as dollars",
        EXPENSES,
        'sum(usd_micros) AS BIGINT) AS usd_micros"\n',
        'sum(billed_ms) AS BIGINT) AS usd_micros"\n',
    ),
]

QUOTA = "bot/quota.py"
PAYERS, CALLS, WATCH = "bot/desk/payers.py", "bot/desk/calls.py", "bot/desk/watch.py"
ENDING, WITHDRAWAL, UNNAMING = "bot/desk/ending.py", "bot/desk/withdrawal.py", "bot/ledger/unnaming.py"

# Holes through which people would pay nothing.
WALL = [
    Mutant("lets a server cause ten times its minutes", QUOTA, "* 6 // (5 * 60_000)", "* 60 // (5 * 60_000)"),
    Mutant("bounds nothing that is caused", PAYERS, "(*people, *caused, *hosts", "(*people, *hosts"),
    Mutant("calls an error caused", CALLS, "elif answer.is_refused:", "elif False:"),
    Mutant("repeats calls without room", VERBS, "extra=usd_micros - covered", "extra=0"),
    Mutant("knows every server", PAYERS, "is_stranger = not any(", "is_stranger = any(() and "),
    Mutant("gives strangers the whole month", PAYERS, "limit=leg.limit * percent // 100", "limit=leg.limit"),
    Mutant(
        "gives direct messages the strangers' share",
        PAYERS,
        "self._rules.direct_percent if scope is Scope.DIRECT else",
        "self._rules.strangers_percent if scope is Scope.DIRECT else",
    ),
    Mutant("shows words unknown to the books", WATCH, "if shown.piece is not None:", "if False:"),
    Mutant(
        "lets deleted words go for nothing",
        WITHDRAWAL,
        "billed_ms = await self._ledger.withdraw(",
        "billed_ms = await self._ledger.drop(",
    ),
    Mutant(
        "lets words of who opts out go for nothing",
        ENDING,
        "billed_ms = await self._ledger.withdraw(tx, work.charge, now_ms=self._clock()) or 0",
        "billed_ms = await self._ledger.drop(tx, work.charge, now_ms=self._clock()) and 0",
    ),
    Mutant("gives back words that were read", VERBS, 'if charge["shown_piece"] is not None:', "if False:"),
    Mutant(
        "gives calls back with the minutes",
        VERBS,
        'committed_d=0 if leg["money"] else -leg["committed"])',
        'committed_d=-leg["committed"])',
    ),
    Mutant("holds over the limit", SQL, "AND committed + held + :held_d <= :ceiling", ""),
    Mutant("forgets how far words came", SQL, "shown_piece = :piece, shown_ms = :ms", "shown_piece = :piece"),
]

NONE = Mutant("changes nothing", SQL, "", "")

ALL = MUTANTS + DECIDED + WALL

MACHINE = """
import asyncio, pathlib, sys
from tests.stores import on_sqlite
from tests.test_decisions_machine import Decisions
from tests.test_ledger_machine import Machine, expect_agreement

with asyncio.Runner() as runner:
    folder = pathlib.Path(sys.argv[1])
    store = on_sqlite(runner, folder)
    if sys.argv[2] == "Wall":
        from tests.test_wall_machine import expect_the_wall_to_hold as hold
        print("begins")
        hold(store, folder, examples=int(sys.argv[3]), steps=40, replayable=True, shrinks=False)
        sys.exit()
    machine = {"Machine": Machine, "Decisions": Decisions}[sys.argv[2]]
    print("begins")
    expect_agreement(store, examples=int(sys.argv[3]), steps=40, replayable=True, shrinks=False, machine=machine)
"""
EXAMPLES = {"Machine": "500", "Decisions": "200", "Wall": "60"}


def plant(mutant: Mutant, folder: Path, *, is_whole: bool = False) -> None:
    """A copy of everything the machine needs, or of all (`is_whole`), with one fault."""
    for name in ["bot", "tests"] if is_whole else NEEDED:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            copytree(ROOT / name, target, ignore=ignore_patterns("__pycache__"))
        else:
            copyfile(ROOT / name, target)
    file = folder / mutant.file
    text = file.read_text(encoding="utf-8")
    if mutant.old and text.count(mutant.old) != 1:
        raise LookupError(f"{mutant.does}: its text stands {text.count(mutant.old)} times in {mutant.file}")
    file.write_text(text.replace(mutant.old, mutant.new) if mutant.old else text, encoding="utf-8")


def is_killed(mutant: Mutant, machine: str | None = None) -> bool:
    """Whether its machine, on SQLite, disagrees with it; RuntimeError if it could not even begin."""
    machine = machine or ("Decisions" if mutant in DECIDED else "Wall" if mutant in WALL else "Machine")
    with TemporaryDirectory(prefix="earshot-mutant-") as name:
        plant(mutant, Path(name), is_whole=machine == "Wall")
        command = [sys.executable, "-c", MACHINE, name, machine, EXAMPLES[machine]]
        run = subprocess.run(command, cwd=name, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    if "begins" not in run.stdout:
        raise RuntimeError(f"{mutant.does}: the machine did not begin\n{run.stderr}")
    return run.returncode != 0


def survivors(mutants: list[Mutant]) -> list[Mutant]:
    """Those the machine did not notice; two are tried at a time."""
    with ThreadPoolExecutor(2) as pool:
        return [mutant for mutant, killed in zip(mutants, pool.map(is_killed, mutants), strict=True) if not killed]


def main() -> int:
    """Try them all and tell."""
    if any(is_killed(NONE, machine) for machine in EXAMPLES):
        raise RuntimeError("the machine fails without any mutant")
    alive = survivors(ALL)
    for mutant in ALL:
        sys.stdout.write(f"{'SURVIVED' if mutant in alive else 'killed  '}  {mutant.does}\n")
    sys.stdout.write(f"{len(ALL) - len(alive)} of {len(ALL)} killed\n")
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
