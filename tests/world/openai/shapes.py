"""
The shapes in which servers answer that speak OpenAI's language, as bytes: streams, successes, refusals.

Hides what was seen where: bug reports of LiteLLM, vLLM, llama.cpp, whisper.cpp, speaches, LocalAI, and of gateways
before them. Promises: `SAID` is what is said in the note `SOUND`, and what each shape says that has words.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.world.openai.script import CutConnection, End, Fault, Garbage, Redirect, Step

SOUND = Path(__file__).resolve().parents[2] / "speech" / "meeting.ogg"
_NOTES = json.loads((SOUND.parent / "notes.json").read_text("utf-8"))
SAID: str = next(note["text"] for note in _NOTES if note["file"] == SOUND.name)
HALVES = SAID[:22], SAID[22:]
BITS = re.findall(r" ?[^ ]+", SAID)
AT_ONCE = {"retry-after-ms": "1"}


@dataclass(frozen=True)
class Shape:
    """What a server answers, again and again; `streams`: to a request for words as they come."""

    step: Step
    streams: bool = False


def raw(body: str, kind: str = "application/json", end: End = "whole") -> Garbage:
    """A success with that body."""
    return Garbage(body.encode(), kind, AT_ONCE, end)


def plain(value: object) -> Shape:
    """A whole answer: that value as JSON."""
    return Shape(raw(json.dumps(value)))


def bare(body: str, kind: str) -> Shape:
    """A whole answer: those bytes as they are."""
    return Shape(raw(body, kind))


def sse(*rows: object, end: End = "whole", before: str = "", after: str = "\n\n", kind: str = "") -> Shape:
    """A stream of events; what is a text stands there as it is."""
    lines = [before + "data: " + (row if isinstance(row, str) else json.dumps(row)) + after for row in rows]
    return Shape(raw("".join(lines), kind or "text/event-stream", end=end), streams=True)


def delta(text: str) -> dict[str, object]:
    """OpenAI's event of some more words."""
    return {"type": "transcript.text.delta", "delta": text}


def done(text: object = SAID) -> dict[str, object]:
    """OpenAI's last event."""
    return {"type": "transcript.text.done", "text": text}


def refusal(status: int, body: object, *, kind: str = "application/json", **headers: str) -> Shape:
    """An error with that body."""
    told = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Shape(Fault(status, body=told, headers={"Content-Type": kind} | AT_ONCE | headers))


def openai(status: int, message: str, code: str | None = None, param: str | None = None, kind: str = "") -> Shape:
    """An error as OpenAI tells it."""
    error = {"message": message, "type": kind or "invalid_request_error", "param": param, "code": code}
    return refusal(status, {"error": error})


DELTAS = [delta(bit) for bit in BITS]
SEGMENTS = [
    {"type": "transcript.text.segment", "start": at, "end": at + 2, "text": half} for at, half in enumerate(HALVES)
]
CHUNKS = [{"object": "transcription.chunk", "choices": [{"delta": {"content": bit}}]} for bit in BITS]
GROWING = [{"text": "".join(BITS[: count + 1])} for count in range(len(BITS))]
PAGE_403 = "<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head></html>"
PAGE_413 = "<html><head><title>413 Request Entity Too Large</title></head><body><h1>413</h1></body></html>"
PAGE_502 = "<html><head><title>502 Bad Gateway</title></head></html>"
PAGE_503 = "<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>"
MISSING = [{"type": "enum", "loc": ["body", "language"], "msg": "Input should be 'en' or 'ko'", "input": "xx"}]

