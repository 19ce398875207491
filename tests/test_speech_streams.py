"""A stream is whatever its server makes of it; what comes of it is each word once, or another way of asking."""

import json

import pytest

from bot.outcome import Fault as Blame
from bot.speech import Heard, Speech, Trouble
from tests.asking import PARK, hear, speaking
from tests.world.openai import Answer, Fault, Garbage, LocalOpenAI
from tests.world.openai.script import End
from tests.world.openai.shapes import DELTAS, SAID, STREAMS, delta, done

pytest_plugins = ["tests.asking"]

NO_WORDS = [
    Garbage(b"", "text/event-stream"),
    Garbage(b"data: [DONE]\n\n", "text/event-stream"),
    Garbage(b'data: {"type": "transcript.text.done", "text": null}\n\n', "text/event-stream"),
    Garbage(b'data: {"type": "session.created"}\n\ndata: {"type": "session.ended"}\n\n', "text/event-stream"),
    Garbage(b"data: no JSON\n\n", "text/event-stream"),
    Garbage(),
]


async def streamed(speech: Speech) -> tuple[Heard | Trouble, str]:
    """One call that asks for words as they come; what it ends in, and what came."""
    came: list[str] = []
    return await hear(speech, on_delta=came.append), "".join(came)


def asked_to_stream(local: LocalOpenAI) -> list[bool]:
    """Of each call, whether it asked for a stream."""
    return [call.streams for call in local.calls]


def stream(*rows: object, end: End = "whole") -> Garbage:
    """Those events."""
    body = "".join(f"data: {json.dumps(row)}\n\n" for row in rows)
    return Garbage(body.encode(), "text/event-stream", end=end)


@pytest.mark.parametrize("nothing", NO_WORDS, ids=lambda step: step.body[:40].decode())
async def test_a_server_that_streams_nothing_is_not_asked_to_again(
    speech: Speech, local: LocalOpenAI, nothing: Garbage
) -> None:
    """The next call goes without, and where that one is heard, so do all that follow."""
    local.script(nothing, when=lambda call: call.streams, forever=True)
    first, _ = await streamed(speech)
    answers = [await streamed(speech) for _ in range(3)]

    assert isinstance(first, Trouble)
    assert (first.fault, first.retry) == (Blame.BAD_ANSWER, True)
    assert all(isinstance(answer, Heard) and answer.text for answer, _ in answers)
    assert asked_to_stream(local) == [True, False, False, False]


async def test_an_outage_does_not_end_live_words(speech: Speech, local: LocalOpenAI) -> None:
    """A server that has streamed before, and fails once, streams again after the call without."""
    answers = [await streamed(speech)]
    local.script(stream({"error": {"message": "Oh.", "code": "server_error"}}))
    answers += [await streamed(speech) for _ in range(3)]

    assert [isinstance(answer, Heard) for answer, _ in answers] == [True, False, True, True]
    assert asked_to_stream(local) == [True, True, False, True]


@pytest.mark.parametrize(
    "refusal",
    [
        Fault(400, "unsupported_value", param="stream"),
        Fault(422, body=b'{"detail": [{"loc": ["body", "stream"], "msg": "no"}]}'),
        Fault(400, message="Streaming is not supported."),
        Fault(501, message="stream is not implemented"),
    ],
    ids=lambda fault: str(fault.status),
)
async def test_a_server_that_refuses_to_stream_is_asked_for_words_at_once(
    speech: Speech, local: LocalOpenAI, refusal: Fault
) -> None:
    """A refusal of `stream` costs one call, and is remembered."""
    local.script(refusal, when=lambda call: call.streams, forever=True)
    first, _ = await streamed(speech)
    second, _ = await streamed(speech)

    assert isinstance(first, Trouble)
    assert (first.retry, first.retry_after_ms) == (True, 0)
    assert isinstance(second, Heard)
    assert asked_to_stream(local) == [True, False]


@pytest.mark.parametrize("name", [name for name, shape in STREAMS.items() if shape.step != Garbage()])
async def test_what_is_shown_is_what_is_heard(speech: Speech, local: LocalOpenAI, name: str) -> None:
    """Words that come bit by bit are shown once each, in whichever shape; and hearing them is no cut."""
    local.script(STREAMS[name].step)
    answer, came = await streamed(speech)

    if isinstance(answer, Heard):
        assert answer.text == SAID
        assert " ".join(came.split()) in (SAID, "")
        assert answer.is_cut is (name.startswith("words, then"))


