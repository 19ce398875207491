"""
`python -m tests.ailing RECORD`: what a bot says of itself while something is broken, as the table in docs/observe.md.

Hides how the answers become cells: numbers and folders that differ from run to run are written as `N` and `...`.
Promises: the four pages are asked over HTTP and by the real command, each within what its asker gives it.
"""

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import aiohttp

from tests.conftest import command
from tests.pages.section import Section
from tests.scrapes import AGE, UP, scrape

SECTION = Section(Path(__file__).parents[1] / "docs" / "observe.md", "health under faults", "tests/ailing.py")
HEADS = ("what is broken", "`/healthz`", "`/readyz`", "`/metrics`", "`check --live`")
_KUBERNETES_S = 5.0  # docs/deploy/kubernetes.yaml: timeoutSeconds


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    broken: str
    healthz: str
    readyz: str
    metrics: str
    live: str

    @property
    def text(self) -> str:
        """As it stands on the page."""
        return f"| {' | '.join(asdict(self).values())} |"


async def asked(broken: str, port: int, folder: Path) -> Row:
    """What the bot at that port says while that is broken."""
    alive, _ = await _page(port, "/healthz")
    status, told = await _page(port, "/readyz")
    parts: Mapping[str, Any] = told["parts"]
    # A part that nobody has tried yet, or that says more than yes, is told as well.
    odd = {name: part for name, part in parts.items() if not part["ready"] or part["found"].startswith("not known")}
    page = await scrape(port)
    zeros = sorted(name for name in parts if f'part="{name}"' in str([one for one, value in page.items() if not value]))
    live = await command(folder, {"EARSHOT_HEALTH__PORT": str(port)}, "check", "--live")
    warned = [line[6:] for line in live.out.splitlines() if line.startswith("WARN")]
    return Row(
        broken,
        str(alive),
        "; ".join([str(status), *(f"{name}: {_plain(part['found'], folder)}" for name, part in odd.items())]),
        ("answers" if page[UP] else "does not answer")
        + (f"; `earshot_ready` 0 for {', '.join(zeros)}" if zeros else "")
        + ("" if AGE in page else "; the books are left out"),
        "; ".join([f"exit {live.code}", *(f"WARN {_plain(line, folder)}" for line in warned)]),
    )


async def _page(port: int, path: str) -> tuple[int, Any]:
    timeout = aiohttp.ClientTimeout(total=_KUBERNETES_S)
    async with (
        aiohttp.ClientSession(f"http://127.0.0.1:{port}", timeout=timeout) as session,
        session.get(path) as answer,
    ):
        return answer.status, await answer.json()


def _plain(found: str, folder: Path) -> str:
    """Without what differs from run to run."""
    return re.sub(r"\d+", "N", found.replace(str(folder), "...")).replace("|", "/")


def keep(row: Row, record: Path) -> None:
    """Write it behind those that were measured before."""
    with record.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(row)) + "\n")


def table(rows: list[Row]) -> str:
    """All of it."""
    return "\n".join([f"| {' | '.join(HEADS)} |", f"|{' --- |' * len(HEADS)}", *(row.text for row in rows)])


def main(record: Path) -> None:
    """Rewrite the section from what a run has recorded, in the order of the lines' own words."""
    rows = {row.broken: row for row in (Row(**json.loads(line)) for line in record.read_text("utf-8").splitlines())}
    SECTION.write(table([rows[name] for name in sorted(rows)]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
