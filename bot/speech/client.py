"""
One call to the provider's ears.

Hides what the OpenAI client is asked and its exceptions.
"""

import asyncio
import json
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import aiohttp

from bot import trust
from bot.aside import aside
from bot.outcome import Fault
from bot.shortage import shortage_of
from bot.speech.answers import ModelRow, Trouble, model_row, refused
from bot.speech.bounds import LONGEST_MS, OF_A_LIST, TooMuch, of_sound
from bot.speech.complaint import complaint_of
from bot.speech.connection import coming_body, connect, expect, moved_to, secrets_of
from bot.speech.heard import Heard
from bot.speech.manners import Manners
from bot.speech.models import LANGUAGES, Model, Scores, model_of
from bot.speech.reading import Asked, whole_answer
from bot.speech.stream import LINGER_S, Coming, streamed

if TYPE_CHECKING:
    from openai import APIError, AsyncOpenAI

Answer = TypeVar("Answer")

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
_EASY = 4  # bytes of an answer that are read in the time which a character of text takes elsewhere
_SUCCESS = "200"
# Which field of the request asks for scores, and the failures that may mean that it is not taken without saying so.
_FIELDS = {Scores.SEGMENTS: "response_format", Scores.TOKENS: "include"}
_PUZZLING = frozenset({Fault.REJECTED, Fault.REQUEST_REFUSED, Fault.BAD_ANSWER, Fault.PROVIDER_DOWN})
_OPAQUE = frozenset({"400", "415", "422"})
_BROKEN = frozenset({"500", "501"})
_KNOWN_PLACE = frozenset({"400", "411", "415", "422"})  # what is said there to a request without a sound
_NO_PLACE = frozenset({Fault.ADDRESS_WRONG, Fault.MODEL_GONE, Fault.REQUEST_REFUSED, Fault.REJECTED})
_BAD_KEY = Trouble(Fault.KEY_REFUSED, may_cost=False, detail="the key has a character no key has")

# What bounds this task's next call in place of the usual time.
_clock: ContextVar[AbstractAsyncContextManager[object] | None] = ContextVar("clock", default=None)


