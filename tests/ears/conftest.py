"""
`make test-speech`: what all of it shares, and the draw of those that CI has time for.

Each test says with `@pytest.mark.speech(seconds=...)` what it takes on two busy cores. With `--speech-minutes` so
many are drawn as fit; and should the machine be slower than that, what is left at the end of the time is not begun.
"""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.conftest import World
from tests.ears import home
from tests.ears.draw import drawn
from tests.ears.servers import Server, open_server

_LEFT = pytest.StashKey[list[str]]()
_UNTIL = pytest.StashKey[float]()
BEFORE_S = 10.0  # what has passed by the time tests are collected, and passes after the last one
START_S = 25.0  # to collect, to begin a world, to load a model


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long it may take, and which draw it is."""
    parser.addoption("--speech-minutes", type=float, help="draw as many tests of real ears as fit into so many minutes")
    parser.addoption("--speech-seed", default="1", help="the draw")


def _cost(item: pytest.Item) -> float | None:
    mark = item.get_closest_marker("speech")
    return float(mark.kwargs["seconds"]) if mark else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Draw; what is not drawn is named at the end."""
    minutes = config.getoption("--speech-minutes")
    if minutes is None:
        return
    budget_s = minutes * 60
    config.stash[_UNTIL] = time.monotonic() + budget_s - BEFORE_S
    costs = {item.nodeid: cost for item in items if (cost := _cost(item)) is not None}
    chosen = set(drawn(costs, budget_s - START_S, config.getoption("--speech-seed")))
    config.stash[_LEFT] = sorted(costs.keys() - chosen)
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in costs.keys() - chosen])
    items[:] = [item for item in items if item.nodeid not in costs.keys() - chosen]


def pytest_runtest_protocol(item: pytest.Item) -> bool | None:
    """Begin nothing that cannot end in time."""
    until, cost = item.config.stash.get(_UNTIL, None), _cost(item)
    if until is None or cost is None or time.monotonic() + cost <= until:
        return None
    item.config.stash[_LEFT].append(f"{item.nodeid} (drawn, but the time was up)")
    return True


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say why nothing was heard, or what was left for another draw."""
    if not config.getoption("markexpr").startswith("speech"):
        return
    if reason := home.missing():
        terminalreporter.write_line(f"no real ears: {reason}")
    if left := config.stash.get(_LEFT, []):
        seed = config.getoption("--speech-seed")
        terminalreporter.write_line(f"left for other draws than {seed}: {', '.join(left)}")


@pytest.fixture(autouse=True)
def _real(request: pytest.FixtureRequest) -> None:
    """Tests of real ears are skipped where there are none; which those are, and why, is told."""
    reason = home.missing() if request.node.get_closest_marker("speech") else None
    if reason:
        pytest.skip(reason)


@pytest.fixture
async def heard_by(world: World, tmp_path: Path) -> AsyncIterator["Opener"]:
    """Opens a real server and a bot that asks it; both are gone when the test ends."""
    async with AsyncExitStack() as stack:
        yield Opener(world, tmp_path, stack)


class Opener:
    """What `heard_by` gives."""

    def __init__(self, world: World, folder: Path, stack: AsyncExitStack) -> None:
        self._world, self._folder, self._stack = world, folder, stack

    async def server(self, kind: str, model: str = "base") -> Server:
        """A running server."""
        return await self._stack.enter_async_context(open_server(kind, model, self._folder))

    async def bot(self, kind: str, model: str = "base", **settings: str) -> Server:
        """A running server, and the bot that asks it, ready."""
        server = await self.server(kind, model)
        await self._stack.enter_async_context(self._world.bot(self._world.env(**settings) | server.env))
        return server
