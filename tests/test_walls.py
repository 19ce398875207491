"""The walls around the decoder, against a program in its place that tries to get out."""

import ctypes
import os
import platform
import re
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.audio.proving import PROMISES
from bot.audio.sandbox import launch
from bot.kernel import landlock
from bot.kernel.calls import machine
from bot.kernel.numbers import NUMBERS
from tests.walls import COLUMNS, ROWS, SECTION, Column, reached, worked
from tests.walls.decoder import TRIES
from tests.walls.page import line

ROOT = Path(__file__).parent.parent
SPEECH = ROOT / "tests" / "speech"
EVERYBODY = ("user", "container", "root")
SCOPED = 6  # the version of Landlock that all of the page was written with

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's"),
    pytest.mark.skipif(machine() is None, reason="no list of system calls for this machine"),
]


def reached_by(column: Column) -> frozenset[str]:
    """As `reached`; skips where this machine cannot play that one."""
    try:
        return reached(column)
    except LookupError as lacking:
        pytest.skip(str(lacking))


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_decoder_taken_over_reaches_nothing(who: str) -> None:
    """No memory, environment, file, socket, process, limit or key of anybody's: as a user, in a container, as root."""
    if landlock.version() < SCOPED:
        pytest.skip("this kernel has no such Landlock")

    assert reached_by(Column(who)) == set()


def test_the_tries_are_real() -> None:
    """Without any wall an ordinary user's decoder reaches things of each kind, so reaching nothing means something."""
    found = reached_by(Column("user", walls=False))

    assert {name for name, tries in ROWS.items() if not found & set(tries)} <= {"what was left open"}
    assert {try_ for tries in ROWS.values() for try_ in tries} == set(TRIES)


@pytest.mark.parametrize("column", [column for column in COLUMNS if column.missing], ids=str)
def test_without_a_wall_the_others_hold_or_the_page_says_what_is_open(column: Column) -> None:
    """Where one wall is missing, a decoder reaches nothing but what docs/security.md says of that very case."""
    if landlock.version() < SCOPED:
        pytest.skip("this kernel has no such Landlock")

    assert line(column, reached_by(column)) in SECTION.read().splitlines()


@pytest.mark.parametrize(
    ("column", "exposed"),
    [
        (Column("user"), set()),
        (Column("container"), set()),
        (Column("root"), set()),
        (Column("user", ("Landlock",)), {"files"}),
        (Column("user", ("seccomp",)), {"changes", "sockets", "processes"}),
        (Column("user", ("Landlock", "seccomp", "namespaces", "hidden memory")), set(PROMISES)),
        (Column("container", ("seccomp",)), {"changes", "sockets", "processes", "network"}),
        (
            Column("container", ("Landlock", "seccomp")),
            {"changes", "sockets", "processes", "network", "files", "signals"},
        ),
    ],
    ids=lambda value: str(value) if isinstance(value, Column) else ",".join(sorted(value)),
)
def test_sound_is_worked_with_the_walls_there_are(column: Column, exposed: set[str]) -> None:
    """A sound is converted on each of them all the same, and what is exposed there is told as it is."""
    try:
        found = worked(column, SPEECH / "report.m4a")
    except LookupError as lacking:
        pytest.skip(str(lacking))

    assert found["fails"] == ""
    assert found["length_ms"] in range(5_500, 5_700)
    assert all(size > 1_000 for size in found["pieces"])
    assert set(found["exposed"]) == exposed
    assert not set(column.missing) & set(found["walls"])


def test_the_bot_hides_its_memory_before_it_reads_a_secret() -> None:
    """Whatever command is run, the process hides its memory, and with it its environment, from others of its user."""
    code = (
        "import sys; from bot.__main__ import main; from bot.kernel import prctl\n"
        "code = main(['--config', '/nowhere/config.toml', 'check'])\n"
        "print(code, prctl(3))"  # PR_GET_DUMPABLE
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - our own words

    assert run.stdout.split()[-2:] == ["2", "0"]


def behind_walls(tmp_path: Path, code: str) -> subprocess.CompletedProcess[str]:
    """A Python program in the decoder's place."""
    program = Path(sys.executable).resolve()
    script = tmp_path / "program"
    script.write_text(f"#!{program} -IS\n{code}")
    script.chmod(0o755)
    reads = [str(program.parents[1] / "lib")]
    words = launch([str(script)], source="", reads=reads, memory_bytes=1 << 30, cpu_s=10, most_cpu_s=10)
    return subprocess.run(words, env={}, capture_output=True, text=True, check=False)  # noqa: S603 - our own words


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the other numbering is x86's")
def test_calls_by_another_numbering_end_the_decoder(tmp_path: Path) -> None:
    """On x86_64 the 32-bit calls have other numbers, which no list here names: the first of them ends the process."""
    run = behind_walls(
        tmp_path,
        "import ctypes, mmap\n"
        "place = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)\n"
        r"place.write(b'\xb8\x14\x00\x00\x00\xcd\x80\xc3')"  # mov eax, 20 (getpid); int 0x80; ret
        "\nprint('before', flush=True)\n"
        "ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(place)))()\n"
        "print('after', flush=True)\n",
    )

    assert run.stdout == "before\n"
    assert run.returncode == -signal.SIGSYS


def test_the_decoder_may_have_threads_and_end_itself(tmp_path: Path) -> None:
    """What decoders do is let through: threads, and an abort that is told as one."""
    run = behind_walls(
        tmp_path,
        "import os, threading\n"
        "thread = threading.Thread(target=lambda: print('thread', flush=True))\n"
        "thread.start(); thread.join(); os.abort()\n",
    )

    assert run.stdout == "thread\n"
    assert run.returncode == -signal.SIGABRT


def test_a_limit_the_host_has_set_lower_stays() -> None:
    """Where the bot itself may have less memory than the setting says, the decoder starts, with that much."""
    words = launch(["/bin/sh", "-c", "ulimit -v"], source="", reads=[], memory_bytes=1 << 30, cpu_s=10, most_cpu_s=10)
    run = subprocess.run(  # noqa: S603 - our own words
        ["/bin/sh", "-c", 'ulimit -v 500000; exec "$@"', "sh", *words],
        env={},
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout.strip() == "500000"
    assert resource.getrlimit(resource.RLIMIT_AS)[1] == resource.RLIM_INFINITY


def test_the_numbers_are_the_kernels() -> None:
    """The numbers of system calls are those of the headers, where a machine has them."""
    headers = [
        Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
        Path("/usr/include/aarch64-linux-gnu/asm/unistd_64.h"),
        Path("/usr/include/asm-generic/unistd.h"),
    ]
    seen: dict[tuple[str, int], int] = {}
    for column, header in ((0, headers[0]), (1, headers[1]), (1, headers[2])):
        if header.is_file():
            defined = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", header.read_text())
            seen |= {(name, column): int(number) for name, number in defined}
    wrong = {
        key: (said, seen[key])
        for name, numbers in NUMBERS.items()
        for column, said in enumerate(numbers)
        if (key := (name, column)) in seen and said != seen[key]
    }

    assert wrong == {}
    assert len({numbers[0] for numbers in NUMBERS.values()} - {None}) == len(
        [numbers for numbers in NUMBERS.values() if numbers[0] is not None]
    )
    assert ctypes.CDLL(None).syscall(NUMBERS["getpid"][machine() or 0]) == os.getpid()
