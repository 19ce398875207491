"""
The whole bill against its model: the ledger's verbs, and between them limits that people change while notes are in
work, months that end in other zones, the breaker, notices said once, duplicates, lines. On both engines.
"""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from bot.database import Row, Tx
from bot.ledger import Breaker, By, Calendar, Decision, Expense, Expenses, Limits
from bot.notes.originals import Originals
from bot.notice import HOST, Place, ProviderBack
from bot.outcome import Scope
from bot.quota import Leg, month_in, snowflake_at
from bot.told import Told
from tests.decisions_model import PROBE_MS, SAYING_MS, World
from tests.stores import Server, Store, on_postgresql, on_sqlite
from tests.test_ledger_machine import COSTS, LIVES, Machine, expect_agreement

pytest_plugins = ["tests.stores"]

DECIDED = ["guild:1", "guild:1:own", "guild:2", "member:1:7", "member:1:*", "role:1:5", "host:usd", "host:ms"]
MONTHS = ["2026-11", "2026-12"]
Kind = Literal["limit", "grant", "clear"]
AMOUNTS = st.sampled_from([40, 3, 25])  # over, under and beside what counts without a decision
WHOSE = st.sampled_from([*DECIDED, "guild:1", "guild:1:own", "guild:1:own", "member:1:*"])
# Whose limit, what, how much, for which month, and whether it is the last wish once more.
WISHES: st.SearchStrategy[tuple[str, Kind, int, str, bool]] = st.one_of(
    st.tuples(WHOSE, st.just("limit"), AMOUNTS, st.just(""), st.just(value=False)),
    st.tuples(WHOSE, st.just("grant"), AMOUNTS, st.sampled_from(MONTHS), st.just(value=False)),
    st.tuples(WHOSE, st.just("clear"), AMOUNTS, st.sampled_from(["", *MONTHS]), st.booleans()),
)
ZONES = ["UTC", "Asia/Seoul", "America/Los_Angeles", "Pacific/Kiritimati", "Pacific/Pago_Pago"]
HOUR_MS = 3_600_000
SOUNDS, VARIANTS, NOTES = st.sampled_from(["aa", "bb"]), st.sampled_from(["ko", "en"]), st.sampled_from(["a", "b", "c"])
PLACES, WHATS = st.sampled_from([HOST, Place(1), Place(1, 9)]), st.sampled_from(["50 %", "80 %", "stopped"])


