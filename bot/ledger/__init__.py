"""
Who pays for which note, so that nobody pays twice and no limit is passed.

Hides balances, the journal, fences and the order of locks. Promises:

- `hold` takes room in every account of a charge or in none, by conditional UPDATEs, so that
  committed + held never passes a limit however many race;
- money (the host's account, what a guild causes, what many share) counts every call before it starts; time
  (guild, member, role) counts each heard piece once and never more than was held;
- whoever takes a hold over gets a new fence, and the old one can do nothing any more;
- each change of a balance is one journal row, and rows never change.

In one transaction, use the verbs for one key only, and `bill` before `correct_call`: accounts are
locked in the order of `Scope` (member, role, guild, personal, caused, host, shared), and Tx refuses any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.database import Row, Tx
from bot.ledger import statements as sql
from bot.ledger.balances import Compared, compare, months
from bot.ledger.breaker import Breaker, Pass, Stop
from bot.ledger.calendar import Calendar
from bot.ledger.expenses import Account, By, Drift, Expense, Expenses, Saved, Share
from bot.ledger.limits import Allowance, Decision, Limits, limit_of
from bot.ledger.taking import take
from bot.ledger.unnaming import unname_accounts, unname_charges, unname_lines, unname_member
from bot.outcome import Scope
from bot.quota import Leg, Usage

__all__ = [
    "Account",
    "Allowance",
    "Breaker",
    "By",
    "Calendar",
    "Compared",
    "Decision",
    "Drift",
    "Expense",
    "Expenses",
    "Held",
    "Ledger",
    "Limits",
    "Over",
    "Pass",
    "Saved",
    "Settled",
    "Share",
    "Stop",
    "compare",
    "limit_of",
    "months",
    "unname_accounts",
    "unname_charges",
    "unname_lines",
    "unname_member",
]

_RANK = {scope: rank for rank, scope in enumerate(Scope)}


@dataclass(frozen=True, slots=True)
class Held:
    """The room is yours; `fence` is the key to every later verb."""

    fence: int


@dataclass(frozen=True, slots=True)
class Over:
    """The account of `leg` has only `left`; nothing was held anywhere."""

    leg: Leg
    left: int


@dataclass(frozen=True, slots=True)
class Settled:
    """The key was paid before; asking again costs nothing."""

    billed_ms: int


class Ledger:
    """The verbs of paying. Every one runs inside the caller's transaction."""

    async def hold(
        self, tx: Tx, key: str, legs: Sequence[Leg], *, now_ms: int, expires_ms: int
    ) -> Held | Over | Settled:
        """
        Take room for a whole charge, or take over the hold a lost worker left (same amounts).

        A voided key may be held again; a settled one never. Until `expires_ms` nobody sweeps it.
        """
        tx.lock_in_order((-1, key, ""))
        charge = await tx.one(sql.CLAIM, key=key, now_ms=now_ms, expires_ms=expires_ms)
        if charge is None:
            return Settled(await self.billed(tx, key))
        fence, era = charge["fence"], charge["era"]
        if fence != era:
            return Held(fence)
        entries: list[dict[str, Any]] = []
        for leg in sorted(legs, key=_lock_of):
            entry = {
                "key": key, "account": leg.account, "period": leg.period, "kind": "hold", "fence": fence, "era": era,
                "piece": -1, "attempt": 0, "held_d": leg.amount, "committed_d": 0, "at_ms": now_ms,
                "rank": _RANK[leg.scope], "money": int(leg.money), "ceiling": leg.limit, "alias": leg.alias,
            }  # fmt: skip  # one row of the journal reads as one row
            _lock(tx, entry)
            if not await take(tx, entry):
                await tx.each(sql.MOVE, [{**entry, "held_d": -entry["held_d"]} for entry in entries])
                await tx.execute("UPDATE charge SET state = 'void' WHERE key = :key", key=key)
                return Over(leg, await _left(tx, leg))
            entries.append(entry)
        await tx.each(sql.ENTRY, entries)
        return Held(fence)

    async def start_call(
        self, tx: Tx, key: str, fence: int, *, piece: int, attempt: int, usd_micros: int, now_ms: int
    ) -> bool:
        """
        Book a call on every account in money before it starts; False: it may not start.

        The hold covers the first call of each piece. Anything beyond (another attempt, a call
        repeated after a takeover, a dearer piece) must find room of its own.
        """
        legs = await _own(tx, key, fence, now_ms=now_ms, piece=piece, attempt=attempt)
        paying = [leg for leg in legs or () if leg["money"]]
        if legs is None or any(leg["repeated"] for leg in paying):
            return False
        entries: list[dict[str, Any]] = []
        for leg in paying:
            covered = 0 if leg["called"] or attempt > 1 else min(leg["held"], usd_micros)
            entry = _entry(leg, "call", held_d=-covered, committed_d=usd_micros)
            _lock(tx, entry)
            if not await tx.execute(sql.CALL, **entry, extra=usd_micros - covered):
                await tx.each(sql.MOVE, [_negative(entry) for entry in entries])
                return False
            entries.append(entry)
        await tx.each(sql.ENTRY, entries)
        return True

    async def correct_call(
        self,
        tx: Tx,
        key: str,
        *,
        piece: int,
        attempt: int,
        usd_micros: int,
        now_ms: int,
        fence: int | None = None,
        caused_usd_micros: int | None = None,
    ) -> None:
        """
        Book what the provider says a call cost instead of what we expected; once per call.

        It may pass the limit: it is already spent. Without a fence the latest such call is meant. `caused_usd_micros`
        is what it counts on the accounts of what is caused, where that is not the same.
        """
        tx.lock_in_order((-1, key, ""))
        await tx.execute("UPDATE charge SET changed_ms = :now_ms WHERE key = :key", key=key, now_ms=now_ms)
        calls = await tx.all(sql.CALLS, key=key, piece=piece, attempt=attempt)
        meant = fence if fence is not None or not calls else calls[0]["fence"]
        known = {"key": key, "piece": piece, "attempt": attempt, "at_ms": now_ms}
        entries = []
        for call in calls:
            if call["fence"] == meant:
                _lock(tx, call)
                is_caused = call["rank"] == _RANK[Scope.CAUSED] and caused_usd_micros is not None
                cost = caused_usd_micros if is_caused and caused_usd_micros is not None else usd_micros
                if not call["corrected"] and call["booked"] != cost:
                    correction = cost - call["booked"]
                    entries.append(_entry({**call, **known}, "correct", held_d=0, committed_d=correction))
        await _move(tx, entries)

    async def bill(self, tx: Tx, key: str, fence: int, *, piece: int, ms: int, now_ms: int, expires_ms: int) -> bool:
        """
        A piece was heard: every leg in time pays for it, once, and the hold lives on.

        True also when it was billed before; False: the hold is not yours any more.
        """
        legs = await _own(tx, key, fence, now_ms=now_ms, expires_ms=expires_ms, piece=piece)
        if legs is None:
            return False
        entries = []
        for leg in legs:
            if not leg["money"] and not leg["billed"]:
                amount = min(ms, leg["held"])
                entries.append(_entry(leg, "bill", held_d=-amount, committed_d=amount))
        await _move(tx, entries)
        return True

    async def renew(self, tx: Tx, key: str, fence: int, *, now_ms: int, expires_ms: int) -> bool:
        """Nothing has been heard yet, but the hold lives on; False: it is not yours any more."""
        tx.lock_in_order((-1, key, ""))
        known = {"key": key, "fence": fence, "now_ms": now_ms, "expires_ms": expires_ms, "state": "held"}
        return await tx.one(sql.OWN, **known) is not None

    async def show(self, tx: Tx, key: str, fence: int, *, piece: int, ms: int, now_ms: int) -> bool:
        """
        Words are about to be shown: all of the pieces before `piece`, and so many milliseconds of that one.

        False: nothing is new, or the hold is not yours any more.
        """
        tx.lock_in_order((-1, key, ""))
        return bool(await tx.execute(sql.SHOWN, key=key, fence=fence, piece=piece, ms=ms, now_ms=now_ms))

    async def billed(self, tx: Tx, key: str) -> int:
        """Milliseconds of a charge that were heard and billed so far; locks nothing."""
        row = await tx.one(sql.BILLED, key=key)
        return row["billed"] if row else 0

    async def settle(self, tx: Tx, key: str, fence: int, *, now_ms: int) -> int | None:
        """Give back what was not used and close the charge for ever: billed ms, or None if stale."""
        legs = await _own(tx, key, fence, now_ms=now_ms, state="settled")
        if legs is None:
            return None
        await _move(tx, [_entry(leg, "settle", held_d=-leg["held"], committed_d=0) for leg in legs if leg["held"]])
        return max((leg["committed"] for leg in legs if not leg["money"]), default=0)

    async def void(self, tx: Tx, key: str, fence: int, *, now_ms: int) -> bool:
        """Give everything back, except to the host what calls have cost; False if stale."""
        legs = await _own(tx, key, fence, now_ms=now_ms, state="void")
        if legs is None:
            return False
        entries = [
            _entry(leg, "void", held_d=-leg["held"], committed_d=0 if leg["money"] else -leg["committed"])
            for leg in legs
        ]
        await _move(tx, [entry for entry in entries if entry["held_d"] or entry["committed_d"]])
        return True

    async def refund(self, tx: Tx, key: str, *, now_ms: int) -> int:
        """
        Give back the minutes a settled charge has billed, because nobody could be given the words: how many ms.

        Words that were shown while they came were given: those stay billed, and what its calls cost stays. The charge
        is void afterwards, so that asking twice gives back once.
        """
        tx.lock_in_order((-1, key, ""))
        charge = await tx.one(sql.REFUND, key=key, now_ms=now_ms)
        if charge is None:
            return 0
        known = {"key": key, "fence": charge["fence"], "era": charge["era"], "piece": -1, "attempt": 0, "at_ms": now_ms}
        shown: dict[tuple[str, str], int] = {}
        if charge["shown_piece"] is not None:
            how_far = {"shown_piece": charge["shown_piece"], "shown_ms": charge["shown_ms"]}
            rows = await tx.all(sql.SHOWN_MS, key=key, era=charge["era"], **how_far)
            shown = {(row["account"], row["period"]): row["ms"] for row in rows}
        rows = [row for row in await tx.all(sql.LEGS, **known) if not row["money"]]
        back = [(row, row["committed"] - shown.get((row["account"], row["period"]), 0)) for row in rows]
        entries = [_entry({**row, **known}, "void", held_d=0, committed_d=-ms) for row, ms in back if ms > 0]
        await _move(tx, entries)
        return max((-entry["committed_d"] for entry in entries), default=0)

    async def drop(self, tx: Tx, key: str, *, now_ms: int) -> bool:
        """Void a hold whoever has it, because its note has ended; False if nothing is held."""
        tx.lock_in_order((-1, key, ""))
        row = await tx.one("SELECT fence FROM charge WHERE key = :key AND state = 'held'", key=key)
        return row is not None and await self.void(tx, key, row["fence"], now_ms=now_ms)

    async def withdraw(self, tx: Tx, key: str, *, now_ms: int) -> int | None:
        """
        Close a hold whoever has it, because its note was withdrawn: billed ms, or None if nothing is held.

        Words that were shown were delivered: what was heard, and what was shown of the piece in work, is billed.
        Where nothing was shown all goes back.
        """
        tx.lock_in_order((-1, key, ""))
        row = await tx.one(sql.WITHDRAWN, key=key, now_ms=now_ms)
        if row is None:
            return None
        fence, piece, ms = row["fence"], row["shown_piece"], row["shown_ms"]
        if piece is None:
            return 0 if await self.void(tx, key, fence, now_ms=now_ms) else None
        await self.bill(tx, key, fence, piece=piece, ms=ms, now_ms=now_ms, expires_ms=now_ms)
        return await self.settle(tx, key, fence, now_ms=now_ms)

    async def cost(self, tx: Tx, key: str) -> int:
        """What the calls of a key have cost the host so far, in micro-dollars."""
        row = await tx.one(sql.COST, key=key, rank=_RANK[Scope.HOST])
        return row["cost"] if row else 0

    async def usage(self, tx: Tx, account: str, period: str, *, default_limit: int | None) -> Usage:
        """One account in one month, empty if nobody drew on it; without a `default_limit`, with its latest hold's."""
        row = await tx.one(sql.USAGE, account=account, period=period)
        if row is None:
            return Usage(default_limit or 0, 0, 0)
        return Usage(row["ceiling"] if default_limit is None else default_limit, row["committed"], row["held"])

    async def expired(self, tx: Tx, *, now_ms: int) -> list[str]:
        """Keys whose hold outlived its worker; oldest first."""
        rows = await tx.all(
            "SELECT key FROM charge WHERE state = 'held' AND expires_ms <= :now_ms ORDER BY expires_ms", now_ms=now_ms
        )
        return [row["key"] for row in rows]

    async def audit(self, tx: Tx) -> list[str]:
        """Everything that contradicts the journal, as sentences; a sound ledger has none."""
        return [
            f"{row['account']} in {row['period']}: held {row['held']} and committed {row['committed']}, "
            f"but the journal says {row['journal_held']} and {row['journal_committed']}"
            for row in await tx.all(sql.UNBALANCED)
        ] + [
            f"{row['key']} is {row['state']}, but holds {row['held']} of {row['account']}"
            for row in await tx.all(sql.MISHELD)
        ]


