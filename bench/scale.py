"""
What 1, 1,000 and 100,000 guilds need: computed from docs/bench/scale.json. `python -m bench.scale` writes docs/scale.md.

Measures nothing. `bench.workers` and `bench.peak` keep their figures there; what was not measured stands in `ASSUMED`
or in `DISCORD`, and on the page.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from bench import record
from bench.hour import LENGTHS_S
from bot.database.postgresql import CONNECTIONS
from bot.speech import model_of

PAGE = Path(__file__).parents[1] / "docs" / "scale.md"
STEPS = (1, 1_000, 100_000)
ASSUMED = {
    "notes a guild posts in the busiest hour": 1.0,
    "busiest hours that make a day": 8.0,
    "days in a month": 30.0,
    "seconds the provider takes for a note": 2.0,
    "cores of the database's machine": 8.0,
    "part of a core, or of a limit, that may be used": 0.7,
}
DISCORD = {
    "guilds one connection may have": 2_500,
    "guilds a shard should have": 1_000,
    "requests a second": 50,
    "seconds between two identifies": 5,
}
SLOTS = 20  # notes in work in one process: speech.parallel's default
SHARDS_A_GATEWAY = 12  # docs/deploy/kubernetes.yaml
MODEL = "gpt-transcribe"
_HOUR_S = 3_600
_CORE = "one process's core (a gateway and workers of their own)"


@dataclass(frozen=True, slots=True)
class Costs:
    """What one note, one guild and one process cost, as measured."""

    gateway_ms: float
    worker_ms: float
    database_ms: float
    transactions: float
    requests: float
    one_row: float
    wal_bytes: int
    row_bytes: int
    gateway_bytes: int
    guild_bytes: int
    worker_bytes: int

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Costs":
        """From the record."""
        workers, peak = kept["workers"], kept["peak"]
        one = workers["runs"][0]
        return cls(
            gateway_ms=one["gateway_cpu_ms"], worker_ms=one["worker_cpu_ms"], database_ms=one["database_cpu_ms"],
            transactions=one["transactions"], requests=one["requests"], one_row=workers["one_row"],
            wal_bytes=peak["wal_bytes"], row_bytes=peak["bytes"], gateway_bytes=workers["gateway_bytes"],
            guild_bytes=workers["guild_bytes"], worker_bytes=max(run["worker_bytes"] for run in workers["runs"]),
        )  # fmt: skip  # one table reads as one table

    def ceilings(self) -> dict[str, float]:
        """Notes a second at which each thing that is there only once is used up."""
        part = ASSUMED["part of a core, or of a limit, that may be used"]
        return {
            "Discord's requests a second (ask Discord for more, or answer by fewer requests)": part
            * DISCORD["requests a second"]
            / self.requests,
            "the database's cores (a larger machine, then the inbox apart from the ledger)": part
            * ASSUMED["cores of the database's machine"]
            * 1_000
            / self.database_ms,
            "the host's one balance row (split it into several, each with a part of the limit)": part * self.one_row,
        }


def notes_a_second(guilds: int) -> float:
    """In the busiest hour."""
    return guilds * ASSUMED["notes a guild posts in the busiest hour"] / _HOUR_S


def guilds_at(rate: float) -> float:
    """The guilds that post so many notes a second."""
    return rate * _HOUR_S / ASSUMED["notes a guild posts in the busiest hour"]


def is_one_process(guilds: int, costs: Costs) -> bool:
    """Whether `run` is enough: one core for all it does, one connection to Discord."""
    return guilds <= DISCORD["guilds one connection may have"] and guilds <= limits(costs)[_CORE]


def limits(costs: Costs) -> dict[str, float]:
    """At how many guilds each thing is used up, the next step's remedy in brackets; the nearest first."""
    part = ASSUMED["part of a core, or of a limit, that may be used"]
    one_process = part * 1_000 / (costs.gateway_ms + costs.worker_ms)
    found = {
        _CORE: guilds_at(one_process),
        "one connection to Discord (shards)": float(DISCORD["guilds one connection may have"]),
        **{name: guilds_at(rate) for name, rate in costs.ceilings().items()},
    }
    return dict(sorted(found.items(), key=lambda one: one[1]))


