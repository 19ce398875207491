"""
What a server has been found to take of what we ask for by ourselves: a stream, scores of segments, scores of tokens.

Promises: what a server refused is not asked for again while this process runs; a failure that does not say what it is
about costs no more than one call without, and a breakdown is no refusal unless it comes twice.
"""

from collections import Counter
from collections.abc import Collection

from bot.speech.models import Model, Scores

_TWICE = 2


class Manners:
    """The manners of one server, model by model."""

    def __init__(self) -> None:
        self._refused: set[tuple[str, str]] = set()
        self._given: set[tuple[str, str]] = set()
        self._doubted: dict[tuple[str, str], int] = {}  # and how often it must have been the cause to be given up
        self._strikes: Counter[tuple[str, str]] = Counter()

    def streams(self, model: Model) -> bool:
        """Whether to ask for words as they come."""
        return model.streams and not self._is_out(model, "stream")

    def scores(self, model: Model) -> Scores:
        """Which scores to ask for."""
        return Scores.NONE if self._is_out(model, model.scores) else model.scores

    def has_given(self, model: Model, *asked: str) -> None:
        """An answer had what was asked for."""
        self._given |= {(model.name, what) for what in asked if what}

    def has_refused(self, model: Model, *asked: str) -> None:
        """It is not taken, or not given."""
        self._refused |= {(model.name, what) for what in asked if what}

    def is_proven(self, model: Model, what: str) -> bool:
        """Whether the server has ever given it."""
        return (model.name, what) in self._given

    def doubt(self, model: Model, what: str, *, is_breakdown: bool = False) -> None:
        """A call with this failed for no reason that was told: the next goes without."""
        self._doubted[model.name, what] = _TWICE if is_breakdown else 1

    def went_without(self, model: Model, asked: Collection[str], *, is_heard: bool) -> None:
        """A call without what is doubted was heard: then that was it. Or it failed, too: then that was not."""
        for doubted in [one for one in self._doubted if one[0] == model.name and one[1] not in asked]:
            strikes = self._doubted.pop(doubted)
            self._strikes[doubted] += int(is_heard)
            if is_heard and doubted not in self._given and self._strikes[doubted] >= strikes:
                self._refused.add(doubted)

    def _is_out(self, model: Model, what: str) -> bool:
        return (model.name, what) in self._refused or (model.name, what) in self._doubted
