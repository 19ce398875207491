"""The speech room hears, against a provider on a real socket."""

import asyncio
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.speech import MODELS, Heard, Hint, Model, Speech, Trouble, model_of
from bot.speech.models import Scores
from tests.asking import PARK, as_json, hear, speaking
from tests.world.openai import (
    Answer,
    Garbage,
    LocalOpenAI,
    Scripted,
    open_openai,
)
from tests.world.openai.rules import MODELS as REAL
from tests.world.openai.rules import Hearing

pytest_plugins = ["tests.asking"]


async def test_a_note_becomes_words(speech: Speech, local: LocalOpenAI) -> None:
    """Text, language, whole seconds billed and the provider's id of the call come back."""
    answer = await hear(speech)

    assert answer == Heard(Scripted().text, ("en",), 4, None, local.calls[0].request_id)


async def test_a_note_is_one_request_with_its_name_and_type(speech: Speech, local: LocalOpenAI) -> None:
    """The file goes out whole under the name given; json is always asked for, nothing else without a hint."""
    await hear(speech)
    call = local.calls[0]

    assert (call.filename, call.content_type, call.size_bytes) == ("voice-message.ogg", "audio/ogg", len(PARK))
    assert call.params == {"model": ["gpt-transcribe"], "response_format": ["json"]}


@pytest.mark.parametrize(
    ("model", "params"),
    [
        ("gpt-transcribe", {"languages[]": ["ko"], "keywords[]": ["Earshot", "quota"], "prompt": ["Before."]}),
        (
            "whisper-1",
            {"language": ["ko"], "prompt": ["Before.\nEarshot, quota"], "response_format": ["verbose_json"]},
        ),
        (
            "gpt-4o-mini-transcribe",
            {"language": ["ko"], "prompt": ["Before.\nEarshot, quota"], "include[]": ["logprobs"]},
        ),
        ("gpt-4o-transcribe-diarize", {"language": ["ko"], "chunking_strategy": ["auto"]}),
    ],
)
async def test_a_hint_is_said_in_the_dialect_of_the_model(
    local: LocalOpenAI, model: str, params: dict[str, list[str]]
) -> None:
    """gpt-transcribe takes lists, the older models one language and a prompt, the diarizing one no prompt."""
    async with speaking(local, model) as speech:
        answer = await hear(speech, hint=Hint("ko-KR", ("Earshot", " ", "two\nlines", "<tag>", "quota "), "Before."))

    assert isinstance(answer, Heard)
    assert local.calls[0].params == {"model": [model], "response_format": ["json"]} | params


@pytest.mark.parametrize(
    ("language", "sent"), [("zh-TW", ["zh-tw"]), ("pt-BR", ["pt"]), ("am", None), ("", None), (None, None)]
)
async def test_a_language_the_model_would_refuse_is_not_sent(
    speech: Speech, local: LocalOpenAI, language: str | None, sent: list[str] | None
) -> None:
    """An unknown code would refuse the whole call, so it is left out."""
    answer = await hear(speech, hint=Hint(language))

    assert isinstance(answer, Heard)
    assert local.calls[0].params.get("languages[]") == sent


async def test_several_expected_languages_are_all_named(local: LocalOpenAI) -> None:
    """gpt-transcribe is told all that may be spoken; a model that takes one is told none of several."""
    hint = Hint(languages=("ko", "en-GB", "en", "am"))
    async with speaking(local) as speech:
        await hear(speech, hint=hint)
    async with speaking(local, "whisper-1") as speech:
        await hear(speech, hint=hint)

    assert [call.params.get("languages[]") for call in local.calls] == [["ko", "en"], None]
    assert "language" not in local.calls[1].params


async def test_tokens_are_priced(local: LocalOpenAI) -> None:
    """Where the provider counts tokens, their price in micro-dollars comes instead of seconds."""
    local.script(Answer("x" * 400))
    async with speaking(local, "gpt-4o-transcribe") as speech:
        answer = await hear(speech)

    # 3.61 s are 37 tokens at $2.50 a million, 400 letters are 100 tokens at $10.
    assert isinstance(answer, Heard)
    assert (answer.billed_seconds, answer.token_usd_micros) == (None, 1093)


async def test_a_compatible_server_is_heard_without_usage(local: LocalOpenAI) -> None:
    """A model of its own is asked the old way, and what it does not say is not known."""
    local.offer("large-v3", Hearing(("verbose_json",), "duration"))
    local.script(Answer("Hello.", omit=("usage", "languages", "segments")))
    async with speaking(local, "large-v3") as speech:
        answer = await hear(speech, hint=Hint("ko"))

    assert answer == Heard("Hello.", (), None, None, local.calls[0].request_id)
    assert local.calls[0].params["language"] == ["ko"]


async def test_a_server_at_home_needs_no_key() -> None:
    """An empty key is no obstacle."""
    async with (
        open_openai(key="none") as local,
        Speech(base_url=local.base_url, api_key="", model="gpt-transcribe") as speech,
    ):
        assert isinstance(await hear(speech), Heard)


