"""
The gateway, version 10: hello, identify, heartbeats, resume, reconnects, and events by intent and shard.

Hides sequences, replay buffers and the three transports (zlib-stream, zstd-stream, plain).
Promises: a session outlives its connection and replays what it missed; a bot is told only what its
intents, its permissions and its shard allow ("Gateway", "Receiving Events", docs).
"""

import asyncio
import json
import time
import zlib
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import zstandard
from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from tests.world.discord import events, wire
from tests.world.discord.state import Event, Guild, Json, World

PRIVILEGED = (1 << 1) | (1 << 8) | (1 << 15)  # members, presences, message content
KNOWN_INTENTS = (1 << 26) - 1
DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 3, 6, 7, 9, 10, 11
ACK_S = 0.02


class Packer:
    """One connection's transport compression ("Transport Compression"): one context for its whole life."""

    def __init__(self, compress: str | None) -> None:
        self._zlib = zlib.compressobj() if compress == "zlib-stream" else None
        self._zstd = zstandard.ZstdCompressor().compressobj() if compress == "zstd-stream" else None

    def pack(self, payload: Json) -> str | bytes:
        """A frame."""
        text = json.dumps(payload)
        if self._zlib is not None:
            return self._zlib.compress(text.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH)
        if self._zstd is not None:
            return self._zstd.compress(text.encode()) + self._zstd.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
        return text


@dataclass(eq=False, repr=False)
class Link:
    """One open connection and what waits to be sent over it (None: close with `code`)."""

    socket: web.WebSocketResponse
    packer: Packer
    outbox: asyncio.Queue[Json | None] = field(default_factory=asyncio.Queue)
    code: int | None = None  # set when this side closes

    def send(self, payload: Json) -> None:
        """Queue a payload."""
        self.outbox.put_nowait(payload)

    def close(self, code: int) -> None:
        """Close after what is queued."""
        self.code = code
        self.outbox.put_nowait(None)

    async def pump(self) -> None:
        """Send until told to close."""
        with suppress(ConnectionError):
            while (payload := await self.outbox.get()) is not None:
                packed = self.packer.pack(payload)
                await (self.socket.send_str(packed) if isinstance(packed, str) else self.socket.send_bytes(packed))
            await self.socket.close(code=self.code or 1000)


@dataclass(eq=False, repr=False)
class Session:
    """A bot's session: what it wants to hear, what it was told; `link` is None while it is away."""

    id: str
    intents: int
    shard: tuple[int, int]
    link: Link | None
    seq: int = 0
    said: deque[Json] = field(default_factory=lambda: deque(maxlen=5000))

    def tell(self, name: str, body: Json) -> None:
        """Dispatch an event, or keep it for a resume."""
        self.seq += 1
        payload = {"op": DISPATCH, "s": self.seq, "t": name, "d": body}
        self.said.append(payload)
        if self.link is not None:
            self.link.send(payload)

    def covers(self, guild: Guild | None) -> bool:
        """Whether a guild (or, for None, direct messages) belongs to this shard ("Sharding")."""
        shard, count = self.shard
        return shard == (0 if guild is None else (guild.id >> 22) % count)


