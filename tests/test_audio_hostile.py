"""
Hostile media: what no file may do, whoever made it.

Every run puts a part of each class to the room; `pytest -m long` runs the whole corpus through the same tests.
"""

import ast
import shutil
from pathlib import Path

import pytest

from bot import audio
from tests.decoders import DECODER
from tests.hostile import CLASSES
from tests.hostile.run import Watched, watch
from tests.hostile.trial import bare_ms

MEMORY_BYTES = 256_000_000
CPU_S = 20
TOLERANCE_MS = 50
MAX_MS = audio.UploadRules().max_ms

traced = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")


@pytest.fixture(
    scope="module",
    params=["quick", pytest.param("whole", marks=[pytest.mark.long, pytest.mark.timeout(1_800)])],
)
def watched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """The corpus, put to the room."""
    return watch(tmp_path_factory.mktemp("hostile"), quick=request.param == "quick")


def test_every_class_is_tried(watched: Watched) -> None:
    """No class of attack is missing."""
    assert {trial.kind for trial in watched.trials} == set(CLASSES)


def test_nobody_calls_the_canary(watched: Watched) -> None:
    """No file makes the room open a connection."""
    assert watched.canary_calls == 0


@traced
def test_no_other_file_is_opened(watched: Watched) -> None:
    """The system saw nothing opened below the corpus but the file on trial: no neighbour, no canary."""
    assert watched.trace
    assert watched.foreign_paths == {str(watched.folder / "cases.json")}


@traced
def test_no_network_is_touched(watched: Watched) -> None:
    """The system saw no network socket, let alone a connection."""
    assert watched.network_calls == []


def test_nobody_hears_the_canary(watched: Watched) -> None:
    """No playlist, list or link is followed; a movie that points elsewhere plays what it holds itself."""
    heard = {
        Path(trial.path).name: trial.measured_ms
        for trial in watched.trials
        if trial.kind in {"playlists", "bombs of text"} and trial.is_heard
    }

    assert all(name.startswith("elsewhere-") and abs(ms - 11_000) <= TOLERANCE_MS for name, ms in heard.items())


def test_nothing_costs_too_much(watched: Watched) -> None:
    """No file takes more than 256 MB in all processes together, or more than 20 seconds of CPU."""
    costly = [trial for trial in watched.trials if trial.cpu_s > CPU_S or trial.peak_bytes > MEMORY_BYTES]

    assert costly == []


def test_lengths_are_those_of_the_samples(watched: Watched) -> None:
    """Whatever a file claims, its length is what a bare ffmpeg decodes from the same bytes."""
    wrong = {
        trial.path: (trial.measured_ms, bare)
        for trial in watched.trials
        if trial.is_heard
        and abs((bare := bare_ms(Path(trial.path), DECODER, max_ms=MAX_MS)) - trial.measured_ms) > TOLERANCE_MS
    }

    assert wrong == {}


def test_bombs_are_defused(watched: Watched) -> None:
    """Hours in a few kilobytes, and headers no machine can obey, are refused; what is heard of the rest is short."""
    bombs = {Path(trial.path).name: trial for trial in watched.trials if trial.kind == "bombs"}

    assert all(not trial.is_heard or trial.measured_ms <= 1_000 + TOLERANCE_MS for trial in bombs.values())
    assert bombs["hours.ogg"].ending == "too_long"
    assert bombs["hours.ogg"].cpu_s < 1


def test_nothing_is_left(watched: Watched) -> None:
    """After each file no process and nothing in the scratch directory is left."""
    assert [trial for trial in watched.trials if trial.left] == []


# What reads files or asks ffprobe about them: everything in pydub that may meet a byte of a stranger's.
READING = {"from_file", "from_file_using_temporary_files", "mediainfo", "mediainfo_json", "get_supported_decoders"}


def test_pydub_never_reads_a_file() -> None:
    """Only the export knows pydub, and nothing of ours calls what opens a file with it."""
    using, reading = set(), set()
    for path in (Path(__file__).parent.parent / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            module = node.module if isinstance(node, ast.ImportFrom) else None
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            if any((name or "").split(".")[0] == "pydub" for name in (module, *names)):
                using.add(path.name)
            called = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
            if called in READING or called.startswith(("from_mp3", "from_ogg", "from_wav", "from_flv", "from_raw")):
                reading.add((path.name, called))

    assert using == {"export.py"}
    assert reading == set()
