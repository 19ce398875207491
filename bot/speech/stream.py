"""
An answer that comes bit by bit, in whatever way a server streams; or all at once though a stream was asked for.

Hides server-sent events, lines of JSON, and what each server puts into them. Promises: words that came are the answer,
whether or not the stream ends as it should; none is counted twice; what is no event is read as a whole answer; no event
is parsed that could hold more than words.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.aside import aside
from bot.speech.answers import Trouble
from bot.speech.bounds import MOST_SIGNS, Counts, TooMuch, counts_of
from bot.speech.complaint import Complaint, complaint_of, is_complaint
from bot.speech.heard import Heard
from bot.speech.reading import Asked, no_answer, object_answer, rows_of, text_of, troubled, whole_answer, words
from bot.speech.tidy import shown

_MOST_EVENTS = 50_000  # 23 minutes of the fastest speech are 15,000 tokens
_EASY = 16  # bytes of an event that are parsed in the time which a character of text takes elsewhere
LINGER_S = 10.0  # how long a stream is waited for that has said that it is done, and does not end
_FIELD = re.compile(rb"(?:data|event|id|retry)\s*:|:")
_END = b"[DONE]"
_LONGEST_NAME = 100
_LONGEST_NAME = 100
_TELLING = 3  # deltas of which each begins with the one before: two may by chance
_LAST = frozenset({"done", "completed", "final", "complete"})  # how the type of the event ends that says everything


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


class Coming:
    """
    The words of a stream as they come: what each event adds, and what all of them say in the end.

    `tell` is given each part of the words, to be shown at once.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._room = MOST_SIGNS
        self._turns: list[str] = []
        self._before: list[str] = []  # the turns without their blanks
        self._deltas: list[str] = []
        self._texts: list[str] = []
        self._grows = True  # each of the texts says all that was said so far
        self._deltas_grow = True  # and so does each of the deltas, which should not
        self._segments: list[Any] = []
        self._usage: Any = None
        self._logprobs: list[Any] = []
        self._final_logprobs: Any = None
        self._says_nothing = False  # the stream's last word may be that there are none
        self.count = 0
        self.last: Mapping[str, Any] = {}
        self.is_done = False
        self.error: Complaint | None = None

    def take(self, event: Mapping[str, Any]) -> None:
        """One more event; raises TooMuch where there are more than anybody says."""
        if (count := self.count + 1) > _MOST_EVENTS:
            raise TooMuch("the stream has too many events")
        self.count, self.last = count, event
        kind = str(event.get("type", ""))[:_LONGEST_NAME]
        if is_complaint(event) or kind.rpartition(".")[2] == "error":
            self.error = complaint_of(event)
            return
        self._usage = event.get("usage") or self._usage
        delta = _delta(event)
        if isinstance(logprobs := event.get("logprobs"), list):
            if delta is None:
                self._final_logprobs = logprobs
            else:
                self._logprobs += logprobs
        if delta is not None:
            before = self._deltas[-1] if self._deltas else ""
            self._deltas_grow = self._deltas_grow and len(delta) > len(before) and delta.startswith(before)
            self._deltas.append(delta)
            self._says_nothing = self._says_nothing or _finishes(event)
            self._show(delta[len(before) :] if self._deltas_grow else delta)
        elif kind.rpartition(".")[2] in _LAST or event.get("done") is True:
            text = text_of(event, rows_of(event))
            self.is_done, self._says_nothing = True, text is not None
            self._end(text)
        elif (text := text_of(event, rows_of(event))) is not None:
            self._text(text, event, is_segment=kind.endswith("segment") or "start" in event)

    def words(self, asked: Asked, *, is_cut: bool = False) -> Heard | None:
        """All that was said; None where nothing was, not even that nobody speaks."""
        if self._deltas:
            self._end(None)
        rows = self._segments
        if self._turns:
            text: str | None = "\n".join(self._turns)
        elif self._texts:
            text = self._texts[-1] if self._grows else "\n".join(self._texts)
        elif rows:
            text = text_of({}, rows)
        else:
            text = "" if self._says_nothing else None
        if text is None or (is_cut and not text.strip()):
            return None
        told = dict(self.last) | {"usage": self._usage, "logprobs": self._final_logprobs}
        heard = words(text, told, asked, rows or rows_of(self.last), logprobs=self._logprobs)
        return replace(heard, is_cut=is_cut)

    def _text(self, text: str, event: Mapping[str, Any], *, is_segment: bool) -> None:
        """A text that is no delta: a segment's, all that was said so far, or, behind deltas, all of it."""
        if is_segment:
            self._segments.append(event)
            self._show(f" {text.strip()}")
        elif self._deltas or self._turns:
            self._end(text)
        else:
            before = self._texts[-1] if self._texts else ""
            self._grows = self._grows and _bare(text).startswith(_bare(before))
            self._segments += rows_of(event)
            self._texts.append(text)
            self._show(text[len(before) :] if self._grows and text.startswith(before) else f" {text.strip()}")

    def _end(self, text: str | None) -> None:
        """What was said since the last end is whole, and is `text` if that says as much."""
        is_told_again = self._deltas_grow and len(self._deltas) >= _TELLING
        said = self._deltas[-1] if is_told_again else "".join(self._deltas)
        self._deltas.clear()
        self._deltas_grow = True
        text = text if text and text.strip() else ""
        came, final = _bare(said), _bare(text)
        if len(final) > sum(map(len, self._before)) > 0 and final.startswith("".join(self._before)) and came in final:
            self._turns, self._before = [text], [final]  # all that was said, up to here
        elif came and (not final or came.endswith(final) or came.startswith(final)):
            self._add(said, came)
        elif final and (came or not self._has_just_said(final)):
            self._add(text, final)

    def _add(self, turn: str, bare: str) -> None:
        self._turns.append(turn)
        self._before.append(bare)

    def _has_just_said(self, final: str) -> bool:
        """Whether the turns end in these words."""
        tail: list[str] = []
        length = 0
        for bare in reversed(self._before):
            tail.append(bare)
            if (length := length + len(bare)) >= len(final):
                break
        return "".join(reversed(tail)).endswith(final)

    def _show(self, delta: str) -> None:
        if self._room and delta:
            self._tell(shown(delta[: self._room]))
            self._room -= min(len(delta), self._room)


