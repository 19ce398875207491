"""
Whose fault a refusal is, and what would help.

Hides the wording of the servers we know: where an error has no code, its words are all there is. Promises: a code
outranks a status, a status the words; what cannot be told from another cause is told as no more than a refusal.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.outcome import Fault

_OK, _REFUSED, _BROKE = 299, 400, 500  # HTTP: after 2xx come moved, refused, broke while working


@dataclass(frozen=True, slots=True)
class Cause:
    """
    A fault, and what may help: the same call later (`retry`), another encoding of the same sound (`unsupported`),
    smaller pieces of it (`too_large`).
    """

    fault: Fault
    retry: bool = False
    unsupported: bool = False
    too_large: bool = False


# "Spend limits" and "Error codes": these never get better by waiting.
_SPENT = frozenset(
    {
        "insufficient_quota",
        "credit_balance_exhausted",
        "project_spend_limit_exceeded",
        "organization_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
        "billing_hard_limit_reached",
        "insufficient_balance",
        "insufficient_credits",
        "insufficient_funds",
        "payment_required",
    }
)
_BAD_KEY = frozenset(
    {"invalid_api_key", "incorrect_api_key", "authentication_error", "invalid_authentication", "account_deactivated"}
)
_NOT_HERE = frozenset(
    {
        "unsupported_country_region_territory",
        "ip_not_authorized",
        "ip_not_allowed",
        "ip_address_not_allowed",
        "country_not_supported",
    }
)
_NO_MODEL = frozenset({"model_not_found", "deploymentnotfound", "model_not_available", "model_decommissioned"})
_UNSUPPORTED = frozenset({"unsupported_format", "audio_format_not_supported", "unsupported_media_type"})
_BUSY = frozenset({"rate_limit_exceeded", "rate_limit_error", "too_many_requests", "slow_down"})
_HINTS = frozenset({"prompt", "keywords", "hotwords", "initial_prompt"})
_LANGUAGES = frozenset({"language", "languages"})
_OURS = frozenset({"response_format", "stream", "include", "timestamp_granularities", "chunking_strategy"})
_FIELD = re.compile(r"[\[\].]")


def _words(*said: str) -> re.Pattern[str]:
    return re.compile("|".join(said), re.IGNORECASE)


_SPENT_WORDS = _words(
    r"exceeded your current quota",
    r"insufficient (?:quota|credit|balance|fund)",
    r"(?:credit|account) balance",
    r"out of credits?",
    r"payment required",
    r"spend(?:ing)? limit",
)
_LATER_WORDS = _words(r"(?:retry|try again) (?:in|after)\b", r"per (?:second|minute|min)\b")
_BUSY_WORDS = _words(r"rate.?limit", r"too many requests", r"overloaded", r"slow down", r"(?:at|over|no) capacity")
_PLACE_WORDS = _words(
    r"country, region",
    r"(?:not (?:available|supported)|unavailable) in your (?:country|region|location)",
    r"(?:your |this )?\bip\b(?: address)?[^.]{0,60} (?:not|isn't|block|bann|den)",
    r"just a moment",
    r"attention required",
    r"you have been blocked",
    r"checking your browser",
)
_KEY_WORDS = _words(r"\bkey\b", r"token", r"credential", r"permission", r"scope", r"authori[sz]", r"authentic")
_MODEL_WORDS = _words(
    r"\bmodel\b[^.]{0,200}(?:not found|not exist|not installed|unknown|not available|unavailable|no access|not loaded)",
    r"(?:no such|unknown|invalid|unsupported|not have access to|could not load|couldn't find|find the) (?:the )?model",
    r"\bmodel\b[^.]{0,200}(?:(?:is|are) (?:not|no longer) (?:supported|served|offered)|(?:de|dis)continued)",
    r"\bmodel\b[^.]{0,200}(?:not have access|has been (?:deprecated|decommissioned|shut))",
    r"only supports WebSocket streaming",
    r"deployment[^.]{0,80} not exist",
)
_LARGE_WORDS = _words(
    r"maximum content size",
    r"request too large",
    r"(?:file|audio|body|payload|entity|content|input|upload)[^.]{0,40} (?:too (?:large|big|long)|exceed)",
    r"\b(?:exceeds?|over|above|larger than|longer than)\b[^.]{0,40} (?:maximum|limit|size|duration|length)",
    r"is longer than [\d.]+ seconds",
    r"maximum (?:file|audio|upload|clip)[^.]{0,20} (?:size|length|duration)",
)
# Of a 429: what is larger than all that may be sent in a minute never passes.
_NEVER_WORDS = _words(
    r"maximum content size",
    r"(?:request|input|audio|file|payload)[^.]{0,20} too (?:large|long|big)",
    r"must be reduced",
)
_ASKED_OF = re.compile(r"\blimit:? (\d{1,12})\b[^.]{0,60}\brequested:? (\d{1,12})\b", re.IGNORECASE)
_FORMAT_WORDS = _words(
    r"corrupted or unsupported",
    r"unsupported (?:file |audio |media )*(?:format|type|file|codec|audio)",
    r"invalid (?:or unsupported )?(?:file format|audio|media|wav|sound|data found)",
    r"(?:format|type|codec|file)[^.]{0,60} (?:not|isn't) (?:supported|recogni[sz]ed|allowed|valid)",
    r"not support the format",
    r"(?:could not|couldn't|cannot|can't|failed to|unable to|error|fail(?:ed)?:?) (?:be )?"
    r"(?:decod|open|read|load|pars|process|convert|open)\w* (?:the )?(?:uploaded |provided |input )?"
    r"(?:audio|wav|file|media|sound|input)",
    r"could not be decoded",
    r"is it a valid media",
    r"one of the following types",
    r"not a valid (?:audio|wav|media)",
    r"\bffmpeg\b",
    r"libsndfile",
    r"\A\W*invalid request\W*\Z",  # whisper.cpp's whole word on a sound it cannot read
)
_MISSING_WORDS = _words(r"field required", r"missing (?:required )?(?:field|parameter)")
_HINT_WORDS = _words(r"\bprompt\b", r"\bkeywords?\b", r"\bhotwords?\b")
_LANGUAGE_WORDS = _words(r"\blanguages?\b")
_FORM_WORDS = _words(r"response_format", r"verbose_json", r"\blogprobs\b", r"\bchunking_strategy\b")
_STREAM_WORDS = _words(r"\bstream(?:ing|ed)?\b[^.]{0,40}(?:support|allow|implement|param|availab)")
_SHORT_WORDS = _words(r"shorter than [\d.]+ seconds", r"audio[^.]{0,20} too short")


def cause_of(status: int, named: Mapping[str, str], message: str, *, is_page: bool = False) -> Cause:
    """What a status with these names (code, type, param) and words means; `is_page`: a web page came with it."""
    if _OK < status < _REFUSED:
        return Cause(Fault.MOVED)
    code, param = named.get("code", "").lower(), _FIELD.split(named.get("param", "") + ".")[0].lower()
    by_code = _by_code(status, {code, named.get("type", "").lower()}, param, message)
    if by_code is not None:
        return by_code
    match status:
        case 401 | 403:
            # An API that refuses a key says so; a page is a wall's that stands before it.
            is_key = (status == 401 and not is_page) or _KEY_WORDS.search(message)  # noqa: PLR2004 - HTTP
            cause = Cause(Fault.KEY_REFUSED if is_key else Fault.PLACE_REFUSED)
        case 404 | 405 | 410 | 501:  # without a word about the model, or a way of asking that is not known there
            cause = Cause(Fault.MODEL_GONE if _MODEL_WORDS.search(message) else Fault.ADDRESS_WRONG)
        case 413:
            cause = _LARGE
        case 429:  # requests enough for now; or one that no waiting makes fit
            cause = _LARGE if _never_fits(message) else Cause(Fault.RATE_LIMITED, retry=True)
        case _ if status in _PLAIN:
            cause = _PLAIN[status]
        case _ if status >= _BROKE:
            cause = _broken(message, is_page=is_page)
        case _:
            cause = _bad_request(status, param, message)
    return cause


# What needs no second look.
_PLAIN = {
    402: Cause(Fault.SPEND_LIMIT),  # prepaid servers
    407: Cause(Fault.NO_NETWORK),  # a proxy that wants a password
    408: Cause(Fault.PROVIDER_DOWN, retry=True),
    409: Cause(Fault.PROVIDER_DOWN, retry=True),
    425: Cause(Fault.PROVIDER_DOWN, retry=True),
    451: Cause(Fault.PLACE_REFUSED),
    498: Cause(Fault.RATE_LIMITED, retry=True),  # Groq: "flex tier capacity exceeded"
}
_LARGE = Cause(Fault.TOO_LARGE, too_large=True)
_FORMAT = Cause(Fault.REJECTED, unsupported=True)


def _by_code(status: int, names: set[str], param: str, message: str) -> Cause | None:
    """What the names alone tell, or words that no status contradicts."""
    if names & _SPENT or (status in (402, 403, 429) and _is_spent(message)):
        return Cause(Fault.SPEND_LIMIT)
    if names & _NOT_HERE or (status in (401, 403) and _PLACE_WORDS.search(message)):
        return Cause(Fault.PLACE_REFUSED)
    if names & _UNSUPPORTED:
        return _FORMAT
    is_refusal = status in (400, 401, 403, 404, 422)
    if names & _NO_MODEL or (param == "model" and is_refusal) or (is_refusal and _MODEL_WORDS.search(message)):
        return Cause(Fault.MODEL_GONE)
    if names & _BAD_KEY and status < _BROKE:
        return Cause(Fault.KEY_REFUSED)
    return None


def _is_spent(message: str) -> bool:
    """Whether money is the matter; some call a minute's share a quota, too."""
    return bool(_SPENT_WORDS.search(message)) and not _LATER_WORDS.search(message)