def _lock_of(leg: Leg) -> tuple[int, str, str]:
    return _RANK[leg.scope], leg.account, leg.period


async def _left(tx: Tx, leg: Leg) -> int:
    row = await tx.one(
        "UPDATE account SET ceiling = :ceiling WHERE account = :account AND period = :period RETURNING committed, held",
        account=leg.account,
        period=leg.period,
        ceiling=leg.limit,
    )
    return Usage(leg.limit, row["committed"], row["held"]).left if row else 0


async def _own(
    tx: Tx,
    key: str,
    fence: int,
    *,
    now_ms: int,
    expires_ms: int | None = None,
    state: str = "held",
    piece: int = -1,
    attempt: int = 0,
) -> list[Row] | None:
    """Lock the charge and read its legs; None if it is not held under this fence."""
    tx.lock_in_order((-1, key, ""))
    charge = await tx.one(sql.OWN, key=key, fence=fence, now_ms=now_ms, expires_ms=expires_ms, state=state)
    if charge is None:
        return None
    rows = await tx.all(sql.LEGS, key=key, era=charge["era"], piece=piece, attempt=attempt, fence=fence)
    known = {"key": key, "fence": fence, "era": charge["era"], "piece": piece, "attempt": attempt, "at_ms": now_ms}
    return [{**row, **known} for row in rows]


def _entry(leg: Row, kind: str, *, held_d: int, committed_d: int) -> dict[str, Any]:
    return {**leg, "kind": kind, "held_d": held_d, "committed_d": committed_d}


def _negative(entry: Row) -> dict[str, Any]:
    return {**entry, "held_d": -entry["held_d"], "committed_d": -entry["committed_d"]}


async def _move(tx: Tx, entries: Sequence[Row]) -> None:
    """Change balances and journal together."""
    for entry in entries:
        _lock(tx, entry)
    await tx.each(sql.MOVE, entries)
    await tx.each(sql.ENTRY, entries)


def _lock(tx: Tx, entry: Row) -> None:
    tx.lock_in_order((entry["rank"], entry["account"], entry["period"]))
