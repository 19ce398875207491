"""
One gateway and 1, 2, 4 workers over PostgreSQL: notes a second, and what each part of a note costs. `python -m bench.workers`.

The whole bot, unpatched, against the local Discord and OpenAI, which share the machine; then the queue engine alone,
on the same server. Writes docs/bench/workers.md: what stops more workers from doing more, and the shares of engine and
database in the processor time of a note.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import record
from bench.booking import a_server, ours
from bench.server import together_s, watched
from bench.sounds import SHORT
from bench.stage import BURST, Stage, open_stage
from bench.weight import family_pss_of, pss_of
from bot.database import open_database
from bot.jobs import Jobs
from tests.world.fleet import Fleet

NOTES, ROOMS, RINGS = 300, 100, 2_000
WORKERS = (1, 2, 4)
PROVIDER_S = 0.2
GUILDS = 1_000
_IDLE_CORES = 0.15  # a machine with less than this left has nothing to give
_TICKS = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"]


def spent() -> dict[str, int]:
    """The machine's processor time so far, by kind, in ticks."""
    line = Path("/proc/stat").read_text("ascii").splitlines()[0]
    return dict(zip(_TICKS, map(int, line.split()[1:9]), strict=True))


def idle_share(before: dict[str, int]) -> float:
    """How much of the machine nobody used since then."""
    now = spent()
    used = {kind: now[kind] - before[kind] for kind in _TICKS}
    return (used["idle"] + used["iowait"]) / max(1, sum(used.values()))


async def rate(stage: Stage, url: str, workers: int, notes: int) -> dict[str, Any]:
    """Notes a second through a gateway and so many workers, and where the processor time went."""
    env = {**stage.env, **BURST, "DATABASE_URL": url, "EARSHOT_DISCORD__REQUESTS_PER_SECOND": "1000",
           "EARSHOT_QUOTA__REPEAT_HOURS": "0", "EARSHOT_RATE__QUEUE": "100000"}  # fmt: skip
    fleet = Fleet(env)
    rooms = [stage.home.channel(f"room-{workers}-{number}") for number in range(ROOMS)]
    try:
        await asyncio.gather(fleet.gateway(), fleet.workers(workers))
        await stage.burst(rooms[:20], SHORT)
        pids = {name: one.pid for name, one in fleet.processes.items()}
        gateway, hands = pids.pop("gateway"), list(pids.values())
        used = {"gateway": together_s([gateway]), "workers": together_s(hands)}
        async with watched(url) as load:
            asked, before, began = len(stage.discord.asked("*", "/channels/*")), spent(), time.perf_counter()
            for number in range(notes):
                await stage.member.voice_note(rooms[number % ROOMS], SHORT)
            await stage.answered(notes)
            took_s = time.perf_counter() - began
            idle = idle_share(before)
        return {
            "workers": workers, "a_second": round(notes / took_s, 1), "idle": round(idle, 3),
            "gateway_cpu_ms": round(1_000 * (together_s([gateway]) - used["gateway"]) / notes, 2),
            "worker_cpu_ms": round(1_000 * (together_s(hands) - used["workers"]) / notes, 2),
            "database_cpu_ms": round(1_000 * load.cpu_s / notes, 2), "transactions": round(load.transactions / notes, 1),
            "worker_bytes": max(family_pss_of(pid) for pid in hands),
            "requests": round((len(stage.discord.asked("*", "/channels/*")) - asked) / notes, 2), "waits": load.wait[0], "waiting_clients": round(load.wait[1], 2),
        }  # fmt: skip
    finally:
        await fleet.stop()
        await stage.discord.gone()


async def engine(url: str, rings: int) -> dict[str, Any]:
    """The queue alone: so many bells rung, each in a transaction of its own, and answered by doing nothing."""
    async with open_database(url) as database:
        jobs, answered, done = Jobs(parallel=20, database=database), 0, asyncio.Event()
        await jobs.prepare()

        async def nothing(_: str) -> None:
            nonlocal answered
            answered += 1
            if answered == rings:
                done.set()

        async with watched(url) as load:
            used, began = time.process_time(), time.perf_counter()
            async with jobs.work(nothing):
                for number in range(rings):
                    async with database.tx() as tx:
                        jobs.put(tx, f"ring-{number}")
                await done.wait()
                took_s = time.perf_counter() - began
            used = time.process_time() - used
        return {
            "rings": rings, "a_second": round(rings / took_s, 1), "cpu_ms": round(1_000 * used / rings, 2),
            "database_cpu_ms": round(1_000 * load.cpu_s / rings, 2),
        }  # fmt: skip


