"""How often words are shown while they come: seldom enough that Discord never has to say so."""

import time
from collections.abc import Callable

from bot.notes import Ask

EVERY_S = 1.25  # Discord takes five edits in five seconds in a channel; one of them is kept for an answer


class Glimpses:
    """When each channel, and each interaction, was last shown something."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._shown: dict[tuple[str, int], float] = {}

    def may_show(self, ask: Ask, *, in_line: bool) -> bool:
        """Whether it is time for another glimpse; not while others stand in the channel's line (`in_line`)."""
        place = ("interaction", ask.id) if ask.token is not None else ("channel", ask.channel_id)
        now = self._clock()
        if now - self._shown.get(place, -EVERY_S) < EVERY_S or (in_line and ask.token is None):
            return False
        self._shown = {known: at for known, at in self._shown.items() if now - at < EVERY_S}
        self._shown[place] = now
        return True
