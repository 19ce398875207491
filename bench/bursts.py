"""Notes through the whole bot: one, twenty in twenty channels, twenty in one channel."""

import subprocess
from collections import Counter
from pathlib import Path

from bench.report import Figure, at_most, exactly
from bench.stage import PROVIDER_S, Stage, running
from bot.audio import ffmpeg_of

SPEECH = Path(__file__).parents[1] / "tests" / "speech"
BURST = 20
WINDOW, WINDOW_S = 5, 5.0  # what the stand-in, as Discord, lets a bot post into one channel


def twelve_seconds(folder: Path) -> Path:
    """A voice note of 12 s, made of one of ours, as Discord's app would encode it."""
    path = folder / "twelve.ogg"
    source = ["-stream_loop", "3", "-i", str(SPEECH / "park.ogg"), "-t", "12"]
    target = ["-c:a", "libopus", "-b:a", "32k", "-application", "voip", "-page_duration", "1000000", str(path)]
    subprocess.run([str(ffmpeg_of("auto")), "-v", "error", *source, *target], check=True)  # noqa: S603 - our own words
    return path


async def many_channels(stage: Stage, rounds: int) -> list[Figure]:
    """Twenty notes at once in twenty channels, in processes that have heard nothing yet, and again."""
    rooms = [stage.home.channel(f"room-{number}") for number in range(BURST)]
    first: list[float] = []
    later: list[float] = []
    at_once: list[int] = []
    late: list[float] = []
    for _ in range(rounds):
        async with running(stage) as bot:
            for times in (first, later, later):
                began, answers = await stage.burst(rooms, SPEECH / "park.ogg")
                times.append(answers[-1] - began)
                at_once.append(stage.openai.most_at_once)
            late.append(await bot.latest_s())
    floor = {"floor": PROVIDER_S, "floor_is": "(the provider)"}
    return [
        at_most("last reply", min(first + later), "s", 2.0, **floor),  # type: ignore[arg-type] # two of its keywords
        at_most("last reply, first burst of a process", min(first), "s", 2.0, **floor),  # type: ignore[arg-type] # as above
        exactly("calls to the provider at once", max(at_once), "", BURST),
        at_most("event loop at its latest, start included", min(late), "s", 0.1),
    ]


async def one_channel(stage: Stage) -> list[Figure]:
    """The same notes in one channel, where Discord takes only so many messages in a while."""
    room = stage.home.channel("room-0")
    stage.discord.rates.limited.clear()
    async with running(stage) as bot:
        began, answers = await stage.burst([room] * BURST, SPEECH / "park.ogg")
        late = await bot.latest_s()
    limited = Counter((method, path) for method, path, _ in stage.discord.rates.limited)
    floor = answers[0] - began + (BURST - 1) // WINDOW * WINDOW_S
    return [
        exactly("notes answered", len(answers), "", BURST),
        at_most("429s, the worst bucket", max(limited.values(), default=0), "", 1),
        at_most("last reply", answers[-1] - began, "s", floor + 0.5, floor=floor, floor_is="(Discord's limit)"),
        at_most("event loop at its latest", late, "s", 0.1),
    ]


async def one_note(stage: Stage, rounds: int) -> list[Figure]:
    """One voice note of 12 s: typing, answer, bytes."""
    sound = twelve_seconds(stage.folder)
    shown, beyond = [], []
    async with running(stage):
        for number in range(rounds + 1):
            began, answers = await stage.burst([stage.home.channel(f"alone-{number}")], sound)
            shown.append(stage.typings[0] - began)
            beyond.append(answers[0] - began - PROVIDER_S)
    size = sound.stat().st_size
    return [
        at_most("typing shown after", min(shown[1:]), "s", 0.05),
        at_most("answer beyond the provider's time", min(beyond[1:]), "s", 0.15),
        Figure("the same for a note that was there at READY", beyond[0], "s"),
        at_most("bytes uploaded", stage.openai.calls[-1].size_bytes, "bytes", size, floor=size, floor_is="(the note)"),
    ]
