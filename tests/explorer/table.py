"""What a run of the explorer came to, as the paragraph in docs/reliability.md."""

from pathlib import Path

from tests.explorer.explore import Report
from tests.explorer.states import STATES
from tests.explorer.verbs import ACTS
from tests.pages.section import Section

SECTION = Section(Path(__file__).parents[2] / "docs" / "reliability.md", "interleavings", "`make explore`")
HEADS = ("over", "verbs", "states", "pairs", "interleavings", "the second waited", "findings", "time", "share, seed")


def write(report: Report, share: float, seed: int, jobs: int, *, once: bool = False) -> None:
    """Rewrite the section."""
    rate = (report.cases + report.orders + report.triples) / max(report.seconds, 0.001)
    cells = (
        "PostgreSQL",
        str(len(ACTS)),
        str(len(STATES)),
        f"{report.pairs:,}",
        f"{report.cases:,}" + (f" and {report.triples:,} of three" if report.triples else ""),
        f"{report.waited:,}",
        str(len({case for _, case, _, _ in report.found})),
        f"{report.seconds / 60:.0f} min in {jobs} processes, {rate:.0f} a second",
        f"{share:g} %{', in one state each' if once else ''}, {seed}",
    )
    rows = [f"| {' | '.join(HEADS)} |", f"|{'---|' * len(HEADS)}", f"| {' | '.join(cells)} |"]
    SECTION.write("\n".join(rows))
