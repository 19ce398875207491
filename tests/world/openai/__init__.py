"""
A stand-in for OpenAI's transcription API, on a real socket.

`open_openai` starts it; its ears are a script or a real offline recogniser; `script` gives it answers
and faults to serve; `calls` is what it saw.
"""

from tests.world.openai.calls import Call, Gate
from tests.world.openai.ears import Ears, Scripted, Sound, Spoken, spoken_for
from tests.world.openai.recogniser import Recogniser
from tests.world.openai.script import (
    Answer,
    CutConnection,
    Fault,
    Garbage,
    Hang,
    HugeJson,
    Redirect,
    invention,
)
from tests.world.openai.server import LocalOpenAI, open_openai

__all__ = [
    "Answer",
    "Call",
    "CutConnection",
    "Ears",
    "Fault",
    "Garbage",
    "Gate",
    "Hang",
    "HugeJson",
    "LocalOpenAI",
    "Recogniser",
    "Redirect",
    "Scripted",
    "Sound",
    "Spoken",
    "invention",
    "open_openai",
    "spoken_for",
]
