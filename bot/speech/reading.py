"""
A whole answer, read: words, or why there are none.

Hides the shapes in which servers send words, and errors, with a success's status. Promises: an error in a success is
read for its cause as a status would be; a web page, half of an object, and an object without words never become words;
what is read of an answer is bounded.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.outcome import Fault
from bot.speech.answers import Trouble, refused, request_id_of, retry_after_ms, told
from bot.speech.bounds import MOST_SIGNS
from bot.speech.causes import status_of
from bot.speech.complaint import Complaint, complaint_of, is_complaint, is_failure, is_page
from bot.speech.heard import Heard
from bot.speech.models import Model
from bot.speech.scores import parts_of, tokens_of, usage_of
from bot.speech.tidy import clean

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,3}")
_MOST_LANGUAGES = 20
_MOST_ROWS = 20_000
# What is no bare text whatever it calls itself: nothing, a list of values, a stream.
_NO_WORDS = re.compile(r"(?:null|None|undefined|\[\]|\[[\"{].*[\"}]\])\Z|(?:data|event|id|retry):", re.DOTALL)
# Where words stand, in the order in which they are looked for: in one text, or in rows of texts.
_TEXTS = ("text", "transcript", "transcription")
_ROWS = ("segments", "results", "chunks", "utterances", "transcription")
_WITHIN = ("result", "data", "output")


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer is an answer to: the model, the length of the sound in ms, and what must not be quoted."""

    model: Model
    sound_ms: int
    headers: Mapping[str, str]
    secrets: Sequence[str] = ()

    @property
    def request_id(self) -> str | None:
        """The provider's id of the call."""
        return request_id_of(self.headers.get("x-request-id"))


def whole_answer(body: bytes, asked: Asked) -> Heard | Trouble:
    """The words of an answer that has come to its end; takes milliseconds for each 100 kB."""
    kind = asked.headers.get("content-type", "").partition(";")[0].strip().lower()
    text = body.decode("utf-8-sig", "replace").strip()
    if not text:
        return no_answer("it is empty", asked)
    if is_page(text, kind):
        return _page(text, asked)
    if kind == "text/plain" and not text.startswith("{"):
        return _bare(text, asked)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return no_answer("it is half of one, or no JSON", asked)
    if isinstance(value, Mapping):
        return object_answer(value, asked)
    return no_answer(f"it is no object but a {type(value).__name__}", asked)


def object_answer(answer: Mapping[str, Any], asked: Asked) -> Heard | Trouble:
    """The words in an object; one that names an error has none, whatever else stands in it."""
    if is_complaint(answer):
        return troubled(complaint_of(answer), asked)
    rows = rows_of(answer)
    text = text_of(answer, rows)
    if text is None:
        said = complaint_of(answer, quotes=False)
        return troubled(said, asked) if said.message else no_answer("there is no text in it", asked)
    return words(text, answer, asked, rows)


def words(text: str, answer: Mapping[str, Any], asked: Asked, rows: Any = None, *, logprobs: Any = None) -> Heard:
    """These words, with all that `answer` says of them; no more than MOST_SIGNS characters are looked at."""
    tidy = clean(text[:MOST_SIGNS])
    seconds, usd_micros, miscount = usage_of(answer.get("usage"), asked.model)
    return Heard(
        tidy,
        _languages(answer.get("languages")),
        seconds,
        usd_micros,
        asked.request_id,
        miscount,
        max(len(text) - MOST_SIGNS, 0),
        parts_of(rows, tidy, asked.sound_ms),
        tokens_of(answer.get("logprobs") or logprobs),
    )


def text_of(answer: Mapping[str, Any], rows: Any = None) -> str | None:
    """The text of an object, wherever it stands; None where none does."""
    text = next((text for key in _TEXTS if isinstance(text := answer.get(key), str)), None)
    if text:
        return text
    if rows:
        texts = [said for row in rows[:_MOST_ROWS] if (said := _row_text(row)) is not None]
        return "\n".join(filter(None, texts)) if texts else text
    if text is not None:
        return text
    for key in _WITHIN:
        if isinstance(inner := answer.get(key), Mapping) and (found := text_of(inner, rows_of(inner))) is not None:
            return found
    return None


def rows_of(answer: Mapping[str, Any]) -> list[Any]:
    """The segments of an object, by whatever name."""
    return next((rows for key in _ROWS if isinstance(rows := answer.get(key), list) and rows), [])


def troubled(said: Complaint, asked: Asked) -> Trouble:
    """An error that came with a success's status: what that status should have been decides; it may have cost."""
    named = {"code": said.code, "type": said.kind, "param": said.param}
    status = status_of(named, said.status, said.message)
    trouble = refused(
        status,
        code=said.code,
        kind=said.kind,
        param=said.param,
        message=said.message,
        headers=asked.headers,
        secrets=asked.secrets,
        is_page=said.is_page,
    )
    detail = trouble.detail.replace(f"HTTP {status}", "HTTP 200 with an error", 1)
    return replace(trouble, code="200", detail=detail, may_cost=True, is_refused=True)


def no_answer(why: str, asked: Asked) -> Trouble:
    """What came is no answer; the next may be one."""
    detail = f"the answer is no transcription: {why}"
    return Trouble(
        Fault.BAD_ANSWER,
        retry=True,
        retry_after_ms=retry_after_ms(asked.headers),
        code="200",
        detail=detail,
        request_id=asked.request_id,
    )


def _bare(text: str, asked: Asked) -> Heard | Trouble:
    """Words without anything around them, as servers answer that know no JSON; a gateway's sentence is no words."""
    if is_failure(text):
        return troubled(Complaint(text), asked)
    if _NO_WORDS.match(text):
        return no_answer("it is no text but a value, or a stream", asked)
    return words(text, {}, asked)


def _page(text: str, asked: Asked) -> Trouble:
    """A web page: a gateway that failed, or an address where people are served and not programs."""
    said = told(complaint_of(text).message, asked.secrets)
    return replace(no_answer(f"it is a web page: {said}", asked), said=said, named={"type": "web_page"})


def _row_text(row: Any) -> str | None:
    """What one segment says: some put it into the first of several guesses."""
    if isinstance(row, str):
        return row
    if not isinstance(row, Mapping):
        return None
    guesses = row.get("alternatives")
    if isinstance(guesses, list) and guesses:
        return _row_text(guesses[0])
    return next((text for key in _TEXTS if isinstance(text := row.get(key), str)), None)


def _languages(rows: Any) -> tuple[str, ...]:
    """The codes the provider named; compatible servers leave them out or send something else."""
    rows = rows[:_MOST_LANGUAGES] if isinstance(rows, list) else []
    codes = [row.get("code") if isinstance(row, Mapping) else None for row in rows]
    return tuple(code for code in codes if isinstance(code, str) and _LANGUAGE.fullmatch(code))
