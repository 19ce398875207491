"""The stand-in for OpenAI really listens."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from openai import AsyncOpenAI

from tests.asking import NOTES, ROWS, ask
from tests.world.openai import (
    LocalOpenAI,
    Recogniser,
    invention,
    open_openai,
)
from tests.world.openai.recogniser import RECORDINGS


def wrong(said: str, heard: str) -> float:
    """Word error rate: substitutions, insertions and deletions per word said."""
    right, got = (re.sub(r"[^\w' ]", "", text.lower()).split() for text in (said, heard))
    row = list(range(len(got) + 1))
    for number, word in enumerate(right, 1):
        before, row = row, [number]
        for at, other in enumerate(got):
            row.append(min(before[at + 1] + 1, row[at] + 1, before[at] + (word != other)))
    return row[-1] / len(right)


@pytest.fixture
async def local() -> AsyncIterator[LocalOpenAI]:
    """A provider with scripted ears."""
    async with open_openai() as opened:
        yield opened


@pytest.fixture
async def client(local: LocalOpenAI) -> AsyncIterator[AsyncOpenAI]:
    """The real client, pointed at it."""
    async with AsyncOpenAI(base_url=local.base_url, api_key=local.key, max_retries=0) as opened:
        yield opened


@pytest.fixture(scope="module")
def ears() -> Iterator[Recogniser]:
    """The real recogniser, warm for all tests."""
    with Recogniser() as opened:
        yield opened


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
async def test_the_length_of_a_note_is_what_a_decoder_makes_of_it(
    local: LocalOpenAI, client: AsyncOpenAI, row: dict[str, Any]
) -> None:
    """Page walk and ffmpeg agree to the millisecond on every note the project ships."""
    await ask(client, (NOTES / row["file"]).read_bytes(), row["file"])

    assert local.calls[0].seconds == pytest.approx(row["ms"] / 1000, abs=0.001)


async def test_silence_is_answered_with_nothing_or_with_an_invention(ears: Recogniser) -> None:
    """gpt-transcribe says nothing to a room where nobody speaks; older models thank for watching."""
    silence = (NOTES / "silence.ogg").read_bytes()
    async with (
        open_openai(ears=ears) as local,
        AsyncOpenAI(base_url=local.base_url, api_key=local.key, max_retries=0) as client,
    ):
        new, old = await ask(client, silence), await ask(client, silence, model="whisper-1")

    assert (new.text, new.languages) == ("", [])
    assert old.text == invention().text


@pytest.mark.long
async def test_every_spoken_note_of_the_project_is_heard(ears: Recogniser) -> None:
    """The recogniser gets nearly every word of the notes the demo plays."""
    async with (
        open_openai(ears=ears) as local,
        AsyncOpenAI(base_url=local.base_url, api_key=local.key, max_retries=0) as client,
    ):
        spoken = [row for row in ROWS if row["voice"]]
        asking = [ask(client, (NOTES / row["file"]).read_bytes(), row["file"]) for row in spoken]
        heard = [answer.text for answer in await asyncio.gather(*asking)]

    assert {
        row["file"]: wrong(row["text"], text) < 0.1 for row, text in zip(spoken, heard, strict=True)
    } == dict.fromkeys([row["file"] for row in spoken], True)


@pytest.mark.parametrize(
    ("file", "most_wrong"),
    [
        ("voice-message_goforward.ogg", 0.3),
        ("voice-message_LJ001-0001.ogg", 0.3),
        ("voice-message_LJ001-0008.ogg", 0.3),
        ("voice-message_pico_test_ko.ogg", 0.0),
        ("voice-message_pico_test_ja.ogg", 0.0),
        ("pico_test_de.wav", 0.0),
    ],
)
async def test_real_recordings_are_heard(ears: Recogniser, file: str, most_wrong: float) -> None:
    """English of real people is recognised; other languages are known by their sound, whatever the codec."""
    if not RECORDINGS.is_dir():
        pytest.skip("the real recordings are not beside this repository")
    said = next(row for row in json.loads((RECORDINGS / "manifest.json").read_text()) if row["file"] == file)
    async with (
        open_openai(ears=ears) as local,
        AsyncOpenAI(base_url=local.base_url, api_key=local.key, max_retries=0) as client,
    ):
        answer = await ask(client, (RECORDINGS / file).read_bytes(), file)

    assert wrong(said["transcript"], answer.text) <= most_wrong
    assert [row.code for row in answer.languages] == [said["lang"]]
