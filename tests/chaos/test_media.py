"""Files that are not what they say (group 7): one answer each, no minute for what held no words."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from bot.audio import ffmpeg_of
from tests.chaos.conftest import LENGTH_MS, NOTE, Crowd, Solo, record
from tests.chaos.invariants import assert_answered_once
from tests.chaos.settings import sized
from tests.conftest import WORDS, World
from tests.world.discord import Answer, Person, Room, Upload

MINUTE_MS = 60_000
Post = Callable[[Person, Room], object]


def silence(folder: Path, hours: float) -> bytes:
    """So many hours of nothing, which compress to almost nothing."""
    path = folder / f"silence-{hours}.flac"
    words = ("-f", "lavfi", "-i", f"anullsrc=r=8000:cl=mono:d={hours * 3600}", "-y", str(path))
    subprocess.run([str(ffmpeg_of("auto")), "-v", "error", *words], check=True)  # noqa: S603 -- our own words
    return path.read_bytes()


async def test_files_that_lie(
    world: World, crowd: Crowd, solo: Solo, spoken: Callable[[int], bytes], dead_address: str
) -> None:
    """Empty, cut, silent, forged, disguised: each is answered once, and only words are billed."""
    note, minute = NOTE.read_bytes(), spoken(60)
    playlist = f"#EXTM3U\n#EXTINF:60,\n{dead_address}/secret\nfile:///etc/passwd\n".encode()
    unheard: dict[str, Upload] = {
        "0 bytes": Upload("a.ogg", b"", "audio/ogg"),
        "1 byte": Upload("a.mp3", b"\0", "audio/mpeg"),
        "cut in its first page": Upload("a.ogg", note[:60], "audio/ogg"),
        "a minute of silence": Upload("a.flac", silence(world.folder, 1 / 60), "audio/flac"),
        "10 hours of silence": Upload("a.flac", silence(world.folder, 10), "audio/flac"),
        "a playlist": Upload("a.m3u8", playlist, "audio/x-mpegurl"),
        "a playlist that is called mp3": Upload("a.mp3", playlist, "audio/mpeg"),
        "a concat script": Upload("a.ogg", b"ffconcat version 1.0\nfile /etc/passwd\n", "audio/ogg"),
        "a picture that is called ogg": Upload("a.ogg", b"\x89PNG\r\n\x1a\n" + bytes(2_000), "audio/ogg"),
        "a page that is called wav": Upload("a.wav", b"<html>" + b"x" * 5_000, "audio/wav"),
    }
    heard: dict[str, tuple[Upload, int]] = {
        "ogg that is called mp3": (Upload("a.mp3", note, "audio/mpeg"), LENGTH_MS),
        "ogg that is called video": (Upload("a.mp4", note, "video/mp4"), LENGTH_MS),
        "a minute that claims a second": (Upload("a.ogg", minute, "audio/ogg", 1.0, "AAAA"), MINUTE_MS),
        "seconds that claim an hour": (Upload("a.ogg", note, "audio/ogg", 3_600.0, "AAAA"), LENGTH_MS),
    }
    count = sized(10)
    await solo.start(audio__max_minutes="90")
    lies: list[tuple[str, Answer]] = []
    words: list[tuple[str, Answer]] = []
    for number in range(count):
        for place, (name, sound) in enumerate(unheard.items()):
            lies.append((name, await crowd.people[number % 10].upload(crowd.rooms[place], sound)))
        for place, (name, (sound, _)) in enumerate(heard.items()):
            words.append((name, await crowd.people[number % 10].upload(crowd.rooms[place], sound)))
    crowd.answers = [answer for _, answer in (*lies, *words)]
    await crowd.until()
    books = await solo.books()

    assert_answered_once(crowd.answers, count * (len(unheard) + len(heard)))
    assert [name for name, answer in lies if WORDS in answer.content] == []
    assert [name for name, answer in words if WORDS not in answer.content] == []
    assert books.billed_ms == count * sum(length_ms for _, length_ms in heard.values())
    assert len(world.openai.calls) == len(words), "what holds no words is not sent"
    record(
        "7 Media",
        ", ".join([*unheard, *heard]),
        f"{count} of each",
        f"one answer each; {len(words)} heard by their true length, {len(lies)} told why not, without a call",
    )
