"""What the host decided, as the desk needs it; and what a call costs the host."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bot.audio import UploadRules
from bot.choices import Choice
from bot.notice import Introduction
from bot.outcome import Door, Scope, Task
from bot.quota import HOST_USD, Leg, month_of, price_usd_micros

_KEPT = 4  # of the queue's length, one in so many


@dataclass(frozen=True, slots=True)
class Translator:
    """
    The model that writes English whatever was spoken, and its price in micro-dollars a minute.

    `ends` is the day from which on it is switched off.
    """

    model: str
    usd_micros_per_minute: int
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """
    Limits and switches; durations in ms, money in micro-dollars, prices in micro-dollars a minute.

    `choice` is what holds in servers that decided nothing; `translator` is None where nothing can translate;
    `live_from_ms` is how long a note must be for its words to be shown while they come, None for never;
    `introduction` is what each server is told once; `conversions` and `calls_at_once` bound what is done at once, and
    `room_bytes` what sounds in work take of the disk, see `Capacity`; `provider_errors`: what the provider says of an
    error is quoted in the log; `late_ms` is how old a note may be that is read back after a pause. `strangers_percent`
    of the host's month is what all servers have together that are not among `confirmed_ids` or confirmed since,
    `direct_percent` what all people have outside of servers; `direct_ms` is what one of them has, if `takes_direct`.
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
    member_ms: int | None
    host_ms: int | None
    host_usd_micros: int
    zone: str
    repeat_ms: int
    alerts: tuple[int, ...]
    member_per_minute: int
    guild_per_minute: int
    queue: int
    conversions: int
    calls_at_once: int
    room_bytes: int
    call_attempts: int
    call_deadline_s: float
    work_attempts: int
    lease_ms: int
    probe_ms: int
    preview: bool
    introduction: Introduction
    spare_usd_micros_per_minute: int = 0
    translator: Translator | None = None
    live_from_ms: int | None = None
    stale_ms: int = 24 * 3_600_000
    provider_errors: bool = False
    late_ms: int = 3_600_000
    direct_ms: int = 0
    direct_percent: int = 100
    strangers_percent: int = 100
    confirmed_ids: frozenset[int] = frozenset()
    takes_direct: bool = True

    @property
    def kept_for_servers(self) -> int:
        """Places of the queue, beyond `queue`, that are kept for servers with few notes in it."""
        return -(-self.queue // _KEPT)

    @property
    def most_queued(self) -> int:
        """How many notes may wait at the very most: as many again are kept for members."""
        return self.queue + 2 * self.kept_for_servers

    @property
    def dearest_usd_micros_per_minute(self) -> int:
        """The highest price of the models a note may be sent to: its own, the fallback's, the translator's."""
        translated = self.translator.usd_micros_per_minute if self.translator else 0
        return max(self.usd_micros_per_minute, self.spare_usd_micros_per_minute, translated)

    def ears_for(self, task: str) -> Translator:
        """The model that does it, and its price."""
        if task == Task.TRANSLATE and self.translator is not None:
            return self.translator
        return Translator(self.model, self.usd_micros_per_minute)

    def is_live(self, door: str, length_ms: int) -> bool:
        """Whether words are shown while they come: for notes people would wait for."""
        return door != Door.TERMINAL and self.live_from_ms is not None and length_ms >= self.live_from_ms

    def upload_of(
        self, task: str, scratch: Path, slots: AbstractAsyncContextManager[object] | None = None
    ) -> UploadRules:
        """How a sound is made ready for that task; its files lie in `scratch`, its workers enter `slots`."""
        return replace(self.upload, scratch=scratch, salvage=task == Task.SALVAGE, slots=slots)

    def cost(self, length_ms: int, task: str = Task.TRANSCRIBE, *, spare: bool = False) -> int:
        """What one call for so much sound costs the host, in micro-dollars; `spare` asks the fallback's price."""
        usual = self.ears_for(task).usd_micros_per_minute
        return price_usd_micros(length_ms, self.spare_usd_micros_per_minute if spare else usual)

    def host_leg(self, request_id: int, usd_micros: int) -> Leg:
        """The host's dollars, whose month is always UTC's."""
        month = month_of(request_id, "UTC")
        return Leg(
            Scope.HOST,
            HOST_USD,
            month.name,
            money=True,
            limit=self.host_usd_micros,
            amount=usd_micros,
            resets_at_ms=month.ends_ms,
        )
