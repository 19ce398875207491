"""
The page's server: files of the page, what a person sees as a stream of events, what they do as requests.

Promises: answers only to itself (other sites' scripts and names are refused), on loopback; what people upload
is never served as a page; the browser may load nothing from elsewhere.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from tests.world.discord import Discord, NotOffered, Person, Server, messages
from tests.world.discord.rules import Refusal
from tests.world.discord.state import Event, Json
from tests.world.web import seen
from tests.world.web.acts import ACTS, Act, Visit

HERE = Path(__file__).parent
SPEECH = HERE.parents[1] / "speech"
BEAT_S = 15.0  # a stream says that it lives, so that one whose browser has gone is noticed
TOO_LARGE = 30 * 1024 * 1024
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
# What a browser may show of a stranger's file; all else is only kept.
_SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp", "audio/", "video/")


class Site:
    """One server's page; `people` are those a visitor can be."""

    def __init__(self, discord: Discord, server: Server, people: Mapping[str, Person]) -> None:
        self._discord = discord
        self._visit = Visit(server, people)
        self._names = dict(people)
        self.address = ""
        for person in people.values():
            messages.direct(discord.world, person.user)

    def app(self) -> web.Application:
        """Its routes."""
        app = web.Application(client_max_size=TOO_LARGE, middlewares=[self._guard])
        app.router.add_get("/", _index)
        app.router.add_get("/events", self._events)
        app.router.add_get("/samples", _samples)
        app.router.add_get("/files/{file}/{name}", self._file)
        app.router.add_post("/act/{act}", self._act)
        for folder in ("static", "vendor"):
            app.router.add_static(f"/{folder}", HERE / folder)
        app.router.add_static("/samples", SPEECH)
        return app

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Nobody but this page: no other site's script, no other name that was led to this machine."""
        own = {self.address, self.address.replace("127.0.0.1", "localhost")}
        if f"http://{request.host}" not in own or request.headers.get("Origin", self.address) not in own:
            return web.Response(status=403, text="This page answers only to itself.")
        try:
            response = await handler(request)
        except web.HTTPException as refused:
            response = web.Response(status=refused.status, text=refused.reason)
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    def _person(self, name: str) -> Person:
        if name not in self._names:
            raise web.HTTPNotFound
        return self._names[name]

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """All a person sees, then each change of it, as server-sent events."""
        person = self._person(request.query.get("as", ""))
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        world, typing = self._discord.world, asyncio.Queue[Json]()

        def listen(event: Event) -> None:
            if event.name == "TYPING_START":
                typing.put_nowait(event.body)

        world.listeners.append(listen)
        known: Json = {}
        try:
            while request.transport is not None and not request.transport.is_closing():
                rung = world.clock.bell.next
                for name, body in self._news(person, known):
                    await _send(response, name, body)
                while not typing.empty():
                    await _send(response, "typing", typing.get_nowait())
                try:
                    async with asyncio.timeout(BEAT_S):
                        await rung.wait()
                except TimeoutError:
                    await response.write(b": still here\n\n")
        except ConnectionResetError:
            pass
        finally:
            world.listeners.remove(listen)
        return response

    def _news(self, person: Person, known: Json) -> list[tuple[str, Json]]:
        """What changed since `known`, which then knows it too."""
        told: list[tuple[str, Json]] = []
        place = seen.place(person, self._names)
        if known.get("place") != place:
            told.append(("place", place))
            known["place"] = place
        now, before = seen.timeline(person), known.get("messages")
        if before is None:
            told.append(("messages", {"messages": list(now.values())}))
        else:
            told += [("message", one) for key, one in now.items() if before.get(key) != one]
            told += [("gone", {"id": key}) for key in before if key not in now]
        known["messages"] = now
        return told

    async def _act(self, request: web.Request) -> web.StreamResponse:
        """One act of a person; what Discord would not let them do is told in words."""
        form = await request.post()
        body = json.loads(str(form.get("body") or "{}"))
        files: dict[str, list[tuple[str, bytes]]] = {}
        for name, part in form.items():
            if isinstance(part, web.FileField):
                files.setdefault(name, []).append((part.filename, part.file.read()))
        act = ACTS.get(request.match_info["act"])
        if act is None:
            raise web.HTTPNotFound
        try:
            return web.json_response(await act(Act(self._visit, self._person(body["as"]), body, files)))
        except Refusal as refusal:
            return web.json_response({"error": refusal.body["message"]}, status=400)
        except (NotOffered, KeyError, ValueError) as slip:
            return web.json_response({"error": str(slip)}, status=400)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """An attachment; shown if it is a picture, a sound or a film, else only handed over."""
        number = request.match_info["file"]
        file = self._discord.world.files.get(int(number) if number.isdecimal() else 0)
        if file is None:
            raise web.HTTPNotFound
        kind = (file.content_type or "application/octet-stream").partition(";")[0]
        is_shown = kind.startswith(_SHOWN)
        headers = {} if is_shown else {"Content-Disposition": "attachment"}
        return web.Response(body=file.read(), content_type=kind if is_shown else "text/plain", headers=headers)


async def _index(_: web.Request) -> web.StreamResponse:
    return web.FileResponse(HERE / "static" / "index.html")


async def _samples(_: web.Request) -> web.StreamResponse:
    """The spoken notes that come with the tests, for those without a microphone."""
    notes = json.loads(await asyncio.to_thread((SPEECH / "notes.json").read_text, "utf-8"))
    return web.json_response([{"file": each["file"], "text": each["text"], "ms": each["ms"]} for each in notes])


async def _send(response: web.StreamResponse, name: str, body: Json) -> None:
    await response.write(f"event: {name}\ndata: {json.dumps(body)}\n\n".encode())


@asynccontextmanager
async def open_site(
    discord: Discord, server: Server, people: Mapping[str, Person], *, port: int = 0
) -> AsyncIterator[Site]:
    """The page of this server, on loopback; port 0 is chosen by the system."""
    site = Site(discord, server, people)
    runner = web.AppRunner(site.app(), access_log=None, shutdown_timeout=1.0, handler_cancellation=True)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        site.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield site
    finally:
        await runner.cleanup()
