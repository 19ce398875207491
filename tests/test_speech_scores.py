"""How sure a model is comes with its words, where it says so; and nobody pays twice for a server that does not."""

import json
from typing import Any

import pytest

from bot.outcome import Fault as Blame
from bot.speech import Heard, Part, Speech, Token, Trouble
from tests.asking import as_json, hear, speaking, trouble
from tests.world.openai import Answer, CutConnection, Fault, Garbage, LocalOpenAI
from tests.world.openai.answers import SURE
from tests.world.openai.rules import Hearing

pytest_plugins = ["tests.asking"]

VERBOSE = Hearing(("json", "verbose_json"), "duration", streams=False)


def segment(start: Any, end: Any, text: Any, **more: Any) -> dict[str, Any]:
    """One row of a verbose answer."""
    return {"start": start, "end": end, "text": text} | more


def verbose(text: str, *segments: object, **more: Any) -> Garbage:
    """A verbose answer of those rows."""
    return as_json({"text": text, "segments": list(segments)} | more)


async def heard(speech: Speech, **more: Any) -> Heard:
    """The words that call ends in."""
    answer = await hear(speech, **more)
    assert isinstance(answer, Heard), answer
    return answer


@pytest.mark.parametrize("english_by", [None, "whisper-1"])
async def test_segments_come_with_their_scores(local: LocalOpenAI, english_by: str | None) -> None:
    """whisper-1 says of each segment when it was said and how sure it is, for a translation as well."""
    async with speaking(local, "whisper-1") as speech:
        answer = await heard(speech, english_by=english_by, sound_ms=3_610)

    assert answer.parts == (Part(0, 3_610, answer.text, 0.01, -0.2),)
    assert answer.billed_seconds == 4
    assert answer.tokens == ()


@pytest.mark.parametrize("way", ["plain", "stream"])
async def test_tokens_come_with_their_scores(local: LocalOpenAI, way: str) -> None:
    """gpt-4o-transcribe says of each token how sure it is, streamed or not, and each stands there once."""
    local.script(Answer("Hello there, you."))
    async with speaking(local, "gpt-4o-transcribe") as speech:
        answer = await heard(speech, on_delta=[].append if way == "stream" else None)

    assert answer.tokens == (Token("Hello", SURE), Token(" there,", SURE), Token(" you.", SURE))
    assert "stream" in local.calls[0].params or way == "plain"


async def test_a_stream_s_tokens_are_those_of_its_parts(local: LocalOpenAI) -> None:
    """Where the last event does not repeat the tokens, those of the parts are the tokens."""
    rows = [
        {"type": "transcript.text.delta", "delta": word, "logprobs": [{"token": word, "logprob": -1.5}]}
        for word in ("Hello", " you.")
    ]
    body = "".join(f"data: {json.dumps(row)}\n\n" for row in [*rows, {"type": "transcript.text.done", "text": ""}])
    local.script(Garbage(body.encode(), "text/event-stream"))
    async with speaking(local, "gpt-4o-transcribe") as speech:
        answer = await heard(speech, on_delta=[].append)

    assert answer.tokens == (Token("Hello", -1.5), Token(" you.", -1.5))


@pytest.mark.parametrize("model", ["gpt-transcribe", "gpt-4o-transcribe-diarize"])
async def test_models_that_refuse_to_tell_are_not_asked(local: LocalOpenAI, model: str) -> None:
    """gpt-transcribe refuses a request that asks for scores, so none does."""
    async with speaking(local, model) as speech:
        await heard(speech)

    assert local.calls[0].params["response_format"] == ["json"]
    assert "include[]" not in local.calls[0].params


REFUSALS = [
    Fault(400, "unsupported_value", param="response_format", message="Not that one."),
    Fault(400, message="Currently only support response_format `text` or `json`"),
    Fault(
        422, body=b'{"detail": [{"loc": ["body", "response_format"], "msg": "Input should be json", "type": "enum"}]}'
    ),
    Fault(415, message="verbose_json is not available"),
    Fault(500, body=b'{"error": "verbose_json: not implemented"}'),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: str(refusal.status))
async def test_a_server_that_refuses_to_tell_is_asked_for_words_alone(local: LocalOpenAI, refusal: Fault) -> None:
    """What it refused is left out of the very next call, which may follow at once, and of all that come after."""
    local.offer("own", VERBOSE)
    local.script(refusal, when=lambda call: call.shape == "verbose_json", forever=True)
    async with speaking(local, "own") as speech:
        refused = await trouble(speech)
        answers = [await heard(speech) for _ in range(3)]

    assert (refused.retry, refused.retry_after_ms) == (True, 0)
    assert [call.shape for call in local.calls] == ["verbose_json", "json", "json", "json"]
    assert all(answer.text for answer in answers)


