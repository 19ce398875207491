"""
Balances held against the journal, some accounts at a time.

Hides the sums, and how accounts are walked through. Promises: every statement sees one moment, so that a balance that
moves meanwhile is never called wrong; a row of the journal whose account is gone is seen, too; nothing is locked.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.database import Tx

_ACCOUNTS = 200  # in one statement

# An index leads from month to month of the journal. A month with accounts and without a journal is found by reading all
# their names.
_MONTHS = """
WITH RECURSIVE told (period) AS (
    SELECT min(period) FROM entry
    UNION ALL
    SELECT (SELECT min(entry.period) FROM entry WHERE entry.period > told.period) FROM told
    WHERE told.period IS NOT NULL
)
SELECT period FROM told WHERE period IS NOT NULL UNION SELECT DISTINCT period FROM account ORDER BY period DESC
"""

_LAST = """
SELECT max(account) AS account, count(*) AS accounts FROM (
    SELECT account FROM account WHERE period = :period AND account > :after ORDER BY account LIMIT :most
) AS names
"""

_OFF = """
SELECT coalesce(money, 0) AS money, CAST(sum(abs(held) + abs(committed)) AS BIGINT) AS off FROM (
    SELECT account, max(money) AS money, sum(held) AS held, sum(committed) AS committed FROM (
        SELECT account, money, held, committed FROM account
        WHERE period = :period AND account > :after {until}
        UNION ALL
        SELECT account, NULL, -sum(held_d), -sum(committed_d) FROM entry
        WHERE period = :period AND account > :after {until} GROUP BY account
    ) AS both_sides GROUP BY account
) AS accounts GROUP BY money
"""


@dataclass(frozen=True, slots=True)
class Compared:
    """
    What some accounts of one month disagree about with the journal, in milliseconds and micro-dollars.

    `last`: the account after which the comparison goes on; None: the month is done.
    """

    off_ms: int
    off_usd_micros: int
    last: str | None


async def months(tx: Tx) -> list[str]:
    """Every month, in whatever zone, for which there is an account or a line of the journal; the newest first."""
    return [row["period"] for row in await tx.all(_MONTHS)]


async def compare(tx: Tx, month: str, *, after: str = "") -> Compared:
    """
    Compare the next accounts of a month, in the order of their names, from the one after `after` on.

    Lines whose account is gone count as milliseconds: only the account says that it is one in money.
    """
    some = await tx.one(_LAST, period=month, after=after, most=_ACCOUNTS) or {}
    last: str | None = some.get("account") if some.get("accounts") == _ACCOUNTS else None
    bounds = {"period": month, "after": after}
    if last is None:
        rows = await tx.all(_OFF.format(until=""), **bounds)
    else:
        rows = await tx.all(_OFF.format(until="AND account <= :until"), **bounds, until=last)
    off: Mapping[int, int] = {row["money"]: row["off"] for row in rows}
    return Compared(off.get(0, 0), off.get(1, 0), last)