def need(guilds: int, costs: Costs) -> dict[str, str]:
    """A column of the table."""
    part, rate = ASSUMED["part of a core, or of a limit, that may be used"], notes_a_second(guilds)
    month = guilds * ASSUMED["notes a guild posts in the busiest hour"]
    month *= ASSUMED["busiest hours that make a day"] * ASSUMED["days in a month"]
    is_one = is_one_process(guilds, costs)
    by_cpu = rate * costs.worker_ms / 1_000 / part
    by_slots = rate * ASSUMED["seconds the provider takes for a note"] / SLOTS / part
    workers = 0 if is_one else max(2, ceil(by_cpu), ceil(by_slots))
    shards = ceil(guilds / DISCORD["guilds a shard should have"])
    gateways = 0 if is_one else ceil(shards / SHARDS_A_GATEWAY)
    memory = costs.gateway_bytes * max(1, gateways) + costs.guild_bytes * guilds + costs.worker_bytes * max(1, workers)
    mean_s = sum(seconds * of for seconds, of in LENGTHS_S.items()) / sum(LENGTHS_S.values())
    usd = month * mean_s / 60 * model_of(MODEL).usd_micros_per_minute / 1e6
    nearest = next(
        (f"{name}, at {at:,.0f} guilds" for name, at in limits(costs).items() if at > guilds), "none of these"
    )
    passed = [f"{name}, at {at:,.0f}" for name, at in limits(costs).items() if at <= guilds]
    return {
        "notes in the busiest hour; a month": f"{guilds * ASSUMED['notes a guild posts in the busiest hour']:,.0f}; {month:,.0f}",
        "notes a second": f"{rate:.4g}",
        "processes": "1 (`run`, SQLite)" if is_one else f"{gateways} gateways, {workers} workers, PostgreSQL",
        "connections to PostgreSQL": "none" if is_one else f"{(gateways + workers) * (CONNECTIONS + 2):,}",
        "shards; a cold start's identifies": f"{shards}; {shards * DISCORD['seconds between two identifies']} s",
        "cores for gateways and workers": f"{rate * (costs.gateway_ms + costs.worker_ms) / 1_000:.3g}",
        "cores for the database": "in the process" if is_one else f"{rate * costs.database_ms / 1_000:.3g}",
        "transactions a second": f"{rate * costs.transactions:.3g}",
        "write-ahead log a second": f"{rate * costs.wal_bytes / 1e3:.3g} kB",
        "disk a month": f"{month * costs.row_bytes / 1e9:.3g} GB",
        "Discord requests a second, of 50": f"{rate * costs.requests:.3g}",
        "memory of all our processes": f"{memory / 1e9:.2g} GB",
        f"the provider's bill a month ({MODEL})": f"${usd:,.2f}",
        "used up before": "; ".join(passed) or "nothing",
        "next bottleneck": nearest,
    }  # fmt: skip  # one table reads as one table


def text(kept: Mapping[str, Any]) -> str:
    """docs/scale.md."""
    costs, peak = Costs.of(kept), kept["peak"]
    columns = [need(guilds, costs) for guilds in STEPS]
    rows = [f"| {name} | {' | '.join(column[name] for column in columns)} |" for name in columns[0]]
    measured = {
        "processor time of a note": f"gateway {costs.gateway_ms:.1f} ms, worker {costs.worker_ms:.1f} ms, database {costs.database_ms:.1f} ms",
        "transactions, requests to Discord": f"{costs.transactions:.1f}, {costs.requests:.2f}",
        "write-ahead log, disk": f"{costs.wal_bytes / 1e3:.1f} kB, {costs.row_bytes / 1e3:.1f} kB",
        "notes a second through one balance row, at most": f"{costs.one_row:.0f}",
        "memory": f"gateway {costs.gateway_bytes / 1e6:.0f} MB, each guild {costs.guild_bytes / 1e3:.1f} kB, worker {costs.worker_bytes / 1e6:.0f} MB",
    }
    played = peak["seconds"]
    hour = peak["hour"] / _HOUR_S
    verdict = "faster than" if peak["a_second"] > hour else "slower than"
    return "\n".join(
        [
            "# Scale",
            "",
            "Written by `python -m bench.scale` from docs/bench/scale.json, which `python -m bench.workers` and `python -m bench.peak`",
            "measure ([workers](bench/workers.md), [the peak hour](bench/peak.md)); nothing here is typed by hand.",
            "<!-- held: test_the_page_says_what_the_figures_say -->",
            "",
            f"| | {' | '.join(f'{guilds:,} guild{chr(115) * (guilds > 1)}' for guilds in STEPS)} |",
            f"|{'---|' * (len(STEPS) + 1)}",
            *rows,
            "",
            "## When each thing is used up",
            "",
            "| what there is only once | guilds |",
            "|---|---|",
            *(f"| {name} | {at:,.0f} |" for name, at in limits(costs).items()),
            "",
            "## Checked by playing the hour",
            "",
            f"Ledger, inbox, desk and queue over PostgreSQL took {peak['notes']:,} notes of the peak hour of {peak['guilds']:,} guilds in",
            f"{played / 60:.0f} minutes: {peak['a_second']:.1f} a second on {peak['machine']}, gateway, workers and database together, beside",
            f"whatever else that machine did; the hour itself brings {hour:.1f}. That is {verdict} the hour. Afterwards the invariants",
            "I1 to I10 held and each note was answered once.",
            "",
            "## What it is computed from",
            "",
            "| measured | |",
            "|---|---|",
            *(f"| {name} | {value} |" for name, value in measured.items()),
            "",
            "| assumed | |",
            "|---|---|",
            *(f"| {name} | {value:g} |" for name, value in ASSUMED.items()),
            f"| seconds a note lasts, on average (`bench/hour.py`) | {sum(s * n for s, n in LENGTHS_S.items()) / sum(LENGTHS_S.values()):.1f} |",
            "",
            "| Discord's rules | |",
            "|---|---|",
            *(f"| {name} | {value:,} |" for name, value in DISCORD.items()),
            "",
        ]
    )


def main() -> int:
    """The command line."""
    PAGE.write_text(text(record.kept()), "utf-8")
    print("written to docs/scale.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
