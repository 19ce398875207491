"""
The conversations of the demo: one file each, so that a new one is a new file and nothing else.

Promises: every module here with a `play(stage)` is a scene. Its docstring's first line is what the help
says of it; `ENV` is what the bot is started with beside the world's own addresses; `SET_UP` ends the
sentence "The bot is connected; ...".
"""

import importlib
import inspect
import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache

from tests.world.demo.stage import Stage

OPENING = "general"  # what `make demo` plays
OWN_FILE = "file"  # what `make demo FILE=...` plays


@dataclass(frozen=True, slots=True)
class Scene:
    """One conversation: how the bot is set up for it, and what people do."""

    name: str
    told: str
    set_up: str
    env: Mapping[str, str]
    play: Callable[[Stage], Awaitable[None]]


@cache
def scenes() -> dict[str, Scene]:
    """Every scene by name; the opening one first."""
    names = sorted((module.name for module in pkgutil.iter_modules(__path__)), key=lambda name: (name != OPENING, name))
    return {name: _scene(name) for name in names}


def _scene(name: str) -> Scene:
    module = importlib.import_module(f"{__name__}.{name}")
    told = (inspect.getdoc(module) or "").partition("\n")[0]
    return Scene(
        name, told, getattr(module, "SET_UP", "nothing is configured."), getattr(module, "ENV", {}), module.play
    )