async def gateway_bytes(stage: Stage, url: str) -> dict[str, int]:
    """What a gateway weighs, and what each guild of ten channels adds."""
    weights = []
    for guilds in (0, GUILDS):
        for number in range(guilds):
            guild = stage.discord.guild(f"guild-{number}")
            for channel in range(10):
                guild.channel(f"channel-{channel}")
        fleet = Fleet({**stage.env, "DATABASE_URL": url})
        try:
            gateway = await fleet.gateway()
            weights.append(pss_of(gateway.pid))
        finally:
            await fleet.stop()
            await stage.discord.gone()
    return {"gateway_bytes": weights[0], "guild_bytes": max(0, weights[1] - weights[0]) // GUILDS}


def bottleneck(run: dict[str, Any], cores: int) -> str:
    """What more workers cannot get round, by what was seen with the most of them."""
    found = []
    if run["idle"] < _IDLE_CORES:
        mine = run["a_second"] * (run["gateway_cpu_ms"] + run["worker_cpu_ms"] + run["database_cpu_ms"]) / 1_000 / cores
        found.append(
            f"the machine's processors, {100 * (1 - run['idle']):.0f} % used: {100 * mine:.0f} % by gateway, workers and "
            f"database, the rest by the stand-ins and whatever else the machine did meanwhile"
        )
    if run["waiting_clients"] >= 1:
        found.append(
            f"the database's rows: {run['waiting_clients']:.1f} of its clients at a time waited for {run['waits']}, "
            f"which is the host's balance, the one row that all notes change"
        )
    return "; and ".join(found) or "nothing: the provider's time and the number of slots decide"


async def measure(notes: int, rings: int) -> dict[str, Any]:
    """Each in a world of its own, one after the other."""
    runs: list[dict[str, Any]] = []
    async with a_server() as url:
        for workers in WORKERS:
            with tempfile.TemporaryDirectory(prefix="bench-") as folder:
                async with open_stage(Path(folder)) as stage:
                    stage.discord.rates.off()
                    stage.openai.delay_s = PROVIDER_S
                    runs.append(await rate(stage, url, workers, notes))
        alone = await engine(url, rings)
        # Hold and settle lock the host's balance, as a call does too: three locks a note, two of them here.
        one_row = round(await ours(url, at_once=8) * 2 / 3, 1)
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            async with open_stage(Path(folder)) as stage:
                weights = await gateway_bytes(stage, url)
    return {
        "notes": notes,
        "runs": runs,
        "engine": alone,
        "one_row": one_row,
        **weights,
    }


def page(got: dict[str, Any]) -> list[str]:
    """docs/bench/workers.md."""
    one, alone = got["runs"][0], got["engine"]
    cost = one["gateway_cpu_ms"] + one["worker_cpu_ms"] + one["database_cpu_ms"]
    heads = ("workers", "notes a second", "gateway, CPU each note", "workers", "database", "transactions", "waited for")
    lines = [
        "# Workers over one PostgreSQL",
        "",
        "Written by `python -m bench.workers`; nothing here is typed by hand. One gateway, the workers, a PostgreSQL that waits for",
        f"its disk, the local Discord and the local OpenAI ({PROVIDER_S} s for each answer) share one machine: {got['machine']}.",
        f"{got['notes']} voice notes at once in {ROOMS} channels, without Discord's limits.",
        "",
        f"| {' | '.join(heads)} |",
        f"|{'---|' * len(heads)}",
    ]
    for run in got["runs"]:
        cells = (
            f"{run['workers']}", f"{run['a_second']:.1f}", f"{run['gateway_cpu_ms']:.1f} ms",
            f"{run['worker_cpu_ms']:.1f} ms", f"{run['database_cpu_ms']:.1f} ms", f"{run['transactions']:.1f}",
            f"{run['waits']} ({run['waiting_clients']:.1f} clients at a time)",
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    engine_ms = alone["cpu_ms"] + alone["database_cpu_ms"]
    return [
        *lines,
        "",
        f"What all workers share and wait for: {bottleneck(got['runs'][-1], int(got['machine'].split()[0]))}.",
        "",
        f"With one worker a note costs {cost:.1f} ms of processor time in gateway, worker and database together.",
        f"The database's share is {100 * one['database_cpu_ms'] / cost:.0f} %. The queue engine, measured alone with {alone['rings']:,} bells",
        f"rung one by one ({alone['a_second']:,.0f} a second), costs {alone['cpu_ms']:.1f} ms in the bot and {alone['database_cpu_ms']:.1f} ms in the",
        f"database for each: {100 * engine_ms / cost:.0f} % of a note.",
        "",
        f"A gateway weighs {got['gateway_bytes'] / 1e6:.0f} MB and {got['guild_bytes'] / 1e3:.1f} kB more for each server of ten",
        f"channels (PSS, {GUILDS:,} of them); a worker at work {max(run['worker_bytes'] for run in got['runs']) / 1e6:.0f} MB with all it starts.",
    ]  # fmt: skip


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.workers", description="Measure workers over PostgreSQL.")
    parser.add_argument("--notes", type=int, default=NOTES)
    parser.add_argument("--rings", type=int, default=RINGS)
    options = parser.parse_args()
    record.keep("workers", asyncio.run(measure(options.notes, options.rings)))
    print(f"written to {record.write('workers.md', page(record.kept()['workers']))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
