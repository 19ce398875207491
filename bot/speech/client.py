"""
One call to the provider's ears.

Hides what the OpenAI client is asked and its exceptions.
"""

import asyncio
import os
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import aiohttp

from bot import trust
from bot.outcome import Fault
from bot.shortage import shortage_of
from bot.speech.answers import ModelRow, Trouble, fit, heard, model_row, refused, request_id_of
from bot.speech.bounds import LONGEST_MS, MOST_SIGNS, OF_A_LIST, Bound, of_sound
from bot.speech.connection import connect, expect, moved_to, parsed, secrets_of
from bot.speech.heard import Heard
from bot.speech.models import LANGUAGES, model_of

if TYPE_CHECKING:
    from openai import APIError, AsyncOpenAI

Answer = TypeVar("Answer")

_EVENTS_LIMIT = 50_000  # 23 minutes of the fastest speech are 15,000 tokens
_PROMPT_LIMIT = 65_536  # gpt-transcribe: "prompt must be at most 65536 characters"

# Nobody who could have done the work has had the request.
_UNREACHED = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)
# What an answer of no shape at all provokes in whoever reads it: it is the answer that is at fault.
_PUZZLED = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
_BAD_KEY = Trouble(Fault.KEY_REFUSED, may_cost=False, detail="the key has a character no key has")


@dataclass(frozen=True, slots=True)
class Hint:
    """
    What is known beforehand: the language, words likely to occur, the text that came before; or else the
    `languages` that may be spoken, for models that take more than one.
    """

    language: str | None = None
    keywords: tuple[str, ...] = ()
    prompt: str | None = None
    languages: tuple[str, ...] = ()