async def streamed(
    body: AsyncIterator[bytes], coming: Coming, asked: Asked, most: Counts, *, linger_s: float = LINGER_S
) -> Heard | Trouble:
    """
    The words of a stream, read to its end; or of an answer that is none though one was asked for.

    A stream that said that it is done, and goes on saying nothing for `linger_s` seconds, is at its end. Raises TooMuch
    where there is more in it than words, and what `body` raises.
    """
    events = Events(most)
    while not events.is_over and coming.error is None:
        try:
            async with asyncio.timeout(linger_s if coming.is_done else None):
                piece = await anext(body)
        except (StopAsyncIteration, TimeoutError):
            break
        async for event in events.feed(piece):
            coming.take(event)
    async for event in events.rest():
        coming.take(event)
    if coming.error is not None:
        return coming.words(asked, is_cut=True) or troubled(coming.error, asked)
    if (heard := coming.words(asked)) is not None:
        return heard
    if coming.count > 1:
        return no_answer("the stream has no words", asked)
    if coming.count:
        return object_answer(coming.last, asked)
    if not counts_of(events.loose).is_within(most):
        raise TooMuch("the answer has more in it than words")
    return await aside(len(events.loose) // _EASY, whole_answer, events.loose, asked)


def _delta(event: Mapping[str, Any]) -> str | None:
    """What an event adds to the words: OpenAI's `delta`, or a chat's choice."""
    delta = event.get("delta")
    choices = event.get("choices")
    if delta is None and isinstance(choices, list) and choices and isinstance(choices[0], Mapping):
        delta = choices[0].get("delta") or choices[0]
    if isinstance(delta, Mapping):
        delta = next((text for key in ("content", "text") if isinstance(text := delta.get(key), str)), None)
    return delta if isinstance(delta, str) else None


def _finishes(event: Mapping[str, Any]) -> bool:
    """Whether a chat's choice is its last."""
    choices = event.get("choices")
    return isinstance(choices, list) and any(isinstance(one, Mapping) and one.get("finish_reason") for one in choices)


def _bare(text: str) -> str:
    return "".join(text.split())