@dataclass(eq=False, repr=False)
class Gateway:
    """All sessions of the app. `events` logs (name, body) of everything dispatched."""

    world: World
    token: str
    checked: Callable[[str, Json], None]  # the oracle looks at every event
    complain: Callable[[str], None]
    url: str = ""
    resume_url: str = ""  # where READY sends a bot that comes back; empty: to `url`
    asked: list[str] = field(default_factory=list)  # path and query of each connection, as it was opened
    heartbeat_ms: int = 41_250
    identify_window_ms: int = 0  # Discord: 5,000 for each of max_concurrency buckets; 0 lets tests start bots quickly
    max_concurrency: int = 1
    acks: bool = True  # False: a zombie connection that swallows heartbeats
    beats: list[float] = field(default_factory=list)  # moments of heartbeats, by the monotonic clock
    sessions: dict[str, Session] = field(default_factory=dict)
    events: list[tuple[str, Json]] = field(default_factory=list)
    identified: list[tuple[int, int]] = field(default_factory=list)  # (moment, shard)
    links: set[Link] = field(default_factory=set)
    next_close: list[int] = field(default_factory=list)  # how the next connections are turned away; under 1000: by HTTP

    def ready_sessions(self) -> list[Session]:
        """Sessions with an open connection."""
        return [session for session in self.sessions.values() if session.link is not None]

    def dispatch(self, event: Event) -> None:
        """Tell every session that should know."""
        bot = self.world.bot
        absent = event.guild is not None and not event.guild.has_bot
        if absent and event.name != "INTERACTION_CREATE":
            return
        hidden = event.channel is not None and not event.channel.is_open_to(bot)
        if hidden and not event.name.startswith(("INTERACTION", "CHANNEL", "THREAD")):
            return
        for session in self.sessions.values():
            if session.covers(event.guild) and (not event.needs or session.intents & event.needs):
                body = event.body
                if event.message is not None and not session.intents & events.MESSAGE_CONTENT:
                    body = events.without_content(body, event.message)
                self._tell(session, event.name, body)

    def _tell(self, session: Session, name: str, body: Json) -> None:
        self.checked(name, body)
        self.events.append((name, body))
        session.tell(name, body)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, from hello to close."""
        self.asked.append(request.path_qs)
        if self.next_close and self.next_close[0] < 1000:
            return web.Response(status=self.next_close.pop(0))
        socket = web.WebSocketResponse(max_msg_size=4096, autoping=True)
        await socket.prepare(request)
        link = Link(socket, Packer(request.query.get("compress")))
        if request.query.get("v") != "10" or request.query.get("encoding") != "json":
            self.complain(f"gateway opened with {request.query_string!r}, not v=10 and encoding=json")
        if self.next_close:
            await socket.close(code=self.next_close.pop(0))
            return socket
        self.links.add(link)
        pump = asyncio.create_task(link.pump())
        link.send({"op": HELLO, "d": {"heartbeat_interval": self.heartbeat_ms}})
        session: Session | None = None
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    session = self._hear(link, session, frame)
        finally:
            self.links.discard(link)
            if session is not None and session.link is link:
                session.link = None
                # docs, "Disconnecting": a bot that closes with 1000 or 1001 ends its session
                if link.code is None and socket.close_code in (WSCloseCode.OK, WSCloseCode.GOING_AWAY):
                    self.sessions.pop(session.id, None)
            self.world.clock.bell.ring()
            if link.code is None:
                pump.cancel()
            with suppress(asyncio.CancelledError):
                await pump
        return socket

    def _hear(self, link: Link, session: Session | None, frame: WSMessage) -> Session | None:
        payload = json.loads(frame.data)
        match payload.get("op"):
            case 1:
                self.beats.append(time.monotonic())
                if self.acks:  # never at once: discord.py writes down when it sent a beat after it has
                    asyncio.get_running_loop().call_later(ACK_S, link.send, {"op": ACK})
            case 2 if session is None:
                return self._identify(link, payload["d"])
            case 2:
                link.close(4005)
            case 6:
                return self._resume(link, payload["d"])
            case _ if session is None:
                link.close(4003)
            case 3:
                pass  # presence: nobody looks
            case other:
                self.complain(f"gateway op {other} is not built")
                link.close(4001)
        return session

    def _identify(self, link: Link, wish: Json) -> Session | None:
        now, (shard, count) = self.world.clock.now_ms(), tuple(wish.get("shard") or (0, 1))
        if wish["token"] != self.token:
            link.close(4004)
        elif wish["intents"] & ~KNOWN_INTENTS:
            link.close(4013)
        elif wish["intents"] & PRIVILEGED & ~self.world.privileged:
            link.close(4014)
        elif not 0 <= shard < count:
            link.close(4010)
        elif self._too_soon(now, shard):
            link.send({"op": INVALID, "d": False})
        else:
            self.identified.append((now, shard))
            for old in [each for each in self.sessions.values() if each.link is None and each.shard == (shard, count)]:
                del self.sessions[old.id]  # a bot that identifies anew won't resume what it left behind
            session = Session(f"session-{self.world.clock.snowflake():x}", wish["intents"], (shard, count), link)
            self.sessions[session.id] = session
            self._welcome(session)
            return session
        return None

    def _too_soon(self, now: int, shard: int) -> bool:
        bucket = shard % self.max_concurrency
        return any(
            now - at < self.identify_window_ms and other % self.max_concurrency == bucket
            for at, other in self.identified
        )

    def _welcome(self, session: Session) -> None:
        world = self.world
        guilds = [each for each in world.guilds.values() if each.has_bot and session.covers(each)]
        ready = {
            "v": 10,
            "user": {**wire.user(world.bot), "verified": True, "mfa_enabled": False, "email": None},
            "guilds": [{"id": str(each.id), "unavailable": True} for each in guilds],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.resume_url or self.url,
            "shard": list(session.shard),
            "application": {"id": str(world.bot.id), "flags": 0, "flags_new": "0"},
        }
        self._tell(session, "READY", ready)
        for each in guilds:
            self._tell(session, "GUILD_CREATE", wire.guild_create(each))
        world.clock.bell.ring()

    def _resume(self, link: Link, wish: Json) -> Session | None:
        session = self.sessions.get(wish["session_id"])
        if wish["token"] != self.token:
            link.close(4004)
        elif session is None or (session.said and wish["seq"] < session.said[0]["s"] - 1):
            link.send({"op": INVALID, "d": False})
        elif wish["seq"] > session.seq:
            link.close(4007)
        else:
            if session.link is not None:
                session.link.close(4000)
            session.link = link
            for payload in session.said:
                if payload["s"] > wish["seq"]:
                    link.send(payload)
            session.tell("RESUMED", {})
            self.events.append(("RESUMED", {}))
            self.world.clock.bell.ring()
            return session
        return None

    def blurt(self, name: str, body: Json) -> None:
        """Send an event as it is, however malformed: nobody checks it."""
        for session in self.sessions.values():
            session.tell(name, body)

    def reconnect(self) -> None:
        """Op 7 to everybody: come back and resume."""
        for session in self.ready_sessions():
            if session.link is not None:
                session.link.send({"op": RECONNECT, "d": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Op 9 to everybody; not resumable: their sessions are gone."""
        for session in self.ready_sessions():
            if session.link is not None:
                session.link.send({"op": INVALID, "d": resumable})
            if not resumable:
                self.sessions.pop(session.id)

    def drop(self, code: int | None = 4000, *, forget: bool = False) -> None:
        """Close every connection with a code, or (None) cut it without a word; `forget` ends the sessions too."""
        for link in list(self.links):
            transport = link.socket._req.transport if link.socket._req is not None else None
            if code is None and transport is not None:
                transport.abort()
            else:
                link.close(code or 4000)
        if forget:
            self.sessions.clear()
