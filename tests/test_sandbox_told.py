"""What the host is told of the sandbox: by `check`, at the start, and where ffmpeg needs more than it is given."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot import audio
from bot.check import sandbox_finding
from bot.settings import load
from tests.world.bot import NO_FILE

ROOT = Path(__file__).parent.parent
KERNELS = ROOT / "tests" / "walls" / "kernels.py"
SPEECH = ROOT / "tests" / "speech"
FFMPEG = audio.ffmpeg_of("bundled")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")


def on_a_kernel_without(wall: str, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`python -m bot` with these words, where no such wall can be had; nothing it might call is there."""
    env = {
        "PYTHONPATH": str(ROOT),
        "DISCORD_TOKEN": "MTE5NjQzMjE2NTQ5ODczMjE2NQ.GhXyZa.abcdefghijklmnopqrstuvwxyz0123456789AB",
        "OPENAI_API_KEY": "sk-proj-0123456789abcdef",
        "DATABASE_URL": f"sqlite:///{folder / 'earshot.db'}",
        "DISCORD_API_URL": "http://127.0.0.1:9",
        "OPENAI_BASE_URL": "http://127.0.0.1:9",
        "EARSHOT_AUDIO__FFMPEG": "bundled",
    }
    world = {"missing": [wall], "uid": os.geteuid(), "container": ""}
    command = [sys.executable, str(KERNELS), json.dumps(world), sys.executable, "-m", "bot", *words]
    return subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - our own words


def test_a_missing_wall_is_a_warning(tmp_path: Path) -> None:
    """On a kernel without Landlock `check` warns, and says what a decoder with a bug could reach."""
    told = on_a_kernel_without("Landlock", tmp_path, "check").stdout

    line = next(line for line in told.splitlines() if "sandbox" in line)
    assert line.startswith("WARN  sandbox: has gaps: ")
    assert "seccomp" in line
    assert "Landlock" not in line
    assert "A decoder with a bug could reach what the bot may read." in told


def test_a_required_wall_that_is_missing_is_a_failure(tmp_path: Path) -> None:
    """Where the sandbox is required, `check` fails without it and the bot does not start: exit 1, and why."""
    required = ("--set", "audio.sandbox=required")
    told = on_a_kernel_without("Landlock", tmp_path, *required, "check").stdout
    run = on_a_kernel_without("Landlock", tmp_path, *required, "run")

    assert "FAIL  sandbox: has gaps: " in told
    assert run.returncode == 1
    assert "A decoder with a bug could reach what the bot may read." in run.stderr
    assert "Discord could not be reached" not in run.stderr


async def test_an_ffmpeg_that_needs_more_is_told_and_given_it(tmp_path: Path) -> None:
    """An ffmpeg that does not run in the sandbox is told with the setting that gives it its files; then it works."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "real").symlink_to(FFMPEG)
    wrapper = tmp_path / "ffmpeg"
    wrapper.write_text(f'#!/bin/sh\nexec {tools / "real"} "$@"\n')
    wrapper.chmod(0o755)
    reads = (str(tools), str(FFMPEG))

    refused = await sandbox_finding(load(NO_FILE, {"EARSHOT_AUDIO__FFMPEG": str(wrapper)}))
    given = {"EARSHOT_AUDIO__FFMPEG": str(wrapper), "EARSHOT_AUDIO__FFMPEG_READS": ",".join(reads)}
    taken = await sandbox_finding(load(NO_FILE, given))
    rules = audio.UploadRules(ffmpeg=str(wrapper), reads=reads, scratch=tmp_path)
    async with audio.open(SPEECH / "report.m4a", rules=rules) as clip:
        assert clip.length_ms in range(5_500, 5_700)

    assert refused.found.startswith("ffmpeg does not run in it (")
    assert "audio.ffmpeg_reads" in refused.fix
    assert taken.found.startswith("holds: ")


async def test_libraries_beside_ffmpeg_need_no_setting(tmp_path: Path) -> None:
    """An ffmpeg in a `bin` reads the `lib` beside it, where a build for a place of its own has its libraries."""
    for folder in ("bin", "lib", "etc"):
        (tmp_path / folder).mkdir()
    said = []
    for folder in ("lib", "etc"):
        library = tmp_path / folder / "library"
        library.write_text("exit 0")
        program = tmp_path / "bin" / "ffmpeg"
        program.write_text(f"#!/bin/sh\n. {library}\n")
        program.chmod(0o755)
        said.append(await sandbox_finding(load(NO_FILE, {"EARSHOT_AUDIO__FFMPEG": str(program)})))

    assert said[0].found.startswith("holds: ")
    assert said[1].found.startswith("ffmpeg does not run in it (")


async def test_what_held_is_tried_no_second_time(tmp_path: Path) -> None:
    """A process tries the walls once around an ffmpeg; around another file in its place it tries them again."""
    program, scratch = tmp_path / "ffmpeg", tmp_path / "scratch"
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o755)
    scratch.mkdir()
    rules = audio.UploadRules(ffmpeg=str(program), scratch=scratch)
    first = await audio.prove(rules)
    scratch.rmdir()  # without it nothing can be tried
    again = await audio.prove(rules)
    program.write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(FileNotFoundError):
        await audio.prove(rules)
    scratch.mkdir()
    other = await audio.prove(rules)

    assert (first.holds, other.fails != "") == (True, True)
    assert again == first


def test_paths_for_ffmpeg_are_whole() -> None:
    """A path that does not begin at the root is refused: nobody knows from where it would be read."""
    with pytest.raises(Exception, match=r"audio\.ffmpeg_reads.*full path"):
        load(NO_FILE, {"EARSHOT_AUDIO__FFMPEG_READS": "lib"})
