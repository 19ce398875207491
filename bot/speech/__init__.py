"""
Sound in, words out: the provider's ears.

Hides the OpenAI client, its slow import, its errors and answers, and what each model costs, takes
and understands. Promises: one `hear` is one HTTP call; every expected failure is a `Trouble` that
says whose fault it is and whether to try again; answers are bounded, words are valid Unicode; the
key never leaves in a value.
"""

from bot.speech.answers import ModelRow, Trouble
from bot.speech.client import Hint, Speech, within
from bot.speech.doubt import (
    LOOKED_AT,
    is_doubtful,
    is_to_an_audience,
    is_wordless,
    listed_beginning,
    listed_end,
    may_become_doubtful,
    without_sounds,
)
from bot.speech.heard import Heard, Part, Token
from bot.speech.loops import Loop, is_odd, loop_in
from bot.speech.models import MODELS, Model, model_of, translator_for
from bot.speech.syllable_count import Tally, syllables
from bot.speech.tidy import clean

__all__ = [
    "LOOKED_AT",
    "MODELS",
    "Heard",
    "Hint",
    "Loop",
    "Model",
    "ModelRow",
    "Part",
    "Speech",
    "Tally",
    "Token",
    "Trouble",
    "clean",
    "is_doubtful",
    "is_odd",
    "is_to_an_audience",
    "is_wordless",
    "listed_beginning",
    "listed_end",
    "loop_in",
    "may_become_doubtful",
    "model_of",
    "syllables",
    "translator_for",
    "within",
    "without_sounds",
]
