"""Long sounds and long texts through the whole bot, and what goes wrong on the way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

from bench import floors
from bench.report import Figure, at_most, exactly
from bench.sounds import SHORT, lasting
from bench.stage import PROVIDER_S, Bot, Stage, running
from tests.world.openai import Fault

LENGTHS_S = (10, 60, 600, 3_600, 10_800)
WEIGHED_S = 0.05
LONG_TEXT = 5_200
ALLOWED = {
    "EARSHOT_AUDIO__MAX_MINUTES": "200",
    "EARSHOT_AUDIO__MAX_MEGABYTES": "1000",
    "EARSHOT_AUDIO__DEADLINE_SECONDS": "600",
}
_rooms = count()


@asynccontextmanager
async def weighed(bot: Bot) -> AsyncIterator[list[int]]:
    """The weight of the bot and all it starts, again and again while the block lasts."""
    weights = [bot.family_bytes]

    async def weigh() -> None:
        while True:
            await asyncio.sleep(WEIGHED_S)
            weights.append(await asyncio.to_thread(lambda: bot.family_bytes))

    task = asyncio.create_task(weigh())
    try:
        yield weights
    finally:
        task.cancel()


async def posted(stage: Stage, sound: Path) -> float:
    """Seconds from a file's being posted to its answer."""
    room = stage.home.channel(f"long-{next(_rooms)}")
    if sound.suffix == ".ogg":
        began, answers = await stage.burst([room], sound)
        return answers[0] - began
    stage.openai.most_at_once = 0
    loop = asyncio.get_running_loop()
    began = loop.time()
    await stage.member.upload(room, sound)
    return (await stage.answered(1))[0] - began


async def ten_minutes(stage: Stage, _rounds: int) -> list[Figure]:
    """A voice note of ten minutes: it goes out as it came in."""
    sound = await asyncio.to_thread(lasting, 600, stage.folder)
    async with running(stage, **ALLOWED):
        took = min([await posted(stage, sound) for _ in range(2)])
    size = sound.stat().st_size
    return [
        at_most("answer", took, "s", PROVIDER_S + 0.5, floor=PROVIDER_S, floor_is="(the provider)"),
        at_most("bytes uploaded", stage.openai.calls[-1].size_bytes, "bytes", size, floor=size, floor_is="(the note)"),
        exactly("calls to the provider", len(stage.openai.calls) / 2, "", 1),
    ]


async def an_hour(stage: Stage, _rounds: int) -> list[Figure]:
    """A file of an hour, as a phone records it."""
    sound = await asyncio.to_thread(lasting, 3_600, stage.folder, suffix="m4a")
    bare_s = await asyncio.to_thread(floors.conversion_s, sound)
    async with running(stage, **ALLOWED):
        took = await posted(stage, sound)
    floor = PROVIDER_S + bare_s
    aim = 2 * PROVIDER_S + 1.2 * bare_s
    sent = sum(call.size_bytes for call in stage.openai.calls)
    return [
        at_most("answer", took, "s", aim, floor=floor, floor_is="(the provider, a bare ffmpeg)"),
        Figure("bytes uploaded", sent, "bytes", "", None, sound.stat().st_size, "(the file)"),
        Figure("calls to the provider", len(stage.openai.calls), ""),
        Figure("calls at once", stage.openai.most_at_once, ""),
    ]


async def memory(stage: Stage, _rounds: int) -> list[Figure]:
    """The most that the bot and all it starts ever weigh, by the length of a file."""
    peaks: dict[int, int] = {}
    for seconds in LENGTHS_S:
        sound = await asyncio.to_thread(lasting, seconds, stage.folder, suffix="m4a")
        async with running(stage, **ALLOWED) as bot, weighed(bot) as weights:
            await posted(stage, sound)
        peaks[seconds] = max(weights)
        sound.unlink()
    usual = peaks[600]
    rows = [Figure(f"peak (PSS), {length(seconds)}", peaks[seconds], "MB") for seconds in LENGTHS_S[:-1]]
    return [
        *rows,
        at_most(
            f"peak (PSS), {length(10_800)}", peaks[10_800], "MB", usual + 8e6, floor=usual, floor_is="(10 minutes)"
        ),
    ]


async def long_text(stage: Stage, _rounds: int) -> list[Figure]:
    """A text of 5,200 characters: all of it arrives."""
    text = ("Every word of it counts, and this is one more of them. " * (LONG_TEXT // 55 + 1))[
        : LONG_TEXT - 20
    ] + "And so it ends here."
    stage.say(text)
    stage.words = "And so it ends here."
    async with running(stage):
        took = await posted(stage, SHORT)
        arrived = sum(len(content) for content in stage.contents.values() if "counts" in content)
    return [
        at_most("last word", took, "s", PROVIDER_S + 1.0, floor=PROVIDER_S, floor_is="(the provider)"),
        Figure("characters that arrived", arrived, "", f">= {LONG_TEXT:,}", arrived >= LONG_TEXT),
    ]


async def one_error(stage: Stage, rounds: int) -> list[Figure]:
    """One HTTP 500 of the provider: the note is answered all the same."""
    took = []
    async with running(stage):
        await posted(stage, SHORT)
        for _ in range(rounds):
            stage.openai.script(Fault(500))
            took.append(await posted(stage, SHORT))
    calls = (len(stage.openai.calls) - 1) / rounds
    return [
        at_most("answer", min(took), "s", 2 * PROVIDER_S + 1.5, floor=PROVIDER_S, floor_is="(the provider)"),
        exactly("calls to the provider, each note", calls, "", 2),
    ]


def length(seconds: int) -> str:
    """A length in the largest unit that fits."""
    for unit, size in (("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
