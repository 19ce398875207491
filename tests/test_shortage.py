"""A machine that runs out of something: no note is lost by it, and nobody is told that theirs failed."""

import asyncio
import errno
import json
import os
import resource
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bot import audio
from bot.audio.cell import ask
from bot.shortage import shortage_in, shortage_of
from tests.conftest import PATIENCE_S, SPEECH, WORDS, World
from tests.test_audio_cage import order
from tests.test_health import free_port, page, value_of
from tests.world.bot import start
from tests.world.small_disk import bot_on, disk, inside, may_mount

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits and full disks as Linux has them")

PARK = SPEECH / "park.ogg"
FFMPEG = str(audio.ffmpeg_of("bundled"))
LIMITS: dict[str, Any] = {"memory_bytes": 1 << 30, "deadline_s": 60, "reads": []}  # of a worker


def fill(path: Path) -> None:
    """Leave no room on the disk on which that file lies."""
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass


def test_what_a_machine_runs_out_of_is_told_from_all_else() -> None:
    """No room, no files, no memory, no processes; a bug, a missing file and a lost connection are none of these."""
    short = [
        OSError(errno.ENOSPC, "full"),
        OSError(errno.EMFILE, "files"),
        MemoryError(),
        RuntimeError("can't start new thread"),
        ExceptionGroup("at once", [OSError(errno.EDQUOT, "quota"), OSError(errno.ENOSPC, "full")]),
    ]
    other = [
        FileNotFoundError(errno.ENOENT, "gone"),
        ConnectionResetError(errno.ECONNRESET, "reset"),
        ValueError("a bug"),
        ExceptionGroup("at once", [OSError(errno.ENOSPC, "full"), ValueError("a bug")]),
    ]

    assert [shortage_of(each) for each in short] == [
        *(errno.ENOSPC, errno.EMFILE, errno.ENOMEM, errno.EAGAIN),
        errno.EDQUOT,
    ]
    assert not any(map(shortage_of, other))
    assert shortage_in("av_interleaved_write_frame(): No space left on device") == errno.ENOSPC
    assert shortage_in("Invalid data found when processing input") is None


ASK = """
import asyncio, json, sys
from bot.audio.cell import ask
try:
    asyncio.run(ask(json.loads(sys.argv[1]), deadline_s=60))
except OSError as error:
    print(error.errno)
"""


def test_a_worker_on_a_full_disk_says_so(small: Path) -> None:
    """A piece that finds no room is the machine's trouble, and reaches us as such."""
    said = json.dumps(order(SPEECH / "report.m4a", small, task="work", **LIMITS))
    words = ["unshare", *disk(small, "64k", sys.executable, "-W", "ignore", "-c", ASK, said)]
    ran = subprocess.run(words, capture_output=True, text=True, check=True, cwd=Path.cwd())  # noqa: S603 -- our own words

    assert ran.stdout.split() == [str(errno.ENOSPC)]


async def test_other_trouble_of_a_worker_is_a_failure(tmp_path: Path) -> None:
    """A folder that is not there is no shortage."""
    with pytest.raises(RuntimeError, match="The audio worker failed"):
        await ask(order(SPEECH / "report.m4a", tmp_path / "gone", task="work", **LIMITS), deadline_s=60)


async def disk_is(port: int, *, is_ready: bool) -> tuple[int, Any]:
    """What /readyz says once the bot, which tries its parts now and then, has found that out."""
    async with asyncio.timeout(PATIENCE_S):
        while (told := await page(port, "/readyz"))[1]["parts"]["disk"]["ready"] != is_ready:
            pass
    return told


EXPORT = """
import errno, sys
from pathlib import Path
from bot.audio.export import export
import tempfile
tempfile.tempdir = sys.argv[1]
try:
    export(bytes(32 * 60_000), Path("/dev/null"), kind="ogg", ffmpeg=sys.argv[2])
except OSError as error:
    print(error.errno)
"""


def test_an_encoder_on_a_full_disk_is_the_machine_s_trouble(small: Path) -> None:
    """What pydub's ffmpeg complains of in words is understood: there was no room for what it wrote."""
    script = [sys.executable, "-W", "ignore", "-c", EXPORT, str(small), FFMPEG]
    # The sound alone fits; nothing else does.
    words = ["unshare", *disk(small, "1880k", *script)]
    ran = subprocess.run(words, capture_output=True, text=True, check=True, cwd=Path.cwd())  # noqa: S603 -- our own words

    assert ran.stdout.split() == [str(errno.ENOSPC)]


CALL = """
import asyncio, errno, os, resource, sys
from pathlib import Path
from bot.speech import Speech

async def main(url, path):
    async with Speech(base_url=url, api_key="sk-none", model="gpt-transcribe") as speech:
        await speech.warm()
        resource.setrlimit(resource.RLIMIT_NOFILE, (200, 4096))
        try:
            while True:
                last = os.dup(0)
        except OSError:
            os.close(last)  # one is left, for the sound
        answer = await speech.hear(Path(path), "voice.ogg", "audio/ogg")
        print(answer.short_of == errno.EMFILE, answer.may_cost)

asyncio.run(main(*sys.argv[1:]))
"""


