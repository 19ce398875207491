"""
What Discord's refusals mean: the one table of what passes, what may be said otherwise, and what may not be said at all.

Hides HTTP statuses, Discord's JSON error codes and discord.py's exceptions. Promises: every refusal has a meaning,
also one nobody has thought of: an unknown one leads to another way, and never loses an answer.
"""

import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TypeVar

import aiohttp
import discord
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_chain, wait_fixed

from bot import trust

REFUSED = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError, json.JSONDecodeError)
"""Every way in which a request to Discord ends without its answer, asked inside `legible`."""

_MANGLED = (AttributeError, IndexError, KeyError, TypeError, ValueError)  # what discord.py trips over in a page
_NOT_THERE = frozenset({10003, 10008})  # "Unknown channel", "Unknown message"

_PAUSES_S = (1.0, 5.0)
_Answer = TypeVar("_Answer")


class Illegible(ConnectionError):
    """What came is no answer of Discord's: a page of a proxy's, a part, another shape."""


@contextmanager
def legible() -> Iterator[None]:
    """Around one request to Discord: an answer that discord.py cannot read is trouble that passes, and no bug."""
    try:
        yield
    except REFUSED:
        raise
    except _MANGLED as mangled:
        raise Illegible(f"Discord's answer is illegible ({type(mangled).__name__})") from mangled


class Meaning(StrEnum):
    """What follows from a refusal."""

    PASSES = "passes"  # try the same again later
    FORM = "form"  # not like this: the same place may take it otherwise
    PLACE = "place"  # nothing of ours may stand there: another place may take it
    WORDS = "words"  # because of what it says: to the person alone, and nowhere round it
    GONE = "gone"  # what it was for (a message, a token, an interaction) is no longer there


# Discord: "Opcodes and Status Codes", JSON error codes. What is not listed follows from its status, see `_by_status`.
CODES: dict[int, Meaning] = {
    **dict.fromkeys(
        (
            20016,  # slow mode
            20028,  # the channel's write rate limit
            20029,  # the server's write rate limit
            40001,  # unauthorized: a host may be putting in a new token
            40003,  # opening direct messages too fast
            40004,  # sending messages is disabled for a while
            40062,  # a service behind it is being rate limited
            40333,  # Cloudflare
            50014,  # invalid authentication token
            110000,  # index not yet available
            110001,  # application not yet available
            130000,  # overloaded
        ),
        Meaning.PASSES,
    ),
    **dict.fromkeys(
        (
            10003,  # unknown channel
            10004,  # unknown server
            10007,  # unknown member
            10013,  # unknown user
            40007,  # banned from that server
            40058,  # a forum channel
            50001,  # missing access
            50003,  # not in a direct message
            50007,  # they take no direct messages
            50008,  # no text channel
            50009,  # its verification level is too high
            50013,  # missing permissions
            50024,  # not in a channel of this type
            50083,  # archived thread
            50278,  # no server in common
            160005,  # locked thread
            160006,  # too many active threads
            160007,  # too many active announcement threads
        ),
        Meaning.PLACE,
    ),
    **dict.fromkeys(
        (
            20022,  # an announcement that is edited too often: a new message is none
            30046,  # too many edits of old messages: likewise
            40006,  # this feature is disabled for a while; another may not be
            400001,  # no uploads in this server
        ),
        Meaning.FORM,
    ),
    **dict.fromkeys(
        (
            20009,  # explicit content
            20031,  # a name with words that are not allowed
            200000,  # automatic moderation
            200001,  # automatic moderation, of a title
            240000,  # harmful links
        ),
        Meaning.WORDS,
    ),
    **dict.fromkeys(
        (
            10008,  # unknown message
            10012,  # unknown token
            10015,  # unknown webhook
            10062,  # unknown interaction
            50027,  # invalid webhook token
        ),
        Meaning.GONE,
    ),
}

_TOO_LARGE = 413
_PASSING = frozenset({401, 408, 425, 429})
_ELSEWHERE = frozenset({403, 404})
_SERVER_ERROR = 500


def meaning_of(refusal: BaseException) -> Meaning:
    """
    What follows from one of `REFUSED`.

    A lost connection passes, and so does whatever Discord itself did not say: a page of Cloudflare's or of a proxy.
    """
    if not isinstance(refusal, discord.HTTPException):
        return Meaning.PASSES
    code = refusal.code if isinstance(refusal.code, int) else 0
    if (known := CODES.get(code)) is not None:
        return known
    return _by_status(refusal.status, is_discords=_is_discords(refusal))


def is_gone(refusal: BaseException) -> bool:
    """Whether Discord itself says that the channel or message is not there; a page of somebody else's says nothing."""
    return isinstance(refusal, discord.HTTPException) and refusal.code in _NOT_THERE


def passes(refusal: BaseException) -> bool:
    """Whether the same request may succeed later."""
    return isinstance(refusal, REFUSED) and meaning_of(refusal) is Meaning.PASSES


def why_of(refusal: BaseException) -> str:
    """A refusal in one word, for logs and metrics: Discord's code, else the HTTP status, else what broke."""
    if not isinstance(refusal, discord.HTTPException):
        return type(refusal).__name__
    return str(refusal.code) if refusal.code else f"http_{refusal.status}"


def told_of(refusal: BaseException) -> str:
    """The same for a sentence: of a certificate that is refused, the cause and what to do."""
    return trust.told(refusal) or why_of(refusal)


async def patiently(ask: Callable[[], Awaitable[_Answer]]) -> _Answer:
    """What `ask` answers, asked again for some seconds while it is refused for reasons that pass; raises the last."""
    turns = AsyncRetrying(
        retry=retry_if_exception(passes),
        stop=stop_after_attempt(len(_PAUSES_S) + 1),
        wait=wait_chain(*map(wait_fixed, _PAUSES_S)),
        reraise=True,
    )

    async def asked() -> _Answer:
        with legible():
            return await ask()

    return await turns(asked)


def _by_status(status: int, *, is_discords: bool) -> Meaning:
    if status in _PASSING or status >= _SERVER_ERROR:
        return Meaning.PASSES
    if status == _TOO_LARGE:  # whoever stands before Discord says it, too
        return Meaning.FORM
    if not is_discords:
        return Meaning.PASSES
    return Meaning.PLACE if status in _ELSEWHERE else Meaning.FORM


def _is_discords(refusal: discord.HTTPException) -> bool:
    """Whether Discord said it: as JSON."""
    return "json" in refusal.response.headers.get("Content-Type", "")
