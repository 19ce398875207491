"""What a host types: the books, without Discord, speech or a lock, so that a bot may run beside; and one file heard."""

import sys
from pathlib import Path
from typing import Literal

from bot.app.build import open_app, rules_of
from bot.app.clock import now_ms
from bot.database import Database, open_database
from bot.desk import Books, Payers
from bot.ledger import Calendar, Ledger, Limits
from bot.notes import Notes
from bot.quota import month_of, snowflake_at
from bot.settings import Settings
from bot.words import Words

Shape = Literal["table", "json", "csv"]


def books_of(settings: Settings, database: Database) -> Books:
    """The reports alone, for who needs nothing else; raises FfmpegMissing."""
    rules, limits = rules_of(settings, Path()), Limits()
    payers = Payers(rules, limits=limits, calendar=Calendar(), clock=now_ms)
    return Books(database, Ledger(), Notes(), rules, payers, limits)


async def usage(settings: Settings, month: str | None, shape: Shape) -> int:
    """Every guild's month on standard output, beside a running bot. The exit code; raises DatabaseError, ValueError."""
    from rich.console import Console  # noqa: PLC0415 -- the bot itself draws no tables

    from bot.bill import tell  # noqa: PLC0415 -- see above

    async with open_database(settings.database_url, to_read=True) as database:
        books = books_of(settings, database)
        name = month or month_of(snowflake_at(now_ms()), "UTC").name
        sys.stdout.write(await tell(books, name, shape, words=Words(settings.listen.locale), console=Console()))
    return 0


async def transcribe(settings: Settings, file: Path) -> int:
    """One file through the same desk, its words on standard output. The exit code; raises DatabaseError."""
    from rich.console import Console  # noqa: PLC0415 -- the bot itself draws no bars

    from bot.terminal import TerminalCourier, transcribe  # noqa: PLC0415 -- see above

    words = Words(settings.listen.locale)
    courier = TerminalCourier(file, words, Console(stderr=True))
    async with open_app(settings, courier=courier) as app:
        return await transcribe(app.desk, courier, file, now_ms=app.clock(), words=words, console=Console())
