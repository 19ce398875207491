"""
A month's account as a page for the people who manage a server.

Promises: fits into one message; what is counted, held, left and paid adds up to what the ledger says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from bot.outcome import (
    Failed,
    Gone,
    NothingHere,
    OptedOut,
    Outcome,
    OverQuota,
    Repeat,
    RolesOnly,
    Silence,
    Stopped,
    SwitchedOff,
    TooBig,
    TooLong,
    TooMany,
    Transcript,
    Unreadable,
)
from bot.quota import Month, Usage, price_usd_micros
from bot.reply.amounts import amount, date, distance, dollars, length, megabytes
from bot.reply.escape import escape
from bot.words import Words

SHOWN_REFUSALS = 5


@dataclass(frozen=True, slots=True)
class Refusal:
    """A note that was not heard, when, whose, and how it ended."""

    at_ms: int
    member_id: int | None
    outcome: Outcome


def usage_text(
    words: Words,
    *,
    usage: Usage,
    month: Month,
    model: str,
    usd_micros_per_minute: int,
    refusals: Sequence[Refusal] = (),
) -> str:
    """Used, held and left (`usage` in milliseconds), when it starts anew, what it cost, the last refusals."""
    lines = [
        f"**{words('usage.title')}**",
        words("usage.used", used=length(usage.committed, words, round_up=True), limit=length(usage.limit, words)),
        words("usage.held", held=length(usage.held, words, round_up=True)),
        words("usage.left", left=length(usage.left, words)),
        words("usage.resets", date=date(month.ends_ms, plain=False), distance=distance(month.ends_ms)),
        words(
            "usage.cost",
            cost=dollars(price_usd_micros(usage.committed, usd_micros_per_minute)),
            model=escape(model),
            price=dollars(usd_micros_per_minute),
        ),
        "",
        words("usage.refusals" if refusals else "usage.no_refusals"),
    ]
    for refusal in refusals[:SHOWN_REFUSALS]:
        when, why = distance(refusal.at_ms), brief(refusal.outcome, words)
        if refusal.member_id is None:
            lines.append("- " + words("usage.refusal_nobody", when=when, why=why))
        else:
            lines.append("- " + words("usage.refusal", when=when, member=f"<@{refusal.member_id}>", why=why))
    return "\n".join(lines)


def brief(outcome: Outcome, words: Words) -> str:  # noqa: C901, PLR0912 - one case per outcome
    """An outcome in a few words, for lists."""
    match outcome:
        case Transcript():
            text = words("brief.transcript")
        case Silence():
            text = words("brief.silence")
        case Repeat():
            text = words("brief.repeat")
        case TooLong(length_ms, limit_ms):
            text = words(
                "brief.too_long", length=length(length_ms, words, round_up=True), limit=length(limit_ms, words)
            )
        case TooBig(size, limit):
            text = words("brief.too_big", size=megabytes(size, words, round_up=True), limit=megabytes(limit, words))
        case TooMany():
            text = words("brief.too_many")
        case OverQuota(need=need, left=left, money=money):
            needed = amount(need, words, money=money, round_up=True)
            text = words("brief.over_quota", need=needed, left=amount(left, words, money=money))
        case Unreadable():
            text = words("brief.unreadable")
        case Stopped():
            text = words("brief.stopped")
        case Gone():
            text = words("brief.gone")
        case NothingHere():
            text = words("brief.nothing_here")
        case SwitchedOff():
            text = words("brief.switched_off")
        case RolesOnly():
            text = words("brief.roles_only")
        case OptedOut():
            text = words("brief.opted_out")
        case Failed(fault):
            text = words(f"brief.fault.{fault}")
        case _:
            assert_never(outcome)
    return text
