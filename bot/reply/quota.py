"""
/quota: limits, grants and caps as people read them, and who decided them.

Hides how accounts are named in the books. Promises: one message; names nobody in a way that pings.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.quota import DIRECT_USD, HOST_USD, STRANGERS_USD, Month, Usage
from bot.reply.amounts import amount, date, distance, length
from bot.reply.usage import month_title
from bot.words import Words

_SHOWN_LIMITS, _SHOWN_CHANGES = 15, 6  # more would not fit into a message


@dataclass(frozen=True, slots=True)
class Change:
    """
    One decision: about which account, what ("limit", "clear", "grant"), how much, for which month, whose, when.

    `by_id` is 0 for the command line, and negative for whose name is not kept any more.
    """

    account: str
    kind: str
    amount: int
    period: str
    by_id: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class LostLimits:
    """
    Limits of members who were forgotten, which can be matched to nobody any more; milliseconds.

    How many caps and the strictest of them, how many sums of this month and the largest of them.
    """

    caps: int
    cap_ms: int
    sums: int
    used_ms: int


def quota_text(
    words: Words,
    *,
    month: Month,
    usages: Sequence[tuple[str, Usage]],
    limits: Sequence[tuple[str, str, int]],
    changes: Sequence[Change],
    is_guild: bool,
    is_stranger: bool = False,
    lost: LostLimits | None = None,
) -> str:
    """
    How `usages` (account, usage) stand, the `limits` people decided (account, month or "", amount), latest changes.

    Amounts are milliseconds, or micro-dollars of an account in dollars. `is_stranger`: the host has not confirmed it.
    """
    lines = [f"### {words('quota.title' if is_guild else 'quota.title_host')}"]
    for account, usage in usages:
        is_money = _is_money(account)
        lines.append(
            words(
                "quota.standing",
                name=words("quota.name_server") if account.startswith("guild:") else account_name(account, words),
                limit=amount(usage.limit, words, money=is_money),
                used=amount(usage.committed + usage.held, words, money=is_money, round_up=True),
                left=amount(usage.left, words, money=is_money),
            )
        )
    if is_stranger:
        lines.append(words("quota.stranger"))
    lines.append(
        words("when.date_and_distance", date=date(month.ends_ms, plain=False), distance=distance(month.ends_ms))
    )
    current = [each for each in limits if each[1] in ("", month.name)]
    lines += ["", words("quota.decided" if current else "quota.nothing_decided")]
    lines += ["- " + _limit(words, *each) for each in current[:_SHOWN_LIMITS]]
    if rest := len(current) - _SHOWN_LIMITS:
        lines += ["-# " + words("quota.more", n=rest)] if rest > 0 else []
    if lost is not None:
        lines += ["", *_lost(words, lost)]
    if changes:
        lines += ["", words("quota.changes")]
        lines += ["- " + change_text(words, each) for each in changes[:_SHOWN_CHANGES]]
    return "\n".join(lines)


def change_text(words: Words, change: Change) -> str:
    """Who decided what, and when."""
    by = f"<@{change.by_id}>" if change.by_id > 0 else words(f"quota.{'by_somebody' if change.by_id else 'by_machine'}")
    name = account_name(change.account, words)
    if change.kind != "clear":
        what = _limit(words, change.account, change.period, change.amount)
    elif change.period:
        what = words("quota.cleared_grants", name=name, month=month_title(change.period, words))
    else:
        what = words("quota.cleared", name=name)
    return words("quota.change", when=distance(change.at_ms), by=by, what=what)


def account_name(account: str, words: Words) -> str:
    """An account's name for people: whose it is, and who may decide about it."""
    kind, *ids = account.split(":")
    of = ids[-1]
    if kind == "nobody" or of.startswith("~"):
        return words("quota.name_forgotten")
    named = {
        "guild": of if of in ("own", "confirmed") else "guild",
        "caused": "caused",
        "shared": ids[0],
        "host": f"host_{of}",
        "member": "everybody" if of == "*" else "",
    }
    if key := named.get(kind):
        return words(f"quota.name_{key}")
    return f"<@&{of}>" if kind == "role" else f"<@{of}>"


def _is_money(account: str) -> bool:
    return account in (HOST_USD, STRANGERS_USD, DIRECT_USD) or account.startswith("caused:")


def _lost(words: Words, lost: LostLimits) -> list[str]:
    lines = [words("quota.lost")]
    if lost.caps:
        lines.append("- " + words("quota.lost_caps", n=str(lost.caps), cap=length(lost.cap_ms, words)))
    if lost.sums:
        lines.append("- " + words("quota.lost_sums", n=str(lost.sums), used=length(lost.used_ms, words)))
    return lines


def _limit(words: Words, account: str, period: str, value: int) -> str:
    if account.endswith(":confirmed"):
        return words("quota.confirmed")
    told = amount(value, words, money=_is_money(account))
    name = account_name(account, words)
    if period:
        return words("quota.granted", name=name, amount=told, month=month_title(period, words))
    return words("quota.limited", name=name, amount=told)


def beyond_text(words: Words, bound_ms: int) -> str:
    """A server's own limit may not pass the host's."""
    return words("quota.beyond", bound=length(bound_ms, words))
