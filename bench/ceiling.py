"""How much the bot itself can do: a provider that answers at once, nobody who limits it, and people who look on."""

import asyncio
import os
import time

from bench import floors
from bench.report import Figure, at_most
from bench.sounds import SHORT
from bench.stage import Stage, running

NOTES = 300
ASKED = 20


async def ceiling(stage: Stage, rounds: int) -> list[Figure]:
    """Notes a second through the whole bot, beside what its cores could decode of them."""
    stage.discord.rates.off()
    stage.openai.delay_s = 0.0
    rooms = [stage.home.channel(f"room-{number}") for number in range(NOTES)]
    rates = []
    async with running(stage) as bot:
        await stage.burst(rooms[:20], SHORT)
        for _ in range(rounds):
            used, began = cpu_s(bot.process.pid), time.perf_counter()
            await stage.burst(rooms, SHORT)
            rates.append((NOTES / (time.perf_counter() - began), (cpu_s(bot.process.pid) - used) / NOTES))
    rate, cost = max(rates)[0], min(cost for _, cost in rates)
    bare = await asyncio.to_thread(floors.decoding_cpu_s)
    cores = os.cpu_count() or 1
    return [
        Figure("notes a second, the local world on the same cores", rate, "a second"),
        Figure("CPU of the bot, each note", cost, "s", "", None, bare, "(a bare ffmpeg decoding it)"),
        Figure(
            "notes a second, had it the cores for itself",
            1 / cost, "a second", f">= {cores / bare / 2:,.0f} a second", 1 / cost >= cores / bare / 2,
            cores / bare, f"({cores} cores of bare ffmpeg)",
        ),
    ]  # fmt: skip


def cpu_s(pid: int) -> float:
    """Seconds of CPU a process and its ended children have used."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:  # noqa: PTH123 - a moment of a process, not a file
        fields = file.read().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


async def usage(stage: Stage, rounds: int) -> list[Figure]:
    """/usage: from the command to the picture."""
    room = stage.home.channel("general")
    took = []
    async with running(stage):
        await stage.burst([room], SHORT)
        for _ in range(rounds + 1):
            began = time.perf_counter()
            await (await stage.member.slash("usage", room)).wait(seconds=60)
            took.append(time.perf_counter() - began)
    return [at_most("/usage, picture and all", min(took[1:]), "s", 2.0), Figure("the first one", took[0], "s")]
