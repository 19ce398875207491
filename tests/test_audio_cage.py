"""The cage: what the decoder may do, and that nothing of it stays behind however the work ends."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import audio
from bot.audio.reader import Reader
from bot.audio.worker import listen, work
from bot.outcome import Why
from tests.decoders import DECODER, MAKER
from tests.hostile import craft
from tests.hostile.trial import children

SPEECH = Path(__file__).parent / "speech"
ROOT = Path(__file__).parent.parent

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc"),
    # The worker asks for no warnings; here its code runs in the tests' own process.
    pytest.mark.filterwarnings("ignore:Couldn't find ffmpeg or avconv:RuntimeWarning"),
]


@pytest.fixture
def rules(tmp_path: Path) -> Iterator[audio.UploadRules]:
    """Rules with a scratch directory of the test's own."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    yield audio.UploadRules(scratch=scratch, ffmpeg=DECODER, target_ms=20_000, hushed=False)
    assert list(scratch.iterdir()) == []
    assert children(os.getpid()) == []


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty minutes of sound: enough to be caught in the middle of it."""
    path = tmp_path_factory.mktemp("long") / "long.flac"
    words = ("-f", "lavfi", "-i", "anoisesrc=d=1200:r=16000:seed=1", "-y", str(path))
    subprocess.run([MAKER, "-v", "error", *words], check=True)  # noqa: S603 - our own words
    return path


def command_lines() -> dict[int, str]:
    """What every process below this one was started as."""
    lines = {}
    for pid in children(os.getpid()):
        try:
            lines[pid] = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return lines


def runs(word: str) -> bool:
    """Whether one of them has this word in its command line."""
    return any(word in line for line in command_lines().values())


async def until(fact: Callable[[], object]) -> None:
    """Looks every other millisecond until something is so; the test's own timeout is the limit."""
    while not fact():  # noqa: ASYNC110 - processes and files of others raise no event
        await asyncio.sleep(0.002)  # whoever looks all the time takes the core from what it waits for


async def convert(path: Path, rules: audio.UploadRules) -> None:
    """Opens a clip and puts it away."""
    async with audio.open(path, rules=rules):
        pass


def reader(path: Path, **limits: int) -> Reader:
    """The caged reader, in this process."""
    return Reader(
        DECODER, str(path), memory_bytes=limits.get("memory_bytes", 1 << 30), deadline_s=limits.get("deadline_s", 60)
    )


def order(path: Path, folder: Path, **changes: Any) -> dict[str, Any]:
    """An order as the clip gives it to the worker."""
    plain = {
        "ffmpeg": DECODER,
        "source": str(path),
        "directory": str(folder),
        "format": "ogg",
        "counted": False,
        "max_ms": 600_000,
        "piece_ms": 600_000,
        "target_ms": 4_000,
        "hushed": True,
        "trimmed": False,
        "salvage": False,
    }
    return plain | changes


def test_the_decoder_is_locked_in(long: Path) -> None:
    """The decoder writes no file and dumps no core, its memory and CPU have an end, it sees no variable of ours."""
    caged = reader(long)
    blocks = iter(caged)
    next(blocks)
    (pid,) = children(os.getpid())
    limits = {line[:26].strip(): line[26:].split() for line in Path(f"/proc/{pid}/limits").read_text().splitlines()}

    assert limits["Max address space"][:2] == [str(1 << 30)] * 2
    assert limits["Max cpu time"][:2] == ["10", "60"]
    assert limits["Max file size"][:2] == ["0", "0"]
    assert limits["Max core file size"][:2] == ["0", "0"]
    assert Path(f"/proc/{pid}/environ").read_bytes() == b"MALLOC_MMAP_THRESHOLD_=131072\0"
    assert Path(f"/proc/{pid}/cwd").readlink() == Path("/")
    blocks.close()  # type: ignore[attr-defined] # it is a generator
    assert children(os.getpid()) == []


def test_cpu_is_earned_by_sound(long: Path) -> None:
    """The decoder's CPU limit grows with what it has decoded, up to the deadline."""
    caged = reader(long)
    blocks = iter(caged)
    while caged.length_ms < 400_000:
        next(blocks)
    (pid,) = children(os.getpid())
    limits = Path(f"/proc/{pid}/limits").read_text().splitlines()

    assert [line.split()[3:5] for line in limits if line.startswith("Max cpu time")] in ([["29", "60"]], [["30", "60"]])
    blocks.close()  # type: ignore[attr-defined] # it is a generator


