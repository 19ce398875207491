"""What /privacy says: in words a member understands, with the numbers of their own rows."""

from bot.reply.amounts import date
from bot.words import Words


def privacy_text(
    words: Words,
    *,
    notes: int,
    asks: int,
    refusals: int,
    lines: int,
    sums: int,
    limits: int,
    decisions: int,
    out_since_ms: int | None,
    keep_days: int,
    news: str | None = None,
) -> str:
    """One message: whether the member is heard, what is kept and for how long. `news` names what just changed."""
    said = (
        words("privacy.heard") if out_since_ms is None else words("privacy.out", date=date(out_since_ms, plain=False))
    )
    days = words("privacy.days", n=str(keep_days))
    books = {"lines": str(lines), "sums": str(sums), "limits": str(limits), "decisions": str(decisions)}
    is_booked = lines or sums or limits or decisions
    said_of_rows = [
        words("privacy.title"),
        *([words(f"privacy.{news}")] if news else []),
        said,
        words("privacy.words"),
        words("privacy.rows", notes=str(notes), asks=str(asks), refusals=str(refusals), days=days),
        *([words("privacy.books", days=days, **books)] if is_booked else []),
        words("privacy.forwards"),
    ]
    return "\n".join(said_of_rows)
