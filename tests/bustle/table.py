"""What a run of the bustle came to, as the table in docs/reliability.md."""

from pathlib import Path

from tests.bustle.play import GATEWAYS, SERVERS, WORKERS, Report
from tests.bustle.town import PEOPLE
from tests.pages.section import Section

SECTION = Section(Path(__file__).parents[2] / "docs" / "reliability.md", "bustle", "`make bustle`")
HEADS = ("what", "how often")


def write(report: Report, seconds: float, pace: float) -> None:
    """Rewrite the section."""
    gone = ", ".join(f"{count:,} {why}" for why, count in report.gone.most_common())
    rows = [
        ("processes", f"{GATEWAYS} gateways, {WORKERS} workers, one of them with a clock an hour behind"),
        ("people", f"{SERVERS * PEOPLE} in {SERVERS} servers, and who manages each; {report.forgotten} left for good"),
        (
            "for",
            f"{seconds:.0f} s, {pace:g} acts a second, seed {report.seed}; worked off after {report.seconds:.0f} s",
        ),
        ("months", " and ".join(report.months)),
        ("notes", f"{report.notes:,}, of which {report.answered:,} have an answer that stands"),
        ("gone", gone),
        ("calls of the provider", f"{report.calls:,}"),
        *((f"a person {act}", f"{count:,}") for act, count in report.acts.most_common()),
        ("**findings**", f"**{len(report.found)}**"),
    ]
    head = [f"| {' | '.join(HEADS)} |", f"|{'---|' * len(HEADS)}"]
    SECTION.write("\n".join([*head, *(f"| {' | '.join(row)} |" for row in rows)]))
