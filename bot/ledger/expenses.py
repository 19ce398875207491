"""
The line each answered note leaves on the bill, and the reports that are sums over these lines.

Hides one table and its indexes. Promises: a note has one line, written in the transaction that ends the note;
a report reads one month of one account, however old the ledger is.
"""

from dataclasses import asdict, dataclass
from typing import Literal

from bot.database import Tx

FREE = ("Silence", "Repeat")  # endings that cost a guild nothing although there was sound


@dataclass(frozen=True, slots=True)
class Expense:
    """One answered note: milliseconds, micro-dollars; `day` counts from 1 in the guild's time zone."""

    id: str
    account: str
    period: str
    day: int
    member_id: int | None
    channel_id: int | None
    at_ms: int
    ending: str
    length_ms: int
    billed_ms: int
    usd_micros: int


@dataclass(frozen=True, slots=True)
class Share:
    """What one member, channel, day, month or account came to; `of` is its id, number or name."""

    of: int | str | None
    notes: int
    billed_ms: int
    usd_micros: int


@dataclass(frozen=True, slots=True)
class Saved:
    """What was not heard again, because it was silent or had been heard before."""

    ending: str
    notes: int
    length_ms: int


@dataclass(frozen=True, slots=True)
class Account:
    """One account in one month, as it stands."""

    account: str
    committed: int
    held: int
    notes: int
    usd_micros: int


@dataclass(frozen=True, slots=True)
class Drift:
    """Of how many calls the provider's count differs from ours, and by how many micro-dollars in all."""

    calls: int
    usd_micros: int


By = Literal["member", "channel", "day", "month"]


class Expenses:
    """The verbs of the bill. Every one runs inside the caller's transaction."""

    async def write(self, tx: Tx, expense: Expense) -> None:
        """Write a line; a note that ends anew ends otherwise."""
        await tx.execute(_WRITE, **asdict(expense))

    async def unbill(self, tx: Tx, line_id: str, *, ending: str, back_ms: int) -> None:
        """That note's words reached nobody: its line costs so much less; what the host paid stays."""
        await tx.execute(
            "UPDATE expense SET ending = :ending, billed_ms = billed_ms - :back_ms WHERE id = :id",
            id=line_id,
            ending=ending,
            back_ms=back_ms,
        )

    async def shares(
        self, tx: Tx, account: str, period: str, by: By, *, limit: int = 1000, member_id: int | None = None
    ) -> tuple[Share, ...]:
        """
        A month by member or channel (the dearest first), or by day; by month: from that month on, newest first.

        `member_id` counts that member's notes alone.
        """
        rows = await tx.all(_SHARES[by], account=account, period=period, limit=limit, member_id=member_id)
        return tuple(Share(**row) for row in rows)

    async def months(self, tx: Tx, account: str) -> tuple[str, ...]:
        """The names of all months in which somebody drew on an account, oldest first; one row each is read."""
        rows = await tx.all("SELECT period FROM account WHERE account = :account ORDER BY period", account=account)
        return tuple(row["period"] for row in rows)

    async def saved(self, tx: Tx, account: str, period: str) -> tuple[Saved, ...]:
        """What silence and duplicates saved in a month."""
        rows = await tx.all(_SAVED, account=account, period=period, silence=FREE[0], repeat=FREE[1])
        return tuple(Saved(**row) for row in rows)

    async def lines(self, tx: Tx, account: str, period: str, *, limit: int = 100_000) -> tuple[Expense, ...]:
        """Every line of a month, for a table program; oldest first."""
        rows = await tx.all(_LINES, account=account, period=period, limit=limit)
        return tuple(Expense(**row) for row in rows)

    async def accounts(self, tx: Tx, period: str, *, rank: int) -> tuple[Account, ...]:
        """Every account of one kind in a month, the most used first. `rank` as in the ledger's order of locks."""
        rows = await tx.all(_ACCOUNTS, period=period, rank=rank)
        return tuple(Account(**row) for row in rows)

    async def drift(self, tx: Tx, account: str, period: str) -> Drift:
        """What the provider counted otherwise in a month; calls it did not charge for at all are not meant."""
        row = await tx.one(_DRIFT, account=account, period=period)
        return Drift(**row) if row else Drift(0, 0)