@pytest.mark.parametrize("status", [400, 422])
async def test_a_refusal_without_a_cause_costs_one_call_more(local: LocalOpenAI, status: int) -> None:
    """Where a server says no more than no, the next call goes without; what is heard so is asked for so ever after."""
    local.offer("own", VERBOSE)
    local.script(Fault(status, message="No."), when=lambda call: call.shape == "verbose_json", forever=True)
    async with speaking(local, "own") as speech:
        assert (await trouble(speech)).retry
        for _ in range(3):
            await heard(speech)

    assert [call.shape for call in local.calls] == ["verbose_json", "json", "json", "json"]


async def test_a_breakdown_is_no_refusal_but_the_second_time(local: LocalOpenAI) -> None:
    """Where a server breaks over it, the next call goes without; only what breaks again is given up for good."""
    local.offer("own", VERBOSE)
    local.script(Fault(500), when=lambda call: call.shape == "verbose_json", forever=True)
    async with speaking(local, "own") as speech:
        answers = [await hear(speech) for _ in range(6)]
    shapes = [call.shape for call in local.calls]

    assert shapes == ["verbose_json", "json", "verbose_json", "json", "json", "json"]
    assert [isinstance(answer, Heard) for answer in answers] == [shape == "json" for shape in shapes]


@pytest.mark.parametrize("fault", [Fault(502), Fault(503), Fault(429, "slow_down"), CutConnection()], ids=repr)
async def test_an_overload_costs_no_scores(local: LocalOpenAI, fault: Fault | CutConnection) -> None:
    """A server that is busy, or away, is asked for scores as before."""
    local.script(fault)
    async with speaking(local, "whisper-1") as speech:
        await trouble(speech)
        answer = await heard(speech)

    assert answer.parts


@pytest.mark.parametrize("status", [400, 500])
async def test_a_sound_nobody_can_read_spoils_no_scores(local: LocalOpenAI, status: int) -> None:
    """A call that fails with and without them failed for another reason: scores are asked for again."""
    local.offer("own", VERBOSE)
    local.script(Fault(status, message="No."), Fault(status, message="No."))
    async with speaking(local, "own") as speech:
        await trouble(speech)
        await trouble(speech)
        answer = await heard(speech)

    assert [call.shape for call in local.calls] == ["verbose_json", "json", "verbose_json"]
    assert answer.parts


async def test_a_server_that_told_before_is_not_doubted(local: LocalOpenAI) -> None:
    """Once a server has given scores, a breakdown is no refusal of them."""
    local.offer("own", VERBOSE)
    async with speaking(local, "own") as speech:
        await heard(speech)
        local.script(Fault(500, message="No."), Fault(400, message="No."))
        assert (await trouble(speech)).fault is Blame.PROVIDER_DOWN
        assert not (await trouble(speech)).retry
        await heard(speech)

    assert {call.shape for call in local.calls} == {"verbose_json"}


async def test_a_server_that_leaves_them_out_is_not_asked_again(local: LocalOpenAI) -> None:
    """An answer with words and without segments is the answer; from then on words alone are asked for."""
    local.offer("own", VERBOSE)
    local.script(as_json({"text": ""}), as_json({"text": "Hello."}), as_json({"text": "Hello."}))
    async with speaking(local, "own") as speech:
        assert [(await heard(speech)).text for _ in range(3)] == ["", "Hello.", "Hello."]

    assert [call.shape for call in local.calls] == ["verbose_json", "verbose_json", "json"]


async def test_logprobs_that_are_refused_are_not_asked_for_again(local: LocalOpenAI) -> None:
    """A proxy that knows gpt-4o-transcribe but not `include` is asked without it."""
    local.script(Fault(400, "unknown_parameter", param="include[0]"), Answer("Hello."))
    async with speaking(local, "gpt-4o-transcribe") as speech:
        assert (await trouble(speech)).retry
        answer = await heard(speech)

    assert (answer.text, answer.tokens) == ("Hello.", ())
    assert ["include[]" in call.params for call in local.calls] == [True, False]


GOOD = segment(0, 1, " Hello there.", no_speech_prob=0.5, avg_logprob=-0.25)