async def test_a_stream_that_does_not_end_is_left(local: LocalOpenAI) -> None:
    """After its last event a stream is waited for a little; without one, as long as any answer; its words count."""
    local.script(stream(*DELTAS, done(), end="open"), stream(*DELTAS, end="open"))
    async with Speech(
        base_url=local.base_url, api_key=local.key, model="gpt-transcribe", timeout_s=1.0, linger_s=0.1
    ) as speech:
        (first, _), (second, _) = await streamed(speech), await streamed(speech)

    assert isinstance(first, Heard)
    assert (first.text, first.is_cut) == (SAID, False)
    assert isinstance(second, Heard)
    assert (second.text, second.is_cut) == (SAID, True)


async def test_words_before_a_break_are_not_lost(speech: Speech, local: LocalOpenAI) -> None:
    """Where the line breaks, the words so far are the answer, told as what may be a part; half a body is no word."""
    local.script(stream(delta("Half of"), end="cut"), Garbage(b'{"text": "Half of', "application/json", end="cut"))
    first, _ = await streamed(speech)
    second = await hear(speech)

    assert isinstance(first, Heard)
    assert (first.text, first.is_cut) == ("Half of", True)
    assert isinstance(second, Trouble)
    assert (second.fault, second.code, second.retry) == (Blame.PROVIDER_DOWN, "cut", True)


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([delta("One two."), done("One two."), delta(" Three."), done("One two. Three.")], "One two. Three."),
        ([done("One."), done("Two.")], "One. Two."),
        ([done("One."), done("One. Two.")], "One. Two."),
        ([done("One. Two."), done("Two.")], "One. Two."),
        ([delta("One"), delta(" two"), done("One, two.")], "One, two."),
        ([delta("no"), delta(" no"), delta(" no")], "no no no"),
        ([delta("One"), delta("One two"), delta("One two three.")], "One two three."),
        ([delta("One"), delta("One two"), delta("One two three."), done("One two three.")], "One two three."),
        ([delta("ha"), delta("haha"), done("hahaha")], "hahaha"),
        ([delta("ha"), delta("haha")], "hahaha"),
        ([{"text": "Yes."}, {"text": "No."}, {"text": "Yes."}], "Yes. No. Yes."),
        ([{"text": "Yes,"}, {"text": "Yes, I"}, {"text": "Yes, I do."}], "Yes, I do."),
        ([{"text": "你好"}, {"text": "世界"}], "你好世界"),
        ([{"text": "Hello."}, {"type": "transcript.text.done", "text": "Hello."}], "Hello."),
        ([{"type": "transcript.text.segment", "text": " Hello."}, done("Hello.")], "Hello."),
        ([{"delta": {"content": "Hi"}}, {"delta": {"content": None}}], "Hi"),
        ([{"choices": [{"delta": {"content": "Hi"}}]}, {"choices": [], "usage": {}}], "Hi"),
        ([{"choices": [{"delta": {"content": ""}, "finish_reason": "stop"}]}], ""),
        ([done("")], ""),
        ([delta(""), done("")], ""),
    ],
    ids=str,
)
async def test_each_word_counts_once(speech: Speech, local: LocalOpenAI, rows: list[object], text: str) -> None:
    """What a server repeats is not said twice, and what a speaker repeats is not left out."""
    local.script(stream(*rows))
    answer, _ = await streamed(speech)

    assert isinstance(answer, Heard), answer
    assert (answer.text, answer.is_cut) == (text, False)


async def test_the_bill_of_a_stream_is_believed_wherever_it_stands(speech: Speech, local: LocalOpenAI) -> None:
    """The count may come with any event, also with one that has no words."""
    usage = {"usage": {"type": "duration", "seconds": 4}}
    local.script(stream(*DELTAS, {"type": "usage", **usage}), stream(*DELTAS, done() | usage))
    answers = [(await streamed(speech))[0] for _ in range(2)]

    assert [isinstance(answer, Heard) and answer.billed_seconds for answer in answers] == [4, 4]


@pytest.mark.parametrize("size", [1, 2, 7, 64])
async def test_where_a_stream_is_torn_does_not_matter(local: LocalOpenAI, size: int) -> None:
    """Bytes may come in any pieces: a sign of three bytes, and a line's end of two, cut in two are whole again."""
    words = "안녕하세요. 오늘 뭐 해요?"
    local.delta_signs = size
    local.script(Answer(words))
    async with speaking(local) as speech:
        answer, came = await streamed(speech)

    assert isinstance(answer, Heard)
    assert answer.text == words == came
    assert local.calls[0].size_bytes == len(PARK)
