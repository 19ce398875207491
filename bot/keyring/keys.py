"""
The keys a process has now, and the names they make.

Promises: pure; a name is a keyed hash (HMAC-SHA256, cut to 128 bits) behind the id of the key that made it.
"""

import hmac
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from bot.quota import month_of, person_of, snowflake_at

STANDING = ""  # the period of what counts in every month
LAST_ZONE, FIRST_ZONE = "Etc/GMT+12", "Etc/GMT-14"  # where a month ends last, and where it begins first
KEY_BYTES = 32
_ID_SIGNS, _NAME_BYTES = 8, 16
_MARK = "~"  # behind every digit, so that an account's new name is locked after its old one


@dataclass(frozen=True)
class Keys:
    """One key for what lasts (period ""), and one for each month (period "2026-11") that runs or comes next."""

    by_period: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @cached_property
    def ids(self) -> Mapping[str, str]:
        """The id of each key by its period: eight hexadecimal digits that tell nothing of the key."""
        return {period: hmac.digest(key, b"id", "sha256").hex()[:_ID_SIGNS] for period, key in self.by_period.items()}

    def name(self, period: str, text: str) -> str:
        """The name of `text` under the key of a period; empty where there is no such key."""
        key = self.by_period.get(period)
        if key is None:
            return ""
        return self.ids[period] + hmac.digest(key, text.encode(), "sha256")[:_NAME_BYTES].hex()

    def at(self, now_ms: int) -> "Keys":
        """The keys there should be at that moment: those of months that are over everywhere go, missing ones come."""
        wanted = (STANDING, *_months(now_ms))
        return Keys({period: self.by_period.get(period) or secrets.token_bytes(KEY_BYTES) for period in wanted})


class Keyring:
    """What a process holds: its keys may be replaced while others keep the ring. Without a file they are of its own."""

    def __init__(self, keys: Keys | None = None) -> None:
        self.keys = keys or Keys().at(0)

    def alias(self, account: str, period: str) -> str:
        """
        The account's name once its person is forgotten; empty for an account that is nobody's, or without the key.

        Servers are part of what is hashed: one person has another name in each.
        """
        if person_of(account) is None:
            return ""
        name = self.keys.name(period, account)
        return f"{account.rpartition(':')[0]}:{_MARK}{name}" if name else ""

    def pace(self, account: str, *moments_ms: int) -> tuple[str, ...]:
        """The names under which notes of those moments are counted, of a person or a guild, by their months (UTC)."""
        periods = {month_of(snowflake_at(each), "UTC").name for each in moments_ms}
        return tuple(name for period in sorted(periods) if (name := self.keys.name(period, f"pace:{account}")))

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all keys that are here: a name by another one cannot be told whose it is."""
        return tuple(sorted(self.keys.ids.values()))

    def id_of(self, period: str) -> str:
        """The id of a period's key; empty where there is none."""
        return self.keys.ids.get(period, "")


def is_alias(account: str) -> bool:
    """Whether it is an account's name after its person was forgotten."""
    return account.rpartition(":")[2].startswith(_MARK)


def key_id(name: str) -> str:
    """The id of the key that made a name, or an account's alias."""
    return name.rpartition(_MARK)[2][:_ID_SIGNS]


def _months(now_ms: int) -> Iterator[str]:
    """From the month that still runs in the last time zone to the one after that of the first, by name."""
    name, last = (month_of(snowflake_at(now_ms), zone).name for zone in (LAST_ZONE, FIRST_ZONE))
    last = _following(last)
    while name <= last:
        yield name
        name = _following(name)


def _following(name: str) -> str:
    month = datetime.strptime(name, "%Y-%m")  # noqa: DTZ007 -- a month's name has no zone
    return f"{month.year + month.month // 12:04}-{month.month % 12 + 1:02}"
