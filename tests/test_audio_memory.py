"""What strangers' bytes cost the bot's own process: a bounded walk, whatever they hold."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot import audio
from tests.hostile import craft
from tests.hostile.attacks import HEADER_BYTES, Forge, headers

ROOT = Path(__file__).parent.parent
SIX_AT_ONCE = 6
GROWTH_BYTES = 20 << 20

# Opens as many clips at once as there are paths, and tells by how many bytes its own process has grown at its highest.
BOT = """
import asyncio, resource, sys
from pathlib import Path
from bot import audio

async def refused(path, rules):
    try:
        async with audio.open(path, rules=rules):
            return "heard"
    except audio.UnreadableSound as refusal:
        return refusal.why.value

async def main(ffmpeg, scratch, warm, *paths):
    rules = audio.UploadRules(ffmpeg=ffmpeg, scratch=Path(scratch), slots=asyncio.Semaphore(2))
    await asyncio.gather(*[refused(Path(warm), rules) for _ in paths])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ends = await asyncio.gather(*[refused(Path(path), rules) for path in paths])
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(grown * (1 if sys.platform == "darwin" else 1024), *ends)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with each file whose head is all there is of it."""
    made = tmp_path_factory.mktemp("headers")
    for name, content in headers(Forge("", made, {}, made, 0)):
        (made / name).write_bytes(content)
    (made / "words").write_bytes(b"These are only words.")
    (made / "scratch").mkdir()
    return made


@pytest.mark.parametrize("name", ["entries.m4a", "boxes.m4a", "objects.wma", "tags.ogg", "tags-that-end.ogg"])
def test_six_files_of_ten_megabytes_cost_the_bot_little(folder: Path, name: str) -> None:
    """Six files of ten megabytes that are all header, opened at once, grow the bot's own process by 20 MB at most."""
    words = [str(audio.ffmpeg_of("bundled")), str(folder / "scratch"), str(folder / "words")]
    run = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", BOT, *words, *[str(folder / name)] * SIX_AT_ONCE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    grown, *ends = run.stdout.split()

    assert int(grown) <= GROWTH_BYTES
    assert len(ends) == SIX_AT_ONCE
    assert "heard" not in ends


def test_the_largest_of_them_is_what_an_account_may_send(folder: Path) -> None:
    """The files above have the size they are said to have, and the one that is a walk is one as far as it goes."""
    sizes = {path.name: path.stat().st_size for path in folder.iterdir() if path.suffix}

    assert all(size >= HEADER_BYTES for name, size in sizes.items() if name != "tags-that-end.ogg")
    assert (folder / "tags.ogg").read_bytes().count(b"OggS") == len(craft.ogg_pages((folder / "tags.ogg").read_bytes()))
