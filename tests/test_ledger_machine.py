"""
The ledger against its model: any verbs in any order, stale fences, clocks that jump, limits that
move, months that end, restarts and crashes inside transactions. On both engines.
"""

import asyncio
from collections.abc import Awaitable, Callable
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from bot.database import Row, Tx
from bot.ledger import Held, Ledger
from bot.outcome import Scope
from bot.quota import Leg
from tests.ledger_model import Call, Model
from tests.stores import Crash, Doomed, Server, Store, on_postgresql, on_sqlite

pytest_plugins = ["tests.stores"]

KEYS = 3  # notes in work at a time: few, so that they meet
PIECES = st.integers(0, 1)
COSTS = st.sampled_from([3, 2, 4, 1, 0])
LIMITS = st.sampled_from([12, 20, 6, 40, 9, 30, 15, 3])
ENDS = st.sampled_from(["settle", "void", "both", "drop", "withdraw"])
# How many statements a transaction lives; mostly all of them.
LIVES = st.sampled_from([99] * 12 + [1, 2, 3, 4, 5, 6])
ACCOUNTS = [
    (Scope.MEMBER, "member:1", False),
    (Scope.ROLE, "role:1", False),
    (Scope.ROLE, "role:2", False),
    (Scope.GUILD, "guild:1", False),
    (Scope.GUILD, "guild:2", False),
    (Scope.PERSONAL, "personal:1", False),
    (Scope.CAUSED, "caused:guild:1", True),
    (Scope.STRANGERS, "shared:strangers", True),
    (Scope.HOST, "host:a", True),
    (Scope.HOST, "host:b", True),
]
# A guild and the host are in most notes; few accounts, so that they meet.
DRAWN = st.one_of(
    st.sampled_from([[ACCOUNTS[9], ACCOUNTS[8], ACCOUNTS[3]], [ACCOUNTS[8], ACCOUNTS[3]]]),
    st.sampled_from([[ACCOUNTS[8], ACCOUNTS[6], ACCOUNTS[3]], [ACCOUNTS[8], ACCOUNTS[7], ACCOUNTS[6], ACCOUNTS[3]]]),
    st.just([ACCOUNTS[8], ACCOUNTS[9]]),
    st.lists(st.sampled_from(ACCOUNTS[:8]), unique=True, max_size=4).map(lambda drawn: [ACCOUNTS[8], *drawn]),
    st.lists(st.sampled_from(ACCOUNTS), unique=True, max_size=2),
)


