"""
The CDN: attachments under signed addresses that expire, with ranges, and with the faults a test asks for.

Hides the signature (docs, "Signed Attachment CDN URLs": ex = expires, is = issued, hm = HMAC).
Promises: an expired, forged or unknown address answers 404 "This content is no longer available."; bodies come in
small pieces, as a network brings them: nobody finds a whole file in what has arrived first.
"""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from aiohttp import web

from tests.world.discord.clock import Clock
from tests.world.discord.state import File

LIFETIME_MS = 24 * 3_600_000  # not documented; a day is what people measured
GONE = "This content is no longer available."
PIECE = 16 * 1024  # what one TLS record carries


@dataclass
class CdnFault:
    """What happens to the next `times` requests whose file name matches."""

    pattern: str
    times: int
    status: int | None = None
    location: str | None = None
    cut_after: int | None = None
    pause_s: float = 0.0
    declares: int | None = None
    chunked: bool = False
    endless: bool = False


@dataclass
class Cdn:
    """Serves the world's files; `origin` is set when its socket is open."""

    clock: Clock
    files: dict[int, File]
    secret: bytes
    origin: str = ""
    faults: list[CdnFault] = field(default_factory=list)
    requests: list[tuple[str, str, int]] = field(default_factory=list)  # method, path, status

    def address(self, file: File) -> str:
        """Where a file can be fetched for the next day."""
        kind = "ephemeral-attachments" if file.ephemeral else "attachments"
        path = f"/{kind}/{file.channel_id}/{file.id}/{file.filename}"
        issued = self.clock.now_ms() // 1000
        times = f"ex={issued + LIFETIME_MS // 1000:x}&is={issued:x}"
        return f"{self.origin}{path}?{times}&hm={self._sign(path, times)}&"

    def fail(
        self,
        pattern: str = "*",
        *,
        times: int = 1,
        status: int | None = None,
        redirect: str | None = None,
        cut_after: int | None = None,
        pause_s: float = 0.0,
        declares: int | None = None,
        chunked: bool = False,
        endless: bool = False,
    ) -> None:
        """
        Next requests for matching file names: answer `status`, redirect, end after so many bytes, or drip slowly.

        `declares` is a Content-Length that is not the file's; `chunked` sends none at all, and ends without its last
        chunk where it is cut; an `endless` body begins anew at its end.
        """
        fault = CdnFault(pattern, times, 302 if redirect else status, redirect, cut_after, pause_s)
        fault.declares, fault.chunked, fault.endless = declares, chunked or endless, endless
        self.faults.append(fault)

    def _sign(self, path: str, times: str) -> str:
        return hmac.new(self.secret, f"{path}?{times}".encode(), hashlib.sha256).hexdigest()

    def _found(self, request: web.Request) -> File | None:
        query = request.query
        times = f"ex={query.get('ex', '')}&is={query.get('is', '')}"
        path = request.path.removeprefix("/proxied")
        if not hmac.compare_digest(query.get("hm", ""), self._sign(path, times)):
            return None
        if int(query["ex"], 16) * 1000 <= self.clock.now_ms():
            return None
        return self.files.get(int(request.match_info["file_id"]))

    def _fault(self, filename: str) -> CdnFault | None:
        for fault in self.faults:
            if fault.times > 0 and fnmatch(filename, fault.pattern):
                fault.times -= 1
                return fault
        return None

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """GET or HEAD of an attachment."""
        file = self._found(request)
        fault = self._fault(request.match_info["filename"])
        response: web.StreamResponse
        if file is None or (fault and fault.status):
            status = fault.status if fault and fault.status else 404
            headers = {"Location": fault.location} if fault and fault.location else {}
            response = web.Response(status=status, text=GONE, headers=headers)
            self.requests.append((request.method, request.path, status))
            return response
        start, stop = 0, file.size
        wanted = request.http_range
        if wanted.start is not None:
            start = max(0, wanted.start if wanted.start >= 0 else file.size + wanted.start)
            stop = min(wanted.stop or file.size, file.size)
        if start >= file.size and file.size:
            self.requests.append((request.method, request.path, 416))
            return web.Response(status=416, headers={"Content-Range": f"bytes */{file.size}"})
        partial = (start, stop) != (0, file.size)
        response = web.StreamResponse(status=206 if partial else 200)
        response.headers["Accept-Ranges"] = "bytes"
        if partial:
            response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{file.size}"
        response.content_type = (file.content_type or "application/octet-stream").split(";")[0]
        if fault and fault.chunked:
            response.enable_chunked_encoding()
        else:
            response.content_length = fault.declares if fault and fault.declares is not None else stop - start
        self.requests.append((request.method, request.path, response.status))
        await response.prepare(request)
        if request.method == "GET":
            with suppress(ConnectionError):  # whoever reads it may have had enough
                await self._send(request, response, file, (start, stop), fault)
        return response

    async def _send(
        self,
        request: web.Request,
        response: web.StreamResponse,
        file: File,
        part: tuple[int, int],
        fault: CdnFault | None,
    ) -> None:
        left = fault.cut_after if fault and fault.cut_after is not None else None
        async for chunk in _chunks(file, *part, endless=fault is not None and fault.endless):
            piece = chunk if left is None else chunk[:left]
            await response.write(piece)
            if left is not None:
                left -= len(piece)
                if left <= 0:
                    _hang_up(request, gently=fault is not None and fault.chunked)
                    return
            # The other end reads what has come, before more comes.
            await asyncio.sleep(fault.pause_s if fault else 0)
        if fault and fault.declares is not None:
            _hang_up(request, gently=True)


def _hang_up(request: web.Request, *, gently: bool) -> None:
    """Close the connection: `gently` what was written still arrives, else it is reset."""
    if request.transport is not None:
        if gently:
            request.transport.close()
        else:
            request.transport.abort()


async def _chunks(file: File, start: int, stop: int, *, endless: bool) -> AsyncIterator[bytes]:
    if isinstance(file.data, Path):
        with file.data.open("rb") as source:
            source.seek(start)
            while start < stop and (chunk := source.read(min(PIECE, stop - start))):
                start += len(chunk)
                yield chunk
        return
    while True:
        for at in range(start, stop, PIECE):
            yield file.data[at : min(at + PIECE, stop)]
        if not endless:
            return


def cdn_app(cdn: Cdn) -> web.Application:
    """The routes of the CDN."""
    app = web.Application()
    for prefix in ("", "/proxied"):
        for kind in ("attachments", "ephemeral-attachments"):
            app.router.add_get(f"{prefix}/{kind}/{{channel_id}}/{{file_id}}/{{filename}}", cdn.serve)
    return app
