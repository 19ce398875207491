"""
The door to REST: a log of what was asked, faults on purpose, and the order of checks before a handler.

The order: fault or gate, path, authorisation, rate limit, body, oracle, handler. Promises: what isn't
listed in `rest` is a breach; a refusal has Discord's code and shape; every 429 is one discord.py believes,
unless a fault was asked to be none.
"""

import json
import socket
import struct
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import Any

from aiohttp import web

from tests.world.discord import rest
from tests.world.discord.call import Call
from tests.world.discord.clock import Clock
from tests.world.discord.faults import Fault, Gate, limited, limits
from tests.world.discord.gateway import Gateway
from tests.world.discord.messages import Upload
from tests.world.discord.rates import Rates
from tests.world.discord.rules import Refusal
from tests.world.discord.state import Json, World
from tests.world.oracle import Oracle

BASE = "/api/v10"
LISTED = [*rest.ROUTES, *((method, path, handler) for method, path, handler, _ in rest.EXTRA)]
HANDLERS = {(method, path): handler for method, path, handler in LISTED}


@dataclass
class Request:
    """One line of the log; `status` is None while it is being answered, or if it was dropped."""

    method: str
    path: str
    query: dict[str, str]
    template: str
    started: float
    body: Any = None
    status: int | None = None
    reply: Any = None


