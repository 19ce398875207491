"""What came late: read back after a pause, or left open through one."""

import logging
from collections.abc import Sequence

from bot.database import Database
from bot.desk.delivery import Work
from bot.desk.rules import Rules
from bot.health import Health
from bot.ledger import Ledger
from bot.notes import Ask, Note, Notes
from bot.outcome import Door
from bot.quota import moment_of
from bot.request import Request

log = logging.getLogger(__name__)

_LATE_MS = 60_000
_BEHIND = 1_000_000


def behind(request: Request, *, now_ms: int) -> int:
    """How much later than usual its turn comes: who posts now goes before what is read back."""
    return _BEHIND if now_ms - moment_of(request.id) > _LATE_MS else 0


def is_stale(note: Note, asks: Sequence[Ask], rules: Rules, *, now_ms: int) -> bool:
    """
    Whether it waited here so long, unheard, that its bill would be a surprise; what was asked for by command never is.

    By our own clock alone: beside Discord's it may be wrong by a day. What is read back is never older (see `serve`).
    """
    unheard = note.state == "open" and note.length_ms is None
    return unheard and now_ms - note.created_ms > rules.stale_ms and all(ask.door is Door.AUTO for ask in asks)


async def let_go(work: Work, database: Database, ledger: Ledger, notes: Notes, health: Health) -> None:
    """End a stale note: unheard, unanswered, unbilled."""
    async with database.tx() as tx:
        if not await notes.let_go(tx, work.note.key, work.note.fence, "Stale"):
            return
        await ledger.drop(tx, work.charge, now_ms=work.clock())
    log.warning("A note waited too long and was let go", extra={"action": "stale", "note": work.ref})
    health.ended("Stale")