def test_a_call_for_which_there_is_no_file_is_no_fault_of_the_network(dead_address: str) -> None:
    """Whoever cannot open a connection because too many are open says so, and nobody is billed."""
    words = [sys.executable, "-W", "ignore", "-c", CALL, dead_address, str(PARK)]
    ran = subprocess.run(words, capture_output=True, text=True, check=True, cwd=Path.cwd())  # noqa: S603 -- our own words

    assert ran.stdout.split() == ["True", "False"]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """An empty folder to which a small disk can be mounted."""
    folder = tmp_path / "small"
    folder.mkdir()
    if not may_mount(folder):
        pytest.skip("no disk can be mounted here")
    return folder


async def test_a_full_folder_delays_and_loses_nothing(world: World, small: Path) -> None:
    """While the folder for sounds is full notes wait, are told nothing and count no attempt; then they are answered."""
    port = free_port()
    env = world.env(work__attempts="1", health__port=str(port)) | {"TMPDIR": str(small)}
    bot = await start(env, *bot_on(small, "2m"), program="unshare")
    try:
        await world.discord.ready(seconds=PATIENCE_S)
        filler = inside(bot, small) / "filler"
        fill(filler)
        note = await world.mina.upload(world.general, SPEECH / "report.m4a")
        await bot.until("action=put_off", count=2)
        ready = await disk_is(port, is_ready=False)
        _, metrics = await page(port, "/metrics")
        tries = world.rows("SELECT attempts FROM note")
        told_meanwhile = list(note.messages)
        filler.unlink()
        answer = await note.wait(seconds=PATIENCE_S)
        again = await disk_is(port, is_ready=True)
    finally:
        await bot.stop()

    assert WORDS in answer.content
    assert not told_meanwhile
    assert tries[0][0] <= 1
    assert ready[0] == 503
    assert ready[1]["parts"]["disk"]["found"] == os.strerror(errno.ENOSPC)
    assert value_of(metrics, 'earshot_put_off_total{reason="ENOSPC"}') >= 2
    assert again[1]["parts"]["disk"]["ready"]
    assert not [line for line in bot.lines if "action=broke" in line]


async def test_books_on_a_full_disk_delay_and_lose_nothing(world: World, small: Path) -> None:
    """Where the database itself finds no room, what is posted meanwhile is answered once there is some."""
    env = world.env() | {"TMPDIR": str(small), "DATABASE_URL": f"sqlite:///{small}/earshot.db"}
    bot = await start(env, *bot_on(small, "3m"), program="unshare")
    try:
        await world.discord.ready(seconds=PATIENCE_S)
        first = await (await world.mina.voice_note(world.general, PARK)).wait(seconds=PATIENCE_S)
        filler = inside(bot, small) / "filler"
        fill(filler)
        notes = [await world.mina.voice_note(world.general, PARK) for _ in range(3)]
        await bot.until("disk is full")
        filler.unlink()
        answers = [await note.wait(seconds=PATIENCE_S) for note in notes]
    finally:
        await bot.stop()

    assert WORDS in first.content
    assert all(WORDS in answer.content for answer in answers)


async def test_too_many_open_files_delay_and_lose_nothing(world: World) -> None:
    """Where no file can be opened any more a note is put off, and answered when that has passed."""
    bot = await start(world.env(work__attempts="1"))
    try:
        await world.discord.ready(seconds=PATIENCE_S)
        first = await (await world.mina.upload(world.general, SPEECH / "report.m4a")).wait(seconds=PATIENCE_S)
        await bot.until("action=start_check")  # who tries the sandbox has files open, too
        held = max(int(each) for each in os.listdir(f"/proc/{bot.pid}/fd"))  # noqa: PTH208 -- numbers, not files
        soft, hard = resource.prlimit(bot.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(bot.pid, resource.RLIMIT_NOFILE, (held + 3, hard))
        note = await world.mina.upload(world.general, SPEECH / "report.m4a")
        await bot.until("action=put_off")
        resource.prlimit(bot.pid, resource.RLIMIT_NOFILE, (soft, hard))
        answer = await note.wait(seconds=PATIENCE_S)
    finally:
        await bot.stop()

    assert WORDS in first.content
    assert WORDS in answer.content


async def test_check_tells_of_a_folder_without_room(world: World, small: Path) -> None:
    """`check` warns where the largest sound that is taken would find no room, and says what to do."""
    bot = await start(
        world.env() | {"TMPDIR": str(small), "COLUMNS": "200"},
        *disk(small, "3m", "sh", "-c", f"{sys.executable} -m bot check >&2"),
        program="unshare",
    )
    code = await bot.wait()

    assert code == 0
    assert f"{small}: 3 MB free" in "\n".join(bot.lines)
    assert "audio.max_megabytes is 100" in "\n".join(bot.lines)
