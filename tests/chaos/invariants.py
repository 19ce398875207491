"""
What must be true of the books after any fault, whatever happened: I1 to I10.

Hides the SQL. Promises: reads only, on either engine; a finding is a sentence, and a sound database has none.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

import pytest

from bot.database import Database, DatabaseError, open_database
from bot.ledger import Ledger

PRICE_USD_MICROS = 4_500  # a minute of gpt-transcribe

# Each statement finds what must not be; its name says why.
WRONG = {
    "I2 an account passed its limit": """
        SELECT account, period FROM account WHERE money = 0 AND committed + held > ceiling""",
    "I3 a piece was billed twice": """
        SELECT key, account, piece FROM entry WHERE kind = 'bill'
        GROUP BY key, account, period, era, piece HAVING count(*) > 1""",
    "I3 a note was paid more often than it was heard": """
        SELECT note.key FROM note
        JOIN charge ON rtrim(charge.key, '0123456789') = note.key || '/' AND charge.state = 'settled'
        GROUP BY note.key, note.round HAVING count(*) > note.round""",
    "I4 more was billed than was held": """
        SELECT entry.key, entry.account FROM entry JOIN account
            ON account.account = entry.account AND account.period = entry.period
        WHERE account.money = 0 GROUP BY entry.key, entry.account, entry.period, era
        HAVING sum(committed_d) > sum(CASE WHEN kind = 'hold' THEN held_d ELSE 0 END)""",
    "I5 a charge was closed twice": """
        SELECT key, account FROM entry WHERE kind IN ('settle', 'void')
        GROUP BY key, account, period, era HAVING count(*) > 1""",
    "I6 a closed charge still holds": """
        SELECT charge.key FROM charge JOIN entry ON entry.key = charge.key AND charge.state <> 'held'
        GROUP BY charge.key, entry.account, entry.period HAVING sum(held_d) <> 0""",
    "I8 a note is not done": "SELECT key, state FROM note WHERE state <> 'done'",
    "I8 a wish is open": "SELECT note_key FROM ask WHERE state <> 'done'",
    "I8 a note that is done holds minutes": "SELECT key FROM charge WHERE state = 'held'",
    "I8 words are left": "SELECT note_key FROM heard UNION ALL SELECT note_key FROM decided",
    "I10 a charge moved to another month": """
        SELECT key, account FROM entry GROUP BY key, account, era HAVING count(DISTINCT period) > 1""",
}


@dataclass(frozen=True, slots=True)
class Books:
    """What was paid: milliseconds of the guilds, micro-dollars and calls of the host."""

    billed_ms: int
    spent_usd_micros: int
    calls: int
    bills: int
    answered: int


class Paid(Protocol):
    """A call for which the provider did the work."""

    @property
    def seconds(self) -> float | None:
        """How much sound it heard."""


class Provider(Protocol):
    """Who knows which calls were really made."""

    @property
    def paid(self) -> Sequence[Paid]:
        """Those for which it wants money."""


def cost_of(openai: Provider) -> int:
    """What the calls really made cost, in micro-dollars: those for which the provider did the work."""
    return sum(math.ceil(call.seconds or 0) * PRICE_USD_MICROS // 60 for call in openai.paid)


async def read(database: Database) -> Books:
    """The sums."""
    async with database.tx() as tx:
        row = await tx.one(
            """SELECT
            (SELECT CAST(coalesce(sum(committed), 0) AS BIGINT) FROM account WHERE money = 0) AS billed_ms,
            (SELECT CAST(coalesce(sum(committed), 0) AS BIGINT) FROM account WHERE account = 'host:usd')
                AS spent_usd_micros,
            (SELECT count(*) FROM entry WHERE kind = 'call' AND account = 'host:usd') AS calls,
            (SELECT count(*) FROM entry WHERE kind = 'bill') AS bills,
            (SELECT count(*) FROM note WHERE ending = 'Transcript') AS answered"""
        )
    return Books(**(row or {}))


async def findings(database: Database, openai: Provider, *, lowered: bool = False) -> list[str]:
    """Everything that must not be, of I1 to I10; a limit `lowered` below what was used takes nothing back."""
    wrong = []
    async with database.tx() as tx:
        wrong += [f"I1 {sentence}" for sentence in await Ledger().audit(tx)]
        for name, sql in WRONG.items():
            if lowered and name.startswith("I2"):
                continue
            if rows := await tx.all(sql):
                wrong.append(f"{name}: {rows[:5]}")
    spent = (await read(database)).spent_usd_micros
    if spent < (cost := cost_of(openai)):
        wrong.append(f"I7 the host's books say {spent}, calls cost {cost}")
    if not await _is_append_only(database):
        wrong.append("I9 a journal row was changed")
    return wrong


async def _is_append_only(database: Database) -> bool:
    async def change() -> None:
        async with database.tx() as tx:
            if await tx.one("SELECT 1 AS one FROM entry LIMIT 1") is None:
                raise DatabaseError("nothing to change")
            await tx.execute("UPDATE entry SET at_ms = 0")

    try:
        with pytest.raises(DatabaseError):
            await change()
    except pytest.fail.Exception:
        return False
    return True


async def assert_sound(url: str, openai: Provider, *, lowered: bool = False) -> Books:
    """All of I1 to I10 (see `findings`); the sums. Nobody may be at work."""
    async with open_database(url) as database:
        wrong = await findings(database, openai, lowered=lowered)
        assert not wrong, "\n".join(wrong)
        return await read(database)


def assert_answered_once(answers: Collection[object], expected: int) -> None:
    """Exactly one reply a note."""
    assert len(answers) == expected
    several = [answer for answer in answers if len(getattr(answer, "messages", ())) != 1]
    assert not several, f"{len(several)} notes have no reply, or more than one"
