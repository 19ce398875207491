"""Another bot in the same world, put to the same notes, beside ours: `python -m bench --compare "python their_bot.py"`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from bench.long import posted
from bench.report import number
from bench.sounds import SHORT, lasting
from bench.stage import PROVIDER_S, Stage, another, running
from tests.world.openai import Fault

PATIENCE_S = 60
BURST = 20
LOST = "never"
ENDING = "And so it ends here."

Trial = Callable[[Stage], Awaitable[str]]
Started = Callable[[Stage], AbstractAsyncContextManager[object]]


async def first_sign(stage: Stage) -> str:
    """From a note of 12 s to the first thing anybody sees."""
    began, _ = await stage.burst([stage.home.channel("sign")], await asyncio.to_thread(lasting, 12, stage.folder))
    return number(stage.signs[0] - began, "s")


async def one_note(stage: Stage) -> str:
    """A note of 12 s, beyond the provider's time."""
    return number(await posted(stage, lasting(12, stage.folder)) - PROVIDER_S, "s")


async def uploaded(stage: Stage) -> str:
    """Bytes sent for that note."""
    await posted(stage, lasting(12, stage.folder))
    return number(stage.openai.calls[-1].size_bytes, "bytes")


async def burst(stage: Stage) -> str:
    """Twenty notes in twenty channels: the last reply."""
    began, answers = await stage.burst([stage.home.channel(f"burst-{each}") for each in range(BURST)], SHORT)
    return number(answers[-1] - began, "s")


async def ten_minutes(stage: Stage) -> str:
    """A note of ten minutes."""
    return number(await posted(stage, await asyncio.to_thread(lasting, 600, stage.folder)), "s")


async def one_error(stage: Stage) -> str:
    """A note whose first call meets an HTTP 500."""
    stage.openai.script(Fault(500))
    return number(await posted(stage, SHORT), "s")


async def long_text(stage: Stage) -> str:
    """The end of a text of 5,200 characters."""
    stage.say("Every word of it counts, and this is one more of them. " * 94 + ENDING)
    stage.words = ENDING
    return number(await posted(stage, SHORT), "s")


TRIALS: tuple[tuple[str, Trial], ...] = (
    ("12 s note: first sign", first_sign),
    ("12 s note: answer beyond the provider's time", one_note),
    ("12 s note: bytes uploaded", uploaded),
    ("20 notes in 20 channels: last reply", burst),
    ("10 minute note: answer", ten_minutes),
    ("one HTTP 500: answer", one_error),
    ("5,200 characters: last word", long_text),
)


async def compare(command: str, opened: Callable[[], AbstractAsyncContextManager[Stage]]) -> list[tuple[str, str, str]]:
    """Each trial with our bot and with the other, each time in a world and a process of its own."""

    @asynccontextmanager
    async def ours(stage: Stage) -> AsyncIterator[object]:
        async with running(stage) as bot:
            yield bot

    async def tried(trial: Trial, started: Started) -> str:
        async with opened() as stage:
            with suppress(TimeoutError, AssertionError):
                async with started(stage), asyncio.timeout(PATIENCE_S):
                    await posted(stage, SHORT)  # the first note of a process is another story
                    return await trial(stage)
        return LOST

    theirs: Started = lambda stage: another(stage, command)  # noqa: E731 - said once, named for mypy
    return [(name, await tried(trial, ours), await tried(trial, theirs)) for name, trial in TRIALS]
