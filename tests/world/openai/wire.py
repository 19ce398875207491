"""How calls come in and answers go out: forms, JSON bodies, event streams."""

import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from aiohttp import BodyPartReader, web

from tests.world.openai import answers, rules
from tests.world.openai.calls import Call
from tests.world.openai.rules import Refusal

DRAIN_LIMIT_BYTES = 256 * 1024 * 1024


async def upload(request: web.Request, call: Call) -> Refusal | None:
    """Read the whole form into the call; a refusal for its size comes only after all of it, as there."""
    size = 0

    async def read(part: BodyPartReader) -> bytes:
        nonlocal size
        kept = bytearray()
        while chunk := await part.read_chunk(64 * 1024):
            size += len(chunk)
            if size <= rules.REQUEST_LIMIT_BYTES:
                kept += chunk
            elif size > DRAIN_LIMIT_BYTES:
                raise web.HTTPRequestEntityTooLarge(DRAIN_LIMIT_BYTES, size)
        return bytes(kept)

    if request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            if part.name == "file":
                call.filename, call.content_type = part.filename, part.headers.get("Content-Type")
                call.data = await read(part)
                call.size_bytes, call.sha256 = len(call.data), hashlib.sha256(call.data).hexdigest()
            else:
                call.params.setdefault(part.name or "", []).append((await read(part)).decode())
    return rules.too_large(max(size, request.content_length or 0))


def headers(call: Call) -> dict[str, str]:
    """What every answer carries."""
    took_ms = round((time.monotonic() - call.started_s) * 1000)
    return {"x-request-id": call.request_id, "openai-version": "2020-10-01", "openai-processing-ms": str(took_ms)}


def as_json(
    call: Call, body: dict[str, Any], status: int = 200, extra: Mapping[str, str] | None = None
) -> web.Response:
    """A JSON answer."""
    call.status = status
    text = json.dumps(body, ensure_ascii=False)
    return web.Response(
        text=text, status=status, content_type="application/json", headers=headers(call) | dict(extra or {})
    )


def as_text(call: Call, text: str) -> web.Response:
    """Words without JSON around them, for the other response formats."""
    return as_is(call, text.encode(), "text/plain; charset=utf-8")


def as_is(
    call: Call, body: bytes, content_type: str, *, status: int = 200, extra: Mapping[str, str] | None = None
) -> web.Response:
    """Any bytes."""
    call.status = status
    return web.Response(
        body=body, status=status, headers=headers(call) | {"Content-Type": content_type} | dict(extra or {})
    )


def moved(call: Call, status: int, location: str) -> web.Response:
    """Somewhere else, they say."""
    return as_is(call, b"<a href>Moved</a>", "text/html", status=status, extra={"Location": location})


def refuse(
    call: Call, refusal: Refusal, *, body: bytes | None = None, extra: Mapping[str, str] | None = None
) -> web.Response:
    """An error with OpenAI's body, or with any other."""
    wait = {"Retry-After": refusal.retry_after} if refusal.retry_after is not None else {}
    if body is not None:
        told = wait | dict(extra or {})
        return as_is(call, body, "application/json", status=refusal.status, extra=told)
    return as_json(call, refusal.body(), refusal.status, wait | dict(extra or {}))


async def stream(
    request: web.Request, call: Call, events: Iterable[dict[str, Any]], pause: Callable[[int], Awaitable[None]]
) -> web.StreamResponse:
    """Server-sent events, one after another; `pause` passes before each."""
    answer = web.StreamResponse(headers=headers(call) | {"Content-Type": "text/event-stream; charset=utf-8"})
    call.status = 200
    await answer.prepare(request)
    for number, event in enumerate(events):
        await pause(number)
        await answer.write(answers.line(event))
    await answer.write_eof()
    return answer


async def huge(request: web.Request, call: Call, size_bytes: int) -> web.StreamResponse:
    """A transcription of that many bytes, made while it is sent."""
    answer = web.StreamResponse(headers=headers(call) | {"Content-Type": "application/json"})
    call.status, chunk = 200, b"la " * 21_845
    await answer.prepare(request)
    with suppress(ConnectionError):  # whoever reads it may have had enough
        await answer.write(b'{"text": "')
        for _ in range(size_bytes // len(chunk)):
            await answer.write(chunk)
        await answer.write(b'"}')
        await answer.write_eof()
    return answer


async def cut(request: web.Request, call: Call) -> web.StreamResponse:
    """The first words of an answer, then a dead line."""
    answer = web.StreamResponse(headers=headers(call) | {"Content-Type": "application/json", "Content-Length": "1000"})
    await answer.prepare(request)
    await answer.write(b'{"text": "And then the li')
    hung_up(request)
    return answer


async def begun(
    request: web.Request, call: Call, body: bytes, content_type: str, *, extra: Mapping[str, str] | None = None
) -> web.StreamResponse:
    """An answer without its end."""
    answer = web.StreamResponse(headers=headers(call) | {"Content-Type": content_type} | dict(extra or {}))
    call.status = 200
    await answer.prepare(request)
    await answer.write(body)
    return answer


def hung_up(request: web.Request) -> web.Response:
    """A dead line; what is returned reaches nobody."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()
