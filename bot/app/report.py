"""What a host types: the books, without Discord, speech or a lock, so that a bot may run beside; and one file heard."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from bot.app.build import open_app, rules_of
from bot.app.clock import now_ms
from bot.database import Database, open_database
from bot.desk import Books, Payers, Quotas
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


async def servers(settings: Settings, *, confirm: Sequence[int], take_back: Sequence[int]) -> int:
    """Confirm servers, or take that back, and list those that are. The exit code; raises DatabaseError."""
    words = Words(settings.listen.locale)
    changes = bool(confirm or take_back)
    async with open_database(settings.database_url, to_read=not changes) as database:
        limits = Limits()
        payers = Payers(rules_of(settings, Path()), limits=limits, calendar=Calendar(), clock=now_ms)
        quotas = Quotas(database, Ledger(), limits, payers)
        at = snowflake_at(now_ms())
        for guild_id in (*confirm, *take_back):
            at += 1  # two wishes of one moment
            await quotas.confirm(guild_id, is_so=guild_id in confirm, by_id=0, at=at)
        named = set(settings.quota.confirmed_servers)
        found = sorted({*await quotas.confirmed(), *named})
    for guild_id in found:
        where = words("servers.in_settings" if guild_id in named else "servers.in_books")
        sys.stdout.write(f"{guild_id}  {where}\n")
    percent = settings.quota.strangers_percent
    sys.stdout.write(words("servers.others", n=len(found), percent=percent) + "\n")
    return 0


async def transcribe(settings: Settings, file: Path) -> int:
    """One file through the same desk, its words on standard output. The exit code; raises DatabaseError."""
    from rich.console import Console  # noqa: PLC0415 -- the bot itself draws no bars

    from bot.terminal import TerminalCourier, transcribe  # noqa: PLC0415 -- see above

    words = Words(settings.listen.locale)
    courier = TerminalCourier(file, words, Console(stderr=True))
    async with open_app(settings, courier=courier) as app:
        return await transcribe(app.desk, courier, file, now_ms=app.clock(), words=words, console=Console())
