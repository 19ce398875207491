"""What the stand-in remembers of a call, and how a test waits for one or holds it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field


class Bell:
    """Wakes whoever waits for a fact to become true."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Something changed: everybody look again."""
        self._rung.set()
        self._rung = asyncio.Event()

    async def until(self, fact: Callable[[], bool]) -> None:
        """Return once the fact holds."""
        while not fact():
            await self._rung.wait()


@dataclass
class Call:
    """
    One request for a transcription. Moments are of the monotonic clock, in seconds.

    `paid`: the work was begun, so a real provider would bill it, whether or not the answer arrived.
    """

    number: int
    started_s: float
    params: dict[str, list[str]] = field(default_factory=dict)
    filename: str | None = None
    content_type: str | None = None
    size_bytes: int = 0
    sha256: str = ""
    seconds: float | None = None
    status: int | None = None
    paid: bool = False
    ended_s: float | None = None
    into_english: bool = False
    data: bytes = field(default=b"", repr=False)

    @property
    def request_id(self) -> str:
        """What x-request-id says."""
        return f"req_{self.number:032x}"

    @property
    def path(self) -> str:
        """What was asked for, as the specification names it."""
        return "/audio/translations" if self.into_english else "/audio/transcriptions"

    @property
    def model(self) -> str:
        """The model asked for, empty if none."""
        return self._last("model")

    @property
    def shape(self) -> str:
        """The response_format asked for."""
        return self._last("response_format") or "json"

    @property
    def streams(self) -> bool:
        """Whether the answer was wanted word by word."""
        return self._last("stream").lower() == "true"

    @property
    def wants_logprobs(self) -> bool:
        """Whether the answer is to say how sure it is of each token."""
        return "logprobs" in self.params.get("include[]", [])

    def _last(self, name: str) -> str:
        return self.params.get(name, [""])[-1]


class Gate:
    """Holds calls whose work has begun until a test lets them be answered."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._passes = 0
        self._open = False
        self.waiting = 0

    async def wait_for(self, count: int) -> None:
        """Until that many calls stand here."""
        await self._bell.until(lambda: self.waiting >= count)

    def release(self, count: int | None = None) -> None:
        """Let that many go on, or all of them and those to come."""
        self._open = self._open or count is None
        self._passes += count or 0
        self._bell.ring()

    async def stop(self) -> None:
        """Stand here until let go; the server's side."""
        self.waiting += 1
        self._bell.ring()
        try:
            await self._bell.until(lambda: self._open or self._passes > 0)
            self._passes -= not self._open
        finally:
            self.waiting -= 1
