"""
What a server has been found to take of what we ask for by ourselves: a stream, scores of segments, scores of tokens.

Promises: what a server refused is not asked for again while this process runs; an error that does not say what it is
about costs no more than one call without.
"""

from collections.abc import Collection

from bot.speech.models import Model, Scores


class Manners:
    """The manners of one server, model by model."""

    def __init__(self) -> None:
        self._refused: set[tuple[str, str]] = set()
        self._taken: set[tuple[str, str]] = set()
        self._doubted: set[tuple[str, str]] = set()

    def streams(self, model: Model) -> bool:
        """Whether to ask for words as they come."""
        return model.streams and not self._is_out(model, "stream")

    def scores(self, model: Model) -> Scores:
        """Which scores to ask for."""
        return Scores.NONE if self._is_out(model, model.scores) else model.scores

    def took(self, model: Model, *asked: str) -> None:
        """An answer had what was asked for."""
        self._taken |= {(model.name, what) for what in asked if what}

    def refused(self, model: Model, *asked: str) -> None:
        """It is not taken, or not given."""
        self._refused |= {(model.name, what) for what in asked if what}

    def doubts(self, model: Model, *asked: str) -> None:
        """A call with these failed for no reason that was told: the next goes without."""
        self._doubted |= {(model.name, what) for what in asked if what}

    def is_proven(self, model: Model, what: str) -> bool:
        """Whether the server has ever given it."""
        return (model.name, what) in self._taken

    def without(self, model: Model, asked: Collection[str], *, is_heard: bool) -> None:
        """A call without what is doubted was heard: then that was it. Or it failed, too: then that was not."""
        doubted = {(name, what) for name, what in self._doubted if name == model.name and what not in asked}
        self._doubted -= doubted
        if is_heard:
            self._refused |= doubted - self._taken

    def _is_out(self, model: Model, what: str) -> bool:
        return (model.name, what) in self._refused | self._doubted
