"""
How tests ask the stand-in for OpenAI: the project's own notes, by the real client or by the speech room.

A pytest plugin (`pytest_plugins = ["tests.asking"]`) with the fixtures `local`, the stand-in, and `speech`, the room.

(PYTEST_DONT_REWRITE: test modules import from here before pytest sees that it is a plugin.)
"""

import io
import json
import wave
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI

from bot.speech import Heard, Speech, Trouble
from tests.world.openai import Garbage, LocalOpenAI, open_openai

NOTES = Path(__file__).parent / "speech"
ROWS = json.loads((NOTES / "notes.json").read_text())
PARK = (NOTES / "park.ogg").read_bytes()


def wave_of(ms: int, rate: int = 8000) -> bytes:
    """Silence of that length, eight bits a sample."""
    target = io.BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setparams((1, 1, rate, 0, "NONE", ""))
        sound.writeframes(b"\x80" * (rate * ms // 1000))
    return target.getvalue()


async def ask(client: AsyncOpenAI, data: bytes = PARK, name: str = "voice-message.ogg", **fields: Any) -> Any:
    """One transcription, json of gpt-transcribe unless said otherwise."""
    fields = {"model": "gpt-transcribe", "response_format": "json"} | fields
    return await client.audio.transcriptions.create(file=(name, data), **fields)


async def refusal(client: AsyncOpenAI, *args: Any, **fields: Any) -> openai.APIStatusError:
    """The error that call ends in."""
    with pytest.raises(openai.APIStatusError) as caught:
        await ask(client, *args, **fields)
    return caught.value


def speaking(local: LocalOpenAI, model: str = "gpt-transcribe", timeout_s: float = 30.0) -> Speech:
    """The room, with the provider's own key."""
    return Speech(base_url=local.base_url, api_key=local.key, model=model, timeout_s=timeout_s)


@pytest.fixture
async def local() -> AsyncIterator[LocalOpenAI]:
    """A provider with scripted ears."""
    async with open_openai() as opened:
        yield opened


@pytest.fixture
async def speech(local: LocalOpenAI) -> AsyncIterator[Speech]:
    """The room under test, at that provider."""
    async with speaking(local) as opened:
        yield opened


async def hear(speech: Speech, name: str = "voice-message.ogg", **more: Any) -> Heard | Trouble:
    """One call with the note that says what the weather is like."""
    return await speech.hear(NOTES / "park.ogg", name, "audio/ogg", **more)


async def trouble(speech: Speech, **more: Any) -> Trouble:
    """The trouble that call ends in."""
    answer = await hear(speech, **more)
    assert isinstance(answer, Trouble)
    return answer


def as_json(body: object) -> Garbage:
    """A 200 whose JSON is up to the test."""
    return Garbage(json.dumps(body).encode(), "application/json")
