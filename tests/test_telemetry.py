"""Traces and reports: off unless switched on, and nobody's words in them."""

import gzip
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from bot.settings import load
from bot.telemetry import sending, trace_of
from tests.conftest import SPEECH, WORDS, World
from tests.world.bot import NO_FILE

SECRET = "what was said in private"


@dataclass
class Collector:
    """A local server that keeps what it is sent."""

    address: str = ""
    bodies: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def all(self) -> bytes:
        """Every byte of it."""
        return b"".join(body for _, body in self.bodies)

    def spans(self) -> list[tuple[str, bytes, dict[str, str]]]:
        """Name, trace and attributes of each span."""
        found = []
        for path, body in self.bodies:
            if path == "/v1/traces":
                for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                    for span in resource.scope_spans[0].spans:
                        given = {pair.key: str(pair.value.string_value) for pair in span.attributes}
                        found.append((span.name, span.trace_id, given))
        return found


@contextmanager
def collecting() -> Iterator[Collector]:
    """The collector, in a thread of its own: it must answer while the bot waits for it."""
    collector = Collector()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            packed = self.headers.get("Content-Encoding") == "gzip"
            collector.bodies.append((self.path, gzip.decompress(body) if packed else body))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    collector.address = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def test_a_trace_holds_stages_and_no_words(world: World) -> None:
    """One note is one trace, under the id the log has: its acceptance, its stages, its end, and no word of it."""
    with collecting() as collector:
        traces = f"http://{collector.address}/v1/traces"
        with sending(load(NO_FILE, world.env(telemetry__traces=traces, log__preview="true"))):
            async with world.bot(log__preview="true"):
                answer = await world.mina.voice_note(world.general, SPEECH / "park.ogg")
                await answer.wait(seconds=60)
                (line,) = await world.diary.until("note")
    spans = collector.spans()

    assert {"opened", "claimed", "fetch", "convert", "hear", "deliver", "note"} <= {name for name, _, _ in spans}
    number = trace_of(line.note, datetime.fromtimestamp(line.created, tz=UTC))
    assert {trace for name, trace, _ in spans if name != "drift"} == {number.to_bytes(16)}
    (note,) = [given for name, _, given in spans if name == "note"]
    assert note["outcome"] == "Transcript"
    assert note["note"] == line.note
    assert line.preview == WORDS
    assert WORDS.encode() not in collector.all
    assert b"voice-message" not in collector.all


def broken(words: str) -> None:
    """Fails as libraries do: with the words in hand, in both its exceptions."""
    try:
        int(words)
    except ValueError as cause:
        raise RuntimeError(f"because of {words}") from cause


def test_a_report_holds_the_place_and_no_words(caplog: pytest.LogCaptureFixture) -> None:
    """An error is told by kind, place and id; its words, and those of its cause, and every variable stay here."""
    with collecting() as collector:
        env = {"EARSHOT_TELEMETRY__SENTRY_DSN": f"http://key@{collector.address}/1"}
        with sending(load(NO_FILE, env)):
            try:
                broken(SECRET)
            except RuntimeError:
                extra = {"action": "broke", "note": "7K3QF"}
                logging.getLogger("bot.desk").exception("It broke: %s", SECRET, extra=extra)

    assert "It broke" in caplog.text
    for wanted in (b"RuntimeError", b"ValueError", b"test_a_report_holds", b"7K3QF", b"broke"):
        assert wanted in collector.all, wanted
    assert SECRET.encode() not in collector.all


def test_nothing_is_sent_unless_switched_on() -> None:
    """Without an address, no library is imported for it, and no line of ours is listened to."""
    room = logging.getLogger("bot")
    before = list(room.handlers)
    with sending(load(NO_FILE, {})):
        assert room.handlers == before


def test_a_note_has_one_trace_in_all_processes() -> None:
    """A trace's number follows from the note's id and the day alone, so gateway and worker need not exchange it."""
    day = datetime(2026, 11, 24, 9, tzinfo=UTC)

    assert trace_of("7K3QF", day) == trace_of("7K3QF", day.replace(hour=23))
    assert trace_of("7K3QF", day) != trace_of("7K3QG", day)
