"""Writes the table of hostile media into docs/reliability.md: `python -m tests.hostile`. Takes some minutes."""

import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bot import audio
from tests.decoders import DECODER
from tests.hostile.corpus import CLASSES
from tests.hostile.run import Watched, watch
from tests.hostile.trial import bare_ms
from tests.pages.section import Section

SECTION = Section(Path(__file__).parents[2] / "docs" / "reliability.md", "hostile media", "`python -m tests.hostile`")
TEXT = """
Every file below is made by `tests/hostile`, put to the audio room, and watched: {count} files, {ffmpeg}.
Other paths opened: {paths}. Network sockets: {sockets}. Calls at the canary's port: {calls}. Processes or files left
behind: {left}. "Heard" counts what was measured, or readable until the damage; its length is compared with what a bare
ffmpeg decodes from the same bytes.

| class | files | heard | refused as | CPU s, worst | memory MB, worst | length off by ms, worst |
|---|--:|--:|---|--:|--:|--:|
"""


def page(watched: Watched, ffmpeg: str) -> str:
    """What stands between the markers."""
    version = subprocess.run([ffmpeg, "-version"], check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own words
    traced = watched.trace is not None
    text = TEXT.format(
        count=len(watched.trials),
        ffmpeg=" ".join(version.split()[:3]),
        paths=len(watched.foreign_paths - {str(watched.folder / "cases.json")})
        if traced
        else "not watched (no strace)",
        sockets=len(watched.network_calls) if traced else "not watched (no strace)",
        calls=watched.canary_calls,
        left=sum(len(trial.left) for trial in watched.trials),
    )
    return text.lstrip() + "\n".join(rows(watched, ffmpeg)) + "\n"


def rows(watched: Watched, ffmpeg: str) -> Iterator[str]:
    """One row per class."""
    max_ms = audio.UploadRules().max_ms
    for kind in CLASSES:
        trials = [trial for trial in watched.trials if trial.kind == kind]
        heard = [trial for trial in trials if trial.is_heard]
        off_ms = [abs(bare_ms(Path(trial.path), ffmpeg, max_ms=max_ms) - trial.measured_ms) for trial in heard]
        endings = Counter(trial.ending for trial in trials if not trial.is_heard)
        refused = ", ".join(f"{ending} {count}" for ending, count in endings.most_common())
        cpu_s, memory_mb = max(trial.cpu_s for trial in trials), max(trial.peak_bytes for trial in trials) / 1e6
        off = max(off_ms) if off_ms else "-"
        yield f"| {kind} | {len(trials)} | {len(heard)} | {refused or '-'} | {cpu_s:.1f} | {memory_mb:.0f} | {off} |"


def main() -> None:
    """Runs the whole corpus and writes the page."""
    with tempfile.TemporaryDirectory() as folder:
        table = page(watch(Path(folder), quick=False), DECODER)
    SECTION.write(table)


if __name__ == "__main__":
    main()
