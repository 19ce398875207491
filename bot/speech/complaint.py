"""
What a server says is wrong, whatever it writes it into.

Hides the shapes of errors: OpenAI's object, FastAPI's list, a bare sentence, a web page. Promises: `complaint_of` never
raises, and looks at no more of a body than is read of an error.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from bot.untrusted import plain_name

_MOST_NESTED = 5
_MOST_ROWS = 20
_MOST_SIGNS = 4_000  # of what is said
_ERROR = 400
_BEYOND = 600
_WHERE = frozenset({"body", "query", "path", "header"})  # FastAPI's `loc` begins with one
# In which of its fields a server says it, the most telling first.
_SAYING = (
    "message",
    "msg",
    "detail",
    "details",
    "error_description",
    "error_message",
    "reason",
    "description",
    "title",
)
_HOLDING = ("error", "errors", "detail", "details", "message", "cause")
_STATUS = ("status", "status_code", "statusCode", "code")
# A page is told by its head, and what it says by its title and headings.
_PAGE = re.compile(
    r"\s{0,100}(?:<!--[^>]{0,1000}-->\s{0,100})?<(?:!doctype|html|head|body|title|h1|\?xml|center)\b", re.IGNORECASE
)
_TITLES = re.compile(r"<(title|h1|h2)\b[^>]{0,200}>([^<]{1,300})<", re.IGNORECASE)
# Gateways say these as bare text, with a success's status too. Nobody's words: two and more, of those that fail.
_PHRASES = frozenset(
    status.phrase.casefold() for status in HTTPStatus if status in (401, 408, 413, 429) or status >= HTTPStatus(500)
) | {"no healthy upstream", "upstream request timeout", "upstream connect error"}


@dataclass(frozen=True, slots=True)
class Complaint:
    """
    An error as far as it is told; every field may be empty.

    `status` is the HTTP status it names itself, 0 for none; `param` the field of the request that is wrong.
    `is_page`: it is a web page, so no API said it.
    """

    message: str = ""
    code: str = ""
    kind: str = ""
    param: str = ""
    status: int = 0
    is_page: bool = False


def is_page(text: str, content_type: str = "") -> bool:
    """Whether a body is a web page, or other markup."""
    return "html" in content_type.lower() or _PAGE.match(text) is not None


def is_failure(text: str) -> bool:
    """Whether a bare text is how gateways say that something behind them failed."""
    plain = re.sub(r"\A\W*\d{3}\W*", "", text[:100]).strip().rstrip(".!").casefold()
    return " " in plain and any(plain == phrase or plain.startswith(phrase + ".") for phrase in _PHRASES)


def complaint_of(body: Any, *, quotes: bool = True) -> Complaint:
    """What is wrong, by any JSON value or text; `quotes`: one that says nothing in words is told as it is."""
    if isinstance(body, str):
        return _of_text(body)
    levels = tuple(_levels(body))
    return Complaint(
        _first(_said(level) for level in levels)[:_MOST_SIGNS] or (_whole(body) if quotes else ""),
        _first(plain_name(level.get("code")) for level in levels),
        _first(plain_name(level.get("type")) for level in levels),
        _first(plain_name(level.get("param")) or _located(level.get("loc")) for level in levels),
        next(filter(None, (_status(level.get(key)) for level in levels for key in _STATUS)), 0),
    )


def is_complaint(answer: Mapping[str, Any]) -> bool:
    """Whether an object with a success's status says that it failed: an `error` that is none is none."""
    errors = (answer.get("error"), answer.get("errors"))
    if any(error is True or (isinstance(error, str | Mapping | list) and error) for error in errors):
        return True
    return answer.get("success") is False or answer.get("ok") is False


def _first(said: Iterable[str]) -> str:
    return next(filter(None, said), "")


def _levels(body: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Every object that may tell, the outermost first; FastAPI's list is of such objects, and so is a bare text."""
    if depth > _MOST_NESTED:
        return
    if isinstance(body, Mapping):
        inner = [body[key] for key in _HOLDING if isinstance(body.get(key), Mapping | list)]
        told = [one for row in inner for one in _levels(row, depth + 1)]
        yield from told  # what is inside is more exact
        yield body
    elif isinstance(body, list):
        for row in body[:_MOST_ROWS]:
            if isinstance(row, str):
                yield {"message": row}
            else:
                yield from _levels(row, depth + 1)


def _said(level: Mapping[str, Any]) -> str:
    """The sentence of one object."""
    for key in (*_SAYING, "error", "errors", "status"):
        if isinstance(said := level.get(key), str) and said.strip():
            return said if not is_page(said) else _of_text(said).message
    return ""


def _located(loc: Any) -> str:
    """The field that FastAPI points to: ["body", "language"]."""
    names = [row for row in loc[:_MOST_NESTED] if isinstance(row, str)] if isinstance(loc, list) else []
    return next((name for row in names if row not in _WHERE and (name := plain_name(row))), "")


def _status(said: Any) -> int:
    """An HTTP status of an error, as a number or as text."""
    if isinstance(said, str) and re.fullmatch(r"[45]\d\d", said, re.ASCII):
        said = int(said)
    return said if isinstance(said, int) and not isinstance(said, bool) and _ERROR <= said < _BEYOND else 0


def _of_text(text: str) -> Complaint:
    """A sentence, or a page's title and headings."""
    if not is_page(text):
        if text.lstrip()[:1] in ("{", "["):  # JSON within JSON, as proxies quote the server behind them
            try:
                inner = json.loads(text)
            except (ValueError, RecursionError):
                return Complaint(text[:_MOST_SIGNS].strip())
            if isinstance(inner, Mapping | list):
                return complaint_of(inner)
        return Complaint(text[:_MOST_SIGNS].strip())
    titles = [html.unescape(found[1]).strip() for found in _TITLES.findall(text[: _MOST_SIGNS * 4])]
    return Complaint(": ".join(dict.fromkeys(filter(None, titles)))[:_MOST_SIGNS] or "a web page", is_page=True)


def _whole(body: Any) -> str:
    """A body that says nothing in words, as it is."""
    if body in (None, "", [], {}):
        return ""
    try:
        return json.dumps(body, ensure_ascii=False)[:_MOST_SIGNS]
    except (TypeError, ValueError, RecursionError):
        return ""
