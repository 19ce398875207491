"""
A month's account as a page for the people who manage a server.

Promises: fits into one message (4,000 characters of its layout); what is counted, held, left and paid adds up to what
the ledger says; the server's minutes and the host's dollars are never mixed.
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
    Scope,
    Silence,
    Stopped,
    SwitchedOff,
    TooBig,
    TooLong,
    TooMany,
    Transcript,
    Undelivered,
    Unreadable,
)
from bot.quota import Forecast, Month, Usage
from bot.reply.amounts import amount, date, distance, dollars, length, megabytes, role_name
from bot.reply.escape import escape
from bot.words import Words

SHOWN_REFUSALS = 5
SHOWN_SHARES = 20  # of members or channels; all of them stand in the CSV


_LITTLE = 10  # less than a tenth


@dataclass(frozen=True, slots=True)
class Refusal:
    """A note that was not heard, when, whose, and how it ended."""

    at_ms: int
    member_id: int | None
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Part:
    """What one member, channel or day (`of`) has of a month, or what was not heard and so saved."""

    of: int | str | None
    notes: int
    ms: int
    usd_micros: int = 0


def month_title(name: str, words: Words) -> str:
    """The month called "2026-11", as people say it."""
    year, number = name.split("-")
    return words("month.of_year", month=words(f"month.{int(number)}"), year=year)


def usage_text(
    words: Words,
    *,
    usage: Usage,
    month: Month,
    now_ms: int,
    model: str,
    cost_usd_micros: int,
    usd_micros_per_minute: int,
    forecast: Forecast | None = None,
    saved: Sequence[Part] = (),
    refusals: Sequence[Refusal] = (),
    policy_url: str = "",
    caused: Usage | None = None,
) -> str:
    """
    Used, held and left (`usage` in milliseconds), when it starts anew, what it cost, saved, and refused.

    `caused` is what all calls came to, in micro-dollars, and may come to.
    """
    is_over = now_ms >= month.ends_ms
    lines = [
        heading(month.name, words),
        words("usage.used", used=length(usage.committed, words, round_up=True), limit=length(usage.limit, words)),
        words("usage.held", held=length(usage.held, words, round_up=True)),
        words("usage.left", left=length(usage.left, words)),
    ]
    if is_over:
        lines.append(words("usage.over", date=date(month.ends_ms, plain=False)))
    else:
        lines.append(words("usage.resets", date=date(month.ends_ms, plain=False), distance=distance(month.ends_ms)))
        lines.append(_outlook(words, usage, forecast))
    lines += [_savings(words, saved), "", words("usage.refusals" if refusals else "usage.no_refusals")]
    for refusal in refusals[:SHOWN_REFUSALS]:
        when, why = distance(refusal.at_ms), brief(refusal.outcome, words)
        if refusal.member_id is None:
            lines.append("- " + words("usage.refusal_nobody", when=when, why=why))
        else:
            lines.append("- " + words("usage.refusal", when=when, member=f"<@{refusal.member_id}>", why=why))
    cost = words("usage.cost", cost=dollars(cost_usd_micros), model=escape(model), price=dollars(usd_micros_per_minute))
    lines += ["", cost]
    if caused is not None and caused.limit:
        spent = {"used": dollars(caused.committed + caused.held), "limit": dollars(caused.limit, round_down=True)}
        lines.append(words("usage.caused", **spent))
    lines.append("-# " + words("usage.apart"))
    if policy_url:
        lines.append("-# " + words("usage.policy", url=policy_url))
    return "\n".join(lines)


def heading(month: str, words: Words) -> str:
    """The first line of everything about one month."""
    return f"### {words('usage.title', month=month_title(month, words))}"


def _outlook(words: Words, usage: Usage, forecast: Forecast | None) -> str:
    if not usage.left:
        return words("usage.used_up")
    if forecast is None:
        return words("usage.no_forecast")
    total = length(forecast.total, words, round_up=True)
    if forecast.runs_out_ms is None:
        return words("usage.forecast", total=total)
    return words("usage.runs_out", total=total, date=date(forecast.runs_out_ms, plain=False))


def _savings(words: Words, saved: Sequence[Part]) -> str:
    told = [
        words(f"usage.saved_{part.of}", notes=part.notes, length=length(part.ms, words, round_up=True))
        for part in saved
        if part.notes
    ]
    return words("usage.saved", what=", ".join(told)) if told else words("usage.nothing_saved")


def parts_text(words: Words, month: str, by: str, parts: Sequence[Part]) -> str:
    """A month by "member", "channel" or "day", one line each; what does not fit is counted."""
    shown = parts if by == "day" else parts[:SHOWN_SHARES]
    lines = [heading(month, words), words(f"usage.by_{by}" if parts else "usage.nothing")]
    for part in shown:
        name = _name(words, month, by, part.of)
        lines.append(
            "- "
            + words(
                "usage.part",
                name=name,
                used=length(part.ms, words, round_up=True),
                notes=part.notes,
                cost=dollars(part.usd_micros),
            )
        )
    if rest := len(parts) - len(shown):
        lines.append("-# " + words("usage.more", n=rest))
    return "\n".join(lines)


def _name(words: Words, month: str, by: str, of: int | str | None) -> str:
    if of is None:
        return words("usage.nobody")
    if by == "day":
        return words("month.day", month=words(f"month.{int(month.partition('-')[2])}"), day=of)
    return f"<#{of}>" if by == "channel" else f"<@{of}>"


def own_text(
    words: Words,
    *,
    month: Month,
    used_ms: int,
    notes: int,
    caps: Sequence[tuple[Scope, int | None, Usage]],
    left_ms: int,
    is_guild: bool,
    policy_url: str = "",
    caused: Usage | None = None,
) -> str:
    """
    What one member used and may still use, and the caps that bind them: theirs, or a role's (its id).

    `caused` is what all calls there came to, and may come to: said only where little of it is left.
    """
    lines = [
        heading(month.name, words),
        words("usage.own_used", used=length(used_ms, words, round_up=True), notes=notes),
    ]
    lines += [
        words(
            # A share counts from when it was set; what its member used before is told above it.
            f"usage.cap_{scope}{'_since' if scope is Scope.MEMBER and usage.committed < used_ms else ''}",
            role=role_name(role_id, words),
            used=length(usage.committed + usage.held, words, round_up=True),
            limit=length(usage.limit, words),
        )
        for scope, role_id, usage in caps
    ]
    lines.append(words("usage.own_left_here" if is_guild else "usage.own_left", left=length(left_ms, words)))
    if caused is not None and caused.left * _LITTLE < caused.limit:
        lines.append(words("usage.own_caused"))
    lines.append(words("usage.resets", date=date(month.ends_ms, plain=False), distance=distance(month.ends_ms)))
    lines.append("-# " + words("usage.free"))
    if policy_url:
        lines.append("-# " + words("usage.policy", url=policy_url))
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
        case OverQuota(scope, need, left, money, _, role_id):
            whose = words(f"brief.whose_{scope}", role=role_name(role_id, words))
            needed = amount(need, words, money=money, round_up=True)
            text = words("brief.over_quota", whose=whose, need=needed, left=amount(left, words, money=money))
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
        case Undelivered():
            text = words("brief.undelivered")
        case Failed(fault):
            text = words(f"brief.fault.{fault}")
        case _:
            assert_never(outcome)
    return text