class Decisions(Machine):
    """Does all that the ledger's machine does, and decides meanwhile."""

    model: World

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.model = World()
        self.moment_ms = 1_795_000_000_000  # a day in November 2026
        self.limits, self.calendar, self.breaker = Limits(), Calendar(), Breaker()
        self.notices, self.originals, self.expenses = Told(), Originals(), Expenses()

    @rule(wishes=st.lists(WISHES, min_size=1, max_size=5), lives=LIVES)
    def decide(self, wishes: list[tuple[str, Kind, int, str, bool]], lives: int) -> None:
        """People set, grant and clear; Discord sometimes hands the same wish in twice. What counts then is asked."""
        for account, kind, amount, month, again in wishes:
            number = len(self.model.wishes) + 1
            guild_id = None if account.startswith("host") else int(account.split(":")[1])
            wish = Decision(number, account, kind, amount, 70, self.now_ms, guild_id, "" if kind == "limit" else month)
            if again and self.model.wishes:
                wish = replace(list(self.model.wishes.values())[-1], amount=amount)
            self.decided(wish, lives)
        for guild in (1, 2):
            self.ask_limits(guild)

    def decided(self, wish: Decision, lives: int) -> None:
        """One wish, in a transaction of its own."""
        self.do(lives, lambda tx: self.limits.decide(tx, wish), lambda model: model.decide(wish))

    def ask_limits(self, guild: int) -> None:
        """Which limits count in either month, with nothing to pay."""
        legs = [replace(leg, period=month) for month in MONTHS for leg in self.legs(guild, 7, 0, 0, has_role=True)]
        self.do(
            99,
            lambda tx: self.limits.in_force(tx, legs, guild_id=guild),
            lambda model: model.limited(legs, f"guild:{guild}"),
        )

    @rule(
        data=st.data(),
        guild=st.sampled_from([1, 1, 2]),
        member=st.sampled_from([7, 8]),
        has_role=st.booleans(),
        amount=st.integers(0, 9),
        cost=COSTS,
        lives=LIVES,
    )
    def hold_as_decided(
        self, data: st.DataObject, guild: int, member: int, amount: int, cost: int, lives: int, *, has_role: bool
    ) -> None:
        """A note is held against the limits that count at that moment, in the same transaction."""
        key = self.some_key(data)
        legs = self.legs(guild, member, amount, cost, has_role=has_role)
        now_ms, expires_ms = self.now_ms, self.now_ms + 100

        async def real(tx: Tx) -> object:
            limited = await self.limits.in_force(tx, legs, guild_id=guild)
            answer = await self.ledger.hold(tx, key, limited, now_ms=now_ms, expires_ms=expires_ms)
            return limited, answer

        def policy(model: Any) -> object:
            limited = model.limited(legs, f"guild:{guild}")
            return limited, model.hold(key, limited, expires_ms)

        self.do(lives, real, policy)

    def legs(self, guild: int, member: int, amount: int, cost: int, *, has_role: bool) -> list[Leg]:
        """What a member's note draws on, as long as nobody has decided anything."""
        return [
            self.leg(Scope.MEMBER, f"member:{guild}:{member}", -1, amount),
            *([self.leg(Scope.ROLE, f"role:{guild}:5", -1, amount)] if has_role else []),
            self.leg(Scope.GUILD, f"guild:{guild}", 20, amount),
            self.leg(Scope.HOST, "host:ms", -1, amount),
            self.leg(Scope.HOST, "host:usd", 30, cost),
        ]

    def leg(self, scope: Scope, account: str, limit: int, amount: int) -> Leg:
        """A leg of this month."""
        return Leg(scope, account, self.month, money=account == "host:usd", limit=limit, amount=amount, resets_at_ms=0)

    @rule(zone=st.sampled_from(ZONES), hours=st.sampled_from([0, 1, 9, 30, 200, 700, -1, -30]), lives=LIVES)
    def move(self, zone: str, hours: int, lives: int) -> None:
        """Time passes, or a clock is set back, and a guild wishes for a time zone; the month that runs stays itself."""
        self.moment_ms += hours * HOUR_MS
        at, before = snowflake_at(self.moment_ms), self.model.zones
        self.do(
            lives,
            lambda tx: self.calendar.keep(tx, 1, chosen=zone, at=at),
            lambda model: model.keep(zone, self.moment_ms),
        )
        if before and hours >= 0:
            then, now = month_in(at, before), month_in(at, self.model.zones)
            assert (now.name, now.starts_ms) == (then.name, then.starts_ms)

    def refuse(self, lives: int) -> None:
        """The provider refuses to be paid."""
        self.do(
            lives,
            lambda tx: self.breaker.trip(tx, "quota", now_ms=self.now_ms, probe_after_ms=PROBE_MS),
            lambda model: model.trip(self.now_ms),
        )

    @rule(lives=LIVES, times=st.integers(1, 3), late=st.booleans(), refused=st.booleans())
    def ask_to_call(self, lives: int, times: int, *, late: bool, refused: bool) -> None:
        """Workers ask whether they may call: of those who do at once, one at most may probe."""
        if refused:
            self.refuse(lives)
        self.now_ms += PROBE_MS if late else 0
        for _ in range(times):
            self.do(
                lives,
                lambda tx: self.breaker.admits(tx, now_ms=self.now_ms, probe_after_ms=PROBE_MS),
                lambda model: model.admits(self.now_ms),
            )

    @rule(lives=LIVES)
    def accept_payment(self, lives: int) -> None:
        """The probe was answered."""
        self.do(lives, self.breaker.close, lambda model: model.close())

    @rule(place=PLACES, what=WHATS, lives=LIVES, owed=st.booleans())
    def tell(self, place: Place, what: str, lives: int, *, owed: bool) -> None:
        """Something is to be said once, now or later."""
        now_ms = self.now_ms
        self.do(
            lives,
            lambda tx: (
                self.notices.owe(tx, ProviderBack(), place, what, now_ms=now_ms)
                if owed
                else self.notices.once(tx, place.name, what, now_ms=now_ms)
            ),
            lambda model: model.tell(place.name, what, owed=owed),
        )

    @rule(place=PLACES, what=WHATS, lives=LIVES, late=st.booleans(), ends=st.sampled_from(["", "said", "forget"]))
    def say(self, place: Place, what: str, lives: int, ends: str, *, late: bool) -> None:
        """Somebody takes what is due; it is said, or whoever took it died, or it may be told anew."""
        self.now_ms += SAYING_MS if late else 0

        async def take(tx: Tx) -> object:
            return sorted((place.name, what) for what, _, place in await self.notices.due(tx, now_ms=self.now_ms))

        self.do(lives, take, lambda model: model.due(self.now_ms))
        if ends == "said":
            self.do(lives, lambda tx: self.notices.said(tx, place, what), lambda model: model.said(place.name, what))
        elif ends == "forget":

            async def forget(tx: Tx) -> None:
                await self.notices.forget(tx, place.name, what)

            self.do(lives, forget, lambda model: model.told.pop((place.name, what), None) and None)

    @rule(key=NOTES, sha256=SOUNDS, variant=VARIANTS, lives=LIVES, takes=st.booleans(), forgets=st.booleans())
    def know_again(self, key: str, sha256: str, variant: str, lives: int, *, takes: bool, forgets: bool) -> None:
        """A note brings bytes; the first one counts, until its answer is of no use any more, or is too old."""
        place = {"account": "guild:1", "sha256": sha256, "variant": variant, "now_ms": self.now_ms}
        now_ms = self.now_ms
        if takes:
            self.do(
                lives,
                lambda tx: self.originals.take_over(tx, key, **place),  # type: ignore[arg-type]
                lambda model: model.take_over(key, sha256, variant, now_ms),
            )
        else:
            self.do(
                lives,
                lambda tx: self.originals.claim(tx, key, **place),  # type: ignore[arg-type]
                lambda model: model.claim(key, sha256, variant, now_ms),
            )
        if forgets:
            self.forget_sounds(0, lives)

    @rule(ago=st.sampled_from([1, -1, 100]), lives=LIVES)
    def sounds_grow_old(self, ago: int, lives: int) -> None:
        """Now and then upkeep comes along."""
        self.forget_sounds(ago, lives)

    def forget_sounds(self, ago: int, lives: int) -> None:
        """Sounds heard before then are known no more."""
        before_ms = self.now_ms - ago
        self.do(
            lives,
            lambda tx: self.originals.forget(tx, before_ms=before_ms),
            lambda model: model.forget(before_ms),
        )

    @rule(
        line=st.builds(
            Expense,
            id=st.sampled_from(["1", "2", "3", "4"]),
            account=st.sampled_from(["guild:1", "guild:2"]),
            period=st.sampled_from(MONTHS),
            day=st.sampled_from([1, 2]),
            member_id=st.sampled_from([7, 8, None]),
            channel_id=st.sampled_from([70, 71]),
            at_ms=st.just(0),
            ending=st.sampled_from(["Transcript", "Silence"]),
            length_ms=st.integers(0, 9),
            billed_ms=st.integers(0, 9),
            usd_micros=st.integers(0, 9),
        ),
        by=st.sampled_from(["member", "channel", "day"]),
        lives=LIVES,
    )
    def write_down(self, line: Expense, by: By, lives: int) -> None:
        """A note's line is written, or written anew, and somebody reads the month."""
        self.do(lives, lambda tx: self.expenses.write(tx, line), lambda model: model.write(line))

        async def read(tx: Tx) -> object:
            return set(await self.expenses.shares(tx, line.account, line.period, by))

        self.do(99, read, lambda model: model.shares(line.account, line.period, by))

    @invariant()
    def stands(self) -> None:
        """Every row is the model's: decisions, what they add up to, zones, notices, sounds, lines, the breaker."""
        rows = self.store.run(self.rows())
        assert {(row["account"], row["id"]): row["amount"] for row in rows["decision"]} == {
            which: wish.amount for which, wish in self.model.wishes.items()
        }
        assert {(row["account"], row["period"]): row["amount"] for row in rows["allowance"]} == self.model.in_force
        assert [(row["zone"], row["from_ms"]) for row in sorted(rows["calendar"], key=lambda row: row["from_ms"])] == [
            (zone.name, zone.from_ms) for zone in self.model.zones
        ]
        assert [row["probe_ms"] for row in rows["breaker"]] == [at for at in [self.model.probe_ms] if at is not None]
        assert {(row["place"], row["what"]): row["notice"] is not None for row in rows["told"]} == {
            which: debt.owed for which, debt in self.model.told.items()
        }
        assert {
            (row["sha256"], row["variant"]): (row["note_key"], row["at_ms"]) for row in rows["original"]
        } == self.model.originals
        assert {row["id"]: Expense(**row) for row in rows["expense"]} == self.model.lines

    async def rows(self) -> dict[str, list[Row]]:
        """Everything that surrounds the ledger."""
        tables = ("decision", "allowance", "calendar", "breaker", "told", "original", "expense")
        async with self.store.database.tx() as tx:
            return {name: await tx.all(f"SELECT * FROM {name}") for name in tables}  # noqa: S608  # our own names


def test_any_history_of_decisions_agrees_on_sqlite(runner: asyncio.Runner, tmp_path: Path) -> None:
    """Whatever is decided while notes are in work, SQLite's books do what the policy says."""
    expect_agreement(on_sqlite(runner, tmp_path), examples=20, steps=40, replayable=True, machine=Decisions)


@pytest.mark.long
def test_any_history_of_decisions_agrees_on_postgresql(runner: asyncio.Runner, postgresql: Server) -> None:
    """Whatever is decided while notes are in work, PostgreSQL's books do what the policy says."""
    expect_agreement(on_postgresql(runner, postgresql), examples=40, steps=40, replayable=True, machine=Decisions)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_long_histories_of_decisions_agree_on_sqlite(runner: asyncio.Runner, tmp_path: Path) -> None:
    """The same for many, long and new histories."""
    expect_agreement(on_sqlite(runner, tmp_path), examples=300, steps=60, replayable=False, machine=Decisions)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_long_histories_of_decisions_agree_on_postgresql(runner: asyncio.Runner, postgresql: Server) -> None:
    """The same for many, long and new histories."""
    expect_agreement(on_postgresql(runner, postgresql), examples=150, steps=60, replayable=False, machine=Decisions)