class Machine(RuleBasedStateMachine):
    """Does the same to the ledger and to the model."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        self.ledger = Ledger()
        self.model = Model()
        self.now_ms = 1_000
        self.month = "2026-11"
        self.journal: list[Row] = []
        store.begin()

    def do(self, lives: int, real: Callable[[Tx], Awaitable[Any]], model: Callable[[Any], Any]) -> Any:
        """Run a transaction; if it lives, the model does the same and must answer the same."""

        async def transaction() -> Any:
            async with self.store.database.tx() as tx:
                return await real(Doomed(tx, lives))

        try:
            answer = self.store.run(transaction())
        except Crash:
            return None
        assert answer == model(self.model)
        return answer

    @rule(
        data=st.data(), drawn=DRAWN, amount=st.integers(0, 9), cost=COSTS, limits=st.tuples(LIMITS, LIMITS), lives=LIVES
    )
    def hold(
        self,
        data: st.DataObject,
        drawn: list[tuple[Scope, str, bool]],
        amount: int,
        cost: int,
        limits: tuple[int, int],
        lives: int,
    ) -> None:
        """A worker asks for room, or takes over; a new note as long as few are in work."""
        key = self.some_key(data)
        legs = [
            Leg(scope, name, self.month, money=money, limit=limit, amount=cost if money else amount, resets_at_ms=0)
            for (scope, name, money), limit in zip(drawn, limits * 3, strict=False)
        ]
        expires_ms = self.now_ms + 100
        known = key in self.model.charges and self.model.charges[key].state == "held"
        answer = self.do(
            lives,
            lambda tx: self.ledger.hold(tx, key, legs, now_ms=self.now_ms, expires_ms=expires_ms),
            lambda model: model.hold(key, legs, expires_ms),
        )
        if isinstance(answer, Held) and not known:
            rows = {row["account"]: row for row in self.look()[2]["account"] if row["period"] == self.month}
            assert all(rows[leg.account]["committed"] + rows[leg.account]["held"] <= leg.limit for leg in legs)

    def some_key(self, data: st.DataObject) -> str:
        """A new note as long as few are in work, or one that is known."""
        live = [key for key, charge in self.model.charges.items() if charge.state != "settled"]
        fresh = [f"note{len(self.model.charges)}"] * 4 if len(live) < KEYS else []
        settled = [key for key in self.model.charges if key not in live][-1:]
        return data.draw(st.sampled_from(fresh + live + settled), "key")

    def call(self, key: str, fence: int, piece: int, attempt: int, cost: int, lives: int) -> None:
        """Ask to start a call."""
        self.do(
            lives,
            lambda tx: self.ledger.start_call(
                tx, key, fence, piece=piece, attempt=attempt, usd_micros=cost, now_ms=self.now_ms
            ),
            lambda model: model.start_call(key, fence, piece, attempt, cost),
        )

    @precondition(lambda self: self.held())
    @rule(data=st.data(), piece=PIECES, attempt=st.integers(1, 2), cost=COSTS, lives=LIVES)
    def start_call(self, data: st.DataObject, piece: int, attempt: int, cost: int, lives: int) -> None:
        """A worker is about to call."""
        key, fence = self.worker(data)
        self.call(key, fence, piece, attempt, cost, lives)

    @precondition(lambda self: any(key in self.held() for key, _ in self.made()))
    @rule(data=st.data(), more=st.integers(0, 2), cost=COSTS, lives=LIVES)
    def call_again(self, data: st.DataObject, more: int, cost: int, lives: int) -> None:
        """A call is repeated, as another attempt or after a takeover."""
        key, made = data.draw(st.sampled_from([pair for pair in self.made() if pair[0] in self.held()]), "made")
        self.call(key, self.model.charges[key].fence, made.piece, made.attempt + more, cost, lives)

    @precondition(lambda self: self.made())
    @rule(
        data=st.data(),
        cost=COSTS,
        caused=st.sampled_from([None, None, 0, 1]),
        lives=LIVES,
        named=st.booleans(),
        age=st.sampled_from([0, 0, 1]),
    )
    def correct_call(
        self, data: st.DataObject, cost: int, caused: int | None, lives: int, age: int, *, named: bool
    ) -> None:
        """The provider says what a call cost, sometimes late, sometimes again, sometimes of no call of ours."""
        key, made = data.draw(st.sampled_from(self.made()), "made")
        which = made.fence + age if named else None
        self.do(
            lives,
            lambda tx: self.ledger.correct_call(
                tx,
                key,
                piece=made.piece,
                attempt=made.attempt,
                usd_micros=cost,
                now_ms=self.now_ms,
                fence=which,
                caused_usd_micros=caused,
            ),
            lambda model: model.correct_call(key, made.piece, made.attempt, cost, which, caused),
        )

    def made(self) -> list[tuple[str, Call]]:
        """Every call that was allowed to start."""
        return [(key, call) for key, charge in sorted(self.model.charges.items()) for call in charge.calls]

    @precondition(lambda self: self.held())
    @rule(data=st.data(), piece=PIECES, ms=st.integers(0, 4), lives=LIVES)
    def bill(self, data: st.DataObject, piece: int, ms: int, lives: int) -> None:
        """A piece was heard."""
        key, fence = self.worker(data)
        expires_ms = self.now_ms + 100
        self.do(
            lives,
            lambda tx: self.ledger.bill(tx, key, fence, piece=piece, ms=ms, now_ms=self.now_ms, expires_ms=expires_ms),
            lambda model: model.bill(key, fence, piece, ms, expires_ms),
        )

    @precondition(lambda self: self.held())
    @rule(data=st.data(), piece=PIECES, ms=st.integers(0, 4), lives=LIVES)
    def show(self, data: st.DataObject, piece: int, ms: int, lives: int) -> None:
        """Words are about to be shown."""
        key, fence = self.worker(data)
        self.do(
            lives,
            lambda tx: self.ledger.show(tx, key, fence, piece=piece, ms=ms, now_ms=self.now_ms),
            lambda model: model.show(key, fence, piece, ms),
        )

    @precondition(lambda self: self.held())
    @rule(data=st.data(), piece=PIECES, ms=st.integers(0, 4), how=ENDS, lives=LIVES)
    def end(self, data: st.DataObject, piece: int, ms: int, how: str, lives: int) -> None:
        """A note has ended, has failed, was deleted, or its last piece was heard: then one transaction does both."""
        key, fence = self.worker(data)
        now_ms = self.now_ms

        async def both(tx: Tx) -> object:
            billed = await self.ledger.bill(tx, key, fence, piece=piece, ms=ms, now_ms=now_ms, expires_ms=now_ms)
            return billed, await self.ledger.settle(tx, key, fence, now_ms=now_ms)

        ends: dict[str, tuple[Callable[[Tx], Awaitable[Any]], Callable[[Model], Any]]] = {
            "settle": (lambda tx: self.ledger.settle(tx, key, fence, now_ms=now_ms), lambda it: it.settle(key, fence)),
            "void": (lambda tx: self.ledger.void(tx, key, fence, now_ms=now_ms), lambda it: it.void(key, fence)),
            "drop": (lambda tx: self.ledger.drop(tx, key, now_ms=now_ms), lambda it: it.drop(key)),
            "withdraw": (
                lambda tx: self.ledger.withdraw(tx, key, now_ms=now_ms),
                lambda it: it.withdraw(key, now_ms),
            ),
            "both": (both, lambda it: (it.bill(key, fence, piece, ms, now_ms), it.settle(key, fence))),
        }
        self.do(lives, *ends[how])

    @precondition(lambda self: self.model.charges)
    @rule(data=st.data(), lives=LIVES)
    def refund(self, data: st.DataObject, lives: int) -> None:
        """Nobody could be given the words; mostly of a note that was settled."""
        settled = [key for key, charge in self.model.charges.items() if charge.state == "settled"]
        key = data.draw(st.sampled_from(settled or sorted(self.model.charges)), "key")
        now_ms = self.now_ms
        self.do(lives, lambda tx: self.ledger.refund(tx, key, now_ms=now_ms), lambda model: model.refund(key))

    @rule(by_ms=st.integers(-150, 150), month=st.sampled_from(["2026-11", "2026-12"]), restart=st.booleans())
    def time_passes(self, by_ms: int, month: str, *, restart: bool) -> None:
        """The clock is set, later requests belong to another month, the process starts again."""
        self.now_ms += by_ms
        self.month = month
        if restart:
            self.store.reopen()

    def held(self) -> list[str]:
        """Keys somebody may work on."""
        return sorted(key for key, charge in self.model.charges.items() if charge.state == "held")

    def worker(self, data: st.DataObject) -> tuple[str, int]:
        """Some key, mostly one that is held, and a fence: mostly the current one, else one that was taken over."""
        any_key = data.draw(st.sampled_from([False] * 5 + [True]), "any")
        key = data.draw(st.sampled_from(sorted(self.model.charges) if any_key else self.held()), "key")
        return key, self.model.charges[key].fence - data.draw(st.sampled_from([0] * 7 + [1]), "age")

    def look(self) -> tuple[list[str], list[str], dict[str, list[Row]]]:
        """What the audit finds, which holds have expired, and every row."""

        async def read() -> tuple[list[str], list[str], dict[str, list[Row]]]:
            async with self.store.database.tx() as tx:
                tables = {name: await tx.all(f"SELECT * FROM {name}") for name in ("account", "charge", "entry")}  # noqa: S608  # our own names
                return await self.ledger.audit(tx), await self.ledger.expired(tx, now_ms=self.now_ms), tables

        found: tuple[list[str], list[str], dict[str, list[Row]]] = self.store.run(read())
        return found

    @invariant()
    def agrees(self) -> None:
        """Balances, charges, holds and calls are the model's, and each balance is the sum of its journal."""
        contradictions, expired, tables = self.look()
        accounts, entries = tables["account"], tables["entry"]
        assert contradictions == []
        assert set(expired) == self.model.expired(self.now_ms)

        expected = {place: [balance.committed, balance.held] for place, balance in self.model.balances.items()}
        found = {(row["account"], row["period"]): [row["committed"], row["held"]] for row in accounts}
        assert {place: found.get(place, [0, 0]) for place in expected | found} == {
            place: expected.get(place, [0, 0]) for place in expected | found
        }
        sums = {place: [0, 0] for place in found}
        for entry in entries:
            total = sums[entry["account"], entry["period"]]
            total[0] += entry["committed_d"]
            total[1] += entry["held_d"]
        assert sums == found

        spent = self.model.paid_calls()
        paying = [(row["account"], row["period"]) for row in accounts if row["money"]]
        assert {place: found[place][0] for place in paying} == {place: spent.get(place, 0) for place in paying}
        assert set(spent) <= set(paying)
        assert {row["key"]: (row["state"], row["fence"]) for row in tables["charge"]} == {
            key: (charge.state, charge.fence) for key, charge in self.model.charges.items()
        }
        assert all(row in entries for row in self.journal), "the journal has changed"
        self.journal = deepcopy(entries)


