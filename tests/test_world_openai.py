"""The stand-in for OpenAI refuses and answers as the real one was measured to, asked by the real client."""

import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import openai
import pytest
from openai import AsyncOpenAI
from openai.types.audio import Transcription

from tests.asking import PARK, ask, refusal, wave_of
from tests.world.openai import Answer, LocalOpenAI, Scripted, open_openai
from tests.world.openai.rules import Hearing


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


async def test_a_voice_note_is_answered_with_words_and_whole_seconds(client: AsyncOpenAI) -> None:
    """gpt-transcribe answers text, languages and its duration, rounded up to seconds."""
    answer = await ask(client)

    assert isinstance(answer, Transcription)
    assert answer.text == Scripted().text
    assert answer.usage is not None
    assert answer.usage.to_dict() == {"type": "duration", "seconds": 4}
    assert [row.code for row in answer.languages or []] == ["en"]


async def test_a_hint_comes_back_as_the_language_found(client: AsyncOpenAI) -> None:
    """languages[] is echoed instead of what was heard, as measured."""
    answer = await ask(client, languages=["ko"], keywords=["Earshot"])

    assert [row.code for row in answer.languages] == ["ko"]


@pytest.mark.parametrize("name", ["voice.opus", "voice.oga", "voice.aac", "voice.amr"])
async def test_some_extensions_are_refused_whatever_the_bytes(client: AsyncOpenAI, name: str) -> None:
    """Ogg/Opus passes as .ogg only: the name decides, not the bytes."""
    error = await refusal(client, name=name)

    assert (error.status_code, error.param) == (400, "file")
    assert f"Unsupported file format {name.split('.')[1]}" in str(error)


async def test_a_file_without_a_name_is_refused(client: AsyncOpenAI) -> None:
    """Bare bytes go out as "upload", and nobody can tell what they are."""
    with pytest.raises(openai.BadRequestError, match="Unsupported file format"):
        await client.audio.transcriptions.create(file=PARK, model="gpt-transcribe")


@pytest.mark.parametrize(
    ("name", "data"),
    [("voice.mp3", PARK), ("voice.wav", PARK), ("voice.ogg", b"hello"), ("voice.ogg", b""), ("v.ogg", b"OggS no page")],
)
async def test_bytes_that_are_not_what_the_name_says_are_refused(client: AsyncOpenAI, name: str, data: bytes) -> None:
    """A wrong extension, no sound at all and a broken one: corrupted or unsupported."""
    error = await refusal(client, data, name)

    assert isinstance(error, openai.BadRequestError)
    assert "Audio file might be corrupted or unsupported" in str(error)


async def test_a_request_above_25_mib_is_refused_after_all_of_it_was_read(client: AsyncOpenAI) -> None:
    """413 counts the form around the file, names both numbers and has no exception class of its own."""
    error = await refusal(client, PARK + bytes(26_214_400 - len(PARK)))

    assert type(error) is openai.APIStatusError
    assert (error.status_code, error.type, error.code) == (413, "server_error", None)
    assert re.search(r"Maximum content size limit \(26214400\) exceeded \(2621\d{4} bytes read\)", str(error))


async def test_a_tenth_of_a_second_is_the_shortest_sound(client: AsyncOpenAI) -> None:
    """99 ms are refused, 100 ms are heard."""
    error = await refusal(client, wave_of(99), "a.wav")

    assert error.code == "invalid_value"
    assert "shorter than 0.1 seconds which is the minimum for this model" in str(error)
    assert (await ask(client, wave_of(100), "a.wav")).usage.seconds == 1


async def test_the_gpt_4o_family_takes_1400_seconds_and_the_others_more(client: AsyncOpenAI) -> None:
    """A longer sound is refused by name and number; gpt-transcribe takes it."""
    long = wave_of(1_401_000, rate=500)
    error = await refusal(client, long, "a.wav", model="gpt-4o-transcribe")

    assert "audio duration 1401.0 seconds is longer than 1400 seconds" in str(error)
    assert (await ask(client, long, "a.wav")).usage.seconds == 1401


@pytest.mark.parametrize("shape", ["verbose_json", "srt", "vtt", "diarized_json"])
async def test_gpt_transcribe_writes_json_and_text_only(client: AsyncOpenAI, shape: str) -> None:
    """Other formats are refused under the model's inner name."""
    error = await refusal(client, response_format=shape)

    assert error.code == "unsupported_value"
    assert f"response_format '{shape}' is not compatible with model 'gpt-transcribe-api-ev3'" in str(error)


@pytest.mark.parametrize(
    ("model", "shape", "piece"),
    [
        ("whisper-1", "srt", "00:00:00,000 --> 00:00:03,610"),
        ("whisper-1", "vtt", "WEBVTT"),
        ("gpt-transcribe", "text", "words of the note"),
    ],
)
async def test_formats_without_json_are_bare_text(client: AsyncOpenAI, model: str, shape: str, piece: str) -> None:
    """Text and subtitles carry no usage: the client hands out a str."""
    answer = await ask(client, model=model, response_format=shape)

    assert isinstance(answer, str)
    assert piece in answer


async def test_detailed_formats_carry_segments(client: AsyncOpenAI) -> None:
    """whisper-1 tells times, the diarizing model speakers."""
    whisper = await ask(client, model="whisper-1", response_format="verbose_json")
    diarized = await ask(client, model="gpt-4o-transcribe-diarize", response_format="diarized_json")

    assert whisper.segments[0].end == pytest.approx(3.61)
    assert diarized.segments[0].speaker == "A"


