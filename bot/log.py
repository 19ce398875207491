"""
What the host reads: one line an event, a sentence and its fields.

Hides logging's configuration. Promises: no secret and no address with a query ever leaves (libraries
log at WARNING and above); `action` comes from a fixed vocabulary, `note` is the id a person sees too.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Literal, TextIO

from bot import trust

_ROOMS = ("bot", "cogs")
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# A Discord token, an OpenAI key, an interaction's webhook, a signed query: whatever library quotes one.
_SECRET = re.compile(
    r"(?<![\w-])[\w-]{20,100}\.[\w-]{6}\.[\w-]{20,}|sk-[\w-]{8,}"
    r"|(?<=/webhooks/)\d+/[\w.-]+|(?<=[?&])(?:ex|is|hm)=[^\s\"&]+"
)


def _fields(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in _OWN and value is not None}


def _clean(text: str) -> str:
    return _SECRET.sub("(secret)", text)


class Lines(logging.Formatter):
    """For people: time, level, sentence, fields."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and a traceback below it where there is one."""
        moment = datetime.fromtimestamp(record.created, tz=UTC)
        fields = " ".join(f"{name}={_short(value)}" for name, value in _fields(record).items())
        line = f"{moment:%Y-%m-%d %H:%M:%S} {record.levelname:<7} {record.getMessage()}"
        trace = "\n" + self.formatException(record.exc_info) if record.exc_info else ""
        return _clean(f"{line}  {fields}".rstrip() + trace)


class Json(logging.Formatter):
    """For machines: the same, one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object."""
        moment = datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds")
        entry: dict[str, object] = {
            "at": moment,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry |= {
            name: value if isinstance(value, int | float | bool) else str(value)
            for name, value in _fields(record).items()
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        clean = {name: _clean(value) if isinstance(value, str) else value for name, value in entry.items()}
        return json.dumps(clean, ensure_ascii=False)


def _short(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if " " in text or not text else text


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