STREAMS: Mapping[str, Shape] = {
    "`delta` events, then `done` with all words (OpenAI)": sse(*DELTAS, done()),
    "`delta` events, then `[DONE]`": sse(*DELTAS, "[DONE]"),
    "`delta` events, then the end": sse(*DELTAS),
    "`delta` events, then `done` with empty text": sse(*DELTAS, done("")),
    "`delta` events, then `done` with `null`": sse(*DELTAS, done(None)),
    "`delta` events, then `done` without text": sse(*DELTAS, {"type": "transcript.text.done"}),
    "`delta` events, then `done` twice": sse(*DELTAS, done(), done()),
    "`delta` events, then an empty `done`, then one with all words": sse(*DELTAS, done(""), done()),
    "`delta` events and `done`, part by part": sse(*(row for half in HALVES for row in (delta(half), done(half)))),
    "`delta` events, then `done` with the last part alone": sse(*DELTAS, done(HALVES[1])),
    "`done` alone": sse(done()),
    "`transcription.chunk`, as in a chat (vLLM)": sse(*CHUNKS, "[DONE]"),
    "`transcript.text.segment` alone": sse(*SEGMENTS),
    "`delta` events that grow": sse(*(delta("".join(BITS[: count + 1])) for count in range(len(BITS)))),
    "`text` of segment after segment": sse(*({"text": half} for half in HALVES)),
    "`text` that grows": sse(*GROWING),
    "lines of JSON": Shape(
        raw("".join(json.dumps(row) + "\n" for row in DELTAS), "application/x-ndjson"), streams=True
    ),
    "`data:` without a blank": Shape(
        raw("".join(f"data:{json.dumps(row)}\n\n" for row in DELTAS), "text/event-stream"), streams=True
    ),
    "lines that end with CR and LF": sse(*DELTAS, done(), after="\r\n\r\n"),
    "events without an empty line between them": sse(*DELTAS, done(), after="\n"),
    "comments, `id:` and `event:` lines": sse(*DELTAS, done(), before=": ping\nid: 7\nevent: message\n"),
    "the type in the `event:` line alone": sse(
        *({"delta": bit} for bit in BITS), before="event: transcript.text.delta\n"
    ),
    "one JSON object (LiteLLM)": Shape(raw(json.dumps({"text": SAID})), streams=True),
    "words as bare text": Shape(raw(SAID, "text/plain"), streams=True),
    "words, then an error": sse(*DELTAS, {"error": {"message": "Oh.", "code": "server_error"}}),
    "words, then the line breaks": sse(*DELTAS, end="cut"),
    "an error at once": sse({"error": {"message": "Oh.", "code": "server_error"}}),
    "`insufficient_quota` at once": sse({"error": {"message": "Pay.", "code": "insufficient_quota"}}),
    "`done` with `null` alone": sse(done(None)),
    "`[DONE]` alone": sse("[DONE]"),
    "nothing": Shape(raw("", "text/event-stream"), streams=True),
}
SUCCESSES: Mapping[str, Shape] = {
    "an object with `text` (OpenAI)": plain({"text": SAID}),
    "`segments` without `text`": plain({"segments": SEGMENTS}),
    "`results` without `text`": plain({"results": [{"alternatives": [{"transcript": half}]} for half in HALVES]}),
    "bare text, `text/plain`": bare(SAID, "text/plain; charset=utf-8"),
    "a stream nobody asked for": Shape(sse(*DELTAS, done()).step),
    "a stream nobody asked for, as `text/plain`": Shape(sse(*DELTAS, done(), kind="text/plain").step),
    "special tokens among the words": plain({"text": f"<|startoftranscript|><|en|>{SAID}[_TT_123]<|endoftext|>"}),
    "a line break after each segment": plain({"text": "\n".join(f" {half.strip()}" for half in HALVES)}),
    "an error beside the words": plain({"text": SAID, "error": {"message": "Worker crashed."}}),
    "an error: `rate_limit_exceeded`": plain({"error": {"message": "Slow down.", "code": "rate_limit_exceeded"}}),
    "an error: code 502": plain({"error": {"message": "Upstream error", "code": 502}}),
    "an error: `insufficient_quota`": plain({"error": {"message": "Pay.", "type": "insufficient_quota"}}),
    "an error: `invalid_api_key`": plain({"error": {"message": "No.", "code": "invalid_api_key"}}),
    "an error: `model_not_found`": plain({"error": {"message": "No.", "code": "model_not_found"}}),
    "an error as a sentence (whisper.cpp)": plain({"error": "failed to read audio data"}),
    "`detail`": plain({"detail": "Internal error"}),
    "`status`": plain({"status": "error"}),
    "`text` that is `null`": plain({"text": None}),
    "`segments` that are empty": plain({"segments": []}),
    "`results` that are empty": plain({"results": []}),
    "an empty object": plain({}),
    "a list": plain([SAID]),
    "a text in quotes": plain(SAID),
    "a number": plain(5),
    "`null`": plain(None),
    "half an object": bare('{"text": "And then the li', "application/json"),
    "a line that breaks half way": Shape(CutConnection()),
    "no byte": bare("", "application/json"),
    "a web page": bare(PAGE_502, "text/html"),
    "a web page that calls itself text": bare(PAGE_502, "text/plain"),
    "a gateway's sentence as bare text": bare("no healthy upstream", "text/plain"),
}
ERRORS: Mapping[str, Shape] = {
    "301, 302, 303, 307, 308": Shape(Redirect(307)),
    "400 about `language`": openai(400, "Invalid language 'xx'.", "invalid_language_format", "language"),
    "400 about `model`": openai(400, "Invalid model.", "invalid_value", "model"),
    "400 about `prompt` or `keywords`": openai(400, "keywords must be single lines.", "invalid_value", "keywords"),
    "400 about `response_format`, where no scores were asked for": openai(400, "No.", None, "response_format"),
    "400 about the file (OpenAI)": openai(400, "Audio file might be corrupted or unsupported", None, "file"),
    "400 `Invalid request` (whisper.cpp)": refusal(400, {"error": "Invalid request"}),
    "400 `Invalid or unsupported audio file.` (vLLM)": openai(400, "Invalid or unsupported audio file."),
    "400 about the length": openai(400, "audio duration 1600 seconds is longer than 1500 seconds", "invalid_value"),
    "400 without a cause": openai(400, "No."),
    "401": openai(401, "Incorrect API key provided.", "invalid_api_key"),
    "401 about the IP address": openai(401, "Your IP is not authorized", "ip_not_authorized"),
    "402": openai(402, "Insufficient credits."),
    "403 about the key": openai(403, "The key lacks permission to use this."),
    "403 about the country": openai(
        403, "Country, region, or territory not supported", "unsupported_country_region_territory"
    ),
    "403 with a protection page (Cloudflare)": refusal(403, PAGE_403, kind="text/html"),
    "404 about the model": refusal(404, {"detail": "Model 'x' is not installed locally."}),
    "404 about the address (no `/v1`)": refusal(404, {"detail": "Not Found"}),
    "405": refusal(405, {"detail": "Method Not Allowed"}),
    "408": refusal(408, ""),
    "413 (OpenAI)": openai(413, "Maximum content size limit (26214400) exceeded", None, None, "server_error"),
    "413 (nginx)": refusal(413, PAGE_413, kind="text/html"),
    "415 with `detail` (speaches)": refusal(415, {"detail": "Failed to decode audio. The file type is not supported."}),
    "422 with a list (FastAPI)": refusal(422, {"detail": MISSING}),
    "429": openai(429, "Rate limit reached.", "rate_limit_exceeded"),
    "429 `Request too large`": openai(429, "Request too large for x on tokens per min.", "rate_limit_exceeded"),
    "429 `insufficient_quota`": openai(429, "You exceeded your current quota.", "insufficient_quota"),
    "500": refusal(500, "Internal Server Error", kind="text/plain"),
    "500 about the sound": refusal(500, {"error": {"message": "ffmpeg exited with 1"}}),
    "502 with a web page": refusal(502, PAGE_502, kind="text/html"),
    "503": openai(503, "The server is overloaded.", "server_is_overloaded", None, "service_unavailable_error"),
    "503 with a protection page (Cloudflare)": refusal(503, PAGE_503, kind="text/html"),
}
TABLES: Mapping[str, Mapping[str, Shape]] = {
    "It was asked to stream, and sends": STREAMS,
    "It says that all is well (200), and sends": SUCCESSES,
    "It refuses, or breaks": ERRORS,
}
