"""Why a figure may miss its aim: shown only where it did."""

from collections.abc import Iterator, Sequence

from bench.report import Figure

TWENTY = "Twenty voice notes at once, in twenty channels"
CHANNEL = "Twenty in one channel"
FLOOD = "Two hundred at once, in two hundred channels"
PYTHON = (
    "a note is some 18 ms of one process's time, 13 of them in Python: asyncio, aiohttp, OpenAI's client, discord.py and the "
    "database ([where it goes](profile.md)); the aim leaves {left} ms. More processes share the work ([workers](workers.md))"
)
STARTING = "the latest moment is at the start, where the provider's client is loaded beside the first notes"
LOADING = "these notes come while the provider's client is loaded beside them, which no later note waits for"
REASONS = {
    (TWENTY, "last reply"): PYTHON.format(left=15),
    (TWENTY, "last reply, first burst of a process"): LOADING,
    (TWENTY, "event loop at its latest, start included"): STARTING,
    (FLOOD, "last reply"): PYTHON.format(left=10),
    (FLOOD, "last reply, first burst of a process"): f"the same, and {LOADING}",
    (
        FLOOD,
        "event loop at its latest, start included",
    ): "the machine's two cores are full: bot, Discord and provider share them",
    (CHANNEL, "event loop at its latest, start included"): STARTING,
    ("A file of an hour", "answer"): (
        "pieces are cut where people pause, so decoding and encoding are two ffmpegs; a bare one hands its frames on in memory"
    ),
}


def missed(figures: Sequence[tuple[str, Sequence[Figure]]]) -> Iterator[str]:
    """A line for each missed aim."""
    for title, rows in figures:
        for row in rows:
            if row.is_met is False:
                got, aim = row.cells()[1:3]
                why = REASONS.get((title, row.name), "not understood yet")
                yield f"- **{title}: {row.name}**, {got} instead of {aim}: {why}."