def expect_agreement(  # how much, how, and which machine
    store: Store,
    *,
    examples: int,
    steps: int,
    replayable: bool,
    shrinks: bool = True,
    machine: type[Machine] = Machine,
) -> None:
    """Let the machine run; what fails is made small, unless nobody will read it."""
    new_machine: Any = partial(machine, store)  # hypothesis asks for a class, and takes what makes one
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=replayable,
        phases=list(Phase) if shrinks else [Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(new_machine, settings=chosen)
    finally:
        store.close()


def test_any_history_agrees_with_the_policy_on_sqlite(runner: asyncio.Runner, tmp_path: Path) -> None:
    """Whatever happens in whatever order, SQLite's ledger does what the policy says."""
    expect_agreement(on_sqlite(runner, tmp_path), examples=50, steps=40, replayable=True)


def test_any_history_agrees_with_the_policy_on_postgresql(runner: asyncio.Runner, postgresql: Server) -> None:
    """Whatever happens in whatever order, PostgreSQL's ledger does what the policy says."""
    expect_agreement(on_postgresql(runner, postgresql), examples=20, steps=40, replayable=True)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_long_histories_agree_on_sqlite(runner: asyncio.Runner, tmp_path: Path) -> None:
    """The same for many, long and new histories."""
    expect_agreement(on_sqlite(runner, tmp_path), examples=1500, steps=60, replayable=False)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_long_histories_agree_on_postgresql(runner: asyncio.Runner, postgresql: Server) -> None:
    """The same for many, long and new histories."""
    expect_agreement(on_postgresql(runner, postgresql), examples=400, steps=60, replayable=False)