@dataclass(eq=False, repr=False)
class Door:
    """Where every REST request enters."""

    world: World
    gateway: Gateway
    rates: Rates
    oracle: Oracle | None
    token: str
    requests: list[Request] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def clock(self) -> Clock:
        """The clock of this world."""
        return self.world.clock

    def asked(self, method: str, pattern: str = "*") -> list[Request]:
        """Requests of the log by method ("*": any) and path."""
        return [each for each in self.requests if method in (each.method, "*") and fnmatch(each.path, pattern)]

    def fail(
        self,
        method: str,
        pattern: str,
        *,
        times: int = 1,
        status: int | None = None,
        code: int = 0,
        retry_after: float | None = None,
        is_global: bool = False,
        drop: bool = False,
        after: bool = False,
        message: str | None = None,
        errors: Json | None = None,
        via: bool = True,
        html: bool | str = False,
        empty: bool = False,
        when: Callable[[Any], object] | None = None,
    ) -> Fault:
        """
        Make the next `times` (1) matching requests go wrong.

        `status` with `code`, `message`, `errors` (the places of a form); `retry_after` in seconds (429,
        `is_global`; with another status only its header); `drop` (connection reset before anything happened);
        `after` (it happened, but the answer is lost, or another one).
        `via` False: Cloudflare answers, not Discord (a 429 then is a ban); `html`: with a page of its own, or with
        this text; `empty`: with no body. `when`: only requests whose JSON body satisfies this.
        """
        fault = Fault(method, pattern, times, status, code, retry_after, is_global, drop, after)
        fault.message, fault.errors, fault.via, fault.html = message, errors, via, html
        fault.empty, fault.when = empty, when
        self.faults.append(fault)
        return fault

    def hold(self, method: str, pattern: str, *, when: Callable[[Any], object] | None = None) -> Gate:
        """Let matching requests wait at a gate."""
        gate = Gate(self.clock.bell)
        self.faults.append(Fault(method, pattern, times=1_000_000, gate=gate, when=when))
        return gate

    def forget_nonces(self) -> None:
        """The window in which an enforced nonce is remembered has passed."""
        self.world.nonces.clear()

    def complain(self, what: str) -> None:
        """Note a breach."""
        self.breaches.append(what)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Every REST request."""
        resource = request.match_info.route.resource
        template = "" if resource is None else resource.canonical.removeprefix(BASE)
        path = request.path.removeprefix(BASE)
        log = Request(request.method, path, dict(request.query), template, time.monotonic())
        self.requests.append(log)
        fault = await self._fault(request, log)
        if fault is not None:
            fault.times -= 1
            if fault.gate is not None and not fault.gate.is_open:
                fault.gate.waiting += 1
                self.clock.bell.ring()
                gate = fault.gate
                await self.clock.bell.until(lambda: gate.is_open, 600)
                if request.transport is None or request.transport.is_closing():
                    return web.Response(status=500)  # who asked is gone: it never happened
            elif not fault.after and fault.gate is None:
                if not fault.drop:
                    await self._glance(request, log)
                return self._spoil(request, log, fault)
        response = await self._answer(request, log)
        if fault is not None and fault.after:
            log.status = None
            return self._spoil(request, log, fault)
        self.clock.bell.ring()
        return response

    async def _fault(self, request: web.Request, log: Request) -> Fault | None:
        """The fault that meets this request; its body is read only if a fault asks for it."""
        found = [each for each in self.faults if each.matches(request.method, log.path)]
        if any(each.when is not None for each in found):
            await self._glance(request, log)
        return next((each for each in found if each.suits(log.body)), None)

    async def _glance(self, request: web.Request, log: Request) -> None:
        """Log what a body says before anything is done with it; a broken one says nothing."""
        with suppress(json.JSONDecodeError):
            log.body, _ = await read(request)

    def _spoil(self, request: web.Request, log: Request, fault: Fault) -> web.Response:
        transport = request.transport
        if fault.drop and transport is not None:
            raw = transport.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # RST instead of FIN
            transport.abort()
            return web.Response(status=500)
        if fault.scope is not None:
            self.rates.limited.append((request.method, log.path, fault.scope))
        log.status, log.reply = fault.answered, fault.reply()
        return fault.response()

    async def _answer(self, request: web.Request, log: Request) -> web.Response:
        routed: rest.Handler | None = HANDLERS.get((request.method, log.template))
        if routed is None:
            self.complain(f"{request.method} {log.path}: this path is not listed")
            return self._json(log, 404, {"message": "404: Not Found", "code": 0})
        if not log.template.startswith(rest.OPEN) and request.headers.get("Authorization") != f"Bot {self.token}":
            return self._json(log, 401, {"message": "401: Unauthorized", "code": 0})
        where = dict(request.match_info)
        verdict = self.rates.ask(request.method, log.template, where, log.path)
        if verdict.wait_s is not None:
            return self._limited(log, verdict.wait_s, verdict.scope, verdict.headers)
        try:
            log.body, uploads = await read(request)
            if self.oracle is not None:
                self.breaches += self.oracle.request(request.method, log.template, where, log.query, log.body)
            reply = routed(Call(self.world, self.gateway, where, log.query, log.body, uploads))
        except Refusal as refusal:
            return self._refuse(log, refusal, verdict.headers)
        except json.JSONDecodeError:
            return self._json(log, 400, {"message": "The request body contains invalid JSON.", "code": 50109})
        except Exception as fault:
            self.complain(f"{request.method} {log.path}: this stand-in broke: {fault!r}")
            raise
        status = 204 if reply is None else 201 if routed is rest.post_thread else 200
        if self.oracle is not None and reply is not None:
            self.breaches += self.oracle.response(request.method, log.template, status, reply)
        return self._json(log, status, reply, verdict.headers)

    def _json(self, log: Request, status: int, reply: Any, headers: dict[str, str] | None = None) -> web.Response:
        log.status, log.reply = status, reply
        if reply is None:
            return web.Response(status=status, headers=headers)
        # discord.py reads JSON only if the type is exactly this, without a charset
        kind = {"Content-Type": "application/json", **(headers or {})}
        return web.Response(status=status, body=json.dumps(reply).encode(), headers=kind)

    def _refuse(self, log: Request, refusal: Refusal, headers: dict[str, str]) -> web.Response:
        if self.oracle is not None:
            self.breaches += self.oracle.response(log.method, log.template, refusal.status, refusal.body)
        if refusal.retry_after is not None:
            self.rates.limited.append((log.method, log.path, "shared"))
            headers = {**headers, **limits(refusal.retry_after, "shared")}
        return self._json(log, refusal.status, refusal.body, headers)

    def _limited(self, log: Request, wait_s: float, scope: str, headers: dict[str, str]) -> web.Response:
        return self._json(log, 429, limited(wait_s, is_global=scope == "global"), {**headers, **limits(wait_s, scope)})


async def read(request: web.Request) -> tuple[Any, Sequence[Upload]]:
    """The body: JSON, or payload_json with files[n] ("Uploading Files")."""
    if request.content_type != "multipart/form-data":
        raw = await request.read()
        return (json.loads(raw) if raw else None), ()
    form = await request.post()
    body = json.loads(str(form.get("payload_json") or "{}"))
    claims = (body.get("data") or body).get("attachments") or []
    known = {str(each.get("id")): each for each in claims}
    uploads = []
    for name, part in form.items():
        if name.startswith("files[") and isinstance(part, web.FileField):
            claim = known.get(name[6:-1], {})
            kind = None if part.content_type == "application/octet-stream" else part.content_type
            said = [claim.get(name) for name in ("duration_secs", "waveform", "description")]
            more = (*said, bool(claim.get("is_spoiler")))
            part.file.seek(0)  # a fault may have looked into it before
            uploads.append(Upload(claim.get("filename") or part.filename, part.file.read(), kind, *more))
    return body, uploads
