"""How the words of a call are written down: JSON, text, subtitles or a stream of events."""

import json
import math
from collections.abc import Iterator
from typing import Any

from tests.world.openai.rules import OUTPUT_LIMIT_TOKENS, Hearing

SURE = -0.125


def spoken(text: str, hearing: Hearing) -> str:
    """What the model says of it: the gpt-4o family falls silent at its output limit."""
    return text[: OUTPUT_LIMIT_TOKENS * 4] if hearing.usage == "tokens" else text


def usage(hearing: Hearing, text: str, seconds: float) -> dict[str, Any]:
    """Whole seconds begun, or about ten tokens per second and one per four letters."""
    if hearing.usage == "duration":
        return {"type": "duration", "seconds": math.ceil(seconds)}
    heard, said = math.ceil(seconds * 10), math.ceil(len(text) / 4)
    details = {"text_tokens": 0, "audio_tokens": heard}
    return {
        "type": "tokens",
        "input_tokens": heard,
        "output_tokens": said,
        "total_tokens": heard + said,
        "input_token_details": details,
    }


def logprobs(text: str) -> list[dict[str, Any]]:
    """A token for each word, blanks included, each as sure as the one before."""
    words = [f" {word}" if number else word for number, word in enumerate(text.split(" ") if text else [])]
    return [{"token": word, "logprob": SURE, "bytes": list(word.encode())} for word in words]


def body(
    shape: str, hearing: Hearing, text: str, languages: tuple[str, ...], seconds: float, *, is_sure: bool = False
) -> dict[str, Any] | str:
    """The answer in that response_format: an object for the JSON ones, bare text for the others."""
    counted = usage(hearing, text, seconds)
    segment = {"id": 0, "seek": 0, "start": 0.0, "end": seconds, "text": text, "tokens": [], "temperature": 0.0}
    match shape:
        case "json":
            told = {"languages": [{"code": code} for code in languages]} if hearing.hints else {}
            sure = {"logprobs": logprobs(text)} if is_sure else {}
            return {"text": text, **told, **sure, "usage": counted}
        case "verbose_json":
            scores = {"avg_logprob": -0.2, "compression_ratio": 1.2, "no_speech_prob": 0.01}
            head = {"task": "transcribe", "language": (*languages, "en")[0], "duration": seconds}
            return {**head, "text": text, "segments": [segment | scores], "usage": counted}
        case "diarized_json":
            part = {"type": "transcript.text.segment", "id": "seg_001", "start": 0.0, "end": seconds}
            segments = [part | {"text": text, "speaker": "A"}]
            return {"task": "transcribe", "duration": seconds, "text": text, "segments": segments, "usage": counted}
        case "srt":
            return f"1\n{_clock(0.0, ',')} --> {_clock(seconds, ',')}\n{text}\n\n"
        case "vtt":
            return f"WEBVTT\n\n{_clock(0.0, '.')} --> {_clock(seconds, '.')}\n{text}\n\n"
    return text + "\n"


def events(
    hearing: Hearing,
    text: str,
    languages: tuple[str, ...],
    seconds: float,
    signs: int | None = None,
    *,
    is_sure: bool = False,
) -> Iterator[dict[str, Any]]:
    """The stream: a delta per word, or per so many signs; then everything once more with its price."""
    words = [row["token"] for row in logprobs(text)]
    for delta in words if signs is None else (text[at : at + signs] for at in range(0, len(text), signs)):
        sure = {"logprobs": [{"token": delta, "logprob": SURE, "bytes": list(delta.encode())}]} if is_sure else {}
        yield {"type": "transcript.text.delta", "delta": delta, **sure}
    told = {"languages": [{"code": code} for code in languages]} if hearing.hints else {}
    told |= {"logprobs": logprobs(text)} if is_sure else {}
    yield {"type": "transcript.text.done", "text": text, **told, "usage": usage(hearing, text, seconds)}


def line(event: dict[str, Any]) -> bytes:
    """One server-sent event."""
    return b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n"


def _clock(seconds: float, point: str) -> str:
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{point}{rest % 1000:03}"
