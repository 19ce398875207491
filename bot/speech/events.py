"""
The events of an answer that comes bit by bit.

Hides server-sent events, their fields and line ends, and lines of JSON. Promises: no event is parsed that could hold
more than words; what is no event is kept as it came.
"""

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from bot.aside import aside
from bot.speech.bounds import Counts, TooMuch, counts_of

_EASY = 16  # bytes of an event that are parsed in the time which a character of text takes elsewhere
_FIELD = re.compile(rb"(?:data|event|id|retry)\s*:|:")
_END = b"[DONE]"
_LONGEST_NAME = 100


class Lines:
    """The lines of a body that comes in pieces, whatever they end with; the rest without an end at last."""

    def __init__(self) -> None:
        self._begun = bytearray()
        self._skips = False

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Every line that this piece ends."""
        if self._skips and piece.startswith(b"\n"):  # a line's end, cut in two
            piece = piece[1:]
        self._skips = piece.endswith(b"\r")
        *ended, begun = re.split(rb"\r\n|\n|\r", piece)
        for line in ended:
            self._begun += line
            yield bytes(self._begun)
            self._begun.clear()
        self._begun += begun

    def rest(self) -> bytes:
        """The line that nothing ended."""
        return bytes(self._begun)


class Events:
    """The events of a stream: of server-sent ones the data, of others each line that is an object."""

    def __init__(self, most: Counts) -> None:
        self._lines = Lines()
        self._most = most
        self._name = ""
        self._data: list[bytes] = []
        self._loose: list[bytes] = []
        self.is_over = False

    async def feed(self, piece: bytes) -> AsyncIterator[Mapping[str, Any]]:
        """What this piece completes."""
        for line in self._lines.feed(piece):
            async for event in self._line(line):
                yield event

    async def rest(self) -> AsyncIterator[Mapping[str, Any]]:
        """What was complete but for a line's end, or an event's."""
        for line in (self._lines.rest(), b""):
            async for event in self._line(line):
                yield event

    @property
    def loose(self) -> bytes:
        """What is no event."""
        return b"\n".join(self._loose)

    async def _line(self, line: bytes) -> AsyncIterator[Mapping[str, Any]]:
        if not line.strip():
            data, self._data = b"\n".join(self._data), []
            name, self._name = self._name, ""
            if data and (event := await self._parsed(data)) is not None:
                yield {"type": name} | dict(event) if name else event
        elif field := _FIELD.match(line):
            if (event := await self._field(line, line[field.end() :].removeprefix(b" "))) is not None:
                yield event
        elif line.strip() == _END:
            self.is_over = True
        elif line.lstrip().startswith(b"{") and (event := await self._parsed(line)) is not None:
            yield event
        else:
            self._loose.append(line)

    async def _field(self, line: bytes, said: bytes) -> Mapping[str, Any] | None:
        """A server-sent field; where an event is not ended with an empty line, the data before this one is an event."""
        event = None
        if line.startswith(b"event"):
            self._name = said.decode("utf-8", "replace").strip()[:_LONGEST_NAME]
        elif line.startswith(b"data"):
            if self._data and (event := await self._parsed(self._data[0])) is not None:
                self._data = []
            self._data.append(said)
        return event

    async def _parsed(self, data: bytes) -> Mapping[str, Any] | None:
        """The object of an event, None where it is none."""
        if data.strip().startswith(_END):
            self.is_over = True
            return None
        if not counts_of(data).is_within(self._most):
            raise TooMuch("an event has more in it than words")
        try:
            event = await aside(len(data) // _EASY, json.loads, data)
        except (ValueError, RecursionError):
            return None
        return event if isinstance(event, Mapping) else None