class Speech:
    """
    The provider's ears: each `hear` is exactly one HTTP call, without retries of its own.

    Nothing is imported or connected before `warm` or the first call. Close it with `aclose` or `async with`.
    """

    def __init__(self, *, base_url: str, api_key: str, model: str, timeout_s: float = 120.0) -> None:
        self.model = model_of(model)
        self._base_url = base_url
        self._api_key = api_key
        self._timeout_s = timeout_s
        self._secrets = secrets_of(base_url, api_key)
        self._client: AsyncOpenAI | None = None
        self._opening = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Drop the connections; the next call would open new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def warm(self) -> None:
        """Import the client library and build its client in a thread, so that the first note need not wait."""
        await self._open()

    async def hear(
        self,
        path: Path,
        name: str,
        content_type: str,
        hint: Hint | None = None,
        *,
        on_delta: Callable[[str], None] | None = None,
        english_by: str | None = None,
        sound_ms: int = LONGEST_MS,
    ) -> Heard | Trouble:
        """
        The words in the file at `path`, sent under `name`, whose extension tells the provider the format.

        With `on_delta`, models that can stream hand over their words as they come. `english_by` is the model to
        translate with. `sound_ms` is how long the sound is: an answer with more parts than can come of it is none.
        A redirect is not followed. Only a file that is not there, or being cancelled, raises; what this machine is
        short of before a call can be made comes back as `short_of`.
        """
        try:
            client = await self._open()
            opened = await asyncio.to_thread(path.open, "rb")
        except (OSError, MemoryError, RuntimeError) as error:
            if (short := shortage_of(error)) is None:
                raise
            return Trouble(
                Fault.NO_NETWORK,
                retry=True,
                may_cost=False,
                code="unreached",
                short_of=short,
                detail=f"this machine could not begin the call: {os.strerror(short)}",
            )
        with opened as file:
            if english_by is not None:
                english = {"model": english_by, "response_format": "json", "file": (name, file, content_type)}
                return await self._ask(self._translate(client, english, of_sound(sound_ms)))
            request = self._request(hint or Hint()) | {"file": (name, file, content_type)}
            if on_delta is not None and self.model.streams:
                return await self._ask(self._stream(client, request, of_sound(sound_ms, streams=True), on_delta))
            return await self._ask(self._transcribe(client, request, of_sound(sound_ms)))

    async def models(self) -> tuple[ModelRow, ...] | Trouble:
        """The models this key may use; free of charge, so it also proves key and network."""
        client = await self._open()
        return await self._ask(self._list(client))

    async def _transcribe(self, client: "AsyncOpenAI", request: dict[str, Any], bound: Bound) -> Heard | Trouble:
        expect(bound)
        raw: Any = await client.audio.transcriptions.with_raw_response.create(**request)
        return heard(await parsed(raw), self.model, raw.request_id)

    async def _translate(self, client: "AsyncOpenAI", request: dict[str, Any], bound: Bound) -> Heard | Trouble:
        expect(bound)
        raw: Any = await client.audio.translations.with_raw_response.create(**request)
        return heard(await parsed(raw), model_of(request["model"]), raw.request_id)

    async def _stream(
        self, client: "AsyncOpenAI", request: dict[str, Any], bound: Bound, on_delta: Callable[[str], None]
    ) -> Heard | Trouble:
        expect(bound, streams=True)
        raw: Any = await client.audio.transcriptions.with_raw_response.create(**request, stream=True)
        request_id, count, room = request_id_of(raw.request_id), 0, MOST_SIGNS
        async with raw.parse() as events:
            async for event in events:
                if getattr(event, "type", None) == "transcript.text.done":
                    return heard(event, self.model, request_id)
                if (count := count + 1) > _EVENTS_LIMIT:
                    return Trouble(Fault.REJECTED, detail="the stream has too many events", request_id=request_id)
                if room and isinstance(delta := getattr(event, "delta", None), str):
                    on_delta(fit(delta[:room]))
                    room -= min(len(delta), room)
        return Trouble(Fault.PROVIDER_DOWN, retry=True, detail="the stream has no end", request_id=request_id)

    async def _list(self, client: "AsyncOpenAI") -> tuple[ModelRow, ...] | Trouble:
        expect(OF_A_LIST)
        raw: Any = await client.models.with_raw_response.list()
        rows = getattr(await parsed(raw), "data", None)
        if not isinstance(rows, list):
            return Trouble(Fault.REJECTED, may_cost=False, detail="the answer is no list of models")
        return tuple(row for row in map(model_row, rows) if row)

    def _request(self, hint: Hint) -> dict[str, Any]:
        """The fields of the call, in the dialect the model understands."""
        # Always said: some proxies fill in verbose_json, which gpt-transcribe refuses, and "text" has no usage.
        fields: dict[str, Any] = {"model": self.model.name, "response_format": "json"}
        if self.model.chunking:
            fields["chunking_strategy"] = "auto"
        expected = [code.lower() for code in ([hint.language] if hint.language else hint.languages)]
        # One keyword with a line break or a bracket has the whole request refused.
        keywords = [word for word in map(str.strip, hint.keywords) if word and not set(word) & set("<>\r\n")]
        prompt = [hint.prompt] if hint.prompt else []
        if self.model.hints:
            known = [next((name for name in (code, code.split("-")[0]) if name in LANGUAGES), "") for code in expected]
            named = list(dict.fromkeys(filter(None, known)))
            fields |= {"languages": named} if named else {}
            fields |= {"keywords": keywords} if keywords else {}
        else:
            # One language or none: a wrong one costs more than it helps.
            fields |= {"language": expected[0].split("-")[0]} if len(expected) == 1 else {}
            prompt += [", ".join(keywords)] if keywords else []
        if prompt and self.model.prompts:
            fields["prompt"] = "\n".join(prompt)[-_PROMPT_LIMIT:]
        return fields

    async def _ask(self, call: Coroutine[Any, Any, Answer | Trouble]) -> Answer | Trouble:
        """Run one call against the clock; whatever goes wrong comes back as a value."""
        import httpx2  # noqa: PLC0415 - as openai, which brings it
        import openai  # noqa: PLC0415 - 0.4 s; `_open` has paid them in a thread

        if not (self._api_key.isascii() and self._api_key.isprintable()):  # no header could carry it
            call.close()
            return _BAD_KEY
        try:
            # The client's own timeouts start again with every byte: a server that drips would hold a note for ever.
            async with asyncio.timeout(self._timeout_s):
                return await call
        except TimeoutError:
            return Trouble(
                Fault.PROVIDER_DOWN, retry=True, code="timeout", detail=f"no answer within {self._timeout_s:g} s"
            )
        except openai.APIError as error:
            return self._trouble(error)
        except (
            aiohttp.ClientError,
            httpx2.HTTPError,
        ) as error:  # no HTTP, or an error that broke off: as it was raised
            return _cut_off(error)
        except _PUZZLED as error:
            return Trouble(Fault.REJECTED, detail=f"the answer cannot be read: {type(error).__name__}")

    def _trouble(self, error: "APIError") -> Trouble:
        """The SDK's exception as a value; without a status it is a connection, or an error amid a stream."""
        if (response := getattr(error, "response", None)) is not None:
            status, headers = response.status_code, response.headers
        elif error.__cause__ is None:
            status, headers = 500, {}
        else:
            return _cut_off(error.__cause__)
        told = error.body.get("message") if isinstance(error.body, dict) else error.body
        said = told if isinstance(told, str) and told else error.message
        if response is not None and (place := moved_to(response)):
            said = f"it points to {place}"
        trouble = refused(
            status,
            code=error.code,
            kind=error.type,
            param=error.param,
            message=said,
            headers=headers,
            secrets=self._secrets,
        )
        return replace(trouble, is_refused=response is not None)

    async def _open(self) -> "AsyncOpenAI":
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(connect, self._base_url, self._api_key, self._timeout_s)
            return self._client


def _cut_off(cause: BaseException) -> Trouble:
    """No answer at all: the network's fault if we never got through, else the provider's, who may be paid for it."""
    # What aiohttp said: the layer above calls a connection lost amid the answer a ConnectTimeout, too.
    said = cause.__cause__ or cause
    why = type(said).__name__
    if isinstance(said, aiohttp.ClientConnectorCertificateError):
        detail = trust.told(said) or why
        return Trouble(Fault.CERTIFICATE, retry=True, may_cost=False, code="certificate", detail=detail)
    if isinstance(said, _UNREACHED):
        detail, short = trust.told(said) or why, shortage_of(said)
        unreached = Trouble(Fault.NO_NETWORK, retry=True, may_cost=False, code="unreached", detail=detail)
        return replace(unreached, short_of=short)
    return Trouble(Fault.PROVIDER_DOWN, retry=True, code="cut", detail=why)
