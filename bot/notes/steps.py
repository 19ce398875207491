"""Steps that several verbs of the inbox share."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from bot.database import Row, Tx
from bot.notes.rows import HeardPiece, Note
from bot.outcome import Door, Gap, Task


def note_of(row: Row) -> Note:
    """A row as the value others see."""
    facts = {name: bool(row[name]) for name in ("is_voice", "is_spoiler", "stopped", "gone")}
    return Note(**{**row, **facts, "door": Door(row["door"]), "task": Task(row["task"])})


def heard_of(row: Row) -> HeardPiece:
    """A piece that was heard; its gaps are JSON in their column, empty where there are none."""
    gaps = json.loads(row["missing"] or "[]")
    return HeardPiece(**{**row, "missing": tuple(Gap(**gap) for gap in gaps)})


def ask_of(row: Row) -> dict[str, Any]:
    """The fields of a wish to which nothing was delivered yet."""
    known = {"private": bool(row["private"]), "door": Door(row["door"]), "follows": bool(row["follows"])}
    return {**row, **known, "sent": (), "is_live": False}


def listed(keys: Iterable[str]) -> tuple[str, dict[str, str]]:
    """Keys as `(:k0, :k1, ...)`, and these parameters."""
    named = {f"k{number}": key for number, key in enumerate(keys)}
    return f"({', '.join(f':{name}' for name in named)})", named


async def lock(tx: Tx, keys: Iterable[str]) -> Mapping[str, Row]:
    """
    Lock notes in the order of their keys, until the transaction ends: key, round and state of those there are.

    Whoever waited sees them as whoever had them left them; what belongs to them is read by a later statement, for that
    one alone sees what was committed meanwhile.
    """
    if not (wanted := sorted(set(keys))):
        return {}
    named, params = listed(wanted)
    sql = f"SELECT key, round, state FROM note WHERE key IN {named} ORDER BY key FOR UPDATE"  # noqa: S608  # our own names
    return {row["key"]: row for row in await tx.all(sql, **params)}


async def lock_owned(tx: Tx, key: str, fence: int) -> bool:
    """Lock a note its worker still has; False: it is not theirs any more."""
    sql = "SELECT key FROM note WHERE key = :key AND fence = :fence FOR UPDATE"
    return await tx.one(sql, key=key, fence=fence) is not None


async def change_owned(tx: Tx, key: str, fence: int, change: str, *, state: str | None = None, **params: Any) -> bool:
    """Change a note its worker still has."""
    where = "" if state is None else " AND state = :state"
    sql = f"UPDATE note SET {change} WHERE key = :key AND fence = :fence{where}"  # noqa: S608  # our own words
    return bool(await tx.execute(sql, key=key, fence=fence, state=state, **params))


async def erase(tx: Tx, key: str, *tables: str) -> None:
    """Delete what these tables have of a note."""
    for table in tables:
        await tx.execute(f"DELETE FROM {table} WHERE note_key = :key", key=key)  # noqa: S608  # our own names


async def key_of(tx: Tx, ask_id: int, key: str | None) -> str:
    """The note an ask is for: named, or the only one; ValueError if in doubt."""
    if key is not None:
        return key
    rows = await tx.all("SELECT note_key FROM ask WHERE id = :id", id=ask_id)
    if len(rows) != 1:
        raise ValueError(f"{len(rows)} notes are asked for by {ask_id}; name the key")
    found: str = rows[0]["note_key"]
    return found