def test_a_worker_does_its_work(tmp_path: Path) -> None:
    """The worker exports one file for each stretch with a voice and reports their places and the whole length."""
    path = SPEECH / "pauses.ogg"

    report = work(order(path, tmp_path), reader(path))

    assert report["length_ms"] in range(11_950, 12_050)
    assert report["pieces"][0]["spans"][0][0] == 0
    assert [(tmp_path / piece["name"]).read_bytes()[:4] for piece in report["pieces"]] == [b"OggS"] * len(
        report["pieces"]
    )
    assert (report["is_silent"], report["tracks"], report["has_video"], report["damaged"]) == (False, 1, False, False)


@pytest.mark.parametrize(
    ("changes", "answer"),
    [({"max_ms": 3_000}, "too_long_ms"), ({"max_ms": 60_000}, "pieces"), ({"target_ms": 1_000}, "pieces")],
)
def test_a_worker_answers_in_one_word(tmp_path: Path, changes: dict[str, int], answer: str) -> None:
    """Too long is an answer like any other."""
    path = SPEECH / "report.m4a"

    assert answer in work(order(path, tmp_path, **changes, counted=True), reader(path))


def made(path: Path, *words: str) -> Path:
    """A file made by ffmpeg."""
    subprocess.run([MAKER, "-v", "error", *words, "-y", str(path)], check=True)  # noqa: S603 - our own words
    return path


def test_a_worker_refuses(tmp_path: Path) -> None:
    """What is no sound, has no sound, is torn, or is longer than its bytes can be, is answered as such."""
    words = tmp_path / "words"
    words.write_text("These are only words.")
    film = made(tmp_path / "film.mp4", "-f", "lavfi", "-i", "testsrc=s=64x64:d=1", "-c:v", "mpeg4")
    torn = tmp_path / "torn.m4a"
    torn.write_bytes((SPEECH / "report.m4a").read_bytes()[:20_000])
    bomb = tmp_path / "bomb.ogg"
    bomb.write_bytes(craft.opus_file(b"\x18\x00", 30_000, samples=2_880, granule_samples=1))
    flood = tmp_path / "flood.amr"
    flood.write_bytes(b"#!AMR\n" + b"\x7c" * 200_000)

    answers = [work(order(path, tmp_path, max_ms=7_200_000), reader(path)) for path in (words, film, torn, flood, bomb)]

    assert [answer["why"] for answer in answers] == ["not_sound", "no_audio", "damaged", "damaged", "not_sound"]


