"""
The journal without names: its sums stay for ever, whom they were about need not.

Hides which tables carry a key or an account. Promises: no amount, no moment and no balance changes; the new
names are random, so that nobody, with the whole database in hand, finds the way back.
"""

import secrets
from collections.abc import Iterable

from bot.database import Tx
from bot.outcome import Scope
from bot.quota import caused_account, guild_account, month_of, snowflake_at

_RANKS = tuple(rank for rank, scope in enumerate(Scope) if scope in (Scope.MEMBER, Scope.PERSONAL))
NAMELESS = "nobody:"

COPY_CHARGE = """
INSERT INTO charge (key, state, fence, era, expires_ms, changed_ms)
SELECT :nameless, state, fence, era, expires_ms, changed_ms FROM charge WHERE key = :key AND state <> 'held'
"""

COPY_ACCOUNT = """
INSERT INTO account (account, period, rank, money, ceiling, held, committed)
SELECT :nameless, period, rank, money, ceiling, held, committed FROM account
WHERE account = :account AND period = :period AND held = 0
"""

PERSONAL = f"""
SELECT account, period FROM account
WHERE (rank IN ({", ".join(map(str, _RANKS))}) OR account LIKE '{caused_account("personal:%")}')
    AND period < :period AND held = 0 AND account NOT LIKE '{NAMELESS}%'
"""  # noqa: S608  # our own words


async def unname_charges(tx: Tx, notes: Iterable[tuple[str, int]]) -> None:
    """The journal forgets of which attachment these notes' charges were; (key, number of rounds)."""
    for note_key, rounds in notes:
        for number in range(1, rounds + 1):
            key, nameless = f"{note_key}/{number}", NAMELESS + secrets.token_hex(8)
            if await tx.execute(COPY_CHARGE, key=key, nameless=nameless):
                await tx.execute("UPDATE entry SET key = :nameless WHERE key = :key", key=key, nameless=nameless)
                await tx.execute("UPDATE expense SET id = :nameless WHERE id = :key", key=key, nameless=nameless)
                await tx.execute("DELETE FROM charge WHERE key = :key", key=key)
        await tx.execute("DELETE FROM original WHERE note_key = :key", key=note_key)


async def unname_accounts(tx: Tx, *, before_ms: int, member_id: int | None = None) -> int:
    """
    Accounts of persons, of months that were over by then, lose the person; one member's, or everybody's.

    Each month gets a name of its own, so that not even the months of one person can be told to belong together.
    """
    period = month_of(snowflake_at(before_ms), "UTC").name
    rows = await tx.all(PERSONAL, period=period)
    if member_id is not None:
        rows = [row for row in rows if row["account"].rpartition(":")[2] == str(member_id)]
    for row in rows:
        known = {**row, "nameless": NAMELESS + secrets.token_hex(8)}
        await tx.execute(COPY_ACCOUNT, **known)
        await tx.execute("UPDATE entry SET account = :nameless WHERE account = :account AND period = :period", **known)
        await tx.execute(
            "UPDATE expense SET account = :nameless WHERE account = :account AND period = :period", **known
        )
        await tx.execute("DELETE FROM account WHERE account = :account AND period = :period", **known)
    return len(rows)


async def unname_lines(tx: Tx, *, before_ms: int) -> None:
    """The lines of the bill that are older than that forget who asked, and where."""
    await tx.execute(
        "UPDATE expense SET member_id = NULL, channel_id = NULL WHERE member_id IS NOT NULL AND at_ms < :before_ms",
        before_ms=before_ms,
    )


async def unname_guild(tx: Tx, guild_id: int) -> None:
    """A server is gone: the lines of its bill forget who asked, and where; its members' own limits go."""
    await tx.execute(
        "UPDATE expense SET member_id = NULL, channel_id = NULL WHERE account = :account",
        account=guild_account(guild_id),
    )
    await tx.execute("DELETE FROM allowance WHERE account LIKE :members", members=f"member:{guild_id}:%")


async def unname_member(tx: Tx, member_id: int) -> None:
    """The bill's lines, the limits for one person and the journal of decisions forget them."""
    await tx.execute("UPDATE expense SET member_id = NULL, channel_id = NULL WHERE member_id = :id", id=member_id)
    await tx.execute("UPDATE decision SET by_id = 0 WHERE by_id = :id", id=member_id)
    theirs = {"guilds": f"member:%:{member_id}", "own": f"personal:{member_id}"}
    rows = await tx.all("SELECT id, account FROM decision WHERE account LIKE :guilds OR account = :own", **theirs)
    await tx.each(
        "UPDATE decision SET account = :nameless WHERE id = :id AND account = :account",
        [{**row, "nameless": NAMELESS + secrets.token_hex(8)} for row in rows],
    )
    await tx.execute("DELETE FROM allowance WHERE account LIKE :guilds OR account = :own", **theirs)