@pytest.mark.parametrize(
    ("text", "rows", "parts"),
    [
        ("Hello there.", [GOOD], [Part(0, 1_000, "Hello there.", 0.5, -0.25)]),
        (
            "Hello there. And you?",
            [segment(0, 1.25, " Hello there."), segment(1.25, 3, " And you?")],
            [Part(0, 1_250, "Hello there."), Part(1_250, 3_000, " And you?")],
        ),
        (
            "你好世界",
            [segment(0, 1, "你好"), segment(1, 2, "世界")],
            [Part(0, 1_000, "你好"), Part(1_000, 2_000, "世界")],
        ),
        ("Hello", [segment(0, 30.0, "<|0.00|> Hello<|30.00|>")], [Part(0, 4_000, "Hello")]),
        ("Hello", [segment(0, 1, "Hello"), segment(1, 2, " ")], [Part(0, 1_000, "Hello")]),
        ("Hello", [segment(9, 12, "Hello")], [Part(4_000, 4_000, "Hello")]),
        ("Hello", [segment(0, 1, "Hello", no_speech_prob=1.5, avg_logprob=0.5)], [Part(0, 1_000, "Hello")]),
        ("Hello", [segment(0, 1, "Hello", no_speech_prob=None, avg_logprob="x")], [Part(0, 1_000, "Hello")]),
        ("Hello", [segment(0, 1, "Hello", no_speech_prob=True, avg_logprob=float("nan"))], [Part(0, 1_000, "Hello")]),
        ("Hello", [segment(0, 1, "Hello", no_speech_prob=0.0, avg_logprob=0.0)], [Part(0, 1_000, "Hello")]),
        ("Hello", [segment(0, 1, "Hello", no_speech_prob=0, avg_logprob=-1)], [Part(0, 1_000, "Hello", 0.0, -1.0)]),
        ("Hello", [segment(0, 1, "Goodbye")], []),
        ("Hello", [segment(0, 1, "Hello"), segment(1, 2, "you")], []),
        ("Hello you", [segment(0, 1, "Hello")], []),
        ("Hello you", [segment(1, 2, "Hello"), segment(0, 1, "you")], []),
        ("Hello", [segment(2, 1, "Hello")], []),
        ("Hello", [segment(-1, 1, "Hello")], []),
        ("Hello", [segment(0, 5_000_000_000, "Hello")], []),
        ("Hello", [segment(4_000, 4_001, "Hello")], []),
        ("Hello", [segment(0, float("inf"), "Hello")], []),
        ("Hello", [segment(0, 10**400, "Hello")], []),
        ("Hello", [segment("0", "1", "Hello")], []),
        ("Hello", [segment(0, None, "Hello")], []),
        ("Hello", [segment(0, 1, None)], []),
        ("Hello", [segment(0, 1, "Hello"), 5], []),
        ("Hello", [["Hello"]], []),
        ("", [GOOD | {"text": ""}], []),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_parts_make_up_the_words_or_there_are_none(
    local: LocalOpenAI, text: str, rows: list[Any], parts: list[Part]
) -> None:
    """Times are in order and within the sound, numbers are what they should be, the texts are the text."""
    local.script(verbose(text, *rows))
    async with speaking(local, "whisper-1") as speech:
        answer = await heard(speech, sound_ms=4_000)

    assert answer.text == text
    assert answer.parts == tuple(parts)
    assert "".join(part.text for part in answer.parts) in (text, "")


@pytest.mark.parametrize(
    ("rows", "tokens"),
    [
        ([{"token": "Hi", "logprob": -9999.0, "bytes": [72, 105]}], [Token("Hi", -9999.0)]),
        ([{"token": "Hi", "logprob": 0}], [Token("Hi", 0.0)]),
        ([{"token": "Hi", "logprob": 0.5}], []),
        ([{"token": "Hi", "logprob": float("nan")}], []),
        ([{"token": "Hi", "logprob": None}, {"token": None, "logprob": -1}, {}, 5, ["Hi"]], []),
        ([{"token": "x" * 201, "logprob": -1}], []),
        ([{"token": "\0a", "logprob": -1}], [Token("a", -1.0)]),
        ("Hi", []),
        ({"token": "Hi"}, []),
        (None, []),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_a_token_has_a_text_and_a_probability(local: LocalOpenAI, rows: Any, tokens: list[Token]) -> None:
    """What is no token, or no logarithm of a probability, is left out; the words come all the same."""
    local.script(as_json({"text": "Hi", "logprobs": rows}))
    async with speaking(local, "gpt-4o-transcribe") as speech:
        answer = await heard(speech)

    assert (answer.text, answer.tokens) == ("Hi", tuple(tokens))


async def test_scores_are_in_no_words_of_trouble(local: LocalOpenAI) -> None:
    """A refusal of scores is told as one of the request, not of the sound or the key."""
    local.offer("own", VERBOSE)
    local.script(REFUSALS[0])
    async with speaking(local, "own") as speech:
        answer = await trouble(speech)

    assert isinstance(answer, Trouble)
    assert (answer.fault, answer.may_cost, answer.unsupported) == (Blame.REQUEST_REFUSED, False, False)
