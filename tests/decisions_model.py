"""
What surrounds the ledger once more, in plain Python: decided limits, months, notices, duplicates, lines, the breaker.

Extends the charging policy of ledger_model.py; test_decisions_machine.py compares the two after every step.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.ledger import Decision, Expense, Pass, Share
from bot.quota import Leg, Zone, month_in, snowflake_at
from tests.ledger_model import Model, Place

PROBE_MS = 50  # how long a probe may take
SAYING_MS = 600_000  # how long somebody may take to say a notice
EVERYBODY = {"member:1:7": "member:1:*", "member:1:8": "member:1:*"}


@dataclass
class Debt:
    """A notice that was told, or is still to be told (`owed`), and from when on somebody else may say it."""

    owed: bool
    due_ms: int = 0


@dataclass
class World(Model):
    """All charges and balances, and all that people and machines decided about them."""

    wishes: dict[tuple[str, int], Decision] = field(default_factory=dict)
    in_force: dict[Place, int] = field(default_factory=dict)
    zones: tuple[Zone, ...] = ()
    probe_ms: int | None = None
    told: dict[Place, Debt] = field(default_factory=dict)
    originals: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    lines: dict[str, Expense] = field(default_factory=dict)

    def decide(self, wish: Decision) -> bool:
        """As Limits.decide."""
        if (wish.account, wish.id) in self.wishes:
            return False
        self.wishes[wish.account, wish.id] = wish
        place = wish.account, wish.period
        if wish.kind == "clear":
            self.in_force.pop(place, None)
        else:
            before = self.in_force.get(place, 0) if wish.kind == "grant" else 0
            self.in_force[place] = before + wish.amount
        return True

    def limited(self, legs: Sequence[Leg], guild: str) -> tuple[Leg, ...]:
        """As Limits.in_force: the strictest of what was decided, and nothing where nobody decided."""
        found = []
        for leg in legs:
            general = self.in_force.get((EVERYBODY.get(leg.account, ""), ""), leg.limit)
            limit = self.in_force.get((leg.account, ""), general)
            if limit >= 0:
                limit += self.in_force.get((leg.account, leg.period), 0)
                if leg.account == guild:
                    limit = min(limit, self.in_force.get((f"{guild}:own", ""), limit))
                found.append(replace(leg, limit=limit))
        return tuple(found)

    def keep(self, chosen: str, at_ms: int) -> tuple[Zone, ...]:
        """As Calendar.keep: a wish waits for the month's end, and the last one before that counts."""
        if self.zones and self.zones[-1].name == chosen:
            return self.zones
        begun = tuple(zone for zone in self.zones if zone.from_ms <= at_ms)
        if not begun:
            begun = (Zone(chosen, 0),)
        elif begun[-1].name != chosen:
            begun = (*begun, Zone(chosen, month_in(snowflake_at(at_ms), begun).ends_ms))
        self.zones = begun
        return begun

    def trip(self, now_ms: int) -> bool:
        """As Breaker.trip."""
        was_open = self.probe_ms is not None
        self.probe_ms = self.probe_ms if was_open else now_ms + PROBE_MS
        return not was_open

    def admits(self, now_ms: int) -> Pass:
        """As Breaker.admits."""
        if self.probe_ms is None:
            return Pass()
        if self.probe_ms <= now_ms:
            self.probe_ms = now_ms + PROBE_MS
            return Pass(is_probe=True)
        return Pass(min(self.probe_ms - now_ms, PROBE_MS))

    def close(self) -> bool:
        """As Breaker.close."""
        was_open, self.probe_ms = self.probe_ms is not None, None
        return was_open

    def tell(self, place: str, what: str, *, owed: bool) -> bool:
        """As Told.once and Told.owe."""
        if (place, what) in self.told:
            return False
        self.told[place, what] = Debt(owed)
        return True

    def due(self, now_ms: int) -> list[Place]:
        """As Told.due."""
        due = sorted(which for which, debt in self.told.items() if debt.owed and debt.due_ms <= now_ms)
        for which in due:
            self.told[which].due_ms = now_ms + SAYING_MS
        return due

    def said(self, place: str, what: str) -> None:
        """As Told.said."""
        if (place, what) in self.told:
            self.told[place, what].owed = False

    def claim(self, key: str, sha256: str, variant: str, now_ms: int) -> tuple[str, int]:
        """As Originals.claim."""
        return self.originals.setdefault((sha256, variant), (key, now_ms))

    def take_over(self, key: str, sha256: str, variant: str, now_ms: int) -> bool:
        """As Originals.take_over."""
        is_known = (sha256, variant) in self.originals
        if is_known:
            self.originals[sha256, variant] = (key, now_ms)
        return is_known

    def forget(self, before_ms: int) -> int:
        """As Originals.forget."""
        old = [which for which, (_, at_ms) in self.originals.items() if at_ms < before_ms]
        for which in old:
            del self.originals[which]
        return len(old)

    def write(self, line: Expense) -> None:
        """As Expenses.write: whose a line is and when never changes, only how it ended."""
        known = self.lines.get(line.id, line)
        self.lines[line.id] = replace(
            known, ending=line.ending, length_ms=line.length_ms, billed_ms=line.billed_ms, usd_micros=line.usd_micros
        )

    def shares(self, account: str, period: str, by: str) -> set[Share]:
        """As Expenses.shares, in no order."""
        lines = [line for line in self.lines.values() if (line.account, line.period) == (account, period)]
        groups: dict[int | None, list[Expense]] = {}
        for line in lines:
            of = {"member": line.member_id, "channel": line.channel_id, "day": line.day}[by]
            groups.setdefault(of, []).append(line)
        return {
            Share(of, len(each), sum(line.billed_ms for line in each), sum(line.usd_micros for line in each))
            for of, each in groups.items()
        }
