"""
Room in one account.

Hides how an account is opened. Promises: of all who race for the last of it nobody passes its limit; whoever was
forgotten a moment ago has one account, under the one name or the other.
"""

from typing import Any

from bot.database import Tx
from bot.ledger import statements as sql


async def take(tx: Tx, entry: dict[str, Any]) -> bool:
    """Hold `held_d` in the entry's account, opened if need be; False: not enough is left. May change `account`."""
    if await tx.execute(sql.HOLD, **entry):
        return True
    # Touches nothing if it is there, or somebody was quicker.
    if await tx.execute(sql.OPEN_ACCOUNT, **entry) and entry["alias"]:
        await tx.execute(sql.CLOSE_AGAIN, **entry)
    if await tx.execute(sql.HOLD, **entry):
        return True
    if not entry["alias"]:
        return False
    # The person may have been forgotten since we asked for the account's name: the sum goes on under the other one.
    entry["account"] = entry["alias"]
    tx.lock_in_order((entry["rank"], entry["account"], entry["period"]))
    return bool(await tx.execute(sql.HOLD, **entry))
