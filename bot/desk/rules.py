"""What the host decided, as the desk needs it; and who pays for a request."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.audio import UploadRules
from bot.choices import Choice
from bot.outcome import Door, Scope, Task
from bot.quota import Leg, month_of, price_usd_micros

HOST_ACCOUNT = "host:usd"


@dataclass(frozen=True, slots=True)
class Translator:
    """The model that writes English whatever was spoken, and its price in micro-dollars a minute."""

    model: str
    usd_micros_per_minute: int


@dataclass(frozen=True, slots=True)
class Rules:
    """
    Limits and switches; durations in ms, money in micro-dollars, prices in micro-dollars a minute.

    `choice` is what holds in servers that decided nothing; `translator` is None where nothing can translate;
    `live_from_ms` is how long a note must be for its words to be shown while they come, None for never.
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
    translator: Translator | None = None
    live_from_ms: int | None = None

    def ears_for(self, task: str) -> Translator:
        """The model that does it, and its price."""
        if task == Task.TRANSLATE and self.translator is not None:
            return self.translator
        return Translator(self.model, self.usd_micros_per_minute)

    def is_live(self, door: str, length_ms: int) -> bool:
        """Whether words are shown while they come: for notes people would wait for."""
        return door != Door.TERMINAL and self.live_from_ms is not None and length_ms >= self.live_from_ms

    def upload_of(self, task: str, scratch: Path) -> UploadRules:
        """How a sound is made ready for that task; its files lie in `scratch`."""
        return replace(self.upload, scratch=scratch, salvage=task == Task.SALVAGE)

    def cost(self, length_ms: int, task: str = Task.TRANSCRIBE, *, spare: bool = False) -> int:
        """What one call for so much sound costs the host, in micro-dollars; `spare` asks the fallback's price."""
        usual = self.ears_for(task).usd_micros_per_minute
        return price_usd_micros(length_ms, self.spare_usd_micros_per_minute if spare else usual)

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
        task: str = Task.TRANSCRIBE,
    ) -> tuple[Leg, ...]:
        """Every account one clip draws on, in lock order; `lengths_ms` are its pieces', each one call."""
        host = self.host_leg(request_id, sum(self.cost(ms, task) for ms in lengths_ms))
        if door == Door.TERMINAL:
            return (host,)
        return (self.guild_leg(request_id, guild_id, member_id, length_ms), host)
