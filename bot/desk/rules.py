"""What the host decided, as the desk needs it; and who pays for a request."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.audio import UploadRules
from bot.choices import Choice
from bot.outcome import Door, Scope
from bot.quota import Leg, month_of, price_usd_micros

HOST_ACCOUNT = "host:usd"


@dataclass(frozen=True, slots=True)
class Rules:
    """
    Limits and switches; durations in ms, money in micro-dollars, prices in micro-dollars a minute.

    `choice` is what holds in servers that decided nothing.
    """

    model: str
    language: str | None
    usd_micros_per_minute: int
    upload: UploadRules
    scratch: Path
    max_ms: int
    max_bytes: int
    choice: Choice
    guild_ms: int
    host_usd_micros: int
    zone: str
    member_per_minute: int
    guild_per_minute: int
    queue: int
    calls_at_once: int
    call_attempts: int
    call_deadline_s: float
    work_attempts: int
    lease_ms: int
    preview: bool
    spare_usd_micros_per_minute: int = 0

    def cost(self, length_ms: int, *, spare: bool = False) -> int:
        """What one call for so much sound costs the host, in micro-dollars; `spare` asks the fallback's price."""
        return price_usd_micros(length_ms, self.spare_usd_micros_per_minute if spare else self.usd_micros_per_minute)

    def guild_leg(self, request_id: int, guild_id: int | None, member_id: int, length_ms: int) -> Leg:
        """The guild's minutes; a direct message draws on the member's own."""
        month = month_of(request_id, self.zone)
        scope, account = (
            (Scope.GUILD, f"guild:{guild_id}") if guild_id is not None else (Scope.PERSONAL, f"personal:{member_id}")
        )
        return Leg(
            scope, account, month.name, money=False, limit=self.guild_ms, amount=length_ms, resets_at_ms=month.ends_ms
        )

    def host_leg(self, request_id: int, usd_micros: int) -> Leg:
        """The host's dollars, whose month is always UTC's."""
        month = month_of(request_id, "UTC")
        return Leg(
            Scope.HOST,
            HOST_ACCOUNT,
            month.name,
            money=True,
            limit=self.host_usd_micros,
            amount=usd_micros,
            resets_at_ms=month.ends_ms,
        )

    def legs(
        self,
        *,
        request_id: int,
        guild_id: int | None,
        member_id: int,
        door: str,
        lengths_ms: Sequence[int],
        length_ms: int,
    ) -> tuple[Leg, ...]:
        """Every account one clip draws on, in lock order; `lengths_ms` are its pieces', each one call."""
        host = self.host_leg(request_id, sum(self.cost(ms) for ms in lengths_ms))
        if door == Door.TERMINAL:
            return (host,)
        return (self.guild_leg(request_id, guild_id, member_id, length_ms), host)