def test_a_worker_reads_what_it_can(tmp_path: Path) -> None:
    """A broken file is damaged with what was read of it; who wants that much anyway gets it."""
    broken = bytearray(made(tmp_path / "broken.flac", "-i", str(SPEECH / "pauses.ogg")).read_bytes())
    for at in range(len(broken) // 2, len(broken), 50):
        broken[at] ^= 0xFF
    path = tmp_path / "broken"
    path.write_bytes(broken)

    refused = work(order(path, tmp_path), reader(path))
    read = work(order(path, tmp_path, salvage=True), reader(path))

    assert refused == {"why": "damaged", "readable_ms": read["length_ms"]}
    assert 4_000 < read["length_ms"] < 9_000
    assert read["damaged"]


def test_a_claim_is_counted_before_work_is_spent_on_it(tmp_path: Path) -> None:
    """What claims to be too long is only counted at first; nothing is exported for it."""
    liar = tmp_path / "liar.mkv"
    honest = made(tmp_path / "honest.mkv", "-i", str(SPEECH / "report.m4a"), "-c", "copy")
    liar.write_bytes(craft.mkv_with_duration(honest.read_bytes(), 86_400_000))
    empty = tmp_path / "pieces"
    empty.mkdir()

    assert work(order(liar, empty), reader(liar)) == {"claims_too_much": True}
    assert list(empty.iterdir()) == []


def test_a_full_disk_is_our_trouble(tmp_path: Path) -> None:
    """What goes wrong while a piece is written is raised, not told to the member as a bad file."""
    path = SPEECH / "report.m4a"

    with pytest.raises(FileNotFoundError):
        work(order(path, tmp_path / "gone"), reader(path))


def test_a_listener_stops_at_the_first_voice(tmp_path: Path) -> None:
    """Listening ends where somebody speaks; silence takes all of it; broken bytes are not called silent."""
    broken = tmp_path / "broken"
    broken.write_bytes((SPEECH / "silence.ogg").read_bytes()[:600])
    long = tmp_path / "long.wav"
    run = [MAKER, "-v", "error", "-stream_loop", "9", "-i", str(SPEECH / "pauses.ogg"), str(long)]
    subprocess.run(run, check=True)  # noqa: S603 - our own words

    paths = (long, SPEECH / "pauses.ogg", SPEECH / "silence.ogg", broken)
    assert [listen({"ends_of_ms": 0}, reader(path)) for path in paths] == [
        {"is_silent": False},
        {"is_silent": False},
        {"is_silent": True},
        {"is_silent": False},
    ]


STAGES: dict[str, Callable[[Path], bool]] = {
    "at once": lambda _: True,
    "starting": lambda _: bool(children(os.getpid())),
    "folder made": lambda scratch: any(scratch.iterdir()),
    "decoding": lambda _: runs("-format_whitelist"),
    "first piece": lambda scratch: any(scratch.glob("*/tmp*")),
    "exporting": lambda _: runs("libopus"),
    "several pieces": lambda scratch: len(list(scratch.glob("*/piece*"))) >= 3,
}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("times", [1, 3], ids=["once", "again and again"])
async def test_cancelling_leaves_nothing(long: Path, rules: audio.UploadRules, stage: str, times: int) -> None:
    """Whenever the work is cancelled, no process and no file of it is left when the cancel comes back."""
    task = asyncio.create_task(convert(long, rules))
    await until(lambda: STAGES[stage](rules.scratch))
    for _ in range(times):
        task.cancel()
        await asyncio.sleep(0)

    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("step", [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610])
async def test_cancelling_at_any_turn_of_the_loop_leaves_nothing(rules: audio.UploadRules, step: int) -> None:
    """A short clip cancelled after so many turns of the event loop is gone as well, with its processes."""

    async def twice() -> None:
        async with audio.open(SPEECH / "report.m4a", rules=rules) as clip:
            await audio.recode(clip.pieces[0])

    task = asyncio.create_task(twice())
    for _ in range(step):
        await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_cancelling_the_user_of_a_clip_leaves_nothing(rules: audio.UploadRules) -> None:
    """Cancelled while its pieces are being heard, the clip takes them away all the same."""
    opened = asyncio.Event()

    async def hear() -> None:
        async with audio.open(SPEECH / "report.m4a", rules=rules) as clip:
            assert clip.pieces[0].path.exists()
            opened.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hear())
    await opened.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_worker_that_heeds_nothing_is_killed(long: Path, rules: audio.UploadRules) -> None:
    """A worker that does not answer the polite signal is ended by the other one, with its children."""
    task = asyncio.create_task(convert(long, rules))
    await until(lambda: runs("-format_whitelist"))
    for pid in children(os.getpid()):
        os.kill(pid, signal.SIGSTOP)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_worker_that_dies_is_our_trouble(long: Path, rules: audio.UploadRules) -> None:
    """A worker that is shot by the system is reported as a failure of ours, and its decoder ends with it."""
    task = asyncio.create_task(convert(long, rules))
    await until(lambda: runs("-format_whitelist"))
    os.kill(children(os.getpid())[0], signal.SIGKILL)

    with pytest.raises(RuntimeError, match="worker failed"):
        await task


async def test_a_decoder_that_dies_is_a_damaged_file(long: Path, rules: audio.UploadRules) -> None:
    """A file on which the decoder crashes is damaged, with what could be read until then."""
    task = asyncio.create_task(convert(long, rules))
    await until(lambda: any(rules.scratch.glob("*/piece*")))
    for pid, line in command_lines().items():
        if line.startswith(DECODER) and "-format_whitelist" in line:
            os.kill(pid, signal.SIGSEGV)

    with pytest.raises(audio.UnreadableSound) as refused:
        await task

    assert refused.value.why is Why.DAMAGED
    assert refused.value.readable_ms > 0


def test_nothing_outlives_the_bot(long: Path, tmp_path: Path) -> None:
    """When the bot itself is killed, the worker notices, takes its files away and ends with all its children."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    bot = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", BOT, str(long), str(scratch), DECODER],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert bot.stdout
    while not any(scratch.glob("*/piece*")):
        assert bot.poll() is None
    helpers = children(bot.pid)
    bot.kill()
    bot.wait()
    bot.stdout.close()

    assert helpers
    while any(Path(f"/proc/{pid}").exists() for pid in helpers):
        os.sched_yield()
    assert list(scratch.iterdir()) == []


BOT = """
import asyncio, sys
from pathlib import Path
from bot import audio

async def main():
    rules = audio.UploadRules(scratch=Path(sys.argv[2]), ffmpeg=sys.argv[3], target_ms=20_000, hushed=False)
    async with audio.open(Path(sys.argv[1]), rules=rules):
        pass

asyncio.run(main())
"""
