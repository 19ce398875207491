"""
The provider of hearing, as a local server over a real socket.

Hides aiohttp and the order of the checks. Promises what `rules` says, whoever listens; a log of every
call; and that a test can hold, script and count calls without sleeping.
"""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.world.openai import answers, rules, wire
from tests.world.openai.calls import Bell, Call, Gate
from tests.world.openai.ears import Ears, Scripted, Sound, Spoken
from tests.world.openai.rules import Hearing, Refusal
from tests.world.openai.script import (
    INVENTED,
    Answer,
    CutConnection,
    Fault,
    Garbage,
    Hang,
    HugeJson,
    Redirect,
    Script,
    Step,
)
from tests.world.openai.sound import family_of, seconds_of
from tests.world.oracle import Oracle

PATH = "/audio/transcriptions"
ENGLISH = "/audio/translations"
LISTS = ("languages", "keywords", "include", "timestamp_granularities")


class LocalOpenAI:
    """What a test or the demo sees of the provider."""

    def __init__(self, ears: Ears, *, key: str, delay_s: float) -> None:
        self.ears = ears
        self.key = key
        self.delay_s = delay_s
        self.word_s = 0.0  # how long a stream takes for each word
        self.delta_signs: int | None = None  # a stream comes in parts of so many characters, whatever its words
        self.base_url = ""
        self.calls: list[Call] = []
        self.most_at_once = 0
        self.models = dict(rules.MODELS)
        self.oracle = Oracle.load("openai-audio.json")
        self.breaches: list[str] = []
        # What the list of models is answered with instead.
        self.listing: Fault | Garbage | Redirect | Hang | None = None
        self.listed = 0
        self._now = 0
        self._bell = Bell()
        self._script = Script()
        self._gate: Gate | None = None
        self._dictation: tuple[int, Gate] | None = None
        self._numbers = itertools.count(1)
        self._closing = asyncio.Event()

    @property
    def env(self) -> dict[str, str]:
        """The environment that points a client here."""
        return {"OPENAI_API_KEY": self.key, "OPENAI_BASE_URL": self.base_url}

    @property
    def paid(self) -> list[Call]:
        """The calls for which the work was done, answered or not."""
        return [call for call in self.calls if call.paid]

    def script(self, *steps: Step, when: Callable[[Call], bool] | None = None, forever: bool = False) -> None:
        """Give these steps, one per call (that fits `when`); `forever` repeats the last."""
        self._script.add(steps, when, forever=forever)

    def hold(self) -> Gate:
        """From now on the work of a call begins but its answer waits here."""
        self._gate = Gate(self._bell)
        return self._gate

    def dictate(self, after: int) -> Gate:
        """From now on a stream stops after so many words until it is let go on."""
        self._dictation = (after, Gate(self._bell))
        return self._dictation[1]

    def offer(self, model: str, hearing: Hearing | None) -> None:
        """Have one more model (as compatible servers do), or with None one less, as after its shutdown date."""
        if hearing:
            self.models[model] = hearing
        else:
            del self.models[model]

    async def wait_for_calls(self, count: int, *, ended: bool = False) -> list[Call]:
        """Until that many calls have been uploaded (or have ended); returns them."""
        await self._bell.until(lambda: len(self._counted(ended=ended)) >= count)
        return self._counted(ended=ended)

    def _counted(self, *, ended: bool) -> list[Call]:
        return [call for call in self.calls if call.ended_s is not None or not ended]

    # What follows is the server's side.

    async def transcribe(self, request: web.Request) -> web.StreamResponse:
        """POST /v1/audio/transcriptions and /v1/audio/translations."""
        call = Call(next(self._numbers), time.monotonic(), into_english=request.path.endswith(ENGLISH))
        refusal = rules.key_refused(request.headers.get("Authorization"), self.key)
        refusal = await wire.upload(request, call) or refusal
        self.calls.append(call)
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        self._bell.ring()
        try:
            return await self._answer(request, call, refusal)
        finally:
            call.data, call.ended_s = b"", time.monotonic()
            self._now -= 1
            self._bell.ring()

    async def list_models(self, request: web.Request) -> web.StreamResponse:
        """GET /v1/models."""
        call = Call(next(self._numbers), time.monotonic())
        self.listed += 1
        match self.listing:
            case Redirect(status, location):
                return wire.moved(call, status, location or str(request.url))
            case Fault() as fault:
                return wire.refuse(call, fault.refusal(), body=fault.body, extra=fault.headers)
            case Garbage(body, content_type, extra):
                return wire.as_is(call, body, content_type, extra=extra)
            case Hang():
                await self._closing.wait()
                return wire.hung_up(request)
        if refusal := rules.key_refused(request.headers.get("Authorization"), self.key):
            return wire.refuse(call, refusal)
        rows = [
            {
                "id": name,
                "object": "model",
                "created": 1_690_000_000,
                "owned_by": "system",
                "shutdown_date": row.shutdown_date,
            }
            for name, row in self.models.items()
        ]
        return wire.as_json(call, {"object": "list", "data": rows})

    def close(self) -> None:
        """Let held and hung calls go, so that the server can end."""
        self._closing.set()
        for gate in (self._gate, self._dictation and self._dictation[1]):
            if gate:
                gate.release()

    async def _answer(self, request: web.Request, call: Call, refusal: Refusal | None) -> web.StreamResponse:
        step = None if refusal else self._script.take(call)
        if isinstance(step, Fault):
            call.paid = step.paid
            return wire.refuse(call, step.refusal(), body=step.body, extra=step.headers)
        if isinstance(step, Redirect):
            return wire.moved(call, step.status, step.location or str(request.url))
        if refusal := refusal or await self._check(call):
            return wire.refuse(call, refusal)
        call.paid = True
        if self._gate:
            await self._gate.stop()
        await asyncio.sleep(self.delay_s)
        if step is None or isinstance(step, Answer):
            return await self._speak(request, call, step)
        return await self._misbehave(request, call, step)

    async def _pause(self, number: int) -> None:
        """What passes before a stream's next event."""
        if self._dictation and number == self._dictation[0]:
            await self._dictation[1].stop()
        await asyncio.sleep(self.word_s)

    async def _check(self, call: Call) -> Refusal | None:
        """The provider's checks, cheapest first; the last one decodes."""
        family = family_of(call.data)
        if refusal := rules.model_refused(call.model, self.models):
            return refusal
        hearing = self.models[call.model]
        if call.into_english and (refusal := rules.translation_refused(call.model, hearing)):
            return refusal
        refusal = rules.fields_refused(call.model, hearing, call.params) or rules.file_refused(call.filename, family)
        if refusal:
            return refusal
        self._judge_request(call)
        call.seconds = await seconds_of(call.data, family)
        return rules.CORRUPTED if call.seconds is None else rules.length_refused(hearing, call.seconds, call.params)

    async def _speak(self, request: web.Request, call: Call, step: Answer | None) -> web.StreamResponse:
        hearing, seconds = self.models[call.model], call.seconds or 0.0
        if step:
            await asyncio.sleep(step.delay_s)
            said, seconds = Spoken(step.text, step.languages), seconds if step.seconds is None else step.seconds
        else:
            said = await self.ears.hear(Sound(call.data, call.sha256, seconds))
            if not said.text and hearing.invents:
                said = Spoken(INVENTED["en"])
        # A hint comes back as the finding.
        languages = tuple(call.params.get("languages[]", said.languages)) if said.text else ()
        text = answers.spoken(said.text, hearing)
        if hearing.streams and call.streams:
            events = answers.events(hearing, text, languages, seconds, self.delta_signs, is_sure=call.wants_logprobs)
            judged = (self._judged(call, event, "text/event-stream") for event in events)
            return await wire.stream(request, call, (_claimed(event, step) for event in judged), self._pause)
        body = answers.body(call.shape, hearing, text, languages, seconds, is_sure=call.wants_logprobs)
        if call.into_english and call.shape == "json":
            body = {"text": text}
        if isinstance(body, str):
            return wire.as_text(call, body)
        if call.shape == "json":  # the longer shapes match two schemas at once, and "oneOf" forbids that
            self._judged(call, body, "application/json")
        body = _claimed(body, step)
        return wire.as_json(call, {name: body[name] for name in body if name not in (step.omit if step else ())})

    def _judge_request(self, call: Call) -> None:
        """Hold the form against the published schema; repeated fields are its arrays."""
        if self.oracle is None:
            return
        form: dict[str, Any] = {name.removesuffix("[]"): values for name, values in call.params.items()}
        form = {name: values if name in LISTS else _plain(values[-1]) for name, values in form.items()}
        form["file"] = "(binary)"
        self.breaches += self.oracle.request("POST", call.path, {}, {}, form, kind="multipart/form-data")

    def _judged(self, call: Call, body: dict[str, Any], kind: str) -> dict[str, Any]:
        """The answer, held against the published schema."""
        if self.oracle is not None:
            # The schema of a stream's last event knows tokens only; servers that count seconds say so there too.
            kept = body if kind == "application/json" else {name: body[name] for name in body if name != "usage"}
            self.breaches += self.oracle.response("POST", call.path, 200, kept, kind=kind)
        return body

    async def _misbehave(
        self, request: web.Request, call: Call, step: Hang | CutConnection | Garbage | HugeJson
    ) -> web.StreamResponse:
        match step:
            case Garbage(body, content_type, extra, "whole"):
                return wire.as_is(call, body, content_type, extra=extra)
            case Garbage(body, content_type, extra, end):
                answer = await wire.begun(request, call, body, content_type, extra=extra)
                if end == "open":
                    await self._closing.wait()
                wire.hung_up(request)
                return answer
            case HugeJson(size_bytes):
                return await wire.huge(request, call, size_bytes)
            case CutConnection(before=False):
                return await wire.cut(request, call)
            case Hang():
                await self._closing.wait()
        return wire.hung_up(request)


