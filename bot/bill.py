"""
`python -m bot usage`: every guild's month, for the host, in the terminal.

Hides the three shapes it may have: a table, JSON, CSV. Promises: reads only, needs no Discord; milliseconds and
micro-dollars in JSON and CSV, so that programs need not guess.
"""

import json
from collections.abc import Sequence
from typing import Literal

from rich import box
from rich.console import Console
from rich.table import Table

from bot.desk import Books, GuildLine
from bot.quota import Usage
from bot.reply import clock, csv_bytes, dollars
from bot.words import Words

Shape = Literal["table", "json", "csv"]
_COLUMNS = ("guild_id", "month", "limit_ms", "used_ms", "held_ms", "notes", "usd_micros")


async def tell(books: Books, month: str, shape: Shape, *, words: Words, console: Console) -> str:
    """The month of that name: what to write on standard output; a table goes to `console` by itself."""
    guilds, host, drift = await books.guilds(month), await books.host(month), await books.drift(month)
    if shape == "json":
        shares = [dict(zip(_COLUMNS, _row(line, month), strict=True)) for line in guilds]
        money = {"limit_usd_micros": host.limit, "used_usd_micros": host.committed, "held_usd_micros": host.held}
        money |= {"drift_calls": drift.calls, "drift_usd_micros": drift.usd_micros}
        return json.dumps({"month": month, "host": money, "guilds": shares}, indent=2) + "\n"
    if shape == "csv":
        return csv_bytes(_COLUMNS, [_row(line, month) for line in guilds]).decode("utf-8-sig")
    console.print(_table(guilds, month, words))
    console.print(_host(host, words), highlight=False)
    if (elsewhere := host.committed - sum(line.account.usd_micros for line in guilds)) > 0:
        console.print(words("bill.elsewhere", amount=dollars(elsewhere)), highlight=False)
    if drift.calls:
        amount = f"{'-' if drift.usd_micros < 0 else '+'}{dollars(abs(drift.usd_micros))}"
        console.print(words("bill.drift", n=drift.calls, amount=amount), highlight=False)
    return ""


def _row(line: GuildLine, month: str) -> tuple[int | str, ...]:
    one = line.account
    return (line.guild_id, month, line.limit, one.committed, one.held, one.notes, one.usd_micros)


def _table(guilds: Sequence[GuildLine], month: str, words: Words) -> Table:
    # Narrow enough for a terminal of 80 columns: an id that is cut names nobody.
    table = Table(
        title=words("bill.title", month=month), title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    table.add_column(words("bill.guild"), no_wrap=True)
    for key in ("used", "held", "limit", "left", "notes", "cost"):
        table.add_column(words(f"bill.{key}"), justify="right", no_wrap=True)
    for line in guilds:
        one, usage = line.account, Usage(line.limit, line.account.committed, line.account.held)
        table.add_row(
            str(line.guild_id),
            clock(one.committed, round_up=True),
            clock(one.held, round_up=True),
            clock(line.limit),
            clock(usage.left),
            str(one.notes),
            dollars(one.usd_micros),
        )
    return table


def _host(host: Usage, words: Words) -> str:
    used, left = dollars(host.committed + host.held), dollars(host.left, round_down=True)
    return words("bill.all", used=used, limit=dollars(host.limit), left=left)
