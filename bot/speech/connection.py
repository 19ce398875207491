"""
The way to the provider: a client that goes nowhere else, asks once, and reads no more than an answer can be.

Hides how the OpenAI client is built, its slow import, and how much of an answer is read.
"""

import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import aiohttp

from bot import trust
from bot.aside import InTurn
from bot.speech.bounds import MOST_BYTES, OF_A_LIST, Bound, Counts, TooMuch, counts_of
from bot.whole_body import chunks

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_CONNECT_TIMEOUT_S = 10.0
_PLACE = "location"  # where an answer keeps the address that was taken from its head
# How much an answer may be is `bounds`'; a head's bounds (8 kB a line, 128 lines) are aiohttp's own.
_ERROR_LIMIT_BYTES = 64 * 1024  # real ones have a few hundred; what is behind is not read, the status stands
_SLICE_BYTES = 2 * 1024  # some twenty of a stream's events, each a tenth of a millisecond

# What the answer to this task's request may be.
_expected: ContextVar[tuple[Bound, bool]] = ContextVar("expected", default=(OF_A_LIST, False))


def connect(base_url: str, api_key: str) -> "AsyncOpenAI":
    """The real client: no retries (it sends no idempotency key, so each could be billed again), short answers only."""
    import openai  # noqa: PLC0415 - 0.4 s, paid in a thread and only by who hears

    trusted = trust.context()
    careful: dict[str, Any] = {
        "api_key": api_key or "none",  # servers at home ask for no key, the client insists on one
        "max_retries": 0,
        # How long an answer may take is bounded by whoever waits for it.
        "timeout": openai.Timeout(None, connect=_CONNECT_TIMEOUT_S),
        # Half the CPU of the client's own connections, and aiohttp is loaded anyway.
        "http_client": openai.DefaultAioHttpClient(
            event_hooks={"response": [_Answers().bounded]},
            follow_redirects=False,
            verify=trusted or _usual(),
        ),
    }
    parts = urlsplit(base_url)
    if door := _door(base_url):
        careful["default_headers"] = {"Authorization": door}
        base_url = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    place, _, query = base_url.partition("?")
    client: openai.AsyncOpenAI
    if version := parse_qs(query).get("api-version"):  # Azure's dialect: deployments in the path, the version behind it
        client = openai.AsyncAzureOpenAI(azure_endpoint=place.rstrip("/"), api_version=version[0], **careful)
    else:
        client = openai.AsyncOpenAI(base_url=base_url, **careful)
    _ = client.audio.transcriptions, client.audio.translations, client.models  # loaded on first touch: another 50 ms
    return client


@cache
def _usual() -> ssl.SSLContext:
    """Whom the client believes where the host names nobody, for every client: it costs 40 ms and some megabytes."""
    import httpx2  # noqa: PLC0415 - as openai, which brings it

    return httpx2.create_ssl_context()


def _door(base_url: str) -> str:
    """What to say to a server at home behind a password, if it is; aiohttp takes none out of an address."""
    parts = urlsplit(base_url)
    if parts.username is None:
        return ""
    return aiohttp.encode_basic_auth(unquote(parts.username), unquote(parts.password or ""))


def secrets_of(base_url: str, api_key: str) -> tuple[str, ...]:
    """All that is said to be let in, in every form in which a server may quote it; the longest first."""
    password = urlsplit(base_url).password or ""
    forms = {api_key, quote(api_key, safe=""), password, unquote(password), _door(base_url).removeprefix("Basic ")}
    return tuple(sorted(filter(None, forms), key=len, reverse=True))


def coming_body(raw: Any) -> AsyncGenerator[bytes]:
    """What comes of an answer, in parts, and no more of it than one can be."""
    body: AsyncGenerator[bytes] = raw.http_response.aiter_bytes()
    return body


def moved_to(response: Any) -> str:
    """Where an answer says that it has moved to, without its query; empty if it does not."""
    return str(response.extensions.get(_PLACE, ""))


def expect(bound: Bound, *, streams: bool = False) -> None:
    """What the next request of this task is answered with: an answer within that bound, all at once or as a stream."""
    _expected.set((bound, streams))


class _Answers:
    """The answers of one client, however many come at once: each is bounded, and they are read one slice a turn."""

    def __init__(self) -> None:
        self._in_turn = InTurn()

    async def bounded(self, response: Any) -> None:
        """
        Follow no redirect, count what there is in an answer before it is read, and stop where none could still be.

        The rest of an error is left unread: its status is known.
        """
        if place := response.headers.pop("location", ""):
            response.extensions[_PLACE] = place.partition("?")[0]
        read, is_answer = response.aiter_bytes, response.is_success
        bound, streams = _expected.get()
        limit = MOST_BYTES if is_answer else _ERROR_LIMIT_BYTES

        async def counted(chunk_size: int | None = None) -> AsyncIterator[bytes]:
            total = lines = 0
            counts = Counts()
            body: Any = read(chunk_size)
            within: AsyncGenerator[bytes] = chunks(body, most_bytes=limit) if is_answer else body
            async with aclosing(within) as came:
                async for chunk in came:
                    total += len(chunk)
                    fits = chunk if total <= limit else chunk[: limit - total]
                    for at in range(0, len(fits), _SLICE_BYTES):
                        part = fits[at : at + _SLICE_BYTES]
                        found = counts_of(part)
                        counts = counts if streams else counts + found  # of a stream, whoever reads an event counts
                        lines += found.lines
                        if is_answer and (lines > bound.lines or not counts.is_within(bound.counts)):
                            raise TooMuch("the answer has more in it than words")
                        if total > _SLICE_BYTES:
                            await self._in_turn.next()
                        yield part
                    if total > limit:
                        break
            if total > limit:
                await response.aclose()

        response.aiter_bytes = counted