_WRITE = """
INSERT INTO expense (id, account, period, day, member_id, channel_id, at_ms, ending, length_ms, billed_ms, usd_micros)
VALUES (:id, :account, :period, :day, :member_id, :channel_id, :at_ms, :ending, :length_ms, :billed_ms, :usd_micros)
ON CONFLICT (id) DO UPDATE SET
    ending = :ending, length_ms = :length_ms, billed_ms = :billed_ms, usd_micros = :usd_micros
"""

_SUMS = "count(*) AS notes, CAST(sum(billed_ms) AS BIGINT) AS billed_ms, CAST(sum(usd_micros) AS BIGINT) AS usd_micros"
_MONTH = "account = :account AND period = :period"
_WHOSE = "(CAST(:member_id AS BIGINT) IS NULL OR member_id = CAST(:member_id AS BIGINT))"
_DEAREST = "ORDER BY billed_ms DESC, notes DESC, of"

_SHARES: dict[By, str] = {
    "member": f"SELECT member_id AS of, {_SUMS} FROM expense WHERE {_MONTH} AND {_WHOSE} "  # noqa: S608  # our own words
    f"GROUP BY member_id {_DEAREST} LIMIT :limit",
    "channel": f"SELECT channel_id AS of, {_SUMS} FROM expense WHERE {_MONTH} AND {_WHOSE} "  # noqa: S608  # our own words
    f"GROUP BY channel_id {_DEAREST} LIMIT :limit",
    "day": f"SELECT day AS of, {_SUMS} FROM expense WHERE {_MONTH} AND {_WHOSE} GROUP BY day ORDER BY day LIMIT :limit",  # noqa: S608  # our own words
    "month": f"SELECT period AS of, {_SUMS} FROM expense "  # noqa: S608  # our own words
    f"WHERE account = :account AND period >= :period AND {_WHOSE} "  # our own words
    "GROUP BY period ORDER BY period DESC LIMIT :limit",
}

_SAVED = f"""
SELECT ending, count(*) AS notes, CAST(sum(length_ms) AS BIGINT) AS length_ms FROM expense
WHERE {_MONTH} AND ending IN (:silence, :repeat) GROUP BY ending ORDER BY ending
"""  # noqa: S608  # our own words

_LINES = f"""
SELECT id, account, period, day, member_id, channel_id, at_ms, ending, length_ms, billed_ms, usd_micros FROM expense
WHERE {_MONTH} ORDER BY day, at_ms, id LIMIT :limit
"""  # noqa: S608  # our own words

_ACCOUNTS = """
SELECT account.account, account.committed, account.held,
    coalesce(spent.notes, 0) AS notes, coalesce(spent.usd_micros, 0) AS usd_micros
FROM account LEFT JOIN (
    SELECT account, count(*) AS notes, CAST(sum(usd_micros) AS BIGINT) AS usd_micros
    FROM expense WHERE period = :period GROUP BY account
) AS spent ON spent.account = account.account
WHERE account.period = :period AND account.rank = :rank ORDER BY account.committed DESC, account.account
"""

_DRIFT = """
SELECT count(*) AS calls, CAST(coalesce(sum(correct.committed_d), 0) AS BIGINT) AS usd_micros
FROM entry AS correct JOIN entry AS booked ON booked.key = correct.key AND booked.account = correct.account
    AND booked.period = correct.period AND booked.kind = 'call' AND booked.fence = correct.fence
    AND booked.piece = correct.piece AND booked.attempt = correct.attempt
WHERE correct.kind = 'correct' AND correct.account = :account AND correct.period = :period
    AND booked.committed_d + correct.committed_d > 0
"""

# Every report by name, for whoever asks the engine how it would go about it.
QUERIES = {f"by {by}": sql for by, sql in _SHARES.items()} | {"saved": _SAVED, "lines": _LINES, "all guilds": _ACCOUNTS}
