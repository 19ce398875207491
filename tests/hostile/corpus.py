"""The cases, class by class; each writes its files below one directory."""

import random
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.hostile import attacks, craft
from tests.hostile.attacks import SECONDS, Forge

# A voice of sorts: pulses at 120 Hz that come in syllables. Nothing in the corpus needs to be understood.
VOICE = "aevalsrc='0.4*sin(2*PI*120*t)*exp(-12*mod(120*t,1)/2)*(0.55+0.45*sin(2*PI*3*t))*cos(2*PI*700*t)':s=44100"

GOOD: dict[str, tuple[str, ...]] = {
    "note.ogg": ("-ar", "48000", "-c:a", "libopus", "-b:a", "32k"),
    "vorbis.ogg": ("-c:a", "libvorbis"),
    "plain.mp3": ("-b:a", "64k"),
    "phone.m4a": ("-c:a", "aac"),
    "lossless.m4a": ("-c:a", "alac"),
    "cd.wav": ("-ac", "2"),
    "studio.wav": ("-c:a", "pcm_s24le", "-ac", "6"),
    "float.wav": (
        "-c:a",
        "pcm_f32le",
    ),
    "eight.wav": ("-c:a", "pcm_u8", "-ar", "8000"),
    "plain.flac": (),
    "browser.webm": ("-c:a", "libopus", "-ar", "48000"),
    "plain.mkv": ("-c:a", "aac"),
    "stream.aac": ("-c:a", "aac"),
    "windows.wma": ("-c:a", "wmav2"),
    "mac.aiff": (),
    "mac.caf": ("-c:a", "alac"),
    "old.3gp": ("-c:a", "aac", "-ac", "1"),
    "apple.mov": ("-c:a", "aac"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One file and the class of attack it stands for."""

    kind: str
    path: Path


def good_files(directory: Path, ffmpeg: str) -> dict[str, Path]:
    """One ordinary file of every kind people send, of the same SECONDS of sound."""
    directory.mkdir(parents=True, exist_ok=True)
    source = directory / "source.wav"
    words = ("-f", "lavfi", "-i", f"{VOICE}:d={SECONDS}", "-ac", "1")
    made = {"source.wav": source}
    for name, options in ({"source.wav": ("-ac", "1")} | GOOD).items():
        made[name] = directory / name
        subprocess.run(  # noqa: S603 - our own words
            [ffmpeg, "-v", "error", "-nostdin", *(words if name == "source.wav" else ("-i", str(source))), *options,
             "-fflags", "+bitexact", "-flags:a", "+bitexact", "-y", str(made[name])],
            check=True,
        )  # fmt: skip
    frame = b"\x3c" + bytes(range(1, 32))  # AMR-NB, 12.2 kbit/s: 32 bytes for 20 ms
    made["phone.amr"] = directory / "phone.amr"
    made["phone.amr"].write_bytes(b"#!AMR\n" + frame * (SECONDS * 50))
    return made


def corpus(directory: Path, ffmpeg: str, *, canary: Path, port: int, quick: bool = False) -> Iterator[Case]:
    """
    Every case, written below `directory`; `quick` keeps a part of each class, for tests that run all the time.

    `canary` is the sound nobody may reach, `port` the loopback port nobody may call.
    """
    forge = Forge(ffmpeg, directory, good_files(directory / "good", ffmpeg), canary, port)
    for kind, forger in CLASSES.items():
        folder = directory / kind.replace(" ", "-")
        folder.mkdir(parents=True, exist_ok=True)
        for number, (name, content) in enumerate(forger(forge)):
            if quick and (number % THIN.get(kind, 1) or name in SLOW):
                continue
            path = folder / name
            path.write_bytes(content)
            yield Case(kind, path)


def _nothing(forge: Forge) -> Iterator[tuple[str, bytes]]:
    """What is no sound at all, or is locked."""
    yield "empty.mp3", b""
    yield "byte.ogg", b"O"
    yield "words.mp3", b"These are only words. " * 1_000
    yield "noise.bin", random.Random(3).randbytes(300_000)  # noqa: S311 - noise, not a secret
    yield "picture.png", craft.png(64)
    yield "silent-film.mp4", forge.run("silent.mp4", "-f", "lavfi", "-i", "testsrc=s=64x64:d=1", "-c:v", "mpeg4")
    yield "no-samples.wav", craft.wav(44_100, 1, b"")
    for lock in (b"enca", b"drms"):
        yield f"{lock.decode()}.m4a", craft.mp4_renamed(forge.read("phone.m4a"), b"mp4a", lock)


def _truncated(forge: Forge) -> Iterator[tuple[str, bytes]]:
    """Every good file, cut off at every tenth."""
    for name, path in forge.good.items():
        content = path.read_bytes()
        for tenth in range(1, 10):
            yield f"{tenth}0-{name}", content[: len(content) * tenth // 10]


def _flipped(forge: Forge) -> Iterator[tuple[str, bytes]]:
    """Every good file with bits turned over: a few, many, and only in its head."""
    for name, path in forge.good.items():
        for seed, (count, within) in enumerate(((1, 1.0), (10, 1.0), (100, 1.0), (8, 0.01), (1_000, 1.0))):
            rng = random.Random(f"{name} {seed}")  # noqa: S311 - reproducible on purpose
            content = bytearray(path.read_bytes())
            for _ in range(count):
                content[rng.randrange(max(200, int(len(content) * within)))] ^= 1 << rng.randrange(8)
            yield f"{seed}-{name}", bytes(content)


CLASSES: dict[str, Callable[[Forge], Iterator[tuple[str, bytes]]]] = {
    "playlists": attacks.playlists,
    "bombs of text": attacks.bombs_of_text,
    "forged lengths": attacks.forged_lengths,
    "bombs": attacks.bombs,
    "floods": attacks.floods,
    "headers": attacks.headers,
    "covers": attacks.covers,
    "polyglots": attacks.polyglots,
    "no sound": _nothing,
    "truncated": _truncated,
    "flipped bits": _flipped,
}
# What the quick part leaves out: most of the endless classes, and the bombs that take ten seconds to defuse.
THIN = {"playlists": 2, "forged lengths": 4, "covers": 6, "polyglots": 12, "truncated": 80, "flipped bits": 99}
SLOW = {"hours-say-1s.ogg", "hours.mp3", "hours-of-hiss.mp3"}