def _never_fits(message: str) -> bool:
    """Whether one request alone is more than is let in within a minute."""
    asked = _ASKED_OF.search(message)
    return bool(_NEVER_WORDS.search(message)) or (asked is not None and int(asked[2]) > int(asked[1]))


def _broken(message: str, *, is_page: bool) -> Cause:
    """A breakdown, unless it is how a small server says that it cannot read the sound."""
    if is_page and _PLACE_WORDS.search(message):
        return Cause(Fault.PLACE_REFUSED)
    if not is_page and _FORMAT_WORDS.search(message):
        return _FORMAT
    return Cause(Fault.PROVIDER_DOWN, retry=True)


def _bad_request(status: int, param: str, message: str) -> Cause:
    """400, 415, 422 and their like: which part of the request is wrong."""
    cause = next((cause for is_it, cause in _WRONG if is_it(param, message)), None)
    if cause is None and status == 415:  # noqa: PLR2004 - HTTP: "Unsupported Media Type"
        cause = _FORMAT
    return cause or Cause(Fault.REQUEST_REFUSED if param else Fault.REJECTED)


def _of(fields: frozenset[str], words: re.Pattern[str] | None = None) -> Callable[[str, str], bool]:
    return lambda param, message: param in fields or (words is not None and words.search(message) is not None)


