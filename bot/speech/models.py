"""
What each hearing model costs, takes and understands, and when it ends.

Hides the provider's price list and its small print. Promises an entry for every name: one we do
not know (an OpenAI-compatible server's own) gets the careful defaults of `Model`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType

# "Speech to text" guide, input formats. `.opus` and `.oga` are refused by name alone, whatever the bytes are.
FORMATS = frozenset({"flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "ogg", "wav", "webm"})

# gpt-transcribe answers 400 to a language it does not know, so only those of the guide's list are passed
# on to it: a hint left out costs a little accuracy, a wrong one the whole call.
LANGUAGES = frozenset(
    "af ar az be bg bs ca cs cy da de el en es et fa fi fr gl he hi hr hu hy id is it ja kk kn ko lt lv mi mk mr ms ne"  # noqa: SIM905 - sixty lines otherwise
    " nl no pl pt ro ru sk sl sr sv sw ta th tl tr uk ur vi zh zh-cn zh-hk zh-tw".split()
)

# Everything but gpt-transcribe: "Deprecations", announced 2026-08-26.
_SHUTDOWN = date(2027, 2, 26)


class Scores(StrEnum):
    """How a model tells how sure it is: not at all, in its segments (`verbose_json`), in its tokens (`include[]`)."""

    NONE = ""
    SEGMENTS = "verbose_json"
    TOKENS = "logprobs"


@dataclass(frozen=True, slots=True)
class Model:
    """
    One model: prices in micro-dollars, lengths in seconds or milliseconds of sound.

    `piece_ms` is the longest piece worth sending: ten seconds below `max_seconds`, because encoders
    pad. `hints` says it takes `languages[]` and `keywords[]` in place of `language`; `prompts`, that it
    takes a prompt; `chunking`, that it wants to be told how to cut; `translates`, that it can write English whatever
    is spoken. `scores` is what to ask it for beside words. `is_listed`: the price is the model's own, and no guess.
    """

    name: str
    usd_micros_per_minute: int = 6_000
    max_seconds: int = 1_400
    piece_ms: int = 1_390_000
    streams: bool = False
    hints: bool = False
    prompts: bool = True
    chunking: bool = False
    translates: bool = False
    scores: Scores = Scores.NONE
    formats: frozenset[str] = FORMATS
    usd_micros_per_1000_tokens: tuple[int, int] | None = None
    shutdown: date | None = None
    successor: str | None = None
    is_listed: bool = True


# The gpt-4o family stops at 2,000 output tokens and says nothing: dense speech lost words from
# about nine minutes on, so its pieces end before that although it accepts 1,400 seconds.
_GPT_4O = Model(
    "gpt-4o-transcribe",
    piece_ms=480_000,
    streams=True,
    scores=Scores.TOKENS,
    usd_micros_per_1000_tokens=(2_500, 10_000),
    shutdown=_SHUTDOWN,
    successor="gpt-transcribe",
)
_GPT_4O_MINI = replace(
    _GPT_4O,
    name="gpt-4o-mini-transcribe",
    usd_micros_per_minute=3_000,
    usd_micros_per_1000_tokens=(1_250, 5_000),
)

# Prices: the models' own pages. gpt-transcribe states no longest sound; 40 minutes were measured, 1,400 s
# keep what one failed call can lose small, and one size of piece good for every model.
MODELS: Mapping[str, Model] = MappingProxyType(
    {
        model.name: model
        for model in (
            Model("gpt-transcribe", usd_micros_per_minute=4_500, streams=True, hints=True),
            Model("whisper-1", translates=True, scores=Scores.SEGMENTS, shutdown=_SHUTDOWN, successor="gpt-transcribe"),
            _GPT_4O,
            _GPT_4O_MINI,
            replace(_GPT_4O_MINI, name="gpt-4o-mini-transcribe-2025-12-15"),
            replace(
                _GPT_4O,
                name="gpt-4o-transcribe-diarize",
                streams=False,
                prompts=False,
                chunking=True,
                scores=Scores.NONE,
            ),
        )
    }
)


# Whisper models of other servers that know English alone, or were never taught to translate: turbo, distilled ones.
# What is called after its program is no model's name.
_NO_TRANSLATOR = re.compile(r"turbo|distil|crisper|[.-]en\b|english|\.cpp\b", re.IGNORECASE)


def model_of(name: str) -> Model:
    """
    The entry of that name; a dated snapshot counts as its model, a stranger gets careful defaults.

    A stranger called whisper is one: it can tell how sure it is, and translate, unless its name says otherwise.
    """
    known = MODELS.get(name) or MODELS.get(re.sub(r"-\d{4}-\d{2}-\d{2}$", "", name))
    return replace(known, name=name) if known else _stranger(name)


def _stranger(name: str) -> Model:
    translates = "whisper" in name.lower() and _NO_TRANSLATOR.search(name) is None
    return Model(name, scores=Scores.SEGMENTS, translates=translates, is_listed=False)


def translator_for(chosen: str, model: str, *, asks_openai: bool) -> str:
    """
    The name of the model that translates where the host chose "auto", or whom the host chose; empty for nobody.

    By itself the model that hears, if it can; else OpenAI's, of OpenAI.
    """
    if chosen != "auto":
        return chosen
    if model_of(model).translates:
        return model
    return "whisper-1" if asks_openai else ""
