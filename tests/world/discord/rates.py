"""
Rate limits: buckets with headers, 429 when one is empty, and a log of every 429 given.

Discord doesn't publish its numbers; these are the ones bots have long observed. Interaction
endpoints are outside the global limit ("Rate Limits", docs).
"""

from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from tests.world.discord.clock import Clock

MESSAGES = "/channels/{channel_id}/messages"
HOOK = "/webhooks/{webhook_id}/{webhook_token}"
REACTION = MESSAGES + "/{message_id}/reactions/{emoji_name}/@me"
LIMITS: dict[tuple[str, str], tuple[int, float]] = {
    ("POST", MESSAGES): (5, 5.0),
    ("PATCH", MESSAGES + "/{message_id}"): (5, 5.0),
    ("DELETE", MESSAGES + "/{message_id}"): (5, 1.0),
    ("GET", MESSAGES): (5, 1.0),
    ("POST", "/channels/{channel_id}/typing"): (5, 5.0),
    ("PUT", REACTION): (1, 0.25),
    ("DELETE", REACTION): (1, 0.25),
    ("POST", HOOK): (5, 2.0),
    ("PATCH", HOOK + "/messages/{message_id}"): (5, 2.0),
    ("PATCH", HOOK + "/messages/@original"): (5, 2.0),
}
GLOBAL_PER_SECOND = 50


@dataclass
class Bucket:
    """What is left of one window."""

    limit: int
    left: int
    ends_ms: int


@dataclass
class Verdict:
    """Headers for the answer; `wait_s` if it has to be a 429."""

    headers: dict[str, str]
    wait_s: float | None = None
    scope: str = "user"


@dataclass
class Rates:
    """All buckets. `limited` is the log of 429s: (method, path, scope)."""

    clock: Clock
    limits: dict[tuple[str, str], tuple[int, float]] = field(default_factory=lambda: dict(LIMITS))
    per_second: int = GLOBAL_PER_SECOND
    limited: list[tuple[str, str, str]] = field(default_factory=list)
    _buckets: dict[tuple[str, ...], Bucket] = field(default_factory=dict)

    def off(self) -> None:
        """No limits at all, for measurements of something else."""
        self.limits.clear()
        self.per_second = 1_000_000

    def ask(self, method: str, template: str, where: dict[str, Any], path: str) -> Verdict:
        """May this request pass? Major parameters (channel, guild, webhook) make buckets of their own."""
        is_exempt = template.startswith(("/interactions", "/webhooks"))
        if not is_exempt and not (world := self._take(("global",), self.per_second, 1.0))[0]:
            self.limited.append((method, path, "global"))
            return Verdict({"X-RateLimit-Global": "true"}, world[1], "global")
        rule = self.limits.get((method, template))
        if rule is None:
            return Verdict({})
        major = tuple(where.get(name, "") for name in ("channel_id", "guild_id", "webhook_id", "webhook_token"))
        passed, wait_s = self._take((method, template, *major), *rule)
        bucket = self._buckets[method, template, *major]
        headers = {
            "X-RateLimit-Limit": str(bucket.limit),
            "X-RateLimit-Remaining": str(bucket.left),
            "X-RateLimit-Reset": f"{bucket.ends_ms / 1000:.3f}",
            "X-RateLimit-Reset-After": f"{max(0.0, wait_s):.3f}",
            "X-RateLimit-Bucket": f"{crc32((method + template).encode()):08x}",
        }
        if not passed:
            self.limited.append((method, path, "user"))
        return Verdict(headers, None if passed else wait_s)

    def _take(self, key: tuple[str, ...], limit: int, per_s: float) -> tuple[bool, float]:
        now = self.clock.now_ms()
        bucket = self._buckets.get(key)
        if bucket is None or now >= bucket.ends_ms:
            bucket = self._buckets[key] = Bucket(limit, limit, now + int(per_s * 1000))
        wait_s = (bucket.ends_ms - now) / 1000
        if bucket.left <= 0:
            return False, wait_s
        bucket.left -= 1
        return True, wait_s
