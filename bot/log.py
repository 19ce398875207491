"""
What the host reads: one line an event, a sentence and its fields.

Hides logging's configuration. Promises: no secret and no address with a query ever leaves (libraries log at WARNING
and above); whatever a sentence, a field or an exception quotes cannot begin a line or a field of its own, nor
steer a terminal; `action` comes from a fixed vocabulary, `note` is the id a person sees too.
"""

import json
import logging
import math
import re
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal, TextIO

from bot import trust
from bot.untrusted import json_escaped, one_line

_ROOMS = ("bot", "cogs")
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_SENTENCE, _FIELD = 4_000, 1_000  # characters; strangers may have written them
_CAUSES = 20  # of exceptions one is told with
_BITS = 64  # what whoever reads JSON takes for a whole number


class Lines(logging.Formatter):
    """For people: time, level, sentence, fields."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and a traceback below it where there is one."""
        moment = datetime.fromtimestamp(record.created, tz=UTC)
        fields = " ".join(f"{name}={_short(value)}" for name, value in _fields(record).items())
        # Two blanks part the sentence from its fields: nothing that is quoted in it may look like them.
        sentence = re.sub(" {2,}", " ", one_line(_sentence(record), _SENTENCE))
        line = f"{moment:%Y-%m-%d %H:%M:%S} {record.levelname:<7} {sentence}"
        return "\n".join([f"{line}  {fields}".rstrip(), *_traceback(record)])


class Json(logging.Formatter):
    """For machines: the same, one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object."""
        moment = datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds")
        entry: dict[str, object] = {
            "at": moment,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": one_line(_sentence(record), _SENTENCE),
        }
        entry |= {name: _plain(value) for name, value in _fields(record).items()}
        if lines := list(_traceback(record)):
            entry["traceback"] = "\n".join(lines)
        return json_escaped(json.dumps(entry, ensure_ascii=False))


def _fields(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in _OWN and value is not None}


def _without_row(text: str) -> str:
    """PostgreSQL quotes the row that broke a rule ("DETAIL:  Failing row contains (...)"); libraries may tell it."""
    return text.partition("\nDETAIL: ")[0]


def _sentence(record: logging.LogRecord) -> str:
    try:
        return _without_row(record.getMessage())
    except Exception as slip:  # noqa: BLE001 - a library's sentence that does not fit its values is told all the same
        return f"{record.msg} ({type(slip).__name__})"


def _plain(value: object) -> object:
    """As JSON has it: numbers of strangers may be none that it knows."""
    if (isinstance(value, int) and value.bit_length() < _BITS) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return one_line(_words(value), _FIELD)


def _short(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    text = one_line(_words(value), _FIELD)
    return json.dumps(text, ensure_ascii=False) if not text or set(text) & {" ", '"'} else text


def _traceback(record: logging.LogRecord) -> Iterator[str]:
    """The lines of an exception and its causes; the words of each are one of these lines, whatever they quote."""
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        yield from _told(error, set())


def _told(error: BaseException, told: set[int]) -> Iterator[str]:
    told.add(id(error))
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and id(cause) not in told and len(told) < _CAUSES:
        yield from _told(cause, told)
        yield "Then, because of it:" if error.__cause__ else "Then, while that was handled:"
    if error.__traceback__ is not None:
        yield "Traceback (most recent call last):"
        for step in traceback.format_tb(error.__traceback__):
            yield from (one_line(line) for line in step.splitlines())
    yield f"{_kind(error)}: {one_line(_words(error))}".rstrip(": ")
    yield from (f"  {one_line(str(note))}" for note in getattr(error, "__notes__", ()))
    if isinstance(error, BaseExceptionGroup):
        for number, one in enumerate(error.exceptions, 1):
            if id(one) not in told and len(told) < _CAUSES:
                yield f"  Of the group, number {number}:"
                yield from (f"  {line}" for line in _told(one, told))


def _kind(error: BaseException) -> str:
    name, module = type(error).__qualname__, type(error).__module__
    return name if module == "builtins" else f"{module}.{name}"


def _words(value: object) -> str:
    try:
        return _without_row(str(value)) if isinstance(value, BaseException) else str(value)
    except Exception as slip:  # noqa: BLE001 - a library's value that cannot say what it is, or too long a number
        return f"(no words: {type(slip).__name__})"


def _brief(record: logging.LogRecord) -> bool:
    """A connection to Discord that is lost is an event and no fault; discord.py tells of it in sixty lines."""
    if record.name in {"discord.client", "discord.shard"} and str(record.msg).startswith("Attempting a reconnect"):
        error = record.exc_info[1] if record.exc_info else None
        why = trust.told(error) if error else ""
        record.msg, record.args = "Discord is away (%s); trying again", (why or str(error) or type(error).__name__,)
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.exc_info, record.exc_text = None, None
        record.action = "reconnecting"
    return True


def set_up(style: Literal["text", "json"], level: str, stream: TextIO | None = None) -> None:
    """Send everything to `stream` (standard error by default); libraries speak only to warn."""
    listener = logging.StreamHandler(stream or sys.stderr)
    listener.setFormatter(Json() if style == "json" else Lines())
    least = logging.getLevelNamesMapping()[level.upper()]
    listener.addFilter(_brief)
    # Traces may listen to more than the host wants to read.
    listener.addFilter(lambda record: record.levelno >= least or record.name.partition(".")[0] not in _ROOMS)
    logging.basicConfig(level=logging.WARNING, handlers=[listener], force=True)
    for room in _ROOMS:
        logging.getLogger(room).setLevel(level.upper())