async def test_models_that_count_tokens_say_tokens(client: AsyncOpenAI) -> None:
    """The gpt-4o family's usage is tokens in and out, and it finds no languages."""
    answer = await ask(client, model="gpt-4o-mini-transcribe", language="en")

    assert answer.usage.type == "tokens"
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens
    assert answer.languages is None


async def test_the_gpt_4o_family_loses_what_is_above_its_output_limit(local: LocalOpenAI, client: AsyncOpenAI) -> None:
    """Status 200, and the end of a long text is missing."""
    local.script(Answer("word " * 3000), forever=True)

    assert len((await ask(client, model="gpt-4o-transcribe")).text) == 8192
    assert len((await ask(client)).text) == 15_000


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"languages": ["ko", "am"]}, "languages"),
        ({"languages": ["ko"], "language": "ko"}, "languages"),
        ({"extra_body": {"languages": '["ko"]'}}, "languages"),
        ({"keywords": ["fine", "two\nlines"]}, "keywords"),
        ({"keywords": ["<tag>"]}, "keywords"),
        ({"prompt": "x" * 65_537}, "prompt"),
        ({"model": "whisper-1", "languages": ["ko"]}, "languages"),
        ({"model": "gpt-4o-transcribe-diarize", "prompt": "x"}, "prompt"),
        ({"model": "gpt-live-transcribe"}, "model"),
    ],
)
async def test_one_bad_field_refuses_the_whole_request(client: AsyncOpenAI, fields: dict[str, Any], param: str) -> None:
    """Hints are checked, not ignored, and each belongs to its models."""
    error = await refusal(client, **fields)

    assert (error.status_code, error.param) == (400, param)


async def test_speakers_of_a_long_sound_need_a_chunking_strategy(client: AsyncOpenAI) -> None:
    """The diarizing model wants to be told how to cut above 30 seconds."""
    error = await refusal(client, wave_of(31_000), "a.wav", model="gpt-4o-transcribe-diarize")

    assert error.param == "chunking_strategy"
    assert await ask(client, wave_of(31_000), "a.wav", model="gpt-4o-transcribe-diarize", chunking_strategy="auto")


async def test_a_stream_gives_words_one_by_one_and_then_all_of_them(client: AsyncOpenAI) -> None:
    """Deltas add up to the text of the last event, which carries the price."""
    events = [event async for event in await ask(client, stream=True)]

    assert "".join(event.delta for event in events[:-1]) == events[-1].text == Scripted().text
    assert events[-1].usage.seconds == 4


async def test_whisper_ignores_the_wish_to_stream(local: LocalOpenAI) -> None:
    """stream=true changes nothing for whisper-1: one JSON object comes."""
    form = aiohttp.FormData({"model": "whisper-1", "stream": "true"})
    form.add_field("file", PARK, filename="a.ogg")
    headers = {"Authorization": f"Bearer {local.key}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{local.base_url}/audio/transcriptions", data=form, headers=headers) as answer,
    ):
        assert (await answer.json())["text"] == Scripted().text
        assert answer.headers["x-request-id"].startswith("req_")


async def test_each_key_but_the_right_one_is_refused(local: LocalOpenAI) -> None:
    """401 with a masked key, for transcriptions and for the list of models."""
    async with AsyncOpenAI(base_url=local.base_url, api_key="sk-proj-wrong-9876", max_retries=0) as client:
        error = await refusal(client)
        with pytest.raises(openai.AuthenticationError):
            await client.models.list()

    assert (error.status_code, error.code) == (401, "invalid_api_key")
    assert "sk-proj-***9876" in str(error)
    assert not local.paid


async def test_a_request_without_a_key_is_told_so(local: LocalOpenAI) -> None:
    """No Authorization header at all has its own message."""
    async with aiohttp.ClientSession() as session, session.get(f"{local.base_url}/models") as answer:
        assert "You didn't provide an API key" in (await answer.json())["error"]["message"]


async def test_models_are_listed_with_the_day_they_end(client: AsyncOpenAI) -> None:
    """Every file model but gpt-transcribe ends on 2027-02-26."""
    ends = {row.id: row.shutdown_date for row in (await client.models.list()).data}

    assert ends.pop("gpt-transcribe") is None
    assert set(ends.values()) == {"2027-02-26"}


async def test_a_model_that_is_gone_is_not_found(local: LocalOpenAI, client: AsyncOpenAI) -> None:
    """After its shutdown date a model is a 404 with a code."""
    local.offer("whisper-1", None)
    error = await refusal(client, model="whisper-1")

    assert (error.status_code, error.code) == (404, "model_not_found")


async def test_a_compatible_server_may_offer_models_of_its_own(local: LocalOpenAI, client: AsyncOpenAI) -> None:
    """A stranger among the models is heard like any other, and may say nothing of usage."""
    local.offer("whisper-large-v3", Hearing(("json",), "duration"))
    local.script(Answer("Hello.", omit=("usage", "languages")))
    answer = await ask(client, model="whisper-large-v3")

    assert (answer.text, answer.usage) == ("Hello.", None)


async def test_a_form_without_model_or_file_is_refused(local: LocalOpenAI) -> None:
    """Both fields are needed, and a body that is no form has neither."""
    headers = {"Authorization": f"Bearer {local.key}"}
    told = []
    async with aiohttp.ClientSession(headers=headers) as session:
        for form in ({"x": "y"}, aiohttp.FormData({"model": "whisper-1"}, default_to_multipart=True)):
            async with session.post(f"{local.base_url}/audio/transcriptions", data=form) as answer:
                told.append((await answer.json())["error"]["message"])

    assert told == ["you must provide a model parameter", "you must provide a file parameter"]
