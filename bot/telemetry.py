"""
What leaves the machine for the host's own watching, if the host says so: traces (OpenTelemetry) and reports (Sentry).

Hides both libraries, which are extras and imported only when switched on. Promises: everything is taken from log
lines, so what is not logged is not sent; of a line only its action, the note's id, numbers and a few named fields
go out, never its sentence, a text, a local variable or an exception's words.
"""

import hashlib
import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from bot.settings import Settings, SettingsError
from bot.untrusted import one_line
from bot.version import VERSION

_ROOMS = ("bot", "cogs")
_NAMED = ("action", "note", "outcome", "model", "fault")  # the texts that go out; all of them are names of ours
_STAGES = ("fetch", "convert", "hear", "deliver")
_EXTRA = "needs packages that are not installed: python -m pip install --require-hashes -r requirements-telemetry.txt"
_FLUSH_S = 2.0
_NUMBER = 2**63  # the protocol's whole numbers
_NAME = 100  # characters


@contextmanager
def sending(settings: Settings) -> Iterator[None]:
    """Send what the host switched on while the context is open. Raises SettingsError where a package is missing."""
    with ExitStack() as stack:
        if settings.telemetry.traces:
            stack.enter_context(_listening(_traces(settings.telemetry.traces, stack)))
        if settings.telemetry.sentry_dsn:
            stack.enter_context(_listening(_reports(settings.telemetry.sentry_dsn.get_secret_value(), stack)))
        yield


class _Listener(logging.Handler):
    """Hands every line of ours to a function, at every level."""

    def __init__(self, tell: Callable[[logging.LogRecord], None]) -> None:
        super().__init__(logging.DEBUG)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """Hand it on."""
        self._tell(record)


@contextmanager
def _listening(listener: logging.Handler) -> Iterator[None]:
    rooms = [logging.getLogger(name) for name in _ROOMS]
    before = [room.level for room in rooms]
    for room in rooms:
        room.addHandler(listener)
        room.setLevel(logging.DEBUG)  # what the host reads is filtered by bot.log
    try:
        yield
    finally:
        for room, level in zip(rooms, before, strict=True):
            room.removeHandler(listener)
            room.setLevel(level)


def _fields(record: logging.LogRecord) -> dict[str, str | int | float | bool]:
    """What of a line may leave: named texts, and every number that was given with it."""
    given = vars(record).keys() - vars(logging.makeLogRecord({})).keys()
    numbers = {
        name: value
        for name in given
        if isinstance(value := vars(record)[name], int | float) and abs(value) < _NUMBER  # NaN is not, either
    }
    names = {name: one_line(str(vars(record)[name]), _NAME) for name in _NAMED if vars(record).get(name) is not None}
    return {**numbers, **names}


def trace_of(note: str, moment: datetime) -> int:
    """The trace of a note on a day: the same in every process that works on it, without their talking about it."""
    return int.from_bytes(hashlib.blake2s(f"{moment:%Y-%m-%d}/{note}".encode(), digest_size=16).digest())


def _traces(endpoint: str, stack: ExitStack) -> logging.Handler:
    try:
        from opentelemetry import trace  # noqa: PLC0415 -- an extra
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError as missing:
        raise SettingsError(f"telemetry.traces {_EXTRA}") from missing
    provider = TracerProvider(resource=Resource({"service.name": "earshot", "service.version": VERSION}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    stack.callback(provider.shutdown)
    tracer = provider.get_tracer("earshot")

    def span(name: str, parent: Any, began_ns: int, ended_ns: int, fields: dict[str, Any]) -> Any:
        context = trace.set_span_in_context(parent)
        made = tracer.start_span(name, context=context, start_time=began_ns, attributes=fields)
        made.end(ended_ns)
        return made

    def tell(record: logging.LogRecord) -> None:
        fields = _fields(record)
        if "note" not in fields or "action" not in fields:
            return
        number = trace_of(str(fields["note"]), datetime.fromtimestamp(record.created, tz=UTC))
        sampled = trace.TraceFlags(trace.TraceFlags.SAMPLED)
        root = trace.NonRecordingSpan(
            trace.SpanContext(number, number & (2**64 - 1), is_remote=True, trace_flags=sampled)
        )
        ended_ns = int(record.created * 1e9)
        began_ns = ended_ns - int(fields.get("work_ms", 0)) * 1_000_000
        made = span(str(fields["action"]), root, began_ns, ended_ns, fields)
        for stage in _STAGES:  # they follow each other, so their lengths are enough to lay them out
            if (took_ms := fields.get(f"{stage}_ms")) is not None:
                span(stage, made, began_ns, began_ns + int(took_ms) * 1_000_000, {})
                began_ns += int(took_ms) * 1_000_000

    return _Listener(tell)


def _reports(dsn: str, stack: ExitStack) -> logging.Handler:
    try:
        import sentry_sdk  # noqa: PLC0415 -- an extra
    except ImportError as missing:
        raise SettingsError(f"telemetry.sentry_dsn {_EXTRA}") from missing
    client = sentry_sdk.Client(
        dsn=dsn,
        release=f"earshot@{VERSION}",
        server_name="earshot",
        default_integrations=False,
        auto_enabling_integrations=False,
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
    )
    stack.callback(client.close, timeout=_FLUSH_S)

    def tell(record: logging.LogRecord) -> None:
        if record.levelno < logging.ERROR or not record.exc_info or record.exc_info[1] is None:
            return
        tags = {name: str(value) for name, value in _fields(record).items() if name in _NAMED}
        causes = [_cause(error, error.__traceback__) for error in _chain(record.exc_info[1])]
        client.capture_event(
            {"level": "error", "logger": record.name, "tags": tags, "exception": {"values": causes[::-1]}}
        )

    return _Listener(tell)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _cause(error: BaseException, trail: TracebackType | None) -> dict[str, Any]:
    """An exception's kind and place; its words may quote anything, and stay here."""
    frames = [
        {"filename": step.filename.rpartition("/")[2], "function": step.name, "lineno": step.lineno}
        for step in traceback.StackSummary.extract(traceback.walk_tb(trail), lookup_lines=False)
    ]
    return {"type": type(error).__name__, "module": type(error).__module__, "stacktrace": {"frames": frames}}
