"""
Faults on purpose: which requests go wrong, and what is answered then.

Hides the shapes in which Discord and the Cloudflare before it refuse: JSON with a code, a 429 that names its
scope, Cloudflare's JSON and pages without `Via`, nothing at all. Shapes are those of public bug reports.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Any

from aiohttp import web

from tests.world.discord.clock import Bell
from tests.world.discord.state import Json

LIMITED = "You are being rate limited."
# discord-api-docs#5810: what Cloudflare says for Discord to an address that broke the limits too often; it is a
# stored text, so that it names no time. curl got "error code: 1015" (#5385), others a page of HTML (#1356).
BANNED = (
    "You are being blocked from accessing our API temporarily due to exceeding our rate limits frequently. "
    "Please read our docs at https://discord.com/developers/docs/topics/rate-limits to prevent this moving forward."
)
PAGE = """<!DOCTYPE html>
<html lang="en-US">
<head><title>{title} | discord.com | Cloudflare</title><meta charset="UTF-8" /></head>
<body><div id="cf-wrapper"><h1><span>Error</span> <span>{number}</span></h1><h2>{title}</h2>
<p>Cloudflare Ray ID: <strong>8f0c0ffee0c0ffee</strong></p></div></body>
</html>
"""
TITLES = {403: (1020, "Access denied"), 429: (1015, "You are being rate limited")}


@dataclass(eq=False, repr=False)
class Gate:
    """Holds matching requests until opened: a test acts while the bot waits."""

    bell: Bell
    waiting: int = 0
    is_open: bool = False

    async def arrived(self, count: int = 1, seconds: float = 10) -> None:
        """Wait until so many requests stand here."""
        await self.bell.until(lambda: self.waiting >= count, seconds, lambda: f"{self.waiting} arrived")

    def open(self) -> None:
        """Let them through, and all later ones."""
        self.is_open = True
        self.bell.ring()


@dataclass(eq=False, repr=False)
class Fault:
    """What happens to the next `times` matching requests; `Door.fail` says what each field means."""

    method: str
    pattern: str
    times: int = 1
    status: int | None = None
    code: int = 0
    retry_after: float | None = None
    is_global: bool = False
    drop: bool = False
    after: bool = False
    gate: Gate | None = None
    message: str | None = None
    errors: Json | None = None
    via: bool = True
    html: bool | str = False
    empty: bool = False
    when: Callable[[Any], object] | None = None

    def matches(self, method: str, path: str) -> bool:
        """Whether a request of this method and path is meant; `suits` says whether its body is."""
        is_over = self.times <= 0 or (self.gate is not None and self.gate.is_open)
        return not is_over and self.method in (method, "*") and fnmatch(path, self.pattern)

    def suits(self, body: Any) -> bool:
        """Whether a request with this body is meant; no body counts as an empty one."""
        return self.when is None or bool(self.when({} if body is None else body))

    @property
    def answered(self) -> int:
        """The status: 429 for a wait without one, 500 if nothing else was said."""
        return self.status or (429 if self.retry_after is not None else 500)

    @property
    def scope(self) -> str | None:
        """Whose limit a 429 says was reached; None: it is no 429."""
        if self.answered != 429:
            return None
        if self.html or not self.via:
            return "cloudflare"
        return "global" if self.is_global else "shared"

    def reply(self) -> Any:
        """What is in the body: an object, a text, or None."""
        if self.empty:
            return None
        if self.html:
            number, title = TITLES.get(self.answered, (self.answered, "Web server is returning an unknown error"))
            return self.html if isinstance(self.html, str) else PAGE.format(number=number, title=title)
        body: Json = {"message": self._said(), "code": self.code}
        if self.errors is not None:
            body["errors"] = self.errors
        if self.scope in ("global", "shared"):
            wait_s = 1.0 if self.retry_after is None else self.retry_after
            body = limited(wait_s, is_global=self.is_global, code=self.code, message=self.message)
        return body

    def _said(self) -> str:
        if self.message is not None:
            return self.message
        return BANNED if self.scope == "cloudflare" else f"{self.answered}: a fault on purpose"

    def response(self) -> web.Response:
        """The answer as it goes over the wire."""
        reply, headers = self.reply(), {}
        if self.scope in ("global", "shared"):
            headers = limits(reply["retry_after"], str(self.scope))
        elif self.retry_after is not None:
            headers = {"Retry-After": str(int(self.retry_after) + 1)}
        if self.via and not self.html:
            headers["Via"] = "1.1 google"
        if reply is None:
            return web.Response(status=self.answered, headers=headers)
        kind = "text/html; charset=UTF-8" if self.html else "application/json"
        raw = reply if self.html else json.dumps(reply)
        return web.Response(status=self.answered, body=raw.encode(), headers={**headers, "Content-Type": kind})


def limited(wait_s: float, *, is_global: bool = False, code: int = 0, message: str | None = None) -> Json:
    """The body of a 429 ("Rate Limit Response Structure"); `code` where there is one."""
    body: Json = {"message": message or LIMITED, "retry_after": wait_s, "global": is_global}
    return {**body, "code": code} if code else body


def limits(wait_s: float, scope: str) -> dict[str, str]:
    """The headers of a 429; without Via, discord.py takes it for a ban by Cloudflare and gives up."""
    return {"Retry-After": str(int(wait_s) + 1), "X-RateLimit-Scope": scope, "Via": "1.1 google"}