def _claimed(body: dict[str, Any], step: Answer | None) -> dict[str, Any]:
    """The answer with the usage that the script puts into it, judged or not."""
    return body if step is None or step.claims is None or "usage" not in body else body | {"usage": step.claims}


def _plain(said: str) -> Any:
    """A form's text as the type it stands for; a model's name or a prompt stays text."""
    try:
        value = json.loads(said)
    except ValueError:
        return said
    return value if isinstance(value, bool | float | dict) else said


@asynccontextmanager
async def open_openai(
    *, ears: Ears | None = None, delay_s: float = 0.0, key: str = "sk-proj-local-0123456789abcdef", port: int = 0
) -> AsyncIterator[LocalOpenAI]:
    """
    The provider, listening on loopback until the block ends.

    `delay_s` is the time each answer takes. A request or an answer that breaks the published schema fails the block.
    """
    local = LocalOpenAI(ears or Scripted(), key=key, delay_s=delay_s)
    app = web.Application(client_max_size=wire.DRAIN_LIMIT_BYTES)
    app.router.add_post(f"/v1{PATH}", local.transcribe)
    app.router.add_post(f"/v1{ENGLISH}", local.transcribe)
    app.router.add_get("/v1/models", local.list_models)
    # A client that hangs up ends its call here too; at the end nobody is waited for.
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1.0, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        local.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        yield local
        assert not local.breaches, local.breaches
    finally:
        local.close()
        await runner.cleanup()
