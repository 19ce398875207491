"""
Servers that speak OpenAI's language with an accent, each as a local server over a real socket.

Hides aiohttp. Promises the differences docs/backends.md tells of, and nothing else: paths, keys, model lists, names
of files, and what is said about length. Their ears are ours.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.world.openai import rules, wire
from tests.world.openai.calls import Call
from tests.world.openai.ears import Ears, Sound
from tests.world.openai.rules import Refusal
from tests.world.openai.sound import family_of, seconds_of


@dataclass(frozen=True)
class Accent:
    """
    How one kind of server differs.

    `counts`: its answers say how long the sound was. `lists` is False where there is no list of models. `names` are
    the endings it takes. `deployments` puts the model into the path and the key into a header of its own. `scores` is
    what a wish for them brings: `segments` with both, or `half` of them unknown, or `none`. `translates`: it has a
    place for that.
    """

    path: str = "/v1"
    models: tuple[str, ...] = ("whisper-1",)
    counts: bool = False
    lists: bool = True
    needs_key: bool = False
    names: frozenset[str] = frozenset({"flac", "m4a", "mp3", "ogg", "wav", "webm"})
    deployments: bool = False
    hears_any_model: bool = False
    scores: str = "segments"
    translates: bool = False


ACCENTS = {
    "Groq": Accent(
        path="/openai/v1",
        models=("whisper-large-v3", "whisper-large-v3-turbo"),
        needs_key=True,
        names=frozenset({"flac", "m4a", "mp3", "ogg", "opus", "wav", "webm"}),
    ),
    "Azure": Accent(path="/openai", models=("whisper",), needs_key=True, deployments=True, translates=True),
    "speaches": Accent(models=("Systran/faster-whisper-small",), translates=True),
    "LocalAI": Accent(models=("whisper-1",), scores="none", translates=True),
    "vLLM": Accent(models=("openai/whisper-large-v3-turbo",), counts=True, scores="half"),
    "whisper.cpp": Accent(lists=False, hears_any_model=True),
}
KEY = "key-of-another-server"


@dataclass
class Other:
    """One such server: where it is, and what was asked of it."""

    accent: Accent
    ears: Ears
    origin: str
    calls: list[Call]

    async def transcribe(self, request: web.Request) -> web.Response:
        """POST .../audio/transcriptions."""
        call = Call(len(self.calls) + 1, 0.0)
        refusal = await wire.upload(request, call)
        self.calls.append(call)
        model = request.match_info.get("model") or call.model
        ending = (call.filename or "").rpartition(".")[2]
        if refusal := refusal or self._key(request):
            return wire.refuse(call, refusal)
        if model not in self.accent.models and not self.accent.hears_any_model:
            return wire.refuse(call, Refusal(404, f"Model {model} is not installed.", code="model_not_found"))
        if {name for name in call.params if name.endswith("[]")} or ending not in self.accent.names:
            return wire.refuse(call, Refusal(400, "I do not know such a field, or such a file."))
        seconds = await seconds_of(call.data, family_of(call.data))
        said = await self.ears.hear(Sound(call.data, call.sha256, seconds or 0.0))
        usage = {"usage": {"type": "duration", "seconds": int(-(-(seconds or 0) // 1))}} if self.accent.counts else {}
        scores = _scores(self.accent.scores, f" {said.text}", seconds or 0.0) if call.shape == "verbose_json" else {}
        return wire.as_json(call, {"text": f" {said.text}", **scores, **usage})

    async def models(self, request: web.Request) -> web.Response:
        """GET .../models; Azure lists what it could deploy, not what is deployed."""
        call = Call(0, 0.0)
        if refusal := self._key(request):
            return wire.refuse(call, refusal)
        names = ("whisper-001",) if self.accent.deployments else self.accent.models
        return wire.as_json(call, {"object": "list", "data": [{"id": name, "object": "model"} for name in names]})

    def _key(self, request: web.Request) -> Refusal | None:
        if not self.accent.needs_key:
            return None
        said = request.headers.get("api-key") if self.accent.deployments else request.headers.get("Authorization")
        return rules.key_refused(said, KEY)


def _scores(kind: str, text: str, seconds: float) -> dict[str, Any]:
    """The segments of a verbose answer, as that kind of server writes them."""
    if kind == "none":
        return {}
    row = {"id": 0, "start": 0.0, "end": seconds, "text": text}
    scores = {"avg_logprob": -0.25, "no_speech_prob": 0.125 if kind == "segments" else None}
    return {"segments": [row | scores], "language": "english", "duration": str(seconds)}


@asynccontextmanager
async def open_other(accent: Accent, ears: Ears) -> AsyncIterator[Other]:
    """Such a server, listening on loopback until the block ends."""
    other = Other(accent, ears, "", [])
    app = web.Application(client_max_size=wire.DRAIN_LIMIT_BYTES)
    deployment = "/deployments/{model:.+}" if accent.deployments else ""
    app.router.add_post(f"{accent.path}{deployment}/audio/transcriptions", other.transcribe)
    if accent.translates:
        app.router.add_post(f"{accent.path}{deployment}/audio/translations", other.transcribe)
    if accent.lists:
        app.router.add_get(f"{accent.path}/models", other.models)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        other.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield other
    finally:
        await runner.cleanup()
