"""
The charging policy once more, in plain Python: what the ledger must do, without SQL, races or crashes.

The state machine of test_ledger_machine.py compares the two after every step.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.ledger import Held, Over, Settled
from bot.outcome import Scope
from bot.quota import Leg

Place = tuple[str, str]


@dataclass
class Balance:
    """One account in one month."""

    committed: int = 0
    held: int = 0
    ceiling: int = 0


@dataclass
class Part:
    """One leg of a charge."""

    place: Place
    money: bool
    held: int
    billed: int = 0
    pieces: dict[int, int] = field(default_factory=dict)


@dataclass
class Call:
    """One call that was allowed to start, and what it costs each paying account."""

    piece: int
    attempt: int
    fence: int
    costs: dict[Place, int]
    corrected: set[Place] = field(default_factory=set)


@dataclass
class Charge:
    """One key."""

    state: str = "void"
    fence: int = 0
    expires_ms: int = 0
    parts: list[Part] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    shown: tuple[int, int] | None = None
    called: set[int] = field(default_factory=set)
    billed: set[int] = field(default_factory=set)

    def is_held_by(self, fence: int) -> bool:
        """Whether that fence may go on."""
        return self.state == "held" and self.fence == fence


@dataclass
class Model:
    """All charges and balances."""

    charges: dict[str, Charge] = field(default_factory=dict)
    balances: dict[Place, Balance] = field(default_factory=dict)

    def hold(self, key: str, legs: Sequence[Leg], expires_ms: int) -> Held | Over | Settled:
        """As Ledger.hold."""
        charge = self.charges.setdefault(key, Charge())
        if charge.state == "settled":
            return Settled(max((part.billed for part in charge.parts if not part.money), default=0))
        charge.fence += 1
        charge.expires_ms = expires_ms
        if charge.state == "held":
            return Held(charge.fence)
        charge.called, charge.billed, charge.parts, charge.shown = set(), set(), [], None
        order = list(Scope)
        for leg in sorted(legs, key=lambda leg: (order.index(leg.scope), leg.account)):
            balance = self.balances.setdefault((leg.account, leg.period), Balance())
            balance.ceiling = leg.limit
            if balance.committed + balance.held + leg.amount > leg.limit:
                for part in charge.parts:
                    self.balances[part.place].held -= part.held
                charge.parts = []
                return Over(leg, max(0, leg.limit - balance.committed - balance.held))
            balance.held += leg.amount
            charge.parts.append(Part((leg.account, leg.period), leg.money, leg.amount))
        charge.state = "held"
        return Held(charge.fence)

    def start_call(self, key: str, fence: int, piece: int, attempt: int, cost: int) -> bool:
        """As Ledger.start_call."""
        charge = self.charges.get(key, Charge())
        if not charge.is_held_by(fence):
            return False
        paying = [part for part in charge.parts if part.money]
        if not paying:
            return True
        if any((call.piece, call.attempt, call.fence) == (piece, attempt, fence) for call in charge.calls):
            return False
        is_first = piece not in charge.called and attempt == 1
        covers = [min(part.held, cost) if is_first else 0 for part in paying]
        for part, cover in zip(paying, covers, strict=True):
            balance = self.balances[part.place]
            if cost > cover and balance.committed + balance.held + cost - cover > balance.ceiling:
                return False
        for part, cover in zip(paying, covers, strict=True):
            part.held -= cover
            self.balances[part.place].held -= cover
            self.balances[part.place].committed += cost
        charge.called.add(piece)
        charge.calls.append(Call(piece, attempt, fence, {part.place: cost for part in paying}))
        return True

    def correct_call(
        self, key: str, piece: int, attempt: int, cost: int, fence: int | None, caused: int | None = None
    ) -> None:
        """As Ledger.correct_call."""
        calls = [
            call
            for call in self.charges.get(key, Charge()).calls
            if (call.piece, call.attempt) == (piece, attempt) and fence in {None, call.fence}
        ]
        if not calls:
            return
        call = max(calls, key=lambda call: call.fence)
        for place, booked in call.costs.items():
            true = caused if caused is not None and place[0].startswith("caused:") else cost
            if place not in call.corrected and booked != true:
                self.balances[place].committed += true - booked
                call.costs[place] = true
                call.corrected.add(place)

    def bill(self, key: str, fence: int, piece: int, ms: int, expires_ms: int) -> bool:
        """As Ledger.bill."""
        charge = self.charges.get(key, Charge())
        if not charge.is_held_by(fence):
            return False
        charge.expires_ms = expires_ms
        if piece not in charge.billed:
            charge.billed.add(piece)
            for part in charge.parts:
                if not part.money:
                    amount = min(ms, part.held)
                    part.held -= amount
                    part.billed += amount
                    part.pieces[piece] = amount
                    self.balances[part.place].held -= amount
                    self.balances[part.place].committed += amount
        return True

    def show(self, key: str, fence: int, piece: int, ms: int) -> bool:
        """As Ledger.show."""
        charge = self.charges.get(key, Charge())
        if not charge.is_held_by(fence) or (charge.shown is not None and charge.shown >= (piece, ms)):
            return False
        charge.shown = (piece, ms)
        return True

    def withdraw(self, key: str, now_ms: int) -> int | None:
        """As Ledger.withdraw."""
        charge = self.charges.get(key, Charge())
        if charge.state != "held":
            return None
        if charge.shown is None:
            self.void(key, charge.fence)
            return 0
        self.bill(key, charge.fence, *charge.shown, now_ms)
        return self.settle(key, charge.fence)

    def settle(self, key: str, fence: int) -> int | None:
        """As Ledger.settle."""
        charge = self.charges.get(key, Charge())
        if not charge.is_held_by(fence):
            return None
        charge.state = "settled"
        self._give_back(charge)
        return max((part.billed for part in charge.parts if not part.money), default=0)

    def void(self, key: str, fence: int) -> bool:
        """As Ledger.void."""
        charge = self.charges.get(key, Charge())
        if not charge.is_held_by(fence):
            return False
        charge.state = "void"
        self._give_back(charge)
        for part in charge.parts:
            self.balances[part.place].committed -= part.billed
            part.billed = 0
        return True

    def refund(self, key: str) -> int:
        """As Ledger.refund."""
        charge = self.charges.get(key, Charge())
        if charge.state != "settled":
            return 0
        charge.state = "void"
        back = [0]
        for part in charge.parts:
            if not part.money:
                last, ms = charge.shown or (-1, 0)
                read = [(of, amount) for of, amount in part.pieces.items() if of <= last]
                back.append(part.billed - sum(min(amount, ms) if of == last else amount for of, amount in read))
                self.balances[part.place].committed -= back[-1]
                part.billed -= back[-1]
        return max(back)

    def drop(self, key: str) -> bool:
        """As Ledger.drop."""
        return self.void(key, self.charges.get(key, Charge()).fence)

    def _give_back(self, charge: Charge) -> None:
        for part in charge.parts:
            self.balances[part.place].held -= part.held
            part.held = 0

    def expired(self, now_ms: int) -> set[str]:
        """As Ledger.expired."""
        return {key for key, charge in self.charges.items() if charge.state == "held" and charge.expires_ms <= now_ms}

    def paid_calls(self) -> dict[Place, int]:
        """What every call that was allowed to start has cost, by account."""
        spent: dict[Place, int] = {}
        for charge in self.charges.values():
            for call in charge.calls:
                for place, cost in call.costs.items():
                    spent[place] = spent.get(place, 0) + cost
        return spent