def within(clock: AbstractAsyncContextManager[object]) -> None:
    """Have this task's next call be made within `clock`, which raises TimeoutError: a server may hear others first."""
    _clock.set(clock)


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

    `timeout_s` bounds a call, or the clock that whoever makes it has wound up with `within`.

    Nothing is imported or connected before `warm` or the first call. Close it with `aclose` or `async with`.
    """

    def __init__(
        self, *, base_url: str, api_key: str, model: str, timeout_s: float = 120.0, linger_s: float = LINGER_S
    ) -> None:
        self.model = model_of(model)
        self._base_url = base_url
        self._api_key = api_key
        self._timeout_s = timeout_s
        self._linger_s = linger_s
        self._manners = Manners()
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
        model = self.model if english_by is None else model_of(english_by)
        streams = english_by is None and on_delta is not None and self._manners.streams(model)
        scores = self._manners.scores(model)
        coming = Coming(on_delta) if streams and on_delta is not None else None
        fields = _scored(self._request(hint or Hint()) if english_by is None else {"model": model.name}, scores)
        at = client.audio.transcriptions if english_by is None else client.audio.translations
        with opened as file:
            request = fields | {"file": (name, file, content_type)} | ({"stream": True} if streams else {})
            call = self._send(partial(at.with_raw_response.create, **request), model, sound_ms, coming)
            asked = self._asked(model, sound_ms)
            answer = await self._ask(call, lambda: None if coming is None else coming.words(asked, is_cut=True))
        answer = self._learn(model, answer, ("stream" if streams else "", scores))
        return _untranslated(answer) if english_by is not None and isinstance(answer, Trouble) else answer

    async def translates(self, model: str) -> bool | None:
        """
        Whether the server has a place to translate at, asked without a sound and so free of charge.

        None where that cannot be told. Whether the model can is another matter, which only a sound would show.
        """
        client = await self._open()
        answer = await self._ask(self._knock(client, model))
        if answer is None or answer.code in _KNOWN_PLACE or answer.fault is Fault.MODEL_GONE:
            return True
        return False if answer.fault is Fault.ADDRESS_WRONG else None

    async def models(self) -> tuple[ModelRow, ...] | Trouble:
        """The models this key may use; free of charge, so it also proves key and network."""
        client = await self._open()
        return await self._ask(self._list(client))

    async def _send(
        self, ask: Callable[[], Awaitable[Any]], model: Model, sound_ms: int, coming: Coming | None
    ) -> Heard | Trouble:
        """One request for words, read all at once or, into `coming`, as they come."""
        bound = of_sound(sound_ms)
        expect(bound, streams=coming is not None)
        raw = await ask()
        asked = self._asked(model, sound_ms, raw.headers)
        if coming is not None:
            async with aclosing(coming_body(raw)) as body:
                return await streamed(body, coming, asked, bound.counts, linger_s=self._linger_s)
        answer = await aside(len(raw.content) // _EASY, whole_answer, raw.content, asked)
        if isinstance(answer, Trouble) and answer.fault is Fault.BAD_ANSWER and b"\n" in raw.content:
            # A stream, though none was asked for.
            found = await streamed(_at_once(raw.content), Coming(lambda _: None), asked, bound.counts)
            return answer if isinstance(found, Trouble) and found.fault is Fault.BAD_ANSWER else found
        return answer

    def _asked(self, model: Model, sound_ms: int, headers: Mapping[str, str] | None = None) -> Asked:
        return Asked(model, min(max(sound_ms, 0), LONGEST_MS), headers or {}, self._secrets)

    def _learn(self, model: Model, answer: Heard | Trouble, asked: tuple[str, Scores]) -> Heard | Trouble:
        """Remember what the server gave and what it refused; what it refused for that is worth another try at once."""
        manners, (stream, scores) = self._manners, asked
        if isinstance(answer, Heard):
            manners.went_without(model, asked, is_heard=True)
            has_scores = bool(answer.parts if scores is Scores.SEGMENTS else answer.tokens)
            if answer.text:
                manners.has_given(model, stream, scores if has_scores else "")
            if answer.text and not has_scores and not manners.is_proven(model, scores):
                manners.has_refused(model, scores)
            return answer
        refused = [
            what for what, field in ((stream, "stream"), (scores, _FIELDS.get(scores, ""))) if field in answer.about
        ]
        if any(refused):
            manners.has_refused(model, *refused)
            return replace(answer, retry=True, retry_after_ms=0)
        if answer.fault not in _PUZZLING or answer.unsupported:
            return answer
        manners.went_without(model, asked, is_heard=False)
        if stream and answer.code == _SUCCESS:
            manners.doubt(model, stream)
        if scores and not manners.is_proven(model, scores):
            if answer.code in _OPAQUE:
                manners.doubt(model, scores)
                return answer if answer.retry else replace(answer, retry=True, retry_after_ms=0)
            if answer.code in _BROKEN:
                manners.doubt(model, scores, is_breakdown=True)
        return answer

    async def _knock(self, client: "AsyncOpenAI", model: str) -> Trouble | None:
        expect(OF_A_LIST)
        await client.post("/audio/translations", cast_to=object, body={"model": model})
        return None

    async def _list(self, client: "AsyncOpenAI") -> tuple[ModelRow, ...] | Trouble:
        expect(OF_A_LIST)
        raw: Any = await client.models.with_raw_response.list()
        answer = await asyncio.to_thread(json.loads, raw.content)
        rows = answer.get("data", answer.get("models")) if isinstance(answer, Mapping) else answer
        if not isinstance(rows, list):
            return Trouble(Fault.BAD_ANSWER, may_cost=False, code=_SUCCESS, detail="the answer is no list of models")
        return tuple(row for row in map(model_row, rows) if row)

    def _request(self, hint: Hint) -> dict[str, Any]:
        """The fields of the call, in the dialect the model understands."""
        fields: dict[str, Any] = {"model": self.model.name}
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

    async def _ask(
        self, call: Coroutine[Any, Any, Answer | Trouble], so_far: Callable[[], Answer | None] = lambda: None
    ) -> Answer | Trouble:
        """Run one call against the clock; what goes wrong comes back as a value, or as the words that came before."""
        import httpx2  # noqa: PLC0415 - as openai, which brings it
        import openai  # noqa: PLC0415 - 0.4 s; `_open` has paid them in a thread

        if not (self._api_key.isascii() and self._api_key.isprintable()):  # no header could carry it
            call.close()
            return _BAD_KEY
        began_s, clock = asyncio.get_running_loop().time(), _clock.get()
        _clock.set(None)
        try:
            # The client's own would start again with every byte: a server that drips would hold a note for ever.
            async with clock or asyncio.timeout(self._timeout_s):
                return await call
        except TimeoutError:
            late = f"no answer within {round(asyncio.get_running_loop().time() - began_s, 1):g} s"
            return so_far() or Trouble(Fault.PROVIDER_DOWN, retry=True, code="timeout", detail=late)
        except openai.APIError as error:
            return self._trouble(error)
        except (
            aiohttp.ClientError,
            httpx2.HTTPError,
        ) as error:  # no HTTP, or an error that broke off: as it was raised
            return so_far() or _cut_off(error)
        except _PUZZLED as error:
            why = str(error) if isinstance(error, TooMuch) else f"the answer cannot be read: {type(error).__name__}"
            return Trouble(Fault.BAD_ANSWER, detail=why)

    def _trouble(self, error: "APIError") -> Trouble:
        """The SDK's exception as a value; without a status it is a connection, or an error amid a stream."""
        if (response := getattr(error, "response", None)) is not None:
            status, headers = response.status_code, response.headers
        elif error.__cause__ is None:
            status, headers = 500, {}
        else:
            return _cut_off(error.__cause__)
        said = complaint_of(error.body)
        message = said.message
        if response is not None and (place := moved_to(response)):
            message = f"it points to {place}"
        trouble = refused(
            status,
            code=error.code or said.code,
            kind=error.type or said.kind,
            param=error.param or said.param,
            message=message,
            headers=headers,
            secrets=self._secrets,
            is_page=said.is_page,
        )
        return replace(trouble, is_refused=response is not None)

    async def _open(self) -> "AsyncOpenAI":
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(connect, self._base_url, self._api_key)
            return self._client


def _untranslated(trouble: Trouble) -> Trouble:
    """A refusal of a translation: where there is no place for it, or the model cannot, nothing else is wrong."""
    is_told = trouble.fault in _NO_PLACE and "translat" in trouble.said.lower()
    if trouble.fault is Fault.ADDRESS_WRONG or is_told:
        return replace(trouble, fault=Fault.CANNOT_TRANSLATE, retry=False, unsupported=False)
    return trouble


async def _at_once(body: bytes) -> AsyncGenerator[bytes]:
    yield body


def _scored(fields: dict[str, Any], scores: Scores) -> dict[str, Any]:
    """The request with what it is to be answered in."""
    # Always said: some proxies fill in verbose_json, which gpt-transcribe refuses, and "text" has no usage.
    fields["response_format"] = "verbose_json" if scores is Scores.SEGMENTS else "json"
    if scores is Scores.TOKENS:
        fields["include"] = ["logprobs"]
    return fields


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
