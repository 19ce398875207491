"""Notes through the whole bot: one, many in as many channels, many in one channel."""

import asyncio
from collections import Counter

from bench import floors
from bench.report import Figure, at_most, exactly
from bench.sounds import SHORT, lasting
from bench.stage import PROVIDER_S, Stage, running

WINDOW, WINDOW_S = 5, 5.0  # what the stand-in, as Discord, lets a bot post into one channel
AIMS_S = {20: 1.3, 200: 3.0}
LEAST = "(the provider, and for each note four bare requests and two bare commits)"


async def many_channels(stage: Stage, rounds: int, *, notes: int) -> list[Figure]:
    """So many notes at once in as many channels, in processes that have heard nothing yet, and again."""
    # Discord's 50 requests a second would be all that 200 notes measure; `channel` keeps its limits.
    stage.discord.rates.off()
    rooms = [stage.home.channel(f"room-{number}") for number in range(notes)]
    first: list[float] = []
    later: list[float] = []
    at_once: list[int] = []
    late: list[float] = []
    for _ in range(rounds):
        async with running(stage, EARSHOT_DISCORD__REQUESTS_PER_SECOND="1000") as bot:
            for times in (first, later, later):
                began, answers = await stage.burst(rooms, SHORT)
                times.append(answers[-1] - began)
                at_once.append(stage.openai.most_at_once)
            late.append(await bot.latest_s())
    aim, least = AIMS_S[notes], PROVIDER_S + notes * await floors.note_s(stage.folder)
    return [
        at_most("last reply", min(first + later), "s", aim, floor=least, floor_is=LEAST),
        at_most("last reply, first burst of a process", min(first), "s", aim, floor=least),
        Figure("calls to the provider at once", max(at_once), ""),
        at_most("event loop at its latest, start included", max(late), "s", 0.05),
    ]


async def one_channel(stage: Stage, rounds: int) -> list[Figure]:
    """Twenty notes in one channel, where Discord takes only so many messages in a while; each time in a new process."""
    notes = 20
    last: list[tuple[float, float]] = []
    late: list[float] = []
    for number in range(rounds):
        async with running(stage) as bot:
            began, answers = await stage.burst([stage.home.channel(f"room-{number}")] * notes, SHORT)
            last.append((answers[-1] - began, answers[0] - began + (notes - 1) // WINDOW * WINDOW_S))
            late.append(await bot.latest_s())
    limited = Counter((method, path) for method, path, _ in stage.discord.rates.limited)
    took, floor = min(last)
    return [
        exactly("notes answered", len(answers), "", notes),
        at_most("429s, the worst bucket", max(limited.values(), default=0), "", 1),
        at_most("last reply", took, "s", floor + 0.5, floor=floor, floor_is="(Discord's limit)"),
        at_most("event loop at its latest, start included", max(late), "s", 0.05),
    ]


async def one_note(stage: Stage, rounds: int) -> list[Figure]:
    """One voice note of 12 s: the first sign, the answer, the bytes."""
    sound = await asyncio.to_thread(lasting, 12, stage.folder)
    shown, beyond = [], []
    async with running(stage):
        for number in range(rounds + 1):
            began, answers = await stage.burst([stage.home.channel(f"alone-{number}")], sound)
            shown.append(stage.signs[0] - began)
            beyond.append(answers[0] - began - PROVIDER_S)
    size = sound.stat().st_size
    return [
        at_most("first sign after", min(shown[1:]), "s", 0.05),
        at_most("answer beyond the provider's time", min(beyond[1:]), "s", 0.15),
        Figure("the same for a note that was there at READY", beyond[0], "s"),
        at_most("bytes uploaded", stage.openai.calls[-1].size_bytes, "bytes", size, floor=size, floor_is="(the note)"),
        exactly("calls to the provider, each note", len(stage.openai.calls) / (rounds + 1), "", 1),
    ]