@pytest.mark.parametrize(
    ("usage", "seconds"),
    [
        ({"type": "duration", "seconds": 2.11}, 3),
        ({"type": "duration", "seconds": 0}, 0),
        ({"type": "duration", "seconds": -5}, None),
        ({"type": "duration", "seconds": 1e12}, None),
        ({"type": "duration", "seconds": "ten"}, None),
        ({"type": "tokens", "input_tokens": 1, "output_tokens": 1, "total_tokens": 2}, None),
        ("free", None),
        (None, None),
    ],
)
async def test_only_a_sane_number_of_seconds_is_believed(
    speech: Speech, local: LocalOpenAI, usage: object, seconds: int | None
) -> None:
    """A broken server's count never reaches the books."""
    local.script(as_json({"text": "Hello.", "usage": usage}))
    answer = await hear(speech)

    assert isinstance(answer, Heard)
    assert answer.billed_seconds == seconds
    assert answer.token_usd_micros is None


async def test_words_are_fit_for_any_database(speech: Speech, local: LocalOpenAI) -> None:
    """NUL and halves of surrogate pairs, which databases refuse, are gone; everything else stays."""
    local.script(
        Garbage(b'{"text": " a\\u0000b \\ud83d c \xf0\x9f\x90\xa6 ", "languages": ["en", 5]}', "application/json")
    )
    answer = await hear(speech)

    assert isinstance(answer, Heard)
    assert answer.text == "ab ? c \N{BIRD}"
    assert answer.languages == ()


async def test_a_call_given_up_by_its_owner_closes_the_line(speech: Speech, local: LocalOpenAI) -> None:
    """Cancelling raises here and ends the request there; the room goes on working."""
    gate = local.hold()
    asking = asyncio.create_task(hear(speech))
    await gate.wait_for(1)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await local.wait_for_calls(1, ended=True)
    gate.release()

    assert isinstance(await hear(speech), Heard)


async def test_twenty_notes_are_heard_at_once(speech: Speech, local: LocalOpenAI) -> None:
    """The room itself makes nobody wait."""
    gate = local.hold()
    asking = [asyncio.create_task(hear(speech)) for _ in range(20)]
    await gate.wait_for(20)
    gate.release()

    assert all(isinstance(answer, Heard) for answer in await asyncio.gather(*asking))
    assert local.most_at_once == 20


async def test_words_come_one_by_one_to_who_wants_them(speech: Speech, local: LocalOpenAI) -> None:
    """With on_delta the answer is streamed; the whole of it, priced, comes at the end."""
    deltas: list[str] = []
    answer = await hear(speech, on_delta=deltas.append)

    assert answer == Heard(Scripted().text, ("en",), 4, None, local.calls[0].request_id)
    assert "".join(deltas) == Scripted().text
    assert len(deltas) > 1


async def test_a_model_that_cannot_stream_is_asked_plainly(local: LocalOpenAI) -> None:
    """whisper-1 hands over everything at the end, and no delta."""
    deltas: list[str] = []
    async with speaking(local, "whisper-1") as speech:
        answer = await hear(speech, on_delta=deltas.append)

    assert isinstance(answer, Heard)
    assert deltas == []
    assert "stream" not in local.calls[0].params


async def test_the_models_of_a_key_are_listed(speech: Speech) -> None:
    """Every model comes with the day it ends, if any: this proves key and network for nothing."""
    rows = await speech.models()

    assert not isinstance(rows, Trouble)
    assert {row.id: row.shutdown_date for row in rows} == {name: model.shutdown for name, model in MODELS.items()}


async def test_a_file_that_is_not_there_is_a_bug(speech: Speech, local: LocalOpenAI, tmp_path: Path) -> None:
    """The caller made the piece, so its absence is no expected end."""
    with pytest.raises(FileNotFoundError):
        await speech.hear(tmp_path / "gone.ogg", "gone.ogg", "audio/ogg")

    assert not local.calls


async def test_a_room_closed_may_be_used_again(speech: Speech) -> None:
    """Closing drops the connections, not the room; closing twice or warming first is no mistake."""
    await speech.aclose()
    await speech.aclose()
    await speech.warm()

    assert isinstance(await hear(speech), Heard)


def test_the_client_library_is_not_loaded_at_import() -> None:
    """Starting costs nothing of the 0.4 s the library takes: they are paid in a thread, by the first who hears."""
    code = "import sys, bot.speech; print('openai' in sys.modules)"
    command = [sys.executable, "-c", code]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own words

    assert printed == "False\n"


def test_every_file_model_of_the_provider_is_in_the_table() -> None:
    """Names, shutdown dates and longest sounds agree with what was measured; pieces stay below the longest."""
    assert MODELS.keys() == REAL.keys()
    for name, model in MODELS.items():
        assert str(model.shutdown or None) == str(REAL[name].shutdown_date)
        assert model.piece_ms <= min(model.max_seconds, REAL[name].longest_s or model.max_seconds) * 1000 - 10_000
        assert (model.successor is None) == (model.shutdown is None)
        assert model.hints == REAL[name].hints


def test_prices_are_those_of_the_models_pages() -> None:
    """$0.0045 a minute for gpt-transcribe, the classic $0.006 for whisper-1, the shutdown on 2027-02-26."""
    assert MODELS["gpt-transcribe"].usd_micros_per_minute == 4500
    assert MODELS["whisper-1"].usd_micros_per_minute == 6000
    assert MODELS["whisper-1"].shutdown == date(2027, 2, 26)


def test_a_stranger_gets_careful_defaults() -> None:
    """An unknown model is dear, short, without hints; a dated snapshot of a known one is that one."""
    assert model_of("large-v3") == Model("large-v3", scores=Scores.SEGMENTS, is_listed=False)
    assert model_of("gpt-transcribe-2027-01-31") == replace(MODELS["gpt-transcribe"], name="gpt-transcribe-2027-01-31")