_NONE: frozenset[str] = frozenset()
# The first that fits: what the server names before what its words sound like.
_WRONG: tuple[tuple[Callable[[str, str], bool], Cause], ...] = (
    (_of(_LANGUAGES), Cause(Fault.LANGUAGE_REFUSED)),
    (_of(_HINTS), Cause(Fault.HINTS_REFUSED)),
    (_of(_OURS, _FORM_WORDS), Cause(Fault.REQUEST_REFUSED)),
    (_of(_NONE, _SHORT_WORDS), Cause(Fault.REJECTED)),
    (_of(_NONE, _LARGE_WORDS), _LARGE),
    (_of(_NONE, _MISSING_WORDS), Cause(Fault.REQUEST_REFUSED)),
    (_of(frozenset({"file"}), _FORMAT_WORDS), _FORMAT),
    (_of(_NONE, _STREAM_WORDS), Cause(Fault.REQUEST_REFUSED)),
    (_of(_NONE, _LANGUAGE_WORDS), Cause(Fault.LANGUAGE_REFUSED)),
    (_of(_NONE, _HINT_WORDS), Cause(Fault.HINTS_REFUSED)),
)


def about(named: Mapping[str, str], message: str) -> frozenset[str]:
    """Which of the fields that we add by ourselves an error is about: `response_format`, `include`, `stream`."""
    param = _FIELD.split(named.get("param", "") + ".")[0].lower()
    found = {param} & _OURS
    if re.search(r"response_format|verbose_json", message, re.IGNORECASE):
        found.add("response_format")
    if re.search(r"\blogprobs?\b", message, re.IGNORECASE):
        found.add("include")
    if _STREAM_WORDS.search(message):
        found.add("stream")
    return frozenset(found)


def status_of(named: Mapping[str, str], status: int, message: str) -> int:
    """The HTTP status that an error in a success should have come with; 502 where nothing tells."""
    names = {named.get("code", "").lower(), named.get("type", "").lower()}
    if status:
        return status
    for known, likely in (
        (_BUSY | _SPENT, 429),
        (_BAD_KEY, 401),
        (_NO_MODEL, 404),
        (_UNSUPPORTED | {"invalid_request_error", "bad_request", "validation_error"}, 400),
    ):
        if names & known:
            return likely
    if _BUSY_WORDS.search(message) or _is_spent(message):
        return 429
    if _LARGE_WORDS.search(message):
        return 413
    return 400 if _FORMAT_WORDS.search(message) else 502
